"""Rules in C++ say what their text says: compiled, interpreted, read by NumPy, on every instruction set."""

import json
import os
import subprocess
import sys

import native_cases as nc
import numpy as np
import pytest
from checkers import U32, U64

from chainrule.engine import programs
from chainrule.engine.isa import KNOWN, native
from chainrule.errors import EngineError
from chainrule.rules import emit
from chainrule.rules.activations import ACTIVATIONS, Activation
from chainrule.rules.expression import Expression
from chainrule.rules.optimizers import OPTIMIZERS, Optimizer
from chainrule.rules.schedules import SCHEDULES
from chainrule.rules.words import NumPy, read

CASES = list(nc.cases())
IDS = [case.name for case in CASES]


def _digests(isa):
    environment = {**os.environ, "CHAINRULE_ISA": isa}
    made = subprocess.run([sys.executable, nc.__file__], env=environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


@pytest.mark.parametrize(
    "isa", [isa for isa in KNOWN if isa in native().isa_names()]
)  # portable: two runs agree
def test_every_function_and_rule_has_the_same_bits_on_every_instruction_set_of_this_machine(isa):
    portable, other = _digests("portable"), _digests(isa)
    assert portable.pop("isa") == ["portable"] and other.pop("isa") == [isa]
    assert len(portable) == 2 * (len(nc.FUNCTIONS) + 3 + len(CASES))
    assert {k: v for k, v in portable.items() if other[k] != v} == {}


@pytest.mark.parametrize("wish, code", [("sse9", "CR-1501"), ("avx512", "CR-1502")])
def test_an_instruction_set_that_is_unknown_or_not_here_is_refused(monkeypatch, wish, code):
    module = native()
    monkeypatch.setenv("CHAINRULE_ISA", wish)

    class Poorer:
        isa_names = staticmethod(lambda: ["portable"])

    monkeypatch.setitem(sys.modules, "chainrule.engine._native", Poorer)
    with pytest.raises(EngineError) as caught:
        native.__wrapped__()
    assert caught.value.code == code
    assert module.isa() in KNOWN


@pytest.mark.parametrize("dtype", nc.DTYPES)
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_interpreted_is_compiled_bit_for_bit(case, dtype):
    values = nc.arrays(case, dtype)
    results = zip(nc.compiled(case, values), nc.interpreted(case, values), strict=True)
    assert all(nc.same_bits(a, b) for a, b in results)


class Noisy(NumPy):
    """The NumPy reading with every letter and operation off by `noise` of itself."""

    def __init__(self, values, noise, rng):
        super().__init__(values)
        self.noise, self.rng = noise, rng

    def _off(self, value):
        if not self.noise or np.asarray(value).dtype == bool:
            return value
        return value * (1 + self.noise * self.rng.choice([-1.0, 1.0], np.shape(value)))

    def name(self, name):
        return self._off(super().name(name))

    def apply(self, op, args):
        return self._off(super().apply(op, args))


def _text_of(case, values, noise=0.0, rng=None):
    """The NumPy reading in float64 of the same numbers."""
    words = Noisy({k: v.astype(float) for k, v in values.items()} | case.knobs, noise, rng)
    lines = case.formulas.items()
    if case.kind == nc.OPTIMIZER:
        lines = OPTIMIZERS[case.name.split()[0]].assignments
    with np.errstate(all="ignore"):
        for letter, expression in lines:
            words.values[letter] = read(expression.tree, words)
    return [words.values[letter] * np.ones((23, 37)) for letter in case.formulas]


def _error(case, dtype, results):
    """The largest difference to the text, in units of what one roundoff in every operation amounts to.

    That unit is measured on the text itself: the farthest of 16 readings in which every letter and operation is off
    by 1e-9, so it knows where terms cancel.
    """
    u, noise, rng = (U32 if dtype == "float32" else U64), 1e-9, np.random.default_rng(1)
    values = nc.arrays(case, dtype, hard=False)
    exact = _text_of(case, values)
    units = [np.abs(e) for e in exact]
    for _ in range(16):
        noisy = _text_of(case, values, noise, rng)
        units = [np.maximum(n, np.abs(m - e) / noise) for n, m, e in zip(units, noisy, exact, strict=True)]
    tiny = np.finfo(dtype).tiny * 4
    return max(
        float(np.max(np.abs(r - e) / (u * n + tiny)))
        for r, e, n in zip(results(values), exact, units, strict=True)
    )


# In units of one roundoff everywhere: an operation is off by at most one, a function of 2.5 ulp by at most five, x/c as
# x*(1/c) by three; sixteen signed readings come within a factor of two of the farthest.
STATED = 10


@pytest.mark.parametrize("dtype", nc.DTYPES)
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_compiled_is_the_text_read_by_numpy_within_rounding(case, dtype):
    assert _error(case, dtype, lambda values: nc.compiled(case, values)) < STATED


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c.name.endswith(".backward") and ACTIVATIONS[c.name[:-9]].learns],
    ids=lambda c: c.name,
)
def test_the_comparison_catches_a_slope_that_is_wrong_by_a_twentieth_of_a_percent(case):
    row = ACTIVATIONS[case.name.split(".")[0]]
    wrong = programs.Native.of(
        case.letters, list(case.knobs), [("r", Expression(f"({row.backward.text})*1.0005"))], ["r"]
    )
    assert _error(case, "float32", lambda values: wrong(case.knobs, values)) > STATED


