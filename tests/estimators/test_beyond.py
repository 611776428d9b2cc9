"""What scikit-learn's MLP refuses: every setting does what its sentence says, or is refused."""

import inspect
import os
import pickle
import signal
import subprocess
import sys
import threading

import numpy as np
import pandas as pd
import pytest
import scipy.special
import sklearn
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LogisticRegression, QuantileRegressor, Ridge
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils import compute_sample_weight

import chainrule
from chainrule import Activation, MLPClassifier, MLPRegressor, Optimizer
from chainrule.estimators import network
from chainrule.estimators.constraints import settings_of
from chainrule.rules.optimizers import OPTIMIZERS

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, y = StandardScaler().fit_transform(load_iris().data), load_iris().target
D, d = load_diabetes().data * 20, StandardScaler().fit_transform(load_diabetes().target[:, None]).ravel()
A, B, a, b = train_test_split(X, y, random_state=0, stratify=y)
P, Q, p, q = train_test_split(D, d, random_state=0)


def same(m, n):
    return all(
        np.array_equal(u, v) for u, v in zip(m.coefs_ + m.intercepts_, n.coefs_ + n.intercepts_, strict=True)
    )


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_one_table_holds_every_setting_its_default_and_its_sentence(kind):
    table = {s.name: s for s in settings_of("classifier" if kind is MLPClassifier else "regressor")}
    signature = inspect.signature(kind.__init__).parameters
    assert {name: s.default for name, s in table.items()} == {
        n: v.default for n, v in signature.items() if n != "self"
    }
    assert set(kind._parameter_constraints) == set(table)
    assert all(
        signature[name].kind is inspect.Parameter.KEYWORD_ONLY for name, s in table.items() if s.beyond
    )
    assert all(s.text in kind.__doc__ for s in table.values())


def test_importing_the_package_does_not_import_scikit_learn():
    code = "import sys, chainrule; assert 'sklearn' not in sys.modules; chainrule.MLPClassifier; assert 'sklearn' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_no_hidden_layer_is_ridge_and_logistic_regression():
    # L-BFGS ends where the loss moves by 2e-9 of itself, so answers are right to about the root of that
    mlp = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=5.0, tol=1e-9, max_iter=5000).fit(D, d)
    np.testing.assert_allclose(mlp.predict(D), Ridge(alpha=5.0).fit(D, d).predict(D), atol=2e-4)
    mlp = MLPClassifier(hidden_layer_sizes=(), solver="lbfgs", alpha=1.0, tol=1e-9, max_iter=5000).fit(
        X, y > 0
    )
    np.testing.assert_allclose(
        mlp.predict_proba(X),
        LogisticRegression(tol=1e-9, max_iter=5000).fit(X, y > 0).predict_proba(X),
        atol=2e-4,
    )


def test_a_users_own_rules_are_the_built_in_ones_where_they_say_the_same():
    usual = MLPRegressor(
        random_state=0, max_iter=5, solver="sgd", momentum=0.0, nesterovs_momentum=False
    ).fit(D, d)
    own = MLPRegressor(
        random_state=0, max_iter=5, activation=Activation("mine", "max(s, 0)", slope="where(s > 0, 1, 0)"), loss="(y - t)**2/2",
        optimizer=Optimizer.of("w = w - lr*g", lr=0.001),
    ).fit(D, d)  # fmt: skip
    for u, v in zip(usual.coefs_, own.coefs_, strict=True):
        np.testing.assert_allclose(u, v, atol=1e-12)


def test_activation_per_layer_and_what_hidden_layers_answer():
    mlp = MLPClassifier(
        hidden_layer_sizes=(7, 3), activation=("tanh", "relu"), random_state=0, max_iter=5
    ).fit(A, a)
    first, second = mlp.hidden_activations(B)
    np.testing.assert_allclose(first, np.tanh(B @ mlp.coefs_[0] + mlp.intercepts_[0]), atol=1e-12)
    np.testing.assert_allclose(second, np.maximum(first @ mlp.coefs_[1] + mlp.intercepts_[1], 0), atol=1e-12)


def test_class_weight_is_row_weights():
    balanced = MLPClassifier(class_weight="balanced", random_state=0, max_iter=5).fit(X, y > 0)
    weighted = MLPClassifier(random_state=0, max_iter=5).fit(
        X, y > 0, compute_sample_weight("balanced", y > 0)
    )
    assert same(balanced, weighted)


