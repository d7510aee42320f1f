"""Reads the landing zone, writes the rows of its files beside the database, and returns one row per file.

The code is in scripts/care/landing/, which the profile's module_paths makes known.
"""

import os
from pathlib import Path

from care.landing.contract import contract_of
from care.landing.files import table_of
from care.landing.zone import land


def model(dbt, session):
    dbt.config(materialized="table")
    database = session.execute("select path from duckdb_databases() where database_name = current_database()")
    landed = Path(f"{database.fetchall()[0][0]}.landed")
    contract = contract_of(dbt.ref("landing_columns"))
    return table_of(land(os.environ.get("CARE_LANDING", "raw"), contract, landed))
