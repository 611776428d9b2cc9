"""Threads are good neighbours: many trainings at once, a fork after or during one, and no number changes by it."""

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from chainrule.engine.contract import TrainingState, Until
from chainrule.engine.native import Native

from .nets import make, rows, weights


def trained(epochs: int = 2) -> bytes:
    """The weights after a training on three threads; wide enough that it uses them."""
    plan = make(60, 3, (150, 90), "float32", batch=64, dropout=0.2, threads=3)
    source = rows(plan, 256, weights="rows")
    done = Native().run(plan, TrainingState.begin(plan, weights(plan)), source, None, Until(epochs))
    return done.w.tobytes()


def test_eight_trainings_in_threads_at_once_give_the_bits_of_one():
    wanted = trained()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: trained(), range(8)))
    assert all(bits == wanted for bits in found)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")  # this is what is tested
@pytest.mark.parametrize("during", [False, True])
def test_a_forked_process_trains_after_or_during_a_training_on_threads(during):
    wanted = trained()
    other = threading.Thread(target=trained, args=(100,))
    if during:
        other.start()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.map_async(trained, [2, 2]).get(60)
    if during:
        other.join()
    assert found == [wanted, wanted]


def test_the_floating_point_state_of_the_caller_is_restored_after_work_on_threads():
    """Inside a call numbers below the normal range are 0; the caller's own arithmetic keeps them."""
    small = np.float32(1e-39)
    trained()
    assert small * np.float32(0.5) > 0
    plan = make(3, 1, (4,), "float32")
    source = rows(plan, 8)
    w = Native().load(plan, np.full((1, plan.size), 1e-39, "float32"))
    batch = source.batch(slice(0, 8), plan=plan, dtype="float32")
    assert not Native().predict(plan, w, batch).any()  # the weights, below the normal range, are 0 in there
    assert small * np.float32(0.5) > 0
