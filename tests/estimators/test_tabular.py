"""TabularRegressor and TabularClassifier: any frame in, scikit-learn's manners, the command line's file."""

import datetime
import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import chainrule
from chainrule import TabularClassifier, TabularRegressor
from chainrule.errors import ChainruleError

ROWS = 120
QUICK = {"epochs": 4, "hidden": (6,), "n_estimators": 2}


def mixed(seed=0, rows=ROWS):
    """Numbers, whole numbers with gaps, text, categories, yes/no, dates; two targets that depend on them."""
    g = np.random.default_rng(seed)
    a, city = g.normal(5, 2, rows), g.choice(["Rome", "Oslo", "Bonn"], rows)
    frame = pd.DataFrame({
        "a": a,
        "n": pd.array(np.where(np.arange(rows) % 9 == 0, None, g.integers(0, 50, rows)), dtype="Int64"),
        "city": city,
        "size": pd.Categorical(g.choice(["S", "M", "L"], rows)),
        "wet": g.choice([True, False], rows),
        "note": np.where(np.arange(rows) % 7 == 0, None, g.choice(["x", "y"], rows)),
    })  # fmt: skip
    y = pd.Series(3 * a + 5 * (city == "Rome") + g.normal(0, 0.5, rows), name="price")
    return frame, y


X, Y = mixed()
KIND = pd.Series(np.where(Y > Y.median(), "dear", "cheap"), name="kind")


@pytest.mark.parametrize("kind", [TabularRegressor, TabularClassifier])
def test_it_has_scikit_learns_manners(kind):
    y = Y if kind is TabularRegressor else KIND
    estimator = kind(**QUICK)
    assert estimator.fit(X, y) is estimator
    assert clone(estimator).get_params() == estimator.get_params()
    assert list(estimator.feature_names_in_) == list(X.columns) and estimator.n_features_in_ == 6
    assert cross_val_score(kind(**QUICK), X, y, cv=GroupKFold(3), groups=np.arange(ROWS) % 6).shape == (3,)
    found = GridSearchCV(kind(**QUICK), {"hidden": [(2,), (4,)], "preset": ["plain", "strong"]}, cv=2).fit(
        X, y
    )
    assert np.isfinite(found.best_score_)
    assert make_pipeline(FunctionTransformer(), kind(**QUICK)).fit(X, y).score(X, y) == estimator.score(X, y)
    again = pickle.loads(pickle.dumps(estimator))  # noqa: S301  # our own bytes
    np.testing.assert_array_equal(again.predict(X), estimator.predict(X))
    history = pd.DataFrame(estimator.history_)
    assert list(history.columns[:2]) == ["member", "epoch"] and set(history["member"]) == {1, 2}
    assert len(history) == 8 and np.isfinite(history[["train", "validation", "rate"]]).all(axis=None)
    assert estimator.n_iter_ == 4 and "4 epochs" in estimator.stop_reason_


def test_the_same_columns_in_any_frame_are_the_same_training():
    plain = X.drop(columns=["size"]).astype({"n": "float64"})
    frames = {
        "pandas": plain, "polars": pl.from_pandas(plain), "pyarrow": pa.Table.from_pandas(plain),
        "dict": {c: plain[c].tolist() for c in plain}, "object": plain.astype(object),
    }  # fmt: skip
    answers = {
        name: TabularRegressor(**QUICK).fit(frame, y).predict(frame)
        for (name, frame), y in zip(frames.items(), (Y, pl.Series("price", Y), pa.array(Y), list(Y), Y.to_numpy()), strict=True)
    }  # fmt: skip
    for name, found in answers.items():
        np.testing.assert_array_equal(found, answers["pandas"], err_msg=name)


