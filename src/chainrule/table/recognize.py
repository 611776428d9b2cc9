"""Recognizes what a column is - number, category, yes/no or constant - without a loop over its cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import TableError
from ..messages import say
from . import dates, marks
from .columns import Column, counted, factorize, label_column, show, sort_labels, yes_no
from .raw import Labels, Numbers

BOUND = 1e300  # beyond it a square, and soon a sum, is no float64 any more
EXACT = 2**53
FEW = 10  # up to so many different numbers may be codes for labels
ASKED = ("number", "category", "yesno", "date", "text")


@dataclass(frozen=True)
class Context:
    """What the recognition of one column needs to know."""

    source: str
    row_numbers: np.ndarray  # (n,)
    file: bool  # cells of a text file: their text is no type of the user's
    decimal: str = "."
    missing: tuple[str, ...] = ()  # the user's own marks
    kind: str | None = None  # what the user says it is
    order: str | None = None  # of day and month, in a column of dates


def recognize(name: str, array: Any, context: Context) -> Column:
    """A pyarrow array -> Column."""
    import pyarrow as pa

    if isinstance(array, Numbers):
        if context.kind in (None, "number"):
            return from_numbers(name, array.values, array.type, context)
        array = pa.array(array.values, pa.int64() if array.type == "int" else pa.float64(), from_pandas=True)
    if isinstance(array, Labels):
        return _text(name, array.codes, pa.array(array.levels, pa.large_string()), context)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
        if isinstance(array, pa.ChunkedArray):  # older pyarrow keeps the wrapper
            array = pa.concat_arrays(array.chunks)
    kind, types = array.type, pa.types
    if types.is_null(kind):
        return _all_missing(name, len(array), context)
    if types.is_dictionary(kind):
        inner = kind.value_type
        if types.is_string(inner) or types.is_large_string(inner) or types.is_string_view(inner):
            return _text(name, _codes(array.indices), array.dictionary.cast(pa.large_string()), context)
        if context.kind != "number" and not types.is_null(inner):
            levels = labels_of(array.dictionary, name, context)
            return from_labels(name, levels, _codes(array.indices), "object", context)
        return recognize(name, array.cast(inner), context)
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        array = array.cast(pa.large_string()).dictionary_encode()
        return _text(name, _codes(array.indices), array.dictionary, context)
    numeric = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    if numeric and context.kind == "date":
        return recognize(name, array.cast(pa.int64(), safe=False).cast(pa.string()), context)
    if numeric and context.kind not in ("category", "yesno", "text"):
        return _numbers(name, array, context)
    if types.is_temporal(kind) and context.kind in (None, "date"):
        moments = dates.from_arrow(array)
        if moments is not None:
            zone = say("CR-3361", zone=kind.tz) if types.is_timestamp(kind) and kind.tz else ""
            return from_dates(name, moments, context, (zone,) if zone else ())
        return _numbers(name, _seconds(array), context)
    found, codes = factorize(labels_of(array, name, context))
    notes = (say("CR-1059"),) if types.is_temporal(kind) else ()
    word = "bool" if types.is_boolean(kind) else "int" if types.is_integer(kind) else "object"
    return from_labels(name, found, codes, word, context, notes)


def _seconds(array: Any) -> Any:
    """A duration in seconds."""
    import pyarrow as pa

    per = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[array.type.unit]
    values = np.array(array.cast(pa.int64()).to_numpy(zero_copy_only=False), np.float64)
    return pa.array(values / per, from_pandas=True)


def from_dates(name: str, found: dates.Dates, context: Context, notes: Sequence[str] = ()) -> Column:
    """Dates -> Column of kind date, or constant."""
    said, seconds = list(notes), found.seconds
    missing = int(np.isnan(seconds).sum())
    if missing == len(seconds):
        return _all_missing(name, len(seconds), context)
    if missing:
        said.append(say("CR-1051", count=missing))
    if not missing and context.kind is None and seconds.min() == seconds.max():
        text = dates.show_date(float(seconds[0]), found.type)
        return label_column(name, "constant", (text,), np.zeros(len(seconds), np.int32), "str", said)
    if not found.sure:
        example = dates.show_date(float(seconds[np.flatnonzero(~np.isnan(seconds))[0]]), found.type)
        said.append(say("CR-3360", column=name, order=found.order, text=example,
                        other="mdy" if found.order == "dmy" else "dmy"))  # fmt: skip
    return Column(name, "date", seconds, tuple(said), found.type)


def labels_of(array: Any, name: str, context: Context) -> list[Any]:
    """Arrow values -> Python labels (None = missing); refuses what is no label."""
    import pyarrow as pa

    kind, types = array.type, pa.types
    if types.is_temporal(kind) and not (types.is_duration(kind) or types.is_interval(kind)):
        if types.is_timestamp(kind) and kind.unit == "ns":
            try:  # datetime holds microseconds; a finer label stays text rather than merge with another
                array = array.cast(pa.timestamp("us", kind.tz))
            except pa.ArrowInvalid:
                array = array.cast(pa.string())
        elif types.is_time64(kind):
            array = array.cast(pa.string())
    elif not (
        types.is_boolean(kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_decimal(kind)
        or types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_duration(kind)
    ):
        raise TableError("CR-1020", file=context.source, column=show(name), type=str(kind))
    if types.is_decimal(kind):
        array = array.cast(pa.float64())
    if types.is_duration(kind):
        array = array.cast(pa.int64())
    try:
        found: list[Any] = array.to_pylist()
    except (ValueError, OverflowError, ArithmeticError):  # dates outside of Python's calendar
        found = array.cast(pa.string()).to_pylist()
    return found


def _codes(indices: Any) -> np.ndarray:
    import pyarrow.compute as pc

    codes: np.ndarray = pc.fill_null(indices, -1).to_numpy(zero_copy_only=False)
    return codes.astype(np.int32)


def _numbers(name: str, array: Any, context: Context) -> Column:
    """Cells that are numbers already."""
    import pyarrow as pa

    notes: list[str] = []
    is_int = pa.types.is_integer(array.type)
    if array.null_count == 0 and not pa.types.is_decimal(array.type):
        raw = array.to_numpy(zero_copy_only=False)
        if is_int and len(raw) and max(int(raw.max()), -int(raw.min())) > EXACT:
            notes.append(say("CR-1058"))
        values = raw.astype(np.float64)  # a copy: the user's own memory stays his
    else:
        array = array.cast(pa.float64(), safe=False)
        values = np.array(array.to_numpy(zero_copy_only=False), np.float64)
        if is_int and np.nanmax(np.abs(values), initial=0.0) > EXACT:
            notes.append(say("CR-1058"))
    return from_numbers(name, values, "int" if is_int else "float", context, notes)


def from_numbers(
    name: str, values: np.ndarray, type: str, context: Context, notes: Sequence[str] = ()
) -> Column:
    """float64 with NaN for missing -> Column of kind number, or constant."""
    found = list(notes)
    for mark in context.missing:
        try:
            values[values == float(mark)] = np.nan
        except ValueError:
            continue
    bad = ~(np.abs(values) < BOUND) & ~np.isnan(values)
    if bad.any():
        at = int(np.argmax(bad))
        raise TableError(
            "CR-1013",
            file=context.source,
            column=show(name),
            row=int(context.row_numbers[at]),
            text=repr(float(values[at])),
        )
    missing = int(np.isnan(values).sum())
    if missing == len(values) and context.kind is None:
        return _all_missing(name, len(values), context)
    if missing:
        found.append(say("CR-1050", count=missing))
    if not missing and context.kind is None and values.min() == values.max():
        value = int(values[0]) if type == "int" else float(values[0])
        return label_column(name, "constant", (value,), np.zeros(len(values), np.int32), type, found)
    return Column(name, "number", values, tuple(found), type)


def from_labels(
    name: str,
    levels: Sequence[Any],
    codes: np.ndarray,
    type: str,
    context: Context,
    notes: Sequence[str] = (),
) -> Column:
    """Labels -> Column of kind category, yesno or constant."""
    found = list(notes)
    counts = counted(codes, len(levels))
    if (counts == 0).any():  # a pandas category without rows
        keep = np.flatnonzero(counts)
        place = np.full(len(levels) + 1, -1, np.int32)
        place[keep] = np.arange(len(keep))
        levels, codes = [levels[int(i)] for i in keep], place[codes]
    missing = len(codes) - int(counts.sum())
    if missing == len(codes) and context.kind is None:
        return _all_missing(name, len(codes), context)
    if missing:
        found.append(say("CR-1051", count=missing))
    if context.kind == "yesno":
        if len(levels) != 2:
            raise TableError("CR-1017", file=context.source, column=show(name), count=len(levels))
        kind = "yesno"
    elif context.kind in ("category", "text"):
        kind = context.kind
    elif len(levels) == 1 and not missing:  # one label beside blanks tells something, as a tick does
        kind = "constant"
    else:
        kind = "yesno" if yes_no(levels) is not None else "category"
    if type == "object" and all(isinstance(v, str) for v in levels):
        type = "str"
    return label_column(name, kind, levels, codes, type, found)


def _all_missing(name: str, rows: int, context: Context) -> Column:
    if context.kind in ("number", "date"):
        return Column(name, context.kind, np.full(rows, np.nan), (say("CR-1052"),))
    kind = context.kind if context.kind in ("category", "text") else "constant"
    return label_column(name, kind, (), np.full(rows, -1, np.int32), "object", (say("CR-1052"),))


def _text(name: str, codes: np.ndarray, levels: Any, context: Context) -> Column:
    """Cells of text, (n,) places in an array of the texts: numbers with marks among them, or labels."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(levels)
    low = pc.utf8_lower(trimmed)
    own = pc.is_in(trimmed, pa.array(list(context.missing), pa.large_string()))
    blank = pc.or_(own, pc.is_in(low, pa.array(list(marks.MISSING), pa.large_string())))
    blank_number = pc.or_(blank, pc.is_in(low, pa.array(list(marks.MISSING_NUMBER), pa.large_string())))
    blank, blank_number = _mask(blank), _mask(blank_number)
    counts = counted(codes, len(levels))

    if context.kind in (None, "number"):
        column = _text_numbers(name, trimmed, codes, counts, blank_number, context)
        if column is not None:
            return column
    if context.kind in (None, "date"):
        column = _text_dates(name, trimmed, codes, counts, blank_number, context)
        if column is not None:
            return column
    if context.file:
        labels = trimmed.to_pylist()
    else:  # in a frame the label is the user's, blanks and all
        labels = levels.to_pylist()
    place = np.full(len(labels) + 1, -1, np.int32)
    kept: dict[str, int] = {}
    for i, (label, gone) in enumerate(zip(labels, blank, strict=True)):
        if not gone and counts[i]:
            place[i] = kept.setdefault(label, len(kept))
    notes = []
    if context.kind is None:
        number = _mask(pc.match_substring_regex(trimmed, marks.POINT)) & ~blank
        text = int(counts[~number & ~blank].sum())
        if 5 * int(counts[number].sum()) > text > 0:
            at = int(np.argmax(np.isin(codes, np.flatnonzero(~number & ~blank))))
            notes.append(
                say(
                    "CR-1056",
                    count=text,
                    cells=int(counts[~blank].sum()),
                    row=int(context.row_numbers[at]),
                    text=show(labels[codes[at]]),
                )
            )
        elif (
            not number.any()
            and counts[_mask(pc.match_substring_regex(trimmed, marks.UNIT))].sum() > 0.5 * text
        ):
            at = int(np.argmax((codes >= 0) & ~blank[codes]))
            notes.append(say("CR-1065", text=show(labels[codes[at]])))
        elif number.any() and not text:
            notes.append(say("CR-1057", column=show(name)))
    return from_labels(name, list(kept), place[codes], "str", context, notes)


