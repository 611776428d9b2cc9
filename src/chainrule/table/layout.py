"""The first rows of a sheet or text -> which are titles, which holds the names, which the units, where data begins."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

FIRST = 40  # rows looked at
_BASE = (
    "m mm cm dm km um μm µm nm in inch ft kg g mg t ton lb s sec ms us μs µs ns min h hr d day days hz khz mhz ghz rpm "
    "r v mv kv a ma ka w kw mw gw va kva var ohm ω kω mω f uf μf nf pf h mh pa kpa mpa gpa hpa bar mbar psi atm k c °c "
    "℃ °f ℉ f ° deg rad n kn mn j kj mj gj cal kcal kwh wh mol mmol l ml ul μl dl cd lm lx db dba ppm ppb pct % ‰ %rh "
    "rh usd eur cny rmb yuan $ € ¥ 元 万元 亿元 米 毫米 厘米 千米 公里 千克 公斤 克 吨 秒 分 小时 天 年 月 个 次 人 "
    "度 摄氏度 帕 千帕 兆帕 牛 伏 安 瓦 千瓦 升 毫升 转 pcs count vol wt "
    "hv hb hbw hra hrb hrc hl sh"
)
UNITS = frozenset(_BASE.split())
NO_UNIT = frozenset(("", "-", "--", "—", "/", "1", "[-]", "(-)", "none", "无", "无量纲", "n/a", "[]", "()"))


@dataclass(frozen=True)
class Layout:
    """Row numbers from 0 within the rows given; `header` is -1 where there is none."""

    header: int
    units: int  # -1: no row of units
    body: int  # the first row of data

    @property
    def titles(self) -> int:
        """How many rows stand above the table."""
        first = [i for i in (self.header, self.units, self.body) if i >= 0]
        return min(first)


def is_unit(cell: str) -> bool:
    """Whether a cell names a unit, such as mm, [kg/m³] or (°C)."""
    text = cell.strip()
    inside = re.fullmatch(r"[\[(（【]\s*(.{0,24}?)\s*[\])）】]", text)
    body = (inside[1] if inside else text).casefold()
    if not body or len(body) > 24:
        return False
    parts = [p for p in re.split(r"[/·*×.^\s()²³⁻¹⁰-⁹0-9-]+", body) if p]
    if not parts:
        return False
    return all(p in UNITS for p in parts) or bool(inside) and len(body) <= 12


def recognize_layout(
    rows: Sequence[Sequence[str]], header: bool | None, is_value: Callable[[str], bool],
    recognize_header: Callable[[list[list[str]]], bool],
) -> Layout:  # fmt: skip
    """Rows of cells ("" is empty) -> where things stand.

    A title is a row with at most half of the table's cells above a row that fills it. `is_value` tells numbers and
    dates from words.
    """
    filled = [[j for j, cell in enumerate(row) if cell.strip()] for row in rows]
    if not any(filled):
        return Layout(-1, -1, 0)
    width = max(map(len, filled))
    start = 0
    if width >= 2:
        for i in range(min(FIRST, len(rows) - 1)):
            few = len(filled[i]) <= (1 if width <= 3 else width // 2)
            later = any(len(f) >= 0.8 * width for f in filled[i + 1 : FIRST])
            if not few or not later or _data_row(rows[i], filled[i], is_value) and len(filled[i]) > 1:
                break
            start = i + 1
    while start < len(rows) - 1 and not filled[start]:
        start += 1
    if header is False:
        return Layout(-1, -1, start)
    rest = [list(row) for row in rows[start:]]
    if len(rest) >= 3 and _units(rest[0], rest[2:], is_value) and _words(rest[1], is_value):
        return Layout(start + 1, start, start + 2)
    named = _named_above_units(rest, is_value)
    if header is None and not named and not recognize_header(rest):
        return Layout(-1, -1, start)
    return Layout(start, start + 1, start + 2) if named else Layout(start, -1, start + 1)


def _named_above_units(rest: list[list[str]], is_value: Callable[[str], bool]) -> bool:
    return len(rest) >= 3 and _words(rest[0], is_value) and _units(rest[1], rest[2:], is_value, True)


def _data_row(row: Sequence[str], filled: list[int], is_value: Callable[[str], bool]) -> bool:
    """More values than words: a row of data with gaps, not a title."""
    return 2 * sum(is_value(row[j]) for j in filled) > len(filled)


def _words(row: Sequence[str], is_value: Callable[[str], bool]) -> bool:
    cells = [cell for cell in row if cell.strip()]
    return bool(cells) and not any(is_value(cell) for cell in cells)


def _units(row: Sequence[str], body: Sequence[Sequence[str]], is_value: Callable[[str], bool],
           named: bool = False) -> bool:  # fmt: skip
    """Whether a row holds units: over the columns of numbers below it stand units or nothing, and one is clear.

    Below a row of names a unit nobody knows passes beside two that are clear: as data it would be a word among numbers.
    """
    if any(is_value(cell) and cell.strip() not in NO_UNIT for cell in row):
        return False
    clear = strange = 0
    for j, cell in enumerate(row):
        below = [r[j] for r in body if j < len(r) and r[j].strip()]
        number = bool(below) and 2 * sum(is_value(c) for c in below) > len(below)
        if not number:
            continue
        if cell.strip().casefold() in NO_UNIT:
            continue
        if is_unit(cell):
            clear += 1
        elif named and len(cell.strip()) <= 12:
            strange += 1
        else:
            return False
    return clear > 0 and clear >= 2 * strange
