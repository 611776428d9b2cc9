"""arrays -> a fitted estimator: what MLPClassifier and MLPRegressor share, with scikit-learn's names and checks."""

from abc import ABC, abstractmethod
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ..errors import EstimatorError
from . import lbfgs, network, stochastic

Array = np.ndarray[Any, Any]

STOCHASTIC = ("sgd", "adam")


class BaseMLP(BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn is untyped
    """Fits, goes on fitting and answers; the two estimators add their targets."""

    @abstractmethod
    def _validate_input(self, X: Any, y: Any, incremental: bool, reset: bool) -> tuple[Any, Array]:
        """X in float32 or float64, y as it is trained on."""

    @abstractmethod
    def _score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The score early stopping watches."""

    @abstractmethod
    def _output(self) -> str:
        """scikit-learn's name of the output activation."""

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the network to X (n, i) and y (n,) or (n, o).

        X            array, sparse matrix or data frame of numbers; trained in float32 if it is float32, else float64
        sample_weight  (n,) how much each row counts

        Raises ValueError where the input is unfit (scikit-learn's own sentences), EstimatorError (CR-30xx) where
        training cannot go on.
        """
        return self._fit(X, y, sample_weight, incremental=False)

    def _fit(self, X: Any, y: Any, sample_weight: Any, incremental: bool) -> Self:
        hidden = self._hidden()
        first = not hasattr(self, "coefs_") or (not self.warm_start and not incremental)
        X, y = self._validate_input(X, y, incremental, reset=first)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X)
        t = y.reshape(-1, 1) if y.ndim == 1 else y
        self.n_outputs_ = t.shape[1]
        self._random_state = check_random_state(self.random_state)
        if first:
            self._initialize([X.shape[1], *hidden, self.n_outputs_], X.dtype)
        if self.solver in STOCHASTIC:
            stochastic.fit(self, X, t, sample_weight, incremental)
        else:
            lbfgs.fit(self, X, t, sample_weight)
        if not all(np.isfinite(w).all() for w in (*self.coefs_, *self.intercepts_)):
            raise EstimatorError("CR-3052")
        return self

    def _hidden(self) -> list[int]:
        given = self.hidden_layer_sizes
        sizes = list(given) if hasattr(given, "__iter__") else [given]
        if np.any(np.array(sizes) <= 0):
            raise EstimatorError("CR-3053", sizes=sizes)
        return [int(n) for n in sizes]

    def _rules(self, hidden: int) -> tuple[Any, Any, str]:
        """Activations, output and loss as the plan wants them."""
        return self.activation, self.out_activation_, network.LOSSES[self.loss, self.out_activation_]

    def _initialize(self, sizes: list[int], dtype: Any) -> None:
        """The first weights and the counts of a first fit; drawn as scikit-learn draws them (Glorot & Bengio 2010)."""
        self.n_iter_ = 0
        self.t_ = 0
        self.n_layers_ = len(sizes)
        self.out_activation_ = self._output()
        self.coefs_, self.intercepts_ = [], []
        for fan_in, fan_out in zip(sizes, sizes[1:], strict=False):
            bound = np.sqrt((2.0 if self.activation == "logistic" else 6.0) / (fan_in + fan_out))
            self.coefs_.append(
                self._random_state.uniform(-bound, bound, (fan_in, fan_out)).astype(dtype, copy=False)
            )
            self.intercepts_.append(
                self._random_state.uniform(-bound, bound, fan_out).astype(dtype, copy=False)
            )
        if self.solver in STOCHASTIC:
            self.loss_curve_: list[float] = []
            self._no_improvement_count = 0
            self.validation_scores_: list[float] | None = [] if self.early_stopping else None
            self.best_validation_score_ = -np.inf if self.early_stopping else None
            self.best_loss_ = None if self.early_stopping else np.inf

    def _check_solver(self) -> bool:
        if self.solver not in STOCHASTIC:
            raise AttributeError(str(EstimatorError("CR-3054", solver=self.solver)))
        return True

    def _outputs(self, X: Any, check_input: bool = True) -> Array:
        """The network's outputs (n, o)."""
        if check_input and not self._plain(X):
            X = validate_data(self, X, accept_sparse=["csr", "csc"], reset=False)
        if hasattr(X, "toarray"):
            X = X.toarray()
        return network.outputs(self, X)

    def _plain(self, X: Any) -> bool:
        """Whether scikit-learn's checks could find nothing: an array of finite floats of the right width, no names."""
        return (
            type(X) is np.ndarray
            and X.ndim == 2
            and X.dtype in (np.float32, np.float64)
            and X.shape[1] == self.n_features_in_
            and X.shape[0] > 0
            and not hasattr(self, "feature_names_in_")
            and bool(np.isfinite(X.sum()))
        )

    def _scored(self, X: Any, y: Any, sample_weight: Any, score: Any) -> float:
        answers = self._predict(X, check_input=False)
        if np.issubdtype(answers.dtype, np.floating) and not np.isfinite(answers).all():
            return float("nan")
        return score(y, answers, sample_weight=sample_weight)

    @abstractmethod
    def _predict(self, X: Any, check_input: bool = True) -> Array:
        """The answers."""

    def predict(self, X: Any) -> Array:
        """The answers to X (n, i): classes, or numbers (n,) or (n, o)."""
        check_is_fitted(self)
        return self._predict(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def keep_settings(given: dict[str, Any]) -> dict[str, Any]:
    """An __init__'s own arguments, from its locals()."""
    return {name: value for name, value in given.items() if name not in ("self", "__class__")}
