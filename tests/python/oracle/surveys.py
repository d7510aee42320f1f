"""Customer satisfaction surveys."""

from __future__ import annotations

from dataclasses import dataclass

from .log import Event


@dataclass
class Survey:
    """What is known of one survey; events are the last of their type."""

    survey_id: str
    conversation_id: str
    first: Event
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


def surveys(events: list[Event]) -> list[Survey]:
    """All surveys, in the order of their first events."""
    found: dict[str, Survey] = {}
    for event in events:
        if event.is_a("csat_events"):
            survey = found.setdefault(event["survey_id"], Survey(event["survey_id"], event["conversation_id"], event))
            if event.event_type != "sent":
                setattr(survey, event.event_type, event)
    return list(found.values())
