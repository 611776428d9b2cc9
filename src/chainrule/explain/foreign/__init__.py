"""networks of other tools -> models and plans: fitted scikit-learn estimators, files of weights."""

import os
from typing import TYPE_CHECKING, Any, cast

from ..typed import Open
from .sklearn import from_sklearn
from .weights import from_weights, is_weights, layers_of, net_from_weights, read_weights

if TYPE_CHECKING:
    from ...model import Model

__all__ = ["as_model", "from_sklearn", "from_weights", "net_from_weights", "sizes_of_file"]


def as_model(what: Any, **settings: Any) -> "Model":
    """A model as it is, that of a file (settings: what a file of weights does not say), or of a fitted estimator, which
    holds its own in `model_` where it is one for tables.

    Raises what `load`, `from_weights` and `from_sklearn` raise.
    """
    for held in (what, getattr(what, "model_", None)):
        if hasattr(held, "plan") and hasattr(held, "encoding"):
            return cast("Model", held)
    if isinstance(what, str | os.PathLike):
        if is_weights(what):
            return from_weights(what, **settings)
        from ...model import load

        return load(os.fspath(what))
    return from_sklearn(what)


def sizes_of_file(file: str) -> tuple[int, ...]:
    """Inputs and units of each layer of a model's file or a file of weights."""
    if not is_weights(file):
        plan = as_model(file).single.plan
        return (plan.inputs, *(layer.units for layer in plan.layers))
    try:
        sizes: tuple[int, ...] = layers_of(read_weights(file)).sizes
    except Open as both:  # square matrices: the sizes are the same, whichever way they lie
        sizes = next(iter(both.ways.values())).sizes
    return sizes
