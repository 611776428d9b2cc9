"""Power, quantiles, components, parts of dates and hashed words: known answers, inverses, state, training rows alone."""

import datetime
import json

import numpy as np
import pytest

from chainrule.encoding import Encoding
from chainrule.encoding.mixing import Pca
from chainrule.encoding.shapes import Power, Quantile, fit_power, power_text
from chainrule.encoding.words import DatePart, Hash, tokens, turn
from chainrule.errors import EncodingError
from chainrule.rules.expression import Expression
from chainrule.table import read_table


def frame(n=120, seed=3):
    rng = np.random.default_rng(seed)
    start = datetime.datetime(2020, 1, 1)
    return {
        "id": list(range(100, 100 + n)),
        "skew": np.exp(rng.normal(size=n)).tolist(),
        "gap": [None if i % 8 == 1 else float(v) for i, v in enumerate(rng.normal(size=n))],
        "when": [start + datetime.timedelta(hours=71 * i) for i in range(n)],
        "said": [f"pump {i} is {('loud', 'quiet')[i % 2]} 泵有噪声" for i in range(n)],
        "word": [("a", "b", "c")[i % 3] for i in range(n)],
        "bare": [1.0 if i == 3 else None for i in range(n)],
        "y": rng.gamma(2.0, size=n).tolist(),
    }


def test_the_power_is_scipys_and_its_inverse_undoes_it():
    scipy_stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    for x in (np.exp(rng.normal(size=400)), -(rng.gamma(2, size=400)), rng.normal(size=400)):
        for p in (-1.5, 0.0, 0.7, 1.0, 2.0, 3.1):
            ours = Expression(power_text(p), names=("x",))(x=x)
            np.testing.assert_allclose(ours, scipy_stats.yeojohnson(x, lmbda=p), rtol=1e-12, atol=1e-13)
        power = Power.fit(x)
        assert power is not None
        assert abs(power.power - scipy_stats.yeojohnson_normmax(x)) < 1e-2
        np.testing.assert_allclose(power.undo(power.apply(x)), x, rtol=1e-9, atol=1e-12)
        assert np.isfinite(power.undo(np.array([-1e9, -5.0, 5.0, 1e9]))).all()


def test_quantiles_make_ranks_normal_and_go_back():
    from scipy.special import ndtri

    x = np.exp(np.random.default_rng(1).normal(size=101))
    quantile = Quantile.fit(x)
    ranks = np.argsort(np.argsort(x))
    np.testing.assert_allclose(quantile.apply(x), ndtri((ranks + 0.5) / 101), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(quantile.undo(quantile.apply(x)), x, rtol=1e-12)
    assert (
        quantile.apply(np.array([-1e9]))[0] == quantile.y[0]
        and np.isnan(quantile.apply(np.array([np.nan])))[0]
    )
    tied = Quantile.fit(np.array([1.0, 1.0, 1.0, 2.0]))
    np.testing.assert_allclose(tied.y, ndtri(np.array([1.5, 3.5]) / 4))


def test_components_are_the_singular_vectors_and_keep_the_share_asked_for():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(80, 5)) @ rng.normal(size=(5, 5))
    values = np.linalg.svd(x - x.mean(axis=0), compute_uv=False) ** 2
    pca, share = Pca.fit(x, 0.9)
    shares = np.cumsum(values) / values.sum()
    assert share >= 0.9 and pca.size == int(np.argmax(shares >= 0.9)) + 1
    y = Pca.fit(x, 5)[0].apply(x)
    np.testing.assert_allclose(np.sum(y**2, axis=0), values, rtol=1e-10)
    np.testing.assert_allclose(y.T @ y, np.diag(values), atol=1e-9 * values[0])


@pytest.mark.parametrize("wanted", [0, 6, -1, 1.5])
def test_an_impossible_number_of_components_is_refused(wanted, refused):
    with refused("CR-1170", 5, kind=EncodingError):
        Pca.fit(np.eye(8, 5), wanted)


def test_angles_of_a_date_are_those_of_its_calendar():
    moments = [
        datetime.datetime(2020, 2, 29, 6),
        datetime.datetime(2021, 1, 4),
        datetime.datetime(1969, 12, 31, 12),
    ]
    seconds = np.array([(m - datetime.datetime(1970, 1, 1)).total_seconds() for m in moments])
    np.testing.assert_array_equal(turn(seconds, "day"), [0.25, 0, 0.5])
    np.testing.assert_array_equal(turn(seconds, "week"), [m.weekday() / 7 for m in moments])
    np.testing.assert_allclose(turn(seconds, "year"), [59 / 366, 3 / 365, 364 / 365], rtol=1e-15)
    np.testing.assert_allclose(
        DatePart("week", "sin").apply(seconds), np.sin(2 * np.pi * turn(seconds, "week"))
    )


def test_words_are_hashed_the_same_way_everywhere_and_have_one_length():
    column = read_table(
        {"a": ["Loud pump", "loud, PUMP!", "泵有噪声", None, "x"], "b": range(5)}, kinds={"a": "text"}
    )["a"]
    x = Hash(64).apply(column)
    np.testing.assert_array_equal(x[0], x[1])
    np.testing.assert_allclose(np.sum(x**2, axis=1), [64, 64, 64, 0, 64])
    assert tokens("泵有") == ["泵", "有", "泵有"] and tokens("vibration 7") == ["vibration", "vibr…", "7"]
    import zlib

    h = zlib.crc32(b"x")
    assert x[4, h % 64] == (8 if h >> 31 else -8)


