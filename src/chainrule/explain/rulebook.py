"""the rows of rules/ -> a page that lists every rule there is, and a page about one of them."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ..errors import RuleError
from ..messages import Said, get_language, say
from ..page.page import Code, Page, Paragraph, Table
from ..report.works import works_of
from ..rules.activations import ACTIVATIONS, Activation
from ..rules.aliases import ALIASES, find
from ..rules.initializers import INITIALIZERS, Initializer
from ..rules.losses import LOSSES, Loss
from ..rules.optimizers import OPTIMIZERS, Optimizer
from ..rules.schedules import SCHEDULES, Schedule

# the option that takes them -> (heading, rows)
SHELVES: dict[str, tuple[str, Mapping[str, Any]]] = {
    "activation": ("CR-3580", ACTIVATIONS), "loss": ("CR-3581", LOSSES), "optimizer": ("CR-3582", OPTIMIZERS),
    "schedule": ("CR-3583", SCHEDULES), "start": ("CR-3584", INITIALIZERS),
}  # fmt: skip


def rules_page(name: str | None = None) -> Page:
    """Every rule with its numbers and its names in other tools; or one rule, by any of its names, with its text.

    Raises RuleError CR-3599 for a name nobody knows.
    """
    page = Page(say("CR-3585") if name is None else name, language=get_language())
    if name is None:
        for option, (heading, rows) in SHELVES.items():
            section = page.section(say(heading, option=f"--{option}"))
            header = tuple(say(code) for code in ("CR-3586", "CR-3587", "CR-3588"))
            section.items.append(
                Table(header, tuple((row.name, _numbers(row), _others(row)) for row in rows.values()))
            )
        page.sections[-1].items.append(Paragraph(say("CR-3589")))
        page.facts = {option: list(rows) for option, (_, rows) in SHELVES.items()}
        return page
    found = [(option, row) for option in SHELVES if (row := _row(option, name)) is not None]
    if not found:
        near = get_close_matches(
            name.strip().lower(), [*(k for _, rows in SHELVES.values() for k in rows), *ALIASES], n=3
        )
        raise RuleError("CR-3599", name=name, near=Said("CR-1327", ", ".join(near)) if near else "")
    for option, row in found:
        _rule(page, option, row)
    page.facts = {option: row.name for option, row in found}
    return page


def _row(option: str, name: str) -> Any:
    try:
        return find(dict(SHELVES[option][1]), name, option)
    except RuleError:
        return None


def _rule(page: Page, option: str, row: Any) -> None:
    section = page.section(f"--{option} {row.name}")
    section.items.append(Code("\n".join(formula(row))))
    for code, value in (("CR-3587", _numbers(row)), ("CR-3588", _others(row)), ("CR-3591", row.source)):
        if value:
            section.say(say("CR-3592", what=say(code), value=value))
    if row.knobs:
        knob, value = next(iter(row.knobs.items()))
        section.items.append(
            Code(f"chainrule train FILE --target COL --{option} {row.name}:{knob}={value:g}", "sh")
        )
    for work in works_of(row.source):
        section.say(work.gbt())


def formula(row: Any) -> list[str]:
    """The text of a rule, as its row has it."""
    if isinstance(row, Activation):
        return [f"y = {row.y}"]
    if isinstance(row, Loss):
        return [f"E = {row.value}"]
    if isinstance(row, Optimizer):
        return list(row.lines)
    if isinstance(row, Schedule):
        return [f"rate = {row.rate}", *row.at_epoch]
    assert isinstance(row, Initializer)
    return [f"{row.kind}: {row.scale}"]


def _numbers(row: Any) -> str:
    return ", ".join(f"{knob} = {value:g}" for knob, value in row.knobs.items())


def _others(row: Any) -> str:
    return ", ".join(alias for alias, name in ALIASES.items() if name == row.name)
