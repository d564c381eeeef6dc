# `make demo` and `make test` set everything up on a fresh machine with Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STORE ?= sqlite
BASIS ?= regional_system

.PHONY: help demo test check bench docs requirements clean

help:  ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/runtime.done: requirements/build.txt requirements/runtime.txt pyproject.toml
	@echo "Готовлю окружение в $(VENV) (один раз) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Нужен Python 3.11 или новее: make PYTHON=python3.12 …"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements/build.txt
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.done: $(VENV)/runtime.done requirements/dev.txt
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/runtime.done  ## a whole meeting, end to end: STORE=sqlite|postgres, BASIS=regional_system|written_decisions|charter
	@STORE=$(STORE) BASIS=$(BASIS) $(BIN)/sobranie demo

test: $(VENV)/dev.done  ## all tests
	@$(BIN)/pytest -n 2 --dist loadgroup

check: $(VENV)/dev.done  ## linters, types, import directions, generated docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m api.cli.docs --check

docs: $(VENV)/runtime.done  ## make the generated pages of docs/reference again
	@$(BIN)/python -m api.web.verifier_tables
	@$(BIN)/python -m api.cli.docs

bench: $(VENV)/dev.done  ## votes per second through real HTTP, beside baselines, on both stores
	@$(BIN)/python -m tests.benchmarks.votes

requirements: $(VENV)/dev.done  ## pin all dependencies anew, with hashes
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements/build.txt requirements/build.in
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements/runtime.txt pyproject.toml
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra dev --output-file requirements/dev.txt pyproject.toml

clean:  ## remove the environment and everything that was made
	@rm -rf $(VENV) demo-output dist build
