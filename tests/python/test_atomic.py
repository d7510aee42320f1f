"""Local files get their names when they are whole, and what somebody has planted in their way is never written to."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest

from care.atomic import named_when_whole, part_of, remove_part, write_all, written_anew
from care.destinations.destination import Destination
from care.destinations.opening import opened
from care.errors import Refused
from small_schedules import NOW, files, office, own_destinations
from test_export_cli import MARCH, Shell, shell

__all__ = ["own_destinations", "shell"]
SHA256 = hashlib.sha256(b"export").hexdigest()


def plant(kind: str, at: Path, victim: Path) -> None:
    """Puts something at a part's name by which a writer could be led to a victim, or be stopped."""
    at.parent.mkdir(parents=True, exist_ok=True)
    if kind == "link":
        at.symlink_to(victim)
    elif kind == "link to nothing":
        at.symlink_to(victim.with_name("made"))
    elif kind == "link in a circle":
        at.symlink_to(at.name)
    elif kind == "second name":
        os.link(victim, at)
    elif kind == "no rights":
        at.touch(mode=0)
    elif kind == "pipe":
        os.mkfifo(at)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as planted:
            planted.bind(str(at))
    else:
        at.mkdir()


KINDS = ("link", "link to nothing", "link in a circle", "second name", "no rights", "pipe", "empty folder")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    path = tmp_path / "victim"
    path.write_text("precious")
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("opener", [lambda part: part.open("wb"), written_anew])
def test_what_is_planted_at_the_parts_name_is_replaced(tmp_path: Path, victim: Path, kind: str, opener: object) -> None:
    target = tmp_path / "to" / "m.csv"
    plant(kind, part_of(target), victim)
    with named_when_whole(target) as part, opener(part) as sink:
        sink.write(b"export")
    assert (target.read_bytes(), target.is_symlink()) == (b"export", False)
    assert victim.read_text() == "precious"
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["m.csv", "victim"]


def test_a_socket_at_the_parts_name_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    plant("socket", Path(".m.csv.part"), tmp_path)
    with named_when_whole(tmp_path / "m.csv") as part:
        write_all(part, [b"export"])
    assert [path.name for path in tmp_path.iterdir()] == ["m.csv"]


def test_a_folder_with_files_at_the_parts_name_is_said(tmp_path: Path) -> None:
    (tmp_path / ".m.csv.part" / "x").mkdir(parents=True)
    with (
        pytest.raises(OSError, match=r"there is a folder called \.m\.csv\.part in its place; remove it"),
        named_when_whole(tmp_path / "m.csv"),
    ):
        pass


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_planted_is_removed_after_a_killed_run(tmp_path: Path, victim: Path, kind: str) -> None:
    plant(kind, tmp_path / "to" / ".m.csv.part", victim)
    remove_part(tmp_path / "to" / "m.csv")
    assert list((tmp_path / "to").iterdir()) == []
    assert victim.read_text() == "precious"


def test_a_part_that_another_writes_stays(tmp_path: Path) -> None:
    target = tmp_path / "m.csv"
    with named_when_whole(target) as part:
        for attempt in (lambda: remove_part(target), lambda: named_when_whole(target).__enter__()):
            with pytest.raises(OSError, match="another process is writing it now"):
                attempt()
        write_all(part, [b"export"])
    assert target.read_bytes() == b"export"


def test_a_part_that_was_exchanged_does_not_get_the_name(tmp_path: Path, victim: Path) -> None:
    target = tmp_path / "m.csv"
    with (
        pytest.raises(OSError, match=r"another process has replaced \.m\.csv\.part"),
        named_when_whole(target) as part,
    ):
        write_all(part, [b"export"])
        part.unlink()
        part.symlink_to(victim)
    assert not os.path.lexists(target)
    assert part_of(target).is_symlink()