def test_dropout_l1_clipping_and_schedule_change_the_training():
    plain = MLPClassifier(random_state=0, max_iter=5).fit(A, a)
    for settings in (
        dict(dropout=0.3),
        dict(l1=1.0),
        dict(clip_norm=0.01),
        dict(max_norm=0.5),
        dict(schedule="cosine"),
        dict(optimizer="adamw"),
    ):
        made = [MLPClassifier(random_state=0, max_iter=5, **settings).fit(A, a) for _ in range(2)]
        assert same(*made) and not same(made[0], plain), settings
    strong = MLPClassifier(random_state=0, l1=30.0, alpha=0.0, max_iter=300).fit(A, a)
    assert np.abs(strong.coefs_[0]).sum() < 0.2 * np.abs(plain.coefs_[0]).sum()


def test_max_norm_holds_the_weights_into_every_unit():
    for settings in ({}, {"solver": "sgd", "learning_rate_init": 0.5}, {"optimizer": "rprop"}):
        free = MLPClassifier(random_state=0, max_iter=30, hidden_layer_sizes=(8,), **settings).fit(A, a)
        held = clone(free).set_params(max_norm=0.7).fit(A, a)
        norms = [np.linalg.norm(w, axis=0) for w in held.coefs_]
        assert max(np.linalg.norm(w, axis=0).max() for w in free.coefs_) > 0.7
        assert max(n.max() for n in norms) <= 0.7 * (1 + 1e-15 * 8)
        assert np.isclose(max(n.max() for n in norms), 0.7)  # and is reached
    frame = pd.DataFrame(P)
    tabular = chainrule.TabularRegressor(
        "plain", max_norm=0.3, epochs=20, hidden=(8,), precision="float64"
    ).fit(frame, p)
    assert max(np.linalg.norm(tabular.model_.parts[w], axis=0).max() for w in ("w1", "w2")) <= 0.3 * (
        1 + 1e-15 * 8
    )


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_update_rule_trains_by_its_name_and_as_an_object(name):
    made = [
        MLPRegressor(optimizer=rule, random_state=0, max_iter=40, n_iter_no_change=40).fit(P, p)
        for rule in (name, OPTIMIZERS[name])
    ]
    assert same(*made) and made[0].loss_curve_[-1] < made[0].loss_curve_[0]
    # one that compares a step with the next sees all rows in each
    assert made[0]._optimizer.k == 40 * (1 if OPTIMIZERS[name].whole else 2)


def test_another_rule_goes_on_from_the_weights_with_memories_of_its_own():
    mlp = MLPRegressor(random_state=0, max_iter=3, warm_start="continue").fit(P, p)
    weights = [*mlp.coefs_], [*mlp.intercepts_]
    mlp.set_params(optimizer="gdx", schedule="cosine").fit(P, p)
    new = MLPRegressor(random_state=0, max_iter=3, optimizer="gdx", schedule="cosine", start=weights).fit(
        P, p
    )
    # all rows at once, but in another order: rounding of sums, three steps on
    for u, v in zip(mlp.coefs_, new.coefs_, strict=True):
        np.testing.assert_allclose(u, v, rtol=0, atol=1e-13)


def test_precision_holds_for_weights_to_go_on_from():
    mlp = MLPRegressor(random_state=0, max_iter=2, warm_start=True).fit(P, p)
    assert mlp.set_params(precision="float32").fit(P, p).coefs_[0].dtype == np.float32


def test_the_history_is_one_table_whatever_was_watched_when():
    mlp = MLPRegressor(random_state=0, max_iter=2, warm_start=True).fit(P, p, X_val=Q, y_val=q).fit(P, p)
    mlp.set_params(early_stopping=True).fit(P, p).set_params(early_stopping=False).fit(P, p)
    frame = pd.DataFrame(mlp.history_)
    assert frame["epoch"].tolist() == list(range(1, 9)) and frame["loss"].tolist() == mlp.loss_curve_
    assert np.isnan(frame["validation_loss"]).tolist() == [False] * 2 + [True] * 2 + [False] * 2 + [True] * 2
    mlp.set_params(solver="lbfgs").fit(P, p).set_params(solver="adam").fit(P, p)
    frame = pd.DataFrame(mlp.history_)
    assert np.isnan(frame["learning_rate"]).tolist() == [True] * 2 + [False] * 2


