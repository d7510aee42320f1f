"""Warehouses that several tests read: built once a session, each from a landing zone of its own."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from care.simulation import SMALL, simulate
from care.stories import write_landing
from generator import random_log
from oracle import Log
from warehouse import Built, build, script


def made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first of the test processes fills, while the others that want it wait."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            folder.mkdir()
            make(folder)
            (folder / "made").touch()
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's sample events, and the warehouse that the script has built, tested and published."""

    def make(folder: Path) -> None:
        simulate(SMALL, 1, folder / "raw")
        script(folder, "build")

    return made_once(tmp_path_factory, "demo", make)


@pytest.fixture(scope="session")
def random_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A nasty random log of two orgs, its warehouse, on which every data test holds, and the oracle's view of it."""
    events = random_log(seed=20250330, conversations=150)

    def make(folder: Path) -> None:
        write_landing(events, folder / "raw", files=3, shuffle_seed=1)
        build(folder / "raw", folder / "warehouse", "test_type:data")

    database = made_once(tmp_path_factory, "random", make) / "warehouse" / "care.duckdb"
    return Built(events, Log(events), duckdb.connect(str(database), read_only=True))


@pytest.fixture
def empty_folder(tmp_path: Path) -> Path:
    """A folder for one test's landing zone and warehouse."""
    return tmp_path
