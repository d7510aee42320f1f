"""Reads profiles/destinations.yml, and refuses what would not work or would give a secret away."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from care.destinations.destination import VARIABLE, Destination, is_secret, refuse_password
from care.errors import BadArgument, first_line, unknown

# The keys of every destination: the key, the types of its value, and their name.
COMMON: dict[str, tuple[tuple[type, ...], str]] = {
    "url": ((str,), "a text"),
    "timeout_s": ((int, float), "a number of seconds"),
    "attempts": ((int,), "a whole number"),
    "retry_wait_s": ((int, float), "a number of seconds"),
    "verify": ((str,), "the text read-back"),
    "manifest": ((bool,), "true or false"),
}
SFTP = dict.fromkeys(("user", "password", "key_file", "passphrase", "known_hosts"), ((str,), "a text"))
STORE = {"options": ((dict,), "a mapping")}


def parse(path: Path) -> dict[str, Destination]:
    """The destinations of a file by name; their variables stay unread. Raises BadArgument with one sentence."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        said = getattr(error, "problem", None) or first_line(error)
        raise BadArgument(f"{where} is not YAML: {said}; correct it.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadArgument(f"{path} cannot be read: {first_line(error)}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise BadArgument(f"{path} holds no destinations; write a name, and below it: url: sftp://user@host/folder")
    return {str(name): _destination(str(name), entry, path) for name, entry in content.items()}


def _destination(name: str, entry: Any, path: Path) -> Destination:
    where = f"{path}: the destination '{name}'"
    if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
        raise BadArgument(f"{where} has no url; write below it: url: sftp://user@host/folder")
    destination = Destination(name, entry["url"])
    kinds = COMMON | {"sftp": SFTP, "file": {}}.get(destination.protocol, STORE)
    for key, value in entry.items():
        if key not in kinds:
            raise BadArgument(f"{where}: {unknown(f'key of a {destination.protocol} destination', str(key), kinds)}")
        types, called = kinds[key]
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise BadArgument(f"{where}: {key} must be {called}.")
    refuse_password(destination.url, where)
    _refuse_literal_secrets(entry, where)
    _refuse_impossible(entry, where)
    known_hosts = entry.get("known_hosts", "known_hosts")
    options = entry.get("options", {}) | {key: entry[key] for key in ("user", "password", "passphrase") if key in entry}
    if "key_file" in entry:
        options["key_file"] = _beside(path, entry["key_file"])
    return Destination(
        name=name,
        url=destination.url,
        options=options,
        known_hosts=Path(_beside(path, known_hosts)),
        **{key: entry[key] for key in COMMON if key in entry and key != "url"},
    )


def _refuse_literal_secrets(entry: Mapping[str, Any], where: str) -> None:
    for key, value in entry.items():
        if isinstance(value, Mapping):
            _refuse_literal_secrets(value, where)
        elif is_secret(str(key)) and not (isinstance(value, str) and VARIABLE.fullmatch(value)):
            raise BadArgument(
                f"{where} shows its {key}; write {key}: ${{NAME}} and put the value into that environment variable."
            )


def _refuse_impossible(entry: Mapping[str, Any], where: str) -> None:
    if entry.get("verify", "read-back") != "read-back":
        raise BadArgument(f"{where}: verify must be read-back, or left out.")
    if entry.get("attempts", 1) < 1:
        raise BadArgument(f"{where}: attempts must be 1 or more.")
    if entry.get("timeout_s", 1) <= 0 or entry.get("retry_wait_s", 1) < 0:
        raise BadArgument(f"{where}: timeout_s must be above 0, and retry_wait_s not below.")
    if "password" in entry and "key_file" in entry:
        raise BadArgument(f"{where} signs in with a password or with a key_file; leave one out.")


def _beside(path: Path, text: str) -> str:
    """A path of the file, relative to its folder; one that begins with a variable is taken as it is."""
    return text if text.startswith("${") else str(path.absolute().parent / Path(text).expanduser())
