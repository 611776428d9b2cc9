"""arrays -> MLPClassifier, MLPRegressor: scikit-learn's estimators by name, setting and number."""

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin, _fit_context
from sklearn.metrics import accuracy_score, r2_score
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import column_or_1d, compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target, unique_labels
from sklearn.utils.validation import check_is_fitted, validate_data

from ..errors import EstimatorError
from ..rules.given import activation_of
from .base import BaseMLP, keep_settings
from .calibration import calibrated, conformal_margin, conformity, temperature_of
from .constraints import CLASSIFIER, REGRESSOR, constraints_of, documented, settings_of

Array = np.ndarray[Any, Any]
BLOCK = 2**16  # rows at a time


@documented(CLASSIFIER)
class MLPClassifier(ClassifierMixin, BaseMLP):
    """A multi-layer perceptron that answers with classes: two, several, or several at once (multilabel)."""

    _usual = {s.name: s.default for s in settings_of(CLASSIFIER)}
    _parameter_constraints = constraints_of(CLASSIFIER)

    def __init__(
        self, hidden_layer_sizes: Any = (100,), activation: Any = "relu", *, solver: str = "adam",
        alpha: float = 0.0001, batch_size: Any = "auto", learning_rate: str = "constant",
        learning_rate_init: float = 0.001, power_t: float = 0.5, max_iter: int = 200, shuffle: bool = True,
        random_state: Any = None, tol: float = 1e-4, verbose: Any = False, warm_start: Any = False,
        momentum: float = 0.9, nesterovs_momentum: bool = True, early_stopping: bool = False,
        validation_fraction: float = 0.1, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-8,
        n_iter_no_change: float = 10, max_fun: int = 15000, loss: Any = "log_loss", output_activation: Any = None,
        dropout: Any = 0.0, l1: float = 0.0, clip_norm: Any = None, max_norm: Any = None, optimizer: Any = None,
        schedule: Any = None, class_weight: Any = None, start: Any = None, scoring: Any = None, n_init: int = 1, n_estimators: int = 1,
        n_jobs: Any = None, precision: str = "auto", progress: Any = "auto",
    ) -> None:  # fmt: skip
        self.__dict__.update(keep_settings(locals()))

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
        return X, y

    def _validate_watched(self, X: Any, y: Any) -> tuple[Any, Array, Array]:
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            multi_output=True,
            dtype=(np.float64, np.float32),
            reset=False,
        )
        y = column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
        unknown = np.setdiff1d(unique_labels(y), self.classes_)
        if len(unknown):
            raise EstimatorError("CR-3056", before=self.classes_, now=unknown)
        return X, y, self._targets(y)

    def _targets(self, y: Array) -> Array:
        """(n, o) of bool, as LabelBinarizer puts them, which takes fifty bytes a row on its way."""
        if self._label_binarizer.y_type_ not in ("binary", "multiclass"):
            return np.asarray(self._label_binarizer.transform(y)).astype(bool)
        classes = len(self.classes_)
        made = np.zeros((len(y), classes if classes > 2 else 1), bool)
        for first in range(0, len(y), BLOCK):
            codes = np.searchsorted(self.classes_, y[first : first + BLOCK])
            if classes > 2:
                made[np.arange(first, first + len(codes)), codes] = True
            else:
                made[first : first + len(codes), 0] = codes == 1
        return made

    def _class_weights(self, y: Array, sample_weight: Array | None) -> Array | None:
        if self.class_weight is None:
            return sample_weight
        weights = compute_sample_weight(self.class_weight, y)
        return weights if sample_weight is None else weights * sample_weight

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
        """(n, classes): how probable each of `classes_` is; multilabel: each label on its own.

        After `calibrate` they are calibrated. Raises EstimatorError CR-3087 for an output that gives no probabilities.
        """
        check_is_fitted(self)
        return self._probabilities(self._outputs(X), getattr(self, "temperature_", 1.0))

    def _probabilities(self, y: Array, temperature: float) -> Array:
        self._probable()
        if temperature != 1.0:
            y = calibrated(y, temperature, self.out_activation_ == "softmax")
        if self.n_outputs_ > 1:
            return y
        made = np.empty((len(y), 2), y.dtype)
        np.subtract(1, y[:, 0], out=made[:, 0])
        made[:, 1] = y[:, 0]
        return made

    def _probable(self) -> None:
        if activation_of(self._output_row()).name not in ("sigmoid", "softmax"):
            raise EstimatorError("CR-3087", output=self.out_activation_)

    def predict_log_proba(self, X: Any) -> Array:
        """(n, classes): the logarithm of `predict_proba`."""
        y = self.predict_proba(X)
        return np.log(y, out=y)

    def calibrate(self, X: Any, y: Any) -> Self:
        """Fit one temperature to rows the network was not trained on, so that probabilities mean what they say.

        It divides the scores (Guo et al. 2017): the most probable class stays the same. Raises ValueError as `fit`,
        EstimatorError CR-3087 for an output that gives no probabilities.
        """
        check_is_fitted(self)
        self._probable()
        X, _, t = self._validate_watched(X, y)
        self.temperature_ = temperature_of(
            self._outputs(self._checked(X)), t, self.out_activation_ == "softmax"
        )
        return self

    def _score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        return self._scored(X, y, sample_weight, accuracy_score)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


