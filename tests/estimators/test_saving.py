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
}  # fmt: skip


@pytest.mark.parametrize("precision", [np.float32, np.float64])
@pytest.mark.parametrize("case", FITTED)
def test_the_file_answers_as_the_estimator_and_gives_it_back(case, precision, tmp_path):
    unfitted, y = FITTED[case]
    est = clone(unfitted).fit(X.astype(precision), y)
    est.save(tmp_path / "m.chainrule")
    again = chainrule.load(tmp_path / "m.chainrule")
    assert type(again) is type(est) and str(again.get_params()) == str(params_as_read(est))
    np.testing.assert_array_equal(again.predict(X), est.predict(X))
    assert again.predict(X).dtype == est.predict(X).dtype and again.coefs_[0].dtype == est.coefs_[0].dtype
    assert again.n_iter_ == est.n_iter_ and again.stop_reason_ == est.stop_reason_
    assert again.history_ == est.history_ and again.n_outputs_ == est.n_outputs_
    if isinstance(est, MLPClassifier):
        np.testing.assert_array_equal(again.predict_proba(X), est.predict_proba(X))
        assert again.classes_.dtype == est.classes_.dtype and again.classes_.tolist() == est.classes_.tolist()
    # the model of the command line, on a table of the same numbers
    found = load_model(tmp_path / "m.chainrule").predict(pd.DataFrame(X, columns=["x1", "x2", "x3"]))
    ours = est.predict(X).reshape(len(X), -1)
    for k in range(ours.shape[1]):
        theirs = found.columns[k].values
        if isinstance(est, MLPClassifier):
            assert theirs.tolist() == ours[:, k].tolist()
        else:  # a sum of at most 8 terms in another order
            np.testing.assert_allclose(
                theirs.astype(float), ours[:, k], rtol=0, atol=1e-14 * (1 + np.abs(ours).max())
            )
    if est.solver != "lbfgs" and not hasattr(est, "estimators_"):
        again.set_params(early_stopping=False, n_init=1)
        assert again.partial_fit(X, y).n_iter_ >= 1


def params_as_read(est):
    """Lists come back as tuples."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in est.get_params().items()}


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
    "multilabel": lambda: MLPClassifier(**QUICK).fit(X, np.column_stack([Y > 0, Y > 1])),
    "quantiles": lambda: MLPRegressor(**QUICK, quantiles=(0.1, 0.9)).fit(X, Y),
    "calibrate": lambda: MLPRegressor(**QUICK).fit(X, Y).calibrate(X, Y),
    "n_estimators": lambda: MLPClassifier(**QUICK, n_estimators=2).fit(X, KIND),
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
            {"params": 3}, {"epochs": []}, {"name": ["MLPClassifier"]}, {"params": {"activation": {"rule": "Loss"}}}]  # fmt: skip
    for lie in lies:
        facts = {**model.facts, "program": {"estimator": {**state, **lie}}}
        dataclasses.replace(model, facts=facts).save(tmp_path / "lie.chainrule")
        with pytest.raises(ModelError, match="CR-1831"):
            chainrule.load(tmp_path / "lie.chainrule")
