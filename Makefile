# Every target sets up what it needs: nothing is assumed but Python 3.11 to 3.13 with venv and pip, make and git.
# PYTHON=python3.12 make run     chooses the interpreter
# TRADECHECK_HOME=/somewhere     moves the working files (default ./data)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_FOLDER := $(or $(TRADECHECK_HOME),data)
UV := VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv
INSTALL := $(UV) pip install --quiet --compile-bytecode

.DEFAULT_GOAL := help
.PHONY: help run live ui test lint format types bench lock clean purge setup setup-dev

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: setup  ## set up, check the sample articles and your own against the official series
	@$(BIN)/tradecheck run

live: setup  ## the same with this month's series from the publishers
	@$(BIN)/tradecheck run --live

ui: setup  ## open the Dagster UI on this machine
	@$(BIN)/tradecheck ui

test: setup-dev  ## set up and run the tests
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup --benchmark-disable

lint: setup-dev  ## format, lints, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: setup-dev  ## put the code into its format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: setup-dev  ## measure, side by side with what else could be used
	@$(BIN)/python -m pytest -q tests/benchmarks --benchmark-only

lock: $(VENV)/installer  ## renew the locked requirements from pyproject.toml
	@printf 'uv\nhatchling\neditables\n' | $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade - -o requirements-installer.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:  ## remove build products; never touches the home folder
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache
	@find . -name __pycache__ -type d -not -path './$(HOME_FOLDER)/*' -prune -exec rm -rf {} +

purge:  ## delete the home folder, after naming what is in it and asking
	@test -d "$(HOME_FOLDER)" || { echo "nothing to purge: $(HOME_FOLDER) does not exist"; exit 0; }; \
	if [ ! -d "$(HOME_FOLDER)/lake" ] && [ ! -f "$(HOME_FOLDER)/tradecheck.duckdb" ]; then \
	  echo "$(HOME_FOLDER) does not look like a home folder of Tradecheck (no lake, no warehouse); not touched" >&2; exit 1; fi; \
	echo "This deletes for good, articles, archive and history of checks included:"; du -sh "$(HOME_FOLDER)"/* "$(HOME_FOLDER)"; \
	printf 'Delete %s? Type yes: ' "$(HOME_FOLDER)"; read -r answer; \
	if [ "$$answer" = yes ]; then rm -rf -- "$(HOME_FOLDER)"; echo deleted; else echo "kept"; fi

setup: $(VENV)/runtime
setup-dev: $(VENV)/dev

$(VENV)/installer: requirements-installer.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else f"Python 3.11 to 3.13 is needed; {sys.version.split()[0]} was found. Try: make PYTHON=python3.12 …")'
	@echo "setting up $(VENV) (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-installer.txt
	@touch $@

$(VENV)/runtime: $(VENV)/installer requirements.txt pyproject.toml
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(VENV)/runtime requirements-dev.txt
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@
