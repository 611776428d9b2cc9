"""Losses of counts, amounts and quantiles, through `train`: without a hidden layer they are the known linear models."""

import numpy as np
import pytest
from sklearn.linear_model import GammaRegressor, QuantileRegressor, TweedieRegressor

import chainrule

ROWS = 200
# full batches to the minimum; what is left of the gradient is far below the tolerance
EXACT = dict(hidden=(), batch=0, optimizer="irprop_minus", epochs=600, patience=0, decay=0.0, scale="none",
             target_scale="none", precision="float64", fractions=(1.0, 0.0, 0.0))  # fmt: skip


@pytest.fixture(scope="module")
def frame() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    x = rng.uniform(-1, 1, (ROWS, 2))
    mean = np.exp(0.3 + 0.8 * x[:, 0] - 0.5 * x[:, 1])
    return {
        "a": x[:, 0],
        "b": x[:, 1],
        "gamma": rng.gamma(2.0, mean / 2),
        "noisy": x[:, 0] + rng.normal(size=ROWS),
    }


def fitted(frame, target: str, loss: str) -> np.ndarray:
    table = {name: frame[name] for name in ("a", "b", target)}
    return chainrule.train(table, target, loss=loss, **EXACT).predict(table)[target].values


@pytest.mark.parametrize(
    ("loss", "other"),
    [
        ("gamma", GammaRegressor(alpha=0, tol=1e-9)),
        ("tweedie:p=1.5", TweedieRegressor(power=1.5, alpha=0, link="log", tol=1e-9)),
        ("poisson", TweedieRegressor(power=1, alpha=0, link="log", tol=1e-9)),
    ],
)
def test_a_network_without_hidden_layer_is_the_generalized_linear_model(frame, loss, other) -> None:
    x = np.column_stack([frame["a"], frame["b"]])
    wanted = other.fit(x, frame["gamma"]).predict(x)
    np.testing.assert_allclose(fitted(frame, "gamma", loss), wanted, rtol=1e-5)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_the_quantile_loss_is_quantile_regression(frame, q) -> None:
    x, t = np.column_stack([frame["a"], frame["b"]]), frame["noisy"]

    def pinball(y) -> float:
        return float(np.mean(np.maximum(q * (t - y), (q - 1) * (t - y))))

    y = fitted(frame, "noisy", f"quantile:q={q}")
    best = pinball(QuantileRegressor(quantile=q, alpha=0).fit(x, t).predict(x))
    assert best * (1 - 1e-9) <= pinball(y) <= best * 1.001
    assert (
        abs(np.mean(t <= y) - q) <= 3 / ROWS + 0.01
    )  # at the minimum as many rows as weights lie on the plane itself


def test_label_smoothing_keeps_probabilities_away_from_certainty() -> None:
    x = np.r_[np.linspace(-2, -1, 40), np.linspace(1, 2, 40)]
    table = {"a": x, "k": np.where(x > 0, "yes", "no")}
    made = {
        loss: chainrule.train(table, "k", loss=loss, hidden=(), optimizer="irprop_minus", batch=0, epochs=300,
                              patience=0, decay=0.0, fractions=(1.0, 0.0, 0.0)).predict(table)["k=yes"].values
        for loss in ("log_loss", "label_smoothing:e=0.2")
    }  # fmt: skip
    assert made["log_loss"].max() > 0.999  # the classes are apart, so certainty costs nothing
    assert made["label_smoothing:e=0.2"].mean() == pytest.approx(0.5, abs=0.01)
    assert 0.85 < made["label_smoothing:e=0.2"].max() < 0.96  # the target is 0.9


def test_log_loss_is_the_same_word_for_two_classes_and_for_more() -> None:
    x = np.linspace(-1, 1, 90)
    table = {"a": x, "k": np.array(["u", "v", "w"])[(np.arange(90) // 30)]}
    both = [
        chainrule.train(table, "k", loss=loss, hidden=(3,), epochs=3)
        for loss in ("log_loss", "cross_entropy")
    ]
    np.testing.assert_array_equal(both[0].weights, both[1].weights)
