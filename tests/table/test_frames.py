"""The same data in any frame are the same table, and labels keep the type the user gave them."""

import datetime
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from chainrule.table import read_table

DATA = {
    "n": [1.5, None, 3.0, 4.0],
    "i": [3, 1, 2, 3],
    "s": ["a", "b", None, "a"],
    "b": [True, False, True, True],
}


@pytest.mark.parametrize(
    "make", [dict, pd.DataFrame, pl.DataFrame, pa.table, lambda d: pl.DataFrame(d).lazy()]
)
def test_every_frame_gives_the_same_table(make):
    table = read_table(make(DATA))
    assert table.kinds == {"n": "number", "i": "number", "s": "category", "b": "yesno"}
    np.testing.assert_array_equal(table["n"].values, [1.5, np.nan, 3, 4])
    np.testing.assert_array_equal(table["i"].values, [3, 1, 2, 3])
    assert table["s"].values.tolist() == ["a", "b", None, "a"]
    assert table["b"].values.tolist() == DATA["b"] and type(table["b"].values[0]) is bool
    assert table["i"].type == "int" and table["b"].type == "bool" and table["s"].type == "str"
    assert table.row_numbers.tolist() == [1, 2, 3, 4] and table.source == "frame"


def test_arrays_get_names_by_place():
    table = read_table(np.array([[1.0, 2], [3, 4]]))
    assert table.names == ("x1", "x2") and table["x2"].values.tolist() == [2, 4]
    assert read_table(np.array([1.0, 2])).names == ("x1",)
    structured = np.array([(1.0, "a"), (2.0, "b")], dtype=[("v", "f8"), ("w", "U5")])
    assert read_table(structured).kinds == {"v": "number", "w": "category"}
    assert read_table(np.array([[1, "a"], [2, "b"]], object)).kinds == {"x1": "number", "x2": "category"}
    assert read_table(np.array([["x", "a"], ["y", "b"]])).kinds == {"x1": "category", "x2": "category"}


def test_reading_does_not_change_or_share_the_users_memory():
    x = np.array([[1.0, 2], [-999, 4]])
    table = read_table(x, missing=["-999"])
    assert np.isnan(table["x1"].values[1]) and x[1, 0] == -999
    table["x2"].values[0] = 77
    assert x[0, 1] == 2


def test_pandas_types_are_understood():
    frame = pd.DataFrame(
        {
            "nullable": pd.array([1, None, 3], "Int64"),
            "flag": pd.array([True, None, False], "boolean"),
            "cat": pd.Categorical([10, 20, 10], categories=[10, 20, 30]),
            "word": pd.Categorical(["u", "v", None]),
            "text": pd.array(["a", None, "b"], "string"),
            "when": pd.to_datetime(["2020-01-01", "2020-01-02", None]),
            7: [1, 2, 3],
        }
    )
    table = read_table(frame)
    assert table.names[-1] == "7"
    np.testing.assert_array_equal(table["nullable"].values, [1, np.nan, 3])
    assert table["flag"].values.tolist() == [True, None, False] and table["flag"].kind == "yesno"
    assert table["cat"].values.tolist() == [10, 20, 10] and table["cat"].kind == "category"
    assert table["cat"].levels == (10, 20)  # the empty category is no level
    assert table["word"].values.tolist() == ["u", "v", None]
    assert table["text"].values.tolist() == ["a", None, "b"]
    assert table["when"].kind == "date"
    np.testing.assert_array_equal(table["when"].values, [1577836800.0, 1577923200.0, np.nan])
    labels = read_table(frame, kinds={"when": "category"})["when"]
    assert labels.values.tolist() == [datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 2), None]


def test_labels_of_mixed_types_stay_apart():
    values = [1, "1", True, 2.5, None, b"x", 1]
    column = read_table({"k": range(7), "c": np.array(values, object)})["c"]
    assert column.kind == "category"
    assert [(type(v), v) for v in column.values] == [(type(v), v) for v in values]


def test_python_numbers_of_any_kind_are_numbers():
    from fractions import Fraction

    values = [1, 2.5, decimal.Decimal("3.25"), Fraction(1, 4), np.float32(0.5), np.int8(7), None, pd.NA]
    column = read_table({"c": np.array(values, object)})["c"]
    np.testing.assert_array_equal(column.values, [1, 2.5, 3.25, 0.25, 0.5, 7, np.nan, np.nan])


def test_huge_integers_are_refused_and_not_wrapped(refused):
    with refused("CR-1013", '"c"', "2"):
        read_table({"c": [1, 10**400]})
    with refused("CR-1013", '"c"', "3"):
        read_table({"c": ["a", 1, -(10**6000)]})
    assert read_table({"c": [1, 2**70]})["c"].values[1] == 2.0**70


def test_text_numbers_in_a_frame_are_numbers_only_where_that_is_plain():
    few = read_table({"c": ["0", "1", "1", "0"]})["c"]
    assert few.kind == "category" and few.values.tolist() == ["0", "1", "1", "0"] and few.notes
    assert read_table({"c": ["0", "1", "1", "0"]}, kinds={"c": "number"})["c"].kind == "number"
    charges = [f"{i}.25" for i in range(30)]
    charges[3] = " "
    column = read_table({"c": charges})["c"]
    assert column.kind == "number" and np.isnan(column.values[3]) and column.notes


def test_infinite_values_in_a_frame_name_the_row(refused):
    with refused("CR-1013", '"b"', "3", "inf"):
        read_table(pd.DataFrame({"a": [1, 2, 3], "b": [1.0, 2.0, np.inf]}))


def test_asked_kinds_hold_in_frames():
    table = read_table(
        {"a": [1, 2, 1], "b": [0, 1, 1], "c": [1.0, 2.0, 3.0]}, kinds={"a": "category", "b": "yesno"}
    )
    assert table["a"].values.tolist() == [1, 2, 1] and type(table["a"].values[0]) is int
    assert table["b"].kind == "yesno"


def test_all_missing_columns_are_constant_in_every_frame():
    for values in ([None, None], [np.nan, np.nan], ["", "NA"]):
        column = read_table({"a": [1, 2], "c": values})["c"]
        assert column.kind == "constant" and column.notes and column.missing().all()


def test_narrow_and_odd_dtypes_read():
    for dtype in ("float16", "float32", "int8", "uint64", ">f8", "bool"):
        table = read_table({"a": np.array([0, 1, 1], dtype)})
        assert [float(v) for v in table["a"].values] == [0, 1, 1]
    assert read_table(np.asfortranarray(np.arange(6.0).reshape(3, 2)))["x2"].values.tolist() == [1, 3, 5]
