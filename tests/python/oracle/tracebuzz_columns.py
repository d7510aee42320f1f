"""The columns of the eighteen Tracebuzz files, in file order, and by which of them their rows are sorted."""

from __future__ import annotations

_IN_FILE_ORDER = {
    "results": (
        "result_id search_id source_search_id link user_name title description profile_image labels time "
        "status source favorite likes tbrank location_id checked sentiment exported found_time parent_id "
        "sub_parent_id source_person_id case_id person_id type own owned_by_external_service"
    ),
    "cases": (
        "id case_search_id person_id reason_id reason_time handler_id sl_expires closed external_id queue_id "
        "service_window external_routing_system_id"
    ),
    "activities": ("id result_id member_id user_id activity subject time duration"),
    "case_activities": ("id case_id user_id old_value new_value activity_id time description"),
    "users": ("id name group_name email helpdesk_id location location_id"),
    "labels": ("id name category_id description words profiles websites profile_info location_id"),
    "persons": ("id person_id key value"),
    "user_inbox_status": ("user_id login_time logout_time selected_tab user_status search_id"),
    "notes": ("time user_id note result_id"),
    "ai_suggestions": (
        "id member_id requested_result_id person_id requested_timestamp response_timestamp text action "
        "action_timestamp action_user_id response_result_id last_updated external_id"
    ),
    "raw_service": (
        "row_date interval_start service_id service_name offered opened handled_and_closed "
        "handled_and_closed_by_bot not_handled_and_closed acceptable messages_sent messages_received "
        "staffed_time_s total_handle_time_s available_time_s unavailable_time_s first_response_time_s "
        "additional_response_time_s min_staffed max_staffed average_handle_time_s service_level_pct "
        "occupancy_pct utilisation_pct average_speed_of_answer_s lead_time_s min_available max_available "
        "min_active max_active agents_load agent_load"
    ),
    "raw_sla": (
        "row_date interval_start service_id service_name sla_id acceptable first_response_time_s "
        "service_level_pct average_speed_of_answer_s"
    ),
    "raw_agents": (
        "row_date interval_start agent_id external_agent_id agent_location_id agent_location assigned handled "
        "closed messages_sent messages_received staffed_time_s total_handle_time_s available_time_s "
        "unavailable_time_s first_response_time_s reply_time_s first_login last_logout answers_sent "
        "claim_inbox bot_user snoozed agent_name agent_email"
    ),
    "raw_agent_inbox": (
        "row_date interval_start service_id service_name agent_id external_agent_id agent_location_id "
        "agent_location assigned handled closed messages_sent messages_received staffed_time_s "
        "total_handle_time_s available_time_s unavailable_time_s first_response_time_s reply_time_s "
        "first_login last_logout answers_sent claim_inbox bot_user snoozed agent_name agent_email"
    ),
}

# The daily files: the same columns without INTERVAL.
DAILY = {"service": "raw_service", "sla": "raw_sla", "agents": "raw_agents", "agent_inbox": "raw_agent_inbox"}

COLUMNS: dict[str, list[str]] = {export: columns.split() for export, columns in _IN_FILE_ORDER.items()}
COLUMNS |= {daily: [name for name in COLUMNS[raw] if name != "interval_start"] for daily, raw in DAILY.items()}

_SORTED_FIRST_BY = {
    "results": "found_time result_id",
    "cases": "id",
    "activities": "time id",
    "case_activities": "time id",
    "users": "id",
    "labels": "id",
    "persons": "person_id key",
    "user_inbox_status": "login_time",
    "notes": "time",
    "ai_suggestions": "last_updated id",
}
_STATISTICS_FIRST_BY = "row_date interval_start agent_id service_id"


def order_by(export: str) -> list[str]:
    """The columns that rows are sorted by: those that the page names, then the others in file order."""
    first = _SORTED_FIRST_BY.get(export, _STATISTICS_FIRST_BY).split()
    return list(dict.fromkeys([name for name in first if name in COLUMNS[export]] + COLUMNS[export]))
