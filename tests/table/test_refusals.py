"""Bad input gets a sentence with file, column, row and remedy, in both languages, and nothing else."""

import numpy as np
import pytest

from chainrule.errors import TableError
from chainrule.table import read_table, require_rows


def test_a_missing_file_names_the_folder(tmp_path, refused):
    with refused("CR-1001", "nothing.csv", tmp_path, kind=TableError):
        read_table(tmp_path / "nothing.csv")


def test_a_folder_is_no_table(tmp_path, refused):
    with refused("CR-1002", tmp_path):
        read_table(tmp_path)


def test_an_unreadable_file_says_why(make, refused, monkeypatch):
    path = make("a,b\n1,2\n")

    def locked(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", locked)  # root may read what chmod forbids
    with refused("CR-1003", path, "permission denied"):
        read_table(path)


def test_a_name_no_file_can_have_says_why(refused):
    with refused("CR-1003"):
        read_table("a\0b.csv")


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"  \n\t\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1a", b"sep=;\n"]
)
def test_an_empty_file_is_refused(make, refused, content):
    with refused("CR-1004", "data.csv"):
        read_table(make(content))


@pytest.mark.parametrize("content", ["a,b,c\n", "a,b,c", "a,b,c\n\n\n"])
def test_a_header_without_data_is_refused(make, refused, content):
    with refused("CR-1005", "data.csv", "3", "header=False"):
        read_table(make(content))


def test_a_first_line_without_end_is_refused_at_once(make, refused):
    with refused("CR-1035", "data.csv"):
        read_table(make(b"1," * (1 << 23) + b"1"))


