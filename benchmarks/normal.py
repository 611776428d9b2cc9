"""What do the normal matrix and `predict` cost beside what they must at least do? Correctness first, then interleaved rounds.

    python benchmarks/normal.py [normal batch row] [--rounds 7] [--rows 1000000] [--json FILE]

normal  JᵀJ and Jᵀr of 20-20-1, tanh (441 weights), 10 000 rows, float64, beside SciPy's `dsyrk` of a (10 000, 441) matrix
batch   `predict` of 108-100-1, relu, float32, on --rows rows, as a share of the multiply-adds a core can do in registers
row     `predict` of one row of 13-32-1, tanh: the kernel's function, the engine's methods, an estimator's

One core. Reported: medians, and the median ratio within rounds.
"""

import argparse
import json
import os
import statistics
import sys
import warnings
from pathlib import Path
from time import perf_counter

import numpy as np
from step import calibration

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.engine.isa import native
from chainrule.engine.native import Native
from chainrule.plan import make_plan


def network(*units, activation="tanh", precision="float32", seed=0):
    plan = make_plan(units[0], units[-1], units[1:-1], activation=activation, precision=precision, seed=seed)
    return plan, start(plan)


def timed(call, times=1):
    began = perf_counter()
    for _ in range(times):
        call()
    return (perf_counter() - began) / times


def normal(given):
    from scipy.linalg.blas import dsyrk

    plan, flat = network(20, 20, 1, precision="float64")
    rng = np.random.default_rng(0)
    n = 10_000
    batch = Source(rng.normal(size=(n, 20)), rng.normal(size=(n, 1))).batch(slice(None), plan=plan)
    engine = Native()
    w = engine.load(plan, flat)
    # the slopes themselves, by differences of the outputs, for a few weights
    product = engine.normal(plan, w, batch)[0][0]
    y = engine.predict(plan, w, batch)[0]
    slopes = []
    for i in (0, 7, plan.size - 1):
        moved = flat.copy()
        moved[0, i] += 1e-6
        slopes.append((engine.predict(plan, engine.load(plan, moved), batch)[0] - y).ravel() / 1e-6)
    curve = 2.0 * plan.c  # of c·(y − t)²: H = 2c
    wanted = [np.dot(slopes[0], s) * curve for s in slopes]
    if not np.allclose([product[0, i] for i in (0, 7, plan.size - 1)], wanted, rtol=1e-4):
        sys.exit(f"normal: {[product[0, i] for i in (0, 7, plan.size - 1)]} instead of {wanted}")
    j = np.asfortranarray(rng.normal(size=(n, plan.size)))
    rounds = [
        (timed(lambda: engine.normal(plan, w, batch)), timed(lambda: dsyrk(1.0, j, trans=1)))
        for _ in range(given.rounds)
    ]
    ours, theirs = (statistics.median(r[i] for r in rounds) * 1e3 for i in (0, 1))
    ratio = statistics.median(a / b for a, b in rounds)
    print(
        f"normal  {n} rows, {plan.size} weights: {ours:.1f} ms, dsyrk alone {theirs:.1f} ms: {ratio:.2f} of it"
    )
    return {"ms": ours, "dsyrk ms": theirs, "ratio": ratio}


def batch(given):
    plan, flat = network(108, 100, 1, activation="relu")
    engine = Native()
    x = np.random.default_rng(0).normal(size=(given.rows, 108)).astype("float32")
    parts = plan.unflatten(flat[0].astype(float))
    few = np.maximum(x[:999] @ parts["w1"] + parts["b1"], 0) @ parts["w2"] + parts["b2"]
    if not np.allclose(engine.outputs(plan, flat[0], x[:999]), few, atol=1e-5):
        sys.exit("batch: the outputs are wrong")
    machine = calibration("float32")
    rounds = []
    for _ in range(given.rounds):
        rounds.append(
            (
                timed(lambda: engine.outputs(plan, flat[0], x)) / given.rows,
                machine[0]() if machine else np.nan,
            )
        )
    ns = statistics.median(r[0] for r in rounds) * 1e9
    flops = 2 * (108 * 100 + 100)
    share = statistics.median(flops / seconds / peak for seconds, peak in rounds)
    print(
        f"batch   {given.rows} rows of 108-100-1: {ns:.0f} ns a row, {flops / ns:.0f} GF/s, {share:.0%} of the multiply-add peak"
    )
    return {"ns per row": ns, "share of peak": share}


def row(given):
    plan, flat = network(13, 32, 1)
    engine = Native()
    x = np.random.default_rng(0).normal(size=(1, 13)).astype("float32")
    w, some = engine.load(plan, flat), Source(x, np.zeros((1, 1), "float32")).batch(slice(None), plan=plan)
    handle, out = engine._network(plan), np.empty((1, 1, 1), "float32")
    calls = {
        "kernel": lambda: native().predict(handle, w, x, None, out),
        "engine.outputs": lambda: engine.outputs(plan, flat[0], x),
        "engine.predict": lambda: engine.predict(plan, w, some),
    }
    try:
        from chainrule import MLPRegressor

        net = MLPRegressor(hidden_layer_sizes=(32,), activation="tanh", max_iter=2)
        warnings.simplefilter("ignore")  # two iterations do not converge
        net.fit(np.repeat(x, 50, axis=0), np.zeros(50, "float32"))
        calls["MLPRegressor.predict"] = lambda: net.predict(x)
    except ImportError as missing:
        print(f"row     no estimator: {missing}", file=sys.stderr)
    rounds = [{name: timed(call, 2000) for name, call in calls.items()} for _ in range(given.rounds)]
    us = {name: statistics.median(r[name] for r in rounds) * 1e6 for name in calls}
    print("row     13-32-1: " + ", ".join(f"{name} {value:.2f} µs" for name, value in us.items()))
    return us


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=["normal", "batch", "row", []], help="all if none")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):  # before BLAS looks how many cores there are
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-1:])
    parts = {"normal": normal, "batch": batch, "row": row}
    results = {name: part(given) for name, part in parts.items() if not given.parts or name in given.parts}
    if given.json:
        given.json.write_text(json.dumps({"isa": native().isa(), **results}, indent=1))


if __name__ == "__main__":
    main()
