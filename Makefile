# Needs Python 3.11 or newer with venv, and nothing else. `make help` lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
# What hubs answer, over HTTP and at the command line: tests of these run on each engine.
BEHAVIOUR := tests/web tests/access tests/cli tests/subscribers tests/taxii
# Two more than there are processors: tests often wait for programs, timers and disks.
TESTERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)

# Tests start hundreds of programs: what these import is compiled once, whoever calls us.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo docs sbom release test test-engines test-faults soak sensors medallion lint types contracts check bench reference ui ui-schema ui-screens ui-check clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(READY) ## Generate a small world, read it, and serve it
	$(BIN)/cure demo

test: $(READY) ## Run all tests
	$(BIN)/pytest --numprocesses $(TESTERS) --dist worksteal

test-engines: $(READY) ## Run tests of behaviour over one hub on NATS, and over three with eight partitions
	CURE_ENGINE=nats $(BIN)/pytest --numprocesses $(TESTERS) --dist worksteal $(BEHAVIOUR)
	CURE_ENGINE=parted $(BIN)/pytest --numprocesses $(TESTERS) --dist worksteal $(BEHAVIOUR)

test-faults: $(READY) ## Try faults: kills, power losses, full disks, loads, strange input (two hours)
	CURE_FAULTS=ci $(BIN)/pytest tests/faults

soak: $(READY) ## Try faults for hours, and write down what came of it
	CURE_FAULTS=soak $(BIN)/pytest tests/faults

debian: ## Install what Debian has and tests look at us with: a browser, name servers (as root)
	@tools/debian.sh

judges: .judges/intelmq/ready ## Install programs of others, which tests let read what we write

sensors: .sensors/cowrie/ready .sensors/opencanary/ready ## Install real honeypots, which tests attack

medallion: .medallion/ready ## Install OASIS's TAXII server with its test-suite, which judges ours

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

docs: $(READY) ## Build the documentation as one book; broken links fail
	$(BIN)/properdocs build

sbom: $(READY) ## Write what the product is made of: dist/cure.cdx.json, and the table of docs/legal.md
	$(BIN)/python tools/sbom.py dist/cure.cdx.json

release: $(READY) .release/ready ## Build wheel and sdist into dist/, twice and alike; check and try them
	tools/release.sh

ui: ui/node_modules ## Build the web UI into src/cure/web/static (needs Node 20.19 or newer)
	npm --prefix ui run --silent build
	$(PYTHON) tools/ui/stamp.py --write

ui-schema: $(READY) ui/node_modules ## Write the UI's types from the server's description
	$(BIN)/python tools/ui/schema.py

ui-screens: $(READY) ## Draw docs/screens and the pictures that tests compare with (needs Chromium)
	$(BIN)/python tools/ui/screens.py

ui-check: ui/node_modules ## Check the UI: types, tests, and that what is built is of these sources
	$(PYTHON) tools/ui/stamp.py
	npm --prefix ui run --silent check
	npm --prefix ui run --silent test
	npm --prefix ui run --silent build -- --outDir dist
	diff -r --exclude BUILD_STAMP ui/dist src/cure/web/static

proof: $(READY) ## Look for leaks thoroughly: a million decisions, hundreds of lives of a hub
	CURE_PROOF=1 $(BIN)/pytest tests/access/test_policy.py tests/hub/test_laws.py tests/hub/test_nobody_learns.py tests/hub/test_stateful_laws.py tests/web/test_noninterference.py

bench-similar: $(READY) ## Measure similar addresses, groups and scores on real events
	$(BIN)/python bench/similar.py

bench-extract: $(READY) ## Measure extraction on real reports and posts, beside two other tools
	$(BIN)/python bench/extract.py

bench-keywords: $(READY) ## Measure keywords on human labels
	$(BIN)/python bench/keywords.py

bench-peers: .peers/ready .peers/synapse/ready ## Measure others on the same data: DuckDB, ClickHouse, SQLite, PostgreSQL, Redis, Synapse
	cd bench && ../.peers/bin/python -m peers

clean: ## Remove what was made: environments, caches, the demonstration's data
	rm -rf $(VENV) ui/node_modules ui/dist .sensors .judges .medallion .peers .pytest_cache .ruff_cache .hypothesis .import_linter_cache .book .release dist demo-data
	find src tests -name __pycache__ -prune -exec rm -rf {} +

# Made once, and again when what is needed changes.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cure needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt pip
	$(BIN)/pip install --quiet --constraint constraints.txt --build-constraint constraints.txt --editable . --group dev
	@touch $@

.release/ready: pyproject.toml
	$(PYTHON) -m venv --clear .release
	.release/bin/pip install --quiet pip --upgrade
	.release/bin/pip install --quiet --group release
	@touch $@

ui/node_modules: ui/package-lock.json
	npm --prefix ui ci --ignore-scripts --no-audit --no-fund
	@touch $@

# Each in an environment of its own: they ask for versions of libraries that are not ours.
.sensors/%/ready: tests/sensors/requirements-%.txt
	$(PYTHON) -m venv --clear .sensors/$*
	.sensors/$*/bin/pip install --quiet --requirement $<
	@touch $@

.peers/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear .peers
	.peers/bin/pip install --quiet --constraint constraints.txt pip
	.peers/bin/pip install --quiet --constraint constraints.txt --build-constraint constraints.txt --editable . --group peers
	@touch $@

.peers/synapse/ready: bench/peers/requirements-synapse.txt .peers/ready
	$(PYTHON) -m venv --clear .peers/synapse
	.peers/synapse/bin/pip install --quiet --requirement $<
	@touch $@

.judges/%/ready: tests/judges/requirements-%.txt
	$(PYTHON) -m venv --clear .judges/$*
	.judges/$*/bin/pip install --quiet --requirement $<
	@touch $@

# PyPI has the server without its tests. MEDALLION may name a copy of the repository.
MEDALLION ?= https://github.com/oasis-open/cti-taxii-server
.medallion/ready: tests/taxii/requirements-medallion.txt
	$(PYTHON) -m venv --clear .medallion
	.medallion/bin/pip install --quiet --requirement $<
	rm -rf .medallion/suite
	git clone --quiet $(MEDALLION) .medallion/suite
	git -C .medallion/suite checkout --quiet 39e76bf18be5371e9570de7e5f340c3937b69c0d
	@touch $@
