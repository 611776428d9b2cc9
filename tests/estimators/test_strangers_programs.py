"""Programs people write for scikit-learn's MLP, run with only the import changed: they end with the same answers."""

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn.neural_network
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_digits, load_wine, make_multilabel_classification
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import chainrule

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def scored_by_cross_validation(mlp, tmp_path):
    X, y = load_breast_cancer(return_X_y=True)
    pipe = make_pipeline(
        StandardScaler(), mlp.MLPClassifier(hidden_layer_sizes=(30,), random_state=0, max_iter=20)
    )
    scores = cross_val_score(pipe, X, y, cv=3)
    joblib.dump(pipe.fit(X, y), tmp_path / "pipe.joblib")
    assert "MLPClassifier" in pipe._repr_html_()
    return scores, joblib.load(tmp_path / "pipe.joblib").predict(X)


def grid_search_in_two_processes(mlp, tmp_path):
    X, y = load_wine(return_X_y=True)
    pipe = make_pipeline(StandardScaler(), mlp.MLPClassifier(random_state=0, max_iter=20))
    grid = {"mlpclassifier__hidden_layer_sizes": [(5,), (20, 10)], "mlpclassifier__alpha": [1e-4, 1.0]}
    search = GridSearchCV(pipe, grid, cv=3, n_jobs=2).fit(X, y)
    return search.cv_results_["mean_test_score"], search.predict(X)


def multilabel(mlp, tmp_path):
    X, Y = make_multilabel_classification(n_samples=200, n_classes=4, random_state=0)
    A, B, a, _ = train_test_split(X, Y, random_state=0)
    net = mlp.MLPClassifier(random_state=0, max_iter=30, early_stopping=True).fit(A, a)
    return net.predict(B), net.predict_proba(B)


def sparse_text_features(mlp, tmp_path):
    good = ["a fine film", "really good and fine", "good story", "great film, great story", "loved it, good"]
    bad = ["a bad film", "really awful and bad", "awful story", "terrible film, bad story", "hated it, bad"]
    pipe = make_pipeline(TfidfVectorizer(), mlp.MLPClassifier(random_state=0, max_iter=30))
    pipe.fit(good + bad, ["good"] * 5 + ["bad"] * 5)
    return pipe.predict_proba(["good film", "awful film"]), pipe.score(good, ["good"] * 5)


def a_stream_by_partial_fit(mlp, tmp_path):
    X, y = load_digits(return_X_y=True)
    net = mlp.MLPClassifier(
        random_state=0, solver="sgd", learning_rate="invscaling", learning_rate_init=0.5, power_t=0.1
    )
    for part in np.array_split(np.arange(len(X)), 12):
        net.partial_fit(X[part] / 16, y[part], classes=np.arange(10))
    return net.predict_proba(X), net.t_


def a_frame_with_words_and_names(mlp, tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"size": rng.normal(size=200), "place": rng.choice(["east", "west"], 200)})
    price = frame["size"] * 2 + (frame["place"] == "east")
    columns = make_column_transformer(
        (StandardScaler(), ["size"]), (OneHotEncoder(sparse_output=False), ["place"])
    )
    pipe = make_pipeline(
        columns.set_output(transform="pandas"), mlp.MLPRegressor(random_state=0, max_iter=30)
    ).fit(frame, price)
    assert list(pipe[-1].feature_names_in_) == list(pipe[0].get_feature_names_out())
    return pipe.score(frame, price), pipe.predict(frame)


PROGRAMS = (
    scored_by_cross_validation, grid_search_in_two_processes, multilabel, sparse_text_features, a_stream_by_partial_fit,
    a_frame_with_words_and_names,
)  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_the_program_ends_with_scikit_learns_own_answers(program, tmp_path):
    for theirs, ours in zip(
        program(sklearn.neural_network, tmp_path), program(chainrule, tmp_path), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-9)
