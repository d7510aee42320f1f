"""Warehouses that several tests read: built once a session, each from a landing zone of its own."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from care.stories import write_landing
from generator import random_log
from oracle import Log
from warehouse import Built, build


@pytest.fixture(scope="session")
def random_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A nasty random log of two orgs, its warehouse, on which every data test holds, and the oracle's view of it."""
    folder = tmp_path_factory.mktemp("random")
    events = random_log(seed=20250330, conversations=150)
    write_landing(events, folder / "raw", files=3, shuffle_seed=1)
    database = build(folder / "raw", folder / "warehouse", "test_type:data")
    return Built(events, Log(events), duckdb.connect(str(database), read_only=True))


@pytest.fixture
def empty_folder(tmp_path: Path) -> Path:
    """A folder for one test's landing zone and warehouse."""
    return tmp_path
