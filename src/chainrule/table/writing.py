"""Writes columns as CSV: whole or not at all."""

import contextlib
import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..errors import TableError
from ..messages import because
from .columns import Column, Table, is_missing, show
from .dates import show_date


def write_csv(
    path: str | os.PathLike[str],
    columns: Table | Iterable[Column] | Mapping[str, Any],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> None:
    """A table, columns or {name: values} -> CSV. Numbers read back to the same bits."""
    target = os.fspath(path)
    file = os.path.basename(target) or target
    text = csv_text(columns, file=file, delimiter=delimiter)
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError as error:
        bad = error.object[error.start : error.start + 20]
        raise TableError("CR-1032", file=file, text=show(bad), encoding=encoding) from None
    except LookupError:
        raise TableError("CR-1006", file=file, encoding=show(encoding)) from None
    write_whole(target, data)


def csv_text(
    columns: Table | Iterable[Column] | Mapping[str, Any], *, file: str = "", delimiter: str = ","
) -> str:
    """The same as text; `file` is its name in a refusal."""
    if isinstance(columns, Mapping):
        parts = [
            (str(name), list(cells(np.asarray(values, None), "float"))) for name, values in columns.items()
        ]
    else:
        given = columns.columns if isinstance(columns, Table) else columns
        parts = [(c.name, list(cells(c.values, c.type))) for c in given]
    rows = len(parts[0][1]) if parts else 0
    for name, values in parts:
        if len(values) != rows:
            raise TableError("CR-1019", file=file, column=show(name), found=len(values), expected=rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow([name for name, _ in parts])
    writer.writerows(zip(*(values for _, values in parts), strict=True))
    return text.getvalue()


def csv_rows(columns: Mapping[str, list[Any]]) -> str:
    """Columns of mixed values -> CSV; nothing for what is missing."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if is_missing(v) else v for v in row] for row in zip(*columns.values(), strict=True))
    return text.getvalue()


def cells(values: np.ndarray, type: str) -> Iterable[str]:
    """Values as text: shortest digits that read back to the same number, nothing for missing."""
    if type in ("date", "time", "datetime") and values.dtype.kind == "f":
        yield from (show_date(value, type) for value in values.tolist())
        return
    for value in values.tolist():
        if is_missing(value):
            yield ""
        elif isinstance(value, float) and type == "int" and value.is_integer() and abs(value) < 2**63:
            yield str(int(value))
        elif isinstance(value, bytes):
            yield value.decode("utf-8", "backslashreplace")
        else:
            yield str(value)


def write_whole(path: str, data: bytes) -> None:
    """Bytes -> file: written beside its place, then moved there, so a full disk leaves the old file whole."""
    temporary = ""
    try:
        if os.path.isdir(path):
            raise IsADirectoryError(21, os.strerror(21))
        if os.path.exists(path) and not os.path.isfile(
            path
        ):  # a device or pipe is written to, never replaced
            with open(path, "wb") as stream:
                stream.write(data)
            return
        path = os.path.realpath(path)  # a link stays a link
        folder = os.path.dirname(path)
        descriptor, temporary = tempfile.mkstemp(prefix=".chainrule-", dir=folder)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        mode = os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except (OSError, ValueError) as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        reason = because(error)
        raise TableError("CR-1031", file=show(path, 400), reason=reason) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
