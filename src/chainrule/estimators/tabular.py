"""frame -> TabularRegressor, TabularClassifier: scikit-learn's two lines on tables of mixed columns.

They are `chainrule.train` under scikit-learn's names: the same columns, presets, training and model file.
"""

import os
import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ..batches.source import Source
from ..errors import ChainruleError, EstimatorError
from ..messages import say
from ..model.choices import AUTO
from ..model.flow import train
from ..model.model import Model, answers
from ..model.script import given, recorded
from ..table import Column, Table, read_table, sort_labels
from ..table.columns import factorize, label_column, name_list
from ..table.frames import plain, to_arrow
from .progress import Trainings, watched

Array = np.ndarray[Any, Any]


class BaseTabular(BaseEstimator, ABC):
    """Fits a frame or an array (n, columns): numbers, categories, yes/no, missing values, labels never seen.

    preset       "strong": the average of several networks; "plain": one network, as `chainrule train` makes it;
                 "classic": MATLAB's recipe
    n_estimators networks whose answers are averaged; "auto": 5 with "strong", else 1
    hidden       units per hidden layer, such as (64, 64)
    random_state a whole number: the same bits on every run; None: another training each time
    validation_fraction  share of the rows that says when to stop, where X_val is not given; with several networks each
                 has a share of its own, so that all rows train; 0: no early stopping
    kinds        {column: "number" | "category" | "yesno" | "date" | "text"} where the recognition is to be overruled
    verbose      one line on standard error that says where the training is; a notebook shows it in any case, while a
                 training takes longer than two seconds
    The other settings are those of `chainrule.train`; "auto" is decided by the table, and `model_.reasons` says how.
    """

    def __init__(
        self, preset: str = "strong", *, n_estimators: Any = AUTO, hidden: Any = AUTO, activation: Any = AUTO,
        loss: Any = AUTO, optimizer: Any = AUTO, lr: Any = AUTO, schedule: Any = AUTO, batch: Any = AUTO,
        epochs: Any = AUTO, patience: Any = AUTO, decay: Any = AUTO, dropout: Any = 0.0, l1: float = 0.0,
        l2: float = 0.0, clip_norm: float | None = None, max_norm: float | None = None, start: Any = AUTO, scale: str = AUTO,
        target_scale: str = AUTO, pieces: Any = AUTO, monitor: str = "loss", validation_fraction: float = 0.15,
        kinds: Mapping[str, str] | None = None, precision: str = "float32", threads: int = 1, random_state: Any = 0,
        verbose: bool = False,
    ) -> None:  # fmt: skip
        given = locals()
        for name in self._get_param_names():
            setattr(self, name, given[name])

    @abstractmethod
    def _target(self, name: str, y: Any) -> tuple[Column, str]:
        """The target as a column, and the task."""

    def _goals(self, y: Any, table: Table) -> tuple[list[Column], str]:
        """The targets as columns, and the task."""
        column, task = self._target(_name_of(y, table), y)
        return [column], task

    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None, groups: Any = None,
        eval_set: Any = None,
    ) -> Self:  # fmt: skip
        """Train on X (n, columns) and y (n,); TabularRegressor also on y (n, o), several numbers at once.

        X              pandas, polars or pyarrow frame, dict of columns, or array, whose columns are called x1, x2, …
        sample_weight  (n,) how much each row counts; rows of weight 0 are left out
        X_val, y_val   rows that say when to stop; `eval_set` ((X_val, y_val), or a list with it) is another name
        groups         (n,) rows that belong together and must not be parted by a validation split

        Raises TableError, EncodingError, PlanError …, EstimatorError CR-312x: ValueErrors of one sentence each.
        """
        if eval_set is not None:
            if X_val is not None or y_val is not None:
                raise EstimatorError("CR-3120", one="eval_set", other="X_val, y_val")
            pair = eval_set[0] if isinstance(eval_set, list) and len(eval_set) == 1 else eval_set
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise EstimatorError("CR-3121")
            X_val, y_val = pair
        if (X_val is None) != (y_val is None):
            raise EstimatorError("CR-3122")
        X, y, X_val, y_val = map(_array_of, (X, y, X_val, y_val))
        table = _table(X, self.kinds)
        goals, task = self._goals(y, table)
        rows = len(goals[0].values)
        if rows != table.rows:
            raise EstimatorError("CR-3123", rows=table.rows, given=rows)
        whole = Table(
            (*table.columns, *goals), table.rows, table.source, table.facts, table.notes, table.row_numbers
        )
        fraction, validation = self.validation_fraction, None
        if isinstance(fraction, bool) or not isinstance(fraction, int | float) or not 0 <= fraction < 1:
            raise EstimatorError("CR-3124", value=fraction)
        if X_val is not None:
            held = _table(
                X_val, {**{c.name: "category" if c.kind != "number" else "number" for c in table.columns}}
            )
            theirs, _ = self._goals(y_val, table)
            if len(theirs) != len(goals):
                raise EstimatorError("CR-3133", found=len(theirs), wanted=len(goals))
            if len(theirs[0].values) != held.rows:
                raise EstimatorError("CR-3123", rows=held.rows, given=len(theirs[0].values))
            same = tuple(replace(c, name=goal.name) for c, goal in zip(theirs, goals, strict=True))
            validation, fraction = Table((*held.columns, *same), held.rows, held.source), 0.0
        settings = {n: v for n, v in self.get_params(deep=False).items() if n not in _OWN}
        model = train(
            whole, ", ".join(goal.name for goal in goals),
            task=task, validation=validation, fractions=(1.0 - fraction, float(fraction), 0.0),
            weight=sample_weight, groups=groups, members=self.n_estimators, seed=_seed(self.random_state),
            progress=Trainings(asked=True) if self.verbose else Trainings(asked=False) if watched() else None, **settings,
        )  # fmt: skip
        if model.stop.reason == "nonfinite":
            raise EstimatorError("CR-3125", stop=model.stop)
        absent = np.any([goal.missing() for goal in goals], axis=0)
        if absent.any():
            warnings.warn(say("CR-1815", count=int(absent.sum())), UserWarning, stacklevel=2)
        if model.stop.reason == "interrupted":  # as scikit-learn does: the best so far, and a warning
            warnings.warn(str(model.stop), UserWarning, stacklevel=2)
        names = list(table.names)
        self.n_features_in_ = len(names)
        if hasattr(self, "feature_names_in_"):
            delattr(self, "feature_names_in_")
        if not _nameless(X):
            self.feature_names_in_ = np.array(names, object)
        model.facts["program"]["estimator"] = {
            "name": type(self).__name__, "params": recorded(_stored(self)), "columns": names, "named": not _nameless(X),
        }  # fmt: skip
        return self._take(model)

    def _take(self, model: Model) -> Self:
        """The attributes of a fitted estimator, from its model."""
        self.model_ = model
        self.n_outputs_ = len(model.encoding.target.columns) if model.encoding.target is not None else 1
        self.stop_reason_ = str(model.stop)
        self.n_iter_ = int(np.isfinite(model.history["train"]).sum(axis=1).max())
        self.history_ = history_of(model)
        return self

    def _outputs(self, X: Any) -> Array:
        """Numbers (n,) or (n, o) in the targets' units, or probabilities (n, classes) in the model's order."""
        check_is_fitted(self, "model_")
        X = _array_of(X)
        if _nameless(X) and (width := _width(X)) != self.n_features_in_:
            raise EstimatorError("CR-3126", found=width, wanted=self.n_features_in_)
        encoding = self.model_.encoding
        table = _table(X, encoding.kinds(), absent_ok=True)
        encoded = encoding.apply(table, target=False)
        return answers(encoding, self.model_.outputs(Source(encoded.x, codes=encoded.codes)))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the file that `chainrule predict`, `explain` … read; `chainrule.load` makes this estimator of it again.

        Raises ModelError CR-1830.
        """
        check_is_fitted(self, "model_")
        self.model_.save(path)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = tags.input_tags.categorical = tags.input_tags.string = True
        tags.input_tags.sparse = True
        return tags


class TabularRegressor(RegressorMixin, BaseTabular):
    __doc__ = "Numbers from the columns of a table.\n\n" + str(BaseTabular.__doc__)

    def _target(self, name: str, y: Any) -> tuple[Column, str]:
        values = _values(y)
        try:
            numbers = np.array([np.nan if v is None else v for v in values], float)
        except (TypeError, ValueError):
            text = next(v for v in values if not isinstance(v, int | float))
            raise EstimatorError("CR-3127", text=repr(text)[:60]) from None
        if np.isinf(numbers).any():
            raise EstimatorError("CR-3127", text=str(numbers[np.isinf(numbers)][0]))
        return Column(name, "number", numbers), "regression"

    def _goals(self, y: Any, table: Table) -> tuple[list[Column], str]:
        several = _several(y)
        if several is None:
            return super()._goals(y, table)
        names: list[str] = []
        for name in several:
            while name in table or name in names:
                name += "_"
            names.append(name)
        if any("," in name or "，" in name for name in names):  # commas divide the names of targets
            raise EstimatorError("CR-3379", names=name_list(names))
        return [self._target(n, v)[0] for n, v in zip(names, several.values(), strict=True)], "regression"

    def predict(self, X: Any) -> Array:
        """The numbers (n,), or (n, o) of several targets."""
        return self._outputs(X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R² of predict(X) against y, of several targets their mean."""
        several = _several(y)
        truth = np.array(_values(y) if several is None else list(several.values()), float).T
        return float(r2_score(truth, self.predict(X), sample_weight=sample_weight))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


