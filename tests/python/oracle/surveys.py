"""Customer satisfaction surveys."""

from __future__ import annotations

from dataclasses import dataclass

from .entities import Entities
from .log import Event


@dataclass
class Survey:
    """The state of one survey; events are the last of their type."""

    survey_id: str
    conversation_id: str
    first: Event
    sent: Event | None = None
    answered: Event | None = None
    skipped: Event | None = None
    unrecognized: Event | None = None
    follow_up_asked: Event | None = None
    follow_up_answered: Event | None = None

    @property
    def completed_status(self) -> str:
        """How the survey ended, as printed."""
        if self.answered:
            return "Successful"
        skipped = self.skipped.position if self.skipped else -1
        unrecognized = self.unrecognized.position if self.unrecognized else -1
        if skipped == unrecognized:
            return "Customer did not respond"
        return "Skipped" if skipped > unrecognized else "Customer's response was not recognized"

    def rated(self, entities: Entities) -> tuple[str | None, str | None]:
        """(agent, team) of an answered survey: the answer's, or, if it names neither, those of the last `sent`."""
        event = self.answered
        if event["agent_id"] is None and event["team_id"] is None:
            event = self.sent
        if event is None:
            return None, None
        return event["agent_id"], entities.team_acted_for(event["team_id"], "agent", event["agent_id"])


def surveys(events: list[Event]) -> list[Survey]:
    """All surveys, in the order of their first events."""
    found: dict[str, Survey] = {}
    for event in events:
        if event.is_a("csat_events"):
            survey = found.setdefault(event["survey_id"], Survey(event["survey_id"], event["conversation_id"], event))
            setattr(survey, event.event_type, event)
    return list(found.values())
