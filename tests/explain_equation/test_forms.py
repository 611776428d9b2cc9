"""Every form computes what `predict` computes: read back by Expression, executed as Python, recalculated as cells."""

import ast
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile

import nets
import numpy as np
import pytest

from chainrule.errors import ModelError
from chainrule.explain.equation import FORMS, equation
from chainrule.explain.equation.checking import answers_of, letters_of, predicted
from chainrule.explain.equation.excel import cells, single_cells
from chainrule.explain.equation.listing import formulas
from chainrule.messages import set_language
from chainrule.rules.expression import Expression
from chainrule.table import read_table

from .conftest import HIDDEN, TASKS, rounding
from .sheet import Book, Wrong

SIZES = (1.0, 300.0)  # scores of about 1, and beyond ±800


def text_values(made, table):
    """The answers of the text form, read back by `Expression` line by line."""
    env = letters_of(made.folded, table)
    for letter, formula in formulas(str(made)):
        env[letter] = Expression(formula)(**env)
    return np.column_stack([np.broadcast_to(env[a.name], table.rows) for a in made.folded.answers])


def python_values(made, table):
    """The answers of the Python form, row by row, with None for a missing cell."""
    space: dict = {}
    exec(compile(made.form("python"), "equation.py", "exec"), space)
    columns = {i.column: cells(table, i, table.rows) for i in made.folded.inputs}
    answers = [space["predict_row"]({c: v[r] for c, v in columns.items()}) for r in range(table.rows)]
    if made.model.task == "regression":
        return answers
    labels = made.folded.labels[1:] if len(made.folded.answers) == 1 else made.folded.labels
    return [[answer[label] for label in labels] for answer in answers]


def workbook_values(book, made, rows):
    """The computed answers, predict's and the differences of the row sheet."""
    headers = book.headers()
    count = len(made.folded.answers)
    first = next(i for i, h in enumerate(headers, 1) if h.startswith("predict: "))
    title = book.rows.title
    answers = [[book.value(title, r + 2, first - count + k) for k in range(count)] for r in range(rows)]
    differences = [[book.value(title, r + 2, first + 1 + 2 * k) for k in range(count)] for r in range(rows)]
    return answers, differences


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("activation", HIDDEN)
def test_the_text_form_read_back_is_predict(activation, task, size, agrees) -> None:
    model, table = nets.model(task, activation, size=size), nets.table()
    agrees(text_values(equation(model, table), table), model, table)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("activation", HIDDEN)
def test_the_python_form_executed_is_predict(activation, task, agrees) -> None:
    for size in SIZES:
        model, table = nets.model(task, activation, size=size), nets.table(20)
        agrees(python_values(equation(model, table), table), model, table)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("activation", HIDDEN)
def test_the_workbooks_cells_are_predict(activation, task, size, agrees) -> None:
    model, table = nets.model(task, activation, size=size), nets.table(15)
    made = equation(model, table)
    book = Book(made.form("xlsx"))
    answers, differences = workbook_values(book, made, table.rows)
    agrees(answers, model, table)
    scale = max(1.0, float(np.max(np.abs(predicted(model, table)))))
    assert np.max(np.abs(differences)) <= rounding(model) * scale


def test_the_networks_of_these_tests_reach_scores_beyond_800() -> None:
    from chainrule.explain.equation import values

    made = equation(nets.model("binary", "relu", size=300.0), nets.table())
    found = values(made.exact, letters_of(made.exact, nets.table()))
    scores = np.stack([found[f"s1_{k}"] for k in (1, 2, 3)])
    assert np.max(scores) > 800
    assert np.min(scores) < -800


def test_the_spreadsheet_of_these_tests_refuses_what_excel_refuses() -> None:
    book = Book(equation(nets.model(), nets.table(5)).form("xlsx"))
    for formula in ("=EXP(710)", "=1/0", '="a"+1', "=NA()"):
        with pytest.raises(Wrong):
            book.compute(formula)
    assert book.compute('=IF("Red"="red",1,0)') == 1  # which is why labels are compared with EXACT
    assert book.compute('=IF(EXACT("Red","red"),1,0)') == 0


