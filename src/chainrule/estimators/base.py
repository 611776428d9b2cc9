"""arrays -> a fitted estimator: what MLPClassifier and MLPRegressor share, with scikit-learn's names and checks."""

import copy
import os
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import validate_parameter_constraints
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ..errors import EstimatorError
from ..rules.activations import Activation
from . import lbfgs, members, network, stochastic
from .watching import Parts, fitted_attributes

Array = np.ndarray[Any, Any]

STOCHASTIC = ("sgd", "adam")
# of other solvers than lbfgs; scikit-learn's own settings are let be there, as it does
NOT_LBFGS = ("optimizer", "schedule", "dropout", "clip_norm", "max_norm")


_PARAMETERS: dict[Any, list[str]] = {}  # __init__ -> its arguments, sorted


class BaseMLP(CallbackSupportMixin, BaseEstimator, ABC):
    """Fits, goes on fitting and answers; the two estimators add their targets."""

    _usual: ClassVar[dict[str, Any]]  # defaults by name

    @abstractmethod
    def _validate_input(self, X: Any, y: Any, incremental: bool, reset: bool) -> tuple[Any, Array]:
        """X in float32 or float64, y as it is trained on."""

    @abstractmethod
    def _validate_watched(self, X: Any, y: Any) -> tuple[Any, Array, Array]:
        """X, y and targets of rows that are only watched."""

    @abstractmethod
    def _score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The score early stopping watches."""

    @abstractmethod
    def _output(self) -> str:
        """scikit-learn's name of the output activation."""

    @abstractmethod
    def _predict(self, X: Any, check_input: bool = True) -> Array:
        """The answers."""

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:  # fmt: skip
        """Fit the network to X (n, i) and y (n,) or (n, o).

        X              array, sparse matrix or data frame of numbers
        sample_weight  (n,) how much each row counts
        X_val, y_val   rows that are only watched: validation_loss_curve_, and early stopping looks at them instead of
                       a drawn part. In a Pipeline: Pipeline(…, transform_input=["X_val"]) sends them through its steps

        Raises ValueError where the input is unfit (scikit-learn's own sentences), EstimatorError (CR-30xx), PlanError
        (CR-14xx) or RuleError (CR-13xx) where settings or training cannot go on.
        """
        watched = None if X_val is None and y_val is None else (X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, False, watched)

    def _fit(self, X: Any, y: Any, sample_weight: Any, incremental: bool, watched: Any = None) -> Self:
        several = members.wanted(self)
        if several:
            return self._fit_members(several, X, y, sample_weight, incremental, watched)
        self._check_settings(watched)
        hidden = self._hidden()
        first = not hasattr(self, "coefs_") or (not self.warm_start and not incremental)
        X, y = self._validate_input(X, y, incremental, reset=first)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X)
        sample_weight = self._class_weights(y, sample_weight)
        t = self._targets(y)
        self.n_outputs_ = t.shape[1]
        if self.warm_start != "continue" or first:
            self._random_state = check_random_state(self.random_state)
        if first:
            self._initialize([X.shape[1], *hidden, self.n_outputs_], X.dtype)
        elif network.sizes_of(self)[1:-1] != hidden:
            raise EstimatorError("CR-3077", before=network.sizes_of(self)[1:-1], now=hidden)
        elif self.precision != "auto":
            for part in (self.coefs_, self.intercepts_):
                part[:] = [a.astype(self.precision, copy=False) for a in part]
        parts = None
        if watched is not None:
            x_val, y_val, t_val = self._validate_watched(*watched[:2])
            weight = None if watched[2] is None else _check_sample_weight(watched[2], x_val)
            parts = Parts(None, len(t), x_val, y_val, t_val, weight)
        if getattr(self, "_skl_callbacks", None):
            context = self._init_callback_context(max_subtasks=1 if incremental else self.max_iter)
            context.call_on_fit_task_begin(estimator=self, X=X, y=y)
        if not hasattr(self, "history_"):  # weights set by hand
            self.history_ = _no_history()
        self.validation_loss_curve_: list[float] | None = (
            [] if parts is not None or self.early_stopping else None
        )
        self._interrupted = False
        if self.solver in STOCHASTIC:
            stochastic.fit(self, X, t, sample_weight, incremental, parts)
        else:
            watches = parts is not None or self.early_stopping and self.scoring is not None
            whole = Parts(None, len(t))  # early_stopping alone says nothing to lbfgs, as in scikit-learn
            lbfgs.fit(
                self,
                X,
                t,
                sample_weight,
                stochastic.split(self, X, t, sample_weight, parts) if watches else whole,
            )
        if not all(np.isfinite(w).all() for w in (*self.coefs_, *self.intercepts_)):
            raise EstimatorError(
                "CR-3052", step=self._optimizer.k if hasattr(self, "_optimizer") else 0, layer=0
            )
        if getattr(self, "_skl_callbacks", None):
            context.call_on_fit_task_end(
                estimator=self, X=X, y=y, reconstruction_attributes=fitted_attributes(self)
            )
        return self

    @classmethod
    def _get_param_names(cls) -> list[str]:
        """As scikit-learn reads them from the signature, which takes longer than a small fit; read once."""
        given = cls.__init__
        if given not in _PARAMETERS:
            _PARAMETERS[given] = super()._get_param_names()
        return [*_PARAMETERS[given]]

    def _validate_params(self) -> None:
        """As scikit-learn checks them; a default is in order, and so is not looked at."""
        usual = self._usual
        given = self.get_params(deep=False)
        changed = {
            name: value for name, value in given.items() if name not in usual or value is not usual[name]
        }
        validate_parameter_constraints(self._parameter_constraints, changed, caller_name=type(self).__name__)

    def _fit_members(
        self,
        several: list[dict[str, Any]],
        X: Any,
        y: Any,
        sample_weight: Any,
        incremental: bool,
        watched: Any,
    ) -> Self:
        classes = {"classes": getattr(self, "classes_", None)} if hasattr(self, "_label_binarizer") else {}

        def call(member: Any) -> Any:
            if incremental:
                return member.partial_fit(X, y, sample_weight, **classes)
            val = (
                {}
                if watched is None
                else dict(zip(("X_val", "y_val", "sample_weight_val"), watched, strict=True))
            )
            return member.fit(X, y, sample_weight, **val)

        members.fit(self, several, call, incremental)
        return self

    def _check_settings(self, watched: Any) -> None:
        """Settings that nothing would read are refused."""
        usual = self._usual
        if self.solver == "lbfgs":
            unread = [n for n in NOT_LBFGS if np.any(getattr(self, n) != usual[n])]
            if unread:
                raise EstimatorError("CR-3078", names=", ".join(unread))
        if self.scoring is not None and not self.early_stopping and watched is None:
            raise EstimatorError("CR-3079")
        if watched is not None and (watched[0] is None or watched[1] is None):
            raise EstimatorError("CR-3086")

    def _class_weights(self, y: Array, sample_weight: Array | None) -> Array | None:
        return sample_weight

    def _targets(self, y: Array) -> Array:
        return y.reshape(-1, 1) if y.ndim == 1 else y

    def _hidden(self) -> list[int]:
        given = self.hidden_layer_sizes
        sizes = list(given) if hasattr(given, "__iter__") else [given]
        if np.any(np.array(sizes) <= 0):
            raise EstimatorError("CR-3053", sizes=sizes)
        return [int(n) for n in sizes]

    def _output_row(self) -> str | Activation:
        """The output activation: the user's, or the one scikit-learn would take."""
        row: Any = self.out_activation_ if self.output_activation is None else self.output_activation
        return row

    def _initialize(self, sizes: list[int], dtype: Any) -> None:
        """The first weights and the counts of a first fit."""
        self.n_iter_ = 0
        self.t_ = 0
        self.n_layers_ = len(sizes)
        given = self.output_activation
        self.out_activation_ = self._output() if given is None else getattr(given, "name", given)
        if self.precision != "auto":
            dtype = np.dtype(self.precision)
        self.coefs_, self.intercepts_ = network.first_weights(self, sizes, dtype)
        self.history_ = _no_history()
        if self.solver in STOCHASTIC:
            self.loss_curve_: list[float] = []
            self._no_improvement_count = 0
            self.validation_scores_: list[float] | None = [] if self.early_stopping else None
            self.best_validation_score_ = -np.inf if self.early_stopping else None
            self.best_loss_ = None if self.early_stopping else np.inf

    def _check_solver(self) -> bool:
        if self.solver not in STOCHASTIC:
            raise AttributeError(str(EstimatorError("CR-3054", solver=self.solver)))
        if self.n_init > 1 and self.n_estimators == 1 and getattr(self, "quantiles", None) is None:
            raise AttributeError(str(EstimatorError("CR-3075")))
        return True

    @classmethod
    def from_sklearn(cls, fitted: Any) -> Any:
        """A fitted scikit-learn MLP as one of ours, or the Pipeline around it with ours at its end.

        Settings, weights and classes are copied; it answers the same, and fit, partial_fit go on from it.
        Raises EstimatorError CR-3092 for anything else.
        """
        if hasattr(fitted, "steps") and fitted.steps:
            taken = copy.copy(fitted)
            taken.steps = [*fitted.steps[:-1], (fitted.steps[-1][0], cls.from_sklearn(fitted.steps[-1][1]))]
            return taken
        if type(fitted).__name__ != cls.__name__ or not hasattr(fitted, "coefs_"):
            raise EstimatorError("CR-3092", kind=type(fitted).__name__, wanted=cls.__name__)
        made = cls(**fitted.get_params(deep=False))
        own = {
            name: value
            for name, value in vars(fitted).items()
            if name not in made.get_params() and name != "_optimizer"
        }
        made.__dict__.update(copy.deepcopy(own))
        return made

    # ---- answering ------------------------------------------------------------------------------------------------

    def predict(self, X: Any) -> Array:
        """The answers to X (n, i): classes, or numbers (n,) or (n, o)."""
        check_is_fitted(self)
        return self._predict(X)

    def hidden_activations(self, X: Any) -> list[Array]:
        """What every hidden layer answers to X (n, i): one array (n, units) per layer, the first layer first."""
        check_is_fitted(self)
        X = self._checked(X)
        return [network.outputs(self, X, layer) for layer in range(1, len(self.coefs_))]

    def save(self, path: str | os.PathLike[str], *, target: str = "y") -> None:
        """Write the file that `chainrule predict`, `explain`, `equation` … read; `chainrule.load` makes this estimator of it.

        Its columns are called feature_names_in_, else x1, x2, …; the answer `target`, several answers y1, y2, …: of a
        multilabel classifier the labels' probabilities. With quantiles there is an answer "y 0.05" … for each. Calibrated
        probabilities are the file's probabilities. The update rule's memory is not kept: `partial_fit` begins it anew.
        Raises EstimatorError CR-3093 … CR-3096 for what such a file cannot hold, ModelError CR-1830.
        """
        check_is_fitted(self)
        from .keeping import model_of

        model_of(self, target).save(path)

    def _outputs(self, X: Any, check_input: bool = True) -> Array:
        """The network's outputs (n, o); of several nets f(mean of their scores), of several quantiles the middle one."""
        if check_input:
            X = self._checked(X)
        if not hasattr(self, "estimators_"):
            return network.outputs(self, X)
        if getattr(self, "quantiles", None) is not None:
            middle: Array = self.estimators_[len(self.estimators_) // 2]._outputs(X, check_input=False)
            return middle
        return network.averaged(self.estimators_, X)

    def _checked(self, X: Any) -> Any:
        """X as numbers. Raises ValueError as scikit-learn does."""
        if not self._plain(X):
            X = validate_data(self, X, accept_sparse=["csr", "csc"], reset=False)
        return X

    def _plain(self, X: Any) -> bool:
        """Whether scikit-learn's checks could find nothing: an array of finite floats of the right width, no names."""
        if (
            type(X) is not np.ndarray
            or X.ndim != 2
            or X.dtype not in (np.float32, np.float64)
            or X.shape[1] != self.n_features_in_
            or len(X) == 0
            or hasattr(self, "feature_names_in_")
        ):
            return False
        with np.errstate(invalid="ignore", over="ignore"):
            return bool(np.isfinite(X.sum()))

    def _scored(self, X: Any, y: Any, sample_weight: Any, score: Any) -> float:
        answers = self._predict(X, check_input=False)
        if np.issubdtype(answers.dtype, np.floating) and not np.isfinite(answers).all():
            return float("nan")
        return float(score(y, answers, sample_weight=sample_weight))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _no_history() -> dict[str, list[float]]:
    return {"epoch": [], "loss": [], "learning_rate": []}


def keep_settings(given: dict[str, Any]) -> dict[str, Any]:
    """An __init__'s own arguments, from its locals()."""
    return {name: value for name, value in given.items() if name not in ("self", "__class__")}
