"""Tries again what may work later, with growing waits."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from care.errors import Unreachable

LONGEST_WAIT_S = 60

Result = TypeVar("Result")


def retried(action: Callable[[], Result], attempts: int, wait_s: float) -> Result:
    """The result of an action; if it raises Unreachable it is tried again, up to `attempts` times in all.

    Waits double from `wait_s` up to a minute, and each is varied by half, so that many who wait do not come back
    together.
    """
    for attempt in range(1, attempts + 1):
        try:
            return action()
        except Unreachable as error:
            if attempt == attempts:
                tried = f" (tried {attempts} times)" if attempts > 1 else ""
                raise Unreachable(f"{error}{tried}") from error
        time.sleep(min(wait_s * 2 ** (attempt - 1), LONGEST_WAIT_S) * random.uniform(0.5, 1.5))
    raise AssertionError("attempts are 1 or more")
