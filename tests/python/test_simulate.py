"""The simulator: every kind of event, nothing the contract would set aside, and the same seed gives the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from simulate import main
from simulation import LARGE, SMALL, catalogue, parts, phrases, simulate
from simulation.organisation import Size
from simulation.story import contract


def digests(root: Path) -> dict[str, str]:
    """Every file below the folder with the hash of its bytes."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in root.rglob("*.parquet")
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default simulation."""
    out = tmp_path_factory.mktemp("raw")
    simulate(SMALL, 1, out)
    return out


@pytest.fixture(scope="module")
def raw(small: Path) -> duckdb.DuckDBPyConnection:
    """A view for every stream of the default simulation."""
    con = duckdb.connect()
    con.execute("set TimeZone = 'Europe/Brussels'")
    for stream in contract():
        con.execute(
            f"""
            create view {stream} as
            from read_parquet('{small}/{stream}/**/*.parquet', union_by_name = true, filename = true)
            union all by name
            select null::bigint as sequence, null::timestamptz as ingested_at where false
            """
        )
    return con


def value(raw: duckdb.DuckDBPyConnection, query: str) -> object:
    """The one value that a query gives."""
    return raw.execute(query).fetchall()[0][0]


@pytest.mark.parametrize("stream", contract())
def test_what_lands_keeps_the_contract(raw: duckdb.DuckDBPyConnection, stream: str) -> None:
    """All types occur; required values are there; codes, ranges and types are the contract's; the period is kept."""
    types, columns = contract()[stream]["event_types"], contract()[stream]["columns"]
    assert raw.execute(f"select distinct event_type from {stream} order by all").fetchall() == [
        (t,) for t in sorted(types)
    ]
    found = {name: kind for name, kind, *_ in raw.execute(f"describe {stream}").fetchall()}
    for name, column in columns.items():
        wanted = raw.execute(f"describe select null::{column['data_type']} as x").fetchall()[0][1]
        assert found.get(name, wanted) == wanted
        for needed in types if column.get("key") else column.get("required_for", []):
            assert value(raw, f"select count(*) from {stream} where event_type = '{needed}' and {name} is null") == 0
        if codes := column.get("codes"):
            seen = raw.execute(f"select distinct {name} from {stream} where {name} is not null").fetchall()
            assert {code for (code,) in seen} <= set(codes)
        if span := column.get("range"):
            assert value(raw, f"select count(*) from {stream} where {name} not between {span[0]} and {span[1]}") == 0
        if name in ("sequence", "ingested_at") and "upserted" in types:
            continue
        read = column.get("event_types", types)
        assert value(raw, f"select count(*) from {stream} where {name} is not null and event_type in {(*read, '')}") > 0
    assert (
        value(raw, f"select min(occurred_at) >= '2025-03-24' and max(occurred_at) < '2025-04-07' from {stream}") is True
    )
    assert value(raw, f"select count(*) from {stream} where occurred_at > ingested_at + interval 1 day") == 0
    different = f"select count(*) from (select distinct * exclude (ingested_at, filename) from {stream})"
    assert value(raw, different) == value(raw, f"select count(distinct (org_id, event_id)) from {stream}")


