"""Every known mistake, planted by hand in networks of several shapes, rules and losses, is recognized by its name."""

from typing import Any

import numpy as np
import planted  # beside this file
import pytest

from chainrule import check
from chainrule.explain.check.mistakes import FACTORS, MISTAKES
from chainrule.explain.check.net import Net, Point, Tape
from chainrule.explain.check.walk import gradients, walk

WIDE = ((3, 4, 2), ("sigmoid", "sigmoid"), "squared")
SOFT = ((4, 4, 4), ("tanh", "softmax"), "cross")
DEEP = ((2, 5, 5, 1), ("relu", "tanh", "sigmoid"), "cross")
CUBE = ((3, 3, 3, 3), ("tanh", "sigmoid", "identity"), "squared")
SPLIT = ((3, 4, 3), ("sigmoid", "softmax"), "squared")
TALL = ((4, 6, 6, 1), ("relu", "relu", "identity"), "squared")

PLANTED = [
    *(("updated_first", net, 2) for net in (WIDE, SOFT, DEEP, CUBE, TALL)),
    ("updated_first", CUBE, 3),
    *(("slope_missing", net, 1) for net in (WIDE, SOFT, DEEP, CUBE, TALL)),
    ("slope_missing", WIDE, 2),
    ("slope_missing", CUBE, 2),
    *(("slope_twice", net, 1) for net in (WIDE, SOFT, CUBE)),
    ("slope_twice", WIDE, 0),
    *(("slope_on_owned", net, at) for net, at in ((SOFT, 2), (DEEP, 3))),
    ("softmax_diagonal", SPLIT, 2),
    *(("slope_at_score", net, at) for net, at in ((WIDE, 1), (WIDE, 2), (SOFT, 1), (DEEP, 2))),
    *(("slope_at_output", net, at) for net, at in ((WIDE, 1), (SOFT, 1), (DEEP, 2))),
    *(("slope_half", net, at) for net, at in ((WIDE, 1), (WIDE, 2), (CUBE, 2))),
    *(("slope_of_another", net, at) for net, at in ((WIDE, 1), (SOFT, 1), (CUBE, 2))),
    ("slope_of_wrong_layer", DEEP, 1),
    ("slope_of_wrong_layer", TALL, 1),
    *(("mask_of_gradient", net, at) for net, at in ((DEEP, 1), (TALL, 1), (TALL, 2))),
    *(("weights_transposed", net, 2) for net in (SOFT, CUBE, TALL)),
    *(("gradient_transposed", net, at) for net, at in ((SOFT, 1), (CUBE, 2), (WIDE, 1))),
    *(("broadcast", net, 1) for net in (WIDE, SOFT, CUBE)),
    ("target_broadcast", TALL, 3),
    *(("sums_for_delta_w", net, at) for net, at in ((WIDE, 2), (CUBE, 3), (TALL, 2))),
    *(("without_weights", net, at) for net, at in ((WIDE, 2), (CUBE, 3), (TALL, 2))),
    ("weights_of_wrong_layer", CUBE, 2),
    *(("error_not_delta", net, 2) for net in (WIDE, CUBE, TALL)),
    *(("error_in_gradient", net, 2) for net in (WIDE, CUBE, DEEP)),
    *(("score_for_output", net, 2) for net in (WIDE, SOFT, DEEP)),
    *(("wrong_input", net, at) for net, at in ((SOFT, 1), (CUBE, 2))),
    *(("stale", net, 2) for net in (WIDE, SOFT, DEEP)),
    ("loss_for_slope", TALL, 3),
    *(("one_row_only", net, 1) for net in (WIDE, SOFT, DEEP)),
    *(("bias_missing", net, at) for net, at in ((WIDE, 1), (SOFT, 2), (DEEP, 0))),
    *(("bias_not_summed", net, at) for net, at in ((WIDE, 1), (SOFT, 2), (TALL, 0))),
    *(("bias_over_units", net, at) for net, at in ((WIDE, 1), (CUBE, 0))),
    *(("sign", net, 1) for net in (WIDE, SOFT, DEEP)),
    ("never_moves", WIDE, 1),
    *(("sum_for_mean", net, 1) for net in (WIDE, DEEP)),
    *(("mean_for_sum", net, 1) for net in (WIDE, DEEP)),
    *(("two_for_half", net, at) for net, at in ((WIDE, 1), (SOFT, 2))),
    ("half_for_two", WIDE, 1),
    *(("rate_twice", net, 1) for net in (WIDE, TALL)),
]


