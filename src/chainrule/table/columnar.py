"""Reads Parquet and Arrow (Feather) files, whose columns have types already."""

from typing import Any

import numpy as np

from ..errors import TableError
from .columns import show
from .files import PARQUET
from .raw import Raw


def read_columnar(data: bytes, file: str, kind: str) -> Raw:
    """The bytes of a Parquet or Arrow file -> its columns; an index pandas kept beside them is left out."""
    table = arrow_table(data, file, kind)
    names = [str(name) for name in table.column_names]
    keep = [j for j, name in enumerate(names) if not name.startswith("__index_level_")]
    if not keep or not table.num_rows:
        raise TableError("CR-1021", file=file, columns=len(keep), rows=table.num_rows)
    columns = [table.column(j) for j in keep]
    return Raw([names[j] for j in keep], columns, np.arange(1, table.num_rows + 1), {"kind": kind})


def arrow_table(data: bytes, file: str, kind: str) -> Any:
    import pyarrow as pa

    try:
        if kind == PARQUET:
            import pyarrow.parquet as pq

            table = pq.ParquetFile(pa.BufferReader(data)).read()
        else:
            table = pa.ipc.open_file(pa.BufferReader(data)).read_all()
        table.validate(full=True)
        return table
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        OverflowError,
        MemoryError,
        KeyError,
        IndexError,
    ) as error:
        reason = show(str(error).splitlines()[0] if str(error) else type(error).__name__, 160)
        raise TableError("CR-3349", file=file, reason=reason) from None
