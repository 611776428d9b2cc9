"""However a text table is written, the same columns come out of it."""

import numpy as np
import pytest

from chainrule.table import read_table

NAMES = ("size", "label", "price")
ROWS = [(1.5, "aa", 10.0), (2.25, "bb", 20.0), (-3.0, "aa", 1234.5)]


def same(table):
    assert table.names == NAMES
    np.testing.assert_array_equal(table["size"].values, [r[0] for r in ROWS])
    assert table["label"].values.tolist() == [r[1] for r in ROWS]
    np.testing.assert_array_equal(table["price"].values, [r[2] for r in ROWS])
    return True


def text(delimiter=",", end="\n", decimal=".", last=True):
    lines = [delimiter.join(NAMES)]
    lines += [delimiter.join(str(v).replace(".", decimal) for v in row) for row in ROWS]
    return end.join(lines) + (end if last else "")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_delimiters_and_line_ends_are_recognized(make, delimiter, end, last):
    table = read_table(make(text(delimiter, end, last=last)))
    assert same(table)
    assert table.facts["delimiter"] == delimiter
    assert table.row_numbers.tolist() == [2, 3, 4]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_decimal_comma_is_recognized(make, delimiter):
    table = read_table(make(text(delimiter, decimal=",")))
    assert same(table)
    assert table.facts["decimal"] == ","


def test_quoted_decimal_commas_between_commas_read(make):
    table = read_table(make('size,label,price\n"1,5",aa,"10,0"\n"2,25",bb,"20,0"\n"-3",aa,"1.234,5"\n'))
    assert same(table)


def test_spaces_and_tabs_in_any_number_separate(make):
    table = read_table(make("  size label   price\n 1.5 aa 10\n2.25\t bb  20 \n -3 aa\t1234.5\n"))
    assert same(table)
    assert table.facts["delimiter"] == "whitespace"


def test_spaces_inside_quotes_do_not_separate(make):
    table = read_table(make('a b c\n1 2 "x y"\n3 4 "z  w"\n5 6 "x y"\n'), delimiter="whitespace")
    assert table["c"].values.tolist() == ["x y", "z  w", "x y"]


def test_words_with_spaces_in_one_column_are_not_split(make):
    table = read_table(make("city\nNew York\nLos Angeles\nNew York\n"))
    assert table.names == ("city",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gbk", "gb18030"])
def test_encodings_are_recognized(make, encoding):
    content = "城市,人口,是否沿海\n北京,21.5,否\n上海,24.9,是\n广州,18.7,是\n"
    table = read_table(make(content, encoding))
    assert table.names == ("城市", "人口", "是否沿海")
    assert table["城市"].values.tolist() == ["北京", "上海", "广州"]
    assert table["是否沿海"].kind == "yesno"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "gbk", "latin-1", "big5"])
def test_a_named_encoding_is_used(make, encoding):
    words = "naïve" if encoding == "latin-1" else "中文"
    table = read_table(make(f"a,b\n{words},1\nx,2\n", encoding), encoding=encoding)
    assert table["a"].values.tolist() == [words, "x"]


@pytest.mark.parametrize("word", ["café", "Größe", "Ménard", "señor", "Übermaß", "“quoted”"])
def test_western_bytes_are_not_taken_for_chinese(make, word):
    table = read_table(make(f"a,b\n{word},1\nplain,2\n", "cp1252"))
    assert table["a"].values[0] == word
    assert any("cp1252" in note for note in table.notes)


def test_gbk_with_decimal_comma_reads(make):
    table = read_table(make("产品;价格\n甲;1,5\n乙;2.222,75\n甲;-0,25\n", "gbk"))
    np.testing.assert_array_equal(table["价格"].values, [1.5, 2222.75, -0.25])
    assert any("gb18030" in note for note in table.notes)


def test_thousands_points_beside_a_decimal_comma_are_thousands(make):
    table = read_table(make("a;b\n1.234;0,5\n2.345.678;1,25\n999;3,0\n"))
    np.testing.assert_array_equal(table["a"].values, [1234, 2345678, 999])
    assert "1.234 = 1234" in table["a"].notes[0]


def test_a_decimal_point_beside_a_decimal_comma_stays_a_point(make):
    table = read_table(make("a;b\n1.5;0,5\n2.25;1,25\n"))
    np.testing.assert_array_equal(table["a"].values, [1.5, 2.25])
    assert table["a"].notes


def test_quoted_thousands_commas_are_thousands(make):
    table = read_table(make('a,b\n"1,234",1\n"12,345.5",2\n77,3\n'))
    np.testing.assert_array_equal(table["a"].values, [1234, 12345.5, 77])


def test_one_group_of_three_after_a_semicolon_is_a_decimal_comma_and_said_so(make):
    table = read_table(make("a;b\n1,234;x\n5,678;y\n"))
    np.testing.assert_array_equal(table["a"].values, [1.234, 5.678])
    assert "decimal comma" in table.notes[0]


def test_a_decimal_comma_that_shows_only_far_down_is_read(make):
    rows = "".join(f"{i};a\n" for i in range(40_000)) + "1,5;b\n"
    table = read_table(make("x;y\n" + rows))
    assert table["x"].values[-1] == 1.5
    assert table["x"].notes


