"""The commands about destinations: which there are, whether one works, whose host key is trusted."""

from __future__ import annotations

import click

from care.cli import output
from care.cli.options import as_json, verbose
from care.destinations.destination import Destination, server_of
from care.destinations.opening import destination_for, read_destinations
from care.errors import BadArgument, unknown
from care.settings import settings_of


@click.group(epilog="Example: python scripts/export.py destinations test acme")
def destinations() -> None:
    """Destinations of files: list them, test one, pin its host key."""


@destinations.command("list", epilog="Example: python scripts/export.py destinations list")
@as_json
@verbose
def list_destinations(as_json: bool) -> None:
    """List the destinations of profiles/destinations.yml."""
    found = read_destinations(settings_of().destinations).values()
    if as_json:
        output.as_json([{"name": one.name, "url": one.url, "verify": one.verify, "manifest": one.manifest}
                        for one in found])  # fmt: skip
        return
    output.table(("name", "url"), [(one.name, one.url) for one in found])


@destinations.command("test", epilog="Example: python scripts/export.py destinations test acme")
@click.argument("name")
@as_json
@verbose
def test_destination(name: str, as_json: bool) -> None:
    """Test NAME: sign in, and write, read back, rename and remove a small file."""
    from care.destinations.trial import steps_of

    steps = []
    for step, detail in steps_of(_named(name)):
        steps.append({"step": step, "detail": detail})
        if not as_json:
            click.echo(f"{step}: {detail}")
    if as_json:
        output.as_json({"destination": name, "steps": steps})


@destinations.command("pin", epilog="Example: python scripts/export.py destinations pin acme")
@click.argument("name")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@as_json
@verbose
def pin_host_key(name: str, is_sure: bool, as_json: bool) -> None:
    """Pin the host key of NAME: show it, and trust it after you confirm that the receiver named its fingerprint."""
    destination = _named(name).resolved()
    if destination.protocol != "sftp":
        raise BadArgument(f"'{name}' has no host key to pin; only sftp:// destinations have.")
    from care.destinations.sftp.connection import connected
    from care.destinations.sftp.host_keys import described, pin, pinned_keys, refuse_revoked

    known_as = server_of(destination).known_as
    with connected(destination) as transport:
        key = transport.get_remote_server_key()
    refuse_revoked(key, destination.pinned, known_as, name)
    pinned = pinned_keys(destination.pinned, known_as)
    others = [described(other) for other in pinned if other != key]
    click.echo(f"{known_as} shows {described(key)}", err=as_json)
    if key in pinned and not others:
        click.echo(f"It is pinned already in {destination.pinned}.", err=as_json)
    else:
        if others:
            click.echo(f"It REPLACES another key: {', '.join(others)}", err=as_json)
        if not is_sure:
            click.confirm("Does the receiver name the same fingerprint?", abort=True, err=as_json)
        try:
            pin(key, destination.pinned, known_as)
        except OSError as error:
            raise BadArgument(f"{destination.pinned} cannot be written: {error.strerror}.") from error
        click.echo(f"Pinned in {destination.pinned}.", err=as_json)
    if as_json:
        output.as_json({
            "destination": name, "server": known_as, "key_type": key.get_name(), "fingerprint": key.fingerprint,
            "replaced": others, "known_hosts": str(destination.pinned),
        })  # fmt: skip


def _named(name: str) -> Destination:
    """A destination by its name or its URL; a folder needs no name, and no test either."""
    known = read_destinations(settings_of().destinations)
    if name not in known and "://" not in name:
        raise unknown("destination", name, known)
    return destination_for(name, known)
