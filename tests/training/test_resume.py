"""A training that was killed and resumed is the training that was not, bit for bit; anything else is refused."""

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import chainrule
from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.engine.choose import choose
from chainrule.engine.reference import Reference
from chainrule.errors import PlanError, TrainingError
from chainrule.plan import make_plan
from chainrule.rules.losses import LOSSES
from chainrule.training import store
from chainrule.training.loop import fit
from chainrule.training.state import KIND, VERSION, Checkpoint
from chainrule.training.stopping import Stopping, loss_monitor

CASES = {
    "adam, dropout": {"dropout": 0.3},
    "plateau, clipped": {"schedule": "plateau", "schedule_knobs": {"patience": 1.0}, "clip_norm": 0.5},
    "rprop": {"optimizer": "irprop_minus", "batch": 0},
    "members": {"members": 2, "optimizer": "momentum"},
    "watched": {},
    "native": {"dropout": 0.3, "precision": "float32"},
    "native, watched": {"schedule": "one_cycle", "members": 2},
}


def rows(count, seed):
    generator = np.random.default_rng(seed)
    x = generator.uniform(-1, 1, (count, 3))
    codes = generator.integers(-1, 3, (count, 1)).astype(np.int32)
    return Source(
        x,
        np.sin(3 * x[:, :1]) + generator.normal(0, 0.2, (count, 1)),
        codes,
        generator.uniform(0.5, 2, count),
    )


def training(case, path=None, resume=False, epochs=14, **limits):
    """The same training every time; with a path it writes its state after every epoch."""
    given = {"levels": (3,), "hidden": (5,), "batch": 8, "seed": 2, "lr": 0.02, **CASES[case]}
    plan = make_plan(3, 1, **given)
    monitor = loss_monitor(plan, LOSSES["absolute"]) if "watched" in case else None
    engine = choose(plan, "native" if "native" in case else "reference")
    return fit(
        plan,
        start(plan),
        rows(30, 0),
        rows(12, 1),
        engine=engine,
        stopping=Stopping(epochs, monitor=monitor, **limits),
        resume=resume,
        checkpoint=Checkpoint(path, 0.0, {"encoding": "e"}) if path else None,
    )


def same(one, other):
    for field in dataclasses.fields(one.state):
        np.testing.assert_array_equal(
            getattr(one.state, field.name), getattr(other.state, field.name), err_msg=field.name
        )
    np.testing.assert_array_equal(one.weights, other.weights)
    assert one.history.keys() == other.history.keys()
    for name in one.history:
        np.testing.assert_array_equal(one.history[name], other.history[name], err_msg=name)
    assert (str(one.stop), one.best_epoch) == (str(other.stop), other.best_epoch)


VICTIM = """
import os, signal, sys
sys.path.insert(0, {here!r})
import test_resume
replace, count = os.replace, 0

def kill(*args):
    global count
    count += 1
    if count == {at} and {before}:
        os.kill(os.getpid(), signal.SIGKILL)  # with the new file written and not yet in its place
    replace(*args)
    if count == {at}:
        os.kill(os.getpid(), signal.SIGKILL)

os.replace = kill
test_resume.training({case!r}, {path!r})
"""


