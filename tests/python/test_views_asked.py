"""Views asked in SQL: with nothing set every one answers soon, and a mistake in what is set ends the query in words."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import duckdb
import pytest

from test_buckets import HOUR, MONTH
from warehouse import PROJECT, Built

SECONDS = 20
# The variables of a session, and the beginning of the error that refuses them.
MISTAKES = {
    "org_id = 'acmee'": "unknown org_id 'acmee'; known, the nearest first: acme, globex",
    "org_id = 'Acme'": "unknown org_id 'Acme'; known, the nearest first: acme",
    "org_id = ''": "org_id must be an id, not ''",
    "channels = ['ch-1', 'ch-11']": "unknown channels 'ch-11'; known, the nearest first: ch-1, ch-2",
    "channels = 'ch-1'": "channels must be a list of ids without an empty one, not 'ch-1'",
    "channels = ['ch-1', null]": "channels must be a list of ids without an empty one, not '[ch-1, NULL]'",
    "window_start = 'tomorrow'": "window_start must be an instant of the years 1 to 9999, not 'tomorrow'",
    "window_start = 1740960000000": "window_start must be an instant of the years 1 to 9999, not '1740960000000'",
    "window_end = 'infinity'": "window_end must be an instant of the years 1 to 9999, not 'infinity'",
    "window_start = '2025-03-04'; window_end = '2025-03-03'":
        "window_end must be after window_start 2025-03-04 00:00:00+00, not 2025-03-03 00:00:00+00",
    "window_start = '2025-03-04'; window_end = '2025-03-04'": "window_end must be after window_start",
    "as_of = '-infinity'": "as_of must be an instant of the years 1 to 9999, not '-infinity'",
    "delivery = 'Scheduled'": "delivery must be on_demand or scheduled, not 'Scheduled'",
    "locale = 'en_US'": "locale must be one of en, es, fr, de, tr, not 'en_US'",
    "conversation_report_type = 'closed'": "conversation_report_type must be OPEN_AT_END, CLOSED or CREATED, not 'c",
    "priorities = [0, 6]": "priorities must be a list of whole numbers from 0 to 5, not '[0, 6]'",
    "priorities = '1,2'": "priorities must be a list of whole numbers from 0 to 5, not '1,2'",
    "workqueue_ids = ['']": "workqueue_ids must be a list of ids without an empty one",
    "team_ids = 't-1'": "team_ids must be a list of ids without an empty one, not 't-1'",
    "smart_view_id = 'urgnt'": "unknown smart_view_id 'urgnt'; known, the nearest first: urgent",
    "include_disabled = 'maybe'": "include_disabled must be true or false, not 'maybe'",
    "raiselimit = 2000": "raiselimit must be true or false, not '2000'",
    "enable_business_hour = true": "enable_business_hour = true needs business_hour_type",
    "business_hour_type = true": "business_hour_type needs enable_business_hour = true",
    "enable_business_hour = false; business_hour_type = true": "business_hour_type needs enable_business_hour = true",
    "time_interval = 60000": "time_interval must be one of 300000, ",
    "time_interval = 604799999": "time_interval must be one of 300000, ",
    "timezone_offset = 60001": "timezone_offset must be whole minutes in milliseconds, at most 14 hours, not 60001",
    "timezone_offset = -50460000": "timezone_offset must be whole minutes in milliseconds, at most 14 hours",
    "windw_start = '2025-03-03'": "unknown variable windw_start; did you mean window_start? If not, reset v",
    "orgId = 'acme'": "unknown variable orgId; did you mean org_id? If not, reset variable orgId",
    "ogr_id = 'acme'": "unknown variable ogr_id; did you mean org_id?",
    "channel = 'ch-1'": "unknown variable channel; did you mean channels?",
    "priority = [1]": "unknown variable priority; set priorities, and reset variable priority",
    "start_time = 1740960000000": "unknown variable start_time; set window_start, and reset variable start_time",
    "timezone = 'UTC'": "unknown variable timezone; set TimeZone, which is no variable, and reset variable timezone",
}  # fmt: skip
# Unusual requests that are allowed; the script warns at most.
NO_MISTAKES = (
    "org_id = 'acme'; window_start = '2035-01-01'",
    "ORG_ID = 'acme'",
    "window_start = date '2025-03-03'; window_end = timestamp '2025-03-04 00:00:00'",
    "window_end = '9999-12-31 23:59:59.999999+00'",
    "as_of = '2035-01-01'",
    "channels = ['ch-9']",
    "channels = []",
    "workqueue_ids = ['q-nowhere']; team_ids = ['t-nowhere']",
    "priorities = [0, 5]",
    "enable_business_hour = false",
    "enable_business_hour = true; business_hour_type = false",
    "time_interval = 604800001",
    "time_interval = 9223372036854775807",
    "windw_start = null",
    "files = ['x']; start = 1; my_orgs = 'acme'; day = 3; report = 'x'; intervals = 4",
)


def asking(connection: duckdb.DuckDBPyConnection, variables: str = "") -> duckdb.DuckDBPyConnection:
    """A session that has set variables, written with semicolons between them."""
    cursor = connection.cursor()
    for variable in filter(None, variables.split("; ")):
        cursor.execute(f"set variable {variable}")
    return cursor


def refusal_of(cursor: duckdb.DuckDBPyConnection, query: str) -> str | None:
    """The sentence with which a query ends, or None if it answers."""
    try:
        cursor.execute(query).fetchall()
    except duckdb.InvalidInputException as error:
        return str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
    return None


def views_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Every export's view."""
    rows = connection.cursor().execute("select view_name from catalog.exports order by view_name").fetchall()
    return [view for (view,) in rows]