@pytest.mark.parametrize("task", ["regression", "binary"])
def test_a_single_cell_formula_is_predict(task, agrees) -> None:
    table = nets.table()
    model = nets.model(task, "tanh", hidden=(2,))
    made = equation(model, table)
    book = Book(made.form("xlsx"))
    found = single_cells(made.folded)
    assert len(found) == 1
    assert all(len(formula) < 8000 for formula in found.values())
    agrees([[book.compute(formula)] for formula in found.values()], model, table.take([0]))


def test_a_formula_that_passes_8000_characters_is_not_given_as_one_cell() -> None:
    assert (
        single_cells(equation(nets.model("regression", "gelu", hidden=(20, 20)), nets.table()).folded) == {}
    )


def test_text_where_a_number_belongs_is_an_error_in_the_workbook_never_a_zero() -> None:
    made = equation(nets.model(), nets.table(5))
    book = Book(made.form("xlsx"))
    at = book.headers().index("width (cm)") + 1
    book.rows.cell(2, at).value = "tall"
    with pytest.raises(Wrong):
        workbook_values(book, made, 1)


def test_labels_never_seen_are_what_predict_makes_of_them(agrees) -> None:
    table = nets.table(12)
    columns = {c.name: c.values.tolist() for c in table.columns}
    columns["colour"][:3] = ["green", "RED", "red "]
    strange = read_table(columns)
    for task in TASKS:
        model = nets.model(task, "tanh")
        made = equation(model, strange)
        agrees(text_values(made, strange), model, strange)
        agrees(python_values(made, strange), model, strange)
        agrees(workbook_values(Book(made.form("xlsx")), made, 12)[0], model, strange)


def test_a_users_own_formula_on_a_column_is_part_of_the_equation(agrees) -> None:
    table = nets.table(20)
    model = nets.model("regression", "elu", (4, 3), formulas={"年龄": "log1p(x)"})
    made = equation(model, table)
    assert "log1p" in str(made)
    agrees(text_values(made, table), model, table)
    agrees(python_values(made, table), model, table)
    agrees(workbook_values(Book(made.form("xlsx")), made, 20)[0], model, table)


def test_without_a_hidden_layer_the_equation_is_one_line() -> None:
    made = equation(nets.model("regression", hidden=()), nets.table())
    assert [
        letter for letter, _ in formulas(str(made)) if letter not in {i.name for i in made.folded.inputs}
    ] == ["price"]


def test_a_wide_sum_goes_on_in_further_lines(agrees) -> None:
    draw = np.random.default_rng(3)
    table = read_table(
        {
            **{f"x{k}": draw.normal(size=12).tolist() for k in range(130)},
            "price": draw.normal(size=12).tolist(),
        }
    )
    model = nets.model(given=table, hidden=(2,))
    made = equation(model, table)
    assert [letter for letter, _ in formulas(str(made))].count("s1_1") == 4
    agrees(text_values(made, table), model, table)
    agrees(python_values(made, table), model, table)


def test_many_classes_share_one_largest_score_and_one_sum(agrees) -> None:
    draw = np.random.default_rng(3)
    table = read_table({"a": draw.normal(size=240).tolist(), "sort": [f"class {k % 60}" for k in range(240)]})
    model = nets.model("multiclass", given=table, hidden=(2,))
    made = equation(model, table)
    names = [letter for letter, _ in formulas(str(made))]
    assert names.count("top2") == names.count("total2") == 2  # 60 terms, 40 on a line
    agrees(text_values(made, table), model, table)
    agrees(workbook_values(Book(made.form("xlsx")), made, 240)[0], model, table)


