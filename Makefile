# `make run` and `make test` set up everything they need in $(VENV).
PYTHON ?= python3
VENV ?= .venv
PIP_OPTIONS ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test quick check mcpb space server.json clean

run: $(VENV)/.run
	$(BIN)/mariogpt-mcp demo

test: check
	$(BIN)/python -m pytest

quick: $(VENV)/.test
	$(BIN)/python -m pytest -m "not slow" -n auto --dist loadfile

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# A bundle for Claude Desktop, build/mariogpt-mcp.mcpb, made, checked and packed by the official tool.
mcpb: $(VENV)/.test
	rm -rf build/mcpb build/wheel
	$(BIN)/python -m build --outdir build/wheel
	$(BIN)/python -m mariogpt_mcp.release bundle build/wheel/*.whl constraints.txt build/mcpb
	PATH="$(VENV)/node/node_modules/.bin:$$PATH" mcpb validate build/mcpb/manifest.json
	PATH="$(VENV)/node/node_modules/.bin:$$PATH" mcpb pack build/mcpb build/mariogpt-mcp.mcpb

# The files of a Hugging Face Space, build/space, to be uploaded as they are.
space: $(VENV)/.run
	rm -rf build/space
	$(BIN)/python -m mariogpt_mcp.release space . build/space

# For the MCP registry, after a setting or the version has changed.
server.json: $(VENV)/.run
	$(BIN)/python -m mariogpt_mcp.release server-json > server.json.new
	mv server.json.new server.json

# torch goes first and by its exact version, so that a CPU build of it that is at hand is taken.
$(VENV)/.run: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 10) and 'mariogpt-mcp needs Python 3.10 or newer.')"
	$(PYTHON) -m venv $(VENV)
	$(PIP) install $(PIP_OPTIONS) --quiet -c constraints.txt torch==2.13.0
	$(PIP) install $(PIP_OPTIONS) --quiet -c constraints.txt -e .
	touch $@

$(VENV)/.test: $(VENV)/.run
	$(PIP) install $(PIP_OPTIONS) --quiet -c constraints.txt "setuptools>=77" -e ".[test]"
	$(PIP) install $(PIP_OPTIONS) --quiet --no-deps -c constraints.txt mario-gpt
	npm install --prefix $(VENV)/node --silent --no-audit --no-fund node@22.23.3 @anthropic-ai/mcpb@2.1.2 \
	  @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/conformance@0.2.0-alpha.12 \
	  @modelcontextprotocol/inspector@2.12.0 @modelcontextprotocol/sdk@1.32.2
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
