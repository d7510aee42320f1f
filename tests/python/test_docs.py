"""Commands, options, files and links on the pages exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

import export
import sftp_users
from warehouse import PROJECT

PAGES = sorted([PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")])
UNITS = sorted((PROJECT / "deploy").glob("*.service"))
SCRIPTS = {"export.py": export.cli, "sftp_users.py": sftp_users.cli}
FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
CALL = re.compile(r"(?:^|[\s/])(export\.py|sftp_users\.py)((?: [^\s`;|&]+)*)")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
FILE = re.compile(r"(?<![\w./-])((?:deploy|docs|profiles|scripts|models)/[\w./*-]+\.\w+)")
ANALYZE = shutil.which("systemd-analyze")


def calls(text: str) -> Iterator[tuple[str, list[str]]]:
    """The calls of the project's scripts in a text: the script and the words after it."""
    for line in re.sub(r"\s*\\\n\s*", " ", text).splitlines():
        for script, words in CALL.findall(line):
            yield script, shlex.split(words, comments=True)


def calls_of(page: Path) -> list[tuple[str, list[str]]]:
    """The calls that a page shows, in its blocks and in its sentences."""
    text = page.read_text("utf-8")
    prose = FENCED.sub("", text)
    return [call for part in (*FENCED.findall(text), *INLINE.findall(prose)) for call in calls(part)]


def wrong(script: str, words: list[str]) -> list[str]:
    """The unknown command or options of a call."""
    command: click.Command = SCRIPTS[script]
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name not in command.commands:
            return [name]
        command = command.commands[name]
    options = [word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)]
    return [option for option in options if option not in names_of(command)]


def names_of(command: click.Command) -> set[str]:
    """The options of a command, help included."""
    return {"--help", *(name for option in command.params for name in (*option.opts, *option.secondary_opts))}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_commands_and_options_on_a_page_exist(page: Path) -> None:
    assert {f"{script} {' '.join(words)}": wrong(script, words) for script, words in calls_of(page)
            if wrong(script, words)} == {}  # fmt: skip


def test_pages_show_commands_and_wrong_ones_would_be_seen() -> None:
    assert len([call for page in PAGES for call in calls_of(page)]) > 20
    shown = "cd x && .venv/bin/python scripts/export.py run message \\\n  --org acme --form 2025-03-01 && echo --ok"
    ((script, words),) = calls(shown)
    assert wrong(script, words) == ["--form"]
    assert wrong("export.py", ["biuld"]) == ["biuld"]
    assert wrong("export.py", ["--helf"]) == ["--helf"]
    assert wrong("sftp_users.py", ["add", "acme", "--name=other", "--owner", "care"]) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_files_and_links_on_a_page_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    assert [link for link in LINK.findall(text) if not (page.parent / link).exists()] == []
    if page.name == "add-an-export.md":
        return  # It names the files that its reader makes; a test of its own follows it.
    assert sorted(name for name in set(FILE.findall(text)) if not any(PROJECT.glob(name))) == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_call_what_exists(unit: Path) -> None:
    text = unit.read_text("utf-8")
    ((script, words),) = calls("\n".join(line for line in text.splitlines() if line.startswith("ExecStart=")))
    assert wrong(script, words) == []
    assert {"User=care", "Restart=no", "EnvironmentFile=/etc/care_exports.env"} <= set(text.splitlines())
    assert unit.with_suffix(".timer").exists()


def test_the_container_copies_what_a_build_needs() -> None:
    lines = (PROJECT / "deploy" / "Containerfile").read_text("utf-8").splitlines()
    copied = [word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]]
    assert [path for path in copied if not (PROJECT / path).exists()] == []
    assert {"dbt_project.yml", "macros", "models", "profiles", "scripts", "seeds"} <= set(copied)
    assert "USER care" in lines


if ANALYZE:

    def test_systemd_takes_the_units(tmp_path: Path) -> None:
        for path in (PROJECT / "deploy").glob("care-exports-*"):
            # The interpreter of an installation is not here; everything else is checked as it is.
            text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text("utf-8"), flags=re.MULTILINE)
            (tmp_path / path.name).write_text(text, "utf-8")
        command = [ANALYZE, "verify", *map(str, sorted(tmp_path.iterdir()))]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (run.returncode, run.stderr) == (0, "")


def test_the_schedule_that_the_page_shows_is_the_one_of_the_project() -> None:
    page = (PROJECT / "docs" / "schedule-an-export.md").read_text("utf-8")
    shown = yaml.safe_load(re.search(r"```yaml\n(.*?)```", page, re.DOTALL).group(1))["exposures"]
    declared = yaml.safe_load((PROJECT / "models" / "exports" / "schedules.yml").read_text("utf-8"))["exposures"]
    assert shown == declared[:1]
