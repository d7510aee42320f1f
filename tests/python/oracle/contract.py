"""The landing contract as the oracle reads it: streams, types, columns, required columns and closed lists.

Columns are written the way the contract's page writes them: a name, with ``*`` where the column is required.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ACTOR = "actor_type actor_id team_id"
ENVELOPE = ("event_id", "event_type", "org_id", "occurred_at", "sequence", "ingested_at")
ENVELOPE_REQUIRED = ("event_id", "event_type", "org_id", "occurred_at")


@dataclass(frozen=True)
class Stream:
    """One stream: the columns of every type (`common`) and the further ones of each type."""

    common: str
    types: dict[str, str] = field(default_factory=dict)

    def columns(self, event_type: str) -> list[str]:
        """Names of all columns that are read for a type, in the contract's order."""
        return list(dict.fromkeys(name.rstrip("*") for name in self._words(event_type)))

    def required(self, event_type: str) -> list[str]:
        """Names of the columns that must not be null for a type."""
        return [name.rstrip("*") for name in self._words(event_type) if name.endswith("*")]

    def _words(self, event_type: str) -> list[str]:
        return f"{self.common} {self.types[event_type]}".split()


def entity(keys: str, required: str, optional: str = "", on_deleted: str = "") -> Stream:
    """An entity stream: a `deleted` row needs only its key."""
    return Stream(keys, {"upserted": f"{required} {optional}", "deleted": on_deleted})


STREAMS: dict[str, Stream] = {
    "conversation_events": Stream(
        f"conversation_id* {ACTOR}",
        {
            "created": "channel_id* contact_profile_id* inbox_id conversation_url language priority display_number"
            " external_id external_routing_id",
            "status_changed": "status* resolved_by resolve_trigger resolve_reason resolve_comment",
            "handed_over": "virtual_agent_id* handover_reason",
            "reassigned_to_human": "virtual_agent_id",
            "assigned": "assignee_id assignee_team_id",
            "queue_changed": "queue_id* reason_code",
            "language_set": "language*",
            "priority_set": "priority*",
            "snoozed": "snoozed_until",
            "service_level_set": "service_level_expires_at",
            "linked": "external_id external_routing_id",
        },
    ),
    "lock_events": Stream("conversation_id* user_id* team_id", {"locked": "", "unlocked": ""}),
    "message_events": Stream(
        f"message_id* conversation_id* {ACTOR}",
        {
            "created": "direction* author_type* author_id team_id content message_type result_type origin outbound_type"
            " system_user_type post_url published_at in_reply_to_message_id parent_message_id sub_parent_message_id"
            " source_profile_id source_query_id language sentiment likes reach_rank location_id"
            " owned_by_external_service external_id",
            "updated": "content sentiment likes reach_rank external_id",
            **dict.fromkeys(("deleted", "checked", "trashed", "restored", "favorited", "unfavorited"), ""),
        },
    ),
    "tag_events": Stream(f"message_id* tag_id* conversation_id {ACTOR}", {"applied": "", "removed": ""}),
    "topic_events": Stream(f"conversation_id* topic_id* {ACTOR}", {"applied": "", "removed": ""}),
    "presence_events": Stream("user_id*", {"changed": "presence* away_state"}),
    "inbox_session_events": Stream("session_id* user_id*", {"entered": "inbox_id selected_tab mode", "left": ""}),
    "csat_events": Stream(
        "survey_id* conversation_id* agent_id team_id",
        {
            "sent": "",
            "answered": "score*",
            "skipped": "",
            "unrecognized": "",
            "follow_up_asked": "question*",
            "follow_up_answered": "answer*",
        },
    ),
    "action_events": Stream(
        "user_id message_id conversation_id actor_type", {"performed": "activity_code* subject duration_s"}
    ),
    "note_events": Stream(
        "note_id* conversation_id* message_id author_id actor_type",
        {"created": "note*", "updated": "note*", "deleted": ""},
    ),
    "suggestion_events": Stream(
        "suggestion_id* conversation_id message_id external_id",
        {"requested": "", "responded": "text*", "acted": "action* user_id response_message_id"},
    ),
    "approval_events": Stream(
        f"approval_id* conversation_id* message_id agent_id {ACTOR}",
        {"submitted": "", "approved": "approver_id*", "rejected": "approver_id* comment", "withdrawn": ""},
    ),
    "help_events": Stream(
        f"help_request_id* conversation_id* requester_id {ACTOR}",
        {"requested": "question expert_name expert_email", "answered": "answer", "closed": "", "expired": ""},
    ),
    "channels": entity("channel_id*", "medium* name*", "display_name inbox_id opening_timezone opening_hours holidays"),
    "inboxes": entity("inbox_id*", "name*", "first_reply_service_level_s service_level_s sla_id"),
    "queues": entity("queue_id*", "name*"),
    "users": entity(
        "user_id*",
        "user_type*",
        "name email reference group_name location_id location team_ids inbox_mode is_disabled",
    ),
    "teams": entity("team_id*", "name*"),
    "topics": entity("topic_id*", "name*"),
    "tags": entity("tag_id*", "name*", "category_id description words profiles websites profile_info location_id"),
    "contacts": entity(
        "contact_profile_id*",
        "",
        "person_id medium primary_identifier secondary_identifier display_name profile_image_url",
        on_deleted="erase",
    ),
    "contact_attributes": entity("contact_profile_id* attribute_id*", "name*", "value type source"),
}

ENTITY_KEYS: dict[str, tuple[str, ...]] = {
    "channels": ("channel_id",),
    "inboxes": ("inbox_id",),
    "queues": ("queue_id",),
    "users": ("user_id",),
    "teams": ("team_id",),
    "topics": ("topic_id",),
    "tags": ("tag_id",),
    "contacts": ("contact_profile_id",),
    "contact_attributes": ("contact_profile_id", "attribute_id"),
}

# Closed lists and ranges that can set a row aside: only those of columns that some type requires.
KNOWN_VALUES: dict[tuple[str, str], frozenset] = {
    ("conversation_events", "status"): frozenset({"new", "pending", "resolved"}),
    ("conversation_events", "priority"): frozenset(range(6)),
    ("message_events", "direction"): frozenset({"inbound", "outbound"}),
    ("message_events", "author_type"): frozenset({"contact", "agent", "virtual_agent", "automation", "system"}),
    ("presence_events", "presence"): frozenset({"available", "away", "offline"}),
    ("csat_events", "score"): frozenset(range(1, 6)),
    ("suggestion_events", "action"): frozenset({"send", "edited", "cancelled", "reported"}),
    ("action_events", "activity_code"): frozenset({*range(16, 24), *range(28, 32), 33}),
    ("users", "user_type"): frozenset({"human", "virtual_agent", "bot"}),
}
