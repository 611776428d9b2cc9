"""Networks typed in: orientation is never guessed, thresholds are negative biases, mistakes get a sentence."""

import numpy as np
import pytest

from chainrule import set_language
from chainrule.batches.source import Source
from chainrule.engine.reference import Reference
from chainrule.errors import PlanError
from chainrule.explain.typed import textbook_settings, typed_net

TEXTBOOK = textbook_settings({})


def output(net: str, weights: str, x: list[float], **more) -> float:
    plan, flat = typed_net(net, weights, x, **more, **TEXTBOOK)
    batch = Source(np.array([x]), np.zeros((1, plan.targets))).batch(slice(None))
    return float(Reference().predict(plan, flat, batch)[0, 0, 0])


def test_weights_that_fit_both_ways_are_refused_with_both_outputs() -> None:
    with pytest.raises(PlanError) as refused:
        typed_net("2-2-1", ".1 .8; .4 .6 | .3 .9", [0.35, 0.9], **TEXTBOOK)
    assert refused.value.code == "CR-1947"
    assert ".690283" in str(refused.value) and ".690842" in str(refused.value)
    set_language("zh")
    try:
        assert ".690283" in str(refused.value) and "--rows" in str(refused.value)
    finally:
        set_language("en")


def test_orientation_said_is_orientation_taken() -> None:
    assert output("2-2-1", ".1 .8; .4 .6 | .3 .9", [0.35, 0.9], rows="units") == pytest.approx(
        0.6902834929076443
    )
    assert output("2-2-1", ".1 .8; .4 .6 | .3 .9", [0.35, 0.9], rows="inputs") == pytest.approx(
        0.690842, abs=5e-7
    )


def test_a_shape_that_fits_one_way_needs_no_question() -> None:
    one = output("2-3-1", "1 2; 3 4; 5 6 | 1 2 3", [0.1, 0.2])
    other = output("2-3-1", "1 3 5; 2 4 6 | 1; 2; 3", [0.1, 0.2])
    assert one == other


def test_a_symmetric_matrix_needs_no_question() -> None:
    assert 0 < output("2-2-1", "1 2; 2 1 | 1 1", [0.1, 0.2]) < 1


def test_thresholds_are_subtracted_and_biases_added() -> None:
    with_thresholds = output("2-2-1", "1 2; 3 4 | 1 1", [0.1, 0.2], rows="units", thresholds=".1 -.2 | .3")
    with_biases = output("2-2-1", "1 2; 3 4 | 1 1", [0.1, 0.2], rows="units", biases="-.1 .2 | -.3")
    assert with_thresholds == with_biases


@pytest.mark.parametrize(
    ("net", "weights", "more", "code"),
    [
        ("2x2", "1", {}, "CR-1943"),
        ("0-1", "1", {}, "CR-1943"),
        ("2-1", "1 a", {}, "CR-1944"),
        ("2-1", "1 inf", {}, "CR-1944"),
        ("2-2-1", "1 2; 3 | 1 1", {}, "CR-1945"),
        ("2-3-1", "1 2; 3 4 | 1 1 1", {}, "CR-1946"),
        ("2-3-1", "1 2; 3 4; 5 6 | 1 1 1", {"rows": "inputs"}, "CR-1946"),
        ("2-3-1", "1 2; 3 4; 5 6", {}, "CR-1948"),
        ("3-1", "1 2 3", {}, "CR-1949"),
        ("2-1", "1 2", {"biases": "1", "thresholds": "1"}, "CR-1440"),
        ("2-1", "1 2", {"biases": "1 2"}, "CR-1441"),
    ],
)
def test_a_mistake_gets_its_sentence(net: str, weights: str, more: dict, code: str) -> None:
    with pytest.raises(PlanError) as refused:
        typed_net(net, weights, [0.1, 0.2], **more, **TEXTBOOK)
    assert refused.value.code == code
    assert str(refused.value)
