"""How many agents were staffed, available and active in an inbox, minute by minute."""

from __future__ import annotations

from .tracebuzz_clock import QUARTER, LocalClock, unix
from .tracebuzz_org import Tracebuzz
from .tracebuzz_times import Stretch, minutes

EXTREMES = tuple(f"{extreme}_{number}" for number in ("staffed", "available", "active") for extreme in ("min", "max"))


class Staffing:
    """Numbers of agents by inbox and minute; a minute that is not in `counts` has no agents."""

    def __init__(self, org: Tracebuzz) -> None:
        self._as_of_s = unix(org.state.as_of) if org.state.as_of else 0
        locked: dict[str, set[int]] = {}
        for session in org.state.sessions:
            stretch = (unix(session.from_at), unix(session.to_at))
            locked.setdefault(session.user_id, set()).update(minutes([stretch]))
        in_inbox: dict[tuple[str, str | None], list[Stretch]] = {}
        for session in org.inbox_sessions:
            if org.is_measured(session.user_id):
                in_inbox.setdefault((session.user_id, session.inbox_id), []).append(session.stretch)
        self.counts: dict[tuple[str | None, int], tuple[int, int]] = {}  # (inbox, minute): staffed, active
        for (user_id, inbox_id), stretches in in_inbox.items():
            for minute in minutes(stretches):
                staffed, active = self.counts.get((inbox_id, minute), (0, 0))
                is_active = minute in locked.get(user_id, ())
                self.counts[inbox_id, minute] = (staffed + 1, active + is_active)

    def extremes(self, clock: LocalClock, quarter: int, inbox_id: str | None) -> dict[str, int]:
        """Least and greatest numbers over the minutes of a local quarter hour that begin no later than as-of."""
        counts = [
            self.counts.get((inbox_id, minute), (0, 0))
            for from_s, to_s in clock.pieces(quarter, QUARTER)
            for minute in range(-(-from_s // 60), -(-to_s // 60))
            if minute * 60 <= self._as_of_s
        ]
        found: dict[str, int] = {}
        for name, numbers in (
            ("staffed", [staffed for staffed, _ in counts]),
            ("available", [staffed - active for staffed, active in counts]),
            ("active", [active for _, active in counts]),
        ):
            found |= {f"min_{name}": min(numbers), f"max_{name}": max(numbers)}
        return found
