"""Files of the scripts hold personal data: only owner and group can read them, whatever the umask was."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

import simulate
from care.file_modes import private_files
from care.runs.ledger import Ledger
from care.settings import Settings
from care.warehouse import build as builder
from small_schedules import NOW, files, office, own_destinations
from test_build import STAGING
from test_export_cli import MARCH, SCRIPT, Shell, shell
from test_ledger import booked
from warehouse import PROJECT

__all__ = ["own_destinations", "shell"]
# Writing by the group, and anything by others.
FORBIDDEN = 0o027


@pytest.fixture(autouse=True, params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """The umask of the process before the test."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """The permissions of all that lies in a folder, sockets and links left out."""
    found = {}
    for path in folder.rglob("*"):
        # The process of a run in the background may still be ending.
        with suppress(FileNotFoundError):
            found[str(path.relative_to(folder))] = path.lstat().st_mode
    return {name: stat.S_IMODE(mode) for name, mode in found.items() if stat.S_ISREG(mode) or stat.S_ISDIR(mode)}


def too_open(folder: Path, umask: int) -> dict[str, str]:
    """Paths in a folder that are open to more than owner and group, or to more than the umask allows."""
    found = modes(folder)
    assert found
    return {name: oct(mode) for name, mode in found.items() if mode & (FORBIDDEN | umask)}


def test_the_umask_is_as_strict_as_it_was_or_stricter(umask: int) -> None:
    with private_files():
        inside = os.umask(0)
        os.umask(inside)
    assert inside == umask | 0o027
    after = os.umask(umask)
    assert after == umask


def test_deliveries_and_their_ledger(shell: Shell, umask: int) -> None:
    office(shell, {"start": "2025-03-30"}, destinations="here: {url: deep/er/out, manifest: true, verify: read-back}")
    (shell.folder / "warehouse" / "care.duckdb").chmod(0o600)
    (shell.folder / "warehouse").chmod(0o700)
    (shell.folder / "destinations.yml").chmod(0o600)
    shell("deliver", *NOW)
    with Ledger(shell.folder / "state" / "deliveries.sqlite") as ledger:
        ledger.begin(booked("r1"))
        assert too_open(shell.folder, umask) == {}
    assert len([name for name in modes(shell.folder / "deep") if name.endswith(".csv.json")]) == 2
    wanted = (0o640 if umask != 0o077 else 0o600, 0o750 if umask != 0o077 else 0o700)
    assert set(modes(shell.folder / "deep").values()) == set(wanted)


def test_a_run_in_the_background_and_its_log(shell: Shell, umask: int) -> None:
    office(shell, {})
    started = json.loads(shell("run", "message", "--org", "acme", *MARCH, "--background", "--json"))
    deadline = time.monotonic() + 60
    while json.loads(shell("status", started["run_id"], "--json"))["state"] == "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert [name for name in files(shell.folder / "state") if name.endswith(".log")]
    assert too_open(shell.folder / "state", umask) == {}
    assert too_open(shell.folder / "export", umask) == {}


def test_a_build_and_what_dbt_leaves(shell: Shell, monkeypatch: pytest.MonkeyPatch, umask: int) -> None:
    def run(settings: Settings, on_progress: Any, verbose: bool, *more: Any) -> list[dict[str, Any]]:
        for name in ("target/run", "logs", "spill"):
            (settings.build / name).mkdir(parents=True)
        (settings.build / "logs" / "dbt.log").write_text("a failing row")
        with duckdb.connect(str(settings.build / "care.duckdb")) as connection:
            connection.execute(STAGING)
        return []

    monkeypatch.setattr(builder, "_run_dbt", run)
    (shell.folder / "raw").mkdir()
    shell("build")
    assert too_open(shell.folder / "warehouse", umask) == {}


def test_the_landing_zone_of_the_demo(tmp_path: Path, umask: int) -> None:
    asked = ["--out", str(tmp_path / "new" / "raw"), "--conversations", "10", "--days", "1", "--orgs", "1"]
    assert CliRunner().invoke(simulate.main, asked).exit_code == 0
    assert too_open(tmp_path, umask) == {}


def test_known_hosts_that_are_pinned(tmp_path: Path, umask: int) -> None:
    # A key pinned in a process that has not called a command.
    program = (
        "import os, sys; os.umask(0); from pathlib import Path; from paramiko import ECDSAKey\n"
        "from care.destinations.sftp.host_keys import pin; pin(ECDSAKey.generate(), Path(sys.argv[1]), 'h')"
    )
    environment = os.environ | {"PYTHONPATH": str(SCRIPT.parent)}
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "known_hosts")], env=environment, check=True)
    assert stat.S_IMODE((tmp_path / "known_hosts").stat().st_mode) == 0o640


def test_units_container_and_makefile_are_as_strict() -> None:
    for unit in (PROJECT / "deploy").glob("*.service"):
        assert {"UMask=0027", "StateDirectoryMode=0750"} <= set(unit.read_text("utf-8").splitlines())
    container = (PROJECT / "deploy" / "Containerfile").read_text("utf-8")
    assert re.search(r"install --directory --owner=care --group=care --mode=750[^&]*/data/state", container)
    assert "mkdir" not in container
    # Each line of a recipe that makes something is a shell of its own.
    recipes = re.findall(r"^\t(.*(?:/dbt docs|mkdir).*)$", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipes
    assert [line for line in recipes if not line.startswith("$(PRIVATE); ")] == []
