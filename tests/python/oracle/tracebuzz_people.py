"""The objects about users, labels, persons and inbox sessions. No channels choose their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import md5

from .exports import Row
from .request import Request
from .tracebuzz_clock import instant_of, unix
from .tracebuzz_messages import person_of
from .tracebuzz_org import Tracebuzz

USER_STATUSES = {"push": 1, "claim": 2}
OF_TAGS = ("category_id", "description", "words", "profiles", "websites", "profile_info", "location_id")


def users(org: Tracebuzz, request: Request) -> Iterator[Row]:
    """Every user, disabled and deleted ones too; of one known only by its deletion the id alone."""
    for (user_id,), user in org.entities.all_of("users").items():
        row: Row = {"id": user_id, "helpdesk_id": user.columns.get("reference")}
        for name in ("name", "group_name", "email", "location", "location_id"):
            row[name] = user.columns.get(name)
        yield row


def labels(org: Tracebuzz, request: Request) -> Iterator[Row]:
    """Every tag and every topic."""
    for stream in ("tags", "topics"):
        for (label_id,), label in org.entities.all_of(stream).items():
            row: Row = {"id": label_id, "name": label.columns.get("name")}
            if stream == "tags":
                row |= {name: label.columns.get(name) for name in OF_TAGS}
            yield row


def persons(org: Tracebuzz, request: Request) -> Iterator[Row]:
    """Attributes that stand and have a value, of contacts that are not deleted; one row a person and name."""
    newest: dict[tuple[str, str], tuple[int, str]] = {}
    for (profile, _), attribute in org.entities.all_of("contact_attributes").items():
        value = attribute.columns.get("value")
        if attribute.is_deleted or value is None or org.entities.is_deleted("contacts", profile):
            continue
        key = (person_of(org.entities, profile), attribute.columns["name"])
        if key not in newest or newest[key][0] < attribute.position:
            newest[key] = (attribute.position, value)
    for (person_id, name), (_, value) in newest.items():
        row_id = md5(f"{person_id}\u001f{name}".encode()).hexdigest()
        yield {"id": row_id, "person_id": person_id, "key": name, "value": value}


def user_inbox_status(org: Tracebuzz, request: Request) -> Iterator[Row]:
    """Inbox sessions that overlap the window, whole; one of no length where it lies."""
    for session in org.inbox_sessions:
        from_at, to_at = (instant_of(border) for border in session.stretch)
        overlaps = from_at < request.window_end and to_at > request.window_start
        if not (request.in_window(from_at) if from_at == to_at else overlaps):
            continue
        mode = session.entered["mode"]
        if mode is None:
            mode = org.entities.value("users", session.user_id, "inbox_mode")
        yield {
            "user_id": session.user_id,
            "login_time": unix(session.entered.occurred_at),
            "logout_time": None if session.logout_at is None else unix(session.logout_at),
            "selected_tab": session.entered["selected_tab"],
            "user_status": USER_STATUSES.get(mode),
            "search_id": session.inbox_id,
        }


PEOPLE: dict[str, Callable[[Tracebuzz, Request], Iterator[Row]]] = {
    "users": users,
    "labels": labels,
    "persons": persons,
    "user_inbox_status": user_inbox_status,
}
