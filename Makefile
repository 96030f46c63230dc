# make run and make test need Python 3.11 or newer, and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help

.PHONY: help run test check bench soak format docs lock screenshots clean

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

run: $(VENV)/run.stamp ## open the console on a generated demo city
	@$(BIN)/dispatcher demo

test: $(VENV)/dev.stamp ## the whole test suite
	@$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/dev.stamp ## lint, types, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(VENV)/dev.stamp ## benchmarks, as ratios to a floor measured in the same run
	@$(BIN)/python -m pytest tests/benchmarks -o addopts="-q --import-mode=importlib" -s

soak: $(VENV)/dev.stamp ## the proofs by attack at full length; hours
	@DISPATCHER_TEST_EVERYTHING=1 $(BIN)/python -m pytest tests/domain -n auto --dist worksteal -k PostgreSQL
	@$(BIN)/python -m pytest tests/soak/soak.py -o timeout=0

format: $(VENV)/dev.stamp ## tidy the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(VENV)/dev.stamp ## write docs/line.md, keys.md, lifecycle.md and settings.md again
	@$(BIN)/python docs/generate.py

screenshots: $(VENV)/dev.stamp ## draw the pictures in docs/ again, from a real terminal
	@$(BIN)/python docs/screenshots.py

lock: $(VENV)/dev.stamp ## resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --no-header --output-file requirements.lock
	uv pip compile --group dev pyproject.toml --universal --python-version 3.11 --no-header --constraints requirements.lock --output-file requirements-dev.lock

clean:           ## remove what the other targets made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dispatcher needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Dispatcher needs (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@
