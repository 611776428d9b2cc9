"""A column is recognized as what a person would say it is."""

import numpy as np
import pytest

from chainrule.table import read_table


def column(make, cells, **options):
    content = "k,c\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells))
    return read_table(make(content), **options)["c"]


@pytest.mark.parametrize(
    "mark",
    [
        "",
        " ",
        "NA",
        "na",
        "N/A",
        "NaN",
        "nan",
        "?",
        "NULL",
        "null",
        "None",
        "-",
        "--",
        "缺失",
        "无",
        ".",
        "#N/A",
        "#DIV/0!",
    ],
)
def test_numbers_with_a_missing_mark_are_numbers(make, mark):
    found = column(make, ["1.5", mark, "2", "3"])
    assert found.kind == "number" and found.values.dtype == np.float64
    np.testing.assert_array_equal(found.values, [1.5, np.nan, 2, 3])
    assert "1 cells" in found.notes[0]
    assert found.missing().tolist() == [False, True, False, False]


def test_several_marks_in_one_column(make):
    found = column(make, ["1", "NA", " ", "-", "7"])
    np.testing.assert_array_equal(found.values, [1, np.nan, np.nan, np.nan, 7])


@pytest.mark.parametrize("mark", ["-999", "-999.0", "absent"])
def test_the_users_own_marks_are_missing(make, mark):
    found = column(make, ["1", mark, "2.5"], missing=[mark])
    np.testing.assert_array_equal(found.values, [1, np.nan, 2.5])


def test_a_number_as_mark_means_the_value_however_written(make):
    found = column(make, ["1", "-999.0", "-999", "2.5"], missing="-999")
    np.testing.assert_array_equal(found.values, [1, np.nan, np.nan, 2.5])


@pytest.mark.parametrize("mark", ["", "NA", "?", "缺失"])
def test_a_label_column_knows_the_plain_marks(make, mark):
    found = column(make, ["a", mark, "b", "c"])
    assert found.values.tolist() == ["a", None, "b", "c"]
    assert found.kind == "category" and "1 cells" in found.notes[0]


@pytest.mark.parametrize("word", ["None", "无", "-"])
def test_none_is_an_answer_among_labels(make, word):
    assert column(make, ["gravel", word, "paved"]).values.tolist() == ["gravel", word, "paved"]


@pytest.mark.parametrize(
    "pair",
    [("no", "yes"), ("N", "Y"), ("False", "TRUE"), ("否", "是"), ("无", "有"), ("nein", "ja"), ("off", "on")],
)
def test_yes_no_pairs_are_recognized_in_any_order(make, pair):
    from chainrule.table import yes_no

    for order in (pair, pair[::-1]):
        found = column(make, [*order, pair[0]])
        assert found.kind == "yesno"
        assert yes_no(found.levels) == pair
    assert column(make, [pair[0], pair[1], ""]).kind == "yesno"


def test_two_other_labels_are_a_category(make):
    assert column(make, ["male", "female", "male"]).kind == "category"


@pytest.mark.parametrize("cells", [["7", "7", "7"], ["a", "a", "a"], ["", "NA", "?"], ["yes", "yes", "yes"]])
def test_a_column_that_never_changes_is_constant(make, cells):
    assert column(make, cells).kind == "constant"


def test_a_tick_beside_blanks_is_no_constant(make):
    assert column(make, ["x", "", "x", ""]).kind == "category"
    assert column(make, ["1", "", "1", ""]).kind == "number"


def test_whole_numbers_stay_numbers_unless_the_user_says_category(make):
    cells = ["01", "02", "01"]
    assert column(make, cells).kind == "number" and column(make, cells).type == "int"
    found = column(make, cells, kinds={"c": "category"})
    assert found.kind == "category" and found.values.tolist() == cells  # the text itself, zero and all


def test_many_cells_of_text_make_a_category_and_say_so(make):
    found = column(make, [str(i) for i in range(90)] + ["low"] * 10)
    assert found.kind == "category"
    assert "10 of 100" in found.notes[0] and '"low"' in found.notes[0] and "row 92" in found.notes[0]


@pytest.mark.parametrize("cells", [["12%", "7.5%", "3%"], ["$5", "$6", ""], ["1,5 €", "2 €", "3 €"]])
def test_numbers_with_a_sign_are_labels_and_said_to_be(make, cells):
    content = "k;c\n" + "".join(f"{i};{cell}\n" for i, cell in enumerate(cells))
    found = read_table(make(content))["c"]
    assert found.kind == "category" and any(cells[0] in note for note in found.notes)


def test_codes_with_a_plus_are_a_category(make):
    assert column(make, ["1", "2", "3+"] * 5).kind == "category"


def test_spaces_around_a_label_are_not_part_of_it(make):
    found = column(make, [" a", "a ", "b"])
    assert found.values.tolist() == ["a", "a", "b"] and found.levels == ("a", "b")


def test_levels_and_codes_say_the_same_as_values(make):
    found = column(make, ["a", "", "b", "a"])
    levels, codes = found.factor()
    assert [None if c < 0 else levels[c] for c in codes] == found.values.tolist()
    numbers = column(make, ["3", "", "1", "3"])
    levels, codes = numbers.factor()
    assert levels == (1, 3) and all(type(v) is int for v in levels)
    assert codes.tolist() == [1, -1, 0, 1]


def test_digits_beyond_float64_are_said(make):
    found = column(make, ["9007199254740993", "5"])
    assert found.kind == "number" and found.notes


@pytest.mark.parametrize("cell", ["1e5", "-.5", "+3", "5.", "1E-3", "0"])
def test_every_spelling_of_a_number_is_one(make, cell):
    assert column(make, [cell, "12", "13"]).values[0] == float(cell)


def test_table_takes_rows_and_drops_columns(make, refused):
    table = read_table(make("a,b,c\n1,x,2\n3,y,4\n5,x,6\n"))
    part = table.take([2, 0])
    assert part.rows == 2 and part["a"].values.tolist() == [5, 1] and part["b"].values.tolist() == ["x", "x"]
    assert part.row_numbers.tolist() == [4, 2] and part.row(0) == 4
    assert table.take(np.array([False, True, False]))["b"].values.tolist() == ["y"]
    assert table.drop("b").names == ("a", "c") and table.drop(["a", "c"]).names == ("b",)
    assert table.kinds == {"a": "number", "b": "category", "c": "number"}
    assert table.of_kind("number") == ("a", "c") and "b" in table and "z" not in table and len(table) == 3
    with refused("CR-1016", "data.csv", "bb", '"b"'):
        table["bb"]
    with refused("CR-1016", "zzz"):
        table.drop("zzz")
