"""Back-propagation written in every common style: right listings pass whole, a planted mistake is named where it is."""

import pytest
import styles  # beside this file

from chainrule import check
from chainrule.errors import CheckError

LAYERS = {"network_class": 3, "layer_loop": 3, "parameters": 3, "dropout": 3}


@pytest.mark.parametrize("style", styles.RIGHT)
def test_a_right_listing_passes_and_every_layer_of_it_was_compared(style: str) -> None:
    report = check(listing=styles.RIGHT[style])
    assert report.ok is True and not report.faults, str(report)
    assert report.shape.count("-") == LAYERS.get(style, 2)
    # the weights of every layer, and of each its bias where the listing moves one
    biases = {"matrices_of_lists": 0, "one_by_one": 0}.get(style, LAYERS.get(style, 2))
    assert len(report.right) == LAYERS.get(style, 2) + biases


@pytest.mark.parametrize(
    ("style", "right", "wrong", "fault"), styles.PLANTED, ids=lambda v: v if v.isidentifier() else ""
)
def test_one_changed_line_is_named(style: str, right: str, wrong: str, fault: str) -> None:
    assert right in styles.RIGHT[style]
    report = check(listing=styles.RIGHT[style].replace(right, wrong))
    assert report.ok is False and report.wrong, str(report)
    assert [f.name for f in report.faults] == [fault], str(report)


def test_a_number_with_a_name_of_its_own_is_called_by_it_and_a_fault_of_one_unit_is_told() -> None:
    text = styles.ONE_BY_ONE.replace("(d1*w5 + d2*w7)*h1*(1 - h1)", "(d1*w5 + d2*w7)")
    report = check(listing=text)
    assert [f.name for f in report.faults] == ["slope_missing"]
    assert {e.name for e in report.faults[0].entries} == {
        "w1",
        "w2",
    }  # the weights into the first hidden unit
    assert ("CR-2953", {"unit": 1, "layer": 1}) in report.notes


def test_thresholds_that_never_move_are_mentioned() -> None:
    assert any(code == "CR-2952" for code, _ in check(listing=styles.ONE_BY_ONE).notes)


def test_one_threshold_for_a_whole_layer_has_the_sum_over_its_units_as_gradient() -> None:
    text = styles.SHARED_THRESHOLD.replace("b1 = b1 - .5*d1.sum()", "b1 = b1 + .5*d1.sum()")
    report = check(listing=text)
    assert [f.name for f in report.faults] == ["sign"] and report.wrong == ("b1",)


def test_momentum_that_keeps_only_the_gradient_before_is_told_apart() -> None:
    text = styles.MATRICES_OF_LISTS
    for name in ("co[j][k]", "ci[i][j]"):
        gradient = "od[k]*ah[j]" if name[1] == "o" else "hd[j]*ai[i]"
        text = text.replace(f"{name} = change", f"{name} = {gradient}")
    report = check(listing=text)
    assert report.ok is True
    (values,) = [v for code, v in report.notes if code == "CR-2951"]
    assert values["mu"] == pytest.approx(0.2, rel=1e-9)  # 0.1 of the gradient before beside 0.5 of this one


@pytest.mark.parametrize(
    "text",
    [
        "x = 1.0\nfor k in range(9):\n    x -= 0.1*2*x\n",  # a descent, but no network
        "w = [0.5, 0.2]\nfor k in range(9):\n    w[0] += w[1]; w[1] -= 0.1*w[0]\n",
        "import math\ns = 0\nfor k in range(5):\n    s += math.exp(-s)\n",
    ],
)
def test_what_is_no_network_is_refused_with_the_adapter_to_write(text: str) -> None:
    with pytest.raises(CheckError) as refused:
        check(listing=text, seconds=5)
    assert refused.value.code == "CR-2923" and "gradient(weights, x, t)" in str(refused.value)


def test_a_second_network_beside_the_one_that_was_followed_is_told() -> None:
    """Nothing is said of what was not compared, and that is said."""
    two = """
import numpy as np
np.random.seed(0)
X, y, Z, u = np.random.rand(4, 3), np.random.rand(4, 1), np.random.rand(4, 2), np.random.rand(4, 1)
W1, W2, V1, V2 = np.random.randn(3, 4), np.random.randn(4, 1), np.random.randn(2, 5), np.random.randn(5, 1)
def s(a):
    return 1 / (1 + np.exp(-a))
for i in range(50):
    h = s(X.dot(W1)); o = s(h.dot(W2)); d2 = (o - y)*o*(1 - o); d1 = d2.dot(W2.T)*h*(1 - h)
    W2 -= .5*h.T.dot(d2); W1 -= .5*X.T.dot(d1)
    k = np.sin(Z.dot(V1)); q = k.dot(V2)
    V2 -= .1*k.T.dot(q - u); V1 -= .1*Z.T.dot((q - u).dot(V2.T))
"""
    report = check(listing=two)
    assert report.ok is True and ("CR-2963", {"names": "V1, V2"}) in report.notes
    right = {
        name: check(listing=text)
        for name, text in styles.RIGHT.items()
        if name in ("network_class", "layer_loop", "dropout")
    }
    assert len(right) == 3 and not any(code == "CR-2963" for r in right.values() for code, _ in r.notes)
