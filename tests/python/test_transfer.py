"""A file reaches a destination whole or not at all, whichever step of its transfer fails."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from care.atomic import named_when_whole, part_of, write_all
from care.destinations.destination import Destination
from care.destinations.opening import opened
from care.destinations.transfer import OpenDestination
from care.errors import CareError, Refused, Unreachable

OLDER, NEWER = b"older", b"newer content"
SHA256 = hashlib.sha256(NEWER).hexdigest()
STEPS = ("write", "size", "read", "before_rename", "rename")


class Memory:
    """A store of files in memory, which records its steps and fails at given steps, each a given number of times."""

    def __init__(self, **failures: int) -> None:
        self.files = {"to/m.csv": OLDER}
        self.steps: list[str] = []
        self.failures = failures

    def step(self, name: str) -> None:
        """Notes a step, and fails where it should."""
        self.steps.append(name)
        if self.failures.get(name, 0):
            self.failures[name] -= 1
            raise ConnectionError(name)

    def place(self, folder: str, name: str) -> str:
        return f"memory:{folder}/{name}"

    def path(self, place: str) -> str:
        return place.removeprefix("memory:")

    def local_path(self, place: str) -> None:
        return None

    @contextmanager
    def attempt(self, place: str, done: str, size: int = 0) -> Iterator[None]:
        try:
            yield
        except ConnectionError as error:
            raise Unreachable(f"{place} cannot be {done}: {error}") from error

    def write(self, local: Path, path: str, on_bytes: Callable[[int], None]) -> None:
        self.files[path] = b"half"
        on_bytes(4)
        self.step("write")
        self.files[path] = local.read_bytes()
        on_bytes(len(self.files[path]) - 4)

    def size(self, path: str) -> int:
        self.step("size")
        return len(self.files[path])

    def read(self, path: str, size: int | None) -> Iterator[bytes]:
        self.step("read")
        yield self.files[path]

    def exists(self, path: str) -> bool:
        return path in self.files

    def rename(self, source: str, target: str) -> None:
        self.step("rename")
        self.files[target] = self.files.pop(source)

    def remove(self, path: str) -> None:
        self.step("remove")
        self.files.pop(path, None)


@pytest.fixture
def local(tmp_path: Path) -> Path:
    path = tmp_path / "local"
    path.write_bytes(NEWER)
    return path


def send(store: Memory, local: Path, attempts: int = 1, sha256: str = SHA256) -> list[int]:
    """Uploads a file over the older one; returns the bytes that were heard of."""
    heard: list[int] = []
    destination = Destination("one", "memory:to", attempts=attempts, retry_wait_s=0, verify="read-back")
    OpenDestination(store, destination).upload(
        local, "memory:to/m.csv", len(NEWER), sha256, heard.append, lambda: store.step("before_rename")
    )
    return heard


def test_a_file_gets_its_name_last(local: Path) -> None:
    store = Memory()
    assert sum(send(store, local)) == len(NEWER)
    assert store.steps == list(STEPS)
    assert store.files == {"to/m.csv": NEWER}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_leaves_the_older_file_alone(local: Path, step: str) -> None:
    store = Memory(**{step: 3})
    with pytest.raises(Unreachable, match=rf"memory:to/m\.csv cannot be written: {step} \(tried 3 times\)"):
        send(store, local, attempts=3)
    assert store.files == {"to/m.csv": OLDER}
    assert store.steps == [*STEPS[: STEPS.index(step) + 1]] * 3 + ["remove"]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_once_is_tried_again_from_the_start(local: Path, step: str) -> None:
    store = Memory(**{step: 1})
    assert sum(send(store, local, attempts=2)) == len(NEWER)
    assert store.files == {"to/m.csv": NEWER}


def test_other_content_or_another_size_does_not_get_the_name(local: Path) -> None:
    store = Memory()
    with pytest.raises(Unreachable, match="what arrived is not what was sent"):
        send(store, local, sha256="0")
    local.write_bytes(NEWER[:-1])
    with pytest.raises(Unreachable, match="12 of 13 bytes arrived"):
        send(store, local)
    assert store.files == {"to/m.csv": OLDER}


def test_a_part_that_cannot_be_removed_hides_no_error(local: Path) -> None:
    with pytest.raises(Unreachable, match="cannot be written: rename"):
        send(Memory(rename=1, remove=1), local)


def test_a_download_of_another_size_is_refused(tmp_path: Path) -> None:
    class Cut(Memory):
        def read(self, path: str, size: int | None) -> Iterator[bytes]:
            yield OLDER[:2]

    source = OpenDestination(Cut(), Destination("one", "memory:to", attempts=1))
    with pytest.raises(Unreachable, match="2 of 5 bytes could be read"):
        source.download("memory:to/m.csv", tmp_path / "back")


@pytest.mark.parametrize("verify", [None, "read-back"])
def test_a_part_that_another_process_writes_stays(tmp_path: Path, local: Path, verify: str | None) -> None:
    target = tmp_path / "to" / "m.csv"
    target.parent.mkdir()
    # A lock that is taken by another descriptor keeps this process out like any other.
    with named_when_whole(target) as part:
        write_all(part, [OLDER])
        with (
            opened(Destination("one", str(tmp_path / "to"), verify=verify)) as store,
            pytest.raises(Refused, match=r"m\.csv cannot be written: another process is writing it now"),
        ):
            store.upload(local, store.place("", "m.csv"), len(NEWER), SHA256, lambda count: None)
        assert part_of(target).read_bytes() == OLDER
    assert target.read_bytes() == OLDER


@pytest.mark.parametrize("kind", ["memory", "folder"])
def test_an_error_of_the_booking_is_said_as_it_is_and_not_tried_again(tmp_path: Path, local: Path, kind: str) -> None:
    url = f"memory://{tmp_path.name}/to" if kind == "memory" else str(tmp_path / "to")
    calls: list[int] = []

    def refuse() -> None:
        calls.append(1)
        raise CareError("the ledger cannot be used")

    with opened(Destination("one", url, attempts=3, retry_wait_s=0)) as store:
        place = store.place("", "m.csv")
        with pytest.raises(CareError, match=r"^the ledger cannot be used$"):
            store.upload(local, place, len(NEWER), SHA256, lambda count: None, refuse)
        assert not store.exists(place)
    assert calls == [1]
