"""Everything that the reports of one org need, as at a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from . import Log
from .conversations import Conversation
from .khoros_approvals import Approval, HelpRequest, stories
from .khoros_handling import Handling, handling
from .khoros_locks import PlacedSession, placed_sessions
from .khoros_moments import Timeline, timelines
from .khoros_people import People
from .khoros_tags import Tags
from .khoros_waiting import Walk, walk
from .log import Event
from .messages import Message
from .state import State

SENTIMENTS = range(-2, 3)
_orgs: WeakKeyDictionary[Log, dict[tuple[str, datetime | None], KhorosOrg]] = WeakKeyDictionary()


class KhorosOrg:
    """An org as if nothing at or after the moment had happened; people and settings are the newest all the same."""

    def __init__(self, log: Log, org_id: str, moment: datetime | None = None) -> None:
        """`moment` None means the org's latest event, which is then seen, too."""
        all_events = log.events.get(org_id, [])
        as_of = None if moment is None else moment - timedelta(microseconds=1)
        self.events: list[Event] = [e for e in all_events if as_of is None or e.occurred_at <= as_of]
        self.state: State = log.state(org_id, as_of)
        self.entities = self.state.entities
        self.people = People(all_events, self.entities)
        self.now: datetime | None = self._now(all_events, moment)
        self.conversations: dict[str, Conversation] = self.state.conversations
        self.timelines: dict[str, Timeline] = timelines(self.events, self.conversations)
        self.tags = Tags(self.events, self.state.conversation_of)
        self.sessions: dict[str, list[PlacedSession]] = placed_sessions(self.events, self.state)
        self.approvals = stories(self.events, "approval_events", "approval_id", Approval)
        self.helps = stories(self.events, "help_events", "help_request_id", HelpRequest)
        self.walks: dict[str, Walk] = {key: walk(conversation) for key, conversation in self.conversations.items()}
        self.handling: dict[str, Handling] = self._handling()

    @staticmethod
    def _now(all_events: list[Event], moment: datetime | None) -> datetime | None:
        latest = all_events[-1].occurred_at if all_events else None
        return latest if moment is None or latest is None else min(moment, latest)

    def _handling(self) -> dict[str, Handling]:
        helps: dict[str, list[HelpRequest]] = {}
        for help_request in self.helps.values():
            helps.setdefault(help_request.conversation_id, []).append(help_request)
        named: dict[str | None, list[Approval]] = {}
        for approval in self.approvals.values():
            named.setdefault(approval.told("message_id"), []).append(approval)
        found: dict[str, Handling] = {}
        for key, walked in self.walks.items():
            sessions = self.sessions.get(key, [])
            found |= handling(walked.responses, sessions, named, helps.get(key, []), self.now)
        return found

    def network(self, conversation: Conversation) -> str | None:
        """The medium of the conversation's channel, else of its contact."""
        medium = self.entities.value("channels", conversation.channel_id, "medium")
        return self.people.medium_of_contact(conversation.contact_profile_id) if medium is None else medium

    def author_of(self, post: Message) -> str | None:
        """The author of a post, else the contact of its conversation."""
        author_id = post.created["author_id"]
        return self.conversations[post.conversation_id].contact_profile_id if author_id is None else author_id

    @staticmethod
    def sentiment(message: Message) -> int | None:
        """The sentiment as last updated; none outside -2 to 2."""
        sentiment = latest(message, "sentiment")
        return sentiment if sentiment in SENTIMENTS else None

    def status_of(self, conversation_id: str) -> str:
        """Status at the moment."""
        return self.timelines[conversation_id].value("status")


def latest(message: Message, column: str) -> object:
    """A column of a message after its updates."""
    values = [event[column] for event in (message.created, *message.updates) if event[column] is not None]
    return values[-1] if values else None


def khoros_org(log: Log, org_id: str, moment: datetime | None = None) -> KhorosOrg:
    """The org as at a moment, made once."""
    orgs = _orgs.setdefault(log, {})
    if (org_id, moment) not in orgs:
        orgs[org_id, moment] = KhorosOrg(log, org_id, moment)
    return orgs[org_id, moment]
