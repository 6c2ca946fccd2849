# Each target does all its own set-up: Python 3.11 and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal
# What `make test` runs a seeded part of.
PROOFS := tests/sharpness tests/run tests/emulator/faults/test_call_faults.py tests/emulator/faults/test_row_faults.py tests/emulator/test_profile.py

.PHONY: run test lint types prove endure mutants clients browser screenshot bench peers clean

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $(READY)

run: $(READY)
	$(BIN)/dataverse-tck run $(ARGS)

test: lint types $(READY)
	$(PYTEST) $(ARGS)

lint: $(READY)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .

types: $(READY)
	$(BIN)/mypy

prove: $(READY)
	PROVE=whole $(PYTEST) -n 3 $(PROOFS) $(ARGS)

endure: $(READY)
	PROVE=endure $(PYTEST) -n 3 tests/sharpness $(ARGS)

mutants: $(READY)
	$(BIN)/python -m pip install --quiet --group mutants
	$(BIN)/python tests/mutants/run.py $(ARGS)

clients: $(READY)
	$(BIN)/python tests/clients/run.py $(ARGS)

browser: $(READY)
	$(BIN)/python -m pip install --quiet --group browser
	$(BIN)/python tests/browser/run.py $(ARGS)

screenshot: $(READY)
	$(BIN)/python -m pip install --quiet --group browser
	PYTHONPATH=. $(BIN)/python tests/browser/screenshot.py docs/report.png

bench: $(READY)
	$(BIN)/python benchmarks/surface.py
	$(BIN)/python benchmarks/data.py
	$(BIN)/python benchmarks/patience.py
	$(BIN)/python benchmarks/faults.py
	$(BIN)/python benchmarks/csdl.py
	$(BIN)/python benchmarks/emulator.py
	$(BIN)/python -m pip install --quiet --group browser
	$(BIN)/python benchmarks/page.py

peers: $(READY)
	$(BIN)/python benchmarks/peers/run.py $(ARGS)

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache
