"""Destinations: the file that names them, what --destination means, and the stores that are no SFTP server."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from care.destinations.destination import Destination, Server, server_of
from care.destinations.opening import destination_for, opened, read_destinations
from care.errors import BadArgument, Refused, Unreachable
from care.settings import PROJECT, Settings, settings_of

FULL = """
acme:
  url: sftp://care@sftp.acme.example:2222/in
  password: ${ACME_PASSWORD}
  timeout_s: 2.5
  attempts: 3
  retry_wait_s: 0
  verify: read-back
  manifest: true
keyed:
  url: sftp://${KEYED_HOST}/in
  user: care
  key_file: keys/id
  passphrase: ${KEYED_PASSPHRASE}
  known_hosts: pinned/hosts
bucket:
  url: s3://bucket/in
  options: {key: "${S3_KEY}", secret: "${S3_SECRET}", client_kwargs: {endpoint_url: "https://s3.example"}}
files: {url: out}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "destinations.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_names_destinations(tmp_path: Path) -> None:
    found = read_destinations(written(tmp_path, FULL))
    assert found == {
        "acme": Destination(
            "acme", "sftp://care@sftp.acme.example:2222/in", {"password": "${ACME_PASSWORD}"},
            tmp_path / "known_hosts", 2.5, 3, 0, "read-back", True,
        ),
        "keyed": Destination(
            "keyed", "sftp://${KEYED_HOST}/in",
            {"user": "care", "passphrase": "${KEYED_PASSPHRASE}", "key_file": str(tmp_path / "keys/id")},
            tmp_path / "pinned/hosts", 30, 5, 1, None, False,
        ),
        "bucket": Destination(
            "bucket", "s3://bucket/in",
            {"key": "${S3_KEY}", "secret": "${S3_SECRET}", "client_kwargs": {"endpoint_url": "https://s3.example"}},
            tmp_path / "known_hosts",
        ),
        "files": Destination("files", "out", {}, tmp_path / "known_hosts"),
    }  # fmt: skip


def test_the_project_comes_with_a_destination_to_try() -> None:
    found = read_destinations(PROJECT / "profiles" / "destinations.yml")
    assert {name: one.url for name, one in found.items()} == {"demo": "export/deliveries"}


def test_the_examples_that_are_not_in_use_would_work(tmp_path: Path) -> None:
    lines = (PROJECT / "profiles" / "destinations.yml").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line == "# acme:")
    end = next(number for number, line in enumerate(lines) if line.startswith("# Any of them"))
    used = "\n".join(line.removeprefix("# ") for line in lines[start:end])
    assert list(read_destinations(written(tmp_path, used))) == ["acme", "globex", "initech"]


def test_without_the_projects_file_there_is_one_destination(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "destinations", tmp_path / "none.yml")
    assert read_destinations(tmp_path / "none.yml") == {"local": Destination("local", "export")}
    assert read_destinations(written(tmp_path, "# nothing yet\n")) == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("acme: {url: [", "line 1 is not YAML: "),
        ("- acme\n", "holds no destinations; write a name, and below it: url:"),
        ("acme: sftp://h/in\n", "the destination 'acme' has no url"),
        ("acme: {user: care}\n", "the destination 'acme' has no url"),
        ("a: {url: sftp://h/in, pasword: x}", "unknown key of a sftp destination 'pasword'; did you mean 'password'?"),
        ("a: {url: out, password: '${X}'}", "unknown key of a file destination 'password'"),
        ("a: {url: s3://b, key_file: x}", "unknown key of a s3 destination 'key_file'"),
        ("a: {url: sftp://h/in, password: hunter2}", "shows its password; write password: ${NAME}"),
        ("a: {url: sftp://h/in, password: 'x${NAME}'}", "shows its password"),
        ("a: {url: sftp://h/in, key_file: k, passphrase: hunter2}", "shows its passphrase"),
        ("a: {url: s3://b, options: {client_kwargs: {aws_secret: hunter2}}}", "shows its aws_secret"),
        ("a: {url: s3://b, options: {token: {a: 1}, key: hunter2}}", "shows its key"),
        ("a: {url: 'sftp://me:hunter2@h/in'}", "carries a password in its URL"),
        ("a: {url: 'sftp://me:${PASS}@h/in'}", "carries a password in its URL"),
        ("a: {url: sftp://h/in, password: '${A}', key_file: k}", "a password or with a key_file; leave one out"),
        ("a: {url: out, attempts: 0}", "attempts must be 1 or more"),
        ("a: {url: out, attempts: 1.5}", "attempts must be a whole number"),
        ("a: {url: out, attempts: true}", "attempts must be a whole number"),
        ("a: {url: out, timeout_s: 0}", "timeout_s must be above 0"),
        ("a: {url: out, manifest: please}", "manifest must be true or false"),
        ("a: {url: out, verify: checksum}", "verify must be read-back, or left out"),
    ],
)
def test_what_cannot_work_or_shows_a_secret_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadArgument) as refused:
        read_destinations(written(tmp_path, text))
    assert sentence in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_variable_matters_when_its_destination_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ACME_PASSWORD", "KEYED_HOST", "KEYED_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    found = read_destinations(written(tmp_path, FULL))
    with opened(found["files"]) as store:
        assert store.place("message", "m.csv") == f"{tmp_path}/out/message/m.csv"
    with (
        pytest.raises(BadArgument, match="'acme' needs the environment variable ACME_PASSWORD, which is unset"),
        opened(found["acme"]),
    ):
        pass
    resolved = found["keyed"].resolved({"KEYED_HOST": "h", "KEYED_PASSPHRASE": "0pen"})
    assert (resolved.url, resolved.options["passphrase"]) == ("sftp://h/in", "0pen")
    assert "0pen" not in repr(resolved)


