"""The packages of the script import each other in one direction, and no module imports itself by a detour."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from warehouse import PROJECT

LEAVES = {"errors", "settings", "times", "locks", "atomic", "file_modes", "database_folder"}
BELOW_RUNS = {"requests", "export_file", "warehouse", "destinations"}
# Which packages of scripts/care each one may import, beside itself and the leaves, which are single modules.
MAY_IMPORT = {
    "cli": {"schedules", "runs", *BELOW_RUNS},
    "schedules": {"runs", *BELOW_RUNS},
    "runs": BELOW_RUNS,
    "requests": {"warehouse"},
    "export_file": {"warehouse"},
    "warehouse": set(),
    "destinations": set(),
    "landing": set(),
}
# The modules of scripts/care that other folders of scripts/ may import; care imports none of theirs.
OTHERS = {"simulation": set(), "hosting": LEAVES}


def modules_of(scripts: Path) -> dict[str, ast.Module]:
    """The modules of the packages below a folder by their dotted names, parsed; a package is named like its folder."""
    return {
        ".".join(path.relative_to(scripts).with_suffix("").parts).removesuffix(".__init__"): ast.parse(path.read_text())
        for path in sorted(scripts.glob("*/**/*.py"))
    }


def imports_of(module: ast.Module, known: dict[str, ast.Module]) -> Iterator[str]:
    """The modules of the same packages that a module imports, at its top or in a function."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "write imports with the whole name of the module"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (
                name if name in known else node.module for name in names if name in known or node.module in known
            )
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)


def room_of(module: str) -> str:
    """The package of scripts/care that a module belongs to, the leaf that it is, or another folder of scripts/."""
    parts = module.split(".")
    return parts[1] if parts[0] == "care" and len(parts) > 1 else parts[0]


def may_import(importer: str, imported: str) -> bool:
    """Whether a room may import another one."""
    if importer == imported:
        return True
    if importer in OTHERS:
        return imported in OTHERS[importer]
    if importer in LEAVES:
        return imported in LEAVES
    return imported in LEAVES or imported in MAY_IMPORT.get(importer, set())


def offences(scripts: Path) -> list[str]:
    """The broken rules in the packages below a folder, as sentences."""
    known = modules_of(scripts)
    imports = {name: set(imports_of(module, known)) for name, module in known.items()}
    found = [
        f"{name} imports {other}"
        for name, others in imports.items()
        for other in sorted(others)
        if not may_import(room_of(name), room_of(other))
    ]
    rooms = {*LEAVES, *MAY_IMPORT, *OTHERS, "care"}
    found += [f"{name} belongs to no package of the table" for name in known if room_of(name) not in rooms]
    found += [
        f"{name} imports for types alone"
        for name, module in known.items()
        if any(isinstance(node, ast.alias) and node.name == "TYPE_CHECKING" for node in ast.walk(module))
        or any(isinstance(node, ast.Attribute) and node.attr == "TYPE_CHECKING" for node in ast.walk(module))
    ]
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        found.append(f"a circle: {' -> '.join(reversed(error.args[1]))}")
    return found


def test_packages_import_in_one_direction() -> None:
    found = modules_of(PROJECT / "scripts")
    # An empty folder, or one that is read wrongly, would pass too.
    assert {room_of(name) for name in found} >= MAY_IMPORT.keys() - {"landing"} | LEAVES | OTHERS.keys()
    assert "care.runs.ledger" in set(imports_of(found["care.runs.run"], found))
    assert offences(PROJECT / "scripts") == []


@pytest.mark.parametrize(
    ("file", "line", "offence"),
    [
        ("care/runs/ledger.py", "from care.schedules.windows import Window",
         "care.runs.ledger imports care.schedules.windows"),
        ("care/warehouse/catalog.py", "from care.requests import ask",
         "care.warehouse.catalog imports care.requests.ask"),
        ("care/warehouse/build.py", "def late():\n    from care.cli.output import warn",
         "care.warehouse.build imports care.cli.output"),
        ("care/destinations/opening.py", "import care.runs.ledger",
         "care.destinations.opening imports care.runs.ledger"),
        ("care/locks.py", "from care.destinations.retry import retried", "care.locks imports care.destinations.retry"),
        ("care/requests/request.py", "from care.export_file.layout import Layout",
         "care.requests.request imports care.export_file.layout"),
        ("care/settings.py", "import simulation", "care.settings imports simulation"),
        ("hosting/accounts.py", "from care.runs import ledger", "hosting.accounts imports care.runs.ledger"),
        ("care/letters.py", "LETTERS = 26", "care.letters belongs to no package of the table"),
        ("care/times.py", "from typing import TYPE_CHECKING", "care.times imports for types alone"),
        ("care/times.py", "import typing\nif typing.TYPE_CHECKING:\n    pass", "care.times imports for types alone"),
        ("care/requests/request.py", "from care.requests.checks import check_arguments",
         "a circle: care.requests.request -> care.requests.checks -> care.requests.request"),
        ("care/requests/request.py", "def late():\n    from care.requests.checks import check_arguments",
         "a circle: care.requests.request -> care.requests.checks -> care.requests.request"),
    ],
)  # fmt: skip
def test_an_import_against_the_direction_is_found(tmp_path: Path, file: str, line: str, offence: str) -> None:
    scripts = shutil.copytree(PROJECT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    with (scripts / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    # A circle may be listed from any of its modules on.
    assert set(offence.split()) in [set(one.split()) for one in offences(scripts)]