def test_lbfgs_watches_rows_and_stops_on_any_score():
    settings = dict(solver="lbfgs", random_state=0, max_iter=60, hidden_layer_sizes=(20,))
    plain = MLPRegressor(**settings).fit(P, p)
    watched = MLPRegressor(**settings).fit(P, p, X_val=Q, y_val=q)
    assert same(plain, watched) and len(watched.validation_loss_curve_) == len(watched.history_["loss"])
    half_mse = ((watched.predict(Q) - q) ** 2).mean() / 2
    np.testing.assert_allclose(watched.validation_loss_curve_[-1], half_mse, rtol=1e-9)
    for fit in (dict(X_val=Q, y_val=q), {}):
        scoring = "neg_mean_absolute_error"
        mlp = MLPRegressor(**settings, early_stopping=True, scoring=scoring).fit(P, p, **fit)
        best = int(np.argmax(mlp.validation_scores_))
        assert mlp.n_iter_ >= best + 1 + mlp.n_iter_no_change + 1  # 10 without enough more, and one
        assert "did not improve" in mlp.stop_reason_ and mlp.best_validation_score_ == max(
            mlp.validation_scores_
        )
        if fit:  # the weights of the best iteration are kept
            assert -np.abs(mlp.predict(Q) - q).mean() == pytest.approx(mlp.best_validation_score_, rel=1e-12)
    alone = MLPRegressor(**settings, early_stopping=True).fit(P, p)  # as scikit-learn: not read
    assert same(alone, plain)


def test_lbfgs_in_float32_if_asked():
    found = [MLPRegressor(solver="lbfgs", precision=kind, max_iter=3, random_state=0).fit(P, p).coefs_[0].dtype
             for kind in ("auto", "float32", "float64")]  # fmt: skip
    assert found == [np.float64, np.float32, np.float64]


def test_start_weights_are_taken():
    given = [np.full((4, 5), 0.1), np.full((5, 3), -0.1)], [np.zeros(5), np.ones(3)]
    mlp = MLPClassifier(hidden_layer_sizes=5, start=given, learning_rate_init=1e-300, max_iter=1).fit(A, a)
    assert all(
        np.array_equal(u, v) for u, v in zip(mlp.coefs_ + mlp.intercepts_, given[0] + given[1], strict=True)
    )


def test_continuing_epoch_by_epoch_is_one_training():
    whole = MLPRegressor(random_state=0, max_iter=6, dropout=0.1).fit(P, p)
    step = MLPRegressor(random_state=0, max_iter=1, dropout=0.1, warm_start="continue")
    for _ in range(6):
        step = pickle.loads(pickle.dumps(step.fit(P, p)))
    assert same(whole, step) and whole.history_ == step.history_


def test_own_validation_rows_are_watched_and_not_trained_on():
    plain = MLPClassifier(random_state=0, max_iter=5).fit(A, a)
    watched = MLPClassifier(random_state=0, max_iter=5).fit(A, a, X_val=B, y_val=b)
    assert same(plain, watched) and len(watched.validation_loss_curve_) == 5
    p_true = watched.predict_proba(B)[np.arange(len(b)), b]
    np.testing.assert_allclose(watched.validation_loss_curve_[-1], -np.log(p_true).mean(), rtol=1e-9)
    assert len({len(column) for column in watched.history_.values()}) == 1  # one table


def test_early_stopping_on_any_scorer_and_through_a_pipeline():
    sklearn.set_config(enable_metadata_routing=True)
    try:
        mlp = MLPClassifier(random_state=0, early_stopping=True, scoring="neg_log_loss", max_iter=30)
        pipe = Pipeline(
            [("scale", StandardScaler()), ("mlp", mlp.set_fit_request(X_val=True, y_val=True))],
            transform_input=["X_val"],
        )
        pipe.fit(A * 3 + 1, a, X_val=B * 3 + 1, y_val=b)
        scaler = StandardScaler().fit(A)
        alone = clone(mlp).fit(scaler.transform(A), a, X_val=scaler.transform(B), y_val=b)
    finally:
        sklearn.set_config(enable_metadata_routing=False)
    np.testing.assert_allclose(pipe[-1].validation_scores_, alone.validation_scores_, rtol=1e-6)
    np.testing.assert_allclose(alone.validation_scores_, -np.array(alone.validation_loss_curve_), rtol=1e-9)


def test_several_nets_are_each_what_they_are_alone_and_threads_change_no_bit():
    one, two = (
        MLPRegressor(n_estimators=3, n_jobs=jobs, random_state=0, max_iter=5).fit(P, p) for jobs in (None, 2)
    )
    assert all(same(m, n) for m, n in zip(one.estimators_, two.estimators_, strict=True))
    assert same(one.estimators_[0], MLPRegressor(random_state=0, max_iter=5).fit(P, p))
    np.testing.assert_allclose(one.predict(Q), np.mean([m.predict(Q) for m in one.estimators_], axis=0))
    pair = MLPClassifier(n_estimators=2, random_state=0, max_iter=5).fit(A, a)
    logs = np.mean([np.log(m.predict_proba(B)) for m in pair.estimators_], axis=0)
    np.testing.assert_allclose(pair.predict_proba(B), scipy.special.softmax(logs, axis=1), rtol=1e-12)
    best = MLPRegressor(n_init=3, random_state=0, max_iter=5).fit(P, p)
    assert best.best_loss_ == min(m.best_loss_ for m in one.estimators_)
    assert same(
        MLPRegressor(random_state=0, max_iter=3, n_jobs=2).fit(P, p),
        MLPRegressor(random_state=0, max_iter=3).fit(P, p),
    )


