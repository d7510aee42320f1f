"""The catalog of schedules, made of entries as people write them; its templates are filled in without a build."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2

from care.schedules.schedule import OPTIONS
from warehouse import PROJECT


class Returned(Exception):
    """The result of a dbt macro."""


def macros(*files: str) -> dict[str, Any]:
    """The macros of some files, callable; `return` gives a value back as dbt's does."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    found: dict[str, Any] = {}

    def give_back(value: Any) -> None:
        raise Returned(value)

    def callable_macro(macro: Any) -> Any:
        def call(*arguments: Any) -> Any:
            try:
                return macro(*arguments)
            except Returned as returned:
                return returned.args[0]

        return call

    for file in files:
        template = environment.from_string((PROJECT / "macros" / file).read_text("utf-8"))
        module = template.make_module({"return": give_back, "execute": False, "graph": {}})
        found |= {name: callable_macro(macro) for name, macro in vars(module).items() if callable(macro)}
    return found


def catalog(**entries: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of catalog.schedules for entries, each with what it says under `meta` and perhaps several exports."""
    exposures = [
        SimpleNamespace(
            name=name,
            depends_on=SimpleNamespace(nodes=meta.pop("nodes", ["model.care.sparkcentral__message"])),
            config=SimpleNamespace(meta=meta),
            owner=SimpleNamespace(name="Some body"),
            description="It's one.",
        )
        for name, meta in entries.items()
    ]
    known = macros("scheduled_exports.sql", "export_models.sql") | {"ref": lambda name: name}
    known["scheduled_exports"] = lambda: exposures
    sql = (PROJECT / "models" / "catalog" / "schedules.sql").read_text("utf-8")
    with duckdb.connect() as connection:
        connection.execute(
            "create table exports as select 'sparkcentral' as family, 'message' as export, 'UTC' as default_time_zone,"
            " null as bucket"
        )
        cursor = connection.execute(jinja2.Environment().from_string(sql).render(known))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_ids_keep_their_commas_and_one_id_needs_no_list() -> None:
    one, two, none = catalog(
        one={"channels": ["a, b", 7, "it's"], "formerly": "old", "columns": ["content"]},
        two={"channels": "ch-1", "formerly": ["old", "older"]},
        none={"channels": [], "org": 42},
    )
    assert (one["channels"], one["formerly"], one["chosen_columns"]) == (["a, b", "7", "it's"], ["old"], ["content"])
    assert (two["channels"], two["formerly"], two["chosen_columns"]) == (["ch-1"], ["old", "older"], None)
    assert (none["channels"], none["formerly"], none["org_id"]) == (None, None, "42")


def test_options_that_mean_nothing_are_told() -> None:
    (row,) = catalog(one={"org": "acme", "timezon": "UTC", "channel": "ch-1"})
    assert row["unknown_options"] == ["channel", "timezon"]
    (row,) = catalog(one=dict.fromkeys(OPTIONS, "x"))
    assert row["unknown_options"] is None
    page = (PROJECT / "docs" / "schedule-an-export.md").read_text("utf-8")
    assert set(OPTIONS) <= set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))


def test_an_entry_names_one_export_or_is_found_out() -> None:
    both = ["model.care.tracebuzz__agents", "model.care.sparkcentral__message"]
    one, two, none = catalog(one={}, two={"nodes": both}, none={"nodes": []})
    assert [row["export_name"] for row in (one, two, none)] == [
        "sparkcentral.message",
        "sparkcentral.message and tracebuzz.agents",
        None,
    ]
