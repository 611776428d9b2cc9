"""Adding an activation is one row in one file: a row is added to a copy of the source, and everything knows it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.engine.native import Native
from chainrule.engine.reference import Reference
from chainrule.plan import make_plan
from chainrule.rules.activations import ACTIVATIONS, Activation

ROOT = Path(__file__).parents[2]
ROW = 'Activation("bent", y="(sqrt(s*s + 1) - 1)/c + s", knobs={"c": 2.0}, source="a guard test"),'
LAST = ")  # fmt: skip\n"  # the end of the table

TRAIN = """
import json, numpy as np
from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.engine.contract import TrainingState, Until
from chainrule.engine.reference import Reference
from chainrule.errors import RuleError
from chainrule.plan import Plan, make_plan

rng = np.random.default_rng(3)
x = rng.normal(size=(40, 2))
source = Source(x, np.tanh(x[:, :1] * x[:, 1:]))
plan = make_plan(2, 1, (6,), activation="bent", precision="float64", lr=0.02, batch=8)
engine = Reference()
state = engine.run(plan, TrainingState.begin(plan, start(plan)), source, None, Until(60))
batch = source.batch(slice(0, 40))
way = rng.normal(size=state.w.shape)
sides = [float(engine.gradient(plan, state.w + h * way, batch).loss_sum[0]) for h in (1e-6, -1e-6)]
try:
    make_plan(2, 1, (6,), activation="brnt")
except RuleError as refusal:
    known = str(refusal)
print(json.dumps({
    "first": state.train[0, 0], "last": state.train[0, -1],
    "slope": float((engine.gradient(plan, state.w, batch).grad_sum * way).sum()),
    "difference": (sides[0] - sides[1]) / 2e-6,
    "json": Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan,
    "latex": plan.layers[0].activation.forward.latex(),
    "known": known,
}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source tree with one more row in one file."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    path = folder / "src/chainrule/rules/activations.py"
    text = path.read_text("utf-8")
    head, end, tail = text.rpartition(LAST)
    assert end and not tail
    path.write_text(f"{head}    {ROW}\n{end}", "utf-8")
    return folder


def run(folder: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_row_is_not_there_without_being_added() -> None:
    assert "bent" not in ACTIVATIONS


def test_the_reference_engine_trains_with_the_row(copy: Path) -> None:
    told = json.loads(run(copy, sys.executable, "-c", TRAIN).splitlines()[-1])
    assert told["last"] < told["first"] / 2
    # a central difference of step 1e-6 in float64 errs by 1e-16·|L|/1e-6 ~ 1e-10·|L| and h²·L‴ ~ 1e-12
    assert told["slope"] == pytest.approx(told["difference"], rel=1e-6)
    assert told["json"]
    assert "sqrt" in told["latex"]
    assert "bent" in told["known"]  # in the list a wrong name is answered with


def test_the_row_becomes_cpp_that_compiles(copy: Path) -> None:
    header = copy / "rules.gen.h"
    run(copy, sys.executable, "-B", "src/chainrule/rules/emit.py", str(header))
    assert "Activation_bent" in header.read_text("utf-8")
    compiler = shutil.which(os.environ.get("CXX", "g++")) or shutil.which("c++")
    assert compiler, "the package is built here, so there is a compiler"
    flags = [
        "-std=c++17",
        "-fsyntax-only",
        "-w",
        "-DCHAINRULE_LEVEL=0",
        "-DCHAINRULE_ISA=portable",
        f"-I{copy}",
    ]
    run(copy, compiler, *flags, str(ROOT / "native" / "rules.cpp"))


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_same_text_runs_natively_without_a_compiler(precision: str) -> None:
    mine = Activation("bent", y="(sqrt(s*s + 1) - 1)/c + s", knobs={"c": 2.0})
    plan = make_plan(3, 2, (20,), activation=mine, precision=precision)
    rng = np.random.default_rng(5)
    batch = Source(rng.normal(size=(33, 3)), rng.normal(size=(33, 2))).batch(slice(0, 33), dtype=precision)
    flat = start(plan)
    native, reference = Native(), Reference()
    assert native.can(plan) is None
    got = native.gradient(plan, native.load(plan, flat), batch)
    wanted = reference.gradient(plan, reference.load(plan, flat), batch)
    # sums of 33·20 products, each rounded once: error below n·eps·Σ|terms|, and Σ|terms| is near the largest gradient
    eps = float(np.finfo(precision).eps)
    scale = float(np.abs(wanted.grad_sum).max())
    assert np.abs(native.dump(plan, got.grad_sum) - wanted.grad_sum).max() < 33 * 20 * eps * scale
    assert got.loss_sum == pytest.approx(wanted.loss_sum, rel=33 * 20 * eps)