@pytest.fixture(scope="module")
def warehouse(random_warehouse: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the random warehouse, which a test may change."""
    path = random_warehouse.connection.cursor().execute(
        "select path from duckdb_databases() where database_name = 'care'"
    )
    copy = shutil.copy(Path(path.fetchall()[0][0]), tmp_path_factory.mktemp("asked") / "care.duckdb")
    with duckdb.connect(str(copy), config={"memory_limit": "2GB"}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


@pytest.mark.parametrize("variables", ["", "time_interval = 300000", "time_interval = 86400000"])
def test_every_view_answers_soon_with_nothing_set(warehouse: duckdb.DuckDBPyConnection, variables: str) -> None:
    """Or says, as one view does for five minutes, which variable to set."""
    refused = {}
    for view in views_of(warehouse):
        cursor = asking(warehouse, variables)
        timer = threading.Timer(SECONDS, cursor.interrupt)
        timer.start()
        try:
            refused[view] = refusal_of(cursor, f"select * from {view}")
        except duckdb.InterruptException:
            pytest.fail(f"{view} did not answer within {SECONDS} seconds")
        finally:
            timer.cancel()
    sentences = {view: sentence for view, sentence in refused.items() if sentence}
    if variables == "time_interval = 300000":
        sentence = sentences.pop("khoros_care.team_performance_interval")
        assert re.match(r"Too many buckets \(\d+\) requested\. Select a larger interval: set variable time_i", sentence)
    assert sentences == {}


def test_an_open_window_has_the_buckets_of_the_history(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Every month from that of the org's first event to that of its latest, and none is cut to the history."""
    cursor = asking(warehouse, "org_id = 'acme'")
    months = cursor.execute(
        "select unnest(range(date_trunc('month', earliest_event_at), latest_event_at, interval 1 month)) as month,"
        " month + interval 1 month from marts.orgs where org_id = 'acme' order by month"
    ).fetchall()
    assert cursor.execute("from requested.req_khoros_intervals order by interval_start").fetchall() == months
    assert cursor.execute("select count(*) from khoros_care.team_performance_interval").fetchall()[0][0] > 0


@pytest.mark.parametrize(
    ("window", "interval", "buckets"),
    [
        ("window_start = '2025-03-01'; window_end = '2025-04-01'", HOUR, None),
        ("window_start = '2025-03-01'; window_end = '2025-04-01 00:00:00.000001'", HOUR, 745),
        ("window_start = '2025-03-01 00:30:00'; window_end = '2025-04-01 00:30:00'", HOUR, 745),
        ("window_start = '2000-01-01'; window_end = '2062-01-01'", MONTH, None),
        ("window_start = '1970-01-01'; window_end = '2060-01-01'", 300_000, 32_872 * 288),
        (
            "window_start = '0001-01-01 00:00:01+00'; window_end = '9999-12-31 23:59:59.999999+00'",
            300_000,
            1_051_792_992,
        ),
    ],
)
def test_more_than_744_buckets_are_refused_at_once(
    warehouse: duckdb.DuckDBPyConnection, window: str, interval: int, buckets: int | None
) -> None:
    cursor = asking(warehouse, f"{window}; time_interval = {interval}")
    began = time.monotonic()
    sentence = refusal_of(cursor, "select * from khoros_care.team_performance_interval")
    assert time.monotonic() - began < SECONDS
    told = f"Too many buckets ({buckets}) requested. Select a larger interval"
    assert (sentence or "").partition(":")[0] == (told if buckets else "")
    assert refusal_of(cursor, "select * from khoros_care.team_performance") is None


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_in_words(warehouse: duckdb.DuckDBPyConnection, mistake: str) -> None:
    warehouse.execute("insert into seeds.smart_views (org_id, smart_view_id) select 'acme', 'urgent'"
                      " where not exists (from seeds.smart_views where smart_view_id = 'urgent')")  # fmt: skip
    cursor = asking(warehouse, mistake)
    for query in ("from request.request", "select count(*) from request.request", "select locale from request.request"):
        assert (refusal_of(cursor, query) or "").startswith(MISTAKES[mistake])
    assert (refusal_of(cursor, "select 1 from sparkcentral.message") or "").startswith(MISTAKES[mistake])


@pytest.mark.parametrize(
    "mistake",
    [
        "locale = 'xx'",
        "org_id = 'zzz'",
        "channels = ['ch-nowhere']",
        "windw_end = '2025-03-03'",
        "window_start = '2025-03-04'; window_end = '2025-03-03'",
        "as_of = '2015-01-01'; smart_view_id = 'none'",
    ],
)
def test_every_view_refuses_a_mistake(warehouse: duckdb.DuckDBPyConnection, mistake: str) -> None:
    cursor = asking(warehouse, mistake)
    assert [view for view in views_of(warehouse) if not refusal_of(cursor, f"select count(*) from {view}")] == []


@pytest.mark.parametrize("variables", NO_MISTAKES)
def test_what_is_unusual_is_no_mistake(warehouse: duckdb.DuckDBPyConnection, variables: str) -> None:
    cursor = asking(warehouse, variables)
    assert refusal_of(cursor, "from request.request") is None
    assert len(cursor.execute("from request.request").fetchall()) == 1


def test_an_org_has_its_own_channels_and_smart_views(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("insert into seeds.smart_views (org_id, smart_view_id) values ('globex', 'theirs')")
    warehouse.execute("insert into marts.known_ids values ('globex', 'channels', 'ch-theirs')")
    for variable in ("smart_view_id = 'theirs'", "channels = ['ch-theirs']"):
        assert refusal_of(asking(warehouse, variable), "from request.request") is None
        assert refusal_of(asking(warehouse, f"org_id = 'globex'; {variable}"), "from request.request") is None
        assert "theirs'" in (
            refusal_of(asking(warehouse, f"org_id = 'acme'; {variable}"), "from request.request") or ""
        )


def test_an_empty_warehouse_refuses_no_id(warehouse: duckdb.DuckDBPyConnection) -> None:
    cursor = asking(warehouse, "org_id = 'acme'; channels = ['ch-1']; smart_view_id = 'urgent'")
    cursor.execute("begin")
    for table in ("marts.orgs", "marts.known_ids", "seeds.smart_views"):
        cursor.execute(f"delete from {table}")
    try:
        assert cursor.execute("select org_id, as_of from request.request").fetchall() == [("acme", None)]
        assert cursor.execute("select count(*) from khoros_care.team_performance_interval").fetchall() == [(0,)]
    finally:
        cursor.execute("rollback")


def test_the_readme_shows_what_a_mistake_says(warehouse: duckdb.DuckDBPyConnection) -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    query, shown = re.findall(
        r"```sql\n([^`]*)```\n\n<!-- the error of the query above; a test compares it -->\n```text\n(.*?)```",
        readme,
        re.DOTALL,
    )[0]
    with pytest.raises(duckdb.Error) as caught:
        warehouse.cursor().execute(query)
    assert str(caught.value).splitlines()[0] == shown.strip()


def test_the_variables_of_the_request_have_rules(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Each one has, and none is taken for another one misspelt."""
    text = (PROJECT / "models" / "request" / "session_request.sql").read_text("utf-8")
    rows = warehouse.cursor().execute(
        "select variable_name, folded_name, wrong_letters, refusal is null from seeds.request_variables"
    )
    rules = {name: (folded, letters, is_other) for name, folded, letters, is_other in rows.fetchall()}
    own = {name for name, (_, _, is_other) in rules.items() if not is_other}
    assert own == set(re.findall(r"session_variable\('(\w+)'", text))
    assert {name: folded for name, (folded, _, _) in rules.items()} == {
        name: re.sub("(ids?|s)$", "", name.replace("_", "")) for name in rules
    }
    for one, other in combinations(sorted(rules), 2):
        distance = warehouse.cursor().execute("select damerau_levenshtein(?, ?)", [one, other]).fetchall()[0][0]
        assert distance > max(rules[one][1], rules[other][1]) and rules[one][0] != rules[other][0]


def test_the_checks_cost_no_time(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The processor's, of a session that sets what a run does: a few milliseconds a query, far from these 100."""
    cursor = asking(warehouse, "org_id = 'acme'; channels = ['ch-1']; window_start = '2025-03-01'; locale = 'en'")

    def best(relation: str) -> float:
        times = []
        for _ in range(10):
            began = time.process_time()
            cursor.execute(f"from {relation}").fetchall()
            times.append(time.process_time() - began)
        return min(times)

    assert best("request.request") - best("request.session_request") < 0.1
