# Everything a newcomer needs: `make demo`, `make test`, `make ui`. Each sets itself up in .venv first.

# The first interpreter that runs and is new enough: one may be on the path and still not run (pyenv's stand-ins).
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
  if $$p -c '$(NEW_ENOUGH)' 2>/dev/null; then echo $$p; break; fi; done)
BIN := .venv/bin
CLS := $(BIN)/cls
export CLS_HOME ?= $(CURDIR)/.cls
export DAGSTER_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo nights survival periods test proofs contribution attack check format ui bench bench-simulation docs pictures ui-pictures lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: .venv/ready ## Make .venv with the locked dependencies

.venv/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Install it, or set PYTHON=/path/to/python3.11."; exit 1; }
	@echo "Setting up .venv (some minutes) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: .venv/ready ## Simulate the programme, load all 27 sites, publish a release
	@$(CLS) sample "$(CLS_HOME)"
	@$(CLS) nightly

# A system gives way on 31 March, and another begins in parallel on the 30th.
NIGHTS ?= 2026-03-15..2026-04-14
nights: .venv/ready ## Play a month of nightly loads, cutovers inside it (NIGHTS=first..last)
	@$(CLS) sample "$(CLS_HOME)" --nights $(NIGHTS)
	@mkdir -p "$(CLS_HOME)/inbox"
	@for night in "$(CLS_HOME)"/nights/*/; do night="$${night%/}"; echo "$${night##*/}"; \
	  cp -R "$$night"/. "$(CLS_HOME)/inbox/" && $(CLS) nightly > "$(CLS_HOME)/nights/$${night##*/}.log" 2>&1 \
	  || { tail -20 "$(CLS_HOME)/nights/$${night##*/}.log"; exit 1; }; done
	@$(CLS) status

test: .venv/ready ## All tests
	@$(BIN)/python -m pytest -n 2

proofs: .venv/ready ## The slow proofs: survival of changes of systems, in small
	@$(BIN)/python -m pytest -n 2 -m slow

contribution: .venv/ready ## Estimates of contribution beside the planted effects of the simulated programme in CLS_HOME
	@$(BIN)/python -m cls_pipeline.sample.survival.contribution "$(CLS_HOME)"

attack: .venv/ready ## Try to work out withheld counts of the state in CLS_HOME (minutes); run it after any new breakdown or share
	@$(BIN)/python -m tests.disclosure.whole_release "$(CLS_HOME)"

check: .venv/ready ## Lint, format, types, Dagster definitions
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfmt --check --quiet dbt_project
	@$(BIN)/mypy
	@CLS_HOME=$$(mktemp -d) sh -c 'DAGSTER_HOME=$$CLS_HOME $(BIN)/dagster definitions validate -w workspace.yaml --log-level warning'

format: .venv/ready ## Put Python and SQL in their usual form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet . ; $(BIN)/sqlfmt --quiet dbt_project

ui: .venv/ready ## The Dagster UI on http://127.0.0.1:3000 over the same state
	@$(CLS) ui

survival: .venv/ready ## What survives changes of systems: three simulated programmes against their known truth
	@$(CLS) sample score

periods: .venv/ready ## Figures by quarter, year, area and team of the simulated home in CLS_HOME, beside their truth
	@$(BIN)/python -m cls_pipeline.sample.survival.of_home "$(CLS_HOME)"

bench: .venv/ready ## The nightly beside a floor, on about two million source rows
	@$(BIN)/python -m benchmarks.nightly

bench-simulation: .venv/ready ## How quickly the simulated programme is written, beside the aim
	@$(BIN)/python -m benchmarks.simulation

docs: .venv/ready ## Write again the pages and schemas that are made from contracts and definitions
	@$(BIN)/python -m cls_pipeline.registry.schemas
	@$(BIN)/python -m cls_pipeline.registry.dictionary
	@$(BIN)/python -m cls_pipeline.warehouse.catalogue
	@$(BIN)/python -m cls_pipeline.warehouse.semantic
	@$(BIN)/python -m cls_pipeline.sample.recording.page

pictures: .venv/ready ## Draw again the pictures of these pages (some minutes)
	@$(BIN)/python -m benchmarks.simulation_pictures docs/pictures scottish_borders wales_19
	@$(BIN)/python -m benchmarks.continuity_picture docs/pictures/continuity.svg

ui-pictures: .venv/ready ## Take the pictures of the UI again (needs Chromium)
	@PYTHONPATH=tests $(BIN)/python -m tests.e2e.pictures docs/pictures

lock: .venv/ready ## Resolve the dependencies anew (needs uv)
	@uv pip compile --quiet --universal --no-strip-extras --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  --extra dev pyproject.toml -o requirements.lock

clean: ## Remove .venv and the state in .cls
	@rm -rf .venv .cls