SETTINGS = [
    {}, {"scale": "power"}, {"scale": "quantile", "target_scale": "quantile"}, {"target_scale": "power"}, {"pca": 3},
    {"keep": ("id", "bare", "said")}, {"pieces": 4},
]  # fmt: skip


@pytest.mark.parametrize("settings", SETTINGS)
def test_only_the_training_rows_decide_and_the_state_says_it_all(settings):
    rows = np.arange(0, 120, 2)
    kinds = {"said": "category"} if "keep" in settings else {"said": "text"}
    table = read_table(frame(), kinds=kinds)
    encoding = Encoding.fit(table, "y", "regression", rows=rows, dtype="float64", **settings)
    other = frame(seed=4)
    mixed = {k: [frame()[k][i] if i % 2 == 0 else v for i, v in enumerate(other[k])] for k in other}
    mixed["said"] = [v if i % 2 == 0 else "other words" for i, v in enumerate(mixed["said"])]
    mixed["gap"] = [v if i % 2 == 0 else 1e6 for i, v in enumerate(mixed["gap"])]
    again = Encoding.fit(
        read_table(mixed, kinds=kinds), "y", "regression", rows=rows, dtype="float64", **settings
    )
    assert again.to_json() == encoding.to_json()
    loaded = Encoding.from_json(json.dumps(encoding.to_json(), allow_nan=False))
    assert loaded == encoding and loaded.x_names == encoding.x_names
    one, two = encoding.apply(table), loaded.apply(table)
    np.testing.assert_array_equal(one.x, two.x)
    assert np.isfinite(one.x).all() and one.x.shape[1] == len(one.x_names) == encoding.numeric
    np.testing.assert_allclose(encoding.decode(one.t)[rows], table["y"].values[rows], rtol=1e-9)


def test_what_is_left_out_is_said_with_the_option_that_keeps_it():
    table = read_table(frame())
    encoding = Encoding.fit(table, "y", "regression")
    assert not {"id", "bare", "said"} & set(encoding.columns)
    for name, option in (("id", "--keep"), ("bare", "--keep"), ("said", "--as")):
        assert any(f'"{name}"' in note and option in note for note in encoding.notes)
    kept = Encoding.fit(table, "y", "regression", keep=("id", "bare", "said"))
    assert {"id", "bare", "said"} <= set(kept.columns)
    assert any('"when"' in note and "time, year, week, day" in note for note in encoding.notes)


def test_a_float_is_never_an_identifier_and_the_only_column_is_always_used():
    n = 60
    table = read_table({"id": [i + 0.5 for i in range(n)], "y": [float(i) for i in range(n)]})
    assert Encoding.fit(table, "y", "regression").columns == ("id",)
    table = read_table({"id": list(range(n)), "y": [float(i) ** 2 for i in range(n)]})
    assert Encoding.fit(table, "y", "regression").columns == ("id",)


def test_several_targets_have_a_scale_each_and_come_back_together():
    table = read_table(frame())
    encoding = Encoding.fit(table, ("y", "skew"), "regression", dtype="float64", target_scale="power")
    t = encoding.apply(table).t
    assert t.shape == (120, 2) and encoding.target_names == ("y", "skew")
    back = encoding.decode(t)
    np.testing.assert_allclose(back, np.column_stack([table["y"].values, table["skew"].values]), rtol=1e-9)
    assert Encoding.from_json(encoding.to_json()) == encoding


BAD = [
    ("power", lambda s: s.update(power=99.0)), ("power", lambda s: s.update(low=2.0, high=1.0)),
    ("power", lambda s: s.update(power="1")), ("quantile", lambda s: s["x"].reverse()),
    ("quantile", lambda s: s.update(y=[0.0, 0.0])), ("quantile", lambda s: s.update(x=[])),
    ("datepart", lambda s: s.update(part="moon")), ("datepart", lambda s: s.update(form="sin")),
    ("hash", lambda s: s.update(size=10**9)), ("hash", lambda s: s.update(more=1)),
]  # fmt: skip


@pytest.mark.parametrize(("op", "damage"), BAD)
def test_a_damaged_step_is_refused(op, damage, refused):
    table = read_table(frame(), kinds={"said": "text"})
    scale = "quantile" if op == "quantile" else "standard"
    target = "power" if op == "power" else "standard"
    state = Encoding.fit(table, "y", "regression", scale=scale, target_scale=target).to_json()
    steps = [s for p in [*state["paths"], state["target"]] for s in p["steps"] if s["op"] == op]
    damage(steps[0])
    with refused("CR-1112", kind=EncodingError):
        Encoding.from_json(json.loads(json.dumps(state)))


def test_the_power_of_an_impossible_column_is_left_out():
    assert (
        fit_power(np.ones(5)) is None
        and Power.fit(np.full(4, 2.0)) is None
        and Quantile.fit(np.ones(3)) is None
    )
