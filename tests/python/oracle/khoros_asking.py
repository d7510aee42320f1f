"""The reports about what agents ask for: raw_expert_help and response_approval."""

from __future__ import annotations

from collections.abc import Iterator

from .exports import SortedRow
from .khoros_approvals import Approval, HelpRequest, seconds_from
from .khoros_filters import Filters
from .khoros_org import KhorosOrg
from .khoros_people import Row
from .khoros_request import KhorosRequest
from .khoros_waiting import published_at
from .khoros_words import DECISION, HELP, word


def raw_expert_help(org: KhorosOrg, request: KhorosRequest) -> Iterator[SortedRow]:
    """Help requests that were requested in the window."""
    filters = Filters(org, request)
    for found in org.helps.values():
        if request.in_window(found.row_at) and filters.counts(found.conversation_id, found.row_at):
            yield (found.row_at, found.key), help_columns(org, found, request)


def help_columns(org: KhorosOrg, found: HelpRequest, request: KhorosRequest) -> Row:
    """All columns of raw_expert_help."""
    requested, answered, ended = found.requested, found.answered, found.ended
    last = ended or answered
    return {
        "help_request_id": found.key,
        "conversation_id": found.conversation_id,
        **org.people.user_columns("requesting_agent", found.told("requester_id")),
        **{name: requested[name] if requested else None for name in ("expert_name", "expert_email", "question")},
        "answer": answered["answer"] if answered else None,
        "status": word(HELP[last.event_type] if last else "open", request.locale),
        "requested_at": requested.occurred_at if requested else None,
        "answered_at": answered.occurred_at if answered else None,
        "closed_at": ended.occurred_at if ended else None,
        "time_to_answer": seconds_from(requested, answered),
    }


def response_approval(org: KhorosOrg, request: KhorosRequest) -> Iterator[SortedRow]:
    """Approvals that were submitted in the window; the responding agent decides about teams and the disabled."""
    filters = Filters(org, request)
    for found in org.approvals.values():
        agent_id = found.told("agent_id")
        is_left_out = org.people.is_disabled(agent_id) and not request.include_disabled
        if is_left_out or not filters.has_team(org.people.teams_of(agent_id)):
            continue
        if request.in_window(found.row_at) and filters.counts(found.conversation_id, found.row_at):
            yield (found.row_at, found.key), approval_columns(org, found, request)


def approval_columns(org: KhorosOrg, found: Approval, request: KhorosRequest) -> Row:
    """All columns of response_approval."""
    submitted, decision = found.submitted, found.decision
    message = org.state.messages.get(found.told("message_id"))
    return {
        "approval_id": found.key,
        "conversation_id": found.conversation_id,
        "response_id": found.told("message_id"),
        **org.people.user_columns("responding_agent", found.told("agent_id")),
        **org.people.user_columns("approving_agent", found.approver_id),
        "decision": word(DECISION[decision.event_type if decision else "submitted"], request.locale),
        "comment": decision["comment"] if decision else None,
        "submitted_at": submitted.occurred_at if submitted else None,
        "decided_at": decision.occurred_at if decision else None,
        "time_to_decision": seconds_from(submitted, decision),
        "response_published_date": published_at(message) if message and message.is_outbound else None,
    }
