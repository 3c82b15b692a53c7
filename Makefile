# kms-jwt: `make help` lists the targets. Only Python 3.11 or newer, git, make and curl are needed beforehand.
PYTHON   ?= python3
VENV     := .venv
BIN      := $(VENV)/bin
PYTEST   := $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder
PROGRESS := $(BIN)/python .ci/with_progress.py
INSTALL  := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes
LOCK     := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --custom-compile-command "make lock"

# One more than there are cores, since some tests wait for processes of their own.
PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell $(PYTHON) -c 'import os; print(1 + (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()))')
export PYTEST_XDIST_AUTO_NUM_WORKERS

# The tests start hundreds of interpreters. Without bytecode each of them compiles Pulumi's modules anew, for three seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test unit fuzz verdicts clients browser bench check dist smoke format reference lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## create .venv with the locked dependencies

$(VENV)/.installed: requirements-dev.txt
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(sys.version_info < (3, 11) and f"kms-jwt needs Python 3.11 or newer, and $(PYTHON) is {v}: try make PYTHON=python3.13")'
	@$(PYTHON) .ci/with_progress.py "Creating $(VENV)" $(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing or broken: on Debian and Ubuntu, apt install python3-venv"; exit 1; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > $(VENV)/uv.txt
	@$(PROGRESS) "Installing uv" $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	@$(PROGRESS) "Installing the locked dependencies (once, about half a minute)" $(INSTALL) -r requirements-dev.txt
	@touch $@

demo: setup ## the whole thing on the embedded AWS emulator (KEEP=1: keep serving)
	@$(BIN)/python -m examples.demo $(if $(KEEP),--keep)

test: setup ## unit and end-to-end tests, with the authorizer's branch coverage
	@failed=0; \
	echo "The authorizer's tests, with its branch coverage:"; $(PYTEST) tests/authorizer --cov || failed=1; \
	echo "The others:"; $(PYTEST) --ignore tests/authorizer || failed=1; \
	exit $$failed

unit: setup ## the tests of the authorizer, the issuer, the command and the components that are quick and start nothing
	@$(PYTEST) -m "not slow" tests/authorizer tests/attacks tests/issuer tests/cli tests/components

fuzz: setup ## try new inputs on the authorizer (SECONDS=60)
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60)

verdicts: setup ## the attack corpus, judged by us, PyJWT and joserfc
	@$(BIN)/python -m tests.verdicts

clients: setup ## the OAuth 2.0 client libraries of PyPI, npm and Go at the token service (needs Node.js and Go)
	@$(BIN)/python -m tests.clients

browser: setup ## the single-page application and the site in a headless Chromium (needs chromium, chromedriver and npm)
	@$(PROGRESS) "Installing what a browser and the site need" $(INSTALL) -r tests/browser/requirements.txt -r docs/site/requirements.txt
	@$(BIN)/python -m pytest -q tests/browser

.PHONY: docs # there is a folder of that name
docs: setup ## the documentation's site, in build/site/html (needs npm the first time, for Mermaid)
	@$(PROGRESS) "Installing what the site needs" $(INSTALL) -r docs/site/requirements.txt
	@$(BIN)/python -m docs.site.build

bench: setup ## measure it all, with charts (QUICK=1: under 90 seconds)
	@$(BIN)/python -m bench $(if $(QUICK),--quick)

check: setup ## ruff, mypy --strict, and zizmor for the workflows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/zizmor --offline --no-progress --quiet .github

dist: setup ## build wheel and sdist of what is committed, as they are released: isolated, with locked build dependencies
	@rm -rf dist build/dist && mkdir -p build/dist
	@git archive --output build/dist/commit.tar HEAD && tar -x -f build/dist/commit.tar -C build/dist && rm build/dist/commit.tar
	@$(PROGRESS) "Building wheel and sdist" $(BIN)/uv build --quiet --build-constraint requirements-build.txt --require-hashes --out-dir dist build/dist

smoke: setup ## try the wheel in dist/: installed in empty environments, a stack deployed with it
	@DISTRIBUTIONS=dist $(BIN)/python -m pytest -q tests/packaging

format: setup ## rewrite the code in the house's format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

reference: setup ## write the reference and schema.json from types and docstrings, and the dashboard's image
	@$(BIN)/python -m docs.generate_reference
	@$(BIN)/python -m docs.registry_schema
	@$(BIN)/python -m docs.dashboard_image

lock: setup ## resolve the dependencies anew (UPGRADE=1: to their newest versions)
	$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml --extra pulumi -o requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml --extra pulumi --group dev -c requirements.txt -o requirements-dev.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) --group browser -c requirements-dev.txt -o tests/browser/requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) --group site -c requirements-dev.txt -o docs/site/requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) authorizer/requirements.in -c requirements.txt -o authorizer/requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) issuer/token_service/requirements.in -c requirements.txt -o issuer/token_service/requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) emulator/requirements.in -o emulator/requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) bench/requirements.in -o bench/requirements.txt
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' | \
		$(LOCK) $(if $(UPGRADE),--upgrade) - -o requirements-build.txt
	@command -v npm > /dev/null || { echo "No Node.js here: bench/node/package-lock.json stays as it is."; exit 0; }; \
	cd bench/node && npm $(if $(UPGRADE),update,install) --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund

clean: ## remove what setup and the builds made
	rm -rf $(VENV) .cache build .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