class Bare:
    """An array of somebody else's library."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return np.array(self.array, dtype)


def test_arrays_have_columns_x1_x2_and_their_width_counts():
    g = np.random.default_rng(1)
    x = g.normal(size=(80, 3))
    one = TabularRegressor(**QUICK).fit(x, x[:, 0])
    assert one.model_.encoding.columns == ("x1", "x2", "x3") and not hasattr(one, "feature_names_in_")
    np.testing.assert_array_equal(one.predict(x.tolist()), one.predict(x))
    sparse = scipy.sparse.csr_array(x)
    for other, answer in ((Bare(x), Bare(x[:, 0])), (sparse, x[:, 0])):
        again = TabularRegressor(**QUICK).fit(other, answer)
        np.testing.assert_array_equal(again.predict(other), one.predict(x))
        assert not hasattr(again, "feature_names_in_")
    for narrow in (x[:, :2], sparse[:, :2]):
        with pytest.raises(ChainruleError, match="CR-3126"):
            one.predict(narrow)
    assert TabularRegressor(**QUICK).fit(x[:, 0], x[:, 0]).n_features_in_ == 1


@pytest.mark.parametrize(
    "labels",
    [["b", "a"], [7, 3], [True, False], [2.5, -1.0], [2, 0, 1], ["yes", "no"], ["是", "否"], [0, "zero"],
     [datetime.date(2024, 1, 2), datetime.date(2023, 1, 2)]],
    ids=str,
)  # fmt: skip
def test_labels_of_any_type_come_back_as_they_were(labels, tmp_path):
    codes = np.arange(ROWS) % len(labels)
    y = [labels[k] for k in codes]
    frame = pd.DataFrame({"v": codes + np.linspace(0, 0.1, ROWS)})
    fitted = TabularClassifier("plain", hidden=(8,)).fit(frame, y)
    assert list(fitted.predict(frame)) == y and fitted.score(frame, y) == 1.0
    if len({type(v) for v in labels}) == 1:
        assert list(fitted.classes_) == sorted(labels)
    p = fitted.predict_proba(frame)
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(fitted.classes_[p.argmax(axis=1)], fitted.predict(frame))
    fitted.save(tmp_path / "m.chainrule")
    again = chainrule.load(tmp_path / "m.chainrule")
    assert list(again.predict(frame)) == y and type(again.predict(frame)[0]) is type(fitted.predict(frame)[0])


@pytest.mark.parametrize("kind", [TabularRegressor, TabularClassifier])
def test_what_it_saves_the_command_line_reads_and_load_gives_the_estimator_back(kind, tmp_path):
    from chainrule.model.file import load

    y = Y if kind is TabularRegressor else KIND
    fitted = kind(**QUICK, activation="tanh").fit(X, y)
    fitted.save(tmp_path / "m.chainrule")
    again = chainrule.load(tmp_path / "m.chainrule")
    assert type(again) is kind and again.get_params() == fitted.get_params()
    assert list(again.feature_names_in_) == list(fitted.feature_names_in_)
    np.testing.assert_array_equal(again.predict(X), fitted.predict(X))
    table = load(tmp_path / "m.chainrule").predict(X)
    np.testing.assert_array_equal(table.columns[0].values.astype(str), fitted.predict(X).astype(str))
    chainrule.train({**X[["a"]].to_dict("list"), "y": list(Y)}, "y", hidden=(3,), epochs=2).save(
        tmp_path / "n.chainrule"
    )
    assert isinstance(chainrule.load(tmp_path / "n.chainrule"), chainrule.Model)


def test_a_rule_of_ones_own_is_saved_with_the_estimator(tmp_path):
    own = chainrule.Activation("bent", y="s/(1 + abs(s))")
    fitted = TabularRegressor(**QUICK, activation=own).fit(X, Y)
    fitted.save(tmp_path / "m.chainrule")
    assert chainrule.load(tmp_path / "m.chainrule").activation == own


def test_a_file_whose_estimator_does_not_fit_is_refused(tmp_path):
    from chainrule.model.file import load

    fitted = TabularRegressor(**QUICK).fit(X, Y)
    for change in (
        {"name": "Popen"},
        {"name": "TabularClassifier"},
        {"params": {"no": 1}},
        {"params": 3},
        {"columns": 1},
    ):
        fitted.save(tmp_path / "m.chainrule")
        model = load(tmp_path / "m.chainrule")
        model.facts["program"]["estimator"] |= change
        model.save(tmp_path / "m.chainrule")
        with pytest.raises(ChainruleError, match="CR-1831"):
            chainrule.load(tmp_path / "m.chainrule")


def test_rows_of_ones_own_say_when_to_stop_and_train_nothing():
    more, goal = mixed(1, 40)
    own = TabularRegressor(**QUICK).fit(X, Y, X_val=more, y_val=goal)
    assert own.model_.facts["rows"] == {"train": ROWS, "validation": 40, "test": 0}
    other = TabularRegressor(**QUICK).fit(X, Y, eval_set=[(more, goal)])
    np.testing.assert_array_equal(own.predict(X), other.predict(X))
    scaled = own.model_.encoding.target.steps[0].spread
    best = [np.nanmin(curve) for curve in own.model_.history["validation"]]
    single = [np.sqrt(b) * scaled for b in best]  # RMSE of each network on those rows
    ensemble = np.sqrt(np.mean((own.predict(more) - goal) ** 2))
    assert ensemble <= max(single) * (1 + 1e-5)  # the mean's squared error is at most the mean squared error


def test_groups_and_weights_reach_the_training():
    base = TabularRegressor(**QUICK).fit(X, Y)
    weighted = TabularRegressor(**QUICK).fit(X, Y, sample_weight=np.linspace(0.1, 3, ROWS))
    grouped = TabularRegressor(**QUICK).fit(X, Y, groups=np.arange(ROWS) // 10)
    assert not np.array_equal(base.predict(X), weighted.predict(X))
    assert not np.array_equal(base.predict(X), grouped.predict(X))


def test_unseen_labels_and_missing_cells_are_answered():
    fitted = TabularClassifier(**QUICK).fit(X, KIND)
    odd = X.copy()
    odd["city"] = "Atlantis"
    odd.loc[::2, "a"] = np.nan
    assert np.isfinite(fitted.predict_proba(odd)).all()
    with pytest.raises(ChainruleError, match="CR-1101"):
        fitted.predict(X.drop(columns="a"))


def test_a_missing_target_is_left_out_and_said():
    y = Y.copy()
    y[::10] = np.nan
    with pytest.warns(UserWarning, match="12 row"):
        fitted = TabularRegressor(**QUICK).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.testing.assert_array_equal(
            fitted.predict(X), TabularRegressor(**QUICK).fit(X[y.notna()], y[y.notna()]).predict(X)
        )


def test_ctrl_c_keeps_what_was_trained_and_warns(monkeypatch):
    import signal

    from chainrule.model import several

    real, calls = several.fit, []

    def pressed(*args, **more):
        calls.append(args)
        if len(calls) == 1:
            presses = iter([signal.SIGINT])
            more["progress"] = lambda moment: [signal.raise_signal(press) for press in presses] and None
        return real(*args, **more)

    monkeypatch.setattr(several, "fit", pressed)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.warns(UserWarning, match="[Ii]nterrupted|Ctrl-C"):
            fitted = TabularRegressor(epochs=2_000_000, patience=2_000_000, hidden=(6,)).fit(X, Y)
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(calls) == 1 and fitted.model_.members == 1
    assert np.isfinite(fitted.predict(X)).all()


def test_random_state_is_the_seed():
    first, second = (TabularRegressor(**QUICK, random_state=s).fit(X, Y).predict(X) for s in (0, 0))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, TabularRegressor(**QUICK, random_state=1).fit(X, Y).predict(X))
    drawn = TabularRegressor(**QUICK, random_state=np.random.RandomState(3)).fit(X, Y).predict(X)
    np.testing.assert_array_equal(
        drawn, TabularRegressor(**QUICK, random_state=np.random.RandomState(3)).fit(X, Y).predict(X)
    )


@pytest.mark.parametrize("rows", [4, 10])
def test_a_handful_of_rows_is_enough(rows):
    x = np.arange(float(rows))[:, None]
    assert np.isfinite(TabularRegressor(epochs=5).fit(x, x[:, 0]).predict(x)).all()
    assert TabularClassifier(epochs=5).fit(x, np.arange(rows) % 2).predict_proba(x).shape == (rows, 2)


def test_a_rare_class_trains_too():
    y = np.array(["common"] * (ROWS - 1) + ["once"])
    assert list(TabularClassifier(**QUICK).fit(X, y).classes_) == ["common", "once"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: TabularRegressor().fit(X, Y[:5]), "CR-3123"),
        (lambda: TabularRegressor().fit(X, KIND), "CR-3127"),
        (lambda: TabularRegressor().fit(X, np.where(Y > 0, np.inf, Y)), "CR-3127"),
        (lambda: TabularClassifier().fit(X, np.c_[Y, Y]), "CR-3129"),
        (lambda: TabularRegressor().fit("data.csv", Y), "CR-3128"),
        (lambda: TabularRegressor().fit(X[:0], Y[:0]), "CR-1021"),
        (lambda: TabularRegressor().fit(X, Y, X_val=X), "CR-3122"),
        (lambda: TabularRegressor().fit(X, Y, eval_set=X), "CR-3121"),
        (lambda: TabularRegressor().fit(X, Y, X_val=X, y_val=Y, eval_set=(X, Y)), "CR-3120"),
        (lambda: TabularRegressor(validation_fraction=1).fit(X, Y), "CR-3124"),
        (lambda: TabularRegressor("best").fit(X, Y), "CR-3101"),
        (lambda: TabularRegressor(n_estimators=0).fit(X, Y), "CR-1401"),
        (lambda: TabularRegressor().fit(X, Y * 0), "CR-1027"),
        (lambda: TabularRegressor().fit(X[["a"]] * 0, Y), "CR-1105"),
        (lambda: TabularClassifier().fit(X, ["same"] * ROWS), "CR-1027"),
        (lambda: TabularClassifier().fit(X, [None] * ROWS), "CR-1026"),
        (lambda: TabularRegressor(lr=1e30, epochs=2, optimizer="gd").fit(X, Y), "CR-3125"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_a_sentence(make, code):
    with pytest.raises(ChainruleError, match=code) as refused:
        make()
    chainrule.set_language("zh")
    try:
        assert str(refused.value)
    finally:
        chainrule.set_language("en")


def test_several_numbers_are_predicted_at_once(tmp_path):
    pair = pd.DataFrame({"price": Y, "half, of it": Y / 2})
    with pytest.raises(ChainruleError, match="CR-3379"):  # a comma divides names
        TabularRegressor(**QUICK).fit(X, pair)
    pair.columns = ["price", "city"]  # a name that a column has
    estimator = TabularRegressor(**QUICK).fit(X, pair)
    assert estimator.n_outputs_ == 2 and estimator.predict(X).shape == (ROWS, 2)
    assert estimator.model_.target == "price, city_"
    squares = ((estimator.predict(X) - pair.to_numpy()) ** 2).sum(axis=0)
    r2 = 1 - squares / ((pair - pair.mean()) ** 2).sum(axis=0)
    assert estimator.score(X, pair) == pytest.approx(r2.mean(), abs=1e-12)
    arrays = TabularRegressor(**QUICK).fit(X, pair.to_numpy())
    np.testing.assert_array_equal(arrays.predict(X), estimator.predict(X))
    np.testing.assert_array_equal(
        TabularRegressor(**QUICK).fit(X, pair.to_numpy().tolist()).predict(X), arrays.predict(X)
    )
    watched = TabularRegressor(**QUICK).fit(X, pair, X_val=X[:30], y_val=pair[:30].to_numpy())
    assert watched.predict(X).shape == (ROWS, 2)
    with pytest.raises(ChainruleError, match="CR-3133"):
        TabularRegressor(**QUICK).fit(X, pair, X_val=X[:30], y_val=Y[:30])
    with pytest.raises(ChainruleError, match="CR-3127"):
        TabularRegressor(**QUICK).fit(X, pd.DataFrame({"a": Y, "b": KIND}))
    estimator.save(tmp_path / "m.chainrule")
    again = chainrule.load(tmp_path / "m.chainrule")
    assert again.n_outputs_ == 2
    np.testing.assert_array_equal(again.predict(X), estimator.predict(X))
