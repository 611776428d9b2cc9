"""Sparse matrices: the same numbers as the array they stand for, without that array ever being made."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse as sp

from chainrule import MLPClassifier, MLPRegressor
from chainrule.estimators import network

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
S = sp.random_array((600, 200), density=0.03, rng=np.random.default_rng(0), format="csr")
Y = np.asarray(S.sum(axis=1)).ravel()
QUICK = {"hidden_layer_sizes": (8,), "max_iter": 4, "random_state": 0}


@pytest.fixture
def large(monkeypatch):
    """As if every matrix were too large to be an array."""
    monkeypatch.setattr(network, "DENSE", 0)
    monkeypatch.setattr(network, "BLOCK", 200 * 90)


def bits(est):
    # penalties are summed in float64 batch by batch, in float32 in one call: curves agree to their rounding
    curve = np.array(est.loss_curve_).round(15 if est.precision == "auto" else 5)
    return [a.tobytes() for a in (*est.coefs_, *est.intercepts_, est.predict(S), curve)]


SETTINGS = {
    "adam": {}, "sgd": {"solver": "sgd", "learning_rate": "invscaling"}, "early stopping": {"early_stopping": True},
    "dropout, clipping": {"dropout": 0.2, "clip_norm": 0.1}, "not shuffled": {"shuffle": False},
    "all rows": {"optimizer": "rprop"}, "float32": {"precision": "float32"}, "schedule": {"schedule": "cosine"},
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_batches_made_dense_one_by_one_train_the_same_bits(name, large, monkeypatch):
    one = MLPRegressor(**QUICK, **SETTINGS[name])
    rowwise = bits(one.fit(S, Y)), bits(one.fit(S.tocsc(), Y))
    monkeypatch.setattr(network, "DENSE", 2**40)
    assert rowwise == (bits(one.fit(S, Y)),) * 2 and bits(one.fit(S.toarray(), Y)) == rowwise[0]


def test_answers_of_blocks_are_the_answers_of_all(large):
    est = MLPRegressor(**QUICK, n_estimators=2).fit(S, Y).calibrate(S, Y)
    dense = S.toarray()
    assert np.array_equal(est.predict(S), est.predict(dense))
    assert np.array_equal(est.hidden_activations(S)[0], est.hidden_activations(dense)[0])
    assert np.array_equal(est.predict_interval(S), est.predict_interval(dense))
    classes = MLPClassifier(**QUICK).fit(S, Y > 1, X_val=S, y_val=Y > 1)
    assert np.array_equal(classes.predict_proba(S), classes.predict_proba(dense))
    assert len(classes.validation_loss_curve_) == 4


def test_lbfgs_sums_blocks_to_the_same_loss(large):
    # 90 rows at a time instead of all: sums of 600 terms in another order, 20 iterations on
    found = [MLPRegressor(**QUICK | {"max_iter": 20}, solver="lbfgs").fit(x, Y) for x in (S, S.toarray())]
    np.testing.assert_allclose(found[0].coefs_[0], found[1].coefs_[0], rtol=0, atol=1e-10)


def test_a_matrix_that_would_not_fit_as_an_array_is_fitted_and_predicted():
    rows, width = 40_000, 2_000  # 640 MB as an array
    wide = sp.random_array((rows, width), density=0.002, rng=np.random.default_rng(0), format="csr")
    y = np.asarray(wide[:, :50].sum(axis=1)).ravel() > 0
    est = MLPClassifier(hidden_layer_sizes=(4,), max_iter=1, random_state=0, batch_size=1000)
    tracemalloc.start()
    try:
        est.fit(wide, y)
        est.predict(wide)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 0.2 * rows * width * 8
