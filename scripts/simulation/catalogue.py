"""The stories that the simulator repeats, and the weight of each.

A story has placeholders: agents a1 and a2, virtual agent va1, contact p1 and passer-by p2, tag1, topic1,
q1, i1, messages m1, m2, …. `events.sql` repeats it for every simulated conversation, with other people, labels,
texts and paces; teams, channels and texts are left to it. A shift is a story of an agent's day, from midnight.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from simulation import conversations as usual
from simulation import side_conversations as aside
from simulation.story import Story

Told = list[tuple[int, Story]]


def conversations() -> Told:
    """Every kind of conversation with its weight."""
    chats = [
        (100, 1, None), (30, 1, "5"), (40, 2, "silent"), (40, 2, "4"), (140, 2, None), (25, 3, "5"), (120, 3, None),
        (15, 3, "skipped"), (5, 3, "unrecognized"), (20, 4, "3"), (55, 4, None), (15, 5, "1"), (15, 6, "2"),
        (15, 8, "silent"),
    ]  # fmt: skip
    others = [
        (120, usual.virtual_agent_alone), (80, usual.handed_over), (20, usual.virtual_agent_failed),
        (15, usual.reassigned), (20, usual.returned), (40, usual.reopened), (30, usual.snoozed), (30, usual.taken_over),
        (25, usual.cherry_picked), (30, usual.closed_without_reply), (8, usual.abandoned_lock),
        (8, usual.clumsy_locks), (12, usual.unanswered), (15, usual.proactive), (15, usual.escalated),
        (10, usual.same_second), (15, usual.relabelled), (8, usual.surveyed_twice), (20, usual.surveyed_namelessly),
        (30, usual.activity_lines), (10, usual.automation_lines), (20, usual.automatic),
        (12, usual.closed_in_bulk), (6, usual.closed_by_the_system), (20, usual.promised), (20, usual.checked_off),
        (10, usual.sent_back), (3, usual.routed), (40, aside.public_thread), (12, aside.removed), (12, aside.moderated),
        (10, aside.approved), (5, aside.rejected), (3, aside.withdrawn), (8, aside.expert_helped),
        (3, aside.expert_silent), (20, aside.suggested), (8, aside.suggestion_dropped), (20, aside.noted),
        (8, aside.other_systems), (4, aside.beginning_lost), (2, aside.only_noted), (12, usual.kept_open),
    ]  # fmt: skip
    return [(weight, usual.chat(turns, outcome)) for weight, turns, outcome in chats] + [
        (weight, tell()) for weight, tell in others
    ]


def shift(begin: str, lunch: str, back: str, end: str | None, away: str = "Lunch", **inbox: str) -> Story:
    """An agent's day; without an end the agent forgets to log off."""
    story = Story(start="2025-01-06 00:00+00:00")
    story.presence("a1", "available", at=begin).inbox("entered", "w1", at="+0s", **inbox)
    story.presence("a1", "away", away, at=lunch).inbox("left", "w1", at="+0s").presence("a1", "away", "Training")
    story.presence("a1", "available", at=back)
    story.inbox("entered", "w2", inbox_id="i2", selected_tab="team", at="+0s")
    return story if end is None else story.inbox("left", "w2", at=end).presence("a1", "offline", at="+0s")


def careless_shift() -> Story:
    """Two tabs on one inbox, one of them never left; a second session in an inbox ends the first; the last session has
    no inbox, and going offline ends it."""
    story = Story(start="2025-01-06 00:00+00:00").presence("a1", "available", at="08:30")
    story.inbox("entered", "w1", inbox_id="i1", selected_tab="new", mode="claim", at="+0s")
    story.inbox("entered", "w2", inbox_id="i1", selected_tab="mine", mode="claim", at="+5m").inbox(
        "left", "w2", at="+2h"
    )
    story.inbox("entered", "w3", inbox_id="i1", at="+0s").inbox("entered", "w4", inbox_id="i2", selected_tab="team")
    story.presence("a1", "away", "Coffee", at="12:00").presence("a1", "available", at="+20m")
    story.inbox("entered", "w5", inbox_id="i1", selected_tab="new", mode="push", at="13:00")
    return story.inbox("entered", "w6", selected_tab="search", at="15:00").presence("a1", "offline", at="17:00")


def shifts() -> Told:
    """Every kind of working day with its weight."""
    return [
        (8, shift("08:00", "12:00", "12:30", "16:30", inbox_id="i1", selected_tab="new", mode="push")),
        (6, shift("10:00", "13:30", "14:15", "19:00", "Coffee", inbox_id="i1", selected_tab="mine", mode="claim")),
        (2, shift("22:00", "26:00", "26:30", "30:00", inbox_id="i1")),
        (1, shift("09:00", "12:00", "13:00", None, inbox_id="i1", selected_tab="new", mode="push")),
        (2, careless_shift()),
    ]


def steps() -> Iterator[dict[str, object]]:
    """Each event of each story, conversations before shifts, with every instant as milliseconds since the start."""
    for story_no, (_, story) in enumerate(conversations() + shifts()):
        start = story.when(story.start)
        rows = [(stream, row) for stream, events in story.events.items() for row in events]
        moments = sorted({row["occurred_at"] for _, row in rows})
        # Simultaneous events stay simultaneous: the slack is the time until the next event.
        until = dict(zip(moments, [*moments[1:], moments[-1] + timedelta(hours=1)], strict=True))
        for stream, row in rows:
            step = {
                name: milliseconds(value - start) if isinstance(value, datetime) else value
                for name, value in row.items()
            }
            step |= {"stream": stream, "story": story_no, "step": int(row["event_id"].removeprefix(story.prefix))}
            step["offset_ms"] = step.pop("occurred_at")
            step["slack_ms"] = milliseconds(until[row["occurred_at"]] - row["occurred_at"])
            yield step


def milliseconds(span: timedelta) -> int:
    """A span in whole milliseconds."""
    return round(span / timedelta(milliseconds=1))
