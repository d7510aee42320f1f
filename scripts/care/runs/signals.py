"""Defers SIGINT and SIGTERM between renaming a file and recording it in the ledger."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class HeldSignals:
    """Signals that stop the process: held back from `hold` to `release`, which then lets the first take effect."""

    def __init__(self) -> None:
        self._handlers: dict[signal.Signals, Any] = {}
        self._heard: list[int] = []

    def hold(self) -> None:
        """From now on they wait. Only the main thread hears signals, so only there is something to hold."""
        if self._handlers or threading.current_thread() is not threading.main_thread():
            return
        self._handlers = {number: signal.getsignal(number) for number in STOP_SIGNALS}
        for number in STOP_SIGNALS:
            signal.signal(number, self._hear)

    def release(self) -> None:
        """They take effect again. Raises what the handler of one that waited raises."""
        handlers, self._handlers = self._handlers, {}
        for number, handler in handlers.items():
            signal.signal(number, handler)
        heard, self._heard = self._heard, []
        if heard:
            signal.raise_signal(heard[0])

    def released_by(self, on_bytes: Callable[[int], None]) -> Callable[[int], None]:
        """Hears bytes as `on_bytes` does: while a file is still being sent, or sent again, nothing has to wait."""

        def heard(count: int) -> None:
            if count > 0:
                self.release()
            on_bytes(count)

        return heard

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._heard.append(number)


@contextmanager
def signals_released() -> Iterator[HeldSignals]:
    """Signals that may be held back, but not beyond the end."""
    held = HeldSignals()
    try:
        yield held
    finally:
        held.release()
