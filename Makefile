# Everything one does with this folder. Each command makes ready what it needs first.

PYTHON ?=
WORKERS ?= 2
BENCH ?=
KILLS ?= 200
SECONDS ?= 60
ARGS ?=

VENV_PYTHON := .venv/bin/python
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup setup-run setup-test setup-fuzz run test check lint bench fault fuzz catalogue lock

help: ## Show these commands
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: setup-test ## Make ready what the program and its tests need

setup-run:
	@packaging/setup.sh run

setup-test:
	@packaging/setup.sh test

setup-fuzz: setup-test
	@packaging/setup.sh fuzz

run: setup-run ## Do the main job on sample data, step by step
	$(VENV_PYTHON) -m armoury tour $(ARGS)

test: lint ## Check the code, then run all tests
	$(VENV_PYTHON) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: lint ## Check style, types, walls between rooms, sizes and the catalogue of texts
	$(VENV_PYTHON) -m pytest -q -p no:randomly tests/architecture

lint: setup-test
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m mypy

bench: setup-test ## Measure speed and memory (BENCH="options of tests.bench.run")
	$(VENV_PYTHON) -m tests.bench.run $(BENCH)

fault: setup-test ## Kill the program many times at random moments (KILLS=200), flip every byte of a bundle
	$(VENV_PYTHON) -m pytest tests/fault tests/bundle/test_flips.py --kills $(KILLS) --all-bytes

fuzz: setup-fuzz ## Search for input that makes the program fall (SECONDS=60 at each door)
	$(VENV_PYTHON) -m tests.fuzz.run --seconds $(SECONDS)

catalogue: setup-test ## Collect the texts for translators anew
	$(VENV_PYTHON) packaging/catalogue.py

lock: setup-test ## Pin the dependencies anew after a change in pyproject.toml (ARGS=--upgrade)
	packaging/lock.sh $(ARGS)
