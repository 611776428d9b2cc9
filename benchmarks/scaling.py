"""How does the cost of a training row grow with width, depth, batch and number of rows?

    python benchmarks/scaling.py [width|depth|batch|rows …] [--rounds 3] [--threads 1] [--out FOLDER]

One thing at a time is changed in 64-256-256-10, relu, cross-entropy, Adam, batch 256, 8 192 rows, float32. Nanoseconds per
row of an epoch, and billions of multiplications and additions a second (2·weights forwards, 2 for the gradient, 2 for the
slope of the inputs but in the first layer), as JSON and one picture each.
"""

import argparse
import statistics
from pathlib import Path
from time import perf_counter

import numpy as np
from common.chart import write

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.engine.contract import TrainingState, Until
from chainrule.engine.native import Native
from chainrule.plan import make_plan

AXES = {
    "width": (16, 32, 64, 128, 256, 512, 1024),
    "depth": (1, 2, 4, 8, 16),
    "batch": (1, 8, 32, 128, 512, 2048, 8192),
    "rows": (512, 2048, 8192, 32768, 131072),
}
BASE = {"width": 256, "depth": 2, "batch": 256, "rows": 8192}


def measured(settings, rounds, threads):
    """(ns per row, GF/s), medians over rounds of at least one epoch and about 50 ms."""
    n, hidden = settings["rows"], (settings["width"],) * settings["depth"]
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 64)).astype("float32")
    t = np.eye(10, dtype="float32")[rng.integers(0, 10, n)]
    plan = make_plan(
        64, 10, hidden, activation="relu", loss="cross_entropy", batch=settings["batch"], threads=threads
    )
    source, engine, state = Source(x, t), Native(), TrainingState.begin(plan, start(plan))

    def call(epochs):
        began = perf_counter()
        losses = engine.run(plan, state, source, None, Until(epochs)).train
        assert np.isfinite(losses).all()
        return perf_counter() - began

    once = call(1)
    epochs = max(1, int(0.05 / once))
    ns = statistics.median(call(epochs) / epochs / n * 1e9 for _ in range(rounds))
    sizes = (64, *hidden, 10)
    weights = [a * b for a, b in zip(sizes, sizes[1:], strict=False)]
    return ns, (6 * sum(weights) - 2 * weights[0]) / ns


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("axes", nargs="*", default=list(AXES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("build/bench"))
    given = parser.parse_args()
    if unknown := set(given.axes) - set(AXES):
        parser.error(f"no such axis: {', '.join(unknown)}")
    results, charts = {}, {}
    print(f"{'':6} {'':>7} {'ns per row':>11} {'GF/s':>7}")
    for axis in given.axes or AXES:
        found = {value: measured({**BASE, axis: value}, given.rounds, given.threads) for value in AXES[axis]}
        for value, (ns, speed) in found.items():
            print(f"{axis:6} {value:7d} {ns:11.1f} {speed:7.1f}", flush=True)
        results[axis] = {value: {"ns per row": ns, "GF/s": speed} for value, (ns, speed) in found.items()}
        lines = {name: [(v, f[i]) for v, f in found.items()] for i, name in enumerate(("ns per row", "GF/s"))}
        charts[axis] = (axis, "ns per row, GF/s", lines)
    write(given.out, "scaling", {"base": BASE, "threads": given.threads, "results": results}, charts)


if __name__ == "__main__":
    main()