def _text_dates(
    name: str, trimmed: Any, codes: np.ndarray, counts: np.ndarray, blank: np.ndarray, context: Context
) -> Column | None:
    """The column as dates; None where it is labels; refused where it was to be dates and is not."""
    used = np.flatnonzero((counts > 0) & ~blank)
    texts = trimmed.take(used).to_pylist()
    if context.kind == "date":
        texts = [f"{t[:4]}-{t[4:6]}-{t[6:]}" if len(t) == 8 and t.isdigit() else t for t in texts]
    found = dates.read_dates(texts, context.order)
    if found is None:
        if context.kind == "date" and len(used):
            wrong = next((i for i, t in enumerate(texts) if dates.read_dates([t], context.order) is None), 0)
            at = int(np.argmax(codes == used[wrong]))
            raise TableError(
                "CR-3370", file=context.source, column=show(name), row=int(context.row_numbers[at]),
                text=show(texts[wrong]),
            )  # fmt: skip
        return _all_missing(name, len(codes), context) if context.kind == "date" else None
    values = np.full(len(trimmed) + 1, np.nan)
    values[used] = found.seconds
    seconds = values[codes]
    return from_dates(name, dates.Dates(seconds, found.type, found.order, found.sure), context)


def _mask(array: Any) -> np.ndarray:
    return np.array(array.to_numpy(zero_copy_only=False), bool)