def test_a_destination_is_a_name_a_folder_or_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = read_destinations(written(tmp_path, FULL))
    for name in ("CARE_SFTP_PASSWORD", "CARE_SFTP_KEY_FILE", "CARE_SFTP_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    assert destination_for("acme", known) is known["acme"]
    assert destination_for(str(tmp_path), known) == Destination(str(tmp_path), str(tmp_path))
    assert destination_for("memory://x", known) == Destination("memory://x", "memory://x")
    assert destination_for("sftp://me@h/in", known).options == {}
    assert server_of(destination_for("sftp://me%40x@h:2222/a%20b:c@d/", known)) == Server("h", 2222, "me@x", "/a b:c@d")
    assert [server_of(Destination("a", f"sftp://me@h{path}")).root for path in ("", "/", "/~", "/~/", "/~/in/")] == [
        "/", "/", "", "", "in",
    ]  # fmt: skip
    monkeypatch.setenv("CARE_SFTP_PASSWORD", "hunter2")
    assert destination_for("sftp://me@h/in", known).options == {"password": "${CARE_SFTP_PASSWORD}"}
    assert destination_for("sftp://me@h/in", known).resolved().options == {"password": "hunter2"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sftp://me:hunter2@h/in", "--destination carries a password in its URL, where others can read it"),
        ("sftp://me:hunter2/x@h/in", "carries a password in its URL"),
        ("s3://key:hunter2@bucket", "carries a password in its URL"),
        ("sftp:///in", "is not a URL of a server"),
        ("sftp://h:99999/in", "write sftp://user@host/folder"),
        ("sftp://h/a?b", "with %3F for ?"),
        ("destinations.yml", "destinations.yml is a file; name a folder"),
        ("nowhere", "There is no such folder either; to have it made, write ./nowhere/"),
        ("acne", "unknown destination 'acne'; did you mean 'acme'? There is no such folder"),
        ("no/where", "to have it made, write ./no/where/"),
        ("dangling", "unknown destination 'dangling'"),
        ("-", "unknown destination '-'"),
        ("n" * 5000, "is not a folder: "),
        ("~no-such-user/x", "is not a folder: "),
    ],
)
def test_a_destination_that_cannot_be_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dangling").symlink_to("nothing")
    known = read_destinations(written(tmp_path, FULL))
    with pytest.raises(BadArgument) as refused:
        destination_for(text, known)
    assert sentence in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["there", "./new", "./new/", "new/", "new/er/", "../new", ".", ".new", "/new/folder", "~/new", "export",
             "linked", "file:///new"],
)  # fmt: skip
def test_a_folder_is_one_that_is_there_or_plainly_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "linked").symlink_to("there")
    known = read_destinations(written(tmp_path, FULL))
    assert destination_for(text, known) == Destination(text, text)


@pytest.mark.parametrize("name", ["none.yml", "no/such/folder.yml", "dangling.yml", "folder"])
def test_a_file_that_care_destinations_names_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "dangling.yml").symlink_to("nothing")
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("CARE_DESTINATIONS", str(tmp_path / name))
    with pytest.raises(BadArgument, match=rf"{name}.*(does not exist; correct it, or unset it|cannot be read: )"):
        read_destinations(settings_of().destinations)


@pytest.fixture(params=["folder", "file-url", "memory"])
def destination(request: pytest.FixtureRequest, tmp_path: Path) -> Destination:
    """A destination of each kind that needs no server."""
    url = {
        "folder": str(tmp_path / "to"),
        "file-url": f"file://{tmp_path}/to",
        "memory": f"memory://{tmp_path.name}/to",
    }[request.param]
    return Destination("one", url, attempts=2, retry_wait_s=0, verify="read-back")


