"""Accounts of those who pick up their export files from this host by SFTP. Run as root; see docs/sftp-server.md."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from care.cli import exit_codes, output
from care.cli.options import as_json
from hosting import accounts
from hosting.accounts import Receiver


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Example: sudo .venv/bin/python scripts/sftp_users.py add acme",
)
def cli() -> None:
    """Accounts of receivers who fetch their files by SFTP, on a Linux host with OpenSSH."""


@cli.command(epilog="Example: sudo .venv/bin/python scripts/sftp_users.py add acme --name acme-reports")
@click.argument("org")
@click.option("--name", "account", metavar="ACCOUNT", help="The account; by default it is named like ORG.")
@click.option("--owner", metavar="USER", default="care", show_default=True, help="The user that runs deliveries.")
@click.option("--base", metavar="FOLDER", type=click.Path(path_type=Path), default="/srv/care-sftp", show_default=True,
              help="Where the accounts' homes are.")  # fmt: skip
@click.option("--with-files", is_flag=True, help="Let the account read files that are in its folder already.")
@as_json
def add(org: str, account: str | None, owner: str, base: Path, with_files: bool, as_json: bool) -> None:
    """Make an account for ORG; print its password.

    The password is shown this once. The account reads its own folder and nothing else; several receivers of one org
    differ by --name.
    """
    accounts.check_host()
    receiver = accounts.planned(org, account, owner, base, with_files)
    _tell_password(receiver, accounts.add(receiver, owner), as_json)


@cli.command("reset-password", epilog="Example: sudo .venv/bin/python scripts/sftp_users.py reset-password acme")
@click.argument("account")
@as_json
def reset_password(account: str, as_json: bool) -> None:
    """Give ACCOUNT a new password; print it.

    Open sessions end.
    """
    accounts.check_host()
    receiver = accounts.find(account)
    _tell_password(receiver, accounts.reset_password(receiver), as_json)


@cli.command(epilog="Example: sudo .venv/bin/python scripts/sftp_users.py remove acme")
@click.argument("account")
@as_json
def remove(account: str, as_json: bool) -> None:
    """Delete ACCOUNT; its files stay.

    Open sessions end.
    """
    accounts.check_host()
    receiver = accounts.find(account)
    accounts.remove(receiver)
    if as_json:
        output.as_json(_as_dict(receiver))
    else:
        click.echo(f"Removed account {account}; its files stay in {receiver.folder}.")


@cli.command("list", epilog="Example: .venv/bin/python scripts/sftp_users.py list")
@as_json
def list_receivers(as_json: bool) -> None:
    """List accounts, their orgs and folders."""
    found = accounts.receivers()
    if as_json:
        output.as_json([_as_dict(receiver) for receiver in found])
        return
    output.table(("account", "org", "folder"), [(one.account, one.org_id, str(one.folder)) for one in found])


def _as_dict(receiver: Receiver) -> dict[str, str]:
    return {"account": receiver.account, "org_id": receiver.org_id, "folder": str(receiver.folder)}


def _tell_password(receiver: Receiver, password: str, as_json: bool) -> None:
    if as_json:
        output.as_json({**_as_dict(receiver), "password": password})
        return
    click.echo(f"Account {receiver.account} reads what is delivered to {receiver.folder}.")
    click.echo(f"Password, shown this once: {password}")


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns its exit code."""
    return exit_codes.run(cli, "sftp_users.py", arguments, "interrupted; `list` shows what is there.")


if __name__ == "__main__":
    sys.exit(main())
