# Needs python3 (3.11 to 3.13), pip, make and git; everything else goes into .venv here.
#   make PYTHON=python3.13 run      another interpreter
#   make test ARGS="-k journal"     more words for pytest
#   make lock UPGRADE=--upgrade     newest versions of every dependency

PYTHON ?= python3
ARGS ?=
UPGRADE ?=

VENV := .venv
BIN := $(VENV)/bin
# -qq: pip's warnings about a machine's own settings are not ours to show; its errors are.
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
HASHED := install --require-hashes --only-binary :all:
CODE := src tests tools conftest.py $(wildcard bench)
LOCK := build/lock/bin/uv --no-config pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --only-binary :all: --no-emit-index-url --no-header $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help run install dev test test-engines test-slow check bench docs lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install ## set up, then the service on http://127.0.0.1:2500 with one sample order, until Ctrl-C
	@exec $(BIN)/twofifty demo

install: $(VENV)/.installed ## the .venv with the product in it

test: dev ## set up, then every test but the slow ones
	@tools/system-packages
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile $(ARGS)

test-slow: dev ## set up, then every test, the long runs too
	@tools/system-packages
	@$(BIN)/python -m pytest --timeout 3600 $(ARGS)

test-engines: dev ## set up, then the acceptance tests over PostgreSQL, RabbitMQ and SQS
	@tools/system-packages
	@for engine in postgresql rabbitmq sqs; do echo "over $$engine"; \
		TWOFIFTY_TEST_ENGINE=$$engine $(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile \
		tests/acceptance $(ARGS) || exit 1; done

check: dev ## formatter, linter, types, import contract, structure ratchet
	@$(BIN)/ruff format --check --quiet --output-format concise $(CODE)
	@$(BIN)/ruff check --quiet --output-format concise $(CODE)
	@$(BIN)/mypy --no-error-summary $(CODE)
	@said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }
	@$(BIN)/python -m tools.structure
	@echo "check: format, lint, types, imports, structure: good"

bench: dev ## the benchmarks: a table here, bench/results/*.json
	@$(BIN)/python -m bench $(ARGS)

docs: dev ## writes the reference pages that come from the code
	@$(BIN)/python -m tools.settings_page
	@$(BIN)/python -m tools.source_counts

lock: build/lock/bin/uv ## pin and hash the dependencies anew, from pyproject.toml
	@$(LOCK) pyproject.toml -o requirements/runtime.txt
	@$(LOCK) --group build -c requirements/runtime.txt -o requirements/build.txt
	@$(LOCK) pyproject.toml --group dev -c requirements/runtime.txt -c requirements/build.txt \
		-o requirements/dev.txt
	@$(LOCK) pyproject.toml --extra aws --extra postgres --extra rabbitmq \
		-c requirements/runtime.txt -c requirements/dev.txt -o requirements/scale.txt
	@grep -c '^[a-z].*==' requirements/*.txt

clean: ## removes .venv and what tools left behind; keeps data/
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

dev: $(VENV)/.developed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 14) \
		else "Python 3.11 to 3.13 is needed, this is %d.%d: make PYTHON=python3.13 ..." % v)'
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed: requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@$(PIP) $(HASHED) -r requirements/runtime.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.developed: requirements/dev.txt $(VENV)/.installed
	@echo "setting up the tools for tests and checks"
	@$(PIP) $(HASHED) -r requirements/dev.txt
	@touch $@

build/lock/bin/uv:
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip -qq install uv
