"""Takes frames apart: pandas, polars, pyarrow, dicts and NumPy arrays become named Arrow arrays."""

import datetime
import decimal
import numbers
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import TableError
from .columns import Column, factorize, is_missing, show
from .recognize import Context, from_labels, from_numbers, recognize

BITS = 996  # 2**996 is below 1e300
LABELS = (str, bool, int, float, bytes, datetime.date, datetime.time)


def columns_of(source: Any) -> tuple[list[str], list[Any], int]:
    """A frame -> (names, one Arrow array or list of Python values per column, rows)."""
    if isinstance(source, np.ndarray):
        parts = numpy_columns(source)
    elif isinstance(source, Mapping):
        parts = [(str(name), values) for name, values in source.items()]
    else:
        parts = frame_columns(source)
    names = [name for name, _ in parts]
    arrays = [to_arrow(name, values) for name, values in parts]
    rows = len(arrays[0]) if arrays else 0
    for name, array in zip(names, arrays, strict=True):
        if len(array) != rows:
            raise TableError("CR-1019", file="frame", column=show(name), found=len(array), expected=rows)
    return names, arrays, rows


def numpy_columns(array: np.ndarray) -> list[tuple[str, Any]]:
    if array.dtype.names is not None and array.ndim == 1:
        return [(name, array[name]) for name in array.dtype.names]
    if array.ndim == 1:
        return [("x1", array)]
    if array.ndim != 2:
        raise TableError("CR-1018", type=show(f"numpy array with {array.ndim} dimensions"))
    return [(f"x{j + 1}", array[:, j]) for j in range(array.shape[1])]


def frame_columns(source: Any) -> list[tuple[str, Any]]:
    import narwhals as nw

    if nw.dependencies.is_pandas_dataframe(
        source
    ):  # by place: pandas allows equal names and names of any type
        return [(str(name), source.iloc[:, j]) for j, name in enumerate(source.columns)]
    if nw.dependencies.is_pandas_series(source):
        return [("x1" if source.name is None else str(source.name), source)]
    if nw.dependencies.is_pyarrow_table(source):
        return [(str(name), source.column(j)) for j, name in enumerate(source.column_names)]
    try:
        frame: Any = nw.from_native(source, allow_series=True)
        if isinstance(frame, nw.LazyFrame):
            frame = frame.collect()
        if isinstance(frame, nw.Series):
            return [(frame.name or "x1", frame)]
        return [(str(name), frame.get_column(name)) for name in frame.columns]
    except TypeError:
        raise TableError("CR-1018", type=type(source).__name__) from None


def to_arrow(name: str, values: Any) -> Any:
    """A column of any origin -> Arrow array, or a list of Python values where Arrow has no type for it."""
    import narwhals as nw
    import pyarrow as pa

    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values
    if isinstance(values, nw.Series):
        values = values.to_native()
    series = hasattr(values, "iloc") or hasattr(values, "to_arrow")
    if isinstance(values, (str, bytes, Mapping)) or not (series or hasattr(values, "__len__")):
        raise TableError("CR-1018", type=show(f"column {name} of type {type(values).__name__}"))
    if not series and not isinstance(values, np.ndarray):
        values = list(values)
        if any(isinstance(v, np.generic) for v in values):
            values = [v.item() if isinstance(v, np.generic) else v for v in values]
    if isinstance(values, np.ndarray) and values.ndim != 1:
        raise TableError(
            "CR-1020", file="frame", column=show(name), type=show(f"{values.ndim}-dimensional array")
        )
    try:
        if isinstance(values, np.ndarray) and values.dtype.kind in "US":
            return pa.array(values.tolist())
        if hasattr(values, "to_arrow"):
            return values.to_arrow()
        if isinstance(values, np.ndarray):
            values = np.ascontiguousarray(values)
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, OverflowError, TypeError, ValueError, UnicodeError):
        return list(values.tolist() if isinstance(values, np.ndarray) else values)


def recognize_any(name: str, values: list[Any], context: Context) -> Column:
    """Python values of mixed types -> Column; each label keeps its type."""
    import pyarrow as pa

    cells: list[Any] = []
    for i, value in enumerate(values):
        value = plain(value)
        if not (value is None or isinstance(value, LABELS)):
            raise TableError("CR-1020", file=context.source, column=show(name), type=type(values[i]).__name__)
        if isinstance(value, int) and value.bit_length() > BITS:  # not even printable beyond 4300 digits
            raise TableError(
                "CR-1013",
                file=context.source,
                column=show(name),
                row=i + 1,
                text=f"2**{value.bit_length() - 1}…",
            )
        cells.append(None if is_missing(value) else value)
    present = [v for v in cells if v is not None]
    numeric = bool(present) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in present)
    if numeric and context.kind in (None, "number"):
        floats = np.array([np.nan if v is None else to_float(v) for v in cells])
        return from_numbers(name, floats, "float", context)
    if context.kind == "number" or all(isinstance(v, str) for v in present):
        texts = [None if v is None else str(int(v) if isinstance(v, bool) else v) for v in cells]
        texts = [t if t is None else t.encode("utf-8", "replace").decode() for t in texts]
        return recognize(name, pa.array(texts, pa.large_string()), context)
    levels, codes = factorize(cells)
    return from_labels(name, levels, codes, "object", context)


def plain(value: Any) -> Any:
    """NumPy and pandas scalars -> Python's; pandas.NA and NaT -> None."""
    if isinstance(value, np.generic):
        value = value.item()
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, decimal.Decimal) or (
        isinstance(value, numbers.Rational) and not isinstance(value, (int, bool))
    ):
        return to_float(value)
    return value


def to_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer of more than 308 digits; refused by its size, with row and column
        return float("inf") if value > 0 else float("-inf")
    except ValueError:  # Decimal's signaling NaN
        return float("nan")