def test_a_store_takes_a_file_whole(destination: Destination, tmp_path: Path) -> None:
    content, heard = os.urandom(3_000_000), []
    (tmp_path / "local").write_bytes(content)
    with opened(destination) as store:
        place = store.place("message", "a%2Fb.csv")
        direct = store.local_path(place)
        assert direct is None
        for size in (10, len(content)):
            (tmp_path / "local").write_bytes(content[:size])
            heard.clear()
            store.upload(tmp_path / "local", place, size, hashlib.sha256(content[:size]).hexdigest(), heard.append)
            assert sum(heard) == size
        store.download(place, tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == content
        store.rename(place, renamed := store.place("message", "c.csv"))
        assert (store.exists(place), store.exists(renamed)) == (False, True)
        store.remove(renamed)
        store.remove(renamed)
        assert not store.exists(renamed)
        with pytest.raises(Refused):
            store.rename(place, renamed)


def test_a_store_that_fails_keeps_the_older_file(destination: Destination, tmp_path: Path) -> None:
    (tmp_path / "local").write_bytes(b"older")
    heard: list[int] = []
    with opened(destination) as store:
        place = store.place("message", "m.csv")
        store.upload(tmp_path / "local", place, 5, hashlib.sha256(b"older").hexdigest(), abs)
        (tmp_path / "local").write_bytes(b"newer")
        with pytest.raises(Unreachable, match=r"m\.csv: 5 of 6 bytes arrived"):
            store.upload(tmp_path / "local", place, 6, "", heard.append)
        with pytest.raises(Unreachable, match="what arrived is not what was sent"):
            store.upload(tmp_path / "local", place, 5, "0", heard.append)
        store.download(place, tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == b"older"
        assert not store.exists(store.place("message", ".m.csv.part"))


def test_only_a_file_of_a_local_folder_that_need_not_be_read_again_is_written_at_once(tmp_path: Path) -> None:
    for url, verify, path in (
        (str(tmp_path), None, tmp_path / "message" / "m.csv"),
        (f"file://{tmp_path}", None, tmp_path / "message" / "m.csv"),
        (str(tmp_path), "read-back", None),
        ("memory://x", None, None),
    ):
        with opened(Destination("one", url, verify=verify)) as store:
            assert store.local_path(store.place("message", "m.csv")) == path


@pytest.mark.parametrize(("folder", "name"), [("..", "x"), ("message", "../x"), ("message", ".."), ("", "a\0")])
def test_no_file_leaves_the_root(destination: Destination, folder: str, name: str) -> None:
    with opened(destination) as store, pytest.raises(Refused, match="is not a name for a file or folder"):
        store.place(folder, name)


def test_a_place_of_another_root_is_refused(tmp_path: Path) -> None:
    with opened(Destination("one", "memory://bucket/to")) as store:
        for place in ("memory://bucket/other/x", "memory://bucket/to/../other/x", "/etc/x"):
            with pytest.raises(Refused, match="is not a file of one"):
                store.remove(place)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*ignored: object, **options: object) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec, "get_filesystem_class", missing)
    with (
        pytest.raises(BadArgument, match=r"bucket: s3:// needs a package that is missing: pip install s3fs"),
        opened(Destination("bucket", "s3://bucket/in")),
    ):
        pass


def test_a_kind_nobody_knows_is_said() -> None:
    with pytest.raises(BadArgument, match="gopher"), opened(Destination("old", "gopher://host/in")):
        pass


class Flaky(MemoryFileSystem):
    """Fails with what it is given, and says its secret."""

    errors: tuple[Exception, ...] = ()

    def put_file(self, *given: Any, **options: Any) -> None:
        if self.errors:
            error, *rest = self.errors
            type(self).errors = tuple(rest)
            raise error
        super().put_file(*given, **options)


def test_a_fault_that_passes_is_tried_again_and_no_secret_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsspec.register_implementation("flaky", Flaky, clobber=True)
    (tmp_path / "local").write_bytes(b"x")
    monkeypatch.setenv("FLAKY_SECRET", "hunter2")
    destination = Destination("f", "flaky://b/to", {"secret": "${FLAKY_SECRET}"}, attempts=2, retry_wait_s=0)
    with opened(destination) as store:
        place = store.place("", "m.csv")
        monkeypatch.setattr(Flaky, "errors", (ConnectionResetError("reset"),))
        store.upload(tmp_path / "local", place, 1, "", abs)
        monkeypatch.setattr(Flaky, "errors", (TimeoutError("slow: hunter2"), OSError("odd: hunter2")))
        with pytest.raises(Unreachable, match=r"m\.csv: odd: \*\*\*\. \(tried 2 times\)"):
            store.upload(tmp_path / "local", place, 1, "", abs)
        monkeypatch.setattr(Flaky, "errors", (PermissionError("key hunter2 may not write"),))
        with pytest.raises(Refused, match=r"key \*\*\* may not write; check the destination's url and options"):
            store.upload(tmp_path / "local", place, 1, "", abs)
