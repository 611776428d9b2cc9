"""Reads arrays kept by NumPy (.npz, .npy) and MATLAB (.mat): which of them are columns, and where the samples stand."""

import io
import sys
import warnings
import zipfile
from collections import Counter
from typing import Any

import numpy as np

from ..errors import TableError
from ..messages import say
from . import files
from .columns import name_list
from .files import MAT, NPY
from .matlab import TooLarge, unpacked
from .raw import Raw

LARGEST = 1 << 31  # bytes the arrays of a packed file may take


def read_arrays(data: bytes, file: str, kind: str, samples: str | None) -> Raw:
    """The bytes of a file of arrays -> columns. A matrix X becomes X1, X2, …; a vector keeps its name."""
    arrays = load_mat(data, file) if kind == MAT else load_numpy(data, file, kind)
    return columns_of(arrays, file, kind, samples)


def load_numpy(data: bytes, file: str, kind: str) -> dict[str, np.ndarray]:
    try:
        if kind == NPY:
            return {"x": _checked(np.load(io.BytesIO(data), allow_pickle=False))}
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(m.file_size for m in archive.infolist()) > LARGEST:
                raise TableError("CR-3314", file=file, size=LARGEST >> 20)
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            return {name: _checked(found[name]) for name in found.files}
    except TableError:
        raise
    except ValueError as error:
        if "pickle" in str(error).lower() or "object" in str(error).lower():
            raise TableError("CR-3317", file=file) from None
        raise TableError("CR-3318", file=file, kind=kind) from None
    except Exception:  # noqa: BLE001  # broken headers are evaluated by NumPy, and raise what they contain
        raise TableError("CR-3318", file=file, kind=kind) from None


def _checked(array: Any) -> np.ndarray:
    found = np.asarray(array)
    if found.dtype.names is not None or found.dtype.kind in "OV":
        raise ValueError("object")
    if found.dtype.kind == "U" and found.size:
        letters = np.ascontiguousarray(found).reshape(-1).view(found.dtype.str[0] + "u4")
        if letters.max(initial=0) > sys.maxunicode:  # NumPy would make a str of it that Python cannot hold
            raise ValueError("letters")
    return found


def load_mat(data: bytes, file: str) -> dict[str, np.ndarray]:
    """The variables of a .mat file that are numbers, logicals or lists of text; a struct of them is looked into."""
    from scipy.io import loadmat

    most = max(files.LARGEST, files.RATIO * len(data))
    try:
        with warnings.catch_warnings():  # SciPy tells of what it cannot read; so do we, below
            warnings.simplefilter("ignore")
            found = loadmat(
                io.BytesIO(unpacked(data, most)),
                chars_as_strings=True,
                squeeze_me=False,
            )
    except NotImplementedError:
        raise TableError("CR-3300", file=file, what=say("CR-3321")) from None
    except TooLarge:
        raise TableError("CR-3314", file=file, size=most >> 20) from None
    except Exception:  # noqa: BLE001  # a broken file raises what SciPy stumbles over
        raise TableError("CR-3318", file=file, kind="mat") from None
    arrays: dict[str, np.ndarray] = {}
    opaque: list[str] = []
    for name, value in found.items():
        if name.startswith("__"):
            continue
        try:
            _collect(arrays, opaque, name, value)
        except MemoryError:  # a sparse matrix of many empty places
            raise TableError("CR-3314", file=file, size=LARGEST >> 20) from None
    if not arrays and (opaque or "__function_workspace__" in found):
        raise TableError("CR-3319", file=file, names=name_list(opaque) or "-")
    return arrays


def _collect(arrays: dict[str, np.ndarray], opaque: list[str], name: str, value: Any) -> None:
    import scipy.sparse

    if scipy.sparse.issparse(value):
        try:
            value.check_format(full_check=True)  # places outside of it would be written to
        except ValueError:
            opaque.append(name)
            return
        if value.shape[0] * value.shape[1] > LARGEST // 8:
            opaque.append(name)
            return
        value = value.toarray()
    array = np.asarray(value)
    if array.dtype.names is not None and not hasattr(array, "classname"):
        fields = list(array.dtype.names)
        if array.size == 1:  # a struct: its fields are the variables
            for field_name in fields:
                _collect(arrays, opaque, field_name if field_name not in arrays else f"{name}.{field_name}",
                         array.reshape(-1)[0][field_name])  # fmt: skip
            return
        for field_name in fields:  # an array of structs, one to a sample
            cells = [_scalar(record[field_name]) for record in array.reshape(-1)]
            arrays[field_name] = np.array(cells, object)
        return
    if array.dtype.kind == "O":
        cells = [_scalar(cell) for cell in array.reshape(-1)]
        if (
            all(c is not _BAD for c in cells)
            and array.ndim <= 2
            and min(array.shape, default=0) <= 1
            and cells
        ):
            arrays[name] = np.array(cells, object)
        else:
            opaque.append(name)
        return
    if array.dtype.kind in "biuf" or array.dtype.kind == "U" and array.size > 1:
        arrays[name] = array
    elif array.dtype.kind not in "US":
        opaque.append(name)


