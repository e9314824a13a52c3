# make run | backup | restore FILE=… | upgrade | test | check | bench | load | clean. Needs Debian (or a relative), make and
# Python 3.11 or newer; everything else is brought in, and only when missing. On Windows see the three commands in
# README.md.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
# Only a database on PostgreSQL is copied by PostgreSQL's own programs.
BACKUP_PACKAGES := $(if $(filter postgres%,$(DATABASE_URL)),$(if $(shell command -v pg_dump),,postgresql-client))
LOAD_PACKAGES := nginx openssl postgresql
TEST_PACKAGES := chromium-headless-shell fonts-liberation2 $(LOAD_PACKAGES)

# Installs the Debian packages $(1) that are not there yet; waits while another program holds the package lock.
define install_packages
	@missing=""; \
	for package in $(1); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  command -v apt-get >/dev/null || { echo "Missing:$$missing. Install them by hand: there is no apt-get." >&2; exit 1; }; \
	  as_root=""; [ "$$(id -u)" = 0 ] || as_root="sudo"; \
	  for attempt in 1 2 3 4 5 6; do \
	    $$as_root apt-get -o DPkg::Lock::Timeout=120 -qq update && \
	    $$as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq -y \
	      install --no-install-recommends $$missing && break; \
	    [ $$attempt -lt 6 ] || { echo "Could not install:$$missing." >&2; exit 1; }; \
	    sleep 10; \
	  done; \
	fi
endef

.PHONY: run backup restore upgrade test suite check style types bench load clean packages backup-packages load-packages

run: $(STAMPS)/run
	$(BIN)/streamlit run app.py

backup: $(STAMPS)/run backup-packages
	$(BIN)/python -m data backup

restore: $(STAMPS)/run backup-packages
	@[ -n "$(FILE)" ] || { echo "Which backup? For example: make restore FILE=var/backup/dti-2024-12-31-170000.zip" >&2; exit 1; }
	$(BIN)/python -m data restore "$(FILE)"

upgrade: $(STAMPS)/run backup-packages
	$(BIN)/python -m data upgrade

# What takes both cores little is done at the same time. What style finds is told before anything long begins; what the
# types find, while the tests run.
test: | $(BIN)/python
	$(MAKE) --no-print-directory -j2 packages $(STAMPS)/dev
	$(MAKE) --no-print-directory style
	$(MAKE) --no-print-directory -j2 types suite

# Four workers on two cores: browser walks wait now and then. A file stays with one worker, and what it sets up; files
# are handed out in the order of tests/conftest.py. What one of them has compiled, all workers and servers read.
suite: packages $(STAMPS)/dev
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

check: style types

style: $(STAMPS)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(STAMPS)/dev
	$(BIN)/pyright

bench: $(STAMPS)/bench
	$(BIN)/python -m tests.bench

load: $(STAMPS)/run load-packages
	$(BIN)/python -m tests.load

packages:
	$(call install_packages,$(TEST_PACKAGES))

load-packages:
	$(call install_packages,$(LOAD_PACKAGES))

backup-packages:
	$(call install_packages,$(BACKUP_PACKAGES))

clean:
	rm -rf $(VENV) build .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Debian cuts ensurepip out of python3: without python3-venv a virtual environment has no pip.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; found $$($(PYTHON) --version). Give another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) --no-print-directory venv-package
	$(PYTHON) -m venv $(VENV)

.PHONY: venv-package
venv-package:
	$(call install_packages,python3-venv)

$(STAMPS)/run: requirements.txt | $(BIN)/python
$(STAMPS)/dev: requirements-dev.txt requirements.txt | $(BIN)/python
$(STAMPS)/bench: requirements-bench.txt requirements.txt | $(BIN)/python
# Compiling all that is installed takes half of the time, and tests import a part of it: whoever imports first compiles.
$(STAMPS)/dev: pip_options := --no-compile
$(STAMPS)/%:
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(pip_options) -r $<
	@mkdir -p $(STAMPS) && touch $@