def test_a_planted_error_in_a_row_changes_what_is_emitted_and_nothing_else():
    right = Activation("tanh", y="tanh(s)", slope="1 - y*y")
    wrong = Activation("tanh", y="tanh(s)", slope="1.0005*(1 - y*y)")
    differing = [
        (a, b) for a, b in zip(emit.activation(right), emit.activation(wrong), strict=True) if a != b
    ]
    assert len(differing) == 1 and "K<T>(1.0005)" in differing[0][1]


def test_what_needs_no_element_is_lifted_out_of_the_loop():
    lines = emit.optimizer(OPTIMIZERS["adam"])
    update = lines[next(i for i, line in enumerate(lines) if " update(" in line) :]
    assert not any("s_pow" in line or " / c[" in line or "knobs" in line for line in update)
    assert sum("s_pow" in line for line in lines) == 2


def test_a_rule_of_the_users_own_runs_in_the_interpreter():
    lines = ("a = 1 - b**k", "v = b*v + g*g", "w = where(k > 2, w - lr*g/(sqrt(v/a) + 1), w)")
    row = Optimizer("mine", lines, {"v": "0"}, {"b": 0.5})
    rng = np.random.default_rng(0)
    w, g, v = rng.standard_normal((3, 4, 21))
    for k in (1.0, 5.0):
        new_w, new_v = programs.of_optimizer(row)({"b": 0.5, "k": k, "lr": 0.1, "decay": 0.0, "E": 1.0},
                                                  {"w": w, "g": g, "v": np.abs(v)})  # fmt: skip
        wanted_v = 0.5 * np.abs(v) + g * g
        wanted = w - 0.1 * g / (np.sqrt(wanted_v / (1 - 0.5**k)) + 1) if k > 2 else w
        np.testing.assert_allclose(new_v, wanted_v, rtol=4 * U64)
        np.testing.assert_allclose(new_w, wanted, rtol=0, atol=8 * U64 * np.max(np.abs(w) + np.abs(g)))


@pytest.mark.parametrize("count", [1, 15, 16, 17, 255, 256, 257, 1000])
def test_the_interpreter_handles_every_length(count):
    x = np.random.default_rng(count).standard_normal((1, count))
    (y,) = programs.Native.of(["s"], [], [("y", Expression("s*s + rowsum(s)*0"))], ["y"])({}, {"s": x})
    (z,) = programs.Native.of(["s"], [], [("y", Expression("s*s"))], ["y"])({}, {"s": x})
    assert nc.same_bits(z, x * x) and nc.same_bits(y, x * x)


def test_results_may_be_inputs_numbers_and_the_same_twice():
    x, y = np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3) + 10
    lines = [("a", Expression("b")), ("c", Expression("3")), ("b", Expression("-b"))]
    got = programs.Native.of(["a", "b"], [], lines, ["a", "b", "c", "a"])({}, {"a": x, "b": y})
    for made, wanted in zip(got, [y, -y, np.full((2, 3), 3.0), y], strict=True):
        np.testing.assert_array_equal(made, wanted)


@pytest.mark.parametrize(
    "steps, results",
    [([(999, 2, 0, 1, -1)], [2]), ([(0, 2, 0, 5, -1)], [2]), ([(0, 2, 0, -1, -1)], [2]), ([(0, 7, 0, 1, -1)], [2]),
     ([(0, 2, 0, 1, -1)], [9]), ([(-1, 2, 0, 1, -1)], [2])],
)  # fmt: skip
def test_a_program_that_names_what_does_not_exist_is_refused(steps, results):
    with pytest.raises(ValueError, match="no such"):
        native().Program([False, False], [], steps, results)


@pytest.mark.parametrize("row", SCHEDULES.values(), ids=list(SCHEDULES))
def test_schedules_agree_interpreted_and_read_by_numpy(row):
    state, total = dict(row.state), 1000.0
    rate, after = programs.of_schedule(row)
    rng = np.random.default_rng(2)
    for k in (1.0, 2.0, 299.0, 300.0, 301.0, 999.0, 1000.0, 5000.0):
        loss = float(rng.uniform())
        values = {"lr": 0.1, "k": k, "total": total, "loss": loss, **row.knobs, **state}
        (interpreted,) = rate.numbers(values)
        np.testing.assert_allclose(
            interpreted, float(row.expression(**values)), rtol=20 * U64, atol=20 * U64 * 0.1
        )
        found = after.numbers(values)
        for letter, expression in row.assignments:
            values[letter] = float(expression(**values))
        np.testing.assert_allclose(found, [values[letter] for letter in row.state], rtol=20 * U64, atol=0)
        state = dict(zip(row.state, found, strict=True))
