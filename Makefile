# What a person types. Everything runs in .venv, which the first target makes; only python3 and make are needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install
DJANGO := DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -W error -m django

# Arguments for the program behind a target: make test ARGS="tests/engine -x", make bench ARGS=--quick
ARGS ?=

# Checks and tests start many processes: each would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test hosts client client-test client-chaos client-bench cachalot coverage bench against calls chaos fuzz docs screenshots clean distclean \
	lint lint-client lint-style lint-spelling lint-words lint-types lint-imports lint-docs lint-migrations lint-openapi \
	lint-asyncapi lint-dist changelog release-check

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

demo: $(VENV)/.demo  ## the example with questionnaires and people, on http://127.0.0.1:8000
	$(BIN)/python example/manage.py demo $(ARGS)

test: $(VENV)/.dev  ## the whole suite, on SQLite and on PostgreSQL
	@$(BIN)/python -m tests $(ARGS)

hosts: $(VENV)/.dev  ## hosts with a replica, and with the chat in a second database, on SQLite and on PostgreSQL
	@$(BIN)/python -m tests --hosts $(ARGS)

# Node builds and tests the client; nothing else needs it. $(WITH_NODE) runs a command where there is a node.
WITH_NODE := sh .ci/with_node.sh

client: $(VENV)/.dev  ## the browser client: its types from the documents, and its build from client/
	@$(WITH_NODE) npm run --silent schemas
	@$(WITH_NODE) npm run --silent build

client-test:  ## the tests of the browser client
	@$(WITH_NODE) npm test --silent -- $(ARGS)

client-chaos: $(VENV)/.dev  ## clients in node and in browsers while servers are killed, on PostgreSQL
	@CHAT_API_TEST_DATABASE=postgres CHAT_API_CLIENT_MESSAGES=1000 $(BIN)/python -m pytest -n0 tests/client/test_chaos.py $(ARGS)

client-bench: $(VENV)/.dev  ## how the client's state grows, and its element beside another package (PyPI, Chromium)
	@$(WITH_NODE) npm run --silent bench
	@$(BIN)/python -m benchmarks.elements $(ARGS)

cachalot: $(VENV)/.dev  ## the suite with django-cachalot and a shared cache
	@DJANGO_SETTINGS_MODULE=tests.settings_cachalot $(BIN)/python -m tests $(ARGS)

coverage: $(VENV)/.dev  ## which lines no test reaches, over both databases
	@rm -f .coverage .coverage.*
	@$(BIN)/coverage run -m tests -q $(ARGS)
	@$(BIN)/coverage combine -q && $(BIN)/coverage report

bench: $(VENV)/.dev  ## what is measured, beside its floors
	$(BIN)/python -m benchmarks $(ARGS)

against: $(VENV)/.dev  ## this tree beside an older revision: make against ARGS=eb7e6bb
	$(BIN)/python -m benchmarks.against $(ARGS)

calls: $(VENV)/.dev  ## how many files and functions a request enters: make calls ARGS=--list
	$(BIN)/python -m benchmarks.calls $(ARGS)

chaos: $(VENV)/.dev  ## sockets while servers are killed: nobody misses anything
	$(BIN)/python -m benchmarks.chaos $(ARGS)

fuzz: $(VENV)/.dev  ## every door with inputs that nobody expects: make fuzz ARGS="--requests 20000 --frames 5000"
	@$(BIN)/python -m fuzz $(ARGS)

docs: $(VENV)/.dev  ## the documentation, into docs/_build/html
	$(BIN)/sphinx-build -n -W --keep-going -q -b html docs docs/_build/html

screenshots: $(VENV)/.demo $(VENV)/.dev  ## pictures for the documentation, with Chromium: make screenshots ARGS=demo
	@$(PIP) --group browser
	$(BIN)/python example/screenshots.py $(ARGS)

lint: lint-style lint-spelling lint-words lint-types lint-imports lint-docs lint-migrations lint-openapi lint-asyncapi \
	lint-client lint-dist  ## all that is checked without running the suite

lint-style: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-spelling: $(VENV)/.dev
	$(BIN)/codespell . .ci

lint-words: $(VENV)/.dev  ## words that this project does not use: make lint-words ARGS=docs
	@$(BIN)/python .ci/words.py $(ARGS)

lint-types: $(VENV)/.dev
	$(BIN)/mypy --strict

lint-imports: $(VENV)/.dev
	$(BIN)/lint-imports

lint-docs: docs

lint-migrations: $(VENV)/.dev
	$(DJANGO) makemigrations --check --dry-run

lint-openapi: $(VENV)/.dev
	$(DJANGO) spectacular --validate --fail-on-warn --file /dev/null

lint-asyncapi: $(VENV)/.dev  ## the document of the socket, by @asyncapi/parser where there is Node.js
	$(DJANGO) asyncapi --format json | $(BIN)/python .ci/check_asyncapi.py

lint-client: $(VENV)/.dev
	@$(WITH_NODE) npm run --silent check
	@$(WITH_NODE) npm run --silent schemas -- --check
	@$(WITH_NODE) npm run --silent pack

lint-dist: $(VENV)/.dev
	@rm -rf build dist && mkdir build
	$(BIN)/python -m build --no-isolation --outdir dist >build/log 2>&1 || { cat build/log; exit 1; }
	$(BIN)/python -m twine check --strict dist/*
	$(BIN)/check-manifest --no-build-isolation
	$(BIN)/python .ci/wheel.py dist

changelog: $(VENV)/.dev  ## the next section of the changelog, from the fragments in changelog.d
	@$(BIN)/towncrier build --draft $(ARGS)

release-check: $(VENV)/.dev  ## whether this checkout can be released: version, changelog, migrations, docs, wheel
	@$(BIN)/python .ci/release.py
	@$(MAKE) lint-migrations lint-docs lint-dist

clean:  ## all that was built, but not the environment
	rm -rf build dist docs/_build .testdata .benchmarks htmlcov .coverage .coverage.* \
		.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	find chat_api tests example benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

distclean: clean  ## and the environments
	rm -rf $(VENV) .tox

# A stamp each, so that nothing is installed again until pyproject.toml changes.
$(VENV)/.dev: pyproject.toml $(VENV)/.made
	@echo "Installing what the project is worked on with, into $(VENV)" >&2
	@$(PIP) --editable . --group dev
	@touch $@

$(VENV)/.demo: pyproject.toml $(VENV)/.made
	@echo "Installing the example, into $(VENV)" >&2
	@$(PIP) --editable . --group demo
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Making $(VENV)" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade 'pip>=25.1'
	@touch $@
