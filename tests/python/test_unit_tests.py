"""The unit tests of the models. They read the types of their inputs, and nothing else, from a warehouse."""

from __future__ import annotations

import shutil
from pathlib import Path

from warehouse import dbt, workshop


def test_every_unit_test_passes(demo: Path) -> None:
    shutil.copy(demo / "warehouse" / "care.duckdb", workshop() / "build")
    dbt(demo / "raw", "test", "--select", "test_type:unit")
