"""The entities of a simulated org and their changes: the entity streams except for the many contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulation.story import Story, opening_hours

ZONE = "Europe/Brussels"


@dataclass(frozen=True)
class Size:
    """How much of everything; people, channels and labels are counts for each org."""

    conversations: int
    days: int
    start: date
    orgs: int
    agents: int
    virtual_agents: int
    teams: int
    channels: int
    inboxes: int
    queues: int
    topics: int
    tags: int

    @property
    def contacts_per_channel(self) -> int:
        """Contacts write on the channels of their medium: about three conversations for each contact."""
        return max(2, round(self.conversations * 3 / 10 / self.orgs / self.channels))

    def midnight(self, day: int) -> datetime:
        """The local midnight at which that day of the period begins."""
        day_of_period = self.start + timedelta(days=day)
        return datetime(day_of_period.year, day_of_period.month, day_of_period.day, tzinfo=ZoneInfo(ZONE))


def org_ids(size: Size) -> list[str]:
    """The orgs of a simulation."""
    return (["acme", "globex", "initech"] + [f"org-{number}" for number in range(4, size.orgs + 1)])[: size.orgs]


def hours(channel: int, size: Size) -> dict[str, Any]:
    """Opening hours by channel: office, none, over midnight, with holidays and breaks, overlapping, without a zone."""
    holidays = [size.start + timedelta(days=7), date(size.start.year, 12, 25)]
    every_day = range(1, 8)
    return [
        {"opening_hours": opening_hours("09:00-17:00"), "opening_timezone": ZONE},
        {},
        {"opening_hours": opening_hours("20:00-02:00", weekdays=every_day), "opening_timezone": ZONE},
        {
            "opening_hours": opening_hours("08:00-12:00", "13:00-18:30", weekdays=range(1, 7)),
            "opening_timezone": "Europe/Madrid",
            "holidays": holidays,
        },
        {"opening_hours": opening_hours("08:00-16:00", "12:00-24:00"), "opening_timezone": "Europe/London"},
        {"opening_hours": opening_hours("07:00-19:00", weekdays=every_day), "holidays": holidays},
    ][channel % 6]


def organisation(org_id: str, size: Size, words: dict[str, Any]) -> Story:
    """The story of an org: everything as of the first day, then changes, deletions and contacts to be forgotten."""
    story = Story(org_id, start=size.midnight(0), prefix="entity-")

    def word(kind: str, number: int) -> str:
        """The number-th word of a kind; numbered once the words are used up."""
        kinds: Sequence[str] = words[kind]
        return kinds[number % len(kinds)] + (f" {number // len(kinds) + 1}" if number >= len(kinds) else "")

    for number in range(1, size.inboxes + 1):
        level = [{"first_reply_service_level_s": 600, "sla_id": "gold"}, {"service_level_s": 3600}, {}][
            (number - 1) % 3
        ]
        story.describe("inboxes", f"i{number}", name=f"Inbox {number}", **level)
    for number in range(1, size.queues + 1):
        story.describe("queues", f"q{number}", name=f"Queue {number}")
    for number in range(1, size.teams + 1):
        story.describe("teams", f"t{number}", name=f"Team {number}")
    for number in range(size.channels):
        medium = words["media"][number % len(words["media"])]
        more = hours(number, size) | {"inbox_id": f"i{number % size.inboxes + 1}", "medium": medium}
        story.describe(
            "channels", f"ch{number + 1}", name=f"{org_id}_{medium}", display_name=f"{org_id.title()} {medium}", **more
        )
    for number in range(size.agents):
        describe_agent(story, number, size, words["names"])
    for number in range(1, size.virtual_agents + 1):
        story.describe("users", f"va{number}", user_type="virtual_agent", name=f"Assistant {number}")
    story.describe("users", "bot1", user_type="bot", name="Auto reply")
    for number in range(size.topics):
        story.describe("topics", f"topic{number + 1}", name=word("topics", number))
    for number in range(size.tags):
        more = {"category_id": f"cat{number % 3}", "description": "Set by hand", "location_id": "loc1"}
        more |= {"words": "refund, money back", "profiles": "p1", "websites": "shop.example", "profile_info": "vip"}
        story.describe("tags", f"{number + 1:03}", name=word("tags", number), **more if number % 2 else {})
    return changed(story, size)


def describe_agent(story: Story, number: int, size: Size, names: dict[str, list[str]], **more: Any) -> Story:
    """Agent `a<number + 1>` with a name, a place and one or two teams."""
    first, last = names["first"][number % len(names["first"])], names["last"][number % len(names["last"])]
    about = {
        "name": f"{first} {last}",
        "email": f"agent{number + 1}@{story.org_id}.example",
        "reference": f"{number + 1:05}",
        "group_name": "Evening" if number % 4 == 3 else "Day",
        "location_id": f"loc{number % 3 + 1}",
        "location": ["Brussels", "Zürich", "Seville"][number % 3],
        # One of eleven is in no team.
        "team_ids": []
        if number % 11 == 10
        else sorted({f"t{number % size.teams + 1}", f"t{number // 5 % size.teams + 1}"}),
        "inbox_mode": ["push", "claim"][number % 2],
        "is_disabled": False,
    }
    return story.describe("users", f"a{number + 1}", **about | more)


def changed(story: Story, size: Size) -> Story:
    """Changes of entities a third and two thirds into the period."""
    early, late = (size.midnight(0) + timedelta(days=size.days) * share / 3 for share in (1, 2))
    story.describe("tags", "002", name="refund approved", at=early).delete("tags", "003", at=late)
    story.delete("topics", "topic2", at=early).delete("inboxes", "i9", at=early).delete("queues", "q9", at=late)
    story.delete("teams", "t2", at=early).describe("teams", "t2", name="Team two", at=late)
    story.describe("users", "a2", name="Bram Renamed", is_disabled=True, team_ids=["t1"], at=late)
    story.delete("users", "a3", at=late).delete("channels", "ch3", at=late)
    story.describe("contacts", "p4", display_name="Renamed, by marriage", medium="twitter", at=early)
    story.delete("contact_attributes", "p4", "attr1", at=early).delete("contacts", "p5", at=late)
    for contact in ("p7", "p8", "p9"):
        story.erase(contact, at=late)
    # Contact p1 writes most of all, before and after: its past is to be forgotten, what comes later is new.
    return story.erase("p1", at=late).describe(
        "contacts", "p1", display_name="Somebody new", at=late + timedelta(hours=1)
    )