def test_the_one_formula_of_a_small_network_is_predict_too(agrees) -> None:
    from chainrule.explain.equation import one_line

    table = nets.table()
    model = nets.model("regression", "tanh", hidden=(1,))
    made = equation(model, table)
    env = letters_of(made.folded, table)
    for given in made.folded.inputs:
        if given.fill is not None:
            env[given.name] = np.where(np.isnan(env[given.name]), given.fill, env[given.name])
    found = Expression.of(one_line(made.folded)["price"])
    assert Expression(found.text).tree == found.tree
    agrees(Expression(found.text)(**env), model, table)
    assert found.text in " ".join(line[2:].strip() for line in str(made).splitlines())


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("activation", HIDDEN)
def test_mathml_and_word_are_well_formed_and_latex_is_balanced(activation, task) -> None:
    made = equation(nets.model(task, activation), nets.table())
    root = ET.fromstring(made.form("mathml"))
    assert root.tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert "C & D" in "".join(root.itertext()) or task != "multiclass"
    tex = made.form("latex")
    plain = re.sub(r"\\[{}\\]", "", tex)
    assert plain.count("{") == plain.count("}")
    assert len(re.findall(r"\\left[^a-z]", tex)) == len(re.findall(r"\\right[^a-z]", tex))
    assert sorted(re.findall(r"\\begin\{(\w+)\}", tex)) == sorted(re.findall(r"\\end\{(\w+)\}", tex))
    assert tex.startswith(r"\documentclass{ctexart}")  # a Chinese column on an English page
    with zipfile.ZipFile(io.BytesIO(made.form("docx"))) as docx:
        assert docx.testzip() is None
        parts = {name: ET.fromstring(docx.read(name)) for name in docx.namelist()}
    space = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
    document = parts["word/document.xml"]
    assert len(list(document.iter(space + "oMath"))) >= 4
    assert "年龄" in "".join(document.itertext())
    for element in document.iter():  # what Word requires of each: its arguments, in order
        wanted = {"f": ["num", "den"], "sSup": ["e", "sup"], "sSub": ["e", "sub"]}.get(
            element.tag.removeprefix(space)
        )
        if wanted:
            assert [child.tag.removeprefix(space) for child in element] == wanted


def test_the_word_form_of_a_formula_says_what_its_latex_says() -> None:
    from chainrule.page.mathwords import PageWord
    from chainrule.rules.words import read

    omml = read(Expression("-a/(b + 2)**x").tree, PageWord({}, {}))[0]
    root = ET.fromstring(f'<r xmlns:m="m">{omml}</r>')
    assert "".join(root.itertext()) == "−ab+2x"  # a over (b + 2) to the x; brackets and bars are elements
    assert [e.tag for e in root.iter() if e.tag in ("{m}f", "{m}d", "{m}sSup")] == ["{m}f", "{m}sSup", "{m}d"]


def test_the_same_model_gives_the_same_bytes_of_a_document() -> None:
    made = equation(nets.model(), nets.table())
    assert made.form("docx") == made.form("docx")


def test_every_form_speaks_both_languages() -> None:
    table = nets.table()
    for language in ("en", "zh"):
        set_language(language)
        made = equation(nets.model("multiclass"), table)
        for form in FORMS:
            assert made.form(form)
    said = equation(nets.model(), table).said
    assert all(any("\u4e00" <= c <= "\u9fff" for c in sentence) for sentence in said)


