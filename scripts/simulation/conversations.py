"""Kinds of conversations, one function each, with the placeholders that catalogue.py explains."""

from __future__ import annotations

from simulation.story import Story

START = "2025-01-06 10:00+00:00"
# Why conversations change their queue; the sources leave some numbers out.
ROUTING_REASONS = [str(code) for code in range(1, 55) if code not in (16, 19, *range(45, 51), 52)]


def begun(queue: str | None = "q1") -> Story:
    """A contact writes and the conversation waits in a queue; all within one second, as in most logs."""
    story = Story(start=START).created("c1", at="10:00").inbound("m1", at="10:00")
    return story if queue is None else story.queued(queue, "10", by="automation", at="+0.4s")


def handled(story: Story, turns: int, agent: str = "a1", first: int = 2, topic: str | None = "topic1") -> Story:
    """An agent opens the conversation, and agent and contact take turns; the lock is left after the last word."""
    story.locked(agent, at="+3m")
    if turns > 2:
        story.assigned(agent, agent=agent)
    for number in range(first, first + 2 * turns, 2):
        story.outbound(f"m{number}", agent=agent, in_reply_to_message_id=f"m{number - 1}", at="+3m")
        if number < first + 2 * (turns - 1):
            story.inbound(f"m{number + 1}", at="+2m")
    if topic:
        story.topic(topic, agent=agent)
    return story.tag("m1", "tag1", agent=agent).unlocked(agent)


def survey(story: Story, outcome: str | None, agent_id: str | None = "a1") -> Story:
    """The customer is asked, and gives a score, skips it, writes something else, or is silent."""
    if outcome is None:
        return story
    story.survey("sent", agent_id=agent_id, at="+2s")
    if outcome in ("skipped", "unrecognized"):
        story.survey(outcome, agent_id=agent_id, at="+4m")
    elif outcome != "silent":
        story.survey("answered", score=int(outcome), agent_id=agent_id, at="+3m")
    if outcome in ("1", "5"):
        story.survey("follow_up_asked", question="What could we do better?", agent_id=agent_id, at="+2s")
        story.survey("follow_up_answered", answer="Answer sooner, please", agent_id=agent_id)
    return story


def chat(turns: int, outcome: str | None) -> Story:
    return survey(handled(begun(), turns).resolved("a1", resolve_reason="Answered"), outcome)


# -- virtual agents ------------------------------------------------------------------------------------------------


def greeted() -> Story:
    """A virtual agent answers at once, and is asked again."""
    return begun(None).outbound("m2", va="va1", at="+3s").inbound("m3", at="+1m")


def virtual_agent_alone() -> Story:
    story = greeted().outbound("m4", va="va1", at="+3s").topic("topic1", va="va1").tag("m1", "tag1", va="va1")
    return survey(story.resolved(va="va1", resolve_reason="Self-service"), "silent", agent_id=None)


def handed_over() -> Story:
    story = greeted().outbound("m4", va="va1", at="+3s").inbound("m5").tag("m5", "tag2", va="va1")
    story.handed_over("va1", "VA_CUSTOMER_ASKED_FOR_AGENT")
    return survey(handled(story, 2, first=6).resolved("a1"), "silent")


def virtual_agent_failed() -> Story:
    story = greeted().handed_over("va1", "VA_ENCOUNTERED_ERROR", at="+1s").queued("q1", "8", by="automation", at="+0s")
    return handled(story, 1, first=4).resolved("a1")


def reassigned() -> Story:
    story = greeted().reassigned_to_human("va1", agent="a1", at="+5m")
    return survey(handled(story, 2, first=4).resolved("a1"), "2")


def returned() -> Story:
    """A virtual agent settles it; days later the contact comes back, and a person answers."""
    story = greeted().outbound("m4", va="va1", at="+3s").resolved(va="va1", resolve_reason="Self-service")
    story.inbound("m5", at="+3d").reopened(at="+0s")
    return handled(story, 1, first=6).resolved("a1")


# -- one agent or several ------------------------------------------------------------------------------------------


