"""Less common events: public posts, approvals, experts, suggestions, notes, other systems; and missing events."""

from __future__ import annotations

from simulation.conversations import START, begun, handled, survey
from simulation.story import Story

# Codes of action_events, what agents do in other systems.
OTHER_SYSTEMS = (16, 17, 18, 19, 20, 21, 22, 23, 28, 29, 30, 31, 33)


# -- public posts --------------------------------------------------------------------------------------------------


def public_thread() -> Story:
    story = begun().changed("language_set", by="automation", language="en", at="+1s")
    story.inbound("m2", parent_message_id="m1", source_profile_id="p1", at="+4m")
    story.inbound("m3", contact="p2", parent_message_id="m1", sub_parent_message_id="m2", source_profile_id="p2")
    story.message("updated", "m1", likes=12, reach_rank=4).message("favorited", "m1", agent="a1")
    handled(story, 1, first=4).message("checked", "m1", agent="a1").message("checked", "m2", agent="a1")
    story.message("updated", "m1", sentiment=1, likes=57, agent="a1").action(29, message_id="m3").resolved("a1")
    return story.message("deleted", "m3", by="contact", actor_id="p2", at="+8h")


def removed() -> Story:
    story = begun().inbound("m2", parent_message_id="m1").locked("a1").message("trashed", "m2", agent="a1")
    return story.message("deleted", "m1", agent="a1").unlocked("a1").resolved("a1", resolve_reason="Abuse", at="+0s")


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
    story = begun().changed("linked", by="automation", external_id="crm-1", external_routing_id="route").locked("a1")
    for code in OTHER_SYSTEMS:
        story.action(code, message_id="m1", subject=f"ticket {code}", duration_s=code)
    return handled(story.unlocked("a1"), 1).resolved("a1", at="+3h")


# -- known in part -------------------------------------------------------------------------------------------------


def beginning_lost() -> Story:
    story = handled(Story(start=START).inbound("m1", at="10:00"), 1).message("checked", "m0", agent="a1")
    return story.resolved("a1")


def only_noted() -> Story:
    return Story(start=START).note("created", note="Called by phone", at="10:00").locked("a1").unlocked("a1")
