# Konter: `make sandbox` to try it, `make run` to sell.
#
# Every command builds .venv from the lock files first and does nothing when it is up to date.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
RUNTIME := $(VENV)/.runtime.stamp
DEV := $(VENV)/.dev.stamp
# aiogram needs an older pydantic than the bot, so the bench gives it an environment of its own.
AIOGRAM := .venv-aiogram
AIOGRAM_LOCK := tests/bench/aiogram.lock
LOCKS := requirements.lock requirements-dev.lock $(AIOGRAM_LOCK)
# Extras are kept: pip refuses the hashes of "coverage" for another package's "coverage[toml]".
UV_LOCK := $(PY) -m uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-header

.DEFAULT_GOAL := venv
.PHONY: venv dev sandbox run test test-postgres lint lint-style lint-types lint-imports lint-locks lint-translations \
  lint-image lint-scripts lock bench simulate soak fuzz pictures translations clean

## venv: build .venv with what the bot needs to run (the default)
venv: $(RUNTIME)

## dev: the same, with what the tests and checks need
dev: $(DEV)

## sandbox: try the bot in a browser, without a Telegram token or a supplier account
sandbox: $(RUNTIME)
	$(PY) -m bot sandbox

## run: run the bot with the settings of .env
run: $(RUNTIME)
	$(PY) -m bot run

## test: run the tests, and hold bot/domain and bot/services to full branch coverage
# Compiled modules are kept; the processes of the tests would compile them again at each start.
test: export PYTHONDONTWRITEBYTECODE :=
# The tests are given out few at a time, or one process would get most of the long ones.
test: $(DEV)
	$(PY) -m pytest -n auto --maxschedchunk 4 --cov

## test-postgres: the services, simulated days, the kill matrix and its soak with the shop on a
##                PostgreSQL server, and the tests that break a server for seconds; `make test` has the
##                storage and ten whole flows on it. Builds the image with packages of the index, too,
##                and cuts the power at every step of an update. Takes an hour
test-postgres: export KONTER_TEST_DATABASE := postgres
test-postgres: $(DEV)
	$(PY) -m pytest -n auto --maxschedchunk 4 tests/postgres tests/services tests/handlers tests/sandbox \
	  tests/monitoring tests/image tests/deploy tests/faults/kill tests/faults/updates \
	  tests/faults/test_simulation.py
	$(PY) -m tests.faults.simulation --seeds 5
	$(PY) -m tests.faults.kill

## bench: fill the table of docs/performance.md, which `make test` leaves alone; takes 15 minutes,
##        ROUNDS=1 UPDATES=1000 SECONDS=5 for a quick look, BENCH=help,order for some rows, WRITE=1
##        to write the table into the page
bench: $(DEV)
	@$(MAKE) --no-print-directory $(AIOGRAM)/.stamp \
	  || echo "The environment of aiogram could not be made: its row is left out."
	$(PY) -m tests.bench $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(UPDATES),--updates $(UPDATES)) \
	  $(if $(SECONDS),--seconds $(SECONDS)) $(if $(BENCH),--only $(BENCH)) $(if $(WRITE),--write)

$(AIOGRAM)/.stamp: $(AIOGRAM_LOCK) | $(PY)
	@echo "Installing aiogram, for the bench only ..."
	@rm -rf $(AIOGRAM) && $(PY) -m venv $(AIOGRAM)
	@$(AIOGRAM)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $(AIOGRAM_LOCK)
	@touch $@

## simulate: the order protocol on simulated days, then months of business beside independent books,
##           then the real process killed at every point; SEEDS=200 ORDERS=2000 MONTHS=50 for long,
##           SEED=7 for one simulated day again
simulate: $(DEV)
	$(PY) -m tests.faults.simulation $(if $(SEED),--seed $(SEED)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(ORDERS),--orders $(ORDERS))
	$(if $(SEED),,$(PY) -m tests.month 1 $(or $(MONTHS),3))
	$(if $(SEED),,$(PY) -m tests.faults.kill)