_BAD = object()


def _scalar(cell: Any) -> Any:
    array = np.asarray(cell)
    if array.size == 0:
        return None
    if array.size == 1 and array.dtype.kind in "biufU":
        value = array.reshape(-1)[0].item()
        return value.rstrip() if isinstance(value, str) else value
    return _BAD


def columns_of(arrays: dict[str, np.ndarray], file: str, kind: str, samples: str | None) -> Raw:
    """Named arrays -> columns: those that share the number of samples, which stand in rows or in columns."""
    shapes: dict[str, tuple[int, int]] = {}
    for name, array in arrays.items():
        if array.ndim == 1 and array.size:
            shapes[name] = (array.shape[0], 0)
        elif array.ndim == 2 and array.size and array.dtype.kind in "biuf":
            shapes[name] = (array.shape[0], array.shape[1])
    many = {n: s for n, s in shapes.items() if max(s) > 1}
    if not many:
        raise TableError("CR-3345", file=file, names=name_list(list(arrays)))
    rows, across = orientation(many, samples)
    used = [n for n, s in many.items() if (s[0] if s[1] == 0 else max(s) if 1 in s else s[across]) == rows]
    left = [n for n in arrays if n not in used]
    notes = []
    turned = [n for n in used if many[n][1] and min(many[n]) > 1 and across]
    if turned and samples is None:
        notes.append(
            say("CR-3357", file=file, names=name_list(turned), rows=rows, columns=many[turned[0]][0])
        )
    elif samples is None and used and all(s[0] == s[1] for n, s in many.items() if n in used and s[1] > 1):
        square = [n for n in used if many[n][1] > 1]
        if square:
            notes.append(say("CR-3358", file=file, names=name_list(square)))
    if left:
        notes.append(say("CR-3359", file=file, names=name_list(left), rows=rows))
    names: list[str] = []
    columns: list[Any] = []
    for name in used:
        array = arrays[name]
        array = array.reshape(-1, 1) if array.ndim == 1 or 1 in array.shape else array.T if across else array
        for j in range(array.shape[1]):
            label = name if array.shape[1] == 1 else f"{name}{j + 1}"
            while label in names:
                label += "_"
            names.append(label)
            columns.append(to_arrow(array[:, j]))
    facts = {"kind": kind, "samples": "columns" if across else "rows", "variables": used}
    return Raw(names, columns, np.arange(1, rows + 1), facts, notes)


def orientation(shapes: dict[str, tuple[int, int]], samples: str | None) -> tuple[int, int]:
    """(number of samples, 1 where they stand in columns else 0).

    A vector tells how many samples there are; else what the matrices share; else there are more samples than variables.
    """
    matrices = [s for s in shapes.values() if s[1] and min(s) > 1]
    vectors = Counter(max(s) for s in shapes.values() if min(s) <= 1)
    if samples is not None:
        across = int(samples == "columns")
        if matrices:
            return Counter(s[across] for s in matrices).most_common(1)[0][0], across
        return vectors.most_common(1)[0][0], across
    flat = any(s[0] == 1 for s in shapes.values())
    if vectors and matrices:
        rows = max(vectors, key=lambda n: (sum(n in s for s in matrices), vectors[n], n))
        first, second = sum(s[0] == rows for s in matrices), sum(s[1] == rows for s in matrices)
        if first or second:
            return rows, int(second > first or second == first and flat)
    if not matrices:
        return vectors.most_common(1)[0][0], int(flat)
    firsts, seconds = Counter(s[0] for s in matrices), Counter(s[1] for s in matrices)
    (a, na), (b, nb) = firsts.most_common(1)[0], seconds.most_common(1)[0]
    if na != nb and len(matrices) > 1:
        return (a, 0) if na > nb else (b, 1)
    return (a, 0) if a >= b else (b, 1)


def _clean(text: str) -> str:
    return text.rstrip().encode("utf-8", "replace").decode()


def to_arrow(values: np.ndarray) -> Any:
    import pyarrow as pa

    if values.dtype.kind == "U":
        return pa.array([_clean(v) for v in values.tolist()], pa.string())
    if values.dtype.kind == "O":
        values = np.array([_clean(v) if isinstance(v, str) else v for v in values.tolist()], object)
        kinds = {type(v) for v in values.tolist() if v is not None}
        return pa.array(values.tolist()) if len(kinds) <= 1 else values.tolist()
    if values.dtype == np.float16 or values.dtype.itemsize > 8:
        values = values.astype(np.float64)
    return pa.array(np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("=")), from_pandas=True)