SPECIAL = {
    "every medium talks": """
        select count(distinct medium) = 13 from channels join conversation_events using (org_id, channel_id)""",
    "ids are shared by orgs": """
        select count(*) > 900
        from (
            select conversation_id from conversation_events group by conversation_id having count(distinct org_id) = 2
        )""",
    "some 2,000 conversations": """
        select count(distinct (org_id, conversation_id)) between 1900 and 2000 from message_events""",
    "hours over midnight": """
        select bool_or(hours.closes < hours.opens) from (select unnest(opening_hours) as hours from channels)""",
    "a channel with holidays": "select bool_or(len(holidays) > 0) from channels",
    "a channel without hours": "select bool_or(opening_hours is null) from channels where event_type = 'upserted'",
    "hand-overs by error": """
        select count(*) > 10 from conversation_events where handover_reason = 'VA_ENCOUNTERED_ERROR'""",
    "repeated deliveries": "select count(*) - count(distinct (org_id, event_id)) > 10 from message_events",
    "late deliveries": "select count(*) > 2 from message_events where ingested_at > occurred_at + interval 1 day",
    "shared instants": """
        select count(*) > 1000
        from (from message_events semi join conversation_events using (org_id, conversation_id, occurred_at))""",
    "an unknown user": "select count(*) > 0 from lock_events anti join users using (org_id, user_id)",
    "an undescribed tag": "select count(*) > 0 from tag_events anti join tags using (org_id, tag_id)",
    "an undescribed channel": "select count(*) > 0 from conversation_events where channel_id = 'ch-unknown'",
    "away states": "select count(distinct away_state) >= 3 from presence_events",
    "messages around an erasure": """
        select bool_or(message.occurred_at < erased.occurred_at) and bool_or(message.occurred_at > erased.occurred_at)
        from contacts as erased
        join message_events as message
            on message.org_id = erased.org_id and message.author_id = erased.contact_profile_id
        where erased.erase""",
    "free answers before an erasure": """
        select count(*) > 0
        from contacts as erased
        join conversation_events as created using (org_id, contact_profile_id)
        join csat_events as answered using (org_id, conversation_id)
        where erased.erase and created.event_type = 'created' and answered.event_type = 'follow_up_answered'
            and answered.occurred_at < erased.occurred_at""",
    "attributes that are deleted, some for good": """
        select count(*) > 5 and count(*) filter (where event_type = 'upserted') > 2
            and count(*) filter (where event_type = 'deleted') > 2
        from (
            select max_by(event_type, occurred_at) as event_type from contact_attributes
            group by org_id, contact_profile_id, attribute_id having bool_or(event_type = 'deleted')
        )""",
    "lock sessions over midnight": """
        select count(*) > 0
        from (
            select org_id, conversation_id, event_type, occurred_at,
                lead(occurred_at) over of_user as next_at
            from (select distinct * exclude (ingested_at, filename) from lock_events)
            window of_user as (partition by org_id, user_id order by occurred_at, sequence, event_id)
        ) as lock
        where event_type = 'locked' and occurred_at::date < next_at::date and next_at - occurred_at < interval 1 day
            and not exists (
                from conversation_events as change
                where change.org_id = lock.org_id and change.conversation_id = lock.conversation_id
                    and change.status in ('pending', 'resolved')
                    and change.occurred_at between lock.occurred_at and lock.next_at
            )""",
    "messages of a length": "select avg(length(content)) between 100 and 150 from message_events",
    "the hour that is skipped": """
        select count(*) = 0 from message_events
        where occurred_at::timestamp between '2025-03-30 02:00' and '2025-03-30 02:59:59'""",
    "people rest at the weekend": """
        select count(*) filter (where isodow(occurred_at) > 5) * 5 < count(*) from message_events""",
    "inbound lines that no contact wrote": """
        select count(*) filter (where author_id is null) > 20 and count(*) filter (where author_id is not null) > 5
        from message_events where direction = 'inbound' and author_type in ('system', 'automation')""",
    "contacts who come back after a virtual agent": """
        select count(*) > 5
        from (from conversation_events where status = 'resolved' and actor_type = 'virtual_agent') as resolved
        join message_events as came using (org_id, conversation_id)
        join message_events as answer using (org_id, conversation_id)
        where came.direction = 'inbound' and came.occurred_at > resolved.occurred_at
            and answer.author_type = 'agent' and answer.occurred_at > came.occurred_at""",
    "answers that name nobody": """
        select count(*) > 5 from csat_events where event_type = 'answered' and agent_id is null and team_id is null""",
    "agents of none, one and two teams without a team named": """
        select count(distinct coalesce(len(users.team_ids), 0)) = 3
        from message_events join users on message_events.org_id = users.org_id and author_id = user_id
        where author_type = 'agent' and team_id is null""",
    "some are still open": """
        select count(*) > 20
        from (
            select max_by(status, occurred_at) as last_status from conversation_events
            group by org_id, conversation_id having last_status is distinct from 'resolved'
        )""",
}


@pytest.mark.parametrize("what", SPECIAL)
def test_special_cases_are_there(raw: duckdb.DuckDBPyConnection, what: str) -> None:
    """The default simulation has the events that make exports hard."""
    assert value(raw, SPECIAL[what]) is True