## soak: an hour of mixed traffic while 120 days pass on the shop's clock, with kills and faults; then
##       nothing may have grown or gone wrong. DATABASE=postgres for a server, MINUTES=10 for a quick
##       look, SEED=7 for the same acts again, WRITE=1 to write the figures into docs/reliability.md
soak: $(DEV)
	$(PY) -m tests.soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(DATABASE),--database $(DATABASE)) \
	  $(if $(SEED),--seed $(SEED)) $(if $(WRITE),--write)

## fuzz: hostile updates, spoilt replies and random histories, many of them; FUZZ_SEED=7 for the same again
fuzz: export FUZZ_UPDATES ?= 5000
fuzz: export FUZZ_REPLIES ?= 20000
fuzz: export FUZZ_ORDERS ?= 300
fuzz: export FUZZ_HISTORIES ?= 200
fuzz: $(DEV)
	$(PY) -m pytest tests/faults/fuzz tests/services/orders/test_random_histories.py

## lint: style, types, architecture, locks, translations, the image and the scripts of a server;
##       .pre-commit-config.yaml has the same list
lint: lint-style lint-types lint-imports lint-locks lint-translations lint-image lint-scripts

lint-style: $(DEV)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

lint-types: $(DEV)
	$(PY) -m mypy

lint-imports: $(DEV)
	$(VENV)/bin/lint-imports

lint-locks:
	@! grep -nE '^--|://' $(LOCKS) \
	  || { echo "A lock file may hold no option line and no address: see the lines above."; exit 1; }

lint-translations: $(DEV)
	$(PY) -m tests.check_translations

lint-image: $(DEV)
	$(VENV)/bin/hadolint --failure-threshold info deploy/docker/Dockerfile
	$(PY) -m check_jsonschema --quiet --builtin-schema vendor.compose-spec deploy/docker/compose.yaml

lint-scripts:
	@command -v shellcheck >/dev/null \
	  || { echo "shellcheck is missing. On Debian or Ubuntu install it with: sudo apt install shellcheck"; exit 1; }
	shellcheck --external-sources deploy/*.sh deploy/konter tests/deploy/boot.sh .ci/run

## lock: write pyproject.toml's dependencies into the lock files; UPGRADE=1 takes the newest versions
lock: $(DEV)
	$(UV_LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml --output-file requirements.lock
	$(UV_LOCK) $(if $(UPGRADE),--upgrade) --group dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock
	$(UV_LOCK) $(if $(UPGRADE),--upgrade) --group aiogram --output-file $(AIOGRAM_LOCK)

## pictures: take every screen of a real sandbox into pictures/, and those of docs/pictures anew;
##           needs Debian's chromium
pictures: $(DEV)
	$(PY) -m tests.pictures

## translations: bring locales/ up to date with the texts in the code
translations: $(DEV)
	$(PY) -m tests.check_translations --update

## clean: remove .venv and what the tools left behind
clean:
	rm -rf $(VENV) $(AIOGRAM) pictures .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov

# Takes the first Python that starts, is 3.11 or newer and can make environments with pip.
$(PY):
	@found=; venvless=; \
	for name in python3.13 python3.12 python3.11 python3.14 python3; do \
	  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  if "$$name" -c 'import venv, ensurepip' >/dev/null 2>&1; then found=$$name; break; fi; \
	  venvless=$${venvless:-$$name}; \
	done; \
	if [ -n "$$found" ]; then rm -rf $(VENV) && "$$found" -m venv $(VENV); \
	elif [ -n "$$venvless" ]; then \
	  echo "$$venvless cannot make virtual environments: its venv or ensurepip module is missing."; \
	  echo "On Debian or Ubuntu install it with: sudo apt install python3-venv"; exit 1; \
	else \
	  echo "Konter needs Python 3.11 or newer, and none was found on the PATH."; \
	  echo "On Debian or Ubuntu install it with: sudo apt install python3 python3-venv"; exit 1; \
	fi

$(RUNTIME): requirements.lock | $(PY)
	@echo "Installing what the bot needs ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

# The runtime stamp is made too: the development lock holds everything the bot needs.
$(DEV): requirements-dev.lock requirements.lock | $(PY)
	@echo "Installing what the bot, its tests and its checks need ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $(RUNTIME) $@
