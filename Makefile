# `make run` and `make test` set up everything they need in $(VENV).
PYTHON ?= python3
VENV ?= .venv
PIP_OPTIONS ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test quick check clean

run: $(VENV)/.run
	$(BIN)/mariogpt-mcp demo

test: check
	$(BIN)/python -m pytest

quick: $(VENV)/.test
	$(BIN)/python -m pytest -m "not slow"

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

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
	npm install --prefix $(VENV)/node --silent --no-audit --no-fund node@22.23.3 @modelcontextprotocol/inspector@2.12.0
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
