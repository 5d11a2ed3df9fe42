# Every target sets up what it needs: nothing is assumed but Python 3.11 to 3.13 with venv and pip, make and git.
# PYTHON=python3.12 make run     chooses the interpreter
# TRADECHECK_HOME=/somewhere     moves the working files (default ./data)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_FOLDER := $(or $(TRADECHECK_HOME),data)
ROOMS := orchestration transforms expectations warehouse tests
KEPT := lake archive articles data_docs dagster tradecheck.duckdb .lock .lock.json
UV := VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/uv
INSTALL := $(UV) pip install --quiet --compile-bytecode

.DEFAULT_GOAL := help
.PHONY: help run ui test lint format types bench lock clean purge setup setup-dev

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: setup  ## set up, check the sample articles and your own against the official series
	@$(BIN)/tradecheck run

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

bench: setup-dev $(VENV)/bench  ## measure, side by side with what else could be used
	@$(BIN)/python -m pytest -q tests/benchmarks --benchmark-only

lock: $(VENV)/installer  ## renew the locked requirements from pyproject.toml
	@printf 'uv\nhatchling\neditables\n' | $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade - -o requirements-installer.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade --extra bench -c requirements-dev.txt pyproject.toml -o requirements-bench.txt

# The home folder may lie inside one of these, or in this folder itself: then it is left out.
clean:  ## remove build products; never touches the home folder
	@home=$$(cd "$(HOME_FOLDER)" 2>/dev/null && pwd -P || echo /nowhere); here=$$(pwd -P); \
	for product in $(VENV) build dist tradecheck.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache; do \
	  case "$$home/" in "$$here/$$product/"*) echo "kept $$product: the home folder lies in it";; *) rm -rf -- "$$product";; esac; done; \
	for room in $(ROOMS); do find "$$room" -path "$$home" -prune -o -name __pycache__ -type d -prune -exec rm -rf -- {} +; done

# Deletes by name what Tradecheck keeps there and nothing else, and never in a folder that is more than a home folder.
purge:  ## delete what is in the home folder, after naming it and asking
	@home=$$(cd "$(HOME_FOLDER)" 2>/dev/null && pwd -P) || { echo "nothing to purge: $(HOME_FOLDER) does not exist"; exit 0; }; \
	here=$$(pwd -P); user=$$(cd && pwd -P); \
	case "$$here/" in "$${home%/}/"*) echo "$$home holds this checkout; not touched" >&2; exit 1;; esac; \
	case "$$user/" in "$${home%/}/"*) echo "$$home is or holds your own home folder; not touched" >&2; exit 1;; esac; \
	cd "$$home" && found=; for name in $(KEPT); do if [ -e "$$name" ]; then found="$$found $$name"; fi; done; \
	if [ -z "$$found" ]; then echo "nothing of Tradecheck in $$home"; exit 0; fi; \
	echo "This deletes for good from $$home, your articles, the archive and the history of checks included:"; du -sh $$found; \
	printf 'Delete? Type yes: '; read -r answer || answer=; \
	if [ "$$answer" != yes ]; then echo kept; exit 0; fi; \
	rm -rf -- $$found && cd / && { rmdir "$$home" 2>/dev/null || echo "$$home holds other things and stays"; }; echo deleted

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

$(VENV)/bench: $(VENV)/dev requirements-bench.txt
	@$(INSTALL) --require-hashes -r requirements-bench.txt
	@touch $@