def test_the_named_decimal_mark_wins(make):
    table = read_table(make("a;b\n1.234;1\n5.678;2\n"), decimal=",")
    np.testing.assert_array_equal(table["a"].values, [1234, 5678])
    table = read_table(make("a;b\n1,234;1.5\n5,678;2\n"), decimal=".")
    np.testing.assert_array_equal(table["a"].values, [1234, 5678])


def test_delimiters_quotes_and_line_breaks_inside_quotes_belong_to_the_cell(make):
    table = read_table(make('a,b,c\n"x, ""y""\nz",1,k\n"p",2,"l\r\nm"\n\nq,3,n\n'))
    assert table["a"].values.tolist() == ['x, "y"\nz', "p", "q"]
    assert table["c"].values.tolist() == ["k", "l\r\nm", "n"]
    assert table.row_numbers.tolist() == [2, 4, 7]


def test_single_quotes_quote_where_there_are_no_double_ones(make):
    table = read_table(make("'a','b'\n'x, y',1\n'z',2\n"))
    assert table["a"].values.tolist() == ["x, y", "z"]


def test_an_inch_mark_inside_a_cell_is_text(make):
    table = read_table(make('a,b\n5" pipe,1\n6" pipe,2\n7 pipe,3\n'))
    assert table["a"].values.tolist() == ['5" pipe', '6" pipe', "7 pipe"]


def test_a_cell_longer_than_a_block_reads(make):
    table = read_table(make('a,b\n"' + "x\n" * 1_000_000 + '",1\ny,2\n'))
    assert table.rows == 2 and len(table["a"].values[0]) == 1_999_999
    assert table.row_numbers.tolist() == [2, 1_000_003]


def test_excels_sep_line_is_obeyed_and_counted(make):
    table = read_table(make("sep=;\na;b\n1;2\n3;4\n"))
    assert table.names == ("a", "b") and table.row_numbers.tolist() == [3, 4]


def test_blank_lines_are_skipped_and_rows_keep_their_numbers(make):
    table = read_table(make("\n\na,b\n1,2\n\n3,4\r\n\r\n5,6\n\n"))
    assert table["a"].values.tolist() == [1, 3, 5]
    assert table.row_numbers.tolist() == [4, 6, 8]


def test_ctrl_z_at_the_end_is_ignored(make):
    assert read_table(make(b"a,b\r\n1,2\r\n3,4\r\n\x1a")).rows == 2


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ("1,2\n3,4\n", False),
        ("a,b\n3,4\n", True),
        ("5.1,Iris-a\n4.9,Iris-b\n6,Iris-a\n", False),
        ("p,x,s\np,y,s\ne,x,t\n", False),  # labels only: the first row's return below
        ("cap,shape,skin\np,y,s\ne,x,t\n", True),
        ("name,2019,2020\n1,2,3\n4,5,6\n", True),
        ("7\n8\n", False),
        ("a\nb\n", True),
    ],
)
def test_the_header_is_recognized(make, content, header):
    table = read_table(make(content))
    assert table.facts["header"] is header
    lines = content.split()
    assert table.rows == len(lines) - header
    assert table.names == (
        tuple(lines[0].split(",")) if header else tuple(f"x{j + 1}" for j in range(len(table.names)))
    )
    assert bool(table.notes) is not header  # an absent header is said


def test_a_column_named_like_one_of_its_labels_still_has_a_header(make):
    assert read_table(make("a,kind\na,p\nb,q\na,p\n")).names == ("a", "kind")


def test_the_header_can_be_overruled(make):
    path = make("2019,2020\n1,2\n3,4\n")
    assert read_table(path, header=True).names == ("2019", "2020")
    assert read_table(make("a,b\nc,d\n"), header=False).rows == 2


def test_a_column_without_a_name_gets_one_and_an_empty_one_is_left_out(make):
    table = read_table(make(",a,b,\n0,1,2,\n1,3,4,\n"))
    assert table.names == ("x1", "a", "b")
    assert len(table.notes) == 2


def test_dates_and_times_are_seconds_and_booleans_stay_the_text_they_were(make):
    content = "d,t,b\n2020-01-01,12:30,true\n2020-01-02,13:45,false\n2020-01-01,12:30,true\n"
    table = read_table(make(content))
    assert table["d"].kind == table["t"].kind == "date"
    assert table["d"].values.tolist() == [1577836800.0, 1577923200.0, 1577836800.0]
    labels = read_table(make(content), kinds={"d": "category", "t": "category"})
    assert labels["d"].values.tolist() == ["2020-01-01", "2020-01-02", "2020-01-01"]
    assert labels["t"].values.tolist() == ["12:30", "13:45", "12:30"]
    assert table["t"].values.tolist() == [45000.0, 49500.0, 45000.0]
    assert table["b"].values.tolist() == ["true", "false", "true"]
    assert table["b"].kind == "yesno"


def test_facts_hold_what_a_repetition_needs(make):
    import hashlib

    path = make("a;b\n1,5;2\n3;4\n")
    facts = read_table(path).facts
    with open(path, "rb") as stream:
        assert facts["sha256"] == hashlib.sha256(stream.read()).hexdigest()
    assert (facts["delimiter"], facts["decimal"], facts["encoding"], facts["header"]) == (
        ";",
        ",",
        "utf-8",
        True,
    )
    assert facts["quoting"] == '"' and facts["path"] == path
