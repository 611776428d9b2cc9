"""a rule's fields -> the same, or a refusal: what a row must be before its text is read."""

import keyword
import math
import re
from collections.abc import Collection, Mapping
from typing import Any

from ..errors import RuleError
from .expression import CONSTANTS, FUNCTIONS

_LETTER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}\Z")


def check_rule(row: Any, texts: Collection[str], taken: Collection[str]) -> None:
    """`texts` names the fields that are text, `taken` the letters no knob can have. RuleError CR-1324, CR-1325."""
    shown = row.name if isinstance(row.name, str) else repr(row.name)[:40]
    for field in texts:
        if not isinstance(getattr(row, field), str):
            raise RuleError(
                "CR-1325", name=shown, part=field, value=repr(getattr(row, field))[:40], wanted="text"
            )
    if not row.name or len(row.name) > 64 or not row.name.isprintable():
        raise RuleError(
            "CR-1325", name=shown[:40], part="name", value=repr(row.name)[:40], wanted="1 … 64 characters"
        )
    check_letters(shown, "knobs", row.knobs, taken)


def check_letters(rule: str, part: str, letters: object, taken: Collection[str]) -> None:
    """Letters with their numbers: names a formula can use and that mean nothing else, values that are finite."""
    if not isinstance(letters, Mapping):
        raise RuleError("CR-1325", name=rule, part=part, value=repr(letters)[:40], wanted="{name: number}")
    for letter, value in letters.items():
        usable = isinstance(letter, str) and _LETTER.match(letter) and not keyword.iskeyword(letter)
        if not usable or letter in taken or letter in CONSTANTS or letter in FUNCTIONS:
            raise RuleError("CR-1324", part=str(letter)[:40], taken=", ".join(sorted((*taken, *CONSTANTS))))
        check_number(rule, f"{part}.{letter}", value)


def check_number(rule: str, part: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf:
        raise RuleError("CR-1325", name=rule, part=part, value=repr(value)[:40], wanted="a finite number")


def check_bounds(rule: str, knobs: Mapping[str, float], bounds: Mapping[str, Any]) -> None:
    """Open intervals of the knobs, and knobs inside them. RuleError CR-1325, CR-1390."""
    for knob, interval in bounds.items() if isinstance(bounds, Mapping) else (("bounds", ()),):
        if not isinstance(interval, list | tuple) or len(interval) != 2 or knob not in knobs:
            raise RuleError(
                "CR-1325", name=rule, part="bounds", value=repr(bounds)[:40], wanted="{knob: (low, high)}"
            )
        low, high = interval
        check_number(rule, f"bounds.{knob}", low)
        check_number(rule, f"bounds.{knob}", high)
        if not low < knobs[knob] < high:
            raise RuleError(
                "CR-1390", rule=rule, knob=knob, value=f"{knobs[knob]:g}", low=f"{low:g}", high=f"{high:g}"
            )
