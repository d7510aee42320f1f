"""A plugin of dbt-duckdb that makes the folders that plain dbt needs: DuckDB makes a database, but not its folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin


class Plugin(BasePlugin):
    """Works before dbt opens the database, whichever command needs it; profiles.yml names it."""

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Makes the folder of the database `creds.path`, and an empty landing zone `raw` where CARE_LANDING names none.

        A landing zone that CARE_LANDING names must be there: if it is not, something is wrong. `config` stays as it is.
        """
        Path(creds.path).parent.mkdir(parents=True, exist_ok=True)
        if "CARE_LANDING" not in os.environ:
            Path("raw").mkdir(exist_ok=True)
