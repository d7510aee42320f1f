"""Options that every command has."""

from __future__ import annotations

import os

import click

DEBUG = "CARE_DEBUG"

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
verbose = click.option(
    "--verbose", is_flag=True, expose_value=False, is_eager=True, help="Show dbt's log, and tracebacks of errors.",
    callback=lambda context, option, value: os.environ.update({DEBUG: "1"}) if value else None,
)  # fmt: skip