def reopened() -> Story:
    story = survey(handled(begun(), 2).resolved("a1", resolve_comment="Sent the return label"), "3")
    story.inbound("m5", at="+1d").reopened(at="+0s")
    return survey(handled(story, 1, "a2", first=6, topic="topic2").resolved("a2"), "silent", agent_id="a2")


def snoozed() -> Story:
    story = handled(begun(), 1).snoozed("14:00", agent="a1").pending("a1", at="+0s")
    story.reopened(by="system", at="14:00").snoozed(by="system", at="+0s")
    return survey(handled(story, 1, first=3).resolved("a1"), "4")


def taken_over() -> Story:
    story = begun().locked("a1", at="+3m").outbound("m2", agent="a1", at="+3m").locked("a2", at="+2m")
    story.assigned("a2", agent="a2", at="+0s").queued("q2", "25", agent="a2").inbound("m3").unlocked("a1")
    return story.outbound("m4", agent="a2").topic("topic1", agent="a2").resolved("a2")


def cherry_picked() -> Story:
    story = begun().locked("a1", at="+2m").unlocked("a1", at="+40s").locked("a2").unlocked("a2", at="+0s")
    story.assigned("a1", agent="a2").assigned(None, agent="a1")
    return survey(handled(story, 2, "a2").resolved("a2"), "skipped", agent_id="a2")


def closed_without_reply() -> Story:
    story = begun().locked("a1", at="+20m").tag("m1", "tag3", agent="a1").message("trashed", "m1", agent="a1", at="+9s")
    return story.resolved("a1", resolve_reason="Spam", at="+0s")


def kept_open() -> Story:
    """The agent replies and keeps the conversation open until the night."""
    story = begun().locked("a1", at="+9m").outbound("m2", agent="a1").inbound("m3", at="+1h").outbound("m4", agent="a1")
    return survey(story.unlocked("a1", at="+9h").resolved("a1", at="+0s"), "4")


def abandoned_lock() -> Story:
    return begun().locked("a1", at="+9m").outbound("m2", agent="a1").inbound("m3", at="+26h").locked("a2", at="+30m")


def clumsy_locks() -> Story:
    story = begun().unlocked("a1").locked("a1").locked("a1").locked("a2").unlocked("a1").unlocked("a2").unlocked("a2")
    return handled(story, 2).resolved("a1")


def unanswered() -> Story:
    return begun().inbound("m2", at="+30m").inbound("m3", at="+10h")


def proactive() -> Story:
    story = Story(start=START).created("c1", at="10:00").locked("a1", at="+0s")
    story.outbound("m1", agent="a1", outbound_type="proactive").unlocked("a1").pending("a1")
    story.inbound("m2", at="+90m").reopened(at="+0s")
    return handled(story, 1, first=3).resolved("a1")


def escalated() -> Story:
    story = begun().changed("priority_set", by="automation", priority=5, at="+2s")
    story.promised("11:00", by="automation", at="+0s")
    story.locked("a1", at="+30m").note("created", note="Angry, call first", message_id="m1")
    story.queued("q3", "25", agent="a1").assigned("a2", agent="a1").unlocked("a1")
    story.changed("priority_set", agent="a2", priority=0).promised(None, by="automation")
    story.changed("linked", external_id="crm-2", agent="a2")
    return survey(handled(story, 3, "a2", topic="topic4").resolved("a2"), "1", agent_id="a2")


def promised() -> Story:
    story = begun().promised("12:00", by="automation", at="+1s")
    return survey(handled(story, 2).resolved("a1"), "5")


def checked_off() -> Story:
    story = handled(begun(), 2)
    for message_id in ("m1", "m3"):
        story.message("checked", message_id, agent="a1", at="+5s")
    return story.resolved("a1")


def sent_back() -> Story:
    """An agent opens again what another has closed."""
    story = handled(begun(), 1).resolved("a1").changed("status_changed", status="new", agent="a2", at="+30m")
    return handled(story.inbound("m3"), 1, "a2", first=4).resolved("a2")


def routed() -> Story:
    """A queue after the other, for every reason there is."""
    story = begun("q4")
    for number, reason in enumerate(ROUTING_REASONS):
        story.queued(f"q{number % 5}", reason, **{"agent": "a1"} if number % 3 else {"by": "automation"}, at="+9s")
    return handled(story, 1).resolved("a1")


