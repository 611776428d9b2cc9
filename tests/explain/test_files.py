"""Derivation, importance, drawing and explanation of networks that other tools made: files of weights, scikit-learn."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import chainrule
from chainrule.cli.shell import run
from chainrule.errors import ChainruleError

RNG = np.random.default_rng(2)
W1, B1, W2, B2 = RNG.normal(size=(3, 4)), RNG.normal(size=4), RNG.normal(size=(4, 1)), RNG.normal(size=1)
SAID = ["--activation", "tanh", "--output", "identity", "--lang", "en"]


@pytest.fixture
def file(tmp_path: Path) -> str:
    np.savez(tmp_path / "net.npz", W1=W1, b1=B1, W2=W2, b2=B2)
    return str(tmp_path / "net.npz")


@pytest.fixture(scope="module")
def pipeline():
    x = np.random.default_rng(1).normal(size=(60, 3)) * [1, 10, 0.1]
    net = MLPRegressor(
        hidden_layer_sizes=(4,), activation="tanh", max_iter=5000, alpha=1.0, random_state=0, solver="lbfgs"
    )
    return make_pipeline(StandardScaler(), net).fit(x, x[:, 0] - 0.1 * x[:, 1])


def test_a_file_of_weights_is_derived_as_the_network_typed_with_its_sizes(file, capsys) -> None:
    assert run(["derive", file, *SAID]) == 0
    found = capsys.readouterr().out
    assert run(["derive", "3-4-1", *SAID]) == 0
    assert found == capsys.readouterr().out


def test_a_file_of_weights_without_its_activations_is_asked_for_them(file, capsys) -> None:
    for command in ("derive", "importance"):
        assert run([command, file, "--lang", "en"]) == 2
        assert "CR-2378" in capsys.readouterr().err


def test_importance_of_a_file_of_weights_is_that_of_its_matrices(file, capsys) -> None:
    assert run(["importance", file, *SAID, "--columns", "a,b,c"]) == 0
    shown = capsys.readouterr().out
    for column, value in zip("abc", (W1 @ W2)[:, 0], strict=True):  # Olden: the products along all paths
        assert f"{value:.6g}" in shown and f"\n  {column} " in shown


def test_a_file_is_drawn_with_its_sizes(file, capsys) -> None:
    assert run(["graph", file, "--lang", "en"]) == 0
    assert "The network 3-4-1" in capsys.readouterr().out


def test_a_fitted_pipeline_is_derived_and_weighed_as_it_is(pipeline) -> None:
    assert "3-4-1" in chainrule.derive(pipeline).text()
    page = chainrule.importance(pipeline).text()
    net = pipeline[-1]
    assert f"{(net.coefs_[0] @ net.coefs_[1])[0, 0]:.6g}" in page


def test_a_models_own_rules_cannot_be_said_again(tmp_path, capsys) -> None:
    table = {"a": [1.0, 2, 3, 4, 5, 6, 7, 8] * 4, "y": [2.0, 4, 6, 8, 10, 12, 14, 16] * 4}
    chainrule.train(table, "y", hidden=(2,), epochs=2, seed=1).save(tmp_path / "m.chainrule")
    model = str(tmp_path / "m.chainrule")
    assert run(["derive", model, "--lang", "en"]) == 0 and run(["graph", model, "--lang", "en"]) == 0
    capsys.readouterr()
    for option in (["--activation", "relu"], ["--rows", "units"], ["--no-bias"], ["--loss", "bce"]):
        assert run(["derive", model, *option, "--lang", "en"]) == 2
        assert f"leave {option[0]} out" in capsys.readouterr().err
    assert run(["derive", "2-2-1", "--rows", "units", "--lang", "en"]) == 2
    assert "CR-1900" in capsys.readouterr().err


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ChainruleError):
        chainrule.derive(object())
    with pytest.raises(ChainruleError):
        chainrule.importance([1, 2])


def test_several_targets_and_missing_dates_are_explained_in_the_readers_language() -> None:
    from datetime import datetime, timedelta

    rng = np.random.default_rng(0)
    days = [datetime(2020, 1, 1) + timedelta(days=int(d)) for d in rng.integers(0, 900, 60)]
    table = {"时间": [None if k % 8 == 3 else d for k, d in enumerate(days)], "b": rng.normal(size=60).tolist(),
             "y": rng.normal(size=60).tolist(), "z": rng.normal(size=60).tolist()}  # fmt: skip
    model = chainrule.train(table, "y,z", hidden=(2,), epochs=2, seed=1)
    try:
        chainrule.set_language("zh")
        text = chainrule.explain_model(model, table, row=2).text()
    finally:
        chainrule.set_language("en")
    assert "时间 缺失" in text and "is missing" not in text
    assert "时间 is missing" in chainrule.explain_model(model, table, row=2).text()


def test_an_equation_takes_a_file_and_every_fitted_estimator(tmp_path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2))
    table = {"a": x[:, 0], "b": x[:, 1], "y": x @ [1.0, -2.0] + 0.5}
    model = chainrule.train(table, "y", hidden=(2,), epochs=5, folds=0)
    model.save(tmp_path / "m.chainrule")
    wanted = chainrule.equation(model, table).form("text")
    assert chainrule.equation(tmp_path / "m.chainrule", table).form("text") == wanted
    tabular = chainrule.TabularRegressor(preset="plain", hidden=(2,), epochs=5).fit(
        {"a": table["a"], "b": table["b"]}, table["y"]
    )
    assert chainrule.equation(tabular).form("text") == chainrule.equation(tabular.model_).form("text")
    with pytest.raises(ChainruleError) as refused:
        chainrule.equation(tmp_path / "none.chainrule")
    assert refused.value.code == "CR-1831"
