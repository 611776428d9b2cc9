"""Another implementation: the equation of a scikit-learn network is what scikit-learn predicts."""

import warnings

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

from chainrule.errors import ModelError
from chainrule.explain.equation import equation
from chainrule.explain.equation.checking import answers_of
from chainrule.explain.faces import explain_model
from chainrule.explain.foreign import from_sklearn
from chainrule.table import read_table


def fitted(estimator, x, t):
    with warnings.catch_warnings():  # five rounds do not converge, and need not
        warnings.simplefilter("ignore")
        return estimator.fit(x, t)


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_the_equation_of_a_pipeline_is_its_prediction(activation) -> None:
    x, t = load_diabetes(return_X_y=True, scaled=False)
    net = MLPRegressor(hidden_layer_sizes=(5, 3), activation=activation, max_iter=5, random_state=0)
    pipe = fitted(make_pipeline(StandardScaler(), net), x, t)
    table = read_table({f"x{k + 1}": x[:, k].tolist() for k in range(x.shape[1])})
    ours = answers_of(equation(from_sklearn(pipe), table).exact, table)[:, 0]
    theirs = pipe.predict(x)
    assert np.max(np.abs(ours - theirs)) <= 1e-11 * np.max(np.abs(theirs))


@pytest.mark.parametrize("load", [load_iris, load_breast_cancer])
def test_the_equation_of_a_classifier_gives_its_probabilities(load) -> None:
    frame = load(as_frame=True)
    pipe = fitted(
        make_pipeline(StandardScaler(), MLPClassifier(hidden_layer_sizes=(4,), max_iter=5, random_state=0)),
        frame.data,
        frame.target,
    )
    table = read_table({str(c): frame.data[c].tolist() for c in frame.data})
    made = equation(from_sklearn(pipe, "sort"), table)
    ours, theirs = answers_of(made.exact, table), pipe.predict_proba(frame.data)
    assert [i.column for i in made.exact.inputs] == list(frame.data)
    assert np.max(np.abs(ours - theirs[:, -ours.shape[1] :])) <= 1e-11


def test_what_is_no_fitted_network_is_refused() -> None:
    x, t = load_diabetes(return_X_y=True)
    net = MLPRegressor(hidden_layer_sizes=(2,), max_iter=2, random_state=0)
    for wrong in (net, LinearRegression().fit(x, t)):
        with pytest.raises(ModelError) as refused:
            from_sklearn(wrong)
        assert refused.value.code == "CR-2328"
    with pytest.raises(ModelError) as refused:
        from_sklearn(fitted(net, x, np.stack([t, t], 1)))
    assert refused.value.code == "CR-2329"


def mixed_frame(rows: int = 120):
    import pandas as pd

    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {"age": rng.uniform(18, 80, rows), "city": rng.choice(["Bonn", "Jena", "Ulm"], rows),
         "income": rng.lognormal(10, 1, rows), "level": rng.choice(["low", "mid", "high"], rows)}
    )  # fmt: skip
    t = 0.1 * frame.age + (frame.city == "Jena") + (frame.level == "low") * 2 + rng.normal(0, 0.1, rows)
    return frame, t


PIPELINES = {
    "minmax": lambda net: make_pipeline(
        ColumnTransformer([("n", MinMaxScaler((-1, 1)), ["income", "age"]), ("c", OneHotEncoder(), ["city", "level"])]), net
    ),
    "rest": lambda net: make_pipeline(
        ColumnTransformer([("c", OneHotEncoder(drop="first", handle_unknown="ignore", sparse_output=False), [1, 3])],
                          remainder=RobustScaler()), StandardScaler(), net
    ),
    "filled": lambda net: make_pipeline(
        ColumnTransformer([("n", make_pipeline(SimpleImputer(strategy="median"), MaxAbsScaler()), slice("age", "age")),
                           ("c", make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), ["level"]),
                           ("d", "drop", ["city"])], remainder="passthrough"), StandardScaler(), net
    ),
    "target": lambda net: TransformedTargetRegressor(
        make_pipeline(ColumnTransformer([("n", StandardScaler(), [0, 2])]), MinMaxScaler(), net), transformer=StandardScaler()
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(PIPELINES))
def test_the_equation_of_a_pipeline_over_mixed_columns_is_its_prediction(name: str) -> None:
    frame, t = mixed_frame()
    pipe = fitted(
        PIPELINES[name](MLPRegressor(hidden_layer_sizes=(5,), max_iter=8, random_state=0)), frame, t
    )
    if name == "filled":
        frame.loc[3, "age"], frame.loc[5, "level"] = np.nan, np.nan
    model = from_sklearn(pipe)
    table = model.read(frame)
    ours, theirs = answers_of(equation(model, table).exact, table)[:, 0], pipe.predict(frame)
    assert np.max(np.abs(ours - theirs)) <= 1e-10 * max(1.0, np.max(np.abs(theirs)))
    page = explain_model(model, frame.assign(y=t), row="1,4")
    last = page.facts["rows"][1]["stages"]["forward"][-1]["value"]
    scale = pipe.transformer_ if name == "target" else None
    said = last if scale is None else float(scale.inverse_transform([[last]])[0, 0])
    assert said == pytest.approx(theirs[3], rel=1e-10)


def test_a_step_that_is_no_formula_here_is_named() -> None:
    frame, t = mixed_frame()
    numbers = frame[["age", "income"]]
    for step in (PolynomialFeatures(2), MinMaxScaler(clip=True), SimpleImputer(add_indicator=True)):
        pipe = fitted(make_pipeline(step, MLPRegressor(hidden_layer_sizes=(2,), max_iter=2)), numbers, t)
        with pytest.raises(ModelError) as refused:
            from_sklearn(pipe)
        assert refused.value.code == "CR-2328" and type(step).__name__ in str(refused.value)
