"""Counts over an exposure are the generalized linear model with an offset; principal components are the training part's."""

import numpy as np
import pytest
from model_tables import table

import chainrule
from chainrule.batches.source import Source
from chainrule.engine.reference import Reference
from chainrule.errors import ChainruleError
from chainrule.model.exposed import Exposed
from chainrule.plan import make_plan


def claims(rows: int = 300, seed: int = 4) -> dict[str, object]:
    g = np.random.default_rng(seed)
    x, z, years = g.normal(size=rows), g.normal(size=rows), g.uniform(0.05, 4, rows)
    return {
        "x": x,
        "z": z,
        "years": years,
        "n": g.poisson(years * np.exp(0.3 + 0.5 * x - 0.4 * z)).astype(float),
    }


def offset_gradient(power: float, s: np.ndarray, t: np.ndarray, e: np.ndarray) -> np.ndarray:
    """∂/∂s of the loss at y = e·exp(s), by central differences of its definition (half the deviance)."""

    def loss(score: np.ndarray) -> np.ndarray:
        y = e * np.exp(score)
        if power == 1:
            return y - t * np.log(y)
        if power == 2:
            return np.log(y) + t / y
        return y ** (2 - power) / (2 - power) - t * y ** (1 - power) / (1 - power)

    h = 1e-5
    return (loss(s + h) - loss(s - h)) / (2 * h)


@pytest.mark.parametrize(
    ("loss", "power"), [("poisson", 1.0), ("gamma", 2.0), ({"tweedie": {"p": 1.3}}, 1.3)]
)
def test_a_rate_with_its_weight_has_the_gradient_of_an_offset(loss, power: float) -> None:
    g = np.random.default_rng(0)
    n = 40
    x, e = g.normal(size=(n, 2)), g.uniform(0.1, 5, n)
    t = g.gamma(2.0, size=n) * e
    name, knobs = (loss, None) if isinstance(loss, str) else next(iter(loss.items()))
    over = Exposed(name, power)
    plan = make_plan(2, 1, (), loss=name, loss_knobs=knobs, precision="float64")
    w = np.array([[0.3, -0.2, 0.1]])
    engine = Reference()
    source = Source(x, (t / e)[:, None], None, over.weights(e))
    found = engine.gradient(plan, engine.load(plan, w), source.batch(np.arange(n), dtype="float64"))
    ds = offset_gradient(power, x @ w[0, :2] + w[0, 2], t, e)
    wanted = np.array([*(ds @ x), ds.sum()])
    # the difference has an error of about h² and one of rounding, 2⁻⁵²/h
    np.testing.assert_allclose(np.asarray(found.grad_sum).ravel(), wanted, rtol=1e-7, atol=1e-8)


def test_a_net_without_hidden_layer_is_poisson_regression_with_an_offset() -> None:
    """Newton's method on Σ e·exp(xβ) − n·xβ, which knows nothing of rates and weights."""
    data = claims()
    model = chainrule.train(data, "n", exposure="years", hidden=(), optimizer="gd", lr=0.3, schedule="constant", batch=0,
                            epochs=4000, patience=0, decay=0.0, fractions=(1.0, 0.0, 0.0), precision="float64")  # fmt: skip
    design = np.column_stack([np.ones(300), data["x"], data["z"]])
    beta = np.zeros(3)
    for _ in range(50):
        mean = data["years"] * np.exp(design @ beta)
        beta += np.linalg.solve(design.T @ (design * mean[:, None]), design.T @ (data["n"] - mean))
    said = model.predict(data)["n"].values
    np.testing.assert_allclose(said, data["years"] * np.exp(design @ beta), rtol=1e-6)
    # the linear baseline is that regression too, but for its ridge of 1/Σe
    assert model.facts["baselines"]["linear"]["rmse"] == pytest.approx(
        float(np.sqrt(np.mean((said - data["n"]) ** 2))), rel=1e-2
    )


def test_an_exposure_is_needed_again_saved_and_named(tmp_path) -> None:
    data = claims()
    model = chainrule.train(data, "n", exposure="years", hidden=(4,), epochs=5, folds=3)
    assert model.encoding.columns == ("x", "z") and model.plan.loss.name == "poisson"
    model.save(tmp_path / "m")
    again = chainrule.load(tmp_path / "m")
    twice = {**data, "years": 2 * np.asarray(data["years"])}
    np.testing.assert_allclose(
        again.predict(twice)["n"].values, 2 * model.predict(data)["n"].values, rtol=1e-12
    )
    assert again.evaluate(data) == model.evaluate(data)
    with pytest.raises(ChainruleError, match="years"):
        model.predict({"x": [1.0], "z": [0.0]})
    with pytest.raises(ChainruleError, match="CR-1183"):
        model.predict({"x": [1.0], "z": [0.0], "years": [0.0]})
    assert "counted over years" in " ".join(model.methods().text().split())
    assert model.report_page(data).text()


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"exposure": "years", "loss": "squared"}, "CR-4711"),
        ({"exposure": "n"}, "CR-4713"),
        ({"exposure": "years", "weight": "years"}, "CR-4713"),
        ({"exposure": "x"}, "CR-1183"),
        ({"exposure": "zzz"}, "CR-1016"),
        ({"exposure": "years", "drop": "years"}, "CR-1819"),
        ({"pca": 9}, "CR-1170"),
        ({"pca": True}, "CR-1170"),
    ],
    ids=str,
)
def test_what_cannot_be_gets_a_sentence(settings, code: str) -> None:
    with pytest.raises(ChainruleError, match=code):
        chainrule.train(claims(60), "n", hidden=(2,), epochs=2, **settings)


def test_components_are_those_of_the_training_rows_and_are_kept(tmp_path) -> None:
    frame = {**table("y"), "c": table("y", seed=3)["a"]}
    quick = {"hidden": (4,), "epochs": 4, "folds": 0, "drop": ["color", "wet"]}
    model = chainrule.train(frame, "y", pca=2, **quick)
    assert model.plan.name.startswith("2-") and any("2 principal components" in note for note in model.notes)
    from chainrule.model.evidence import evidence

    rows = evidence(model, frame, importance=False).parts[0].table
    plain = chainrule.train(frame, "y", **quick).encoding.apply(rows).x.astype(float)
    centred = plain - plain.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2]
    found = model.encoding.apply(rows).x.astype(float)
    np.testing.assert_allclose(
        np.abs(found), np.abs(centred @ axes.T), atol=1e-5
    )  # float32 inputs, signs are free
    model.save(tmp_path / "m")
    np.testing.assert_array_equal(
        chainrule.load(tmp_path / "m").predict(frame)["y"].values, model.predict(frame)["y"].values
    )
    assert model.report_page(frame).text() and "first 2 principal components" in " ".join(
        model.methods().text().split()
    )
    share = chainrule.train(frame, "y", pca=0.5, **quick).encoding.mix
    assert share is not None and share.size <= 3


def test_the_importance_of_components_is_that_of_the_columns() -> None:
    """All components kept are a rotation: the product of the weights is that of the same network without it."""
    from chainrule.explain.importance import olden

    frame = {k: v for k, v in claims().items() if k != "years"}
    model = chainrule.train(frame, "n", pca=2, hidden=(), epochs=30, folds=0)
    w = model.parts["w1"][:, 0] @ model.encoding.mix.axes
    assert olden(model) == pytest.approx({"x": w[0], "z": w[1]})
    assert model.report_page(frame).facts["importance"].keys() == {"x", "z"}
