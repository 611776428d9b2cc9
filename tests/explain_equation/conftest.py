"""What every test of equations needs: models of drawn weights, and how far rounding can take two sums apart."""

from collections.abc import Callable, Iterator

import nets
import numpy as np
import pytest

from chainrule.explain.equation.checking import predicted
from chainrule.messages import set_language
from chainrule.rules.activations import ACTIVATIONS

HIDDEN = [row.name for row in ACTIVATIONS.values() if not row.output]
TASKS = list(nets.TARGETS)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def rounding(model) -> float:
    """What rounding may do to an answer, as a share of the largest; see `agrees`."""
    return 2e-9 if any(layer.activation.name == "sine" for layer in model.plan.layers) else 1e-11


@pytest.fixture
def agrees() -> Callable[..., None]:
    """Equal up to rounding: folding a scale costs |center|/spread roundings, here at most 3000 of 2⁻⁵³, and a sum one
    per term; the answers stay within a few times their scale, so 1e-11 of the largest leaves no room for a wrong sign.
    A sine's answers do not grow with its scores, here up to 800 in 8 terms, whose rounding counts as many times."""

    def compare(ours, model, table) -> None:
        theirs = predicted(model, table, double=True)
        ours = np.asarray(ours, float).reshape(theirs.shape)
        assert np.isfinite(theirs).all()
        assert np.max(np.abs(ours - theirs)) <= rounding(model) * max(1.0, float(np.max(np.abs(theirs))))

    return compare