def test_names_that_mean_something_else_are_never_taken_as_letters(agrees) -> None:
    draw = np.random.default_rng(4)
    names = ["exp", "s1_1", "y1_1", "class", "label", "value", "predict", "pi", "end", "a b", "a_b", "=1+1", "1st", "x" * 60,
             "math", "z", "where", "价格\n换行", "top2", "__import__('os')"]  # fmt: skip
    table = read_table(
        {**{n: draw.normal(size=10).tolist() for n in names}, "price": draw.normal(size=10).tolist()}
    )
    model = nets.model(given=table, hidden=(2,))
    made = equation(model, table)
    letters = [i.name for i in made.folded.inputs]
    assert len(set(letters)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,31}", letter) for letter in letters)
    agrees(text_values(made, table), model, table)
    agrees(python_values(made, table), model, table)
    book = Book(made.form("xlsx"))
    agrees(workbook_values(book, made, 10)[0], model, table)
    assert not any(c.data_type == "f" for c in book.rows[1])  # a column called =1+1 is no formula
    imported = [n for n in ast.walk(ast.parse(made.form("python"))) if isinstance(n, ast.Import)]
    assert [a.name for n in imported for a in n.names] == ["math"]


def test_digits_round_and_the_error_stated_is_the_error_made() -> None:
    table = nets.table()
    model = nets.model("regression", "tanh")
    errors = []
    for digits in (2, 4, 8):
        made = equation(model, table, digits=digits)
        worst = float(np.max(np.abs(answers_of(made.folded, table) - answers_of(made.exact, table))))
        assert made.checked.rounding == worst
        assert any(f"rounded to {digits} significant digits" in s and f"{worst:.2g}" in s for s in made.said)
        weights = [w for a in made.folded.layers for w in a.w.ravel().tolist()]
        assert all(w == float(f"{w:.{digits}g}") for w in weights)
        assert np.max(np.abs(text_values(made, table) - answers_of(made.folded, table))) <= 1e-9
        errors.append(worst)
    assert errors[0] > errors[1] > errors[2] > 0
    assert equation(model, table).checked.rounding is None


def test_the_difference_from_predict_is_the_rounding_of_its_inputs() -> None:
    table = nets.table()
    checked = equation(nets.model("regression", "tanh"), table).checked
    assert checked.rows == table.rows
    assert checked.double <= 1e-11 * checked.largest
    assert checked.double < checked.predict <= 1e-3 * checked.largest  # float32 inputs: 6e-8 of steep scores


def test_without_a_table_random_rows_are_checked_and_said() -> None:
    made = equation(nets.model("multiclass"))
    assert made.checked.source == ""
    assert made.checked.rows > 100
    assert made.checked.double <= 1e-11
    assert any("random" in s for s in made.said)
    columns = {c.name: c for c in made.table.columns}
    assert columns["年龄"].missing().any()
    assert columns["smoker"].missing().any()


def test_json_is_one_object_with_lines_weights_and_thresholds() -> None:
    found = json.loads(equation(nets.model("binary"), nets.table()).form("json"))
    assert {"title", "columns", "lines", "layers", "answers", "check"} <= set(found)
    assert found["layers"][0]["threshold"] == [-b for b in found["layers"][0]["b"]]


def test_the_table_states_the_sign_of_the_threshold() -> None:
    text = equation(nets.model(), nets.table(), digits=4).form("table")
    assert "The textbook threshold is θ = −b" in text
    b = next(line.split()[1:] for line in text.splitlines() if re.match(r"\s+b\s", line))
    theta = next(line.split()[3:] for line in text.splitlines() if "θ = −b  " in line)
    assert [float(v) for v in theta] == [-float(v) for v in b]


@pytest.mark.parametrize("digits", [-1, 18, True, 2.5])
def test_digits_that_make_no_number_are_refused(digits) -> None:
    with pytest.raises(ModelError) as refused:
        equation(nets.model(), nets.table(), digits=digits)
    assert refused.value.code == "CR-2321"


def test_a_network_too_large_for_a_page_says_which_forms_hold_it() -> None:
    model = nets.model("regression", hidden=(150, 150))
    made = equation(model, nets.table(5))
    for form in ("html", "latex", "docx", "table"):
        with pytest.raises(ModelError) as refused:
            made.form(form)
        assert refused.value.code == "CR-2304"
    assert len(str(made)) > 100_000
