"""Schedules of the small warehouse, and what should come of them."""

from __future__ import annotations

COLUMNS = (
    "schedule, export_name, org_id, timezone, channels, frequency, destination, format, locale, start, delay, owner,"
    " description"
)


def schedules(*rows: dict[str, str | None]) -> str:
    """SQL that makes catalog.schedules; each row says only what is not usual."""
    usual: dict[str, str | None] = {
        "schedule": "daily_messages", "export_name": "sparkcentral.message", "org_id": "acme",
        "timezone": "Europe/Brussels", "channels": None, "frequency": "daily", "destination": "here", "format": None,
        "locale": None, "start": "2025-03-28", "delay": "15m", "owner": "Somebody", "description": "Something.",
    }  # fmt: skip
    values = [tuple((usual | row).values()) for row in rows]
    literals = ", ".join(
        "(" + ", ".join("null" if value is None else "'" + value.replace("'", "''") + "'" for value in row) + ")"
        for row in values
    )
    return f"""
    create table catalog.schedules as
    select * replace (string_split(channels, ',') as channels) from (values {literals}) as rows ({COLUMNS})
    """
