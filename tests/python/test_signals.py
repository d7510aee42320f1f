"""A run that is stopped at its very end has a file that the ledger knows, or no file."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from care.runs.signals import signals_released
from small_khoros import DAY, vendors
from test_export_cli import Shell, shell

__all__ = ["shell", "vendors"]


def stopping(number: signal.Signals, before: Callable[..., Any]) -> Callable[..., Any]:
    """Does the same, and is stopped then."""

    def stopped(*arguments: Any, **named: Any) -> Any:
        done = before(*arguments, **named)
        os.kill(os.getpid(), number)
        return done

    return stopped


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("destination", ["./out/", "memory://stops"])
def test_who_stops_a_run_when_its_file_has_its_name_hears_after_it_is_booked(
    shell: Shell, vendors: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, destination: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stopping(number, Path.replace))
        patch.setattr(MemoryFileSystem, "mv", stopping(number, MemoryFileSystem.mv))
        assert shell("run", "response", *DAY, "--destination", destination, "--json", code=1) == ""
    assert "error: interrupted; no half file is left" in shell.errors
    (run,) = json.loads(shell("runs", "--json"))
    # To a store the file goes from a copy here, whose naming is not yet the end.
    if destination == "./out/":
        assert (run["detail"], Path(run["file"]).is_file()) == ("COMPLETED", True)
    else:
        assert (run["detail"], run["reason"], run["sha256"]) == ("FAILED", "interrupted", None)


def test_a_file_of_a_store_is_booked_before_who_stops_it_is_heard(
    shell: Shell, vendors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(MemoryFileSystem, "mv", stopping(signal.SIGTERM, MemoryFileSystem.mv))
        shell("run", "response", *DAY, "--destination", "memory://stops", code=1)
    (run,) = json.loads(shell("runs", "--json"))
    assert run["detail"] == "COMPLETED"
    shell("download", run["run_id"], "--destination", "./got/")


def test_signals_wait_until_they_are_released() -> None:
    with pytest.raises(KeyboardInterrupt), signals_released() as held:
        held.hold()
        os.kill(os.getpid(), signal.SIGINT)
        reached = True
    assert reached
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_file_that_is_sent_again_can_be_stopped() -> None:
    counted: list[int] = []
    with signals_released() as held:
        heard = held.released_by(counted.append)
        held.hold()
        os.kill(os.getpid(), signal.SIGINT)
        heard(-5)
        with pytest.raises(KeyboardInterrupt):
            heard(5)
    assert counted == [-5]
