"""Whatever bytes a file holds, it is a table or a TableError, and quickly."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.errors import TableError
from chainrule.messages import set_language
from chainrule.table import read_table, write_csv

SEEDS = (
    b"a,b,c\n1,x,2.5\n2,y,3.5\n3,x,4\n",
    b'a;b\n1,5;"x;\ny"\n2,5;z\n3;"q ""r"""\n',
    "名,值\n甲,是\n乙,否\n".encode("gbk"),
    b"a b c\n1 2 3\n 4  5 6\n",
    "a\tb\n1\t2\nx\t3\n".encode("utf-16"),
    b"a,b\n2020-01-01,12:30\n2020-01-02,13:00\n",
    b"'a','b'\n'x','y'\n'z',1\n",
)
TOKENS = (
    b'"',
    b"'",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xfe",
    b"\xef\xbb\xbf",
    b" ",
    b"inf",
    b"nan",
    b"1e999",
    b"1,5",
    b"1.234,5",
    b"-",
    b"NA",
    b"0x1F",
    b"9" * 400,
    b'""',
    b"sep=;\n",
    b"{0}",
    b"%s",
    b"true",
    b"\x1a",
    b"\xe2\x88\x9e",
    b"\xe9",
    b"\xb0\xa1",
    b"2020-01-01",
)


def mutate(rng):
    data = bytearray(rng.choice(SEEDS))
    for _ in range(rng.randrange(1, 10)):
        at, kind = rng.randrange(len(data) + 1), rng.random()
        if kind < 0.6:
            data[at:at] = rng.choice(TOKENS)
        elif kind < 0.8:
            del data[at : at + rng.randrange(1, 9)]
        else:
            data[at : at + 1] = bytes([rng.randrange(256)])
    return bytes(data)


def read_or_refuse(path, **options):
    try:
        table = read_table(path, **options)
    except TableError as error:
        for language in ("en", "zh"):
            set_language(language)
            try:
                assert error.code in str(error)
            finally:
                set_language("en")
        return None
    assert table.rows > 0
    for column in table.columns:
        assert len(column.values) == table.rows
        if column.kind == "number":
            assert not np.isinf(column.values).any()
        levels, codes = column.factor()
        assert codes.min() >= -1 and codes.max() < max(len(levels), 1)
    assert (np.diff(table.row_numbers) > 0).all()
    return table


@pytest.mark.parametrize("seed", range(4))
def test_mutated_files_are_tables_or_table_errors(tmp_path, seed):
    rng = random.Random(seed)
    path, outcomes = tmp_path / "f.csv", set()
    for _ in range(300):
        path.write_bytes(mutate(rng))
        table = read_or_refuse(path)
        outcomes.add(table is not None)
        if table is not None:
            write_csv(tmp_path / "g.csv", table)
    assert outcomes == {True, False}


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_table_or_a_table_error(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    read_or_refuse(path)
    read_or_refuse(path, encoding="latin-1", delimiter=",", header=False)


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=4),
    st.binary(max_size=3),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.decimals(),
    st.complex_numbers(),
    st.lists(st.integers(), max_size=2),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=6), st.sampled_from([None, "number", "category", "yesno"]))
def test_any_python_cells_are_a_column_or_a_table_error(cells, kind):
    kinds = {"c": kind} if kind else None
    read_or_refuse({"c": cells}, kinds=kinds)
    array = np.empty(len(cells), object)
    array[:] = cells
    read_or_refuse({"c": array}, kinds=kinds)
