"""`download` brings the very file that the run wrote, under its name only when it is whole."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from small_khoros import DAY, vendors
from test_export_cli import Shell, shell

__all__ = ["shell", "vendors"]


@pytest.fixture
def done(shell: Shell, vendors: Path) -> dict[str, Any]:
    """The output of a finished run."""
    return json.loads(shell("run", "response", *DAY, "--json"))


def failing(error: BaseException) -> Any:
    def fail(*ignored: Any) -> None:
        raise error

    return fail


def test_a_full_disk_leaves_nothing_and_names_the_target(
    shell: Shell, done: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with monkeypatch.context() as patch:
        patch.setattr("care.atomic.os.fsync", failing(full))
        sentence = shell.refused("download", done["run_id"], "--destination", "./got/", code=1)
    assert sentence == f"{shell.folder / 'got' / Path(done['path']).name} cannot be written: No space left on device."
    assert list((shell.folder / "got").iterdir()) == []


def test_who_stops_it_leaves_nothing(shell: Shell, done: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("care.atomic.os.fsync", failing(KeyboardInterrupt()))
        shell("download", done["run_id"], "--destination", "./got/", code=1)
    assert list((shell.folder / "got").iterdir()) == []


def test_a_file_that_is_gone_cannot_be_read(shell: Shell, done: dict[str, Any]) -> None:
    Path(done["path"]).unlink()
    for destination in ("./got/", "memory://gone"):
        sentence = shell.refused("download", done["run_id"], "--destination", destination, code=1)
        assert sentence == f"{done['path']} cannot be read: No such file or directory."
    assert list((shell.folder / "got").iterdir()) == []


@pytest.mark.parametrize("destination", ["got/", "memory://changed"])
def test_a_file_that_has_changed_is_not_what_the_run_wrote(
    shell: Shell, done: dict[str, Any], destination: str
) -> None:
    path = Path(done["path"])
    content = path.read_bytes()
    for other in (content[:-1], content.replace(b"r1", b"r2"), b""):
        path.write_bytes(other)
        sentence = shell.refused("download", done["run_id"], "--destination", destination, code=1)
        assert sentence == f"{path} has changed since run {done['run_id']} wrote it; run it again."
        assert not (shell.folder / "got").exists() or list((shell.folder / "got").iterdir()) == []
    path.write_bytes(content)
    shell("download", done["run_id"], "--destination", destination)