def same_second() -> Story:
    story = Story(start=START).created("c1", at="10:00").inbound("m1", at="+0s").outbound("m2", va="va1", at="+0s")
    story.handed_over("va1", "VA_NO_INTENT", at="+0s").topic("topic1", va="va1", at="+0s").inbound("m3", at="+5m")
    story.locked("a1", at="+4m").outbound("m4", agent="a1", at="+0s").tag("m3", "tag1", agent="a1", at="+0s")
    story.untag("m3", "tag1", agent="a1", at="+0s").tag("m3", "tag2", agent="a1", at="+0s").unlocked("a1", at="+0s")
    story.resolved("a1", at="+0s").inbound("m5", at="+0s").reopened(at="+0s").resolved("a1", at="+0s")
    return survey(story, "5")


def relabelled() -> Story:
    story = begun().topic("topic1", va="va1").topic("topic1", agent="a1")
    story.untopic("topic1", agent="a1").topic("topic1", agent="a1").topic("topic2", agent="a1")
    story.tag("m1", "tag1", agent="a1").tag("m1", "tag1", agent="a2").untag("m1", "tag1", agent="a1")
    story.untag("m1", "tag5", agent="a1").tag("m1", "tag2", by="bulk", actor_id="a1")
    return handled(story, 2, topic=None).untopic("topic2", agent="a1").resolved("a1")


def surveyed_namelessly() -> Story:
    """The survey is sent for an agent, and the customer's answer names no agent."""
    story = handled(begun(), 1).resolved("a1").survey("sent", at="+2s")
    return story.survey("answered", score=5, agent_id=None, at="+2h")


def surveyed_twice() -> Story:
    story = survey(handled(begun(), 1).resolved("a1"), "2").survey("answered", score=3)
    story.inbound("m3", at="+10h").reopened(at="+0s").outbound("m4", agent="a2", at="+9m").resolved("a2")
    for event_type in ("sent", "skipped", "unrecognized"):
        story.survey(event_type, "s2", agent_id="a2")
    return story


# -- lines that came in and that no contact wrote -------------------------------------------------------------------


def activity_lines() -> Story:
    """A source lands what it does to a conversation as inbound messages; the first stands before the contact's word."""
    story = Story(start=START).created("c1", at="10:00").line("m1", "Conversation was opened", at="+0s")
    story.inbound("m2", at="+2s").line("m3", "Assigned to the team", at="+1m").tag("m3", "tag1", by="automation")
    handled(story, 2, first=4, topic="topic1").line("m8", "Conversation was marked resolved", at="+1m")
    return story.resolved("a1", at="+0s")


def automation_lines() -> Story:
    """A form's automation writes in the customer's name, partly with an author; the wait starts with the customer."""
    story = Story(start=START).created("c1", at="10:00")
    story.line("m1", "The form was submitted", by="automation", author_id="bot1", at="+0s")
    story.line("m2", "Order number: none", by="automation", author_id="p1", at="+1s").locked("a1", at="+9m")
    story.outbound("m3", agent="a1").unlocked("a1").inbound("m4", at="+20m")
    return handled(story, 1, first=5).resolved("a1")


# -- closed without an agent ---------------------------------------------------------------------------------------


def automatic() -> Story:
    story = begun().outbound("m2", by="automation", author_id="bot1", system_user_type="auto_reply", at="+1s")
    story.tag("m1", "tag4", by="automation", at="+0s").topic("topic3", by="automation", at="+0s").inbound("m3")
    story.outbound("m4", by="system", system_user_type="bot_framework", outbound_type=None, at="+9s")
    return survey(story.resolved(by="auto_resolve", resolve_reason="No answer", at="+24h"), "silent", agent_id=None)


def closed_in_bulk() -> Story:
    story = handled(begun(), 1).inbound("m3", at="+5h")
    return story.resolved("a2", by="bulk_resolve", resolve_reason="Clean-up", at="+1h")


def closed_by_the_system() -> Story:
    return begun().pending("a1", at="+30m").resolved(by="system", at="+20h")
