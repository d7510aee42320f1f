"""Plain dbt from a fresh clone: every dbt command that a page shows works, without a flag, a folder or a variable."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from conftest import made_once
from warehouse import PROJECT

PAGES = sorted([PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")])
CLONED = (
    "dbt_project.yml",
    "profiles.yml",
    "selectors.yml",
    "macros",
    "models",
    "profiles",
    "scripts",
    "seeds",
    "tests",
)
# `dbt build`, and at the end of a line or of a piece of code.
COMMAND = re.compile(
    r"(?:^|`)(?:\.venv/bin/)?(dbt (?:build|test|show|docs|run|seed|compile|ls|parse)\b[^`#\n]*)", re.MULTILINE
)


def commands(text: str) -> list[str]:
    """The dbt commands in a text, each once, in order; `...` and `…` stand for words that the reader chooses."""
    found = [command.strip() for command in COMMAND.findall(text)]
    return [command for command in dict.fromkeys(found) if "..." not in command and "…" not in command]


SHOWN = list(dict.fromkeys(command for page in PAGES for command in commands(page.read_text("utf-8"))))
FIRST = "dbt build"
# These would build everything a second time.
LISTED_ONLY = {"dbt build --selector laptop"}


def clone(folder: Path) -> Path:
    """A folder with what a clone of the project holds, and nothing that a command made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in CLONED:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        options = {"ignore": shutil.ignore_patterns("__pycache__", "*.duckdb*")} if copy is shutil.copytree else {}
        copy(PROJECT / name, folder / name, **options)
    return folder


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in a folder with the environment on the PATH, and none of the project's variables set."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("CARE_", "DBT_", "PYTHONPATH"))
    }
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        shlex.split(command), cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def works(folder: Path, command: str) -> str:
    """The output of a command; the test fails if the command fails."""
    done = run(folder, command)
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def built(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with the sample's raw events, after `dbt build`: all models, all data tests and all unit tests passed."""

    def make(folder: Path) -> None:
        clone(folder)
        shutil.copytree(demo / "raw", folder / "raw")
        printed = works(folder, FIRST)
        assert re.search(r"PASS=\d{3,} WARN=\d+ ERROR=0 SKIP=0", printed), printed[-500:]

    return made_once(tmp_path_factory, "plain_dbt", make)


def test_pages_show_dbt_commands_and_each_kind_is_found() -> None:
    page = (
        "```bash\ndbt build   # all\n.venv/bin/dbt test -s x\n```\n`dbt show -s y` and `dbt build -s …` of dbt build."
    )
    assert commands(page) == ["dbt build", "dbt test -s x", "dbt show -s y"]
    assert FIRST in SHOWN
    assert len(SHOWN) > 8


def test_dbt_build_publishes_nothing(built: Path) -> None:
    assert [path.name for path in (built / "warehouse").iterdir()] == ["build"]
    with duckdb.connect(str(built / "warehouse" / "build" / "care.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) > 100 from sparkcentral.message").fetchall() == [(True,)]


@pytest.mark.parametrize("command", [command for command in SHOWN if command != FIRST and command not in LISTED_ONLY])
def test_a_dbt_command_of_a_page_works_after_a_build(built: Path, command: str) -> None:
    works(built, command)


@pytest.mark.parametrize("command", sorted(LISTED_ONLY))
def test_a_long_dbt_command_of_a_page_selects_what_it_says(built: Path, command: str) -> None:
    assert command in SHOWN
    assert len(works(built, command.replace("dbt build", "dbt ls --quiet")).splitlines()) > 100


def test_the_commands_of_one_model_work_after_a_build_was_published(demo: Path, tmp_path: Path) -> None:
    """Later changes of dbt's own database never reach the published one."""
    folder = clone(tmp_path / "clone")
    shutil.copytree(demo / "raw", folder / "raw")
    shutil.copytree(demo / "warehouse", folder / "warehouse", copy_function=shutil.copy2)
    published = folder / "warehouse" / "care.duckdb"
    before = published.read_bytes()
    assert not (folder / "warehouse" / "build" / "care.duckdb").samefile(published)
    works(folder, "dbt test -s sparkcentral__message")
    assert "acme" in works(folder, "dbt show -s sparkcentral__message --limit 5")
    works(folder, "dbt build -s +sparkcentral__message")
    assert published.read_bytes() == before


def test_a_fresh_clone_without_any_file_can_be_documented_and_listed(tmp_path: Path) -> None:
    """dbt makes the folder of the database itself."""
    folder = clone(tmp_path / "clone")
    works(folder, "dbt docs generate --no-compile")
    assert (folder / "warehouse" / "build" / "care.duckdb").exists()


def test_selectors_part_the_tests_between_the_nightly_build_and_the_release(built: Path) -> None:
    """Nothing is in neither of them, and a laptop's tests are a part of the release's."""

    def listed(selector: str) -> set[str]:
        return set(works(built, f"dbt ls --quiet --selector {selector}").splitlines())

    everything, nightly, left_out = listed("everything"), listed("nightly"), listed("left_out_of_nightly")
    assert nightly | left_out == everything
    assert nightly & left_out == set()
    assert listed("unit_tests") < left_out
    assert any("one_row_per_marts_" in name or ".one_row_per_messages" in name for name in nightly)
    assert not any("one_row_per_sparkcentral__message" in name for name in nightly)
    laptop = listed("laptop")
    assert laptop < everything
    assert any("one_row_per_sparkcentral__message" in name for name in laptop)
    assert not any("one_row_per_int_" in name or "one_row_per_stg_" in name for name in laptop)