def judged(fault: str, net: tuple[Any, ...], at: int, **more: Any) -> Any:
    sizes, activations, kind = net
    weights, (x, t) = planted.start(sizes), planted.data(sizes, 5, kind)
    code = planted.Net(activations, kind, fault, at, lr=0.3)
    loss = "squared" if kind == "squared" else "cross_entropy" if sizes[-1] > 1 else "bce"
    return check(
        gradient=code.gradient, weights=weights, x=x, t=t, activations=list(activations), loss=loss, lr=0.3,
        rows="inputs",
        **more,
    )  # fmt: skip


@pytest.mark.parametrize(("fault", "net", "at"), PLANTED, ids=lambda v: v if isinstance(v, str) else None)
def test_a_planted_mistake_is_recognized(fault: str, net: tuple[Any, ...], at: int) -> None:
    report = judged(fault, net, at)
    assert report.ok is False and len(report.faults) == 1
    found = report.faults[0]
    # two mistakes that give the same numbers are both named
    assert fault in (found.name, *(name for name, _, _ in found.others))
    if found.name == fault and at:
        assert at in found.layers


def test_every_row_of_the_table_was_planted() -> None:
    elsewhere = {
        "dropout_missing",
        "dropout_scale_missing",
        "slope_after_dropout",
    }  # below, and in test_styles
    assert {m.name for m in (*MISTAKES, *FACTORS)} == {fault for fault, _, _ in PLANTED} | elsewhere
    assert len({m.name for m in (*MISTAKES, *FACTORS)}) >= 16


@pytest.mark.parametrize("net", [WIDE, SOFT, DEEP, CUBE, SPLIT, TALL], ids=lambda n: "-".join(map(str, n[0])))
def test_the_same_code_without_a_mistake_passes(net: tuple[Any, ...]) -> None:
    report = judged("", net, 0)
    assert report.ok is True and not report.faults and not report.wrong


@pytest.mark.parametrize("fault", ["dropout_missing", "dropout_scale_missing", ""])
def test_dropout_on_the_way_back(fault: str) -> None:
    sizes, activations, kind = WIDE
    weights, (x, t) = planted.start(sizes), planted.data(sizes, 5, kind)
    mask = np.random.default_rng(1).random((5, 4)) > 0.5
    code = planted.Net(activations, kind, fault, 2)
    code.masks = {2: mask}
    report = check(
        gradient=code.gradient, weights=weights, x=x, t=t, dropout=(0, 0.5), keep={2: mask}, rows="inputs"
    )
    assert [f.name for f in report.faults] == ([fault] if fault else [])


def test_two_mistakes_at_once_are_both_named() -> None:
    sizes, activations, kind = WIDE
    weights, (x, t) = planted.start(sizes), planted.data(sizes, 5, kind)

    def two(w: list[Any], x: Any, t: Any) -> list[Any]:
        good = planted.Net(activations, kind, "slope_missing", 1).gradient(w, x, t)
        good[3] = 0 * good[3]
        return good

    report = check(gradient=two, weights=weights, x=x, t=t, rows="inputs")
    assert {f.name for f in report.faults} == {"slope_missing", "bias_missing"}


def test_a_fault_that_is_no_known_mistake_is_located_and_not_explained_away() -> None:
    sizes, activations, kind = WIDE
    weights, (x, t) = planted.start(sizes), planted.data(sizes, 5, kind)

    def odd(w: list[Any], x: Any, t: Any) -> list[Any]:
        good = planted.Net(activations, kind).gradient(w, x, t)
        good[0][1, 2] *= 1.01
        return good

    report = check(gradient=odd, weights=weights, x=x, t=t, rows="inputs")
    assert [f.name for f in report.faults] == ["unknown"] and report.wrong == ("w1",)
    assert [e.index for e in report.faults[0].entries] == [(1, 2)]
    assert report.faults[0].entries[0].yours / report.faults[0].entries[0].true == pytest.approx(1.01)


@pytest.mark.parametrize("net", [WIDE, SOFT, DEEP, CUBE, SPLIT, TALL], ids=lambda n: "-".join(map(str, n[0])))
def test_the_walk_without_a_change_is_the_reference_gradient(net: tuple[Any, ...]) -> None:
    sizes, activations, kind = net
    w, (x, t) = planted.start(sizes), planted.data(sizes, 5, kind)
    loss = "squared" if kind == "squared" else "cross_entropy" if sizes[-1] > 1 else "bce"
    tape = Tape(Net.of(activations, loss), Point(tuple(w[::2]), tuple(w[1::2]), x, t))
    made = gradients(tape, walk(tape, {}))
    for name, true in tape.gradient.items():
        # sums of at most 6 products in the same order: equal up to a few roundings
        assert np.abs(made[name] - true).max() <= 16 * np.finfo(float).eps * np.abs(true).max()


