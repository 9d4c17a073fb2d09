# Two commands do everything: `make demo` and `make test`. Each sets itself up.

PYTHON ?= python3
BIN := .venv/bin

# A command that is begun anew some hundred times would otherwise be compiled as often, where that variable is set.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint bench clean

demo: .venv/ready
	$(BIN)/safeconduct demo

test: .venv/ready
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python bench/check.py
	$(BIN)/python bench/addresses.py
	$(BIN)/python bench/decks.py
	$(BIN)/python bench/febrl.py
	$(BIN)/python bench/log.py
	$(BIN)/python bench/desk.py
	$(BIN)/python bench/law.py
	$(BIN)/python bench/screen.py

# Debian's python3 comes without ensurepip; where `venv` fails for the want of it, its package is installed, or virtualenv.
.venv/ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv --clear .venv \
		|| { apt-get update -q && apt-get install -qy python3-venv && $(PYTHON) -m venv --clear .venv; } \
		|| { $(PYTHON) -m pip install --user virtualenv && $(PYTHON) -m virtualenv .venv; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf .venv safeconduct-demo .mypy_cache .pytest_cache .ruff_cache .hypothesis
