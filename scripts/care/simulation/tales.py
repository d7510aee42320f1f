"""What happens in a conversation, one function a kind, told with the stand-ins that catalogue.py explains."""

from __future__ import annotations

from care.stories import Story

START = "2025-01-06 10:00+00:00"
# Codes of action_events, what agents do in other systems.
OTHER_SYSTEMS = (16, 17, 18, 19, 20, 21, 22, 23, 28, 29, 30, 31, 33)


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


# -- one agent or several ------------------------------------------------------------------------------------------


def reopened() -> Story:
    story = survey(handled(begun(), 2).resolved("a1", resolve_comment="Sent the return label"), "3")
    story.inbound("m5", at="+1d").reopened(at="+0s")
    return survey(handled(story, 1, "a2", first=6, topic="topic2").resolved("a2"), "silent", agent_id="a2")


def snoozed() -> Story:
    story = handled(begun(), 1).changed("snoozed", agent="a1", snoozed_until="14:00").pending("a1", at="+0s")
    story.reopened(by="system", at="14:00").changed("snoozed", by="system", at="+0s")
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
    story.changed("service_level_set", by="automation", service_level_expires_at="11:00", at="+0s")
    story.locked("a1", at="+30m").note("created", note="Angry, call first", message_id="m1")
    story.queued("q3", "25", agent="a1").assigned("a2", agent="a1").unlocked("a1")
    story.changed("priority_set", agent="a2", priority=0).changed("service_level_set", by="automation")
    story.changed("linked", external_id="crm-2", agent="a2")
    return survey(handled(story, 3, "a2", topic="topic4").resolved("a2"), "1", agent_id="a2")


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


def surveyed_twice() -> Story:
    story = survey(handled(begun(), 1).resolved("a1"), "2").survey("answered", score=3)
    story.inbound("m3", at="+10h").reopened(at="+0s").outbound("m4", agent="a2", at="+9m").resolved("a2")
    for event_type in ("sent", "skipped", "unrecognized"):
        story.survey(event_type, "s2", agent_id="a2")
    return story


# -- closed by nobody in particular --------------------------------------------------------------------------------


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


# -- public posts --------------------------------------------------------------------------------------------------


def public_thread() -> Story:
    story = begun().changed("language_set", by="automation", language="en", at="+1s")
    story.inbound("m2", parent_message_id="m1", source_profile_id="p1", at="+4m")
    story.inbound("m3", parent_message_id="m1", sub_parent_message_id="m2")
    story.message("updated", "m1", likes=12, reach_rank=4).message("favorited", "m1", agent="a1")
    handled(story, 1, first=4).message("checked", "m1", agent="a1").message("checked", "m2", agent="a1")
    story.message("updated", "m1", sentiment=1, likes=57, agent="a1").action(29, message_id="m3").resolved("a1")
    return story.message("deleted", "m3", by="contact", actor_id="p1", at="+8h")


def moderated() -> Story:
    story = begun().message("updated", "m1", content="edited", by="contact", actor_id="p1", at="+2m")
    for event_type in ("trashed", "restored", "favorited", "unfavorited", "checked"):
        story.message(event_type, "m1", agent="a1")
    handled(story, 1).message("deleted", "m2", agent="a1").message("updated", "m1", sentiment=-2, external_id="moved")
    return story.resolved("a1")


# -- approvals, experts, suggestions, notes, other systems ---------------------------------------------------------


def approved() -> Story:
    story = begun().locked("a1").approval("submitted").unlocked("a1").locked("a2", at="+20m")
    story.approval("approved", approver_id="a2", message_id="m2").outbound("m2", agent="a1").unlocked("a2")
    return survey(story.resolved("a1"), "4")


def rejected() -> Story:
    story = begun().approval("submitted", at="+4m").approval("rejected", approver_id="a2", comment="Too long", at="+9m")
    return handled(story, 1).resolved("a1")


def withdrawn() -> Story:
    return handled(begun().approval("submitted", at="+4m").approval("withdrawn"), 1).resolved("a1")


def expert_helped() -> Story:
    story = begun().locked("a1")
    story.help("requested", agent="a1", question="May we?", expert_name="Ada", expert_email="ada@expert.example")
    story.unlocked("a1").help("answered", by="contact", answer="Yes, once", at="+50m").help("closed", agent="a1")
    return handled(story, 1).resolved("a1")


def expert_silent() -> Story:
    story = begun().help("requested", agent="a1", question="Which form?", at="+9m")
    return handled(story.help("expired", by="system", at="+24h"), 1).resolved("a1")


def suggested() -> Story:
    story = begun().suggestion("requested", message_id="m1", external_id="ai-1", at="+1s")
    story.suggestion("responded", message_id="m1", text="Tell how to return the parcel", at="+4s").locked("a1")
    story.outbound("m2", agent="a1").suggestion("acted", action="send", user_id="a1", response_message_id="m2")
    story.suggestion("requested", "g2", message_id="m2").suggestion("responded", "g2", text="Offer a refund")
    story.suggestion("acted", "g2", action="edited", user_id="a1").unlocked("a1").topic("topic1", agent="a1")
    return survey(story.resolved("a1"), "4")


def suggestion_dropped() -> Story:
    story = begun().locked("a1")
    for suggestion_id, action in (("g1", "cancelled"), ("g2", "reported")):
        story.suggestion("requested", suggestion_id, message_id="m1")
        story.suggestion("responded", suggestion_id, text="Say sorry", at="+5s")
        story.suggestion("acted", suggestion_id, action=action, user_id="a1")
    return handled(story.unlocked("a1"), 1).resolved("a1")


def noted() -> Story:
    story = begun().locked("a1").note("created", note='Says "again", see order', message_id="m1")
    story.note("updated", note="Says it is the third time").note("created", "n2", note="Wrong customer")
    return handled(story.note("deleted", "n2").unlocked("a1"), 2).resolved("a1")


def other_systems() -> Story:
    story = begun().changed("linked", by="automation", external_id="crm-1", external_routing_id="route-1").locked("a1")
    for code in OTHER_SYSTEMS:
        story.action(code, message_id="m1", subject=f"ticket {code}", duration_s=code)
    return handled(story.unlocked("a1"), 1).resolved("a1", at="+3h")


# -- known in part -------------------------------------------------------------------------------------------------


def beginning_lost() -> Story:
    story = handled(Story(start=START).inbound("m1", at="10:00"), 1).message("checked", "m0", agent="a1")
    return story.resolved("a1")


def only_noted() -> Story:
    return Story(start=START).note("created", note="Called by phone", at="10:00").locked("a1").unlocked("a1")
