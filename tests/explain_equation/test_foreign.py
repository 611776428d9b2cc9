"""Another implementation: the equation of a scikit-learn network is what scikit-learn predicts."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from chainrule.errors import ModelError
from chainrule.explain.equation import equation
from chainrule.explain.equation.checking import answers_of
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
    scaled = fitted(make_pipeline(MinMaxScaler(), MLPRegressor(hidden_layer_sizes=(2,), max_iter=2)), x, t)
    for wrong in (net, LinearRegression().fit(x, t), scaled):
        with pytest.raises(ModelError) as refused:
            from_sklearn(wrong)
        assert refused.value.code == "CR-2328"
    with pytest.raises(ModelError) as refused:
        from_sklearn(fitted(net, x, np.stack([t, t], 1)))
    assert refused.value.code == "CR-2329"
