# A fresh machine with Python 3.11 or newer and make is enough: everything else is installed here, in .venv.
# Options go along in ARGS: make demo ARGS="--port 8123 --data DIR --json"

PYTHON ?= python3
ARGS ?=
UV_VERSION := 0.13.9
BIN := .venv/bin
LINT := tests/lint/node_modules/.bin/biome
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-all run-tests check check-web bench screens sizes migration messages browser provider clean
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
# Compiled once, here, a start takes a third of the time; without it every process would do it over where nothing may be written beside the code.
export UV_COMPILE_BYTECODE := 1
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

demo: .venv/.installed ## a small school with a lived-in year, served; prints a sign-in link for everybody
	@exec $(BIN)/spoor demo $(ARGS)

test: .venv/.installed-for-tests browser provider ## everything CI runs: the checks, then the tests on SQLite and PostgreSQL
	@$(MAKE) --no-print-directory -j2 check run-tests

test-all: .venv/.installed-for-tests browser provider ## the same, with every combination of language, theme and width
	@SPOOR_TEST_ALL=1 $(MAKE) --no-print-directory -j2 check run-tests

# The checks keep one core busy and the tests wait now and then: side by side both are done sooner.
run-tests:
	$(BIN)/pytest -n 4 --dist loadgroup $(ARGS)

check: .venv/.installed-for-tests check-web ## format, lint, types, templates, scripts and styles, and how easily the Dutch is read
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet web/templates
	$(BIN)/python -m tests.readability

bench: .venv/.installed-for-tests ## how fast it is, as ratios, and as JSON in bench-results/
	$(BIN)/python -m tests.bench $(ARGS)

screens: .venv/.installed-for-tests browser ## a picture of every screen of the demo, in screens/
	$(BIN)/python -m tests.screens $(ARGS)

sizes: .venv/.installed ## which files, functions and templates are long: a smell, not a law
	@$(BIN)/python -m tests.sizes $(ARGS)

migration: .venv/.installed ## after a change to a model: write the next migration, as in ARGS="0002 what_changed"
	@$(BIN)/python -m server.migrations.run $(ARGS)

messages: .venv/.installed ## bring the English up to date with the Dutch of templates and code; prints what is to translate
	@$(BIN)/python -m tests.messages

clean: ## remove what can be made again; the data in var/ stays
	rm -rf .venv tests/lint/node_modules tests/provider/node_modules screens bench-results .mypy_cache .ruff_cache .hypothesis
	find server tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, from uv.lock. A stamp says it is up to date.

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Spoor needs Python 3.11 or newer: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python cannot make an environment here. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -c '' || { rm -rf .venv; $(PYTHON) -m venv .venv; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --upgrade >/dev/null
	@$(BIN)/python -m pip install -q --disable-pip-version-check "uv==$(UV_VERSION)" >&2

.venv/.installed: uv.lock pyproject.toml | $(BIN)/uv
	@$(BIN)/uv sync --locked --inexact --no-default-groups --quiet >&2
	@touch $@

.venv/.installed-for-tests: uv.lock pyproject.toml | $(BIN)/uv
	@$(BIN)/uv sync --locked --all-extras --group dev --quiet >&2
	@touch $@ .venv/.installed

# Browsers for the tests: Debian's Chromium, and WebKit, the engine of the iPhone, on a screen of its own. Where one cannot be
# installed, its tests are skipped by name; never in CI. Chromium's headless shell only makes them faster.

browser:
	@missing=""; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="chromium"; \
	{ command -v WebKitWebDriver && command -v Xvfb; } >/dev/null || missing="$$missing webkit2gtk-driver libwebkit2gtk-4.1-0 xvfb"; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  add() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$1 >/dev/null; }; \
	  if [ -n "$$missing" ] || ! command -v chromium-headless-shell >/dev/null; then \
	    echo "installing for the browser tests: $$missing chromium-headless-shell" >&2; apt-get update -qq >/dev/null; \
	    for each in $$missing; do add $$each || [ "$${CI:-}" != true ]; done; \
	    add chromium-headless-shell 2>/dev/null || true; \
	  fi; \
	elif [ -z "$$missing" ]; then :; \
	elif [ "$${CI:-}" = true ]; then echo "CI needs browsers: apt install $$missing" >&2; exit 1; \
	else echo "tests that need these are skipped: apt install $$missing" >&2; fi

# The OpenID provider at which the tests sign in, from npm, at the version that tests/provider/package.json names. Without npm its tests
# are skipped by name; never in CI.

provider:
	@if command -v npm >/dev/null; then \
	  test tests/provider/node_modules/oidc-provider -nt tests/provider/package.json || { npm install --prefix tests/provider --no-package-lock --no-audit --no-fund --loglevel=error >/dev/null && touch tests/provider/node_modules/oidc-provider; }; \
	elif [ "$${CI:-}" = true ]; then echo "CI needs node and npm: apt install npm" >&2; exit 1; \
	else echo "no npm: the tests of school accounts (OpenID Connect) are skipped" >&2; fi

# Scripts and styles are checked by biome, from npm, at the version that tests/lint/package.json names.

check-web:
	@if command -v npm >/dev/null; then \
	  test $(LINT) -nt tests/lint/package.json || { npm install --prefix tests/lint --no-package-lock --no-audit --no-fund --loglevel=error >/dev/null && touch $(LINT); }; \
	  $(LINT) lint --config-path=tests/lint --error-on-warnings --log-level=error web/scripts web/styles web/service-worker.js; \
	elif [ "$${CI:-}" = true ]; then echo "CI needs node and npm: apt install npm" >&2; exit 1; \
	else echo "no npm: scripts and styles are not checked (biome)" >&2; fi
