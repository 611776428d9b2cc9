"""Strict JSON for what an encoding knows: numbers, labels of any type, and readers that refuse all else."""

import base64
import binascii
import datetime
import json
import math
from collections.abc import Callable
from typing import Any, TypeVar

from ..errors import EncodingError
from ..messages import Said

T = TypeVar("T")
SAFE = 2**53  # larger integers are tagged: other programs read JSON numbers as float64
LONGEST = 1 << 20  # characters of a text, entries of a list
BITS = 996  # of an integer, as in the table stage


def damaged(part: str, reason: str) -> EncodingError:
    return EncodingError("CR-1112", part=part[:60], reason=Said(reason))


def loads(text: str | bytes) -> Any:
    """JSON text -> value; NaN, Infinity, double keys and endless nesting are refused."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            raise ValueError
        return found

    def refuse(_: str) -> Any:
        raise ValueError

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=refuse)
    except (ValueError, RecursionError, TypeError, MemoryError):
        raise damaged("JSON", "CR-1123") from None


def put_number(value: float) -> Any:
    """A float -> JSON: finite ones as they are, the others tagged."""
    value = float(value)
    return value if math.isfinite(value) else {"float": repr(value)}


def get_number(value: Any, part: str, *, finite: bool = True, positive: bool = False) -> float:
    if isinstance(value, dict):
        if finite or set(value) != {"float"} or value["float"] not in ("nan", "inf", "-inf"):
            raise damaged(part, "CR-1121")
        return float(value["float"])
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise damaged(part, "CR-1121")
    try:
        number = float(value)
    except OverflowError:
        raise damaged(part, "CR-1122") from None
    if not math.isfinite(number) or positive and not number > 0:
        raise damaged(part, "CR-1122")
    return number


def put_label(label: Any) -> Any:
    """A label -> JSON that reads back as the same value of the same type."""
    if isinstance(label, (str, bool)):
        if isinstance(label, str) and not label.isascii() and _lone(label):
            return {"utf16": base64.b64encode(label.encode("utf-16-le", "surrogatepass")).decode()}
        return label if not isinstance(label, str) else str(label)
    if isinstance(label, int):
        return label if abs(label) <= SAFE else {"int": hex(label)}
    if isinstance(label, float):
        return {"float": repr(float(label))}
    if isinstance(label, bytes):
        return {"bytes": base64.b64encode(label).decode()}
    if isinstance(label, datetime.datetime):
        return {"datetime": label.isoformat()}
    if isinstance(label, datetime.date):
        return {"date": label.isoformat()}
    if isinstance(label, datetime.time):
        return {"time": label.isoformat()}
    raise damaged(type(label).__name__, "CR-1121")


def _lone(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)


READERS: dict[str, Callable[[str], Any]] = {
    "int": lambda text: int(text, 16),  # hexadecimal: read in linear time
    "float": float,
    "bytes": lambda text: base64.b64decode(text, validate=True),
    "utf16": lambda text: base64.b64decode(text, validate=True).decode("utf-16-le", "surrogatepass"),
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
}


def get_label(value: Any, part: str) -> Any:
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        if abs(value) > SAFE:
            raise damaged(part, "CR-1122")
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise damaged(part, "CR-1121")
    ((tag, text),) = value.items()
    if tag not in READERS or not isinstance(text, str) or len(text) > LONGEST:
        raise damaged(part, "CR-1121")
    try:
        label = READERS[tag](text)
    except (ValueError, OverflowError, binascii.Error, UnicodeError):
        raise damaged(part, "CR-1122") from None
    if isinstance(label, float) and math.isnan(label):  # would never be found again
        raise damaged(part, "CR-1122")
    if isinstance(label, int) and label.bit_length() > BITS:
        raise damaged(part, "CR-1122")
    return label


def get(state: Any, key: str, kind: type[T]) -> T:
    """A required entry of a JSON object, of the kind it must be."""
    if not isinstance(state, dict):
        raise damaged(key, "CR-1121")
    if key not in state:
        raise damaged(key, "CR-1120")
    value = state[key]
    if not isinstance(value, kind) or isinstance(value, bool) and kind is not bool:
        raise damaged(key, "CR-1121")
    if isinstance(value, (str, list)) and len(value) > LONGEST:
        raise damaged(key, "CR-1122")
    return value


def only(state: dict[str, Any], keys: set[str], part: str) -> None:
    """Refuse entries nobody reads: they would be meaning silently lost."""
    for key in state:
        if key not in keys:
            raise damaged(f"{part}: {key}", "CR-1124")
