"""Each rule of dbt-bouncer.yml holds on the house, and fails on an offence planted in a copy of the manifest."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from warehouse import PROJECT

Manifest = dict[str, Any]
Node = dict[str, Any]
RULES = yaml.safe_load((PROJECT / "dbt-bouncer.yml").read_text("utf-8"))["manifest_checks"]
BOUNCER = shutil.which("dbt-bouncer", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
PREFIXES = {"sparkcentral": "sparkcentral", "tracebuzz": "tracebuzz", "khoros_care": "khoros"}


def failures(manifest: Manifest, folder: Path) -> list[dict[str, Any]]:
    """The failures of dbt-bouncer in a manifest: the rule's number, the node's name and the message."""
    assert BOUNCER, "dbt-bouncer is not installed: make setup-dev"
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    config = yaml.safe_load((PROJECT / "dbt-bouncer.yml").read_text("utf-8"))
    config |= {"dbt_artifacts_dir": str(folder), "custom_checks_dir": str(PROJECT / "rules")}
    (folder / "dbt-bouncer.yml").write_text(yaml.safe_dump(config), "utf-8")
    command = [
        BOUNCER,
        "run",
        "--config-file",
        str(folder / "dbt-bouncer.yml"),
        "--output-file",
        str(folder / "found.json"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = json.loads((folder / "found.json").read_text("utf-8"))
    assert len({row["check_run_id"].split(":")[0] for row in found}) > 10
    rows = []
    for row in found:
        if row["outcome"] == "failed":
            _, number, *name = row["check_run_id"].split(":")
            rows.append({"rule": int(number), "node": ":".join(name), "message": row["failure_message"]})
    return rows


class Planted:
    """A copy of the sample's manifest to which models are added that keep every rule, but for what a test changes."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = deepcopy(manifest)
        self.expected: Counter[tuple[int, str]] = Counter()
        models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
        self.example = next(node for node in models if node["name"] == "sparkcentral__message")
        tests = [one for one in manifest["nodes"].values() if one.get("attached_node") == self.example["unique_id"]]
        self.test = next(one for one in tests if one["test_metadata"]["name"] == "one_row_per")
        self.unit_test = next(iter(manifest["unit_tests"].values()))
        self.seed = next(node["unique_id"] for node in manifest["nodes"].values() if node["resource_type"] == "seed")
        self.source = next(iter(manifest["sources"]))

    def add(self, folder: str, name: str | None = None, **changes: Any) -> Node:
        """A model in a folder below models/ that keeps the rules, with these changes; None leaves its tests out."""
        number = "".join(chr(ord("a") + int(digit)) for digit in f"{len(self.manifest['nodes']):05}")
        floor, *rest = folder.split("/")
        vendor = PREFIXES.get(rest[0]) if rest else None
        stems = {"staging": ["stg"], "intermediate": ["int", vendor], "requested": ["req", vendor], "marts": [vendor]}
        stem = f"{rest[0]}_" if floor == "exports" else "_".join(filter(None, stems.get(floor, [])))
        name = f"{name}_{number}" if name else "_".join(filter(None, [stem, "planted", number]))
        path = f"models/{folder}/{name}.sql"
        node = deepcopy(self.example) | {
            "unique_id": f"model.care_exports.{name}",
            "name": name,
            "path": path.removeprefix("models/"),
            "original_file_path": path,
            "patch_path": f"care_exports://models/{folder}/_{PurePosixPath(folder).name}.yml",
            "fqn": ["care_exports", *folder.split("/"), name],
            "description": "One row per message.",
            "raw_code": "select 1 as one",
            "access": "public" if floor in ("marts", "exports") else "protected",
            "depends_on": {"macros": [], "nodes": []},
        }
        tested = changes.pop("tested", True)
        node |= changes
        self.manifest["nodes"][node["unique_id"]] = node
        if tested:
            test = deepcopy(self.test)
            test |= {"unique_id": f"test.care_exports.one_row_per_{name}", "attached_node": node["unique_id"]}
            test["depends_on"]["nodes"] = [node["unique_id"]]
            self.manifest["nodes"][test["unique_id"]] = test
            unit = deepcopy(self.unit_test) | {"unique_id": f"unit_test.care_exports.{name}.planted", "model": name}
            unit["depends_on"]["nodes"] = [node["unique_id"]]
            self.manifest["unit_tests"][unit["unique_id"]] = unit
        return node

    def reading(self, folder: str, read: str) -> Node:
        """A model in a folder that reads a model which stands in another, or a seed or source."""
        found = {"seed": self.seed, "source": self.source}.get(read) or self.add(read)["unique_id"]
        return self.add(folder, depends_on={"macros": [], "nodes": [found]})


