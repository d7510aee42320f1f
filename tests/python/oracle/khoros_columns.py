"""The columns of the eleven Khoros Care reports, in file order."""

from __future__ import annotations

_TEAM_NUMBERS = (
    "team_id team_name agent_id agent_name agent_email is_disabled conversations_assigned conversations_responded "
    "conversations_closed responses first_responses subsequent_responses average_tar average_first_tar handle_time "
    "average_handle_time available_time custom_state_time offline_time approvals_requested approvals_decided "
    "csat_responses average_csat_score"
)

_IN_FILE_ORDER = {
    "author": (
        "author_id author_name author_handle network is_new_author incoming_posts conversations responses_received "
        "first_post_at last_post_at positive_posts neutral_posts negative_posts tags"
    ),
    "incoming_post": (
        "post_id external_post_id conversation_id conversation_link network post_type is_private in_reply_to_post_id "
        "author_id author_name author_handle content language sentiment published_at received_at in_business_hours "
        "priority work_queue_id work_queue_name assigned_agent_id assigned_agent_name assigned_agent_email tags "
        "manual_tags auto_tags"
    ),
    "response": (
        "response_id external_response_id conversation_id lsw_conversation_link response_type response_order "
        "agent_response_order bot_response_order responding_agent_display_id responding_agent_name "
        "responding_agent_email response_provider response_handle response_content response_language "
        "response_location response_sentiment sentiment_conversion response_tag manual_tag auto_tag date_claimed "
        "response_published_date response_tar handle_time_responding_agent handle_time_approving_agent "
        "handle_time_other_agent handle_time_total_response assistant_rht expert_rht lsw_responded_to_external_post_id "
        "lsw_responded_to_post_author_uuid lsw_responded_to_post_content lsw_responded_to_post_published_time "
        "lsw_responded_to_post_received_time lsw_responded_post_in_business_hour"
    ),
    "combined": (
        "record_type conversation_id network post_id author_id author_name content published_at received_at priority "
        "work_queue_id work_queue_name tags response_id response_type responding_agent_id responding_agent_name "
        "responding_agent_email response_content response_published_date response_tar handle_time_total_response"
    ),
    "conversation": (
        "conversation_id display_number conversation_link status network author_id author_name created_at tar_start_at "
        "due_at closed_at snooze_expires_at priority work_queue_id work_queue_name assigned_agent_id "
        "assigned_agent_name assigned_agent_email owner_agent_id closed_by_agent_id closed_by_agent_name disposition "
        "custom_disposition tags incoming_posts responses agent_responses bot_responses first_tar average_tar "
        "handle_time reopen_count is_within_sla"
    ),
    "conversation_actions": (
        "action_id conversation_id action_type actor_type agent_id agent_name agent_email action_at old_value "
        "new_value priority work_queue_id work_queue_name note"
    ),
    "raw_agent_states": (
        "agent_id agent_name agent_email team_ids team_names state_type state_name state_start_at state_end_at duration"
    ),
    "raw_expert_help": (
        "help_request_id conversation_id requesting_agent_id requesting_agent_name requesting_agent_email expert_name "
        "expert_email status question answer requested_at answered_at closed_at time_to_answer"
    ),
    "response_approval": (
        "approval_id conversation_id response_id responding_agent_id responding_agent_name responding_agent_email "
        "approving_agent_id approving_agent_name approving_agent_email decision comment submitted_at decided_at "
        "time_to_decision response_published_date"
    ),
    "team_performance": _TEAM_NUMBERS,
    "team_performance_interval": f"interval_start interval_end {_TEAM_NUMBERS}",
}

KHOROS_COLUMNS: dict[str, list[str]] = {report: columns.split() for report, columns in _IN_FILE_ORDER.items()}
