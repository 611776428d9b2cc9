"""The native engine makes every number the reference makes: the tape is replayed, name by name."""

import dataclasses

import numpy as np
import pytest

from chainrule.engine.native import Native
from chainrule.engine.reference import Reference
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.losses import LOSSES

from .nets import differs, make, rounding, rows, weights

BOTH = ("float64", "float32")
HIDDEN = [a for a in ACTIVATIONS if not ACTIVATIONS[a].output]


def replay(plan, source, batch_rows=None, dropout=True) -> str:
    """The first difference of forward pass, loss, backward pass and gradient, or ""."""
    n = source.rows
    native, reference = Native(), Reference()
    assert native.can(plan) is None
    flat = weights(plan)
    batch = source.batch(slice(0, n), plan=plan, epoch=3, dtype=plan.precision, dropout=dropout)
    seen: dict = {}
    wanted = reference.gradient(plan, flat.astype(float), batch, seen=seen.__setitem__)
    w, tolerance = native.load(plan, flat), rounding(plan, n)
    assert np.array_equal(native.dump(plan, w), flat)
    for m in range(plan.members):
        tape = native.tape(plan, w, batch, m)
        for layer in plan.layers:
            for name in (f"s{layer.index}", f"y{layer.index}"):
                if found := differs(name, tape[name], seen[name][m], tolerance):
                    return found
        if found := differs("loss", tape["loss"], seen["loss"][m].sum(axis=1), tolerance):
            return found
        for layer in reversed(plan.layers):
            if found := differs(
                f"ds{layer.index}", tape[f"ds{layer.index}"], seen[f"ds{layer.index}"][m], tolerance
            ):
                return found
    sums = native.gradient(plan, w, batch)
    got, expected = plan.unflatten(native.dump(plan, sums.grad_sum)), plan.unflatten(wanted.grad_sum)
    pairs = [("loss_sum", sums.loss_sum, wanted.loss_sum), ("weight_sum", sums.weight_sum, wanted.weight_sum)]
    pairs += [(f"d{v.name}", got[v.name], expected[v.name]) for v in plan.views]
    plain = source.batch(slice(0, n), plan=plan, dtype=plan.precision)
    pairs.append(
        ("predict", native.predict(plan, w, plain), reference.predict(plan, flat.astype(float), plain))
    )
    return next((found for p in pairs if (found := differs(*p, tolerance * 4))), "")


@pytest.mark.parametrize("precision", BOTH)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", HIDDEN)
def test_every_activation_with_every_loss(activation, loss, precision):
    plan = make(5, 3, (18, 7), precision, activation=activation, loss=loss)
    assert replay(plan, rows(plan, 11, missing=True, weights="rows")) == ""


@pytest.mark.parametrize("precision", BOTH)
@pytest.mark.parametrize("loss", [name for name, row in LOSSES.items() if not row.link])
@pytest.mark.parametrize("output", ACTIVATIONS)
def test_every_output_activation_under_every_loss_on_outputs(output, loss, precision):
    plan = make(4, 17, (6,), precision, output=output, loss=loss, reduce_outputs="sum")
    assert replay(plan, rows(plan, 9, missing=True)) == ""


@pytest.mark.parametrize("precision", BOTH)
@pytest.mark.parametrize(
    ("inputs", "outputs", "hidden", "n"),
    [(1, 1, (), 1), (3, 1, (5,), 4), (16, 16, (16,), 16), (17, 33, (49, 31, 2), 37), (0, 2, (3,), 8), (50, 1, (64,), 9),
     (2, 20, (100,), 3), (1041, 6, (18, 1030), 5)],
)  # fmt: skip
@pytest.mark.parametrize("bias", [True, False])
def test_every_shape(inputs, outputs, hidden, n, bias, precision):
    plan = make(inputs, outputs, hidden, precision, levels=() if inputs else (4, 2), bias=bias, c=0.5)
    assert replay(plan, rows(plan, n)) == ""


@pytest.mark.parametrize("precision", BOTH)
@pytest.mark.parametrize("inputs", [0, 3, 16, 21])
def test_categories_dropout_weights_and_members(inputs, precision):
    plan = make(
        inputs,
        3,
        (20, 9),
        precision,
        levels=(5, 1, 7),
        dropout=[0.0, 0.3, 0.5],
        members=3,
        loss="cross_entropy",
    )
    assert replay(plan, rows(plan, 29, missing=True, weights="members")) == ""


@pytest.mark.parametrize("precision", BOTH)
def test_dropout_of_the_inputs(precision):
    plan = make(35, 2, (70,), precision, dropout=[0.4, 0.2], members=2)
    assert replay(plan, rows(plan, 13)) == ""


def test_more_rows_than_one_block():
    plan = make(3, 2, (4,), levels=(3,), dropout=0.25)
    source = rows(plan, 4096 * 2 + 77, weights="rows")
    batch = source.batch(slice(0, source.rows), plan=plan, dtype="float64", dropout=True)
    native, flat = Native(), weights(plan)
    got = native.gradient(plan, native.load(plan, flat), batch)
    wanted = Reference().gradient(plan, flat, batch)
    assert differs("dw", native.dump(plan, got.grad_sum), wanted.grad_sum, rounding(plan, source.rows)) == ""
    assert differs("loss", got.loss_sum, wanted.loss_sum, rounding(plan, source.rows)) == ""


def test_a_difference_is_named_with_its_row():
    wanted = np.ones((4, 2))
    got = wanted.copy()
    got[3, 1] += 1e-6
    assert differs("ds2", got, wanted, 1e-9).startswith("first differs at ds2, row 3")
    assert differs("ds2", got, wanted, 1e-5) == ""


@pytest.mark.parametrize("precision", BOTH)
@pytest.mark.parametrize(
    "loss", ["half_squared", "huber", "binary_cross_entropy", "cross_entropy", "poisson"]
)
def test_normal_matrix(loss, precision):
    plan = make(3, 2, (4,), precision, levels=(3,), loss=loss, members=2, output=None)
    source, flat = rows(plan, 7, missing=True, weights="members"), weights(plan)
    batch = source.batch(slice(0, 7), plan=plan, dtype=precision)
    native = Native()
    got = native.normal(plan, native.load(plan, flat), batch)
    wanted = Reference().normal(plan, flat.astype(float), batch)
    for name, a, b in zip(("JtHJ", "gradient", "loss"), got, wanted, strict=True):
        assert differs(name, a, b, 4 * rounding(plan, 7)) == ""


@pytest.mark.parametrize("precision", BOTH)
def test_normal_matrix_of_many_rows_is_the_same_to_the_bit_on_any_number_of_threads(precision):
    plan = make(30, 2, (36,), precision, levels=(3,), dropout=0.25, loss="cross_entropy", threads=1)
    source, flat = rows(plan, 300, missing=True, weights="rows"), weights(plan)
    batch = source.batch(slice(0, 300), plan=plan, dtype=precision, dropout=True)
    found = []
    for threads in (1, 2, 3):
        native, own = Native(), dataclasses.replace(plan, threads=threads)
        found.append(native.normal(own, native.load(own, flat), batch))
    wanted = Reference().normal(plan, flat.astype(float), batch)
    for name, a, b, *others in zip(("JtHJ", "gradient", "loss"), found[0], wanted, *found[1:], strict=True):
        assert differs(name, a, b, 4 * rounding(plan, 300)) == ""
        assert all(np.array_equal(a, other) for other in others)