def floor_of(rule: dict[str, Any]) -> str:
    return rule["include"].removeprefix("^models/").removesuffix("/")


# Which floors each floor must not read, one offence each.
FORBIDDEN = {
    "staging": ("intermediate/shared/a", "marts/shared/a", "request", "exports/sparkcentral"),
    "intermediate": ("marts/shared/b", "request", "requested/sparkcentral/b", "exports/sparkcentral"),
    "marts": ("request", "requested/sparkcentral/c", "exports/sparkcentral"),
    "request": ("staging", "intermediate/shared/d", "requested/sparkcentral/d", "exports/sparkcentral"),
    "requested": ("staging", "intermediate/shared/e", "exports/sparkcentral"),
    "exports": ("staging", "intermediate/shared/f", "exports/tracebuzz"),
    "catalog": ("marts/shared/g", "request", "exports/sparkcentral"),
}
PLACES = {"intermediate": "intermediate/shared/z", "marts": "marts/shared/z", "requested": "requested/tracebuzz/z",
          "exports": "exports/khoros_care"}  # fmt: skip
MISNAMED = {
    "staging": ("int_x", "messages"),
    "intermediate/shared": ("stg_x", "x", "int_khoros_x"),
    "intermediate/sparkcentral": ("int_x", "int_tracebuzz_x"),
    "intermediate/tracebuzz": ("int_x", "tracebuzz_x"),
    "intermediate/khoros_care": ("int_x", "int_sparkcentral_x"),
    "marts/shared": ("int_y", "req_y", "tracebuzz_y"),
    "marts/sparkcentral": ("y", "khoros_y", "sparkcentral__y"),
    "marts/tracebuzz": ("y", "int_tracebuzz_y"),
    "marts/khoros_care": ("y", "khoros_care__y"),
    "requested/shared": ("int_z", "req_khoros_z"),
    "requested/sparkcentral": ("int_z", "req_z"),
    "requested/tracebuzz": ("z", "req_khoros_z"),
    "requested/khoros_care": ("req_z", "int_khoros_z"),
    "exports/sparkcentral": ("sparkcentral_w", "tracebuzz__w"),
    "exports/tracebuzz": ("tracebuzz_w", "khoros_care__w"),
    "exports/khoros_care": ("khoros_w", "khoros_w__w"),
}
CLOCKS = (
    "select current_timestamp",
    "select now() as t",
    "select CURRENT_DATE",
    "{{ run_started_at }}",
    "select today()",
)
CODES = {
    "only staging reads what landed": ("from read_parquet('x')", "{{ landed('message_events') }}"),
    "only request knows the variables of the session": ("getvariable('org_id')", "{{ session_variable('a', 'b') }}"),
    "no model reads a clock": CLOCKS,
}


