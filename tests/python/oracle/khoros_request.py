"""The request of a Khoros Care report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class KhorosRequest:
    """An org, a half-open window and the family's arguments under their names in snake case.

    None means "not set" everywhere: no filter, no test of business hours. `smart_view` maps the names of the saved
    filter's lists (priorities, workqueue_ids, tag_ids, networks) to their values; an empty list sets nothing.
    """

    org_id: str
    window_start: datetime
    window_end: datetime
    channels: Collection[str] | None = None
    conversation_report_type: str = "OPEN_AT_END"
    include_disabled: bool = False
    locale: str = "en"
    priorities: Collection[int] | None = None
    workqueue_ids: Collection[str] | None = None
    smart_view: Mapping[str, Any] | None = None
    team_ids: Collection[str] | None = None
    time_zone: str = "UTC"
    timezone_offset_ms: int | None = None
    time_interval: int | None = None
    business_hour_type: bool | None = None
    raiselimit: bool = False

    def __post_init__(self) -> None:
        for name in ("window_start", "window_end"):
            object.__setattr__(self, name, getattr(self, name).astimezone(UTC))

    @property
    def zone(self) -> tzinfo:
        """Where local days begin, and in which instants inside texts are printed."""
        if self.timezone_offset_ms is not None:
            return timezone(timedelta(milliseconds=self.timezone_offset_ms))
        return ZoneInfo(self.time_zone)

    def in_window(self, instant: datetime) -> bool:
        """Whether an instant lies in [window_start, window_end)."""
        return self.window_start <= instant < self.window_end

    def has_channel(self, channel_id: str | None) -> bool:
        """Whether the channel is asked for; an unknown one only when all are."""
        return self.channels is None or (channel_id is not None and channel_id in self.channels)
