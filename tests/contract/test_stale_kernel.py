"""A kernel built from other rows than the Python beside it never computes another rule under the same name."""

import dataclasses
import sys
import types

import numpy as np
import pytest

from chainrule.batches.start import start
from chainrule.engine import isa
from chainrule.engine.contract import TrainingState, Until
from chainrule.engine.isa import native, place
from chainrule.engine.native import Native
from chainrule.errors import EngineError
from chainrule.rules import emit
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.bytecode import OPCODES
from chainrule.rules.fingerprint import fingerprint
from chainrule.rules.losses import LOSSES
from chainrule.rules.optimizers import OPTIMIZERS

from .nets import make, rows

TABLES = (ACTIVATIONS, LOSSES, OPTIMIZERS)


@pytest.fixture
def pretend(monkeypatch):
    """A way to make this process believe the kernel has other rows or operations than it has."""
    real = native()

    def stand_in(**changes):
        module = types.ModuleType("chainrule.engine._native")
        vars(module).update({k: v for k, v in vars(real).items() if not k.startswith("__")} | changes)
        monkeypatch.setitem(sys.modules, "chainrule.engine._native", module)
        native.cache_clear()
        return module

    yield stand_in
    native.cache_clear()


def known():
    """(kind, name, fingerprint) of the kernel's rows."""
    return [tuple(line.split()) for line in native().rows.splitlines()]


def text(rows_):
    return "".join(" ".join(row) + "\n" for row in rows_)


def trained(activation="elu", loss="huber", optimizer="adam"):
    plan = make(5, 3, (18,), "float32", activation=activation, loss=loss, optimizer=optimizer, batch=8)
    state = Native().run(plan, TrainingState.begin(plan, start(plan)), rows(plan, 40), None, Until(3))
    return state.w


def test_this_kernel_was_built_from_the_rows_of_today():
    assert [row for table in TABLES for row in table.values() if place(row) < 0] == []
    assert native().operations.split() == list(OPCODES)


def test_rows_are_found_by_name_where_the_kernel_counts_them_otherwise(pretend):
    """A kernel in which "relu" stands where Python has "tanh": the place comes from the kernel's own list."""
    kinds = {"Activation": 0, "Loss": 0, "Optimizer": 0}
    for kind, name, digest in known():
        row = next((t[name] for t in TABLES if name in t and type(t[name]).__name__ == kind), None)
        if row is not None:
            assert (place(row), fingerprint(row)) == (kinds[kind], digest)
            kinds[kind] += 1
    pretend(rows=text([("Activation", "another", "0" * 16), *known()]))
    assert place(ACTIVATIONS["tanh"]) == list(ACTIVATIONS).index("tanh") + 1


@pytest.mark.parametrize(
    ("name", "lost"), [("elu", "row"), ("huber", "row"), ("adam", "row"), ("elu", "text"), ("adam", "text")]
)
def test_a_row_the_kernel_lacks_or_has_with_another_text_runs_from_its_text_with_the_same_bits(
    pretend, name, lost
):
    wanted = trained()
    if lost == "row":
        pretend(rows=text((k, "gone" if n == name else n, digest) for k, n, digest in known()))
    else:
        pretend(rows=text((k, n, "f" * 16 if n == name else digest) for k, n, digest in known()))
    row = next(table[name] for table in TABLES if name in table)
    assert place(row) == -1
    np.testing.assert_array_equal(trained(), wanted)


def test_the_comparison_above_would_see_another_rule(pretend):
    """The old way, a row's place in Python's own table, with a kernel that counts otherwise: other weights."""
    wanted = trained(optimizer="gd")
    digests = {name: digest for kind, name, digest in known() if kind == "Activation"}
    swapped = dict.fromkeys(digests) | {"elu": "silu", "silu": "elu"}
    activations = [("Activation", swapped[n] or n, digests[swapped[n] or n]) for n in digests]
    pretend(rows=text(activations + [row for row in known() if row[0] != "Activation"]))
    assert np.abs(trained(optimizer="gd") - wanted).max() > 1e-4


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": "Penalty l2 0000000000000000\n"},
        {"operations": " ".join(reversed(OPCODES))},
        {"operations": " ".join(OPCODES[:-1])},
    ],
)
def test_what_no_program_can_stand_in_for_is_refused_with_the_remedy(pretend, changes):
    pretend(**changes)
    with pytest.raises(EngineError, match="Reinstall") as caught:
        isa.native()
    assert caught.value.code == "CR-1519"


def test_a_kernel_from_before_rows_had_names_is_refused(pretend):
    module = pretend()
    del module.rows
    with pytest.raises(EngineError, match="other rules") as caught:
        isa.native()
    assert caught.value.code == "CR-1519"


def test_a_fingerprint_sees_every_text_and_the_order_of_letters_and_no_number():
    row = ACTIVATIONS["elu"]
    assert fingerprint(dataclasses.replace(row, slope=row.slope + " + 0")) != fingerprint(row)
    assert fingerprint(dataclasses.replace(row, knobs={"a": 7.0})) == fingerprint(row)
    adam = OPTIMIZERS["adam"]
    turned = dict(reversed(list(adam.knobs.items())))
    assert fingerprint(dataclasses.replace(adam, knobs=turned)) != fingerprint(adam)
    assert fingerprint(dataclasses.replace(adam, lines=adam.lines[::-1])) != fingerprint(adam)
    assert fingerprint(row) in "\n".join(emit.names([("Activation", {"elu": row}, None)]))