def test_a_wide_table_is_read_as_any_other(make):
    width = 4000
    head = ";".join(f"column{j}" + "_" * 30 for j in range(width))
    row = ";".join(["1,5", "2,5"] * (width // 2))
    table = read_table(make(f"{head}\n{row}\n{row[2:]},5\n".replace(",5,5", ",5")))
    assert len(table.columns) == width and table.columns[-1].values[0] == 2.5


def test_a_long_run_of_spaces_is_read_in_linear_time(make):
    table = read_table(make("a" + " " * 400_000 + "b\n1" + " " * 400_000 + "2\n3 4 \n"))
    assert table["b"].values.tolist() == [2, 4]


def test_one_row_reads_and_the_caller_may_ask_for_more(make, refused):
    table = read_table(make("a,b\n1,2\n"))
    assert table.rows == 1
    require_rows(table, 1)
    with refused("CR-1022", "data.csv", "1", "10"):
        require_rows(table, 10)


@pytest.mark.parametrize("name", ["klingon", "zlib", "rot13", "undefined", "\0", "utf-8\0"])
def test_an_unknown_encoding_is_refused(make, refused, name):
    with refused("CR-1006", "utf-8"):
        read_table(make("a,b\n1,2\n"), encoding=name)


def test_a_wrong_encoding_names_the_row(make, refused):
    with refused("CR-1007", "data.csv", "3", "utf-8"):
        read_table(make("a,b\nx,1\né,2\n", "latin-1"), encoding="utf-8")
    with refused("CR-1007", "data.csv", "2", "ascii"):
        read_table(make("a,b\né,2\n"), encoding="ascii")
    with refused("CR-1007", "data.csv", "utf-16"):
        read_table(make("a,b\n1,2\nx".encode("utf-16-le")[:-1]), encoding="utf-16-le")


def test_a_nul_byte_names_the_row(make, refused):
    with refused("CR-1008", "data.csv", "3", "utf-16-le"):
        read_table(make(b"a,b\n1,2\n3,\0\n"))
    with refused("CR-1008", "data.csv"):
        read_table(make("a,b\n1,2\n", "utf-16-le"))


@pytest.mark.parametrize(
    ("content", "row", "found", "expected"),
    [
        ("a,b\n1,2\n3\n4,5\n", 3, 1, 2),
        ("a,b\n1,2\n3,4,5\n", 3, 3, 2),
        ("a,b\n1,2,3\n3,4,5\n", 2, 3, 2),
        ('a,b\n\n"x\ny",2\n\n3,4,5\n', 6, 3, 2),
        ("a;b;c\n1,5;2;3\n4;5\n", 3, 2, 3),
        ("x y z\n1 2 3\n4 5\n", 3, 2, 3),
    ],
)
def test_a_ragged_row_is_named_with_both_counts(make, refused, content, row, found, expected):
    with refused("CR-1009", "data.csv", row, found, expected):
        read_table(make(content))


def test_a_ragged_row_far_down_is_named(make, refused):
    rows = "".join(f"{i},{i}\n" for i in range(300_000))
    with refused("CR-1009", "data.csv", 300_002, 3):
        read_table(make("a,b\n" + rows + "1,2,3\n" + rows))


def test_a_quote_never_closed_names_where_it_opens(make, refused):
    with refused("CR-1010", "data.csv", "4"):
        read_table(make('a,b\n1,2\n3,4\n"5,6\n7,8\n9,10\n'))
    with refused("CR-1010", "data.csv", "3"):
        read_table(make('a,b\nx,y\nz,"w\n'))


def test_duplicate_names_are_named_with_their_places(make, refused):
    with refused("CR-1011", "data.csv", '"b"', "2, 4", "2"):
        read_table(make("a,b,c, b \n1,2,3,4\n5,6,7,8\n"))
    with refused("CR-1011", '"x"'):
        import pandas as pd

        read_table(pd.DataFrame([[1, 2]], columns=["x", "x"]))


@pytest.mark.parametrize("rows", [4, 30, 1000])
def test_text_among_numbers_names_cell_and_both_remedies(make, refused, rows):
    cells = [f"{i}.5" for i in range(rows)]
    cells[rows // 2] = "abc"
    content = "k,c\n" + "".join(f"{i},{c}\n" for i, c in enumerate(cells))
    with refused("CR-1012", "data.csv", '"c"', rows // 2 + 2, '"abc"', "missing", "category"):
        read_table(make(content))
    assert read_table(make(content), missing=["abc"])["c"].kind == "number"
    assert read_table(make(content), kinds={"c": "category"})["c"].kind == "category"


def test_a_header_repeated_in_the_middle_is_text_among_numbers(make, refused):
    with refused("CR-1012", "a", "4"):
        read_table(make("a,b\n1,2\n3,4\na,b\n5,6\n7,8\n"))


@pytest.mark.parametrize("cell", ["inf", "-inf", "Infinity", "1e300", "-1e301", "1e999", "∞", "9" * 400])
def test_infinite_and_huge_values_are_refused_with_their_row(make, refused, cell):
    with refused("CR-1013", "data.csv", '"c"', "3"):
        read_table(make(f"k,c\n1,1.5\n2,{cell}\n3,4\n"))
    with refused("CR-1013", "data.csv", '"c"', "4"):
        read_table(make(f"k;c\n1;1,5\n2; \n3;{cell}\n4;4\n"))


def test_values_just_below_the_bound_read(make):
    assert read_table(make("a,b\n9.9e299,1\n-1e299,2\n"))["a"].values[0] == 9.9e299


def test_text_in_a_column_asked_for_as_number_is_refused(make, refused):
    with refused("CR-1014", "data.csv", '"c"', "2", '"red"', "missing"):
        read_table(make("k,c\n1,red\n2,blue\n"), kinds={"c": "number"})


def test_unknown_kinds_and_columns_are_refused_with_what_there_is(make, refused):
    path = make("length,width\n1,2\n3,4\n")
    with refused("CR-1015", "length", "colour", "yesno"):
        read_table(path, kinds={"length": "colour"})
    with refused("CR-1016", "lenght", '"length"'):
        read_table(path, kinds={"lenght": "number"})
    with refused("CR-1016", "zzz", '"width"'):
        read_table(path, kinds={"zzz": "number"})
    assert read_table(path, kinds={"zzz": "number"}, absent_ok=True).rows == 2


def test_yes_no_needs_two_labels(make, refused):
    with refused("CR-1017", '"c"', "3"):
        read_table(make("k,c\n1,a\n2,b\n3,c\n"), kinds={"c": "yesno"})
    assert read_table(make("k,c\n1,a\n2,b\n3,a\n"), kinds={"c": "yesno"})["c"].kind == "yesno"


@pytest.mark.parametrize("delimiter", ["", "ab", '"', "\n", "a", "5", "€"])
def test_a_delimiter_that_cannot_be_is_refused(make, refused, delimiter):
    with refused("CR-1023", "data.csv", "whitespace"):
        read_table(make("a,b\n1,2\n"), delimiter=delimiter)


@pytest.mark.parametrize("decimal", ["", "x", ".,"])
def test_a_decimal_mark_that_cannot_be_is_refused(make, refused, decimal):
    with refused("CR-1024", "data.csv"):
        read_table(make("a,b\n1,2\n"), decimal=decimal)


@pytest.mark.parametrize(
    "thing", [None, 5, 1.5, object(), [1, 2], {"a": 5}, {"a": "text"}, np.zeros((2, 2, 2)), len]
)
def test_what_is_no_table_is_refused(refused, thing):
    with refused("CR-1018"):
        read_table(thing)


def test_columns_of_unequal_length_are_named(refused):
    with refused("CR-1019", '"b"', "2", "3"):
        read_table({"a": [1, 2, 3], "b": [1, 2]})


@pytest.mark.parametrize("values", [[[1], [2]], [{"x": 1}, None], [1j, 2j], [object(), 1], [{1}, 2]])
def test_cells_that_are_neither_numbers_nor_labels_are_refused(refused, values):
    with refused("CR-1020", '"b"'):
        read_table({"a": [1, 2], "b": values})


@pytest.mark.parametrize("frame", [{}, {"a": []}, np.zeros((0, 3)), np.zeros((3, 0))])
def test_a_frame_without_rows_or_columns_is_refused(refused, frame):
    with refused("CR-1021", "0"):
        read_table(frame)


def test_a_long_or_binary_cell_is_shown_short_and_visible(make, refused):
    cells = "".join(f"{i},{i}.5\n" for i in range(50))
    with refused("CR-1012", "\\x07", "…"):
        read_table(make("k,c\n" + cells + "1,\x07" + "z" * 5000 + "\n"))


def test_what_is_wrong_in_a_column_nobody_needs_is_not_refused(make):
    lines = "".join(f"{i},{i}\n" for i in range(40))
    path = make("a,b\n" + lines + "41,oops\n")
    with pytest.raises(TableError):
        read_table(path)
    table = read_table(path, needed=("a",))
    assert table["a"].values[-1] == 41 and table["b"].values[-1] == "oops"
    frame = {"a": [1.0, 2.0], "b": [1.0, 1e305], "c": [[1], [2]]}
    assert read_table(frame, needed=("a",)).names == ("a", "b")
