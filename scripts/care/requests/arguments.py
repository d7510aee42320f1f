"""Arguments that some families' exports take beyond those of every export: how each is typed, read and refused.

Which export takes which says the catalog. The vendor's name is the variable's in camel case, an option's in kebab case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import click

from care.errors import BadArgument
from care.warehouse.catalog import Export

MINUTE_MS = 60_000
MOST_OFFSET_MS = 14 * 60 * MINUTE_MS
WEEK_MS = 604_800_000
INTERVALS = (
    300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000, 43_200_000, 86_400_000, WEEK_MS,
)  # fmt: skip
LOCALES = ("en", "es", "fr", "de", "tr")
KINDS = ("OPEN_AT_END", "CLOSED", "CREATED")
# The largest number that the engine takes: every longer interval means calendar months as well.
MOST = 2**63 - 1


@dataclass(frozen=True)
class Argument:
    """One argument: the session variable that it sets, how its text is parsed, and its default.

    `is_shared` marks what means something to every export, if not the same.
    """

    name: str
    read: Callable[[str, str], Any]
    metavar: str
    help: str
    default: Any = None
    is_shared: bool = False

    @property
    def vendor_name(self) -> str:
        """The name by which the vendor, and a refusal, call it."""
        return vendor_name(self.name)

    @property
    def option(self) -> str:
        """The option of `run`."""
        return f"--{self.name.replace('_', '-')}"


def vendor_name(name: str) -> str:
    """The vendor's name of an argument: `workqueue_ids` is workqueueIds."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def whole_number(text: str, problem: str) -> int:
    """A whole number, cut to what the engine takes. Raises BadArgument with the problem."""
    found = re.fullmatch(r"(-?)0*([0-9]+)", text)
    if not found:
        raise BadArgument(f"{problem}, not '{text}'")
    # More digits than any number here has say no more than so many, and Python does not read very many.
    size = min(int(found[2][:20]), MOST)
    return -size if found[1] else size


def _one_of(*values: str, words: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text not in values:
            raise BadArgument(f"{name} must be {words}, not '{text}'")
        return text

    return read


def _flag(name: str, text: str) -> bool:
    return _one_of("true", "false", words="true or false")(name, text) == "true"


def _list(name: str, text: str) -> list[str]:
    elements = [element.strip() for element in text.split(",")]
    if "" in elements:
        raise BadArgument(f"{name} has an empty element")
    return sorted(set(elements))


def _priorities(name: str, text: str) -> list[int]:
    elements = _list(name, text)
    if not all(re.fullmatch("[0-5]", element) for element in elements):
        raise BadArgument(f"{name} must be a comma-separated list of 0 to 5, not '{text}'")
    return [int(element) for element in elements]


def _offset(name: str, text: str) -> int:
    offset = whole_number(text, f"{name} must be a whole number of milliseconds")
    if offset % MINUTE_MS or abs(offset) > MOST_OFFSET_MS:
        raise BadArgument(f"{name} must be whole minutes, at most 14 hours, not {text}")
    return offset


def _interval(name: str, text: str) -> int:
    interval = whole_number(text, f"{name} must be a whole number of milliseconds")
    if interval not in INTERVALS and interval <= WEEK_MS:
        known = ", ".join(map(str, INTERVALS))
        raise BadArgument(f"{name} {text} is not one of {known}, or above a week for calendar months")
    return interval


def _text(name: str, text: str) -> str:
    return text


ARGUMENTS = (
    Argument("start_time", _text, "MS", "Start of the window in epoch milliseconds, instead of --from."),
    Argument("end_time", _text, "MS", "End of the window in epoch milliseconds, instead of --to."),
    Argument("timezone_offset", _offset, "MS", "Milliseconds east of UTC all year, instead of --timezone."),
    Argument("locale", _one_of(*LOCALES, words=f"one of {', '.join(LOCALES)}"), "CODE", "", "en", is_shared=True),
    Argument("conversation_report_type", _one_of(*KINDS, words="OPEN_AT_END, CLOSED or CREATED"), "TYPE",
             "OPEN_AT_END, CLOSED or CREATED: which conversations.", "OPEN_AT_END"),
    Argument("priorities", _priorities, "0,1", "Only conversations of these priorities."),
    Argument("workqueue_ids", _list, "ID,ID", "Only conversations of these queues."),
    Argument("smart_view_id", _text, "ID", "Only what a saved filter, a row of seeds.smart_views, lets through."),
    Argument("team_ids", _list, "ID,ID", "Only these teams."),
    Argument("include_disabled", _flag, "true|false", "Agents that are disabled now, too.", False),
    Argument("enable_business_hour", _flag, "true|false", "Whether --business-hour-type counts.", False),
    Argument("business_hour_type", _flag, "true|false", "Only what happened inside opening hours; false: outside."),
    Argument("time_interval", _interval, "MS", "Length of a bucket in milliseconds; above a week: calendar months."),
    Argument("raiselimit", _flag, "true|false", "Up to 2,000 actions of a conversation, not 500.", False),
)  # fmt: skip
# Arguments of the window are read together with it.
OF_THE_WINDOW = {"start_time", "end_time"}


def argument_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of the arguments that no other option stands for."""
    for argument in reversed(ARGUMENTS):
        if not argument.is_shared:
            command = click.option(argument.option, argument.name, metavar=argument.metavar, help=argument.help)(
                command
            )
    return command


def refuse_foreign(exports: Iterable[Export], chosen: list[Export], texts: Mapping[str, str]) -> None:
    """Raises BadArgument if an argument is given that none of the chosen exports takes."""
    for argument in ARGUMENTS:
        if argument.is_shared or argument.name not in texts:
            continue
        if not any(argument.name in export.arguments for export in chosen):
            owners = [export.export for export in exports if argument.name in export.arguments]
            belongs = f"it belongs to {', '.join(owners)}" if owners else "no export takes it"
            names = ", ".join(export.export for export in chosen)
            raise BadArgument(f"{argument.vendor_name} is not an argument of {names}; {belongs}.")


def read_arguments(export: Export, texts: Mapping[str, str]) -> dict[str, Any]:
    """The session variables of an export's own arguments, defaults filled in, None if nothing is set.

    Arguments that it does not take are passed over. Raises BadArgument.
    """
    values = {
        argument.name: argument.read(argument.vendor_name, texts[argument.name])
        if argument.name in texts
        else argument.default
        for argument in ARGUMENTS
        if argument.name in export.arguments and argument.name not in OF_THE_WINDOW
    }
    if "time_interval" in values and values["time_interval"] is None:
        raise BadArgument(f"timeInterval is required for {export.export}")
    is_enabled, kind = values.get("enable_business_hour"), values.get("business_hour_type")
    if kind is not None and not is_enabled:
        raise BadArgument("businessHourType needs enableBusinessHour=true")
    if is_enabled and kind is None:
        raise BadArgument("enableBusinessHour=true needs businessHourType")
    return values