def test_odd_texts_land_as_they_stand(raw: duckdb.DuckDBPyConnection) -> None:
    """Formulas, line breaks, emoji, spaces and empty texts come through; a message without text has none."""
    found = {content for (content,) in raw.execute("select distinct content from message_events").fetchall()}
    assert {*phrases()["odd"], None} <= found


def test_orgs_have_only_ids_in_common(raw: duckdb.DuckDBPyConnection) -> None:
    """A leak between orgs would be seen: the same contact id is another person."""
    same = """
        select count(*) from contacts as one join contacts as other using (contact_profile_id, event_type)
        where one.org_id < other.org_id and one.primary_identifier = other.primary_identifier
    """
    assert value(raw, same) == 0


def test_stories_are_told_in_order() -> None:
    """Time and sequence rise along every story of the catalogue, so pace and jitter cannot change the order."""
    for _, story in catalogue.conversations() + catalogue.shifts():
        rows = [row for rows in story.events.values() for row in rows]
        rows.sort(key=lambda row: int(row["event_id"].removeprefix(story.prefix)))
        moments = [row["occurred_at"] for row in rows]
        assert moments == sorted(moments)
        assert moments[0] >= story.start


def test_same_seed_same_bytes(small: Path, tmp_path: Path) -> None:
    """Two runs with one seed agree in every byte, another seed in no stream of events."""
    simulate(SMALL, 1, tmp_path / "again")
    assert digests(tmp_path / "again") == digests(small)
    for seed in (1, 2):
        simulate(replace(SMALL, conversations=100, days=2), seed, tmp_path / str(seed))
    one, two = (digests(tmp_path / seed) for seed in "12")
    same = {name for name in one if two.get(name) == one[name]}
    assert same == {name for name in one if "entities" in name}


@pytest.mark.parametrize(
    "size", [SMALL, LARGE, replace(SMALL, days=1, conversations=1), replace(SMALL, days=40, conversations=7)]
)
def test_parts_make_the_period(size: Size) -> None:
    """Parts follow each other without gap or overlap, and cover all days, conversations and contacts."""
    found = parts(size)
    contacts = size.contacts_per_channel * size.channels
    for first, following, end in (
        ("first_day", "next_day", size.days),
        ("first_conversation", "next_conversation", size.conversations),
        ("first_contact", "next_contact", contacts),
    ):
        starts = [getattr(part, first) for part in found]
        assert [*starts, end] == [0, *(getattr(part, following) for part in found)]


def test_command(tmp_path: Path) -> None:
    """It writes and reports; it refuses to overwrite unless forced, and then leaves what is not its own."""
    run = CliRunner().invoke
    out = tmp_path / "o'raw"
    asked = ["--out", str(out), "--conversations", "30", "--days", "2", "--start", "2025-10-25", "--orgs", "1"]
    first = run(main, asked)
    assert first.exit_code == 0, first.output
    assert "message_events" in first.output and "total" in first.output
    before = digests(out)
    (out / "tags" / "mine.txt").write_text("keep")
    (out / "tags" / "stale.parquet").write_bytes(b"stale")

    refused = run(main, asked)
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    assert "is not empty; choose another --out, or add --force" in refused.output

    assert run(main, [*asked, "--force"]).exit_code == 0
    assert digests(out) == before
    assert (out / "tags" / "mine.txt").read_text() == "keep"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--size", "huge"], "'huge' is not one of 'small', 'large'"),
        (["--conversations", "0"], "0 is not in the range"),
        (["--start", "yesterday"], "'yesterday' does not match the format '%Y-%m-%d'"),
        (["--start", "9999-12-31"], "choose a day from 1971 to 8999"),
        (["--seed", "-1"], "-1 is not in the range"),
    ],
)
def test_bad_arguments(tmp_path: Path, arguments: list[str], words: str) -> None:
    """Bad arguments end with exit code 2 and say what is wrong; nothing is written."""
    result = CliRunner().invoke(main, ["--out", str(tmp_path / "raw"), *arguments])
    assert result.exit_code == 2
    assert words in result.output
    assert not (tmp_path / "raw").exists()