@documented(REGRESSOR)
class MLPRegressor(RegressorMixin, BaseMLP):
    """A multi-layer perceptron that answers with numbers, one or several."""

    _usual = {s.name: s.default for s in settings_of(REGRESSOR)}
    _parameter_constraints = constraints_of(REGRESSOR)

    def __init__(
        self, loss: Any = "squared_error", hidden_layer_sizes: Any = (100,), activation: Any = "relu", *,
        solver: str = "adam", alpha: float = 0.0001, batch_size: Any = "auto", learning_rate: str = "constant",
        learning_rate_init: float = 0.001, power_t: float = 0.5, max_iter: int = 200, shuffle: bool = True,
        random_state: Any = None, tol: float = 1e-4, verbose: Any = False, warm_start: Any = False,
        momentum: float = 0.9, nesterovs_momentum: bool = True, early_stopping: bool = False,
        validation_fraction: float = 0.1, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-8,
        n_iter_no_change: float = 10, max_fun: int = 15000, output_activation: Any = None, dropout: Any = 0.0,
        l1: float = 0.0, clip_norm: Any = None, max_norm: Any = None, optimizer: Any = None, schedule: Any = None, start: Any = None,
        scoring: Any = None, n_init: int = 1, n_estimators: int = 1, n_jobs: Any = None, precision: str = "auto",
        quantiles: Any = None, progress: Any = "auto",
    ) -> None:  # fmt: skip
        self.__dict__.update(keep_settings(locals()))

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

    def _validate_watched(self, X: Any, y: Any) -> tuple[Any, Array, Array]:
        X, y = self._validate_input(X, y, True, reset=False)
        return X, y, self._targets(y)

    @available_if(lambda est: est._check_solver())
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """One more epoch over X (n, i) and y (n,) or (n, o). Raises ValueError as `fit` does."""
        return self._fit(X, y, sample_weight, incremental=True)

    def _predict(self, X: Any, check_input: bool = True) -> Array:
        y = self._outputs(X, check_input)
        return y.ravel() if y.shape[1] == 1 else y

    def calibrate(self, X: Any, y: Any) -> Self:
        """Measure on rows the network was not trained on how far it is off, for `predict_interval`.

        Raises ValueError as `fit`.
        """
        check_is_fitted(self)
        X, _, t = self._validate_watched(X, y)
        self.conformity_ = np.sort(conformity(t, *self._bounds(self._checked(X))), axis=0)
        return self

    def predict_interval(self, X: Any, coverage: float = 0.9) -> tuple[Array, Array]:
        """(lower, upper), each shaped as `predict`'s answers: bounds that hold for `coverage` of new rows.

        After `calibrate` they are split-conformal: `coverage` holds for rows drawn as those calibrated on, whatever
        the network (Lei et al. 2018; with `quantiles` Romano et al. 2019). Without, `quantiles` gives its outermost
        ones as they are, and `coverage` must be theirs. Raises EstimatorError CR-3088, CR-3089.
        """
        check_is_fitted(self)
        low, high = self._bounds(self._checked(X))
        if not 0 < coverage < 1:
            raise EstimatorError("CR-3089", coverage=coverage)
        if hasattr(self, "conformity_"):
            margin = conformal_margin(self.conformity_, coverage)
            low, high = low - margin, high + margin
        elif self.quantiles is None or abs(self.quantiles[-1] - self.quantiles[0] - coverage) > 1e-9:
            raise EstimatorError("CR-3088", coverage=coverage)
        else:
            low, high = np.minimum(low, high), np.maximum(low, high)
        return (low.ravel(), high.ravel()) if low.shape[1] == 1 else (low, high)

    def _bounds(self, X: Any) -> tuple[Array, Array]:
        """The outermost quantiles (n, o), or twice the prediction."""
        if self.quantiles is None:
            y = self._outputs(X, check_input=False)
            return y, y
        first, last = self.estimators_[0], self.estimators_[-1]
        return first._outputs(X, check_input=False), last._outputs(X, check_input=False)

    def _score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        return self._scored(X, y, sample_weight, r2_score)
