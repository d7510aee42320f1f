"""The columns of the twelve exports, in file order."""

from __future__ import annotations

_IN_FILE_ORDER = {
    "contact": (
        "contact_profile_id medium primary_identifier secondary_identifier created_at conversations "
        "inbound_messages outbound_messages updated_at"
    ),
    "contact_attribute": (
        "contact_profile_id contact_primary_identifier contact_secondary_identifier attribute_id "
        "attribute_name attribute_value attribute_type"
    ),
    "message": (
        "message_id created_at conversation_id medium channel channel_display_name contact_profile_id "
        "contact_primary_identifier contact_secondary_identifier message_type origin outbound_message_type "
        "direction agent_id agent_name agent_reference team_id team_name tag_ids tag_names content "
        "conversation_url post_url updated_at deleted_at system_user_type"
    ),
    "open_conversation": (
        "conversation_id medium channel channel_display_name contact_profile_id contact_primary_identifier "
        "contact_secondary_identifier created_at last_status_change_agent_id last_status_change_agent_name "
        "last_status_change_agent_reference last_status_change_team_id last_status_change_team_name "
        "current_status resolved_by resolved_at resolved_agent_id resolved_agent_name "
        "resolved_agent_reference inbound_messages outbound_messages first_response_time_s handle_time_s "
        "no_reply_time_s cherry_picking_time_s resolution_time_s topic_ids topic_names conversation_url "
        "updated_at language"
    ),
    "resolved_conversation": (
        "conversation_id medium channel channel_display_name contact_profile_id contact_primary_identifier "
        "contact_secondary_identifier created_at last_status_change_agent_id last_status_change_agent_name "
        "last_status_change_agent_reference last_status_change_team_id last_status_change_team_name "
        "current_status resolved_by resolve_reason resolve_comment resolve_trigger resolved_at "
        "resolved_agent_id resolved_agent_name resolved_agent_reference inbound_messages outbound_messages "
        "first_response_time_s handle_time_s no_reply_time_s cherry_picking_time_s resolution_time_s "
        "topic_ids topic_names conversation_url updated_at language csat_score csat_completed_status "
        "csat_follow_up_question csat_follow_up_answer"
    ),
    "response_times": (
        "conversation_id medium sender_channel sender_channel_display_name contact_profile_id started_by "
        "handover_reason from_at to_at agent_response_time_s replying_agent_id replying_agent_name "
        "replying_agent_reference inbound_message_id outbound_message_id conversation_url"
    ),
    "tag": ("tag_id tag_name is_active contacts messages current_messages medium channel channel_display_name"),
    "team": (
        "created_at team_id team_name resolves_with_reply resolves_without_reply avg_first_response_time_s "
        "avg_resolution_time_s handle_time_s no_reply_time_s cherry_picking_time_s avg_handle_time_s "
        "contacts_helped csat_score_1 csat_score_2 csat_score_3 csat_score_4 csat_score_5 tags_added "
        "topics_added replies"
    ),
    "topic": ("topic_id topic_name is_active conversations current_conversations medium channel channel_display_name"),
    "user": (
        "created_at user_id user_name user_email_address user_reference available_time_s away_time_s "
        "contacts_helped avg_handle_time_s handle_time_s no_reply_time_s cherry_picking_time_s replies "
        "resolves_with_reply resolves_without_reply tags_added topics_added utilization_pct csat_score_1 "
        "csat_score_2 csat_score_3 csat_score_4 csat_score_5"
    ),
    "user_presence": ("user_id user_name user_email_address presence_type away_state from_at to_at duration_s"),
    "virtual_agent": (
        "agent_id agent_name medium channel channel_display_name conversations handovers error_handovers "
        "resolved_conversations topics_applied messages_tagged tags_applied"
    ),
}

COLUMNS: dict[str, list[str]] = {export: columns.split() for export, columns in _IN_FILE_ORDER.items()}
