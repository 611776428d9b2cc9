"""Rows divided without a draw, by time, by number; classes weighted; folds; several targets."""

import numpy as np
import pytest

import chainrule
from chainrule.batches.split import split_by_index, split_in_order
from chainrule.errors import BatchError, ModelError, TableError
from chainrule.model.weighing import class_weights
from chainrule.table import read_table

QUICK = {"hidden": (4,), "epochs": 4, "decay": 0.1, "seed": 3}


def frame(n=60, seed=0):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, n))
    return {
        "a": a.tolist(), "b": b.tolist(), "day": [float(v) for v in rng.permutation(n) // 2], "pump": [i % 7 for i in range(n)],
        "w": rng.uniform(0.5, 2, n).tolist(), "y": (a + b * b).tolist(), "z": (a - b).tolist(),
        "sort": ["rare" if i % 10 == 0 else "often" for i in range(n)],
    }  # fmt: skip


def everything(cut):
    return np.sort(np.concatenate([cut.train, cut.validation, cut.test])).tolist()


def test_block_and_interleaved_take_the_rows_as_they_stand():
    cut = split_in_order(20, fractions=(0.6, 0.2, 0.2))
    assert (cut.train.tolist(), cut.validation.tolist(), cut.test.tolist()) == (
        list(range(12)), list(range(12, 16)), list(range(16, 20)))  # fmt: skip
    cut = split_in_order(1000, fractions=(0.7, 0.15, 0.15), manner="interleaved")
    assert everything(cut) == list(range(1000)) and cut.rows == {"train": 700, "validation": 150, "test": 150}
    assert np.diff(cut.test).max() <= 10 and np.diff(cut.validation).max() <= 10


def test_in_time_no_row_is_tested_before_one_that_is_trained_on_and_a_moment_stays_whole():
    key = np.random.default_rng(1).integers(0, 40, 300).astype(float)
    cut = split_in_order(300, key=key)
    assert everything(cut) == list(range(300))
    assert key[cut.train].max() < key[cut.validation].min() <= key[cut.validation].max() < key[cut.test].min()


def test_row_numbers_are_the_users(refused):
    cut = split_by_index("2-5,9/6/7-8", np.arange(2, 10))
    assert (cut.train.tolist(), cut.validation.tolist(), cut.test.tolist()) == ([0, 1, 2, 3, 7], [4], [5, 6])
    for text, code in (
        ("2-5/5-6", "CR-1224"),
        ("a/b", "CR-1224"),
        ("2-5/6/7/8", "CR-1224"),
        ("2/30-40", "CR-1225"),
    ):
        with refused(code, kind=BatchError):
            split_by_index(text, np.arange(2, 10))


def test_balanced_classes_weigh_the_same_and_named_ones_as_said(refused):
    table = read_table(frame())
    train = np.arange(40)
    each = class_weights(table, "sort", "binary", train, "balanced")
    sort = table["sort"].values
    assert each[train][sort[train] == "rare"].sum() == pytest.approx(
        each[train][sort[train] == "often"].sum()
    )
    assert each[train].sum() == pytest.approx(40)
    assert set(class_weights(table, "sort", "binary", train, "rare=3")) == {1.0, 3.0}
    with refused("CR-3378", "seldom", kind=ModelError):
        class_weights(table, "sort", "binary", train, {"seldom": 2})
    with refused("CR-3377", kind=ModelError):
        class_weights(table, "y", "regression", train, "balanced")


def test_a_row_of_weight_two_is_two_rows():
    """Weights enter the loss as they should: one whole batch, SGD without momentum, the doubled rows written twice."""
    plain = {k: frame(40)[k] for k in ("a", "y")}
    twice = {k: v + v[:10] for k, v in plain.items()}
    common = {"batch": 0, "optimizer": "sgd", "schedule": "constant", "lr": 0.1, "scale": "none", "target_scale": "none",
              "precision": "float64", "hidden": (4,), "epochs": 4, "seed": 3}  # fmt: skip
    weight = [2.0] * 10 + [1.0] * 30
    one = chainrule.train(plain, "y", weight=weight, fractions=(1, 0, 0), **common)
    two = chainrule.train(twice, "y", fractions=(1, 0, 0), **common)
    np.testing.assert_allclose(one.weights, two.weights, rtol=1e-10)


def test_ways_to_divide_exclude_one_another(refused):
    table = frame()
    for more in (
        {"time": "day", "divide": "block"},
        {"divide": "block", "groups": "pump"},
        {"time": "day", "folds": 3},
    ):
        with refused("CR-3374", kind=ModelError):
            chainrule.train(table, "y", **more, **QUICK)
    with refused("CR-3375", "sideways", kind=ModelError):
        chainrule.train(table, "y", divide="sideways", **QUICK)
    with refused("CR-3376", "sort", kind=ModelError):
        chainrule.train(table, "y", time="sort", **QUICK)
    with refused("CR-3367", kind=ModelError):
        chainrule.train(table, "y", repeats=3, time="day", **QUICK)


def test_the_column_of_times_is_no_input_unless_kept():
    model = chainrule.train(frame(), "y", time="day", **QUICK)
    assert "day" not in model.encoding.columns and any("day" in note for note in model.notes)
    assert "day" in chainrule.train(frame(), "y", time="day", keep=["day"], **QUICK).encoding.columns


def test_folds_test_each_row_once_and_report_mean_and_spread(tmp_path):
    model = chainrule.train(frame(), "y", folds=3, repeats=2, **QUICK)
    crossed = model.facts["folds"]
    assert crossed["folds"] == 3 and crossed["repeats"] == 2 and len(crossed["values"]) == 6
    assert model.facts["metrics"]["test"]["rmse"] == pytest.approx(np.mean(crossed["values"]))
    assert crossed["sd"]["rmse"] == pytest.approx(np.std(crossed["values"], ddof=1))
    assert model.facts["rows"] == {"train": 51, "validation": 9, "test": 60}
    again = chainrule.train(frame(), "y", folds=3, repeats=2, **QUICK)
    assert again.facts["folds"] == crossed and np.array_equal(again.weights, model.weights)
    model.save(tmp_path / "m.chainrule")
    assert chainrule.load(tmp_path / "m.chainrule").facts["folds"] == crossed


def test_folds_keep_groups_together_and_leave_rows_without_target_out():
    table = frame()
    table["y"][5] = None
    model = chainrule.train(table, "y", folds=3, groups="pump", **QUICK)
    assert model.facts["rows"]["test"] == 59 and "pump" not in model.encoding.columns


def test_several_targets_are_trained_evaluated_saved_and_predicted_together(tmp_path, refused):
    table = {k: frame()[k] for k in ("a", "b", "y", "z")}
    model = chainrule.train(table, "y, z", hidden=(8,), epochs=300, decay=0.0, seed=1)
    model.save(tmp_path / "m.chainrule")
    model = chainrule.load(tmp_path / "m.chainrule")
    answer = model.predict(table)
    assert answer.names == ("y", "z") and model.target == "y, z"
    found = model.evaluate(table)
    each = []
    for name in ("y", "z"):
        t, y = np.array(table[name]), answer[name].values
        each.append(1 - np.sum((y - t) ** 2) / np.sum((t - t.mean()) ** 2))
    assert found["r2"] == pytest.approx(np.mean(each)) and min(each) > 0.8
    with refused("CR-3379", "sort", kind=TableError):
        chainrule.train(frame(), "y,sort", **QUICK)


def test_a_target_may_be_named_by_its_place():
    table = {k: frame()[k] for k in ("a", "b", "y")}
    assert chainrule.train(table, 3, **QUICK).target == chainrule.train(table, "-1", **QUICK).target == "y"


def test_a_column_that_gives_the_target_away_is_told_with_its_evidence():
    table = frame()
    table["copy"] = [3 - 2 * v for v in table["y"]]
    model = chainrule.train({k: table[k] for k in ("a", "copy", "y")}, "y", **QUICK)
    told = [note for note in model.notes if "gives the target away" in note]
    assert len(told) == 1 and '"copy"' in told[0] and "-1" in told[0]
    table["code"] = [{"rare": "r7", "often": ("o1", "o2")[i % 2]}.get(v) for i, v in enumerate(table["sort"])]
    table["code"] = [c if isinstance(c, str) else c[0] for c in table["code"]]
    model = chainrule.train({k: table[k] for k in ("a", "code", "sort")}, "sort", **QUICK)
    assert any('"code"' in note and "gives the target away" in note for note in model.notes)
    assert not any(
        "Warning" in note
        for note in chainrule.train({k: table[k] for k in ("a", "b", "y")}, "y", **QUICK).notes
    )


def test_rows_that_are_trained_on_and_tested_on_are_counted():
    table = {k: frame()[k] * 2 for k in ("a", "b", "y")}
    model = chainrule.train(table, "y", folds=0, **QUICK)
    assert any("test rows stand in the training part too" in note for note in model.notes)
    notes = chainrule.train(table, "y", folds=3, **QUICK).notes
    assert any("tested by folds, stand among the rows trained on too" in note for note in notes)
