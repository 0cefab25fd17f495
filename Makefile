# `make demo` and `make test` set everything up by themselves; see README.md.
.PHONY: help setup demo test lint screens rules hostile hostile-beside tamper soak fuzz api bench bench-desk bench-records clean kills database-away
.DEFAULT_GOAL := help

PYTHON_HERE := .venv/bin/python
# what set-up unpacked where nobody may install
export PATH := $(PATH):$(CURDIR)/.venv-system/bin
# images set it, and then every program that is started compiles all that it imports anew: 4 s instead of 1.5
unexport PYTHONDONTWRITEBYTECODE
OURS := crawler takedown storage seeds

help:
	@echo 'make demo    sweep the sample sites of this machine and open the desk on them'
	@echo 'make test    every test; ARGS="-k name" chooses'
	@echo 'make lint    style, types, imports, security'
	@echo 'make rules   the page on the rules anew; CORPUS=folder measures them first'
	@echo 'make hostile every page of the hostile web, fetched and rendered, on loopback alone'
	@echo 'make hostile-beside  twenty good sites alone and beside one hostile: are all whole, how much longer do they take?'
	@echo 'make tamper  a thousand random mutations of evidence, each to be found; ARGS="--number 60"'
	@echo 'make soak    5,000 visits: does anything grow, is anything left; ARGS="--visits 500" makes it shorter'
	@echo 'make kills   a hundred kill -9 of sweeps and their parts; was anything lost? ARGS="--number 30 --seed 7"'
	@echo 'make database-away  PostgreSQL is stopped for a minute in the midst of a sweep'
	@echo 'make fuzz    look for bytes that break a reader; ARGS="--seconds 600 facts" chooses'
	@echo 'make api     every call of the API by schemathesis; ARGS="--examples 200 --only POST"'
	@echo 'make bench   speed beside bare Scrapy and bare Playwright, of reading and judging (CORPUS=pages.jsonl.gz), then bench-desk'
	@echo 'make bench-desk  pages and searches of the desk with 100,000 cases, on SQLite and PostgreSQL'
	@echo 'make screens a picture of every page of the desk, on the cases of the last demo; ARGS=folder'
	@echo 'make bench-records  look-ups and owner records; ARGS="--corpus FILE" for a corpus too'
	@echo 'make setup   packages, browser, fonts, database; the others do it by themselves'
	@echo 'make clean   remove what set-up, tests and demo made; evidence and database of your own in var/ stay'

setup:
	@.ci/setup.sh

demo: setup
	@$(PYTHON_HERE) -m tests.site.demo

test:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m pytest -n auto $(ARGS)

lint:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m ruff check .
	@$(PYTHON_HERE) -m ruff format --check .
	@$(PYTHON_HERE) -m mypy
	@.venv/bin/lint-imports
	@$(PYTHON_HERE) -m bandit --quiet -ll -r $(OURS)

rules: setup
	@$(if $(CORPUS),.venv/bin/lachan evaluate $(CORPUS) --only page --measure-rules crawler/evaluation/rule_figures.json)
	@mkdir -p var && .venv/bin/lachan rules --markdown >var/RULES.md && mv var/RULES.md crawler/detection/rules/RULES.md

hostile:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m tests.hostile $(ARGS)

hostile-beside:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m tests.hostile.beside $(ARGS)

tamper:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m tests.tamper $(ARGS)

soak:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m tests.soak $(ARGS)

kills:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m tests.faults.kills $(ARGS)

database-away:
	@.ci/setup.sh --tests
	@LACHAN_TEST_AWAY=60 $(PYTHON_HERE) -m pytest -n 0 -q tests/faults/test_database_away.py -k stopped $(ARGS)

fuzz:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m tests.fuzz $(ARGS)

api:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m tests.takedown.api.fuzzing $(ARGS)

bench:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m tests.bench $(ARGS)
	@$(PYTHON_HERE) -m tests.bench.reading $(if $(CORPUS),--corpus $(CORPUS))
	@$(PYTHON_HERE) -m tests.bench.desk

bench-desk:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m tests.bench.desk $(ARGS)

screens:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m tests.takedown.web.screens $(or $(ARGS),var/screens)

bench-records:
	@.ci/setup.sh --tests
	@$(PYTHON_HERE) -m tests.bench.records $(ARGS)

clean:
	rm -rf .venv .venv-replay .venv-setup .venv-suites .venv-system build dist *.egg-info var/demo
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find $(OURS) tests -name __pycache__ -type d -prune -exec rm -rf {} +
