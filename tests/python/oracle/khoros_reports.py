"""The eleven reports by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import Log
from .exports import SortedRow
from .khoros_actions import conversation_actions
from .khoros_agents import raw_agent_states
from .khoros_asking import raw_expert_help, response_approval
from .khoros_columns import KHOROS_COLUMNS
from .khoros_conversations import OPEN_AT_END, conversation
from .khoros_org import KhorosOrg, khoros_org
from .khoros_performance import team_performance, team_performance_interval
from .khoros_posts import author, incoming_post
from .khoros_request import KhorosRequest
from .khoros_responses import combined, response

__all__ = ["KHOROS_COLUMNS", "KhorosRequest", "khoros_rows"]

REPORTS: dict[str, Callable[[KhorosOrg, KhorosRequest], Iterator[SortedRow]]] = {
    report.__name__: report
    for report in (
        author,
        incoming_post,
        response,
        combined,
        conversation,
        conversation_actions,
        raw_agent_states,
        raw_expert_help,
        response_approval,
        team_performance,
        team_performance_interval,
    )
}


def khoros_rows(log: Log, report_type: str, request: KhorosRequest) -> list[dict[str, Any]]:
    """Rows of a report: columns and rows in the file's order, instants in UTC at full precision.

    OPEN_AT_END is told as at the window's end, everything else as of the org's latest event.
    """
    is_past = report_type == "conversation" and request.conversation_report_type == OPEN_AT_END
    org = khoros_org(log, request.org_id, request.window_end if is_past else None)
    rows = sorted(REPORTS[report_type](org, request), key=lambda sorted_row: sorted_row[0])
    return [{column: row.get(column) for column in KHOROS_COLUMNS[report_type]} for _, row in rows]
