# Two commands matter: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
DATA ?= $(or $(SEGUE_DATA),data)
WORKERS ?= 1
TESTERS ?= 2
TORCH := torch==2.13.0
SERVE := .venv/bin
DEV := .venv-test/bin
SOURCES := kit services gateway pipelines supervisor clients tests bench fleet.py

# Compiled modules are kept: every process that the tests start would compile ours again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run run-with-fake-spotify refresh demo web web-check shots test test-all lint types imports check must parity openapi settings client \
  container-test clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

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

.venv-test/spark: .venv-test/stamp
	@echo "Installing Spark for its tests (once, half a gigabyte; Java 17 runs it) ..."
	@$(DEV)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,spark]'
	@touch $@

.venv-client/stamp: clients/python/pyproject.toml
	@echo "Installing the generator of the Python client into .venv-client (once; it needs an older typer than ours) ..."
	@$(PYTHON) -m venv .venv-client
	@.venv-client/bin/python -m pip install --quiet --disable-pip-version-check openapi-python-client==0.29.1 ruff==0.17.5 hatchling==1.33.0
	@touch $@

client: .venv-client/stamp ## generate the code of the Python client from openapi.json, into clients/python
	@.venv-client/bin/python clients/python/generate.py

run: .venv/stamp ## install and serve Segue on http://127.0.0.1:8000, with the demo release until you publish your own
	@$(SERVE)/python fleet.py --port $(PORT) --data $(DATA) --workers $(WORKERS)

run-with-fake-spotify: .venv-test/stamp ## serve Segue linked to a fake Spotify, to click through connecting
	@$(DEV)/python -m tests.fake_spotify --port $(PORT)

refresh: .venv-test/stamp ## train on your own playlists and publish: make refresh PLAYLISTS=... TRACKS=... [UPDATE=1]
	@test -n "$(PLAYLISTS)" || { echo "Name the playlists: make refresh PLAYLISTS=playlists.csv TRACKS=tracks.csv (docs/pipeline.md lists the formats)"; exit 2; }
	$(DEV)/segue-pipeline refresh $(PLAYLISTS) $(TRACKS) --data $(DATA) $(if $(UPDATE),--update)

demo: .venv-test/stamp ## build the demo release with the real pipeline
	$(DEV)/segue-pipeline demo --out releases

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	cd frontend && npm ci

web: frontend/node_modules/.package-lock.json ## build the pages into the gateway's package (needs Node 20; running them needs none)
	cd frontend && npm run build

ifeq ($(shell command -v node),)
web-check:
	@echo "SKIPPED web-check: no Node (the committed build of the pages is used as it is)"
	@case ",$(SEGUE_REQUIRE)," in *,node,*) echo "Node is required by SEGUE_REQUIRE"; exit 1;; esac
else
web-check: frontend/node_modules/.package-lock.json ## check the pages' sources, and that the committed build is theirs
	cd frontend && npm run api && npx biome ci . && npm run types && npx tsc -p ../clients/typescript && npm test && npm run build
	@git add --intent-to-add frontend/src gateway/web/dist
	@git diff --stat --exit-code -- frontend/src/api/schema.ts clients/typescript/schema.d.ts gateway/web/dist ':!*.br' ':!*.gz' || { echo "Generated files are not those of the sources: run make web, npm run api in frontend/, and commit"; exit 1; }
endif

shots: .venv-test/stamp ## screenshots of every page into shots/: both sizes, both schemes
	$(DEV)/python -m tests.web.shots shots

test: .venv-test/stamp .venv-client/stamp ## run the tests that CI runs
	$(DEV)/python -m pytest -m "not slow" -n $(TESTERS) --dist loadfile

test-failed: .venv-test/stamp .venv-client/stamp ## run the tests that failed in the last run, one after another
	$(DEV)/python -m pytest -m "not slow" --last-failed --last-failed-no-failures none

test-all: .venv-test/spark .venv-client/stamp ## run all tests, also the slow ones: real playlists, rebuilding the demo, Spark
	SEGUE_TEST_EXAMPLES=30 $(DEV)/python -m pytest

lint: .venv-test/stamp
	$(DEV)/ruff check $(SOURCES)
	$(DEV)/ruff format --check $(SOURCES)

types: .venv-test/stamp client
	$(DEV)/mypy
	cd clients/python && ../../$(DEV)/mypy --strict -p segue_client

imports: .venv-test/stamp
	$(DEV)/lint-imports

check: lint types imports web-check test ## lint, types, import contracts, pages and tests: before every commit

must: .venv-test/stamp ## list the requirements that no test cites yet
	@$(DEV)/python -m tests.repo.must

parity: .venv-test/stamp ## write docs/parity.md: each requirement, what answers it, and its tests
	$(DEV)/python -m tests.repo.parity

openapi: .venv-test/stamp ## write openapi.json from the services' routes
	$(DEV)/python -m tests.repo.openapi

settings: .venv-test/stamp ## write docs/settings.md and env.example from the settings classes
	$(DEV)/python -m tests.repo.settings_page

container-test: ## build the container image and try it; says why where no engine answers
	@sh deploy/container-test.sh

clean: ## remove environments, builds and caches (data/ is kept)
	rm -rf .venv .venv-test .venv-client clients/python/segue_client/_api build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