class TabularClassifier(ClassifierMixin, BaseTabular):
    __doc__ = "Classes, and their probabilities, from the columns of a table.\n\n" + str(BaseTabular.__doc__)

    def _target(self, name: str, y: Any) -> tuple[Column, str]:
        levels, codes = factorize(_values(y))
        return label_column(name, "category", levels, codes, "object"), "classification"

    def _take(self, model: Model) -> Self:
        labels = model.encoding.labels
        order = list(range(len(labels)))
        try:  # scikit-learn's order; the model's own puts no before yes
            order.sort(key=lambda k: labels[k])
        except TypeError:
            order = [labels.index(label) for label in sort_labels(labels)]
        self._order = order
        self.classes_ = _array([labels[k] for k in order])
        return super()._take(model)

    def predict_proba(self, X: Any) -> Array:
        """(n, classes), in the order of `classes_`."""
        shares = self._outputs(X)  # refuses before the attributes of a fit are read
        return shares[:, self._order].astype(float)

    def predict(self, X: Any) -> Array:
        """The most probable class of each row (n,)."""
        shares = self.predict_proba(X)
        return np.asarray(self.classes_[np.argmax(shares, axis=1)])

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of rows whose class is right."""
        right = [a == b for a, b in zip(_values(y), self.predict(X).tolist(), strict=True)]
        return float(np.average(right, weights=sample_weight))


_OWN = ("n_estimators", "validation_fraction", "random_state", "verbose")  # what `train` calls otherwise
ESTIMATORS = {"TabularRegressor": TabularRegressor, "TabularClassifier": TabularClassifier}


def history_of(model: Model) -> dict[str, Array]:
    """Columns of equal length: member, epoch, train, validation, rate, and the monitored metric. Goes into a frame."""
    curves = model.history
    members, epochs = curves["train"].shape
    member, epoch = np.repeat(np.arange(1, members + 1), epochs), np.tile(np.arange(1, epochs + 1), members)
    there = np.isfinite(curves["train"]).reshape(-1)
    found = {"member": member[there], "epoch": epoch[there]}
    return found | {
        name: curve.reshape(-1)[there] for name, curve in curves.items() if curve.size == there.size
    }


def _stored(estimator: BaseTabular) -> dict[str, Any]:
    params: dict[str, Any] = estimator.get_params(deep=False)
    seed = params["random_state"]
    return params | {"random_state": seed if seed is None or hasattr(seed, "__index__") else None}


def _array_of(X: Any) -> Any:
    """A sparse matrix, or anything else that is an array without being a frame (a tensor, say), as an array."""
    if hasattr(X, "toarray"):
        return X.toarray()
    own = any(hasattr(X, name) for name in ("columns", "column_names", "schema", "name", "to_pylist"))
    return np.asarray(X) if hasattr(X, "__array__") and not own and not isinstance(X, np.ndarray) else X


def _table(X: Any, kinds: Mapping[str, str] | None, absent_ok: bool = False) -> Table:
    if isinstance(X, str | os.PathLike):
        raise EstimatorError("CR-3128", type=type(X).__name__)
    if isinstance(X, list | tuple):
        X = np.array(X, object if any(isinstance(v, str) for row in X for v in np.atleast_1d(row)) else None)
    if isinstance(X, np.ndarray) and X.ndim == 0:
        raise EstimatorError("CR-3128", type="0-dimensional array")
    return read_table(X, kinds=kinds, absent_ok=absent_ok)


def _nameless(X: Any) -> bool:
    return isinstance(X, np.ndarray | list | tuple) and getattr(X, "dtype", np.dtype(float)).names is None


def _width(X: Any) -> int:
    shape = np.shape(X) if isinstance(X, np.ndarray) else np.shape(np.array(X, object))
    return shape[1] if len(shape) > 1 else 1


def _name_of(y: Any, table: Table) -> str:
    """The target's own name where it has one, else y."""
    name = getattr(y, "name", None)
    name = name if isinstance(name, str) and name else "y"
    while name in table:
        name += "_"
    return name


