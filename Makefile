# The one door to Terrier. Needs make, Python 3.11 or newer, and Node 20 or newer; brings up everything else.
# Everything lands in this folder (.uv, .venv, frontend/node_modules); nothing is installed for the whole machine,
# except Debian's chromium by `make test` when it runs as root and no Chromium is there.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PORT ?= 8000
ACCOUNTS ?= 6000
PEOPLE ?= 24
# The public instances that `make bench` runs, where they are; see docs/benchmarks.md.
INSTANCES ?= ../shared/bench
# Two test processes: the kernels' compilation is shared through numba's cache, and CI machines have two cores.
WORKERS ?= 2

# Python comes from the machine, never from a download.
export UV_PYTHON_DOWNLOADS ?= never
# Compiled once at setup, so that each `terrier` command starts a second sooner even where Python may not write.
export UV_COMPILE_BYTECODE ?= 1

# A uv on the PATH that can read the lock file will do; else a pinned one is put into .uv by pip.
UV := $(shell .ci/uv --find)
RUN := $(UV) run --frozen --no-sync
NPM := npm --prefix frontend --update-notifier=false

# If something that the frontend builds is gone, its stamp says nothing.
BUILT := frontend/node_modules/.built
PRODUCTS := $(foreach page,report size,src/terrier/report/assets/$(page).js src/terrier/report/assets/$(page).css) src/terrier/atlas/data/counties-10m.json \
  $(foreach file,app.js app.css icons.svg studio/studio.js charts/charts.js,src/terrier/office/static/office/$(file))
ifneq ($(words $(wildcard $(PRODUCTS))),$(words $(PRODUCTS)))
$(shell rm -f $(BUILT))
endif
# The office's templates are sources of its style sheet: it holds the classes that they name.
FRONTEND_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*') \
  $(shell find src/terrier/office -name '*.html')

# The office in other languages, as Django reads it.
LANGUAGES := $(patsubst %.po,%.mo,$(wildcard src/terrier/office/locale/*/LC_MESSAGES/django.po))

CASES ?= 10000

.PHONY: help setup assets translations demo report test test-spark test-frontend fuzz chromium check bench pictures format clean

help: ## Show what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/.synced assets $(LANGUAGES) ## Set up Python packages and build the frontend

assets: $(BUILT) ## Build the report page and the packaged outlines, when their sources changed

translations: .venv/.synced ## Collect the office's texts into its translation files
	$(RUN) python .ci/translations.py collect

demo: setup ## Open the office with a sample company on http://127.0.0.1:8000 (or PORT=…), every role one click away
	@.ci/demo "$(PORT)" "$(ACCOUNTS)" "$(PEOPLE)" $(RUN)

report: setup ## Sample 6,000 accounts, realign them, serve the report on http://127.0.0.1:8000 (or PORT=…)
	@.ci/report "$(PORT)" "$(ACCOUNTS)" "$(PEOPLE)" $(RUN)

# What is the same on every database (a browser, the ledger, the engine) runs once; what reads or writes the office's data, on both.
test: setup chromium ## Run every test, the report in a real browser among them
	$(RUN) lint-imports
	$(NPM) run test
	$(RUN) pytest -n $(WORKERS) --dist loadgroup
	$(RUN) .ci/on-postgres pytest tests/office -m "not once" -n $(WORKERS) --dist loadgroup

test-spark: setup ## Run the ledger's measures on a Spark cluster of two workers on this machine; needs Java 17 or newer
	@command -v java >/dev/null || { echo "Spark needs Java 17 or newer." >&2; exit 1; }
	$(UV) sync --frozen --inexact --extra spark --quiet
	$(RUN) pytest tests/ledger/spark

fuzz: setup ## Send the office's API 10,000 requests (or CASES=…) that may break it, on both databases; SEED=… sends others
	CASES=$(CASES) $(RUN) pytest tests/office/api/test_fuzz.py tests/office/api/test_hostile.py -n $(WORKERS)
	CASES=$(CASES) $(RUN) .ci/on-postgres pytest tests/office/api/test_fuzz.py tests/office/api/test_hostile.py -n $(WORKERS)

chromium:
	@.ci/chromium

check: setup ## Lint, format, types and import contracts, for Python and TypeScript
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy
	$(RUN) lint-imports
	$(NPM) run check

bench: setup ## Measure Terrier beside its peers and refresh docs/benchmarks.md; BENCH="--quick" is shorter
	$(UV) sync --frozen --inexact --group bench --quiet
	$(RUN) terrier bench design $(wildcard $(INSTANCES)) --page docs/benchmarks.md $(BENCH)

pictures: setup ## Take the pictures of the docs anew, from the report that `make report` made
	$(UV) run --frozen --no-sync --with pillow==13.0.0 python docs/images/take.py

format: setup ## Format and fix what can be fixed by itself
	$(RUN) ruff check --fix
	$(RUN) ruff format
	$(NPM) run format

clean: ## Remove everything that make has built or installed here
	rm -rf .venv .uv demo dist build results frontend/node_modules frontend/dist \
	  src/terrier/report/assets src/terrier/atlas/data src/terrier/office/static/office \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks
	find src -name '*.mo' -delete
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

.uv/bin/uv:
	@.ci/uv --install

.venv/.synced: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen
	@touch $@

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json
	@command -v npm >/dev/null || { echo "Terrier needs Node 20 or newer (node and npm) to build its report page." >&2; exit 1; }
	$(NPM) ci --no-audit --no-fund
	@touch $@

%.mo: %.po | .venv/.synced
	$(RUN) python .ci/translations.py compile

$(BUILT): frontend/node_modules/.installed $(FRONTEND_SOURCES)
	$(NPM) run build
	@touch $@
