"""a fitted scikit-learn MLP -> a model of Chainrule, so that it can be explained and written as an equation.

Nothing is trained or changed: coefs_ and intercepts_ become the weights, in float64; what stands before the network in a
pipeline becomes the encoding, column by column.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...encoding import Affine, Encoding, Impute, Lookup, OneHot, Path, Target
from ...engine.reference import Reference
from ...errors import ModelError
from ...model import Model
from ...plan import make_plan

Array = np.ndarray[Any, Any]
# what the estimator's output is called there -> the loss that owns it here
_OUTPUTS = {"identity": "squared", "logistic": "binary_cross_entropy", "softmax": "cross_entropy"}
_SKIPPED = (None, "passthrough")


@dataclass(frozen=True)
class Feature:
    """One number between two steps: a column with what was done to it, or "this column has this label"; `shift` and
    `spread` are the scale put on the latter."""

    column: str
    steps: tuple[Any, ...] = ()
    levels: tuple[Any, ...] = ()  # every label of the column, where this is one of them
    label: Any = None
    fill: Any = None  # the label that stands in for a missing one
    shift: float = 0.0
    spread: float = 1.0


def from_sklearn(estimator: Any, target: str = "y") -> Model:
    """The model of a fitted MLPRegressor or MLPClassifier, alone or at the end of a Pipeline.

    Before it may stand scalers (StandardScaler, MinMaxScaler, MaxAbsScaler, RobustScaler), SimpleImputer, OneHotEncoder
    and a ColumnTransformer of them, around it a TransformedTargetRegressor with a scaler. Columns are called as the
    estimator saw them (feature_names_in_), else x1, x2, …; `target` names the answer.
    Raises ModelError CR-2328 for anything else, CR-2329 for several targets at once.
    """
    scale = Affine(0.0, 1.0)
    if hasattr(estimator, "regressor_") and hasattr(estimator, "transformer_"):
        scales = _affine(estimator.transformer_, 1)
        if scales is None:
            raise ModelError("CR-2328", kind=type(estimator.transformer_).__name__)
        estimator, scale = estimator.regressor_, scales[0]
    *before, net = [step for _, step in estimator.steps] if hasattr(estimator, "steps") else [estimator]
    fitted = all(
        hasattr(net, part) for part in ("coefs_", "intercepts_", "out_activation_", "n_features_in_")
    )
    if not fitted or net.out_activation_ not in _OUTPUTS:
        raise ModelError("CR-2328", kind=type(net).__name__)
    count = getattr(estimator, "n_features_in_", net.n_features_in_)
    names = getattr(estimator, "feature_names_in_", None)
    columns = [f"x{k + 1}" for k in range(count)] if names is None else [str(n) for n in names]
    features = [Feature(column) for column in columns]
    for step in before:
        features = _through(step, features)
    sizes = [net.coefs_[0].shape[0], *(w.shape[1] for w in net.coefs_)]
    classes = tuple(c.item() if hasattr(c, "item") else c for c in getattr(net, "classes_", ()))
    if sizes[-1] != (len(classes) if len(classes) > 2 else 1):
        raise ModelError("CR-2329", count=sizes[-1])
    weights = [np.asarray(w, float) for w in net.coefs_]
    biases = [np.asarray(b, float) for b in net.intercepts_]
    paths, weights[0], biases[0] = _paths(features, weights[0], biases[0])
    task = "regression" if not classes else "binary" if len(classes) == 2 else "multiclass"
    goal = Target(target, task, (Lookup(classes) if classes else scale,))
    encoding = Encoding(tuple(paths), goal, "float64")
    plan = make_plan(
        encoding.numeric, sizes[-1], sizes[1:-1], levels=encoding.levels, activation=net.activation,
        loss=_OUTPUTS[net.out_activation_], precision="float64",
    )  # fmt: skip
    flat = np.concatenate([a.ravel() for pair in zip(weights, biases, strict=True) for a in pair])
    facts = {"target": target, "task": task, "missing": [], "program": {}}
    return Model(plan, encoding, flat, {}, facts, Reference())


def _through(step: Any, features: Sequence[Feature]) -> list[Feature]:
    """The features behind one step of a pipeline. Raises ModelError CR-2328 for a step that cannot be written down."""
    kind = type(step).__name__
    if step in _SKIPPED or kind == "FunctionTransformer" and step.func is None:  # what "passthrough" becomes
        return list(features)
    if hasattr(step, "steps"):
        made = list(features)
        for _, inner in step.steps:
            made = _through(inner, made)
        return made
    if hasattr(step, "transformers_"):
        made = []
        for _, inner, chosen in step.transformers_:
            if inner != "drop":
                made += _through(inner, [features[k] for k in _places(chosen, step, len(features))])
        return made
    if (scales := _affine(step, len(features))) is not None:
        return [_scaled(f, scale) for f, scale in zip(features, scales, strict=True)]
    plain = all(not f.levels for f in features)
    if (
        kind == "SimpleImputer"
        and plain
        and not step.add_indicator
        and len(step.statistics_) == len(features)
    ):
        return [
            replace(f, fill=fill)
            if isinstance(fill, str)
            else replace(f, steps=(*f.steps, Impute(float(fill))))
            for f, fill in zip(features, step.statistics_, strict=True)
        ]
    if kind == "OneHotEncoder" and plain and not getattr(step, "_infrequent_enabled", False):
        return [made for k, f in enumerate(features) for made in _levels(step, k, f)]
    raise ModelError("CR-2328", kind=kind)


def _affine(step: Any, count: int) -> list[Affine] | None:
    """(x − center)/spread per feature of a fitted scaler; None for another step."""
    nothing, ones = np.zeros(count), np.ones(count)

    def part(name: str, default: Array) -> Array:
        found = getattr(step, name, None)
        return default if found is None else np.asarray(found, float)

    match type(step).__name__:
        case "StandardScaler" if hasattr(step, "n_features_in_"):
            center, spread = part("mean_", nothing), part("scale_", ones)
            center = center if step.with_mean else nothing
        case "RobustScaler" if hasattr(step, "n_features_in_"):
            center, spread = part("center_", nothing), part("scale_", ones)
        case "MaxAbsScaler" if hasattr(step, "scale_"):
            center, spread = nothing, part("scale_", ones)
        case "MinMaxScaler" if hasattr(step, "min_") and not step.clip:
            spread = 1.0 / part("scale_", ones)
            center = -part("min_", nothing) * spread
        case _:
            return None
    return [Affine(float(c), float(s)) for c, s in zip(center, spread, strict=True)]


def _scaled(feature: Feature, scale: Affine) -> Feature:
    if feature.levels:
        shift = feature.shift + scale.center * feature.spread
        return replace(feature, shift=shift, spread=feature.spread * scale.spread)
    return replace(feature, steps=(*feature.steps, scale))


def _places(chosen: Any, step: Any, count: int) -> list[int]:
    """What a ColumnTransformer means by its columns: names, numbers, a mask, a slice."""
    names = [str(n) for n in getattr(step, "feature_names_in_", ())]
    if isinstance(chosen, slice):
        ends = [names.index(e) if isinstance(e, str) else e for e in (chosen.start, chosen.stop)]
        if isinstance(chosen.stop, str):  # a slice of names includes its end
            ends[1] += 1
        return list(range(count))[ends[0] : ends[1] : chosen.step]
    if isinstance(chosen, str | int):
        chosen = [chosen]
    listed = list(chosen)
    if len(listed) == count and all(isinstance(c, bool | np.bool_) for c in listed):
        return [k for k, wanted in enumerate(listed) if wanted]
    return [names.index(c) if isinstance(c, str) else int(c) % count for c in listed]


def _levels(step: Any, k: int, feature: Feature) -> list[Feature]:
    """One feature per label of a column, without the one the encoder drops."""
    if feature.steps:  # numbers were computed with before they became labels
        raise ModelError("CR-2328", kind=type(step).__name__)
    labels = tuple(c.item() if hasattr(c, "item") else c for c in step.categories_[k])
    dropped = None if step.drop_idx_ is None else step.drop_idx_[k]
    made = [replace(feature, levels=labels, label=label) for label in labels]
    return [f for at, f in enumerate(made) if at != dropped]


def _missing(label: Any) -> bool:
    return label is None or isinstance(label, float) and np.isnan(label)


def _paths(features: Sequence[Feature], w: Array, b: Array) -> tuple[list[Path], Array, Array]:
    """Paths in the network's order (numbers, then categories), and the first layer's weights in that order.

    A scaled "is this label" (z − shift)/spread is folded: w/spread for the label, −w·shift/spread into the bias.
    """
    numbers, rows, b = [], [], b.copy()
    categories: dict[str, list[tuple[Feature, Array]]] = {}
    for feature, row in zip(features, w, strict=True):
        if feature.levels:
            b -= row * feature.shift / feature.spread
            categories.setdefault(feature.column, []).append((feature, row / feature.spread))
        else:
            numbers.append(Path(feature.column, feature.steps or (Affine(0.0, 1.0),)))
            rows.append(row)
    made = []
    for column, parts in categories.items():
        first = parts[0][0]
        labels = tuple(label for label in first.levels if not _missing(label))
        weights = {label: np.zeros(w.shape[1]) for label in labels}
        none = first.fill if first.fill in weights else None
        nothing: Array | None = None
        for feature, row in parts:
            if _missing(feature.label):
                nothing = row
            else:
                weights[feature.label] = row
        nothing = weights[none] if none is not None else nothing
        rows += [*weights.values(), *([] if nothing is None else [nothing])]
        lookup = Lookup.fit(labels, missing=nothing is not None)
        made.append(Path(column, (lookup, OneHot(lookup.size))))
    return [*numbers, *made], np.array(rows), b
