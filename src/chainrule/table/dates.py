"""Text, Arrow or Python dates and times -> seconds since 1970-01-01, as the wall clock shows them, and back."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

DAY = 86400.0
# how people write dates: year first; day and month first or second; Chinese; month by name
_TIME = r"(?:(?P<h>\d{1,2})[:时點点](?P<m>\d{2})(?:[:分](?P<s>\d{2}(?:[.,]\d{1,9})?)秒?)?分?\s*(?P<half>[ap]\.?m\.?)?)"
_ZONE = r"\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_REST = r"(?:[\sT]+" + _TIME + _ZONE + r")?\s*$"
YEAR_FIRST = re.compile(r"(?P<y>\d{4})[-/.](?P<a>\d{1,2})[-/.](?P<b>\d{1,2})" + _REST, re.I | re.A)
CHINESE = re.compile(
    r"(?P<y>\d{4})年(?P<a>\d{1,2})月(?:(?P<b>\d{1,2})[日号])?\s*(?:" + _TIME + r")?\s*$", re.A
)
YEAR_LAST = re.compile(
    r"(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4})" + _REST, re.I | re.A
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMED = re.compile(
    r"(?P<a>\d{1,2})[-\s./](?P<b>" + "|".join(MONTHS) + r")[a-z]*\.?[-\s./,]+(?P<y>\d{4})" + _REST,
    re.I | re.A,
)
CLOCK = re.compile(_TIME + r"\s*$", re.I | re.A)
PATTERNS = (YEAR_FIRST, CHINESE, YEAR_LAST, NAMED, CLOCK)
ORDERS = ("dmy", "mdy")


@dataclass(frozen=True)
class Dates:
    """`seconds` (n,) NaN where a text is no date; `type` is "datetime", "date" or "time"."""

    seconds: np.ndarray
    type: str
    order: str = ""  # "dmy" or "mdy" where the day could have been the month
    sure: bool = True  # False: every date could be read in both orders


def is_date(cell: str) -> bool:
    """Whether a text looks like a date or a time of day."""
    return any(pattern.match(cell.strip()) for pattern in PATTERNS)


def read_dates(texts: Sequence[str], order: str | None = None) -> Dates | None:
    """Distinct texts of one column -> their dates; None where they are not all written in one way.

    order: "dmy" or "mdy" for dates such as 3/4/2020; None: what the column itself tells, else month first where
    slashes divide, day first where points or hyphens do.
    """
    if not texts:
        return None
    for pattern in PATTERNS:
        if not pattern.match(texts[0].strip()):
            continue
        found = [pattern.match(text.strip()) for text in texts]
        if not all(found):
            continue
        parts = [m.groupdict() for m in found if m is not None]
        chosen, sure = "", True
        if pattern is YEAR_LAST:
            day_first = any(int(p["a"]) > 12 for p in parts)
            day_second = any(int(p["b"]) > 12 for p in parts)
            if day_first and day_second:
                return None
            sure = day_first or day_second
            chosen = "dmy" if day_first or not day_second and parts[0]["mark"] != "/" else "mdy"
            if order is not None:
                chosen, sure = order, True
        made = np.array([_seconds(p, chosen) for p in parts])
        if np.isnan(made).any():
            return None
        timed = pattern is CLOCK or any(p["h"] is not None for p in parts)
        return Dates(made, "time" if pattern is CLOCK else "datetime" if timed else "date", chosen, sure)
    return None


def _seconds(part: dict[str, Any], order: str) -> float:
    hour, minute = int(part["h"] or 0), int(part["m"] or 0)
    second = float((part["s"] or "0").replace(",", "."))
    half = (part["half"] or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or second >= 61:
        return float("nan")
    clock = hour * 3600 + minute * 60 + second
    if "y" not in part:
        return clock if hour < 24 else float("nan")
    a, b = part["a"], part["b"]
    if order == "dmy":
        a, b = b, a
    if not a.isdigit() or not (b or "1").isdigit():  # 5 Jan 2020
        a, b = str(MONTHS.index(b[:3].lower()) + 1), a
    try:
        day = datetime.date(int(part["y"]), int(a), int(b or 1))
    except ValueError:
        return float("nan")
    return (day.toordinal() - 719163) * DAY + clock


def from_arrow(array: Any) -> Dates | None:
    """An Arrow array of dates, timestamps or times -> Dates with NaN for missing; None for a duration."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind, types = array.type, pa.types
    if types.is_duration(kind) or types.is_interval(kind):
        return None
    if types.is_timestamp(kind):
        if kind.tz is not None:
            array = pc.local_timestamp(array)
        per = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit]
        seconds = _floats(array.cast(pa.int64())) / per
        whole = bool(np.all(np.nan_to_num(seconds) % DAY == 0))
        return Dates(seconds, "date" if whole else "datetime")
    if types.is_date(kind):
        days = _floats(array.cast(pa.date32()).cast(pa.int32()))
        return Dates(days * DAY, "date")
    per = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit]
    wide = pa.int32() if types.is_time32(kind) else pa.int64()
    return Dates(_floats(array.cast(wide)) / per, "time")


def _floats(array: Any) -> np.ndarray:
    return np.array(array.to_numpy(zero_copy_only=False), np.float64)


def show_date(seconds: float, type: str) -> str:
    """Seconds -> the date as text: 2020-01-31, 2020-01-31 12:30:00 or 12:30:00."""
    if seconds != seconds:
        return ""
    clock = seconds % DAY
    whole, rest = divmod(round(clock * 1e6), 1_000_000)
    text = f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    text += f".{rest:06d}".rstrip("0") if rest else ""
    if type == "time":
        return text
    number = int(seconds // DAY) + 719163
    if not 1 <= number <= 3652059:
        return str(np.datetime64(int(seconds // DAY), "D"))
    day = datetime.date.fromordinal(number).isoformat()
    return day if type == "date" else f"{day} {text}"
