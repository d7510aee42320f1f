"""Conversations as stories: one call per event; a story yields the events of every landing stream.

    story = Story(start="2025-03-03 10:00+01:00").created("c1").inbound("m1", "hi").locked("a1", at="10:01")
    story.outbound("m2", agent="a1", team="t1", at="10:05").unlocked("a1").resolved("a1", at="10:06")
    write_landing(story.events, Path("raw"))

Streams, columns and types come from the contract in models/staging/_sources.yml, so there is no second list of them.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

SOURCES = Path(__file__).resolve().parents[2] / "models" / "staging" / "_sources.yml"
ENVELOPE = ("event_id", "event_type", "org_id", "occurred_at", "sequence", "ingested_at")
CLOCK = re.compile(r"(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?")
SPAN = re.compile(r"\+(\d+(?:\.\d+)?)([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
Row = dict[str, Any]
Events = dict[str, list[Row]]


@cache
def contract() -> dict[str, Row]:
    """Each stream with its `event_types`, and its `columns` as name -> {data_type, key, codes, required_for, …}."""
    streams = {}
    for table in yaml.safe_load(SOURCES.read_text("utf-8"))["sources"][0]["tables"]:
        columns = {column.pop("name"): column | column.get("config", {}).get("meta", {}) for column in table["columns"]}
        streams[table["name"]] = table["config"]["meta"] | {"columns": columns}
    return streams


@cache
def arrow_types(stream: str) -> dict[str, pa.DataType]:
    """The contract's columns of a stream with their Arrow types, as the engine understands the type names."""
    nothing = ", ".join(f'null::{column["data_type"]} as "{name}"' for name, column in _columns(stream).items())
    with duckdb.connect() as engine:
        engine.execute("set TimeZone = 'UTC'")
        schema = engine.sql(f"select {nothing}").to_arrow_table().schema
    return {field.name: field.type for field in schema}


def _columns(stream: str) -> dict[str, Row]:
    if stream not in contract():
        raise ValueError(f"the contract has no stream {stream}; it has {', '.join(contract())}")
    return contract()[stream]["columns"]


