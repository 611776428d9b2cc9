"""Curves and tables in plain text show what the numbers say."""

import math

import numpy as np
import pytest

from chainrule.messages import set_language
from chainrule.messages.columns import text_width
from chainrule.report.pictures import curves, number, table
from chainrule.report.text import history_lines, metrics_table, verdict


def place(lines, column, mark):
    """The row of the picture where a mark stands in a column of the drawing."""
    body = [line.split("|", 1)[1] for line in lines if "|" in line]
    return [row for row, text in enumerate(body) if column < len(text) and text[column] == mark]


def test_a_falling_line_falls_by_one_row_per_step():
    lines = curves({"loss": [4.0, 3.0, 2.0, 1.0]}, width=4, height=4, unicode=False)
    assert lines == ["4 |*", "  | *", "  |  *", "1 |   *", "  +----", "   1  4"]


def test_values_that_span_more_than_tenfold_stand_on_a_logarithmic_axis():
    lines = curves({"loss": [1000.0, 100.0, 10.0, 1.0]}, width=4, height=4, unicode=False)
    assert [place(lines, j, "*") for j in range(4)] == [[0], [1], [2], [3]]


def test_two_curves_have_two_marks_and_gaps_stay_empty():
    lines = curves({"a": [3.0, 3.0, math.nan], "b": [1.0, 1.0, 1.0]}, width=3, height=3, unicode=False)
    assert (place(lines, 0, "*"), place(lines, 0, "o"), place(lines, 2, "*")) == ([0], [2], [])


def test_braille_dots_are_the_same_picture_four_rows_and_two_columns_to_a_cell():
    line = curves({"loss": [2.0, 1.0]}, width=1, height=1)[0]
    # two columns of four dots: the left one at the top (bit 0x01), the right one at the bottom (bit 0x80)
    assert line.endswith(chr(0x2800 + 0x01 + 0x80))


@pytest.mark.parametrize("values", [[], [1.0], [math.nan, math.nan], [math.inf, math.nan]])
def test_nothing_to_draw_draws_nothing(values):
    assert curves({"loss": values}) == []


def test_a_constant_curve_is_a_flat_line():
    lines = curves({"loss": [2.0] * 10}, width=5, height=3, unicode=False)
    assert sum("*****" in line for line in lines) == 1


def test_long_histories_keep_their_width():
    lines = curves({"loss": np.linspace(1, 2, 100_000)}, width=40, height=5)
    assert max(map(len, lines)) <= 40 + 8


def test_columns_line_up_with_chinese_in_them():
    lines = table([["训练集", "1"], ["r", "22222"], ["mean", "3"]])
    assert {text_width(line) for line in lines} == {13}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345, "0.1235"),
        (12345.6, "1.235e+04"),
        (0, "0"),
        (None, "-"),
        (1e-9, "1.000e-09"),
        (math.nan, "-"),
        (-3.0, "-3"),
    ],
)
def test_numbers_have_four_digits(value, text):
    assert number(value) == text


METRICS = {"train": {"rmse": 1.0, "mae": 0.5}, "validation": None, "test": {"rmse": 2.0, "mae": 1.0}}
ROWS = {"train": 70, "validation": 0, "test": 30}
BASE = {"constant": {"rmse": 9.0}, "linear": {"rmse": 3.0}}


def test_parts_that_are_not_there_have_no_column_and_baselines_stand_on_the_last_part():
    lines = metrics_table("regression", ROWS, METRICS, BASE)
    assert lines[0].split() == ["train", "test", "constant", "linear"]
    assert lines[1].split() == ["rows", "70", "30", "30", "30"]
    assert lines[2].split() == ["RMSE", "1", "2", "9", "3"]
    assert lines[3].split() == ["MAE", "0.5", "1", "-", "-"]


def test_the_verdict_compares_on_the_test_part():
    assert (
        verdict("regression", ROWS, METRICS, BASE)
        == "The network is better than a linear model: RMSE 2 against 3."
    )
    worse = {**BASE, "linear": {"rmse": 1.5}}
    assert "no better than a linear model" in verdict("regression", ROWS, METRICS, worse)
    assert "too few" in verdict("regression", ROWS, METRICS, {**BASE, "linear": {"rmse": None}})


def test_the_report_speaks_chinese():
    set_language("zh")
    try:
        assert metrics_table("regression", ROWS, METRICS, BASE)[0].split() == [
            "训练",
            "测试",
            "常数基线",
            "线性基线",
        ]
        assert "优于线性模型" in verdict("regression", ROWS, METRICS, BASE)
        assert (
            history_lines({"train": np.array([[2.0, 1.0]]), "validation": np.full((1, 2), np.nan)})[0]
            == "各轮损失（训练）"
        )
    finally:
        set_language("en")
