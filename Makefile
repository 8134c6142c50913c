# The targets that people use; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup lock format lint test test-engines test-faults test-mutants check bench fuzz demo up schemas kibana clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Communique needs Python 3.11 or newer; name one with: make PYTHON=python3.12 …" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Communique needs into $(VENV) (a minute or two the first time) …"
	@awk '/^uv==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes --only-binary :all: -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(STAMP) ## put everything into .venv

lock: setup ## write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--only-binary :all: --generate-hashes --no-emit-index-url --quiet \
		--custom-compile-command "make lock" -o requirements.lock

schemas: setup ## write shared/schemas anew from the event models and index mappings
	$(BIN)/python -m communique.schemas shared/schemas
	$(BIN)/python -m search_indexer.fields shared/schemas/index-fields.md

kibana: setup ## write deploy/kibana anew from its declarations
	$(BIN)/python -m search_indexer.kibana deploy/kibana/communique.ndjson

format: setup ## put all code into the house format
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lint: setup ## format, lint, types, import contracts
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

# End-to-end tests wait more than they compute. Each process has engines of its own.
PROCESSES ?= 2
# As they are collected: files of few but long tests first, units last. xdist would begin
# with the many short ones, and end with one process that waits for the other.
IN_PROCESSES = -n $(PROCESSES) --dist loadfile --no-loadscope-reorder

test: setup ## unit, property, contract, integration and end-to-end tests on the embedded engines
	$(BIN)/pytest $(IN_PROCESSES) -m "not engines and not faults and not mutants"

test-engines: setup ## the tests on the real Apache Kafka and Elasticsearch (Java and Maven needed)
	$(BIN)/pytest -m engines

test-faults: setup ## what faults lose: SEED=n, CASES=words of names, MUTANT=name (should fail)
	COMMUNIQUE_TEST_SEED=$(SEED) COMMUNIQUE_TEST_MUTANT=$(MUTANT) \
		$(BIN)/pytest --tb=short tests/faults $(if $(MUTANT),-m mutants -k all_comes_through,-m faults $(if $(CASES),-k "$(CASES)"))

test-mutants: setup ## whether the fault suite sees deliveries that are spoilt on purpose
	COMMUNIQUE_TEST_SEED=$(SEED) \
		$(BIN)/pytest --tb=short -m mutants tests/faults $(if $(CASES),-k "$(CASES)")

check: lint test ## all that must pass before a commit lands

STAGE ?= quality

bench: setup ## measure: STAGE=quality, or another folder of bench/
	$(BIN)/python -m bench.$(STAGE)

SECONDS ?= 600

fuzz: setup ## atheris on the parsers: SECONDS=600; findings lie in .fuzz (Linux only)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group fuzz
	mkdir -p .fuzz/findings
	$(BIN)/python -m tests.fuzz.parsing .fuzz/corpus -dict=tests/fuzz/tokens.dict \
		-max_total_time=$(SECONDS) -max_len=8192 -artifact_prefix=.fuzz/findings/

demo: setup ## watch a dozen releases travel from a test ministry to a search hit
	$(BIN)/communique demo

up: setup ## start everything with the feeds that ship with us; Ctrl-C stops it
	$(BIN)/communique up

clean: ## remove what make made
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
