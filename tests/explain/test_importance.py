"""Importance: on a linear network each measure follows from the coefficients; noise matters to none that asks the data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import chainrule
from chainrule.cli.shell import run
from chainrule.explain.importance import (
    garson,
    importance_page,
    inputs_of,
    mean_impact,
    olden,
    permutation,
)
from chainrule.explain.ranges import outside


def frame(rows: int = 240) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    made = pd.DataFrame(
        {"a": rng.normal(5, 2, rows), "b": rng.normal(-3, 0.5, rows), "noise": rng.normal(1, 1, rows),
         "colour": rng.choice(["red", "green", "blue"], rows)}
    )  # fmt: skip
    made["y"] = 2 * made.a - 4 * made.b + 3 * (made.colour == "red")
    return made


@pytest.fixture(scope="module")
def linear():
    return chainrule.train(frame(), target="y", hidden=(), epochs=400, optimizer="adam", lr=0.05, engine="reference",
                           precision="float64", seed=1)  # fmt: skip


@pytest.fixture(scope="module")
def deep():
    return chainrule.train(frame(), target="y", hidden=(8, 4), activation="tanh", epochs=150, engine="reference",
                           precision="float64", lr=0.02, seed=1)  # fmt: skip


def user_units(model) -> dict[str, float]:
    """Coefficients of a linear network in the user's units, by predicting at two points."""
    base = frame(4)
    found = {}
    for column in ("a", "b", "noise"):
        moved = base.assign(**{column: base[column] + 1.0})
        found[column] = float(model.predict(moved)["y"].values[0] - model.predict(base)["y"].values[0])
    return found


def test_on_a_linear_network_olden_is_the_weight_and_garson_its_share(linear) -> None:
    w = np.asarray(linear.parts["w1"], float)[:, 0]
    found, shares = olden(linear), garson(linear)
    levels = [w[at] for kind, at in inputs_of(linear)["colour"] if kind == "level"]
    assert len(levels) >= 3
    colour = max(levels) - min(levels)
    whole = np.abs(w[:3]).sum() + colour
    for column in ("a", "b", "noise"):
        ((_, at),) = inputs_of(linear)[column]
        assert found[column] == pytest.approx(w[at], rel=1e-12)
        assert shares[column] == pytest.approx(100 * abs(w[at]) / whole, rel=1e-12)
    assert found["colour"] == pytest.approx(colour, rel=1e-12)
    assert shares["colour"] == pytest.approx(100 * colour / whole, rel=1e-12)


def test_on_a_linear_network_the_mean_impact_is_a_fifth_of_coefficient_times_mean(linear) -> None:
    table = linear.read(frame(), target=True)
    found = mean_impact(linear, table)
    for column, coefficient in user_units(linear).items():
        assert found[column] == pytest.approx(0.2 * coefficient * frame()[column].mean(), rel=1e-7, abs=1e-9)
    assert found["colour"] is None


def test_on_an_exact_linear_network_a_shuffle_costs_twice_the_variance(linear) -> None:
    data = frame()
    data["y"] = linear.predict(data)[
        "y"
    ].values  # no error is left, so E after a shuffle is mean((c·(x' − x))²)
    table = linear.read(data, target=True)
    found = permutation(linear, table, shuffles=200)
    for column, coefficient in user_units(linear).items():
        wanted = 2 * coefficient**2 * data[column].var(ddof=1)
        mean, spread = found[column]
        assert mean == pytest.approx(wanted, abs=4 * spread / 200**0.5 + 1e-12)


def test_shares_add_up_to_a_hundred(linear, deep) -> None:
    for model in (linear, deep):
        assert sum(garson(model).values()) == pytest.approx(100, rel=1e-12)
        assert min(garson(model).values()) >= 0


def test_garson_by_hand(deep) -> None:
    w1, w2, w3 = (np.asarray(deep.parts[f"w{i}"], float) for i in (1, 2, 3))
    # a, b, noise, and the category by the distance of its levels
    of = np.abs(np.vstack([w1[:3], w1[3:].max(axis=0) - w1[3:].min(axis=0)]))
    raw = [
        sum(of[i, h] / of[:, h].sum() * abs(w2[h, k] * w3[k, 0]) for h in range(8) for k in range(4))
        for i in range(4)
    ]
    for i, column in enumerate(("a", "b", "noise", "colour")):
        assert garson(deep)[column] == pytest.approx(100 * raw[i] / sum(raw), rel=1e-12)


def test_noise_matters_to_no_measure_that_asks_the_data(linear, deep) -> None:
    for model in (linear, deep):
        table = model.read(frame(), target=True)
        shuffled, impact = permutation(model, table), mean_impact(model, table)
        assert abs(shuffled["noise"][0]) < 0.02 * shuffled["a"][0]
        assert abs(impact["noise"]) < 0.05 * abs(impact["a"])
        assert shuffled["a"][0] > shuffled["b"][0] > shuffled["noise"][0]


def test_a_row_outside_the_training_rows_is_said_to_be(linear) -> None:
    data = frame(6)
    data.loc[4, "a"] = 500.0
    assert (4, "a") in outside(linear, linear.read(data, target=True))
    page = importance_page(linear, linear.read(data, target=True))
    assert 5 in page.facts["far"] and "extrapolations" in page.text()
    assert importance_page(linear, linear.read(frame(), target=True)).facts["rows"] == 240


def test_classes_are_measured_by_probability_and_log_loss() -> None:
    data = frame()
    data["y"] = np.where(data.a + data.b > 2, "yes", "no")
    model = chainrule.train(data, target="y", hidden=(6,), epochs=80, engine="reference", seed=1, lr=0.02)
    table = model.read(data, target=True)
    shuffled = permutation(model, table)
    assert shuffled["a"][0] > 5 * abs(shuffled["noise"][0])
    assert 0 < abs(mean_impact(model, table)["a"]) < 1


def test_the_command_shows_weights_alone_or_all_four(linear, tmp_path: Path, capsys) -> None:
    model, data = str(tmp_path / "m.chainrule"), str(tmp_path / "d.csv")
    linear.save(model)
    frame().to_csv(data, index=False)
    assert run(["importance", model, "--lang", "en"]) == 0
    alone = capsys.readouterr().out
    assert "Garson" in alone and "Permutation and MIV need rows" in alone
    assert run(["importance", model, data, "--lang", "zh"]) == 0
    both = capsys.readouterr().out
    assert "置换法" in both and "弱点" in both and "MIV" in both
    frame().assign(y="").to_csv(data, index=False)
    assert run(["importance", model, data, "--lang", "en"]) == 2
    assert "CR-" in capsys.readouterr().err