def test_the_loss_a_function_returns_decides_about_its_constants() -> None:
    sizes, activations, kind = WIDE
    weights, (x, t) = planted.start(sizes), planted.data(sizes, 5, kind)

    def returned(factor: float, loss: float) -> Any:
        def function(w: list[Any], x: Any, t: Any) -> Any:
            net = planted.Net(activations, kind)
            y = net.forward(w, x)[2][-1]
            return loss * float(((y - t) ** 2).sum()), [factor * g for g in net.gradient(w, x, t)]

        return check(gradient=function, weights=weights, x=x, t=t, rows="inputs")

    for factor, loss in ((1.0, 0.5), (2.0, 1.0), (0.4, 0.2), (0.2, 0.1), (-1.0, 0.5)):
        assert returned(factor, loss).ok is True
    assert [f.name for f in returned(2.0, 0.5).faults] == ["two_for_half"]
    assert [f.name for f in returned(1.0, 1.0).faults] == ["half_for_two"]
    assert [f.name for f in returned(2.0, 0.2).faults] == ["sum_for_mean"]
    assert [f.name for f in returned(0.4, 1.0).faults] == ["mean_for_sum"]


def test_regularization_missing_on_the_bias_and_of_another_scale() -> None:
    sizes, activations, kind = WIDE
    weights, (x, t) = planted.start(sizes), planted.data(sizes, 5, kind)

    def penalized(on_weights: float, on_biases: float) -> Any:
        def function(w: list[Any], x: Any, t: Any) -> Any:
            net = planted.Net(activations, kind)
            y = net.forward(w, x)[2][-1]
            value = 0.5 * float(((y - t) ** 2).sum()) + 0.05 * sum(float((a * a).sum()) for a in w[::2])
            made = net.gradient(w, x, t)
            return value, [
                g + (on_biases if k % 2 else on_weights) * a
                for k, (g, a) in enumerate(zip(made, w, strict=True))
            ]

        return [f.name for f in check(gradient=function, weights=weights, x=x, t=t, rows="inputs").faults]

    assert penalized(0.1, 0.0) == []
    assert penalized(0.0, 0.0) == ["regularization_missing"]
    assert penalized(0.1, 0.1) == ["regularization_on_bias"]
    assert penalized(0.02, 0.0) == ["regularization_scale"]


def test_a_declared_penalty_that_the_gradient_lacks_is_missed() -> None:
    sizes, activations, kind = WIDE
    weights, (x, t) = planted.start(sizes), planted.data(sizes, 5, kind)
    code = planted.Net(activations, kind)
    missing = check(gradient=code.gradient, weights=weights, x=x, t=t, l2=0.1, rows="inputs")
    assert [f.name for f in missing.faults] == ["regularization_missing"]


def test_a_step_that_climbs_is_told_and_one_that_descends_passes() -> None:
    sizes, activations, kind = WIDE
    weights, (x, t) = planted.start(sizes), planted.data(sizes, 5, kind)

    def moving(sign: float) -> Any:
        def step(w: list[Any], x: Any, t: Any) -> Any:
            for a, g in zip(w, planted.Net(activations, kind).gradient(w, x, t), strict=True):
                a += sign * 0.1 * g  # in place: nothing is returned

        return check(step=step, weights=weights, x=x, t=t, lr=0.1, rows="inputs")

    assert moving(-1.0).ok is True
    assert [f.name for f in moving(1.0).faults] == ["uphill"]


def test_a_step_that_goes_back_through_new_weights_is_recognized_without_its_rate() -> None:
    sizes, activations, kind = WIDE
    weights, (x, t) = planted.start(sizes), planted.data(sizes, 5, kind)

    def step(w: list[Any], x: Any, t: Any) -> Any:
        made = planted.Net(activations, kind, "updated_first", 2, lr=0.7).gradient(w, x, t)
        return [a - 0.7 * g for a, g in zip(w, made, strict=True)]

    report = check(step=step, weights=weights, x=x, t=t, rows="inputs")
    assert [f.name for f in report.faults] == ["updated_first"]
