"""Checks that dbt-bouncer lacks. dbt-bouncer.yml says what each is for."""

from pathlib import PurePosixPath
from typing import Any

from dbt_bouncer.check_framework.decorator import check, fail

OWNED_FLOORS = ("intermediate", "marts", "requested")
OWNERS = ("shared", "sparkcentral", "tracebuzz", "khoros_care")


def folder_of(model: Any) -> str:
    """The folder of a model's file, seen from the project."""
    return str(PurePosixPath(model.original_file_path).parent)


@check
def check_folders_have_no_circle(ctx: Any) -> None:
    """Fails where folders of models read each other in a circle, and names one reference of each step."""
    models = {model.unique_id: model for model in ctx.models}
    read: dict[str, dict[str, str]] = {}
    for name in sorted(models):
        model = models[name]
        for other in sorted(set(model.depends_on.nodes or []) & models.keys()):
            reader, source = folder_of(model), folder_of(models[other])
            if reader != source:
                read.setdefault(reader, {}).setdefault(source, f"{model.name} reads {models[other].name}")
    circles = {frozenset(circle): circle for folder in sorted(read) if (circle := _circle(read, folder))}
    if circles:
        said = [
            "; ".join(read[one][other] for one, other in zip(c, c[1:] + c[:1], strict=True)) for c in circles.values()
        ]
        fail("Folders read each other in a circle: " + ". ".join(said) + ".")


def _circle(read: dict[str, dict[str, str]], start: str) -> list[str] | None:
    """The folders of the shortest way from a folder back to itself, in order; None where there is none."""
    ways = [[start]]
    seen = {start}
    for way in ways:
        for folder in read.get(way[-1], {}):
            if folder == start:
                return way
            if folder not in seen:
                seen.add(folder)
                ways.append([*way, folder])
    return None


@check
def check_folder_names_its_vendor(model: Any) -> None:
    """Fails where a model of an owned floor does not stand below `shared` or a vendor's folder."""
    _, floor, *rest = PurePosixPath(model.original_file_path).parts
    if floor in OWNED_FLOORS and (len(rest) < 2 or rest[0] not in OWNERS):
        fail(f"`{model.name}` stands in {folder_of(model)}; {floor} has the folders {', '.join(OWNERS)}.")


@check
def check_model_property_is_in_its_folder(model: Any) -> None:
    """Fails where a model is described in another folder than its own, or nowhere."""
    described = str(model.patch_path or "").partition("://")[2]
    if str(PurePosixPath(described).parent) != folder_of(model):
        fail(f"`{model.name}` is described in {described or 'no file'}; its YAML belongs into {folder_of(model)}.")