def _text_numbers(
    name: str, trimmed: Any, codes: np.ndarray, counts: np.ndarray, blank: np.ndarray, context: Context
) -> Column | None:
    """The column as numbers; None where it is labels; refused where a little text stands among numbers."""
    import pyarrow.compute as pc

    used = (counts > 0) & ~blank

    def fits(pattern: str) -> np.ndarray:
        return np.asarray(_mask(pc.match_substring_regex(trimmed, pattern)) & used)

    point, infinite = fits(marks.POINT), fits(marks.INFINITE)
    readings = [(point | infinite, False)]
    if context.file or context.kind == "number":
        # the file's decimal mark first, then the other where only that fits the whole column
        commas = (fits(marks.COMMA) | fits(marks.COMMA_GROUPS) | infinite, True)
        points = (point | fits(marks.POINT_GROUPS) | infinite, False)
        readings = [commas, points] if context.decimal == "," else [points, commas]
    best, comma = max(readings, key=lambda reading: int(counts[reading[0]].sum()))
    cells, numbers = int(counts[used].sum()), int(counts[best].sum())
    text = cells - numbers
    if not numbers or not (best & ~infinite).any():
        if context.kind != "number":
            return None
        if not cells:
            return _all_missing(name, len(codes), context)
    distinct = int(best.sum())
    if text:
        many = distinct > FEW or 2 * distinct > numbers
        refuse = text <= max(2, cells // 20) and 2 * text < numbers and many
        if context.kind == "number" or refuse:
            at = int(np.argmax(np.isin(codes, np.flatnonzero(used & ~best))))
            code = "CR-1014" if context.kind == "number" else "CR-1012"
            raise TableError(
                code,
                file=context.source,
                column=show(name),
                row=int(context.row_numbers[at]),
                text=show(trimmed[int(codes[at])].as_py()),
                count=text,
                cells=cells,
            )
        return None
    if not context.file and context.kind is None and distinct <= FEW and not _fractions(trimmed, best):
        return None  # in a frame, text is the user's choice: "0" and "1" stay labels
    level_values = np.full(len(trimmed) + 1, np.nan)
    where = np.flatnonzero(best)
    level_values[where] = _parse(trimmed.take(where), comma)
    values = level_values[codes]
    return from_numbers(
        name,
        values,
        _type(trimmed, best),
        context,
        _reading_notes(trimmed, where, comma, level_values, context),
    )


def _fractions(trimmed: Any, mask: np.ndarray) -> bool:
    import pyarrow.compute as pc

    return bool((_mask(pc.match_substring_regex(trimmed, "[.,eE]")) & mask).any())


def _type(trimmed: Any, mask: np.ndarray) -> str:
    return "float" if _fractions(trimmed, mask) else "int"


def _parse(texts: Any, comma: bool) -> np.ndarray:
    import pyarrow as pa
    import pyarrow.compute as pc

    if comma:
        texts = pc.replace_substring(pc.replace_substring(texts, ".", ""), ",", ".")
    else:
        texts = pc.replace_substring(texts, ",", "")
    texts = pc.replace_substring(texts, "∞", "inf")
    try:
        values: np.ndarray = pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:  # Python reads all that our patterns let through
        values = np.array([float(text) for text in texts.to_pylist()])
    return values


def _reading_notes(
    trimmed: Any, where: np.ndarray, comma: bool, values: np.ndarray, context: Context
) -> list[str]:
    """How the numbers were read, said wherever another reading was thinkable, with an example."""
    import pyarrow.compute as pc

    texts = trimmed.take(where)
    if comma and _mask(pc.match_substring_regex(texts, r"\.")).any():
        code, pattern = "CR-1055", r"\."
    elif comma:
        if context.decimal == ",":  # said once for the whole file
            return []
        code, pattern = "CR-1053", ","
    elif _mask(pc.match_substring_regex(texts, ",")).any():
        code, pattern = "CR-1055", ","
    elif context.decimal == ",":
        code, pattern = "CR-1054", r"\."
    else:
        return []
    mask = _mask(pc.match_substring_regex(texts, pattern))
    if not mask.any():
        return []
    at = int(np.argmax(mask))
    return [say(code, text=texts[at].as_py(), value=f"{values[where[at]]:.15g}")]


def label_order(column: Column) -> list[Any]:
    """The labels of a column that have rows, sorted."""
    levels, codes = column.factor()
    used = np.unique(codes[codes >= 0])
    return sort_labels(levels[i] for i in used)
