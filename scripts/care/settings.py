"""Paths of landing zone, warehouse, state and destinations, from the environment or by default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """Absolute places of one installation; the landing zone may be a URL."""

    landing: str
    warehouse: Path
    state: Path
    destinations: Path = PROJECT / "profiles" / "destinations.yml"

    @property
    def published(self) -> Path:
        """The database that exports read."""
        return self.warehouse / "care.duckdb"

    @property
    def build(self) -> Path:
        """The folder of the database being built, its spill and its logs."""
        return self.warehouse / "build"

    @property
    def ledger(self) -> Path:
        """The ledger of runs."""
        return self.state / "deliveries.sqlite"


def settings_of(environment: Mapping[str, str] = os.environ) -> Settings:
    """The paths of CARE_LANDING, CARE_WAREHOUSE, CARE_STATE and CARE_DESTINATIONS, relative to the current folder.

    The defaults lie in the project.
    """
    landing = environment.get("CARE_LANDING") or str(PROJECT / "raw")
    return Settings(
        landing=landing if "://" in landing else str(Path(landing).absolute()),
        warehouse=Path(environment.get("CARE_WAREHOUSE") or PROJECT / "warehouse").absolute(),
        state=Path(environment.get("CARE_STATE") or PROJECT / "state").absolute(),
        destinations=Path(environment.get("CARE_DESTINATIONS") or Settings.destinations).absolute(),
    )
