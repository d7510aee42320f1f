"""docs/add-an-export.md, followed to the letter in a copy of the project."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from simulation.story import Story, write_landing
from warehouse import PROJECT

PAGE = PROJECT / "docs" / "add-an-export.md"
PARTS = (
    "dbt_project.yml",
    "profiles.yml",
    "selectors.yml",
    "models",
    "macros",
    "seeds",
    "tests",
    "profiles",
    "scripts",
)
FILE = re.compile(r"^`(models/[^`]+)`\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_page_leads_to_a_file(empty_folder: Path) -> None:
    project = empty_folder / "project"
    project.mkdir()
    for part in PARTS:
        (shutil.copytree if (PROJECT / part).is_dir() else shutil.copy)(PROJECT / part, project / part)
    files = FILE.findall(PAGE.read_text("utf-8"))
    assert len(files) == 2
    for name, text in files:
        (project / name).write_text(text, "utf-8")
    story = Story(org_id="acme", start="2025-03-25 09:00+00:00").created("c1", contact="p1").inbound("m1", "hello")
    story.describe("queues", "q1", name="First line").queued("q1", at="09:05").queued("q2", at="09:06")
    write_landing(story.events, project / "raw")
    commands = [line.split()[1:] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("python scripts/")]
    assert len(commands) == 2
    for command in commands:
        run = subprocess.run([sys.executable, *command], cwd=project, env=os.environ | {
            "CARE_LANDING": "raw", "CARE_WAREHOUSE": "warehouse", "CARE_STATE": "state"
        }, capture_output=True, text=True, check=False)  # fmt: skip
        assert run.returncode == 0, run.stderr
    (path,) = (project / "export" / "queue-change").iterdir()
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["Change ID", "Conversation ID", "Changed at", "Queue ID", "Queue Name"]
    assert [row[1:] for row in rows] == [
        ["c1", "2025-03-25 09:05:00.000", "q1", "First line"],
        ["c1", "2025-03-25 09:06:00.000", "q2", ""],
    ]
