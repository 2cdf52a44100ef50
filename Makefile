# Servicelane: `make demo` shows the loop, `make test` proves it. Both set everything up by themselves.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE := var/node
WEB := $(CURDIR)/var/web
COMPILE := PIP_FIND_LINKS= $(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-header \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: bench-booking bench-pages evaluate-booking evaluate-diagnostics evaluate-events evaluate-planner help setup setup-dev setup-kafka demo demo-kafka kafka-for-tests browser-for-tests web-libraries words screenshots test test-long bench bench-ingest soak lint format lock generate clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: var/setup/runtime ## Install what the demo needs (no root where all is there already)

setup-dev: var/setup/dev ## Install what tests and development need

setup-kafka: var/setup/kafka ## Bring Java, Maven and a Kafka broker

demo: setup ## Run the whole loop on recorded and simulated cars, end in a summary
	@$(BIN)/servicelane demo --data-dir var/demo --json var/demo-summary.json $(DEMO)

demo-kafka: setup setup-kafka ## The same with the stream on Kafka
	@$(BIN)/servicelane demo --stream kafka --data-dir var/demo-kafka --json var/demo-kafka-summary.json $(DEMO)

# Two workers share the cores: the threads of one's matrix would turn in circles while the other has them. Files are run
# in their order: by the number of their tests, journeys would come last, and one worker would wait for the other's.
WORKERS := -n 2 --dist loadfile --no-loadscope-reorder
test test-long: export OMP_NUM_THREADS := 1

test: setup-dev kafka-for-tests browser-for-tests ## Run the tests (real Mosquitto, real PostgreSQL 15 and 18, real Kafka)
	@$(BIN)/python -m pytest -m "not long" $(WORKERS) $(TESTS)

test-long: setup-dev kafka-for-tests browser-for-tests ## Run the slow suites: chaos, fuzzing, all recorded drives, healthy car-years
	@$(BIN)/python -m pytest -m long --timeout 1800 $(WORKERS) $(TESTS)

bench: setup-dev ## Measure CPU per frame of each part and the slot search
	@$(BIN)/python -m benchmarks $(BENCH)

bench-ingest: setup-dev kafka-for-tests ## Measure ingest against what people use instead, side by side in one run
	@$(BIN)/python -m benchmarks.ingest $(BENCH)

bench-booking: setup-dev ## Measure search, booking, a mixed load and a race over HTTP, at 20, 200 and 2,000 workshops
	@$(BIN)/python -m benchmarks.booking $(BENCH)

bench-pages: setup-dev web-libraries browser-for-tests ## What each page costs with 1,000 cars and a year of their history
	@$(BIN)/python -m benchmarks.pages $(BENCH)

soak: setup-dev ## Half an hour at half of the ceiling: memory, lag and latency (SOAK="--minutes 5")
	@$(BIN)/python -m benchmarks.soak $(SOAK)

KIT_DRIVES ?= ../shared/data/kit_obd
evaluate-diagnostics: setup-dev ## Judge every detector on faults and cars it has not seen: docs/diagnostics-evaluation.md (an hour at most)
	@$(BIN)/python -m servicelane evaluate diagnostics --page --json var/diagnostics-evaluation.json \
	  $(if $(wildcard $(KIT_DRIVES)),--drives $(KIT_DRIVES),) $(EVALUATE)

evaluate-booking: setup-dev ## Judge the offered visits in simulated towns: docs/booking-evaluation.md (a quarter of an hour)
	@$(BIN)/python -m servicelane evaluate booking --page --json var/booking-evaluation.json $(EVALUATE)

evaluate-planner: setup-dev ## Judge predictions of wear on fleets they have not seen: docs/planner-evaluation.md (some minutes)
	@$(BIN)/python -m servicelane evaluate planner --page --json var/planner-evaluation.json $(EVALUATE)

MACHINES := var/machines
evaluate-events: setup-dev ## Judge the next failure on logs of machines that do not exist: docs/next-failure.md (a minute)
	@$(BIN)/python -m tests.servicelane.maintenance_log_fleet $(MACHINES)
	@$(BIN)/python -m servicelane evaluate events --page --json var/next-failure.json \
	  --about "These machines do not exist; \`make evaluate-events\` makes their logs, with failures that tell beforehand." \
	  $(foreach name,machines failures maintenance errors telemetry,--$(name) $(MACHINES)/$(name).csv) $(EVALUATE)

lint: setup-dev ## Check style, types and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup-dev ## Put the code in shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: setup-dev ## Renew the lock files from pyproject.toml
	@$(COMPILE) --extra setup --extra embedded -o requirements/runtime.txt pyproject.toml
	@$(COMPILE) --extra setup --extra embedded --extra dev -c requirements/runtime.txt -o requirements/dev.txt pyproject.toml
	@$(COMPILE) -c requirements/runtime.txt -o requirements/container.txt pyproject.toml

generate: setup-dev ## Write the protobuf code, the signal page, the AsyncAPI document and database/schema anew
	@PATH=$(BIN):$$PATH $(BIN)/python -m grpc_tools.protoc -I telemetry_schema/proto \
	  --python_out=telemetry_schema/generated --mypy_out=quiet:telemetry_schema/generated \
	  telemetry_schema/proto/servicelane_v1.proto
	@$(BIN)/servicelane docs
	@$(BIN)/python -m database schema streaming vehicles ingest diagnostics maintenance_planner data_export booking_api

screenshots: setup-dev browser-for-tests ## Run the demo and take the pictures of its pages that README and docs show
	@$(BIN)/python -m servicelane demo --data-dir var/screenshots --pictures docs/pictures

words: setup-dev ## Bring the catalogues of the pages up to their templates
	@$(BIN)/python -m web.word_extraction

web-libraries: ## Fetch what the pages need in a browser
	@deploy/setup/web-libraries $(WEB) $(CURDIR)/$(BIN)/python

clean: ## Remove what set-up and runs have made (not the data directory of `servicelane up`)
	@rm -rf $(VENV) var

$(BIN)/python:
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: sudo apt-get install python3-venv" >&2; exit 1; }

var/setup/runtime: requirements/runtime.txt pyproject.toml deploy/setup/system-packages deploy/setup/web-libraries web/package-lock.json | $(BIN)/python
	@deploy/setup/system-packages mosquitto
	@echo "Installing the Python packages of requirements/runtime.txt into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/runtime.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@deploy/setup/web-libraries $(WEB) $(CURDIR)/$(BIN)/python
	@mkdir -p $(@D) && touch $@

var/setup/dev: requirements/dev.txt pyproject.toml deploy/setup/system-packages deploy/setup/prometheus deploy/setup/web-libraries tests/node/package-lock.json web/package-lock.json | $(BIN)/python
	@deploy/setup/system-packages mosquitto mosquitto-clients postgresql-15 libfaketime
	@deploy/setup/prometheus $(CURDIR)/var/prometheus
	@echo "Installing the Python packages of requirements/dev.txt into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@deploy/setup/web-libraries $(WEB) $(CURDIR)/$(BIN)/python --with-checks
	@mkdir -p $(NODE) && cp tests/node/package*.json $(NODE)/
	@PATH=$(CURDIR)/$(BIN):$$PATH $(BIN)/npm ci --prefix $(NODE) --silent --no-audit --no-fund
	@mkdir -p $(@D) && touch $@ var/setup/runtime

var/setup/kafka: deploy/kafka/pom.xml deploy/setup/kafka deploy/setup/system-packages
	@deploy/setup/kafka
	@mkdir -p $(@D) && touch $@

# Where Kafka cannot be had its tests are skipped; continuous integration must have it.
kafka-for-tests:
	@$(MAKE) --no-print-directory var/setup/kafka || { [ -z "$$CI" ] && echo "Going on without Kafka: its tests are skipped."; }

# Where Chromium cannot be had the tests in a browser are skipped; continuous integration must have it. Playwright's driver
# needs libatomic1.
browser-for-tests:
	@deploy/setup/system-packages chromium fonts-wqy-zenhei libatomic1 || { [ -z "$$CI" ] && echo "Going on without Chromium: tests in a browser are skipped."; }