@pytest.mark.parametrize("case", CASES)
def test_killed_by_the_system_and_resumed_equals_uninterrupted(case, tmp_path):
    path = str(tmp_path / "state.ckpt")
    program = VICTIM.format(
        here=str(Path(__file__).parent), at=6, before=case == "members", case=case, path=path
    )
    home = str(Path(chainrule.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": home},
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    about, tensors = store.read(path, KIND, VERSION)
    assert tensors["train"].shape[1] == (5 if case == "members" else 6)  # it was killed on the way
    same(training(case, path, resume=True), training(case))


def test_a_checkpoint_leaves_no_other_file_behind(tmp_path):
    training("watched", tmp_path / "state.ckpt", epochs=3)
    assert [p.name for p in tmp_path.iterdir()] == ["state.ckpt"]


def test_a_finished_training_goes_on_when_it_may_run_longer(tmp_path):
    training("plateau, clipped", tmp_path / "c", epochs=6)
    same(training("plateau, clipped", tmp_path / "c", resume=True), training("plateau, clipped"))


@pytest.mark.parametrize("case", ["adam, dropout", "watched"])
def test_a_training_that_ran_out_of_patience_goes_on_with_more_of_it(case, tmp_path):
    first = training(case, tmp_path / "c", epochs=200, patience=2)
    assert first.stop.reason == "patience"
    same(
        training(case, tmp_path / "c", resume=True, epochs=200, patience=6),
        training(case, epochs=200, patience=6),
    )


def test_a_training_that_reached_its_goal_goes_on_to_a_lower_one(tmp_path):
    free = training("watched").history["train"][0]
    first = training("watched", tmp_path / "c", goal=float(free[3]))
    assert first.stop.reason == "goal"
    same(training("watched", tmp_path / "c", resume=True, goal=0.0), training("watched", goal=0.0))


@pytest.mark.parametrize("limits", [{"epochs": 5}, {"patience": 3}, {"goal": 0.5}])
def test_narrower_limits_than_before_are_refused(limits, tmp_path):
    training("adam, dropout", tmp_path / "c", epochs=8)
    with pytest.raises(TrainingError, match="narrower limits"):
        training("adam, dropout", tmp_path / "c", resume=True, **{"epochs": 14, **limits})


def resumed(tmp_path, *, plan=None, source=None, validation=None, identity=None, engine=None, **limits):
    checkpoint = Checkpoint(tmp_path / "c", 0.0, identity or {"encoding": "e"})
    plan = plan or make_plan(3, 1, (4,), levels=(3,), batch=8)
    return fit(
        plan,
        start(plan),
        source or rows(30, 0),
        validation or rows(12, 1),
        engine=engine or Reference(),
        stopping=Stopping(3, **limits),
        checkpoint=checkpoint,
        resume=(tmp_path / "c").exists(),
    )


def other_rows():
    source = rows(30, 0)
    source.x[17, 1] = np.nextafter(source.x[17, 1], 2)  # one bit of one value
    return source


class Other(Reference):
    name = "other"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": other_rows()}, "data was "),
        ({"validation": rows(12, 2)}, "validation was "),
        ({"identity": {"encoding": "f"}}, "encoding was e and is now f"),
        ({"plan": make_plan(3, 1, (4,), levels=(3,), batch=8, seed=1)}, "plan: seed was 0 and is now 1"),
        ({"plan": make_plan(3, 1, (4,), levels=(3,), batch=8, lr=0.5)}, "plan: lr was 0.001 and is now 0.5"),
        ({"plan": make_plan(3, 1, (6,), levels=(3,), batch=8)}, "plan: blocks was "),
        ({"engine": Other()}, "engine was reference and is now other"),
        ({"min_delta": 0.1}, "min_delta was 0.0 and is now 0.1"),
        ({"monitor": loss_monitor(make_plan(3, 1), LOSSES["huber"])}, "monitor was None and is now huber"),
    ],
)
def test_whatever_would_change_a_bit_is_refused_by_name(change, words, tmp_path):
    resumed(tmp_path)
    with pytest.raises(TrainingError, match="CR-1612") as error:
        resumed(tmp_path, **change)
    assert words in str(error.value)


def test_the_number_of_threads_may_change(tmp_path):
    first = resumed(tmp_path)
    same(resumed(tmp_path, plan=make_plan(3, 1, (4,), levels=(3,), batch=8, threads=2)), first)


def test_a_missing_checkpoint_is_refused(tmp_path):
    with pytest.raises(TrainingError, match="cannot be resumed from .*nowhere: it cannot be read"):
        training("watched", tmp_path / "nowhere", resume=True)
    with pytest.raises(TrainingError, match="CR-1603"):
        training("watched", resume=True)


def test_every_flipped_byte_and_every_cut_of_a_checkpoint_is_refused(tmp_path):
    path = tmp_path / "c"
    training("watched", path, epochs=2)
    whole = path.read_bytes()
    generator = np.random.default_rng(0)
    for place in generator.integers(0, len(whole), 300):
        changed = bytearray(whole)
        changed[place] ^= 1 << int(generator.integers(8))
        for damaged in (bytes(changed), whole[:place]):
            path.write_bytes(damaged)
            with pytest.raises(TrainingError, match="CR-1611"):
                training("watched", path, resume=True)
    path.write_bytes(whole)
    same(training("watched", path, resume=True), training("watched"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("w", np.zeros((1, 3))),
        ("w", np.full((1, 41), np.nan)),
        ("k", np.array([-1])),
        ("stopped", np.array([9])),
        ("epoch", np.array([7])),
        ("train", np.zeros((1, 1))),
        ("slots", np.zeros((1, 1, 41))),
        ("extra", np.zeros(1)),
        ("watched.best", np.zeros((2, 41))),
        ("epoch", np.array([2.0])),
        ("watched.scores", np.zeros(2)),
    ],
)
def test_a_hostile_checkpoint_with_a_right_checksum_is_refused(name, value, tmp_path):
    path = tmp_path / "c"
    training("watched", path, epochs=2)
    about, tensors = store.read(path, KIND, VERSION)
    assert tensors["w"].shape == (1, 41)
    store.write(path, KIND, VERSION, about, {**tensors, name: value})
    with pytest.raises(TrainingError, match="CR-1611"):
        training("watched", path, resume=True)


def test_a_checkpoint_that_cannot_be_written_is_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(TrainingError, match="CR-1610"):
        training("watched", tmp_path / "no" / "folder" / "c")
    with pytest.raises(PlanError, match="CR-1401"):
        Checkpoint(tmp_path / "c", -1.0)


@pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="this system has no /dev/full to be out of space on"
)
def test_no_space_is_a_sentence():
    with pytest.raises(TrainingError, match="[Nn]o space (is )?left on (device|the disk).*CR-1610"):
        training("watched", "/dev/full")
    assert not os.path.isfile("/dev/full")