def offences(rule: dict[str, Any], planted: Planted) -> list[str]:
    """Plants the offences against one rule; returns the names of the nodes that the rule must find."""
    check, floor = rule["name"], floor_of(rule) if "include" in rule else ""
    place = PLACES.get(floor, floor)
    if check == "check_lineage_permitted_upstream_models":
        return [planted.reading(place, read)["name"] for read in FORBIDDEN[floor]]
    if check == "check_lineage_seed_cannot_be_used":
        return [planted.reading("staging", "seed")["name"]]
    if check == "check_lineage_source_cannot_be_used":
        return [planted.reading(place, "source")["name"] for place in PLACES.values()]
    if check == "check_model_directories":
        return [planted.add("cellar", "planted_in_the_cellar")["name"]]
    if check == "check_model_code_does_not_contain_regexp_pattern":
        codes = next(codes for said, codes in CODES.items() if rule["description"].startswith(said))
        return [planted.add(place, raw_code=code)["name"] for place in PLACES.values() for code in codes]
    if check == "check_macro_code_does_not_contain_regexp_pattern":
        macro = next(one for one in planted.manifest["macros"].values() if one["name"] == "one_day")
        macro["macro_sql"] += "{% macro clock() %} current_timestamp {% endmacro %}"
        return [macro["name"]]
    if check == "check_folders_have_no_circle":
        nodes = [planted.add(f"intermediate/shared/circle_{letter}") for letter in "abc"]
        for node, read in zip(nodes, nodes[1:] + nodes[:1], strict=True):
            node["depends_on"]["nodes"] = [read["unique_id"]]
        return [""]
    if check == "check_model_names":
        place = floor if floor == "staging" or floor.startswith("exports") else f"{floor}/q"
        return [planted.add(place, name)["name"] for name in MISNAMED[floor]]
    if check == "check_model_property_is_in_its_folder":
        return [planted.add("marts/shared", patch_path=path)["name"]
                for path in ("care_exports://models/marts/_marts.yml", None)]  # fmt: skip
    if check == "check_folder_names_its_vendor":
        return [planted.add(folder, f"int_{folder[-1]}q")["name"] for folder in ("intermediate/waits", "intermediate")]
    if check == "check_model_description_contains_regexp_pattern":
        return [planted.add(place, description=text)["name"] for text in ("Messages. One row per message.", "")
                for place in PLACES.values()]  # fmt: skip
    if check == "check_model_has_unique_test":
        return [planted.add(place, tested=False)["name"] for place in PLACES.values() if place != "exports/khoros_care"]
    if check == "check_model_has_unit_tests":
        node = planted.add("exports/tracebuzz")
        del planted.manifest["unit_tests"][f"unit_test.care_exports.{node['name']}.planted"]
        return [node["name"]]
    if check == "check_model_max_number_of_lines":
        return [planted.add(place, raw_code="select\n" + "1,\n" * 90)["name"] for place in PLACES.values()]
    if check == "check_model_has_contracts_enforced":
        names = []
        for place in ("marts/shared", "exports/sparkcentral"):
            node = planted.add(place)
            node["contract"]["enforced"] = node["config"]["contract"]["enforced"] = False
            names.append(node["name"])
        return names
    assert check == "check_model_access", f"plant an offence against {check}"
    wrong = "protected" if rule["access"] == "public" else "public"
    floors = (
        ("marts/shared", "exports/tracebuzz")
        if wrong == "protected"
        else ("staging", "intermediate/shared/q", "request")
    )
    return [planted.add(place, access=wrong)["name"] for place in floors]


@pytest.fixture(scope="module")
def manifest(request: pytest.FixtureRequest) -> Manifest:
    """The manifest that CARE_TEST_MANIFEST names, to try rules fast, or else that of the build of the sample."""
    named = os.environ.get("CARE_TEST_MANIFEST")
    path = Path(named or request.getfixturevalue("demo") / "warehouse" / "build" / "target" / "manifest.json")
    return json.loads(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def found(manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], tuple[set[str], set[str]]]:
    """By a rule's number: the nodes with an offence against it, and those that it found beyond the house's own."""
    planted = Planted(manifest)
    expected = {number: set(offences(rule, planted)) for number, rule in enumerate(RULES)}
    before = failures(manifest, tmp_path_factory.mktemp("house"))
    known = {(row["rule"], row["node"] or row["message"]) for row in before}
    rows = failures(planted.manifest, tmp_path_factory.mktemp("planted"))
    new = [row for row in rows if (row["rule"], row["node"] or row["message"]) not in known]
    return lambda number: (expected[number], {row["node"] for row in new if row["rule"] == number})


def test_the_house_keeps_its_rules(manifest: Manifest, tmp_path: Path) -> None:
    assert [row["message"] for row in failures(manifest, tmp_path)] == []


@pytest.mark.parametrize(
    "number", range(len(RULES)), ids=lambda n: f"{n}-{RULES[n]['name']}-{RULES[n].get('include', '')}"
)
def test_a_rule_finds_its_offences(found: Callable[[int], tuple[set[str], set[str]]], number: int) -> None:
    """All of them, in each floor that the rule is for. A model without an offence of its own is not found."""
    expected, new = found(number)
    assert expected
    assert expected <= new
    if RULES[number]["name"] not in ("check_lineage_permitted_upstream_models", "check_model_names"):
        assert {name for name in new if "planted" in name} <= expected


def test_a_model_that_keeps_the_rules_is_not_found(manifest: Manifest, tmp_path: Path) -> None:
    """So that the planted models above are found for what was planted, and for nothing else."""
    planted = Planted(manifest)
    names = {planted.add(place)["name"] for place in ("staging", "marts/shared", "marts/tracebuzz", *PLACES.values())}
    names.add(planted.reading("exports/tracebuzz", "marts/shared/a")["name"])
    names.add(planted.reading("marts/shared/b", "intermediate/shared/b")["name"])
    assert [row for row in failures(planted.manifest, tmp_path) if row["node"] in names] == []