def test_a_link_that_is_planted_after_the_part_was_made_is_not_followed(tmp_path: Path, victim: Path) -> None:
    for write in (lambda part: write_all(part, [b"export"]), written_anew):
        with pytest.raises(OSError, match="symbolic"), named_when_whole(tmp_path / "m.csv") as part:
            part.unlink()
            part.symlink_to(victim)
            write(part)
        part.unlink()
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("verify", [None, "read-back"])
@pytest.mark.parametrize("is_absolute", [True, False])
def test_a_run_does_not_write_through_links(shell: Shell, victim: Path, verify: str | None, is_absolute: bool) -> None:
    told = f"here: {{url: out{', verify: read-back' if verify else ''}, manifest: true}}"
    office(shell, {"start": "2025-03-30"}, destinations=told)
    shell("deliver", "--now", "2025-03-31")
    wanted = files(shell.folder / "out")
    for name in wanted:
        (shell.folder / "out" / name).unlink()
        # The file's own name, and the part's, of the file and of its manifest.
        for planted in (shell.folder / "out" / name, part_of(shell.folder / "out" / name)):
            planted.symlink_to(victim if is_absolute else "../../victim")
    for ledger in (shell.folder / "state").glob("deliveries*"):
        ledger.unlink()
    shell("deliver", "--now", "2025-03-31")
    assert victim.read_text() == "precious"
    assert not [path for path in (shell.folder / "out").rglob("*") if path.is_symlink()]
    assert files(shell.folder / "out").keys() == wanted.keys()


@pytest.mark.parametrize("verify", [None, "read-back"])
def test_a_folder_below_the_destination_that_is_a_link_is_refused(
    shell: Shell, tmp_path: Path, verify: str | None
) -> None:
    told = f"here: {{url: out{', verify: read-back' if verify else ''}}}"
    office(shell, {}, destinations=told)
    (shell.folder / "elsewhere").mkdir()
    (shell.folder / "out").mkdir()
    (shell.folder / "out" / "message").symlink_to(shell.folder / "elsewhere")
    shell("deliver", *NOW, code=3)
    assert "out/message is a link; remove it, or name the folder that it leads to as a destination" in shell.errors
    assert list((shell.folder / "elsewhere").iterdir()) == []
    (shell.folder / "out" / "message").unlink()
    (shell.folder / "out").rmdir()
    (shell.folder / "out").symlink_to(shell.folder / "elsewhere")
    assert len(shell("deliver", *NOW).splitlines()) == 4
    assert len(files(shell.folder / "elsewhere")) == 4


def test_a_folder_at_the_files_name_is_said_and_stays(shell: Shell) -> None:
    office(shell, {"start": "2025-03-30"})
    shell("deliver", "--now", "2025-03-31")
    (name,) = files(shell.folder / "out")
    (shell.folder / "out" / name).unlink()
    (shell.folder / "out" / name).mkdir()
    for ledger in (shell.folder / "state").glob("deliveries*"):
        ledger.unlink()
    shell("deliver", "--now", "2025-03-31", code=3)
    assert "cannot be written: Is a directory" in shell.errors
    assert [path.name for path in (shell.folder / "out" / "message").iterdir()] == [Path(name).name]


def test_a_store_of_this_host_by_another_name_is_as_careful(tmp_path: Path, victim: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / ".m.csv.part").symlink_to(victim)
    (tmp_path / "local").write_bytes(b"export")
    for url in (f"local://{tmp_path}/to", f"file://{tmp_path}/to", str(tmp_path / "to")):
        with opened(Destination("one", url, attempts=1)) as store:
            store.upload(tmp_path / "local", store.place("", "m.csv"), 6, SHA256, lambda count: None)
            (tmp_path / "to" / "folder").unlink(missing_ok=True)
            (tmp_path / "to" / "folder").symlink_to(tmp_path)
            with pytest.raises(Refused, match="is a link"):
                store.rename(store.place("", "m.csv"), store.place("folder", "n.csv"))
    assert victim.read_text() == "precious"


def test_a_download_replaces_no_link(shell: Shell, victim: Path) -> None:
    office(shell, {})
    name = Path(shell("run", "message", "--org", "acme", *MARCH).splitlines()[0]).name
    run_id = shell("runs").split("\t")[0]
    (shell.folder / name).symlink_to("nothing")
    assert "exists already" in shell.refused("download", run_id)
    (shell.folder / name).unlink()
    (shell.folder / f".{name}.part").symlink_to(victim)
    shell("download", run_id)
    assert victim.read_text() == "precious"
