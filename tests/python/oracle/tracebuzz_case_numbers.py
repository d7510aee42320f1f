"""Metrics of one case, which count in the quarter hour in which it started."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from .messages import Message
from .tracebuzz_activities import NOBODY, RESOLVED, SNOOZED
from .tracebuzz_cases import Case
from .tracebuzz_clock import unix
from .tracebuzz_messages import is_bot_reply, is_bot_user, is_human_reply, is_system
from .tracebuzz_org import Tracebuzz


@dataclass
class CaseNumbers:
    """Numbers of one case, by column: for its inbox, and for each agent who had to do with it."""

    start_s: int
    inbox_id: str | None
    service: Counter
    agents: dict[str, Counter] = field(default_factory=dict)


@dataclass
class Pair:
    """A response pair: the seconds from a contact's first unanswered message to the human reply."""

    reply: Message
    seconds: int
    is_first: bool


def response_pairs(case: Case) -> list[Pair]:
    """A contact's first unanswered message opens, the next human reply closes; nothing else is seen."""
    found: list[Pair] = []
    opened: Message | None = None
    for message in case.messages:
        if message.is_from_contact and opened is None:
            opened = message
        elif is_human_reply(message) and opened is not None:
            found.append(Pair(message, unix(message.at) - unix(opened.at), is_first=not found))
            opened = None
    return found


def service_level_s(org: Tracebuzz, inbox_id: str | None) -> int | None:
    """The service level of the newest row of an inbox."""
    level = org.entities.value("inboxes", inbox_id, "first_reply_service_level_s")
    return org.entities.value("inboxes", inbox_id, "service_level_s") if level is None else level


def numbers_of_cases(org: Tracebuzz) -> list[CaseNumbers]:
    """The numbers of every case."""
    by_agents = {
        activity.case.conversation.conversation_id
        for activity in org.activities
        if activity.case is not None
        and activity.code in (RESOLVED, SNOOZED)
        and activity.user_id != NOBODY
        and activity.event["actor_type"] != "virtual_agent"
        and not is_bot_user(org.entities, activity.user_id)
    }
    return [numbers_of_case(org, case, case_id in by_agents) for case_id, case in org.cases.items()]


def numbers_of_case(org: Tracebuzz, case: Case, is_agents_load: bool) -> CaseNumbers:
    """The numbers of one case; `is_agents_load` says whether an agent resolved or snoozed it."""
    pairs = response_pairs(case)
    start_s = unix(case.conversation.created_at)
    numbers = CaseNumbers(start_s, case.inbox_id, service_numbers(org, case, pairs))
    numbers.service["agent_load"] = int(is_agents_load)
    numbers.agents = agent_numbers(org, case, pairs)
    return numbers


def sent_and_received(case: Case) -> Counter:
    """Messages of the case by any author, without system messages."""
    seen = [message for message in case.messages if not is_system(message)]
    outbound = sum(1 for message in seen if message.is_outbound)
    return Counter(messages_sent=outbound, messages_received=len(seen) - outbound)


def service_numbers(org: Tracebuzz, case: Case, pairs: list[Pair]) -> Counter:
    """The columns of the service files, and the divisors of their quotients."""
    is_closed = org.is_closed(case)
    has_reply = any(is_human_reply(message) for message in case.messages)
    has_bot_reply = any(is_bot_reply(org.entities, message) for message in case.messages)
    was_locked = any(not is_bot_user(org.entities, lock["user_id"]) for lock in case.locks)
    level = service_level_s(org, case.inbox_id)
    measured = [session for session in case.sessions if org.is_measured(session.user_id)]
    found = sent_and_received(case)
    found["offered"] = 1
    found["opened"] = int(is_closed and (was_locked or has_reply))
    found["handled_and_closed"] = int(is_closed and has_reply)
    found["handled_and_closed_by_bot"] = int(is_closed and has_bot_reply)
    found["not_handled_and_closed"] = int(is_closed and was_locked and not has_reply)
    found["first_response_time_s"] = sum(pair.seconds for pair in pairs if pair.is_first)
    found["additional_response_time_s"] = sum(pair.seconds for pair in pairs if not pair.is_first)
    found["acceptable"] = int(bool(pairs) and level is not None and pairs[0].seconds <= level)
    found["first_responses"] = int(bool(pairs))
    found["first_responses_with_level"] = int(bool(pairs) and level is not None)
    found["session_s"] = sum(unix(session.to_at) - unix(session.from_at) for session in measured)
    found["cases_with_session"] = int(bool(measured))
    if is_closed and case.messages:
        found["lead_time_s"] = max(unix(case.resolved_at) - unix(case.messages[0].at), 0)
    found["agents_load"] = int(
        bool(case.locks)
        or any(event["assignee_id"] is not None for event in case.assignments)
        or any(event["queue_id"].startswith("u_") for event in case.queue_changes)
    )
    return found


def agent_numbers(org: Tracebuzz, case: Case, pairs: list[Pair]) -> dict[str, Counter]:
    """The columns of the agent files, by agent: all who were assigned, locked it, or replied as human or bot."""
    replied = {
        message.created["author_id"]
        for message in case.messages
        if is_human_reply(message) or is_bot_reply(org.entities, message)
    }
    assigned = {event["assignee_id"] for event in case.assignments}
    locked = {event["user_id"] for event in case.locks}
    found: dict[str, Counter] = {}
    for agent_id in (replied | assigned | locked) - {None}:
        numbers = Counter(assigned=1)
        if org.is_closed(case):
            numbers["handled" if agent_id in replied else "closed"] = 1
        if numbers["handled"]:
            numbers += sent_and_received(case)
        for pair in pairs:
            if pair.reply.created["author_id"] == agent_id:
                numbers["first_response_time_s" if pair.is_first else "reply_time_s"] += pair.seconds
        found[agent_id] = numbers
    return found
