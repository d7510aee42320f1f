"""The request of an export."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Request:
    """An org, a half-open window and the filters. `timezone` says where local days and quarter hours begin;
    the files of the other families are only printed in it.

    `channels` None means all; `as_of` None means the org's latest event.
    """

    org_id: str
    window_start: datetime
    window_end: datetime
    as_of: datetime | None = None
    channels: Collection[str] | None = None
    delivery: str = "on_demand"
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        for name in ("window_start", "window_end", "as_of"):
            instant = getattr(self, name)
            if instant is not None:
                object.__setattr__(self, name, instant.astimezone(UTC))

    def in_window(self, instant: datetime) -> bool:
        """Whether an instant lies in [window_start, window_end)."""
        return self.window_start <= instant < self.window_end

    def has_channel(self, channel_id: str | None) -> bool:
        """Whether the channel is asked for; an unknown one only when all are."""
        return self.channels is None or (channel_id is not None and channel_id in self.channels)