class Story:
    """Tells what happens in one org, in order; `events` holds the rows (stream -> rows with the columns that are set).

    Every method takes, by name:
    `at`: a clock time on the story's day ('10:05', '10:05:30.250'; '25:10' is past midnight), a span since the last
        event ('+90s', '+2.5m', '+3h', '+1d'), an ISO instant, a datetime, or a timedelta since the start; without
        it an event follows a minute after the one before.
    `agent`, `va` (a virtual agent) or `by` (automation, bulk, system, contact), and `team`: the actor, where the stream
        has one.
    Any column of the stream, to set or override it, `event_id`, `sequence` and `ingested_at` too; None leaves it out.

    Event ids are `<prefix><n>` in order of telling, so stories of one org that land together need different prefixes
    (and `write_landing` names); sequences count per conversation, for presence and inbox sessions per user.
    """

    def __init__(
        self,
        org_id: str = "acme",
        start: str | datetime = "2025-03-03 10:00+01:00",
        channel_id: str = "ch-1",
        conversation_id: str = "c1",
        contact: str = "p1",
        prefix: str = "e",
    ) -> None:
        self.org_id, self.channel_id, self.conversation_id, self.contact = org_id, channel_id, conversation_id, contact
        self.start = datetime.fromisoformat(start) if isinstance(start, str) else start
        if self.start.tzinfo is None:
            raise ValueError(f"the story's start {start} has no offset; write it like 2025-03-03 10:00+01:00")
        self.prefix = prefix
        self.events: Events = defaultdict(list)
        self._now: datetime | None = None
        self._told = 0
        self._sequences: dict[tuple[str, str | None], int] = defaultdict(int)

    def when(self, at: str | datetime | timedelta | None) -> datetime:
        """The instant, in UTC, that `at` means in this story."""
        if at is None:
            moment = self.start if self._now is None else self._now + timedelta(minutes=1)
        elif isinstance(at, str) and (span := SPAN.fullmatch(at)):
            moment = (self._now or self.start).astimezone(UTC) + timedelta(**{UNITS[span[2]]: float(span[1])})
        elif isinstance(at, timedelta):
            moment = self.start.astimezone(UTC) + at
        elif isinstance(at, datetime):
            moment = at
        elif clock := CLOCK.fullmatch(at):
            hours, minutes, seconds = clock.groups(default="0")
            midnight = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
            moment = midnight + timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
        else:
            moment = datetime.fromisoformat(at)
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.start.tzinfo)).astimezone(UTC)

    def event(self, stream: str, event_type: str, at: str | datetime | timedelta | None = None, **more: Any) -> Self:
        """Any event of any stream, also one the contract would set aside; the other methods are short words for it."""
        known = _columns(stream)
        agent, va, by, team = (more.pop(word, None) for word in ("agent", "va", "by", "team"))
        kind = by or ("virtual_agent" if va else "agent" if agent else None)
        actor = {"actor_type": kind, "actor_id": va or agent, "team_id": team}
        columns = {name: value for name, value in actor.items() if name in known} | more
        if unknown := columns.keys() - known.keys():
            raise ValueError(f"{stream} has no column {', '.join(sorted(unknown))}; it has {', '.join(known)}")
        self._told += 1
        # An entity exists from the start, so describing it does not move the story's clock.
        is_happening = event_type != "upserted"
        moment = self.when(at if is_happening or at is not None else self.start)
        self._now = moment if is_happening else self._now
        row = {"event_id": f"{self.prefix}{self._told}", "event_type": event_type, "org_id": self.org_id}
        row |= {"occurred_at": moment, "sequence": self._next(stream, columns)} | columns
        told = {name: value for name, value in row.items() if value is not None}
        self.events[stream].append({name: self._typed(known[name]["data_type"], told[name]) for name in told})
        return self

    def _typed(self, data_type: str, value: Any) -> Any:
        if data_type == "date[]":
            return [date.fromisoformat(str(day)) for day in value]
        return self.when(value) if data_type == "timestamptz" else value

    def _next(self, stream: str, columns: Row) -> int | None:
        name = "user_id" if stream in ("presence_events", "inbox_session_events") else "conversation_id"
        self._sequences[name, columns.get(name)] += 1
        return self._sequences[name, columns[name]] if columns.get(name) else None

    def _here(self, stream: str, event_type: str, more: Row, **base: Any) -> Self:
        return self.event(stream, event_type, **{"conversation_id": self.conversation_id} | base | more)

    # -- the conversation itself -----------------------------------------------------------------------------------

    def about(self, conversation_id: str, contact: str | None = None) -> Self:
        """The next events happen in this conversation."""
        self.conversation_id, self.contact = conversation_id, contact or self.contact
        return self

    def created(self, conversation_id: str | None = None, contact: str | None = None, **more: Any) -> Self:
        self.about(conversation_id or self.conversation_id, contact)
        return self.changed("created", **{"channel_id": self.channel_id, "contact_profile_id": self.contact} | more)

    def changed(self, event_type: str, **more: Any) -> Self:
        """Any conversation event (language_set, priority_set, linked) with its columns."""
        return self._here("conversation_events", event_type, more)

    def snoozed(self, until: str | datetime | None = None, **more: Any) -> Self:
        return self.changed("snoozed", **{"snoozed_until": until} | more)

    def promised(self, expires_at: str | datetime | None, **more: Any) -> Self:
        """The service level of the conversation expires then, or (None) there is none any more."""
        return self.changed("service_level_set", **{"service_level_expires_at": expires_at} | more)

    def pending(self, agent: str = "a1", **more: Any) -> Self:
        return self.changed("status_changed", status="pending", agent=agent, **more)

    def reopened(self, by: str = "contact", **more: Any) -> Self:
        return self.changed("status_changed", status="new", by=by, **more)

    def resolved(self, agent: str = "a1", va: str | None = None, by: str = "agent", **more: Any) -> Self:
        """Resolved by that agent, by `va`, or `by` bulk_resolve (of that agent), system or auto_resolve."""
        by = "virtual_agent" if va else by
        trigger, actor_type, actor_id = {
            "agent": ("human_agent", "agent", agent),
            "virtual_agent": ("virtual_agent", "virtual_agent", va),
            "bulk_resolve": ("human_agent", "bulk", agent),
            "system": ("automation", "system", None),
            "auto_resolve": ("auto_resolve", "system", None),
        }[by]
        base = {"status": "resolved", "resolved_by": by, "resolve_trigger": trigger}
        return self.changed("status_changed", **base | {"actor_type": actor_type, "actor_id": actor_id} | more)

    def handed_over(self, va: str = "va1", reason: str | None = None, **more: Any) -> Self:
        return self.changed("handed_over", va=va, **{"virtual_agent_id": va, "handover_reason": reason} | more)

    def reassigned_to_human(self, va: str = "va1", **more: Any) -> Self:
        return self.changed("reassigned_to_human", **{"virtual_agent_id": va} | more)

    def assigned(self, to: str | None, to_team: str | None = None, **more: Any) -> Self:
        return self.changed("assigned", **{"assignee_id": to, "assignee_team_id": to_team} | more)

    def queued(self, queue_id: str, reason: str | None = None, **more: Any) -> Self:
        return self.changed("queue_changed", **{"queue_id": queue_id, "reason_code": reason} | more)

    def locked(self, agent: str = "a1", **more: Any) -> Self:
        return self._here("lock_events", "locked", more, user_id=agent)

    def unlocked(self, agent: str = "a1", **more: Any) -> Self:
        return self._here("lock_events", "unlocked", more, user_id=agent)

    # -- messages and what is put on them --------------------------------------------------------------------------

    def inbound(self, message_id: str, text: str | None = None, contact: str | None = None, **more: Any) -> Self:
        who = contact or self.contact
        base = {"message_id": message_id, "direction": "inbound", "content": text, "author_type": "contact"}
        return self._here("message_events", "created", more, **base, author_id=who, actor_type="contact", actor_id=who)

    def outbound(self, message_id: str, text: str | None = None, **more: Any) -> Self:
        """A reply by agent a1 unless `agent`, `va` or `by` (automation, system) says otherwise."""
        if not more.keys() & {"agent", "va", "by"}:
            more["agent"] = "a1"
        base = {"message_id": message_id, "direction": "outbound", "content": text, "outbound_type": "reply"}
        base["author_type"] = more.get("by") or ("virtual_agent" if more.get("va") else "agent")
        return self._here("message_events", "created", more, **base, author_id=more.get("va") or more.get("agent"))

    def line(self, message_id: str, text: str, by: str = "system", **more: Any) -> Self:
        """An inbound line that no contact wrote: a system or an automation says what it did."""
        base = {"message_id": message_id, "direction": "inbound", "content": text, "author_type": by, "by": by}
        return self._here("message_events", "created", more, **base)

    def message(self, event_type: str, message_id: str, **more: Any) -> Self:
        """updated, deleted, checked, trashed, restored, favorited or unfavorited."""
        return self._here("message_events", event_type, more, message_id=message_id)

    def tag(self, message_id: str, tag_id: str, event_type: str = "applied", **more: Any) -> Self:
        return self._here("tag_events", event_type, more, message_id=message_id, tag_id=tag_id)

    def untag(self, message_id: str, tag_id: str, **more: Any) -> Self:
        return self.tag(message_id, tag_id, "removed", **more)

    def topic(self, topic_id: str, event_type: str = "applied", **more: Any) -> Self:
        return self._here("topic_events", event_type, more, topic_id=topic_id)

    def untopic(self, topic_id: str, **more: Any) -> Self:
        return self.topic(topic_id, "removed", **more)

    # -- around the conversation -----------------------------------------------------------------------------------

    def survey(self, event_type: str, survey_id: str = "s1", agent_id: str | None = "a1", **more: Any) -> Self:
        """sent, answered (score), skipped, unrecognized, follow_up_asked (question), follow_up_answered (answer)."""
        return self._here("csat_events", event_type, more, survey_id=survey_id, agent_id=agent_id)

    def action(self, activity_code: int, agent: str = "a1", **more: Any) -> Self:
        more = {"user_id": agent, "actor_type": "agent"} | more
        return self._here("action_events", "performed", more, activity_code=activity_code)

    def note(self, event_type: str, note_id: str = "n1", agent: str = "a1", **more: Any) -> Self:
        """created, updated (both with their note) or deleted."""
        base = {"note_id": note_id, "author_id": agent, "actor_type": "agent"}
        return self._here("note_events", event_type, more, **base)

    def suggestion(self, event_type: str, suggestion_id: str = "g1", **more: Any) -> Self:
        """requested, responded (text) or acted (action, user_id, response_message_id)."""
        return self._here("suggestion_events", event_type, more, suggestion_id=suggestion_id)

    def approval(self, event_type: str, approval_id: str = "v1", agent: str = "a1", **more: Any) -> Self:
        """submitted or withdrawn by `agent`; approved or rejected by `approver_id`."""
        base = {"approval_id": approval_id, "agent_id": agent, "agent": more.get("approver_id", agent)}
        return self._here("approval_events", event_type, more, **base)

    def help(self, event_type: str, help_request_id: str = "h1", requester_id: str = "a1", **more: Any) -> Self:
        """requested (question, expert_name, expert_email), answered (answer), closed or expired."""
        return self._here("help_events", event_type, more, help_request_id=help_request_id, requester_id=requester_id)

    def presence(self, user_id: str, presence: str, away_state: str | None = None, **more: Any) -> Self:
        more = {"presence": presence, "away_state": away_state} | more
        return self.event("presence_events", "changed", user_id=user_id, **more)

    def inbox(self, event_type: str, session_id: str, user_id: str = "a1", **more: Any) -> Self:
        """entered (inbox_id, selected_tab, mode) or left."""
        return self.event("inbox_session_events", event_type, session_id=session_id, user_id=user_id, **more)

    # -- who and what exists ---------------------------------------------------------------------------------------

    def describe(self, entity: str, *key: str, event_type: str = "upserted", **more: Any) -> Self:
        """A row of an entity stream (channels, users, …); what the contract requires and is not given has a default."""
        known = _columns(entity).items()
        names = [name for name, column in known if column.get("key") and name not in ENVELOPE]
        base = dict(zip(names, key, strict=True))
        if event_type == "upserted":
            default = {"medium": "web", "user_type": "human", "name": key[-1]}
            base |= {name: default[name] for name, column in known if column.get("required_for")}
        return self.event(entity, event_type, **base | more)

    def delete(self, entity: str, *key: str, **more: Any) -> Self:
        return self.describe(entity, *key, event_type="deleted", **more)

    def erase(self, contact: str | None = None, **more: Any) -> Self:
        """The contact is to be forgotten: all it was and wrote before this instant."""
        return self.delete("contacts", contact or self.contact, erase=True, **more)


