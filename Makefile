# Everything a developer does here. Works with the make of Debian and of macOS (3.81).
SHELL := /bin/sh
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
ALEMBIC := $(PY) -m alembic -c migrations/alembic.ini -x url=sqlite:///build/migrations.db
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test check check-format check-lint check-types check-imports check-wording check-migrations format \
        train fuzz bench soak screenshots lock clean

help: ## Show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

setup: .venv/.runtime ## Make .venv with the pinned libraries that the app needs

run: .venv/.runtime ## Start on http://127.0.0.1:5040 (PORT=… changes it) with demo orders; no account, no key
	@$(PY) -m flask upgrade-db
	@$(PY) -m flask seed-demo --try
	@$(PY) app.py

test: .venv/.dev .venv/.train ## Run the whole suite with real PostgreSQL, Redis and a browser (ARGS="-k slip" for a part)
	@.ci/parts
	$(PY) -m pytest $(ARGS)

check: check-format check-lint check-types check-imports check-wording check-migrations ## Format, lint, types, import contracts, wording, migrations

check-format: .venv/.dev
	$(PY) -m ruff format --check .

check-lint: .venv/.dev
	$(PY) -m ruff check .

check-types: .venv/.dev
	$(PY) -m mypy

check-imports: .venv/.dev
	.venv/bin/lint-imports

check-wording: .venv/.dev
	$(PY) -m returnflow.agents.lint

check-migrations: .venv/.dev
	@mkdir -p build && rm -f build/migrations.db
	$(ALEMBIC) upgrade head
	$(ALEMBIC) check

train: .venv/.train ## Train the intent model anew and export its weights (needs scikit-learn; the app does not)
	$(PY) -m returnflow.understanding.train

fuzz: .venv/.dev ## Run every property test with 5,000 examples instead of 100 (an hour and more)
	$(PY) -m pytest -m hypothesis --hypothesis-profile=fuzz --timeout=0 $(ARGS)

bench: .venv/.dev ## Hold 100 conversations at once on SQLite and PostgreSQL (3 minutes; ARGS=--saturate also finds the limit)
	@$(PY) -m tests.load.conversations $(ARGS)

soak: .venv/.dev ## Hold 100 conversations for 10 minutes while Redis is killed and comes back (ARGS="--minutes 60" for longer)
	@$(PY) -m tests.load.soak $(ARGS)

screenshots: .venv/.dev ## Take the screenshots of docs/screenshots anew
	$(PY) -m tests.browser.screenshots

format: .venv/.dev ## Format the code and fix what can be fixed by itself
	$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

lock: .venv/.runtime ## Pin the full closure of pyproject.toml into requirements*.txt
	@test -x build/lock/bin/pip-compile || { $(PY) -m venv build/lock && build/lock/bin/python -m pip install --quiet pip-tools; }
	@for extra in "" dev train; do \
	    file=requirements$${extra:+-$$extra}.txt; \
	    CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/pip-compile --quiet --strip-extras --no-emit-options --no-emit-index-url \
	        --no-emit-find-links --no-emit-trusted-host $${extra:+--extra $$extra -c requirements.txt} -o $$file pyproject.toml || exit 1; \
	    awk '/^async-timeout/ { skip = 1; next } skip && /^ / { next } { skip = 0; print }' $$file > build/lock/out; \
	    printf '%s\n' "async-timeout==5.0.1 ; python_full_version < '3.11.3'  # redis wants it on Debian 12" >> build/lock/out; \
	    mv build/lock/out $$file; \
	done

clean: ## Remove .venv, caches and build output; var/ (your data) stays
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp for each set of libraries: a second run finds it and does nothing.
.venv/.runtime: requirements.txt
	@python=$$(.ci/python) && { test -x $(PY) && $(PY) -c '' 2>/dev/null || { echo "Making .venv with $$($$python --version)"; $$python -m venv --clear .venv; }; }
	@echo "Installing the libraries (about a minute the first time)"
	@$(PIP) install -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	@echo "Installing the development tools"
	@$(PIP) install -r requirements-dev.txt
	@touch $@

.venv/.train: requirements-train.txt .venv/.runtime
	@echo "Installing the training library"
	@$(PIP) install -r requirements-train.txt
	@touch $@
