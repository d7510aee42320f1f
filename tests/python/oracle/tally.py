"""Counts of each agent or team in a window, limited to the requested channels."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from .conversations import Conversation
from .exports import Row, messages_in_window
from .labels import Application
from .locks import CHERRY_PICKING, HANDLE, NO_REPLY, Session
from .log import Event
from .messages import Message
from .request import Request
from .state import State


def two_decimals(numerator: int, denominator: int) -> Decimal | None:
    """A quotient of whole numbers with two decimals, rounded half up; None without a denominator."""
    if denominator == 0:
        return None
    hundredths, rest = divmod(numerator * 100, denominator)
    return Decimal(hundredths + (1 if 2 * rest >= denominator else 0)).scaleb(-2)


def average(values: list[int]) -> Decimal | None:
    """The mean with two decimals; None without members."""
    return two_decimals(sum(values), len(values))


class Tally:
    """Counts of one agent or team in the window, limited to the requested channels."""

    def __init__(self) -> None:
        self.outbound: list[tuple[Message, Conversation]] = []
        self.last_resolutions: dict[str, Event] = {}
        self.sessions: list[Session] = []
        self.scores: list[int] = []
        self.tags_added = 0
        self.topics_added = 0

    def seconds(self, kind: str) -> int:
        """Seconds of the sessions of a kind."""
        return sum(session.duration_s for session in self.sessions if session.kind == kind)

    def columns(self, state: State) -> Row:
        """The columns that teams and users share."""
        with_reply = sum(1 for change in self.last_resolutions.values() if has_outbound_before(state, change))
        contacts = {conversation.contact_profile_id for _, conversation in self.outbound}
        return {
            "created_at": min((message.at for message, _ in self.outbound), default=None),
            "resolves_with_reply": with_reply,
            "resolves_without_reply": len(self.last_resolutions) - with_reply,
            "handle_time_s": self.seconds(HANDLE),
            "no_reply_time_s": self.seconds(NO_REPLY),
            "cherry_picking_time_s": self.seconds(CHERRY_PICKING),
            "avg_handle_time_s": average([s.duration_s for s in self.sessions if s.kind == HANDLE]),
            "contacts_helped": len(contacts - {None}),
            **{f"csat_score_{score}": self.scores.count(score) for score in range(1, 6)},
            "tags_added": self.tags_added,
            "topics_added": self.topics_added,
            "replies": len(self.outbound),
        }


def has_outbound_before(state: State, change: Event) -> bool:
    """Whether the conversation of a change of status has any outbound message before it, by any author."""
    conversation = state.conversations[change["conversation_id"]]
    return any(m.is_outbound and m.created.position < change.position for m in conversation.messages)


def tallies(state: State, request: Request, by: str) -> dict[str, Tally]:
    """The tallies of the window by agent (`by` = "agent") or team ("team"); events without one have none."""
    found: dict[str | None, Tally] = {}

    def tally(agent_id: str | None, team_id: str | None) -> Tally:
        """The tally of an agent, or of the team for which the agent acted."""
        owner = agent_id if by == "agent" else state.entities.team_acted_for(team_id, "agent", agent_id)
        return found.setdefault(owner, Tally())

    for message, conversation in messages_in_window(state, request):
        if message.is_human_outbound:
            tally(message.created["author_id"], message.created["team_id"]).outbound.append((message, conversation))
    for conversation in state.conversations.values():
        if request.has_channel(conversation.channel_id):
            for change in conversation.resolutions:
                if change["actor_type"] == "agent" and request.in_window(change.occurred_at):
                    of_owner = tally(change["actor_id"], change["team_id"])
                    of_owner.last_resolutions[conversation.conversation_id] = change
    for session in state.sessions:
        if request.in_window(session.to_at) and request.has_channel(channel_of(state, session.conversation_id)):
            tally(session.user_id, session.team_id).sessions.append(session)
    for survey in state.surveys:
        answer = survey.answered
        channel_id = channel_of(state, survey.conversation_id)
        if answer and request.in_window(answer.occurred_at) and request.has_channel(channel_id):
            tally(*survey.rated(state.entities)).scores.append(answer["score"])
    for tag, _ in tags_in_window(state, request):
        if tag.event["actor_type"] == "agent":
            tally(tag.event["actor_id"], tag.event["team_id"]).tags_added += 1
    for topic, _ in topics_in_window(state, request):
        if topic.event["actor_type"] == "agent":
            tally(topic.event["actor_id"], topic.event["team_id"]).topics_added += 1
    found.pop(None, None)
    return found


def channel_of(state: State, conversation_id: str) -> str | None:
    """The channel of a conversation."""
    return state.conversations[conversation_id].channel_id


def tags_in_window(state: State, request: Request) -> Iterator[tuple[Application, Conversation | None]]:
    """Tag applications in the window, of the channels asked for, with the conversation where there is one."""
    for tag in state.tags:
        conversation = state.conversation_of_tag(tag)
        channel_id = conversation.channel_id if conversation else None
        if request.in_window(tag.event.occurred_at) and request.has_channel(channel_id):
            yield tag, conversation


def topics_in_window(state: State, request: Request) -> Iterator[tuple[Application, Conversation]]:
    """Topic applications in the window, of the channels asked for, with their conversations."""
    for topic in state.topics:
        conversation = state.conversations[topic.target_id]
        if request.in_window(topic.event.occurred_at) and request.has_channel(conversation.channel_id):
            yield topic, conversation
