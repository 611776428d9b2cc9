"""arrays -> MLPClassifier, MLPRegressor: scikit-learn's estimators by name, setting and number."""

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin, _fit_context
from sklearn.metrics import accuracy_score, r2_score
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import column_or_1d
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target, unique_labels
from sklearn.utils.validation import check_is_fitted, validate_data

from ..errors import EstimatorError
from .base import BaseMLP, keep_settings
from .constraints import CLASSIFIER, REGRESSOR, constraints_of, documented

Array = np.ndarray[Any, Any]


@documented(CLASSIFIER)
class MLPClassifier(ClassifierMixin, BaseMLP):  # type: ignore[misc]  # scikit-learn is untyped
    """A multi-layer perceptron that answers with classes: two, several, or several at once (multilabel)."""

    _parameter_constraints = constraints_of(CLASSIFIER)

    def __init__(
        self, hidden_layer_sizes: Any = (100,), activation: Any = "relu", *, solver: str = "adam",
        alpha: float = 0.0001, batch_size: Any = "auto", learning_rate: str = "constant",
        learning_rate_init: float = 0.001, power_t: float = 0.5, max_iter: int = 200, shuffle: bool = True,
        random_state: Any = None, tol: float = 1e-4, verbose: Any = False, warm_start: Any = False,
        momentum: float = 0.9, nesterovs_momentum: bool = True, early_stopping: bool = False,
        validation_fraction: float = 0.1, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-8,
        n_iter_no_change: float = 10, max_fun: int = 15000,
    ) -> None:  # fmt: skip
        vars(self).update(keep_settings(locals()))
        self.loss = "log_loss"

    def _output(self) -> str:
        return "softmax" if self._label_binarizer.y_type_ == "multiclass" else "logistic"

    def _validate_input(self, X: Any, y: Any, incremental: bool, reset: bool) -> tuple[Any, Array]:
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            multi_output=True,
            dtype=(np.float64, np.float32),
            reset=reset,
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if not hasattr(self, "classes_") or (not self.warm_start and not incremental):
            self._label_binarizer = LabelBinarizer().fit(y)
            self.classes_ = self._label_binarizer.classes_
        else:
            classes = unique_labels(y)
            if self.warm_start:
                if set(classes) != set(self.classes_):
                    raise EstimatorError("CR-3055", before=self.classes_, now=classes)
            elif len(np.setdiff1d(classes, self.classes_, assume_unique=True)):
                raise EstimatorError("CR-3056", before=self.classes_, now=classes)
        return X, self._label_binarizer.transform(y).astype(bool)

    @available_if(lambda est: est._check_solver())
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """One more epoch over X (n, i) and y; `classes` names them all at the first call.

        Raises ValueError as `fit` does, and where y holds a class not among `classes`.
        """
        if _check_partial_fit_first_call(self, classes):
            whole = y if type_of_target(y).startswith("multilabel") else classes
            self._label_binarizer = LabelBinarizer().fit(whole)
        return self._fit(X, y, sample_weight, incremental=True)

    def _predict(self, X: Any, check_input: bool = True) -> Array:
        y = self._outputs(X, check_input)
        kind = self._label_binarizer.y_type_
        if kind == "multiclass":
            return self.classes_.take(y.argmax(axis=1))
        if kind == "binary" and len(self.classes_) == 2:
            return self.classes_.take((y.ravel() > 0.5).astype(np.intp))
        return self._label_binarizer.inverse_transform(y.ravel() if self.n_outputs_ == 1 else y)

    def predict_proba(self, X: Any) -> Array:
        """(n, classes): how probable each of `classes_` is; multilabel: each label on its own."""
        check_is_fitted(self)
        y = self._outputs(X)
        if self.n_outputs_ > 1:
            return y
        made = np.empty((len(y), 2), y.dtype)
        np.subtract(1, y[:, 0], out=made[:, 0])
        made[:, 1] = y[:, 0]
        return made

    def predict_log_proba(self, X: Any) -> Array:
        """(n, classes): the logarithm of `predict_proba`."""
        y = self.predict_proba(X)
        return np.log(y, out=y)

    def _score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        return self._scored(X, y, sample_weight, accuracy_score)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


@documented(REGRESSOR)
class MLPRegressor(RegressorMixin, BaseMLP):  # type: ignore[misc]  # scikit-learn is untyped
    """A multi-layer perceptron that answers with numbers, one or several."""

    _parameter_constraints = constraints_of(REGRESSOR)

    def __init__(
        self, loss: Any = "squared_error", hidden_layer_sizes: Any = (100,), activation: Any = "relu", *,
        solver: str = "adam", alpha: float = 0.0001, batch_size: Any = "auto", learning_rate: str = "constant",
        learning_rate_init: float = 0.001, power_t: float = 0.5, max_iter: int = 200, shuffle: bool = True,
        random_state: Any = None, tol: float = 1e-4, verbose: Any = False, warm_start: Any = False,
        momentum: float = 0.9, nesterovs_momentum: bool = True, early_stopping: bool = False,
        validation_fraction: float = 0.1, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-8,
        n_iter_no_change: float = 10, max_fun: int = 15000,
    ) -> None:  # fmt: skip
        vars(self).update(keep_settings(locals()))

    def _output(self) -> str:
        return "exp" if self.loss == "poisson" else "identity"

    def _validate_input(self, X: Any, y: Any, incremental: bool, reset: bool) -> tuple[Any, Array]:
        X, y = validate_data(
            self, X, y, accept_sparse=["csr", "csc"], multi_output=True, y_numeric=True,
            dtype=(np.float64, np.float32), reset=reset,
        )  # fmt: skip
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        return X, y

    @available_if(lambda est: est._check_solver())
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """One more epoch over X (n, i) and y (n,) or (n, o). Raises ValueError as `fit` does."""
        return self._fit(X, y, sample_weight, incremental=True)

    def _predict(self, X: Any, check_input: bool = True) -> Array:
        y = self._outputs(X, check_input)
        return y.ravel() if y.shape[1] == 1 else y

    def _score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        return self._scored(X, y, sample_weight, r2_score)
