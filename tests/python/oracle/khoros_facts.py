"""Events of agents, and the teams on whose rows they count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .khoros_filters import Filters
from .khoros_org import KhorosOrg
from .khoros_waiting import Response
from .log import Event


@dataclass(frozen=True)
class Fact:
    """One thing that an agent did (or that was done to him). `team_ids` are the rows on which it counts."""

    kind: str
    agent_id: str
    team_ids: tuple[str | None, ...]
    at: datetime
    conversation_id: str
    response: Response | None = None
    seconds: int = 0
    score: int = 0


def facts(org: KhorosOrg, filters: Filters) -> Iterator[Fact]:
    """Everything that passes the filters, whenever it happened; the window is not asked for."""
    everything = (responses, assignments, closings, approvals, surveys)
    for fact, tested_at in (pair for kind in everything for pair in kind(org)):
        if org.people.is_agent(fact.agent_id) and filters.counts(fact.conversation_id, tested_at):
            yield fact


def team_ids(org: KhorosOrg, agent_id: str | None, named: str | None, on_all: bool) -> tuple[str | None, ...]:
    """The named team; else the agent's only team, or (`on_all`) all teams of the agent now; else none."""
    if named is not None:
        return (named,)
    own = tuple(dict.fromkeys(org.people.teams_of(agent_id)))
    return own if len(own) == 1 or (own and on_all) else (None,)


def responses(org: KhorosOrg) -> Iterator[tuple[Fact, datetime]]:
    """Human responses; business hours look at the post responded to."""
    for key, walked in org.walks.items():
        for response in walked.responses:
            message = response.message
            agent_id = message.created["author_id"]
            if response.is_human:
                teams = team_ids(org, agent_id, message.created["team_id"], on_all=False)
                seconds = org.handling[message.message_id].responding
                tested_at = (response.responded_to or message).at
                yield Fact("response", agent_id, teams, message.at, key, response, seconds), tested_at


def assignments(org: KhorosOrg) -> Iterator[tuple[Fact, datetime]]:
    """Assignments; one that names no team counts in every team."""
    for key, timeline in org.timelines.items():
        for event in timeline.assignments:
            teams = team_ids(org, event["assignee_id"], event["assignee_team_id"], on_all=True)
            yield happened("assigned", event, event["assignee_id"], teams, key)


def closings(org: KhorosOrg) -> Iterator[tuple[Fact, datetime]]:
    """Changes to Resolved by agents."""
    for key, conversation in org.conversations.items():
        for event in conversation.resolutions:
            if event["actor_type"] == "agent":
                teams = team_ids(org, event["actor_id"], event["team_id"], on_all=False)
                yield happened("closed", event, event["actor_id"], teams, key)


def approvals(org: KhorosOrg) -> Iterator[tuple[Fact, datetime]]:
    """Submissions by the responding agent, and the decisions of approvers."""
    for approval in org.approvals.values():
        for kind, event, agent_id in (
            ("requested", approval.submitted, approval.told("agent_id")),
            ("decided", approval.decision, approval.approver_id),
        ):
            if event is not None:
                teams = team_ids(org, agent_id, event["team_id"], on_all=True)
                yield happened(kind, event, agent_id, teams, approval.conversation_id)


def surveys(org: KhorosOrg) -> Iterator[tuple[Fact, datetime]]:
    """Surveys with an answer: score and time of the last one, and the pair of agent and team that it rates."""
    for survey in org.state.surveys:
        answer = survey.answered
        if answer is None:
            continue
        agent_id, team_id = survey.rated(org.entities)
        at = answer.occurred_at
        yield Fact("survey", agent_id, (team_id,), at, survey.conversation_id, score=answer["score"]), at


def happened(
    kind: str, event: Event, agent_id: str, teams: tuple[str | None, ...], conversation_id: str
) -> tuple[Fact, datetime]:
    """A fact that lies where its event does."""
    return Fact(kind, agent_id, teams, event.occurred_at, conversation_id), event.occurred_at
