"""Dates, hashed text, quantiles, powers, components and several targets: every form that can carry them is `predict`."""

import io
import zipfile

import nets
import numpy as np
import pytest

from chainrule.errors import ModelError
from chainrule.explain.equation import FORMS, equation
from chainrule.explain.equation.excel import cells, single_cells
from chainrule.messages import set_language

from .sheet import Book
from .test_forms import text_values, workbook_values


@pytest.mark.parametrize("kind", nets.ENCODED)
def test_the_text_form_read_back_is_predict(kind, agrees) -> None:
    model, table = nets.encoded(kind)
    made = equation(model, table)
    agrees(text_values(made, table), model, table)
    assert (
        made.checked.double <= 1e-10 * made.checked.largest
        and made.checked.predict <= 1e-5 * made.checked.largest
    )


@pytest.mark.parametrize("kind", nets.ENCODED)
def test_the_python_form_executed_alone_is_predict(kind, agrees) -> None:
    model, table = nets.encoded(kind)
    made = equation(model, table)
    space: dict = {}
    exec(compile(made.form("python"), "equation.py", "exec"), space)
    columns = {i.column: cells(table, i, table.rows) for i in made.folded.inputs}
    answers = [space["predict_row"]({c: v[r] for c, v in columns.items()}) for r in range(table.rows)]
    agrees([list(a.values()) if isinstance(a, dict) else [a] for a in answers], model, table)


@pytest.mark.parametrize("kind", [k for k in nets.ENCODED if k != "text"])
def test_the_workbooks_cells_are_predict(kind, agrees) -> None:
    model, table = nets.encoded(kind, rows=12)
    made = equation(model, table)
    book = Book(made.form("xlsx"))
    answers, differences = workbook_values(book, made, table.rows)
    agrees(answers, model, table)
    assert np.max(np.abs(differences)) <= 1e-10 * made.checked.largest


def test_a_date_fits_one_cell_and_two_targets_have_one_each(agrees) -> None:
    for kind, count in (("dates", 1), ("targets", 2)):
        model, table = nets.encoded(kind, hidden=(1,))
        made = equation(model, table)
        book, found = Book(made.form("xlsx")), single_cells(made.folded)
        assert len(found) == count
        agrees([[book.compute(formula) for formula in found.values()]], model, table.take([0]))


def test_a_python_date_may_be_a_text_a_day_or_a_moment() -> None:
    from datetime import date, datetime

    space: dict = {}
    exec(equation(*nets.encoded("dates")).form("python"), space)
    row = {"when": datetime(2020, 2, 29), "site": "a"}
    wanted = space["predict_row"](row)
    assert [
        space["predict_row"]({**row, "when": w})
        for w in (date(2020, 2, 29), "2020-02-29", "2020-02-29T00:00")
    ] == [wanted] * 3
    assert space["predict_row"]({**row, "when": "2020-02-29T06:00"}) != wanted


@pytest.mark.parametrize("kind", nets.ENCODED)
def test_every_form_is_made_or_refused_with_the_forms_that_can(kind) -> None:
    made = equation(*nets.encoded(kind, rows=5))
    for form in FORMS:
        if kind == "text" and form in ("matlab", "xlsx"):
            with pytest.raises(ModelError) as refused:
                made.form(form)
            assert refused.value.code == "CR-2309" and "python" in str(refused.value)
            continue
        written = made.form(form)
        assert len(written) > 500
        if form == "docx":
            assert zipfile.ZipFile(io.BytesIO(written)).testzip() is None


def test_what_a_date_and_a_text_stand_for_is_said_in_both_languages() -> None:
    date, text = equation(*nets.encoded("dates")), equation(*nets.encoded("text"))
    assert "days from 1970-01-01" in str(date) and "(day of the year − 1)" in str(date)
    assert "counted by hash in place 64" in " ".join(str(text).replace("#", " ").split())
    set_language("zh")
    assert "从 1970-01-01" in str(date) and "日期时间" in str(date) and "散列" in str(text)


def test_a_rounded_formula_of_a_curve_says_what_rounding_does() -> None:
    for kind in ("dates", "quantile", "power", "targets"):
        model, table = nets.encoded(kind)
        exact, coarse = equation(model, table), equation(model, table, digits=4)
        assert exact.checked.rounding is None and 0 < coarse.checked.rounding < 0.2 * exact.checked.largest
        # the largest difference printed is that of the rows: a changed digit shows
        assert not np.allclose(text_values(coarse, table), text_values(exact, table), rtol=1e-9, atol=0)
