# demo: the sample site end to end. test: everything that CI checks. fix: format. bench, bench-full: times beside peers.
# chaos-quick, chaos-full: what holds when processes are killed.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test unit fix bench bench-full chaos-quick chaos-full lock clean

demo: $(VENV)/.core
	$(BIN)/rs demo --out rs-demo

test: $(VENV)/.dev
	$(BIN)/python scripts/check.py

# one group alone: make unit
unit: $(VENV)/.dev
	$(BIN)/python scripts/check.py unit

fix: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python scripts/make_catalog.py
	$(BIN)/python scripts/make_docs.py

# against peers; bench: small scenes, below three minutes; bench-full: whole tiles, about an hour, 8 GB in SCENES
SCENES ?= $(or $(TMPDIR),/tmp)/rs-bench-scenes
bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks.run quick --scenes $(SCENES)

bench-full: $(VENV)/.bench
	$(BIN)/python -m benchmarks.run full --scenes $(SCENES)

# experiments that kill, fill and damage: at most 10 and 90 minutes; SEED=7 draws other moments
SEED ?= 0
chaos-quick chaos-full: chaos-%: $(VENV)/.dev
	$(BIN)/python -m tests.faults.chaos $* --seed $(SEED)

lock: $(VENV)/.core
	$(BIN)/python scripts/lock.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e . 2>&1 | grep -v "Location .* is ignored" || true
	test -x $(BIN)/rs
	touch $@

$(VENV)/.dev: $(VENV)/.core
	$(PIP) -e '.[dev]' 2>&1 | grep -v "Location .* is ignored" || true
	$(BIN)/python -c "import pytest, mypy, hypothesis, rio_cogeo, odc.stac"
	touch $@

# stackstac excludes pandas 3 in its metadata, and works with it
$(VENV)/.bench: $(VENV)/.dev
	$(PIP) -e '.[dev,bench]' 2>&1 | grep -v "Location .* is ignored" || true
	$(PIP) --no-deps stackstac==0.5.1 2>&1 | grep -v "Location .* is ignored" || true
	$(BIN)/python -c "import bottleneck, odc.algo, stackstac"
	touch $@

clean:
	rm -rf $(VENV) rs-demo build dist
