"""The number of threads and the instruction set change no bit, and a run can be cancelled without losing an epoch."""

import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

from chainrule.batches import draws
from chainrule.engine.contract import INTERRUPTED, TrainingState, Until
from chainrule.engine.isa import native
from chainrule.engine.native import Native

from .nets import make, rows, weights

ROOT = Path(__file__).parents[2]
RUN = """
    import hashlib, sys
    sys.path.insert(0, {folder!r})
    from contract.nets import make, rows, weights
    from chainrule.engine.contract import TrainingState, Until
    from chainrule.engine.native import Native
    for activation, threads in (("gelu", 1), ("gelu", 2), ("gelu", 3), ("tanh", 3), ("silu", 2)):
        plan = make(40, 3, (95, 61), "float32", activation=activation, levels=(3, 9), dropout=[0, 0.3, 0.2], batch=110,
                    threads=threads, clip_norm=0.5, max_norm=0.9, l2=1e-3, loss="cross_entropy", schedule="cosine", total=9)
        source, validation = rows(plan, 300, weights="rows", missing=True), rows(plan, 45, seed=1)
        state = Native().run(plan, TrainingState.begin(plan, weights(plan)), source, validation, Until(3, probe=2))
        text = b"".join(getattr(state, f).tobytes() for f in ("w", "slots", "best", "train", "validation", "rate"))
        print(activation, hashlib.sha256(text).hexdigest())
"""


def bits(isa: str) -> list[str]:
    code = textwrap.dedent(RUN.format(folder=str(ROOT / "tests")))
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "CHAINRULE_ISA": isa}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_threads_and_instruction_sets_change_no_bit():
    found = {isa: bits(isa) for isa in native().isa_names()}
    first = next(iter(found.values()))
    assert len(first) == 5 and len(set(first[:3])) == 1
    assert all(lines == first for lines in found.values()), found


@pytest.mark.parametrize("n", [*range(1, 40), 63, 64, 65, 100, 257, 1000, 4099, 65537])
def test_the_order_of_rows_is_the_one_of_draws(n):
    for seed, member, epoch in ((0, 0, 0), (2**64 - 1, 3, 9), (12345678901, 1, 2**31)):
        plan = make(1, 1, (), seed=seed)
        network = Native()._network(plan.only(member))
        wanted = draws.order(n, seed, member, epoch)
        for first in {0, n // 3}:
            got = np.empty(n - first, np.uint32)
            native().order(network, epoch, n, first, got)
            assert np.array_equal(got, wanted[first:])


@pytest.mark.parametrize("units", [1, 3, 4, 5, 16, 63, 64, 65, 130])
def test_the_choices_of_dropout_are_those_of_draws(units):
    """Through a run of one step: the gradient of w is 0 exactly where dropout chose 0."""
    plan = make(
        units,
        1,
        (),
        dropout=[0.5],
        batch=0,
        optimizer="gd",
        lr=1.0,
        bias=False,
        seed=77,
        views={"w1": {"start": "zeros"}},
    )
    source = rows(plan, 1)
    source.x[:] = 1.0
    source.t[:] = 1.0
    state = Native().run(plan, TrainingState.begin(plan, np.zeros((1, units))), source, None, Until(1))
    wanted = draws.keep([0], units, 0.5, 77, 1, 0, 0)[0]
    assert np.array_equal(state.w[0] != 0, wanted)


def interrupted_run(plan, source, seconds):
    """The state a run comes back with when Ctrl-C is pressed after so many seconds."""
    timer = threading.Timer(seconds, signal.raise_signal, [signal.SIGINT])
    timer.start()
    try:
        return Native().run(plan, TrainingState.begin(plan, weights(plan)), source, None, Until(10**8))
    finally:
        timer.join()


@pytest.mark.parametrize("batch", [0, 16])
def test_ctrl_c_ends_a_run_with_its_last_whole_epoch(batch):
    plan = make(20, 1, (300, 300), "float32", batch=batch, members=2)
    source = rows(plan, 2000)
    state = interrupted_run(plan, source, 0.4)
    assert list(state.stopped) == [INTERRUPTED, INTERRUPTED]
    steps = 1 if batch == 0 else 125
    assert state.k[0] == steps * state.epoch[0]
    done = int(state.epoch[0])
    if done:
        again = Native().run(plan, TrainingState.begin(plan, weights(plan)), source, None, Until(done))
        assert (
            hashlib.sha256(again.w[:1].tobytes()).digest() == hashlib.sha256(state.w[:1].tobytes()).digest()
        )
    else:
        assert np.array_equal(state.w, weights(plan))


def test_ctrl_c_leaves_members_that_are_lanes_at_the_end_of_an_epoch():
    plan = make(13, 1, (32,), "float32", batch=32, members=64)
    assert Native()._network(plan).abreast
    source = rows(plan, 512)
    state = interrupted_run(plan, source, 0.4)
    assert set(state.stopped) == {INTERRUPTED}
    assert np.array_equal(state.k, 16 * state.epoch) and state.epoch.max() > 0
    for m in (0, 20, 63):
        one = plan.only(m)
        begun = TrainingState.begin(one, weights(plan)[m : m + 1])
        done = int(state.epoch[m])
        again = Native().run(one, begun, source, None, Until(done)) if done else begun
        assert np.array_equal(again.w[0], state.w[m])
