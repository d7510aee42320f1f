# make demo   sample events -> thirty CSV files and some reports in export/, and scheduled ones in export/deliveries/
# make test   everything the project promises, checked
# The rest is for those who work on it.

PYTHON ?= python3
BIN := .venv/bin
# What dbt makes is for its owner and group, as all that the scripts make; a stricter umask is kept.
PRIVATE := umask g-w,o=
export DBT_TARGET_PATH ?= target
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: setup setup-dev demo test rules lint docs bench lock clean

setup: .venv/.setup
setup-dev: .venv/.setup-dev

.venv/.setup: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	touch $@

.venv/.setup-dev: requirements-dev.txt .venv/.setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	touch $@

demo: setup
	$(BIN)/python scripts/simulate.py --out raw --force
	$(BIN)/python scripts/export.py build
	$(BIN)/python scripts/export.py deliver --now 2025-04-07T12:00
	$(BIN)/python scripts/export.py run --all sparkcentral --org acme --from 2025-03-24 --to 2025-04-07 --timezone Europe/Brussels
	$(BIN)/python scripts/export.py run --all tracebuzz --org acme --from 2025-03-24 --to 2025-04-07
	$(BIN)/python scripts/export.py run khoros_care.response --org acme --from 2025-03-24 --to 2025-04-07
	$(BIN)/python scripts/export.py run khoros_care.combined --org acme --from 2025-03-24 --to 2025-04-07 --format csv
	$(BIN)/python scripts/export.py run khoros_care.conversation --org acme --from 2025-03-24 --to 2025-04-07 --timezone Europe/Brussels --locale fr
	$(BIN)/python scripts/export.py run khoros_care.team_performance_interval --org acme --from 2025-03-24 --to 2025-04-07 --time-interval 86400000

test: setup-dev
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

# Who may read whom, names, grains, contracts: dbt-bouncer.yml.
rules: setup-dev
	$(PRIVATE); $(BIN)/dbt parse --quiet --target-path target
	$(BIN)/dbt-bouncer run --show-all-failures

lint: setup-dev rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint models tests/singular tests/generic --processes 0

# Types are those of warehouse/build/care.duckdb: what dbt built last, or a copy of what was published last.
docs: setup
	$(PRIVATE); $(BIN)/dbt docs generate --static
	@echo "Open target/static_index.html"

bench: setup-dev
	$(BIN)/python bench/build.py
	$(BIN)/python bench/sftp.py

lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet --requirement requirements.in
	(echo "# The lock of requirements.in, made by \`make lock\`."; .venv-lock/bin/pip freeze) > requirements.txt
	.venv-lock/bin/pip install --quiet --requirement requirements-dev.in
	(echo "# The lock of requirements-dev.in, made by \`make lock\`."; .venv-lock/bin/pip freeze) > requirements-dev.txt
	rm -rf .venv-lock

clean:
	rm -rf raw warehouse export state target logs
