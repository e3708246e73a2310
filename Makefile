# Everything is done by `make <target>`; `make` alone lists the targets.

PORT ?= 8000
PYTHON ?= $(shell for python in python3.11 python3.12 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
RUN := .venv/bin/python -m
MANAGE := .venv/bin/python manage.py
INSTALL := $(RUN) pip install -qq --no-input --disable-pip-version-check --require-hashes
COMPILE := .venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install demo free-port serve dev email-preview test check lint types contracts templates migrations deployable \
	test-sqlite test-postgresql drill mutants audit format messages lock clean

help:
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 22

# --- setting up ------------------------------------------------------------------------------

install: .venv/installed-dev ## make .venv with everything for working on the code

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing: neither python3.11, python3.12 nor python3 is one." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments: install its venv package (Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/pip
	@echo "Installing requirements.txt into .venv …"
	@$(INSTALL) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/bin/pip
	@echo "Installing requirements-dev.txt into .venv …"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

# --- seeing it work --------------------------------------------------------------------------

# Set, though empty, so that a .env of the same folder cannot lead the demo elsewhere.
demo serve: export DEMO = true
demo serve: export DEBUG = false
demo serve: export SITE_URL = http://localhost:$(PORT)
demo serve: export DATABASE_URL = sqlite:///data/demo.sqlite3
demo serve: export CELERY_BROKER_URL =
demo serve: export EMAIL_BACKEND =
demo serve: export DEFAULT_FROM_EMAIL =

demo: free-port ## see it work: sample papers, a sample reader, today's digest; then the site
	@echo "Preparing data/demo.sqlite3 …"
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) seed
	@$(MANAGE) demo
	@if [ "$(DEMO_SERVE)" = 0 ]; then echo "To see it: PORT=$(PORT) make serve"; \
	else $(MAKE) --no-print-directory serve; fi

# Before anything is made: mails of the demonstration name the port.
free-port: .venv/installed
	@test "$(DEMO_SERVE)" = 0 || .venv/bin/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT))).close()' 2>/dev/null \
		|| { echo "Port $(PORT) is taken or not a port. Choose another, such as PORT=8001." >&2; exit 1; }

serve: free-port ## the demo's site again, as make demo left it
	@echo "Serving $(SITE_URL) until Ctrl-C …"
	@trap 'kill $$scheduler $$web 2>/dev/null; wait' EXIT; trap 'exit 0' INT TERM HUP; \
	$(MANAGE) scheduler & scheduler=$$!; \
	$(RUN) gunicorn --bind 127.0.0.1:$(PORT) --threads 4 --log-level warning digest_project.wsgi & web=$$!; \
	wait $$web

email-preview: .venv/installed-dev ## a picture of every mail, wide and narrow, light and dark
	@rm -rf data/email-preview
	@DEMO=true DATABASE_URL=sqlite:///:memory: CELERY_BROKER_URL= EMAIL_BACKEND= DEFAULT_FROM_EMAIL= \
		$(MANAGE) email_samples data/email-preview
	@.venv/bin/python docs/images/mails.py data/email-preview

dev: .venv/installed-dev ## web, worker and beat on PostgreSQL and Redis (or what .env says)
	@PATH=".venv/bin:$$PATH" DEBUG=true PYTHONUNBUFFERED=1 \
	DATABASE_URL="$${DATABASE_URL:-postgresql://postgres@127.0.0.1/morning_papers}" \
	CELERY_BROKER_URL="$${CELERY_BROKER_URL:-redis://127.0.0.1:6379/0}" \
	sh -c 'honcho run python manage.py migrate --verbosity 0 && exec honcho start'

# --- checking --------------------------------------------------------------------------------

# The two halves know nothing of each other, and each keeps one core busy.
test: check ## every check, then every test on SQLite and, beside it, on PostgreSQL
	@log=$$(mktemp); trap 'kill $$beside 2>/dev/null; rm -f $$log' EXIT; trap 'exit 1' INT TERM HUP; \
	$(MAKE) --no-print-directory test-postgresql >$$log 2>&1 & beside=$$!; \
	$(MAKE) --no-print-directory test-sqlite; here=$$?; \
	echo "And what ran beside:"; wait $$beside; there=$$?; cat $$log; exit $$((here | there))

check: lint types contracts templates migrations deployable ## every check that runs no test

lint: .venv/installed-dev ## format and lint
	$(RUN) ruff format --check .
	$(RUN) ruff check .

types: .venv/installed-dev ## types
	$(RUN) mypy .

contracts: .venv/installed-dev ## which module may import which
	.venv/bin/lint-imports

templates: .venv/installed-dev ## templates
	find . -path ./.venv -prune -o -path '*/templates/*.html' -print | xargs .venv/bin/djade --check
	$(RUN) djlint --lint --quiet templates

migrations: .venv/installed-dev ## every change of a model has its migration
	DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) makemigrations --check --dry-run

deployable: .venv/installed-dev ## Django's and our own checks of production settings
	set -a; . tests/production.env; $(MANAGE) check --deploy --fail-level WARNING

test-sqlite: .venv/installed-dev ## every test, on SQLite and without a broker
	DATABASE_URL= CELERY_BROKER_URL= $(RUN) pytest

test-postgresql: .venv/installed-dev ## the tests again, on a real PostgreSQL and Redis
	CELERY_BROKER_URL= $(RUN) tests.services -- $(RUN) pytest -m "not browser and not once"

# ROWS="1 2": only these. READERS=200: fewer than 2,000, on a small machine. SEED=…: as it was then.
drill: .venv/installed-dev ## the fault matrix at length, with real kills; a table at the end (hours)
	DRILL=long DRILL_ROWS="$(ROWS)" DRILL_READERS="$(READERS)" DRILL_SEED="$(SEED)" CELERY_BROKER_URL= \
		$(RUN) tests.services -- $(RUN) pytest -m row tests/faults

mutants: .venv/installed-dev ## break the ledger in one place at a time; the tests must notice nine in ten
	DATABASE_URL= CELERY_BROKER_URL= $(RUN) tests.mutants $(MODULES)

audit: .venv/installed-dev ## known weaknesses of the locked packages (asks an advisory service)
	.venv/bin/pip-audit --disable-pip --require-hashes --requirement requirements.txt

# --- keeping ---------------------------------------------------------------------------------

format: .venv/installed-dev ## rewrite code and templates in the one format
	$(RUN) ruff check --fix-only .
	$(RUN) ruff format .
	find . -path ./.venv -prune -o -path '*/templates/*.html' -print | xargs .venv/bin/djade

messages: .venv/installed-dev ## what readers see, gathered into locale/ and compiled
	@command -v xgettext >/dev/null || { echo "GNU gettext is missing: install the package gettext (Debian and Ubuntu: apt install gettext; macOS: brew install gettext)." >&2; exit 1; }
	DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) makemessages
	DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) compilemessages --ignore '.venv*'
	@for file in locale/*/LC_MESSAGES/django.po; do echo "$$file"; msgfmt --statistics --output-file=/dev/null "$$file"; done

lock: .venv/installed-dev ## compile requirements*.txt anew from pyproject.toml
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) pyproject.toml --extra dev --output-file requirements-dev.txt
	$(COMPILE) pyproject.toml --extra embeddings --constraint requirements.txt --output-file requirements-embeddings.txt

clean: ## remove .venv, caches and the demo's database
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis staticfiles data/demo.sqlite3*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
