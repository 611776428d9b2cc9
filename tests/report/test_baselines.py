"""The two baselines are what they are called."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import OneHotEncoder

from chainrule.report.baselines import constant, linear


def table(rows=120):
    generator = np.random.default_rng(4)
    x = generator.normal(size=(rows, 3)).astype(np.float32)
    codes = np.column_stack([generator.integers(0, 3, rows), generator.integers(-1, 4, rows)]).astype(
        np.int32
    )
    t = x @ [1.0, -2.0, 0.5] + (codes[:, 0] == 2) * 3 - (codes[:, 1] == 0) + generator.normal(0, 0.1, rows)
    hot = (
        OneHotEncoder(categories=[[0, 1, 2], [0, 1, 2, 3]], handle_unknown="ignore")
        .fit_transform(codes)
        .toarray()
    )
    return x, codes, t, np.hstack([x.astype(float), hot])


def test_the_constant_is_the_training_mean_or_the_training_shares():
    x = np.zeros((4, 1))
    assert constant("regression", np.array([1.0, 2.0, 6.0]))(x, None).tolist() == [3.0] * 4
    shares = constant("multiclass", np.array([0, 0, 1, 0]), 3)(x, None)
    assert shares.tolist() == [[0.75, 0.25, 0.0]] * 4


def test_the_linear_one_is_ridge_on_the_one_hot_table_and_an_unknown_level_has_no_column():
    x, codes, t, dense = table()
    ours = linear("regression", x, codes, (3, 4), t)(x, codes)
    theirs = Ridge(alpha=1.0).fit(dense, t).predict(dense)
    # scikit-learn solves the sparse system iteratively, to a relative residual of 1e-4 of ‖t‖ at most
    np.testing.assert_allclose(ours, theirs, atol=1e-4 * np.linalg.norm(t))


@pytest.mark.parametrize("kinds", [2, 3])
def test_the_linear_one_is_logistic_regression_for_classes(kinds):
    x, codes, t, dense = table()
    c = np.digitize(t, np.quantile(t, np.arange(1, kinds) / kinds))
    ours = linear("multiclass", x, codes, (3, 4), c, kinds)(x, codes)
    theirs = LogisticRegression(max_iter=300).fit(dense, c).predict_proba(dense)
    np.testing.assert_allclose(ours, theirs, atol=1e-3)  # both stop at a gradient of 1e-4


def test_a_class_that_training_lacks_has_probability_zero():
    x, codes, t, _ = table()
    p = linear("multiclass", x, None, (), (t > 0) * 2, 3)(x, None)
    assert (p[:, 1] == 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=8 * 2.0**-53)


def test_one_that_does_not_converge_says_nothing():
    generator = np.random.default_rng(0)
    x = generator.normal(size=(60, 2)) * [1, 1e6]
    p = linear("binary", x, None, (), (x[:, 0] > 0).astype(int), 2)(x, None)  # warnings are errors here
    assert p.shape == (60, 2)