def opening_hours(*windows: str, weekdays: Iterable[int] = range(1, 6)) -> list[Row]:
    """Opening hours of a channel: `opening_hours('09:00-17:00')` from Monday (1) to Friday."""
    spans = [(day, *window.split("-")) for day in weekdays for window in windows]
    return [dict(zip(("weekday", "opens", "closes"), span, strict=True)) for span in spans]


def write_landing(
    events: Events, root: Path, files: int = 1, shuffle_seed: int | None = None, repeat: float = 0.0, name: str = "part"
) -> list[Path]:
    """Writes `<root>/<stream>/<name>-<n>.parquet` in the contract's types and returns the paths.

    With `shuffle_seed` rows are mixed before they are dealt to `files` files; that share `repeat` (0 to 1) of them is
    delivered again in the file after (with one file, in a second one). Same arguments, same bytes.
    """
    paths = []
    for stream, rows in events.items():
        chance = random.Random(f"{shuffle_seed} {stream}")
        rows = chance.sample(rows, len(rows)) if shuffle_seed is not None else rows
        parts = [rows[number::files] for number in range(files)] + ([[]] if files == 1 else [])
        for number in chance.sample(range(len(rows)), round(repeat * len(rows))):
            parts[(number % files + 1) % len(parts)].append(rows[number])
        for number, part in enumerate(parts):
            if part:
                path = root / stream / f"{name}-{number}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                # A column that no row fills may be missing, unless the contract wants it in every file.
                wanted = {name for name, column in _columns(stream).items() if column.get("key")}.union(*part)
                schema = pa.schema([field for field in arrow_types(stream).items() if field[0] in wanted])
                pq.write_table(pa.Table.from_pylist(part, schema=schema), path)
                paths.append(path)
    return paths
