"""MLPClassifier and MLPRegressor in the command line's file: the same answers there, and the estimator back from it."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import chainrule
from chainrule import MLPClassifier, MLPRegressor
from chainrule.cli import main
from chainrule.errors import EncodingError, EstimatorError, ModelError
from chainrule.model import load as load_model
from chainrule.rules.losses import LOSSES

G = np.random.default_rng(5)
X = G.normal(size=(80, 3))
Y = X @ [1.0, -2.0, 0.5] + 0.1 * G.normal(size=80)
KIND = np.where(Y > 1, "high", np.where(Y < -1, "low", "mid"))
QUICK = {"hidden_layer_sizes": (5,), "max_iter": 4, "random_state": 0}
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

FITTED = {
    "one number": (MLPRegressor(**QUICK), Y),
    "several numbers": (MLPRegressor(**QUICK, activation=["tanh"]), np.column_stack([Y, Y**2])),
    "counts": (MLPRegressor(**QUICK, loss="poisson"), np.round(np.abs(Y))),
    "own rule": (MLPRegressor(**QUICK, loss=LOSSES["huber"], n_iter_no_change=np.inf), Y),
    "average": (MLPRegressor(**QUICK, n_estimators=3), Y),
    "best of starts": (MLPRegressor(**QUICK, n_init=2), Y),
    "stopped early": (MLPClassifier(**QUICK, early_stopping=True), KIND),
    "texts": (MLPClassifier(**QUICK), KIND),
    "numbers as labels": (MLPClassifier(**QUICK, class_weight={3: 1.0, 7: 2.0}), np.where(Y > 0, 7, 3)),
    "yes or no": (MLPClassifier(**QUICK, solver="sgd"), Y > 0),
    "fractions as labels": (MLPClassifier(**QUICK), np.where(Y > 0, 1.0, 2.0)),
    "objects": (MLPClassifier(**QUICK), KIND.astype(object)),
    "lbfgs": (MLPClassifier(**QUICK, solver="lbfgs"), KIND),
    "labels": (MLPClassifier(**QUICK), np.column_stack([Y > 0, Y > 1])),
    "average of classes": (MLPClassifier(**QUICK, n_estimators=2), KIND),
    "average of labels": (MLPClassifier(**QUICK, n_estimators=2), np.column_stack([Y > 0, Y > 1])),
    "average of counts": (MLPRegressor(**QUICK, n_estimators=2, loss="poisson"), np.round(np.abs(Y))),
    "quantiles": (MLPRegressor(**QUICK, quantiles=(0.1, 0.5, 0.9)), Y),
    "quantiles, no hidden layer": (MLPRegressor(**QUICK | {"hidden_layer_sizes": ()}, quantiles=(0.1, 0.9)), Y),
    "averaged quantiles of two numbers": (MLPRegressor(**QUICK | {"hidden_layer_sizes": (4, 3)}, quantiles=(0.1, 0.5, 0.9),
                                                       n_estimators=2), np.column_stack([Y, Y**2])),
    "start": (MLPRegressor(**QUICK | {"hidden_layer_sizes": ()}, start=([np.zeros((3, 1))], [np.zeros(1)])), Y),
}  # fmt: skip


@pytest.mark.parametrize("precision", [np.float32, np.float64])
@pytest.mark.parametrize("case", FITTED)
def test_the_file_answers_as_the_estimator_and_gives_it_back(case, precision, tmp_path):
    unfitted, y = FITTED[case]
    est = clone(unfitted).fit(X.astype(precision), y)
    est.save(tmp_path / "m.chainrule")
    again = chainrule.load(tmp_path / "m.chainrule")
    assert type(again) is type(est) and plain(again.get_params()) == plain(est.get_params())
    np.testing.assert_array_equal(again.predict(X), est.predict(X))
    assert again.predict(X).dtype == est.predict(X).dtype and again.coefs_[0].dtype == est.coefs_[0].dtype
    assert again.n_iter_ == est.n_iter_ and again.stop_reason_ == est.stop_reason_
    assert again.history_ == est.history_ and again.n_outputs_ == est.n_outputs_
    if isinstance(est, MLPClassifier):
        np.testing.assert_array_equal(again.predict_proba(X), est.predict_proba(X))
        assert again.classes_.dtype == est.classes_.dtype and again.classes_.tolist() == est.classes_.tolist()
    # the model of the command line, on a table of the same numbers
    found = load_model(tmp_path / "m.chainrule").predict(pd.DataFrame(X, columns=["x1", "x2", "x3"]))
    ours = answers(est)
    shares = len(est.classes_) if isinstance(est, MLPClassifier) and est.predict(X).ndim == 1 else 0
    assert len(found.columns) == ours.shape[1] + shares
    for k in range(ours.shape[1]):
        theirs = found.columns[k].values
        if isinstance(est, MLPClassifier) and est.predict(X).ndim == 1:
            assert theirs.tolist() == ours[:, k].tolist()
        else:  # a sum of at most 8 terms in another order
            np.testing.assert_allclose(
                theirs.astype(float), ours[:, k], rtol=0, atol=1e-14 * (1 + np.abs(ours).max())
            )
    if est.solver != "lbfgs" and not hasattr(est, "estimators_"):
        again.set_params(early_stopping=False, n_init=1)
        assert again.partial_fit(X, y).n_iter_ >= 1


def answers(est):
    """What the file is to answer (n, columns)."""
    if getattr(est, "quantiles", None) is not None:
        return np.column_stack([one.predict(X) for one in est.estimators_])
    if isinstance(est, MLPClassifier) and est.predict(X).ndim == 2:
        return est.predict_proba(X)
    return est.predict(X).reshape(len(X), -1)


def plain(value):
    """Lists and arrays come back as tuples."""
    if isinstance(value, dict):
        return str({k: plain(v) for k, v in value.items()})
    value = value.tolist() if isinstance(value, np.ndarray) else value
    return tuple(map(plain, value)) if isinstance(value, list | tuple) else value


def test_calibrated_probabilities_are_the_files_own_and_come_back(tmp_path):
    for y in (KIND, np.column_stack([Y > 0, Y > 1])):
        est = MLPClassifier(**QUICK, n_estimators=2).fit(X, y).calibrate(X, y)
        est.save(tmp_path / "m.chainrule")
        again = chainrule.load(tmp_path / "m.chainrule")
        assert again.temperature_ == est.temperature_ != 1.0
        np.testing.assert_allclose(again.predict_proba(X), est.predict_proba(X), rtol=1e-12)
        found = load_model(tmp_path / "m.chainrule").predict(pd.DataFrame(X, columns=["x1", "x2", "x3"]))
        p = np.column_stack([c.values for c in found.columns if c.kind == "number"])
        # the scores are divided here in the weights, there afterwards
        np.testing.assert_allclose(p, est.predict_proba(X), rtol=1e-12)


@pytest.mark.parametrize("settings", [{}, {"quantiles": (0.1, 0.9)}, {"n_estimators": 2}], ids=str)
def test_intervals_come_back_with_the_file(settings, tmp_path):
    est = MLPRegressor(**QUICK, **settings).fit(X, Y).calibrate(X[:40], Y[:40])
    est.save(tmp_path / "m.chainrule")
    again = chainrule.load(tmp_path / "m.chainrule")
    for ours, theirs in zip(est.predict_interval(X, 0.8), again.predict_interval(X, 0.8), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_every_command_reads_the_file(tmp_path, capfd):
    file, table = str(tmp_path / "m.chainrule"), str(tmp_path / "t.csv")
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    est = MLPRegressor(**QUICK).fit(frame, Y)
    est.save(file, target="price")
    frame.assign(price=Y).to_csv(table, index=False)
    assert list(chainrule.load(file).feature_names_in_) == ["a", "b", "c"]

    def run(*words):
        code = main(list(words))
        out, err = capfd.readouterr()
        assert code == 0, err
        return out

    predicted = str(tmp_path / "p.csv")
    run("predict", file, table, "--out", predicted)
    np.testing.assert_allclose(pd.read_csv(predicted).iloc[:, -1], est.predict(frame), rtol=1e-5)
    assert "price" in run("equation", file, "--data", table)
    assert f"{est.predict(frame)[1]:.6g}" in run("explain", file, table, "--row", "2")
    r2 = 1 - ((est.predict(frame) - Y) ** 2).sum() / ((Y - Y.mean()) ** 2).sum()
    assert f"{r2:.4g}" in run("evaluate", file, table)
    assert "No metrics are known" in run("report", file)
    with pytest.raises(EncodingError, match="CR-1126"):
        load_model(file).predict(frame.where(frame != frame.iloc[3, 1]))
    assert "No metrics are known" in run("report", file, table)
    assert "No metrics are known" in load_model(file).report() and "price" in load_model(file).summary
    for made in (load_model(file).script, load_model(file).methods):
        with pytest.raises(ModelError, match="CR-1833"):
            made()
    with pytest.raises(ModelError, match="CR-3530"):
        chainrule.repeat(file)


REFUSED = {
    "classes_": lambda: MLPClassifier(**QUICK).fit(X, np.zeros(len(X))),
    "n_outputs_": lambda: MLPRegressor(**QUICK).fit(X, np.tile(Y[:, None], 65)),
    "random_state": lambda: MLPRegressor(**QUICK | {"random_state": np.random.RandomState(0)}).fit(X, Y),
    "target": lambda: MLPRegressor(**QUICK).fit(pd.DataFrame(X, columns=["a", "b", "y"]), Y),
}


@pytest.mark.parametrize("word", REFUSED)
def test_what_the_file_cannot_hold_is_refused_and_nothing_is_written(word, tmp_path):
    est = REFUSED[word]()
    with pytest.raises(EstimatorError, match=word):
        est.save(tmp_path / "m.chainrule")
    assert not list(tmp_path.iterdir())


def test_a_file_that_lies_about_its_estimator_is_refused(tmp_path):
    MLPClassifier(**QUICK).fit(X, KIND).save(tmp_path / "m.chainrule")
    model = load_model(tmp_path / "m.chainrule")
    state = model.facts["program"]["estimator"]
    lies = [{"name": "MLPRegressor"}, {"columns": ["x1"]}, {"params": {"eval": 1}}, {"labels": "<M8[s]"},
            {"params": 3}, {"epochs": []}, {"temperature": 0.0}, {"temperature": "hot"}, {"conformity": [[1.0], [2.0, 3.0]]},
            {"name": ["MLPClassifier"]}, {"params": {"activation": {"rule": "Loss"}}}]  # fmt: skip
    for lie in lies:
        facts = {**model.facts, "program": {"estimator": {**state, **lie}}}
        dataclasses.replace(model, facts=facts).save(tmp_path / "lie.chainrule")
        with pytest.raises(ModelError, match="CR-1831"):
            chainrule.load(tmp_path / "lie.chainrule")
