# Needs Python 3.11 or newer with venv, and nothing else. `make help` lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.DEFAULT_GOAL := help
.PHONY: help demo test sensors lint types contracts check bench reference clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(READY) ## Generate a small world, read it, and serve it
	$(BIN)/cure demo

test: $(READY) ## Run all tests
	$(BIN)/pytest --numprocesses auto --dist worksteal

sensors: .sensors/cowrie/ready .sensors/opencanary/ready ## Install real honeypots, which tests attack

lint: $(READY) ## Check style and form
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY) ## Check types
	$(BIN)/basedpyright

contracts: $(READY) ## Check which part may import which
	$(BIN)/lint-imports

check: lint types contracts test ## All of the above

bench: $(READY) ## Measure, and write bench/results.json
	$(BIN)/python bench/run.py

reference: $(READY) ## Write docs/reference from what the program says of itself
	$(BIN)/python tools/reference

proof: $(READY) ## Look for leaks thoroughly: a million decisions, hundreds of lives of a hub
	CURE_PROOF=1 $(BIN)/pytest tests/access/test_policy.py tests/hub/test_nobody_learns.py tests/hub/test_stateful_laws.py tests/web/test_noninterference.py

bench-extract: $(READY) ## Measure extraction on real reports and posts, beside two other tools
	$(BIN)/python bench/extract.py

bench-keywords: $(READY) ## Measure keywords on human labels
	$(BIN)/python bench/keywords.py

clean: ## Remove what was made: environments, caches, the demonstration's data
	rm -rf $(VENV) .sensors .pytest_cache .ruff_cache .hypothesis .import_linter_cache demo-data
	find src tests -name __pycache__ -prune -exec rm -rf {} +

# Made once, and again when what is needed changes.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cure needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt pip
	$(BIN)/pip install --quiet --constraint constraints.txt --build-constraint constraints.txt --editable . --group dev
	@touch $@

# Each in an environment of its own: they ask for versions of libraries that are not ours.
.sensors/%/ready: tests/sensors/requirements-%.txt
	$(PYTHON) -m venv --clear .sensors/$*
	.sensors/$*/bin/pip install --quiet --requirement $<
	@touch $@
