# Every command here can be run in a fresh clone: it first sets up what it needs.
# Needs Python 3.11 or newer and make. Everything is kept in .venv (programs) and var (your data).

PORT ?= 8000
PYTHON := .venv/bin/python
COMMONWHY := .venv/bin/commonwhy
BENCHMARKS := gap_calibration gap landscape roster_parse roster_import embedding

.DEFAULT_GOAL := help
.PHONY: help demo serve test lint bench screenshots messages install install-dev

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: install ## Load the demo district, start web and worker, print where to sign in (PORT=8000)
	@exec $(COMMONWHY) demo --serve --port "$(PORT)"

serve: install ## Start web and worker with your own data (PORT=8000)
	@exec $(COMMONWHY) serve --port "$(PORT)"

test: install-dev ## Run everything a change has to pass
	@$(PYTHON) scripts/system_packages.py tests
	@exec $(PYTHON) scripts/verify.py all

lint: install-dev ## Run the checks that need no database server and no browser
	@exec $(PYTHON) scripts/verify.py lint

bench: ## Print the figures of the benchmarks
	@scripts/setup_venv bench
	@set -e; for name in $(BENCHMARKS); do echo "== $$name"; $(PYTHON) "benchmarks/$$name.py"; done

screenshots: install-dev ## Take the pictures of README.md from the demo
	@$(PYTHON) scripts/system_packages.py tests
	@exec $(PYTHON) scripts/screenshots.py

messages: install-dev ## Compile the translations (.po) to what is shipped (.mo)
	@exec $(PYTHON) scripts/compile_messages.py

install:
	@scripts/setup_venv runtime

install-dev:
	@scripts/setup_venv dev
