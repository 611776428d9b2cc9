"""a fitted scikit-learn MLP -> a model of Chainrule, so that it can be explained and written as an equation.

Nothing is trained or changed: the estimator's coefs_ and intercepts_ become the weights, in float64.
"""

from typing import Any

import numpy as np

from ..encoding import Affine, Encoding, Lookup, Path, Target
from ..engine.reference import Reference
from ..errors import ModelError
from ..model import Model
from ..plan import make_plan

# what the estimator's output is called there -> the loss that owns it here
_OUTPUTS = {"identity": "squared", "logistic": "binary_cross_entropy", "softmax": "cross_entropy"}


def from_sklearn(estimator: Any, target: str = "y") -> Model:
    """The model of a fitted MLPRegressor or MLPClassifier, alone or in a Pipeline behind a StandardScaler.

    Columns are called as the estimator saw them (feature_names_in_), else x1, x2, …; `target` names the answer.
    Raises ModelError CR-2328 for anything else, CR-2329 for several targets at once.
    """
    steps = [step for _, step in estimator.steps] if hasattr(estimator, "steps") else [estimator]
    net, scalers = steps[-1], [step for step in steps[:-1] if step not in (None, "passthrough")]
    fitted = all(
        hasattr(net, part) for part in ("coefs_", "intercepts_", "out_activation_", "n_features_in_")
    )
    scaled = all(type(s).__name__ == "StandardScaler" and hasattr(s, "n_features_in_") for s in scalers)
    if not fitted or not scaled or net.out_activation_ not in _OUTPUTS:
        raise ModelError("CR-2328", kind=type(net if scaled else scalers[0]).__name__)
    sizes = [net.coefs_[0].shape[0], *(w.shape[1] for w in net.coefs_)]
    classes = tuple(c.item() if hasattr(c, "item") else c for c in getattr(net, "classes_", ()))
    if sizes[-1] != (len(classes) if len(classes) > 2 else 1):
        raise ModelError("CR-2329", count=sizes[-1])
    names = getattr(estimator, "feature_names_in_", None)
    columns = [f"x{k + 1}" for k in range(sizes[0])] if names is None else [str(n) for n in names]
    paths = []
    for k, column in enumerate(columns):
        scales = [
            Affine(
                0.0 if s.mean_ is None else float(s.mean_[k]), 1.0 if s.scale_ is None else float(s.scale_[k])
            )
            for s in scalers
        ]
        paths.append(Path(column, tuple(scales) or (Affine(0.0, 1.0),)))
    task = "regression" if not classes else "binary" if len(classes) == 2 else "multiclass"
    goal = Target(target, task, (Lookup(classes) if classes else Affine(0.0, 1.0),))
    loss = _OUTPUTS[net.out_activation_]
    plan = make_plan(
        sizes[0], sizes[-1], sizes[1:-1], activation=net.activation, loss=loss, precision="float64"
    )
    parts = [
        np.asarray(a, float).ravel() for pair in zip(net.coefs_, net.intercepts_, strict=True) for a in pair
    ]
    facts = {"target": target, "task": task, "missing": [], "program": {}}
    return Model(plan, Encoding(tuple(paths), goal, "float64"), np.concatenate(parts), {}, facts, Reference())
