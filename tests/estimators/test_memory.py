"""A fit takes little more memory than the array it is given."""

import tracemalloc

import numpy as np
import pytest

from chainrule import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
ROWS = 100_000
QUICK = {"hidden_layer_sizes": (2,), "max_iter": 1, "random_state": 0, "batch_size": 400}
# beside the held-out rows themselves and float32 numbers of the classes: orders, marks, one block
CASES = {
    "classes": (MLPClassifier(**QUICK), int, 0.0),
    "texts": (MLPClassifier(**QUICK), "U1", 0.0),
    "numbers": (MLPRegressor(**QUICK), np.float32, 0.0),
    "lbfgs": (MLPRegressor(**QUICK | {"hidden_layer_sizes": ()}, solver="lbfgs"), np.float32, 0.0),
    "two nets": (MLPRegressor(**QUICK, n_estimators=2), np.float32, 0.0),
    "early stopping": (MLPClassifier(**QUICK, early_stopping=True), int, 0.1),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fit_of_an_array_of_float32_takes_at_most_15_percent_more(name):
    est, kind, held_out = CASES[name]
    y = (np.arange(ROWS) % 2).astype(kind)
    x = np.random.default_rng(0).random((ROWS, 100), dtype="f")
    est.fit(x[:500], y[:500])
    tracemalloc.start()
    try:
        est.fit(x, y)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most <= 0.15 * x.nbytes + 2**20
    assert most <= (held_out + 0.12) * x.nbytes
