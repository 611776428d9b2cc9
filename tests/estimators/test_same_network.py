"""The same settings and seed train scikit-learn's own network: its weights, losses and answers, to rounding."""

import inspect
import warnings

import numpy as np
import pytest
import scipy.sparse
import sklearn.neural_network as theirs
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_iris,
    load_wine,
    make_multilabel_classification,
)

import chainrule as ours
from chainrule.estimators import network
from chainrule.estimators.lbfgs import objective

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def scaled(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


IRIS = scaled(load_iris().data), load_iris().target
CANCER = scaled(load_breast_cancer().data), np.array(["malignant", "benign"])[load_breast_cancer().target]
DIABETES = load_diabetes().data * 20, scaled(load_diabetes().target)
TWO = DIABETES[0], np.c_[DIABETES[1], DIABETES[1] ** 2]
COUNTS = DIABETES[0], np.abs(DIABETES[1])
MANY = np.random.default_rng(0).normal(size=(5001, 2)), np.arange(5001) % 3 == 0
LABELS = make_multilabel_classification(n_samples=80, random_state=0)


def pair(kind, data, weight=None, fit=True, **settings):
    made = [getattr(part, kind)(random_state=0, **settings) for part in (theirs, ours)]
    return [m.fit(*data, sample_weight=weight) for m in made] if fit else made


def check_same(a, b, X, tolerance=1e-9):
    """Rounding differs in the order of sums only; some hundred steps carry 1e-16 to less than 1e-12."""
    for name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
        assert getattr(a, name) == getattr(b, name), name
    for p, q in zip(a.coefs_ + a.intercepts_, b.coefs_ + b.intercepts_, strict=True):
        assert p.shape == q.shape and p.dtype == q.dtype
        np.testing.assert_allclose(p, q, rtol=0, atol=tolerance)
    np.testing.assert_allclose(a.loss_, b.loss_, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(a.predict_proba(X) if hasattr(a, "classes_") else a.predict(X),
                               b.predict_proba(X) if hasattr(b, "classes_") else b.predict(X), rtol=0, atol=100 * tolerance)  # fmt: skip
    assert a.predict(X).dtype == b.predict(X).dtype
    for name in ("loss_curve_", "validation_scores_", "best_loss_", "best_validation_score_"):
        p, q = getattr(a, name, None), getattr(b, name, None)
        assert (p is None) == (q is None), name
        if p is not None:
            np.testing.assert_allclose(p, q, rtol=tolerance, atol=tolerance)


CASES = {
    "adam": ("MLPClassifier", IRIS, {}),
    "adam, two classes": ("MLPClassifier", CANCER, dict(max_iter=30)),
    "adam, labels": ("MLPClassifier", LABELS, dict(max_iter=60)),
    "adam, other decays": ("MLPRegressor", DIABETES, dict(beta_1=0.8, beta_2=0.9, epsilon=1e-3)),
    "sgd, nesterov": ("MLPClassifier", IRIS, dict(solver="sgd", batch_size=32, learning_rate_init=0.02)),
    "sgd, momentum": ("MLPClassifier", IRIS, dict(solver="sgd", nesterovs_momentum=False, momentum=0.5)),
    "adaptive": ("MLPRegressor", DIABETES, dict(solver="sgd", learning_rate="adaptive", learning_rate_init=0.05, tol=1e-3)),
    "invscaling": ("MLPClassifier", IRIS, dict(solver="sgd", learning_rate="invscaling", learning_rate_init=0.5, power_t=0.3)),
    "not shuffled": ("MLPRegressor", DIABETES, dict(shuffle=False, max_iter=20)),
    "strong alpha": ("MLPRegressor", DIABETES, dict(alpha=3.0)),
    "tanh, deep": ("MLPClassifier", IRIS, dict(hidden_layer_sizes=(20, 10), activation="tanh")),
    "logistic": ("MLPRegressor", DIABETES, dict(activation="logistic", max_iter=50)),
    "identity": ("MLPRegressor", DIABETES, dict(activation="identity", max_iter=50)),
    "no hidden layer": ("MLPClassifier", IRIS, dict(hidden_layer_sizes=())),
    "two targets": ("MLPRegressor", TWO, dict(max_iter=50)),
    "poisson": ("MLPRegressor", COUNTS, dict(loss="poisson", max_iter=50)),
    "early stopping": ("MLPClassifier", IRIS, dict(early_stopping=True)),
    "early stopping, numbers": ("MLPRegressor", DIABETES, dict(early_stopping=True, validation_fraction=0.2)),
    "early stopping, two classes": ("MLPClassifier", CANCER, dict(early_stopping=True, max_iter=20)),
    "early stopping, many rows": ("MLPClassifier", MANY, dict(early_stopping=True, max_iter=2, hidden_layer_sizes=(3,))),
    "patience": ("MLPRegressor", DIABETES, dict(tol=0.01, n_iter_no_change=3)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_whole_trainings_agree(name):
    kind, data, settings = CASES[name]
    check_same(*pair(kind, data, **settings), data[0])


@pytest.mark.parametrize("name", ["adam", "strong alpha", "early stopping", "early stopping, numbers"])
def test_row_weights_agree(name):
    kind, data, settings = CASES[name]
    weight = np.random.default_rng(0).random(len(data[0]))
    check_same(*pair(kind, data, weight, **{"max_iter": 50, **settings}), data[0])


@pytest.mark.parametrize("seed", range(20))
def test_twenty_seeds_give_twenty_times_the_same_network(seed):
    kind, data = (
        ("MLPClassifier", (scaled(load_wine().data), load_wine().target)),
        ("MLPRegressor", DIABETES),
    )[seed % 2]
    made = [getattr(part, kind)(random_state=seed, max_iter=15).fit(*data) for part in (theirs, ours)]
    check_same(*made, data[0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("container", ["array", "fortran", "csr", "csc"])
def test_any_array_of_numbers(container, dtype):
    X = CANCER[0].astype(dtype)
    made = {"fortran": np.asfortranarray, "csr": scipy.sparse.csr_array, "csc": scipy.sparse.csc_array}
    data = made.get(container, np.asarray)(X), CANCER[1]
    check_same(*pair("MLPClassifier", data, max_iter=10), data[0], 1e-9 if dtype == np.float64 else 1e-4)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_partial_fit_and_warm_start_agree(solver):
    X, y = IRIS
    for a, b in (
        pair("MLPClassifier", IRIS, fit=False, solver=solver, warm_start=w, max_iter=7) for w in (False, True)
    ):
        for m in (a, b):
            m.partial_fit(X[::2], y[::2], classes=[0, 1, 2])
            m.partial_fit(X[1::2], y[1::2])
            m.fit(X, y)
            m.fit(X, y)
        check_same(a, b, X)


def test_a_shared_random_state_is_left_as_scikit_learn_leaves_it():
    states = [np.random.RandomState(3) for _ in range(2)]
    for state, part in zip(states, (theirs, ours), strict=True):
        part.MLPRegressor(random_state=state, tol=0.05, early_stopping=False).fit(*DIABETES)
    assert np.array_equal(states[0].get_state()[1], states[1].get_state()[1])


@pytest.mark.parametrize("case", [("MLPClassifier", CANCER), ("MLPClassifier", IRIS), ("MLPRegressor", DIABETES),
                                  ("MLPRegressor", TWO)], ids=["two classes", "classes", "one target", "two targets"])  # fmt: skip
def test_lbfgs_follows_the_path_for_twenty_iterations(case):
    a, b = pair(*case, solver="lbfgs", max_iter=20, activation="tanh")
    check_same(a, b, case[1][0], 1e-10)


def test_lbfgs_ends_at_the_same_loss():
    for kind, data, settings in (
        ("MLPClassifier", IRIS, dict(alpha=0.1)),
        ("MLPRegressor", DIABETES, dict(alpha=1.0)),
    ):
        a, b = pair(kind, data, solver="lbfgs", hidden_layer_sizes=(8,), max_iter=2000, **settings)
        assert abs(a.loss_ - b.loss_) < 0.01 * a.loss_


@pytest.mark.parametrize(
    "name", ["adam", "adam, two classes", "adam, labels", "two targets", "poisson", "tanh, deep"]
)
def test_loss_and_gradient_agree_from_the_same_weights(name):
    kind, data, settings = CASES[name]
    a, b = pair(kind, data, **{**settings, "max_iter": 1, "alpha": 0.7})
    X, weight = data[0], np.random.default_rng(1).random(len(data[0]))
    y = a._label_binarizer.transform(data[1]) if kind == "MLPClassifier" else data[1].reshape(len(X), -1)
    packed = np.concatenate([w.ravel() for w in a.coefs_ + a.intercepts_])
    layers = len(a.coefs_)
    a._coef_indptr, a._intercept_indptr, start = [], [], 0
    for w in a.coefs_:
        a._coef_indptr.append((start, start + w.size, w.shape))
        start += w.size
    for w in a.intercepts_:
        a._intercept_indptr.append((start, start + w.size))
        start += w.size
    work = (
        [X] + [None] * layers,
        [None] * layers,
        [np.empty_like(w) for w in a.coefs_],
        [np.empty_like(w) for w in a.intercepts_],
    )
    wanted = a._loss_grad_lbfgs(packed, X, y, weight, *work)
    plan = network.training_plan(b, 0, 0.001, np.float64)
    share = 1 / plan.targets if kind == "MLPRegressor" and b.loss == "squared_error" else 1.0
    loss, gradient = objective(
        plan, network.source_of(X, y.astype(bool) if kind == "MLPClassifier" else y, weight), share
    )(packed)
    np.testing.assert_allclose(loss, wanted[0], rtol=1e-13)
    np.testing.assert_allclose(gradient, wanted[1], rtol=0, atol=1e-13 * max(1.0, np.abs(wanted[1]).max()))


@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_every_parameter_default_method_and_fitted_attribute_is_there(kind):
    a, b = getattr(theirs, kind), getattr(ours, kind)
    mine = inspect.signature(b.__init__).parameters
    for name, parameter in inspect.signature(a.__init__).parameters.items():
        assert (mine[name].default, mine[name].kind) == (parameter.default, parameter.kind), name
    for name in {name for name in dir(a) if not name.startswith("_")} - {
        "set_fit_request"
    }:  # that takes X_val too
        if callable(getattr(a, name)):
            wanted = list(inspect.signature(getattr(a, name)).parameters)
            assert list(inspect.signature(getattr(b, name)).parameters)[: len(wanted)] == wanted, name
    X, y = IRIS if kind == "MLPClassifier" else DIABETES
    for settings in ({}, {"early_stopping": True}, {"solver": "lbfgs"}, {"solver": "sgd"}):
        fitted = [{n for n in vars(m(max_iter=2, **settings).fit(X, y)) if n[0] != "_"} for m in (a, b)]
        assert fitted[0] <= fitted[1]


def test_the_same_errors_and_warnings():
    X, y = IRIS
    cases = [
        (dict(hidden_layer_sizes=(0,)), lambda m: m.fit(X, y)),
        (dict(activation=3), lambda m: m.fit(X, y)),
        (dict(alpha=-1), lambda m: m.fit(X, y)),
        (dict(), lambda m: m.fit(X, y[:-1])),
        (dict(), lambda m: m.fit(X * np.nan, y)),
        (dict(), lambda m: m.fit(X.tolist() + [[1]], [*y, 1])),
        (dict(), lambda m: m.predict(X)),
        (dict(max_iter=2), lambda m: m.fit(X, y).predict(X[:, :2])),
        (dict(max_iter=2), lambda m: m.fit(X, y).predict(X[0])),
        (dict(max_iter=2), lambda m: m.fit(X, y).predict(X[:1] * np.inf)),
        (dict(max_iter=2), lambda m: m.fit(X, y).predict(X[:0])),
        (dict(batch_size=10**6, max_iter=2), lambda m: m.fit(X, y)),
        (dict(early_stopping=True), lambda m: m.fit(X[:3], y[[0, 1, 0]])),
        (dict(early_stopping=True), lambda m: m.partial_fit(X, y, classes=[0, 1, 2])),
        (dict(solver="lbfgs"), lambda m: m.partial_fit(X, y)),
        (dict(solver="lbfgs", max_iter=3), lambda m: m.fit(X, y)),
        (dict(), lambda m: m.partial_fit(X, y, classes=[0, 1])),
        (dict(), lambda m: m.partial_fit(X, y)),
        (dict(warm_start=True, max_iter=2), lambda m: m.fit(X, y).fit(X, y > 0)),
    ]
    for settings, act in cases:
        said = []
        for part in (theirs, ours):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                try:
                    act(part.MLPClassifier(random_state=0, **settings))
                    outcome = ""
                except Exception as error:
                    outcome = type(error).__mro__[-4].__name__, str(error).split(" [CR-")[0]
            said.append((outcome, [(w.category, str(w.message).split(" [CR-")[0]) for w in caught]))
        if settings == dict(activation=3):  # more is accepted here, so the sentence lists more
            assert "activation" in said[1][0][1]
            continue
        assert said[0][1] == said[1][1], settings
        assert bool(said[0][0]) == bool(said[1][0]), settings
        assert said[0][0] == "" or said[0][0][1] == said[1][0][1], (settings, said)
