"""From a table to a model in one call: what it learns, says and refuses."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from model_tables import QUICK, TARGETS, table
from sklearn import datasets

import chainrule
from chainrule.engine.reference import Reference
from chainrule.errors import (
    BatchError,
    ChainruleError,
    EncodingError,
    EngineError,
    ModelError,
    PlanError,
    TableError,
)
from chainrule.report import metrics
from chainrule.table import Table, read_table


def test_the_report_has_exactly_the_promised_keys_and_is_strict_json(model):
    report = model.to_json_report()
    assert list(report) == [
        "target",
        "task",
        "rows",
        "primary",
        "metrics",
        "baselines",
        "stop_reason",
        "engine",
        "model",
    ]
    assert set(report["rows"]) == set(report["metrics"]) == {"train", "validation", "test"}
    assert set(report["baselines"]) == {"constant", "linear"}
    assert report["primary"] in report["metrics"]["test"]
    assert sum(report["rows"].values()) == 150
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_the_reported_metrics_are_those_of_the_predictions(model):
    """The test part is found again by its rows, predicted as a stranger would, and measured."""
    data = read_table(table(model.target))
    from chainrule.model.cutting import cut_rows

    cut = cut_rows(data, model.target, model.task, None, (0.7, 0.15, 0.15), 0, False, False)
    part = data.take(cut.test)
    said = model.predict(part)
    if model.task == "regression":
        found = metrics.evaluate("regression", part[model.target].values, said[model.target].values)
    else:
        labels = list(model.encoding.labels)
        p = np.column_stack([said[f"{model.target}={label}"].values for label in labels])
        found = metrics.evaluate(
            model.task, np.array([labels.index(v) for v in part[model.target].values]), p
        )
        assert said[model.target].values.tolist() == [labels[k] for k in p.argmax(1)]
        np.testing.assert_allclose(p.sum(1), 1, rtol=1e-6)
    # the predictions passed through float32 probabilities or not at all
    assert model.facts["metrics"]["test"] == pytest.approx(found, rel=1e-12)
    assert model.evaluate(part) == pytest.approx(found, rel=1e-12)


def test_every_kind_of_frame_and_a_file_give_the_same_model(csv):
    columns = table("y")
    models = [
        chainrule.train(data, "y", **QUICK)
        for data in (columns, pd.DataFrame(columns), read_table(columns), csv("y"))
    ]
    for other in models[1:]:
        np.testing.assert_array_equal(other.weights, models[0].weights)


def test_the_same_seed_gives_the_same_bits_and_another_gives_others():
    one, two, three = (chainrule.train(table("y"), "y", seed=s, **QUICK) for s in (1, 1, 2))
    np.testing.assert_array_equal(one.weights, two.weights)
    assert (one.weights != three.weights).any()


def test_with_nothing_but_the_target_it_beats_the_linear_baseline_where_the_truth_is_not_linear():
    g = np.random.default_rng(0)
    x = g.uniform(-2, 2, (400, 3))
    model = chainrule.train(
        {**{f"x{j}": x[:, j] for j in range(3)}, "y": x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2])}, "y", epochs=60
    )
    report = model.to_json_report()
    assert report["metrics"]["test"]["rmse"] < 0.5 * report["baselines"]["linear"]["rmse"]
    assert "better than a linear model" in model.report()


def test_a_bundled_table_of_three_classes_is_learned():
    iris = datasets.load_iris(as_frame=True).frame
    model = chainrule.train(iris, "target", epochs=40)
    assert model.task == "multiclass"
    assert model.encoding.labels == (0, 1, 2)
    assert model.facts["metrics"]["test"]["accuracy"] >= 0.9
    assert model.predict(iris)["target"].values.dtype.kind == "i"


def test_files_of_their_own_are_the_parts(csv):
    data, stop, test = csv("y"), csv("y", 40, 1, "v.csv"), csv("y", 50, 2, "t.csv")
    model = chainrule.train(data, "y", validation=stop, test=test, **QUICK)
    assert model.facts["rows"] == {"train": 150, "validation": 40, "test": 50}
    assert model.evaluate(test) == model.facts["metrics"]["test"]
    one = chainrule.train(data, "y", test=test, **QUICK)
    assert one.facts["rows"] == {"train": 124, "validation": 26, "test": 50}  # 150·0.15/0.85 = 26.5, to even


def test_a_column_names_the_parts_and_is_no_input():
    columns = {**table("y"), "part": np.array(["训练", "训练", "验证", "测试", "训练"] * 30)}
    model = chainrule.train(columns, "y", part="part", **QUICK)
    assert model.facts["rows"] == {"train": 90, "validation": 30, "test": 30}
    assert "part" not in model.encoding.columns


def test_a_column_without_validation_gives_some_training_rows_to_it():
    columns = {**table("y"), "part": np.array(["train", "train", "test"] * 50)}
    model = chainrule.train(columns, "y", part="part", **QUICK)
    assert model.facts["rows"] == {"train": 85, "validation": 15, "test": 50}


def test_parts_may_be_left_out():
    model = chainrule.train(table("y"), "y", fractions=(1, 0, 0), **QUICK)
    assert model.facts["rows"] == {"train": 150, "validation": 0, "test": 0}
    assert model.facts["metrics"]["test"] is None
    assert "test" not in model.report().splitlines()[2]


def test_columns_can_be_dropped_and_rows_without_target_are_left_out():
    columns = table("y")
    columns["y"] = np.where(np.arange(150) % 10 == 0, np.nan, columns["y"])
    model = chainrule.train(columns, "y", drop=["color"], **QUICK)
    assert model.encoding.columns == ("a", "b", "wet")
    assert sum(model.facts["rows"].values()) == 135
    assert any("15 row(s) without a value" in note for note in model.notes)


@pytest.mark.parametrize(
    ("target", "monitor"),
    [
        ("y", "mae"),
        ("y", "r2"),
        ("y", "huber"),
        ("y", "absolute"),
        ("big", "auc"),
        ("big", "accuracy"),
        ("big", "f1"),
        ("big", "squared"),
        ("kind", "accuracy"),
        ("kind", "balanced_accuracy"),
    ],
)
def test_the_weights_kept_are_the_best_by_the_monitor(target, monitor):
    model = chainrule.train(table(target), target, monitor=monitor, fractions=(0.6, 0.4, 0.0), **QUICK)
    found = metrics.metric(model.task, monitor)
    scores = model.history[found.name if found else monitor][0]
    best = scores.max() if found and found.higher else scores.min()
    assert scores[model.facts["best_epoch"] - 1] == best
    if found:  # in the user's units; the targets passed through the encoding's float32
        assert model.facts["metrics"]["validation"][found.name] == pytest.approx(best, rel=1e-5)


def test_the_losses_own_metric_is_watched_by_the_engine_itself():
    model = chainrule.train(table("big"), "big", monitor="log_loss", **QUICK)
    assert set(model.history) == {"train", "validation", "rate"}
    best = model.history["validation"][0].min()
    assert model.facts["metrics"]["validation"]["log_loss"] == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize(
    ("target", "settings"),
    [
        ("y", {"loss": "huber", "optimizer": "irprop_minus", "activation": "tanh", "batch": 0}),
        (
            "y",
            {
                "loss": "mae",
                "optimizer": "momentum",
                "schedule": "plateau",
                "scale": "minmax",
                "target_scale": "robust",
            },
        ),
        ("y", {"hidden": (), "l2": 0.01, "l1": 0.001, "clip_norm": 1.0, "start": "normal"}),
        ("y", {"loss": "poisson"}),
        ("big", {"loss": "mse"}),
        ("kind", {"loss": "squared", "dropout": 0.2}),
        (
            "big",
            {
                "hidden": 5,
                "activation": ["relu"],
                "precision": "float64",
                "clip_value": 0.1,
                "schedule": "one_cycle",
            },
        ),
    ],
)
def test_settings_reach_the_plan_and_the_model_still_answers(target, settings):
    model = chainrule.train(table(target), target, **{**QUICK, **settings})
    assert all(v is None or math.isfinite(v) for v in model.facts["metrics"]["test"].values())
    plan = model.plan
    for name in ("l1", "l2", "precision", "lr", "batch"):
        if name in settings:
            assert getattr(plan, name) == settings[name]
    if plan.loss.name == "poisson":
        assert model.encoding.decode(np.array([[3.0]]))[0] == 3.0
    if target == "big" and plan.loss.name == "squared":
        assert plan.layers[-1].activation.name == "sigmoid"


def test_the_reference_engine_is_used_where_it_is_asked_for():
    model = chainrule.train(table("y"), "y", engine="reference", **QUICK)
    assert isinstance(model.engine, Reference) and model.to_json_report()["engine"] == "reference"


def test_reasons_name_rows_and_inputs():
    model = chainrule.train(table("y"), "y", epochs=2, folds=0)
    assert any("106 training rows, 7 inputs" in reason for reason in model.reasons), model.reasons
    given = chainrule.train(table("y"), "y", hidden=(3,), epochs=2)
    assert not any("hidden" in reason for reason in given.reasons)


def test_a_learning_rate_that_breaks_the_training_is_told_and_a_usable_model_is_left():
    model = chainrule.train(
        table("y"), "y", lr=1e30, optimizer="gd", activation="identity", hidden=(5, 5), epochs=5
    )
    assert model.stop.reason == "nonfinite"
    assert np.isfinite(model.weights).all()
    assert "Stopped at step" in model.report()


def test_resuming_through_train_gives_the_same_model(tmp_path):
    path = tmp_path / "c"
    chainrule.train(table("y"), "y", checkpoint=path, **{**QUICK, "epochs": 4}, schedule="constant")
    on = chainrule.train(table("y"), "y", checkpoint=path, resume=True, schedule="constant", **QUICK)
    np.testing.assert_array_equal(
        on.weights, chainrule.train(table("y"), "y", schedule="constant", **QUICK).weights
    )
    changed = {**table("y"), "color": np.array(["red"] * 75 + ["blue"] * 75)}
    with pytest.raises(ChainruleError, match="CR-1612"):
        chainrule.train(changed, "y", checkpoint=path, resume=True, schedule="constant", **QUICK)


def rows(**columns):
    return {"x": np.arange(20.0) % 7, **columns}


@pytest.mark.parametrize(
    ("data", "settings", "error", "words"),
    [
        ({"x": [1.0], "y": [2.0]}, {}, TableError, "1 row"),
        ({"x": [1.0, 2.0], "y": [2.0, 3.0]}, {}, TableError, "2 row"),
        (rows(y=[1.0] * 20), {}, TableError, "CR-1027"),
        (rows(y=["a"] * 20), {}, TableError, "CR-1027"),
        (rows(y=[math.nan] * 20), {}, TableError, "CR-1026"),
        (rows(z=np.arange(20.0)), {}, TableError, "CR-1016"),
        (rows(y=np.arange(20.0)), {"target": None}, ModelError, r'\(target=…\); the table has "x", "y"'),
        (rows(y=np.arange(20.0)), {"drop": ["w"]}, TableError, "CR-1016"),
        (rows(y=np.arange(20.0)), {"drop": ["x"]}, EncodingError, "CR-1105"),
        (
            rows(y=np.arange(20.0)),
            {"loss": "cross_entropy"},
            ModelError,
            "does not fit the task regression; choose squared",
        ),
        (rows(y=np.arange(20.0)), {"loss": "poisson", "target_scale": "standard"}, ModelError, "CR-1812"),
        (rows(y=np.arange(20.0) - 9), {"loss": "poisson"}, ModelError, "CR-1812"),
        (rows(y=["a", "b"] * 10), {"loss": "cross_entropy"}, ModelError, "CR-1811"),
        (
            rows(y=np.arange(20.0)),
            {"monitor": "auc"},
            ModelError,
            "'auc' cannot be watched for the task regression",
        ),
        (rows(y=np.arange(20.0)), {"engine": "fast"}, EngineError, "CR-15"),
        (rows(y=np.arange(20.0)), {"fractions": 0.7}, BatchError, "CR-1210"),
        (rows(y=np.arange(20.0)), {"part": "p", "test": {"x": [1.0]}}, ModelError, "CR-1814"),
        (rows(y=np.arange(20.0)), {"part": "x"}, BatchError, "CR-1221"),
        (rows(y=np.arange(20.0)), {"drop": "y"}, ModelError, "CR-1819"),
        (rows(y=np.arange(20.0)), {"part": "x", "drop": ["x"]}, ModelError, "CR-1819"),
        (rows(y=np.arange(20.0)), {"test": {"x": [1.0], "z": [1.0]}}, EncodingError, "CR-1115"),
        (rows(y=np.arange(20.0)), {"test": {"x": [1.0], "y": [math.nan]}}, ModelError, "CR-1817"),
        (rows(y=np.arange(20.0)), {"seed": -1}, PlanError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"hidden": "64,64"}, PlanError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"hidden": (64, 0)}, PlanError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"epochs": 0}, PlanError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"epochs": "ten"}, PlanError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"batch": -3}, PlanError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"batch": "big"}, PlanError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"lr": "fast"}, PlanError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"dropout": "half"}, PlanError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"goal": "low"}, PlanError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"precision": "float16"}, PlanError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"scale": "huge"}, EncodingError, "CR-1107"),
        (rows(y=np.arange(20.0)), {"activation": "tanx"}, ChainruleError, "near: tanh"),
        (rows(y=np.arange(20.0)), {"optimizer": 7}, ChainruleError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"loss": None}, ChainruleError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"schedule": 3}, ChainruleError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"monitor": 3}, ChainruleError, "CR-1401"),
        (rows(y=np.arange(20.0)), {"task": "clustering"}, TableError, "CR-1028"),
    ],
)
def test_bad_input_gets_a_sentence(data, settings, error, words):
    settings = {"target": "y", "epochs": 1, **settings}
    target = settings.pop("target")
    with pytest.raises(error, match=words):
        chainrule.train(data, target, **settings)


def test_a_class_that_is_only_in_the_test_column_is_refused():
    data = rows(y=["a", "b"] * 9 + ["c", "c"], part=["train", "val", "train"] * 6 + ["test"] * 2)
    with pytest.raises(BatchError, match="The class c has rows in the test part"):
        chainrule.train(data, "y", part="part", epochs=1)


def test_parts_of_few_rows_are_noted():
    model = chainrule.train(rows(y=np.arange(20.0)), "y", epochs=2, folds=0)
    assert any("test part has only 3 row(s)" in note for note in model.notes)


def test_a_prediction_table_that_lacks_a_column_is_refused_and_extra_columns_are_ignored(model):
    columns = table(model.target, 10, 3)
    del columns[model.target]
    whole = model.predict({**columns, "extra": np.zeros(10)})
    assert isinstance(whole, Table) and whole.rows == 10
    del columns["color"]
    with pytest.raises(EncodingError, match='"color"'):
        model.predict(columns)
    with pytest.raises(EncodingError, match="CR-1115"):
        model.evaluate(table("other", 10))


def test_labels_never_seen_and_missing_cells_are_predicted_and_noted(model):
    said = model.predict(
        {"a": [1.0, math.nan], "b": [0.0, 1.0], "color": ["violet", "red"], "wet": ["yes", None]}
    )
    assert any("violet" in note for note in said.notes)
    assert all(np.isfinite(c.values.astype(float)).all() for c in said.columns if c.kind == "number")


def test_summary_is_one_line(model):
    assert model.summary.startswith(f"{model.target} ({model.task}) {model.plan.name}")
    assert "\n" not in model.summary
    assert TARGETS[model.task] == model.target