def test_precision_is_as_asked_whatever_the_array_is():
    mlp = MLPRegressor(precision="float32", max_iter=2).fit(P, p)
    assert mlp.coefs_[0].dtype == np.float32


def test_quantiles_without_hidden_layer_are_quantile_regression():
    mlp = MLPRegressor(hidden_layer_sizes=(), quantiles=(0.1, 0.5, 0.9), alpha=0.0, random_state=0, max_iter=600,
                       learning_rate_init=0.01, tol=0.0).fit(P, p)  # fmt: skip
    low, high = mlp.predict_interval(Q, coverage=0.8)
    wanted = [QuantileRegressor(quantile=k, alpha=0).fit(P, p).predict(Q) for k in (0.1, 0.9)]
    assert np.abs(low - wanted[0]).mean() < 0.1 and np.abs(high - wanted[1]).mean() < 0.1


def test_calibrated_intervals_cover_exactly_the_share_of_calibration_rows_they_must():
    mlp = MLPRegressor(random_state=0, max_iter=20).fit(P, p).calibrate(Q, q)
    low, high = mlp.predict_interval(Q, coverage=0.8)
    assert np.sum((low <= q) & (q <= high)) == np.ceil((len(q) + 1) * 0.8)


def test_calibration_lowers_the_loss_and_keeps_the_order():
    flipped = np.where(np.random.default_rng(0).random(len(a)) < 0.3, (a + 1) % 3, a)
    mlp = MLPClassifier(random_state=0, max_iter=400, learning_rate_init=0.02).fit(A, flipped)
    before = mlp.predict_proba(B)
    after = mlp.calibrate(B, b).predict_proba(B)
    assert np.array_equal(before.argmax(axis=1), after.argmax(axis=1))
    assert -np.log(after[np.arange(len(b)), b]).mean() < -np.log(before[np.arange(len(b)), b]).mean()
    np.testing.assert_allclose(after.sum(axis=1), 1.0)


def test_a_callback_sees_every_epoch_and_may_stop():
    class Stop:
        epochs, over = 0, 0

        def setup(self, estimator, context):
            pass

        def teardown(self, estimator, context):
            self.over += 1

        def on_fit_task_begin(self, estimator, context):
            pass

        def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
            self.epochs += context.task_name in ("epoch", "iteration")
            assert fitted_estimator.predict(B).shape == b.shape
            return self.epochs >= 4

    for solver in ("adam", "lbfgs"):
        stop = Stop()
        mlp = MLPClassifier(solver=solver, random_state=0).set_callbacks(stop).fit(A, a)
        assert (stop.epochs, stop.over, mlp.n_iter_) == (4, 1, 4)


def test_interrupting_keeps_the_best_with_the_usual_warning(monkeypatch):
    from chainrule.estimators import stochastic

    def pressed(self, plan, state):
        if self.est.n_iter_ == 3:
            raise KeyboardInterrupt
        return False

    monkeypatch.setattr(stochastic.Watch, "look", pressed)
    with pytest.warns(UserWarning, match="Training interrupted by user."):
        mlp = MLPClassifier(random_state=0, early_stopping=False, verbose=True).fit(A, a)
    assert mlp.n_iter_ == 3 and "Interrupted" in mlp.stop_reason_


@pytest.mark.parametrize(
    "company", [dict(n_init=3), dict(n_estimators=3), dict(n_estimators=3, n_jobs=2), dict(n_estimators=2, solver="lbfgs")],
    ids=str,
)  # fmt: skip
def test_ctrl_c_ends_all_nets_and_keeps_what_they_are(company, monkeypatch):
    begun, run = threading.Event(), network.ENGINE.gradient if "solver" in company else network.ENGINE.run

    def running(*given, **more):
        begun.set()
        return run(*given, **more)

    monkeypatch.setattr(network.ENGINE, run.__name__, running)
    threading.Thread(target=lambda: begun.wait() and os.kill(os.getpid(), signal.SIGINT)).start()
    endless = dict(max_iter=10**9, max_fun=10**9, n_iter_no_change=np.inf, tol=0.0, random_state=0)
    mlp = MLPRegressor(**endless, **company)
    with pytest.warns(UserWarning, match="Training interrupted by user."):
        mlp.fit(P, p)
    assert "Interrupted" in mlp.stop_reason_ and mlp.predict(Q).shape == q.shape
    assert len(getattr(mlp, "estimators_", [])) <= 2  # a third did not begin