def _several(y: Any) -> dict[str, list[Any]] | None:
    """The targets (n, o) by name, y1, y2, … where they have none; None for a single one."""
    if hasattr(y, "columns") or isinstance(y, Mapping):
        columns = read_table(y).columns
        return {c.name: _values(c.values) for c in columns} if len(columns) > 1 else None
    if isinstance(y, list | tuple) and np.ndim(y) == 2:
        y = np.asarray(y)
    if not isinstance(y, np.ndarray) or y.ndim != 2 or y.shape[1] < 2:
        return None
    return {f"y{k + 1}": _values(y[:, k]) for k in range(y.shape[1])}


def _values(y: Any) -> list[Any]:
    """(n,) targets of any origin as Python values, None where missing."""
    if isinstance(y, list | tuple):
        y = np.array([plain(v) for v in y], object) if np.ndim(y) < 2 else np.asarray(y)
    if hasattr(y, "columns") or isinstance(y, Mapping):  # a frame of one column
        columns = read_table(y).columns
        if len(columns) != 1:
            raise EstimatorError("CR-3129", shape=f"({len(columns[0].values)}, {len(columns)})")
        y = columns[0].values
    if isinstance(y, np.ndarray):
        if y.ndim == 2 and y.shape[1] == 1:
            y = y[:, 0]
        if y.ndim != 1:
            raise EstimatorError("CR-3129", shape=y.shape)
        return [None if v is None or v != v else plain(v) for v in y.tolist()]
    found = to_arrow("y", y)
    found = found if isinstance(found, list) else found.to_pylist()
    return [None if v is None or v != v else v for v in map(plain, found)]


def _array(labels: list[Any]) -> Array:
    """Labels as NumPy has them where they share a type, else as objects."""
    types = {type(label) for label in labels}
    if len(types) == 1 and types <= {str, bool, int, float}:
        return np.array(labels)
    found = np.empty(len(labels), object)
    found[:] = labels
    return found


def _seed(random_state: Any) -> int:
    if hasattr(random_state, "__index__") and not isinstance(random_state, bool):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))


def from_model(model: Model) -> BaseTabular | None:
    """The estimator that saved this model, fitted; None where it was not an estimator. Raises EstimatorError CR-3131."""
    state = model.facts["program"].get("estimator")
    if state is None:
        return None
    try:
        kind = ESTIMATORS[state["name"]]
        estimator = kind(**{name: given(value) for name, value in state["params"].items()})
        if (kind is TabularRegressor) != (model.task == "regression"):
            raise KeyError(state["name"])
        names = [str(name) for name in state["columns"]]
        estimator.n_features_in_ = len(names)
        if state["named"]:
            estimator.feature_names_in_ = np.array(names, object)
    except (KeyError, TypeError, AttributeError, ChainruleError):
        raise EstimatorError("CR-3131") from None
    return estimator._take(model)
