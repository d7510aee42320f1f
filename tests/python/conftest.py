"""Warehouses that several tests read: built once a session, each from a landing zone of its own."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from generator import random_log
from oracle import Log
from simulation import SMALL, simulate
from simulation.story import write_landing
from warehouse import Built, build, script

# The longest tests begin first, so that the processes of a test run end together.
LONGEST = ("test_plain_dbt", "test_tracebuzz_parity", "test_dbt", "test_add_an_export", "test_landing", "test_parity")
# A shell that runs the tests in the background makes its processes deaf to Ctrl-C, which some tests send to theirs.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which files are given to processes."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


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
    """A nasty random log of two orgs, its warehouse, on which the identities hold, and the oracle's view of it."""
    events = random_log(seed=20250330, conversations=150)

    def make(folder: Path) -> None:
        write_landing(events, folder / "raw", files=3, shuffle_seed=1)
        build(folder / "raw", folder / "warehouse", selector="laptop")

    database = made_once(tmp_path_factory, "random", make) / "warehouse" / "care.duckdb"
    return Built(events, Log(events), duckdb.connect(str(database), read_only=True))


@pytest.fixture
def empty_folder(tmp_path: Path) -> Path:
    """A folder for one test's landing zone and warehouse."""
    return tmp_path