def test_a_fitted_scikit_learn_network_is_taken_over_alone_and_in_a_pipeline():
    from sklearn.neural_network import MLPClassifier as Theirs

    pipe = make_pipeline(StandardScaler(), Theirs(random_state=0, max_iter=20)).fit(A, a)
    ours = MLPClassifier.from_sklearn(pipe)
    assert isinstance(ours[-1], MLPClassifier)
    np.testing.assert_allclose(ours.predict_proba(B), pipe.predict_proba(B), atol=1e-12)
    frame = pd.DataFrame(A, columns=["w", "x", "y", "z"]).assign(kind=np.where(A[:, 0] > 0, "long", "short"))
    columns = make_column_transformer((OneHotEncoder(), ["kind"]), (StandardScaler(), ["w", "x"]))
    mixed = make_pipeline(columns, Theirs(random_state=0, max_iter=20)).fit(frame, a)
    taken = MLPClassifier.from_sklearn(mixed)
    np.testing.assert_allclose(taken.predict_proba(frame), mixed.predict_proba(frame), atol=1e-12)
    alone = MLPClassifier.from_sklearn(pipe[-1])
    assert np.array_equal(alone.predict(B), pipe[-1].predict(B)) and alone.get_params()["max_iter"] == 20
    alone.set_params(warm_start=True).fit(A, a)  # and goes on
    with pytest.raises(chainrule.ChainruleError, match="CR-3092"):
        MLPRegressor.from_sklearn(pipe)


REFUSED = [
    (dict(optimizer="adam", momentum=0.5), "CR-3070"),
    (dict(n_jobs=0), "CR-3071"),
    (dict(start=([np.zeros((2, 2))], [])), "CR-3072"),
    (dict(quantiles=(0.9, 0.1)), "CR-3073"),
    (dict(quantiles=(0.1, 0.9), loss="huber"), "CR-3074"),
    (dict(solver="lbfgs", dropout=0.1), "CR-3078"),
    (dict(solver="lbfgs", max_norm=1.0), "CR-3078"),
    (dict(solver="lbfgs", schedule="cosine"), "CR-3078"),
    (dict(scoring="r2"), "CR-3079"),
    (dict(activation="rellu"), "CR-1316"),
    (dict(activation="softmax"), "CR-1408"),
    (dict(activation=["relu", "tanh"]), "CR-1410"),
    (dict(dropout=[0.1]), "CR-1411"),
    (dict(loss="poisson", output_activation="tanh"), "CR-1406"),
    (dict(hidden_layer_sizes=(0,)), "CR-3053"),
]


@pytest.mark.parametrize(("settings", "code"), REFUSED, ids=str)
def test_settings_nothing_would_read_or_that_make_no_sense_are_refused(settings, code):
    with pytest.raises(ValueError) as told:
        MLPRegressor(**settings).fit(P, p)
    assert told.value.code == code


def test_refusals_of_methods():
    mlp = MLPRegressor(random_state=0, max_iter=2).fit(P, p)
    cases = [
        ("CR-3088", lambda: mlp.predict_interval(Q)),
        ("CR-3091", lambda: clone(mlp).fit(P, p).calibrate(Q[:5], q[:5]).predict_interval(Q, 0.99)),
        ("CR-3089", lambda: mlp.predict_interval(Q, 2.0)),
        ("CR-3086", lambda: mlp.fit(P, p, X_val=Q)),
        ("CR-3077", lambda: mlp.set_params(warm_start=True, hidden_layer_sizes=(3,)).fit(P, p)),
        (
            "CR-3087",
            lambda: (
                MLPClassifier(loss="squared_error", output_activation="tanh", max_iter=1)
                .fit(A, a)
                .predict_proba(B)
            ),
        ),
    ]
    for code, act in cases:
        with pytest.raises(ValueError) as told:
            act()
        assert told.value.code == code
    several = clone(mlp).set_params(n_init=2)
    assert not hasattr(several, "partial_fit")  # as scikit-learn's without a stochastic solver
    with pytest.raises(AttributeError) as told:
        several.partial_fit(P, p)
    assert "CR-3075" in str(told.value.__cause__)
