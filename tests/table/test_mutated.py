"""Mutated files of every kind, models among them: a table, a model or a sentence. `make check-fuzz` judges 100 000."""

from pathlib import Path

import fuzz


def test_mutated_files_are_read_or_refused_with_a_sentence(tmp_path: Path) -> None:
    found = fuzz.run(240, 5, tmp_path, timed=False)
    assert sum(found.values()) == 240 and 20 < found["read"] < 220 and len(found) > 10


def test_a_matlab_file_is_checked_before_scipy_reads_it(tmp_path: Path) -> None:
    """SciPy follows a tag that points elsewhere out of memory; whatever stands there, this reader says a sentence."""
    import io
    import random

    import numpy as np
    import pytest
    import scipy.io
    import scipy.sparse

    from chainrule.errors import TableError
    from chainrule.table import matlab, read_table

    held = {
        "a": np.arange(6.0).reshape(3, 2), "n": np.int8([[1], [2], [3]]), "t": np.array(["abc", "de", "f"]),
        "cell": np.array([[1, "x"]], object), "s": {"f": np.ones(3), "g": "hi"}, "z": np.ones((2, 2)) * 1j,
        "sparse": scipy.sparse.csc_matrix(np.eye(3)), "e": np.zeros((0, 3)), "u": "größe",
    }  # fmt: skip
    for packed in (False, True):
        file = io.BytesIO()
        scipy.io.savemat(file, held, do_compression=packed)
        whole, data = scipy.io.loadmat(io.BytesIO(matlab.unpacked(file.getvalue(), 1 << 20))), file.getvalue()
        plain = scipy.io.loadmat(io.BytesIO(data))
        assert all(str(whole[name]) == str(plain[name]) for name in held)
        rng = random.Random(3)
        for _ in range(300):
            spoilt = bytearray(data)
            for _ in range(rng.choice((1, 1, 3))):
                spoilt[rng.randrange(128, len(spoilt))] = rng.choice((0, 1, 5, 14, 15, 127, 255))
            path = tmp_path / "f.mat"
            path.write_bytes(bytes(spoilt))
            try:
                read_table(path)
            except TableError as error:
                assert str(error)
    with pytest.raises(matlab.TooLarge):  # a bomb
        file = io.BytesIO()
        scipy.io.savemat(file, {"a": np.zeros((1000, 100))}, do_compression=True)
        matlab.unpacked(file.getvalue(), 1 << 16)


def test_a_number_too_large_for_any_float_is_refused_with_its_row(tmp_path: Path) -> None:
    import zipfile

    import openpyxl
    import pytest

    from chainrule.errors import TableError
    from chainrule.table import read_table

    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, 2], [123454321, 3], [2, 4]):
        book.active.append(row)
    book.save(tmp_path / "small.xlsx")
    with zipfile.ZipFile(tmp_path / "small.xlsx") as old, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"123454321", b"9" * 400))
    with pytest.raises(TableError, match="CR-1013"):
        read_table(tmp_path / "t.xlsx")
