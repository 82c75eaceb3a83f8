# Two commands matter: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
DATA ?= $(or $(SEGUE_DATA),data)
WORKERS ?= 1
TESTERS ?= 2
TORCH := torch==2.13.0
SERVE := .venv/bin
DEV := .venv-test/bin
SOURCES := kit services gateway pipelines supervisor tests bench fleet.py

.DEFAULT_GOAL := help
.PHONY: help run refresh demo test test-all lint types imports check must openapi settings clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.venv/stamp: pyproject.toml constraints.txt
	@echo "Installing what serving needs into .venv (once, about a minute; no torch) ..."
	@$(PYTHON) -m venv .venv
	@$(SERVE)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fleet]'
	@touch $@

.venv-test/stamp: pyproject.toml constraints.txt
	@echo "Installing everything, training and tests included, into .venv-test (once, some minutes) ..."
	@$(PYTHON) -m venv .venv-test
	@$(DEV)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt '$(TORCH)'
	@$(DEV)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

run: .venv/stamp ## Segue on http://127.0.0.1:8000, with the demo release until you publish your own
	@$(SERVE)/python fleet.py --port $(PORT) --data $(DATA) --workers $(WORKERS)

refresh: .venv-test/stamp ## learn from your own playlists and serve them: make refresh PLAYLISTS=... TRACKS=...
	@test -n "$(PLAYLISTS)" || { echo "Say which playlists: make refresh PLAYLISTS=my.csv TRACKS=songs.csv (docs/models.md lists the forms)"; exit 2; }
	$(DEV)/segue-pipeline refresh $(PLAYLISTS) $(TRACKS) --data $(DATA)

demo: .venv-test/stamp ## build the demo release again with the real pipeline
	$(DEV)/segue-pipeline demo --out releases

test: .venv-test/stamp ## the suite that CI runs
	$(DEV)/python -m pytest -m "not slow" -n $(TESTERS) --dist loadfile

test-all: .venv-test/stamp ## with the slow suites: real playlists, rebuilding the demo
	$(DEV)/python -m pytest

lint: .venv-test/stamp
	$(DEV)/ruff check $(SOURCES)
	$(DEV)/ruff format --check $(SOURCES)

types: .venv-test/stamp
	$(DEV)/mypy

imports: .venv-test/stamp
	$(DEV)/lint-imports

check: lint types imports test ## everything that must be green before a commit

must: .venv-test/stamp ## the rows of the floor that no test cites yet
	@$(DEV)/python -m tests.repo.must

openapi: .venv-test/stamp ## write openapi.json from the services' routes
	$(DEV)/python -m tests.repo.openapi

settings: .venv-test/stamp ## write docs/settings.md and env.example from the settings classes
	$(DEV)/python -m tests.repo.settings_page

clean: ## remove what building left behind (your data/ stays)
	rm -rf .venv .venv-test build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
