"""Builds the warehouse and writes its exports to files. The commands are in care/cli; here they are registered."""

from __future__ import annotations

import sys

import click

from care.cli import exit_codes
from care.cli.destinations import destinations
from care.cli.options import verbose
from care.cli.runs import download, run, runs, status, work_on
from care.cli.schedules import deliver, schedules
from care.cli.warehouse import build, describe, list_exports
from care.file_modes import private_files

# Also true of who stops it when some files are complete, or all.
INTERRUPTED = "interrupted; no half file is left, and `runs` lists those that were made."


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Example: python scripts/export.py run message --org acme --from 2025-03-01 --to 2025-04-01",
)
@verbose
def cli() -> None:
    """Raw events in, trusted export files out."""


for command in (build, list_exports, describe, run, runs, status, download, deliver, schedules, destinations):
    cli.add_command(command)
cli.add_command(work_on, "work")


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns its exit code."""
    with private_files():
        return exit_codes.run(cli, "export.py", arguments, INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
