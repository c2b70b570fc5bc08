# Every target sets up what it needs in $(VENV). The text after `##` is what `make help` shows.
PYTHON ?= python3
VENV ?= .venv
PIP_OPTIONS ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help run test quick check format docs mcpb space server.json clean

help: ## list the targets
	@grep -E '^[a-z.]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run ## start the server, ask it for a level, and say how to connect a client
	$(BIN)/mariogpt-mcp demo

test: check ## run all checks and all tests, about 35 minutes
	$(BIN)/python -m pytest

quick: $(VENV)/.test ## run the quick tests on all cores, under 2 minutes
	$(BIN)/python -m pytest -m "not slow" -n auto --dist loadfile

check: $(VENV)/.test ## run the linters, the type checker and the checks of imports and dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

format: $(VENV)/.test ## format the code, and fix what the linter can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: server.json ## write the generated tables of the documents, and server.json
	$(BIN)/python -m mariogpt_mcp.release docs .

mcpb: $(VENV)/.test ## build the bundle for Claude Desktop, build/mariogpt-mcp.mcpb, with the official tool
	rm -rf build/mcpb build/wheel
	$(BIN)/python -m build --outdir build/wheel
	$(BIN)/python -m mariogpt_mcp.release bundle build/wheel/*.whl constraints.txt build/mcpb
	PATH="$(VENV)/node/node_modules/.bin:$$PATH" mcpb validate build/mcpb/manifest.json
	PATH="$(VENV)/node/node_modules/.bin:$$PATH" mcpb pack build/mcpb build/mariogpt-mcp.mcpb

space: $(VENV)/.run ## write the files of a Hugging Face Space to build/space, ready to be uploaded
	rm -rf build/space
	$(BIN)/python -m mariogpt_mcp.release space . build/space

server.json: $(VENV)/.run ## write the entry of the MCP registry, after a setting or the version changed
	$(BIN)/python -m mariogpt_mcp.release server-json > server.json.new
	mv server.json.new server.json

# torch goes first and by its exact version, so that pip uses a local CPU build of it if there is one.
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

clean: ## delete the environment and what was built
	rm -rf $(VENV) build dist *.egg-info
