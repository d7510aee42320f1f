"""Handle times of a human response: lock-session seconds since the previous one, and expert time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .khoros_approvals import Approval, HelpRequest
from .khoros_locks import BEGINNING, PlacedSession, Stretch, clipped, seconds_of
from .khoros_moments import Timeline
from .khoros_waiting import Response


@dataclass(frozen=True)
class Handling:
    """Seconds of one human response; `responding`, `approving` and `other` are parts of `total`."""

    responding: int
    approving: int
    total: int
    expert: int

    @property
    def other(self) -> int:
        """Everything that is neither the responder's nor an approver's between submission and decision."""
        return self.total - self.responding - self.approving


def handling(
    responses: list[Response],
    sessions: list[PlacedSession],
    approvals: dict[str | None, list[Approval]],
    helps: list[HelpRequest],
    now: datetime,
) -> dict[str, Handling]:
    """Seconds of the human responses of one conversation, by message.

    `approvals` are those that name a message, by message; `helps` those of this conversation.
    """
    found: dict[str, Handling] = {}
    previous_at = BEGINNING
    for response in responses:
        if not response.is_human:
            continue
        message = response.message
        between = (previous_at, message.at)
        responder_id = message.created["author_id"]
        locked = [(placed.session.user_id, clipped(placed.stretch, between)) for placed in sessions]
        periods = approval_periods(approvals.get(message.message_id, []), responder_id)
        found[message.message_id] = Handling(
            responding=sum(seconds_of([stretch]) for user_id, stretch in locked if user_id == responder_id),
            approving=sum(
                seconds_of(clipped(stretch, period) for period in periods.get(user_id, ()))
                for user_id, stretch in locked
            ),
            total=sum(seconds_of([stretch]) for _, stretch in locked),
            expert=seconds_of(
                clipped((help_request.requested.occurred_at, help_request.open_until(now)), between)
                for help_request in helps
                if help_request.requested is not None
            ),
        )
        previous_at = message.at
    return found


def approval_periods(approvals: list[Approval], responder_id: str | None) -> dict[str, list[Stretch]]:
    """From submission to decision, by approver; responders have no approving time for their own responses."""
    periods: dict[str, list[Stretch]] = {}
    for approval in approvals:
        submitted, decision, approver_id = approval.submitted, approval.decision, approval.approver_id
        if submitted is not None and decision is not None and approver_id not in (None, responder_id):
            periods.setdefault(approver_id, []).append((submitted.occurred_at, decision.occurred_at))
    return periods


def claimed_at(response: Response, sessions: list[PlacedSession], timeline: Timeline) -> datetime | None:
    """When the responder took the conversation: their lock session, else their last assignment before."""
    responder_id, position = response.message.created["author_id"], response.message.created.position
    for placed in sessions:
        if placed.session.user_id == responder_id and placed.from_position < position < placed.to_position:
            return placed.session.from_at
    assignment = timeline.last_assignment_to(responder_id, position)
    return None if assignment is None else assignment.occurred_at
