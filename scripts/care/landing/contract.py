"""The contract of the landing zone: the columns of each stream."""

from __future__ import annotations

from typing import NamedTuple

import duckdb

ENVELOPE = ("event_id", "event_type", "org_id", "occurred_at", "sequence", "ingested_at")


class Column(NamedTuple):
    """A column of a stream: its type in DuckDB, whether every row needs it, and the event types that list it."""

    data_type: str
    is_key: bool
    event_types: list[str]


Columns = dict[str, Column]
Contract = dict[str, Columns]


def contract_of(landing_columns: duckdb.DuckDBPyRelation) -> Contract:
    """The contract as the model landing_columns holds it: for each stream its columns by name, in their order."""
    contract: Contract = {}
    columns = landing_columns.project("stream, position, column_name, data_type, is_key, event_types")
    for stream, _, name, data_type, is_key, event_types in sorted(columns.fetchall()):
        contract.setdefault(stream, {})[name] = Column(data_type, is_key, event_types.split(", "))
    return contract
