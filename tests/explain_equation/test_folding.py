"""Algebra: what folding must give, worked by hand."""

import nets
import numpy as np
import pytest

from chainrule.encoding import Affine, Encoding, Flag, Impute, Lookup, OneHot, Path, Target
from chainrule.engine.reference import Reference
from chainrule.explain.equation import equation, fold
from chainrule.explain.equation.listing import formulas
from chainrule.model import Model
from chainrule.plan import make_plan
from chainrule.table import Table, read_table


def linear(paths, weights, target=None) -> Model:
    encoding = Encoding(tuple(paths), target or Target("y", "regression", (Affine(0.0, 1.0),)), "float64")
    plan = make_plan(encoding.numeric, 1, levels=encoding.levels, loss="squared", precision="float64")
    facts = {"target": "y", "task": "regression", "missing": [], "program": {}}
    return Model(plan, encoding, np.array(weights, float), {}, facts, Reference())


def rows(**columns: list) -> Table:
    return read_table(columns)


def test_the_scales_of_input_and_target_fold_into_weight_and_bias() -> None:
    # z = (x − 3)/4, y = 10 + 5·(1 + 2z) = 7.5 + 2.5x
    target = Target("y", "regression", (Affine(10.0, 5.0),))
    model = linear([Path("x", (Impute(0.0), Affine(3.0, 4.0)))], [2.0, 1.0], target)
    layer = fold(model.plan, model.weights, model.encoding).layers[0]
    assert layer.w.tolist() == [[2.5]]
    assert layer.b.tolist() == [7.5]
    assert dict(formulas(str(equation(model))))["y"] == "7.5 + 2.5 * x"


def test_a_scale_too_steep_to_fold_stays_a_line_of_its_own() -> None:
    # (x − 1e9)/0.5: folded into the bias it would cost nine of sixteen digits
    model = linear([Path("x", (Impute(0.0), Affine(1e9, 0.5)))], [3.0, 0.25])
    lines = dict(formulas(str(equation(model))))
    assert lines["z_x"] == "(x - 1000000000)/0.5"
    assert lines["y"] == "0.25 + 3 * z_x"
    given = equation(model, rows(x=[1e9, 1e9 + 1 / 1024, 1e9 - 3])).checked
    assert given.double == 0.0


def test_every_label_missing_and_others_have_their_constant() -> None:
    lookup = Lookup(("a", "b"), missing=2, unseen=3)
    model = linear([Path("c", (lookup, OneHot(4)))], [1.0, 2.0, 4.0, 8.0, 0.5])
    folded = fold(model.plan, model.weights, model.encoding)
    assert dict(zip(folded.layers[0].inputs, folded.layers[0].w[:, 0].tolist(), strict=True)) == {
        "c_a": 1.0, "c_b": 2.0, "c_missing": 4.0, "c_other": 8.0,
    }  # fmt: skip
    from chainrule.explain.equation.checking import answers_of

    table = read_table({"c": ["a", "b", None, "zzz"]}, kinds={"c": "category"})
    assert answers_of(folded, table)[:, 0].tolist() == [1.5, 2.5, 4.5, 8.5]
    assert equation(model, table).checked.double == 0.0


def test_yes_and_no_are_two_labels_with_opposite_weights_and_a_flag_for_neither() -> None:
    lookup = Lookup(("no", "yes"))
    paths = [Path("s", (lookup, Impute(0.5), Affine(0.5, 0.5))), Path("s", (lookup, Flag()))]
    model = linear(paths, [3.0, 0.5, 0.0])
    layer = fold(model.plan, model.weights, model.encoding).layers[0]
    assert dict(zip(layer.inputs, layer.w[:, 0].tolist(), strict=True)) == {
        "s_no": -3.0, "s_yes": 3.0, "s_missing": 0.5, "s_other": 0.5,
    }  # fmt: skip


def test_a_missing_number_takes_its_fill_and_its_flag() -> None:
    model = linear([Path("x", (Impute(7.0), Affine(0.0, 2.0))), Path("x", (Flag(),))], [4.0, 100.0, 1.0])
    assert dict(formulas(str(equation(model)))) == {
        "x": "where(x == x, x, 7)", "y": "1 + 2 * x + 100 * x_missing",
    }  # fmt: skip


def test_a_label_that_contributes_nothing_is_named() -> None:
    model = linear([Path("c", (Lookup(("a", "b")), OneHot(2)))], [1.0, 0.0, 0.5])
    text = str(equation(model))
    assert "These labels contribute nothing: b." in text
    assert "Where missing, it contributes nothing." in text


def test_a_column_without_a_fill_must_not_be_missing() -> None:
    model = linear([Path("x", (Affine(0.0, 2.0),))], [4.0, 1.0])
    assert "Must not be missing." in str(equation(model))
    code = equation(model).form("python")
    space: dict = {}
    exec(code, space)
    assert space["predict"](3.0) == 7.0
    with pytest.raises(ValueError, match="must not be missing"):
        space["predict"](None)


def test_an_output_that_is_not_the_score_keeps_the_targets_scale_outside() -> None:
    model = nets.model("regression", "tanh", output="sigmoid")
    folded = fold(model.plan, model.weights, model.encoding)
    assert [line.name for line in folded.outer] == ["price"]
    assert folded.layers[-1].units == ("y2_1",)
