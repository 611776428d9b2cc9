"""How much faster does the drop-in fit and predict than scikit-learn's MLP? Correctness first, then interleaved rounds.

    python benchmarks/estimators.py [thousand adult mnist predict memory …] [--data FOLDER] [--rounds 5] [--epochs N]

Both get the same arrays, settings and seed, one thread each, and train the same network: losses are compared before any
time is believed. adult.csv and mnist.npz are read from --data; without them rows of the same shape are drawn.
"""

import argparse
import csv
import resource
import statistics
import subprocess
import sys
import warnings
from pathlib import Path
from time import perf_counter

import numpy as np

# name: estimator, settings, epochs, wanted ratio in float32 and float64
FITS = {
    "thousand": ("MLPRegressor", dict(hidden_layer_sizes=(32,)), 200, 20.0, 15.0),
    "adult": ("MLPClassifier", dict(hidden_layer_sizes=(100,)), 50, 5.0, 3.0),
    "mnist": ("MLPClassifier", dict(hidden_layer_sizes=(128,)), 5, 3.3, 2.0),
}
WANTED_PREDICT = 3.0


def rows(name, folder):
    """x in float32 and y."""
    rng = np.random.default_rng(0)
    if name == "thousand":
        x = rng.normal(size=(1000, 13))
        return x.astype("f"), (x[:, 0] * x[:, 1] + np.sin(x[:, 2])).astype("f")
    if name == "mnist":
        if folder and (folder / "mnist.npz").exists():
            with np.load(folder / "mnist.npz") as held:
                names = {k.lower(): k for k in held.files}
                x, y = held[names.get("x_train", "x")], held[names.get("y_train", "y")]
            return (x.reshape(len(x), -1) / 255).astype("f"), y
        return rng.random((60000, 784), dtype="f"), rng.integers(0, 10, 60000)
    if folder and (folder / "adult.csv").exists():
        return adult(folder / "adult.csv")
    return rng.random((40000, 108), dtype="f"), rng.integers(0, 2, 40000)


def adult(path):
    """Numbers scaled, words one-hot."""
    with path.open(newline="") as file:
        header, *lines = csv.reader(file)
    columns = list(zip(*lines, strict=True))[: len(header) - 1]
    parts = []
    for column in columns:
        try:
            numbers = np.array(column, float)
            parts.append(((numbers - numbers.mean()) / numbers.std())[:, None])
        except ValueError:
            words, codes = np.unique(column, return_inverse=True)
            parts.append(np.eye(len(words))[codes])
    return np.hstack(parts).astype("f"), np.array([line[-1] for line in lines])


def pair(kind, **settings):
    import sklearn.neural_network as theirs

    import chainrule as ours

    return [getattr(part, kind)(random_state=0, **settings) for part in (theirs, ours)]


def timed(call):
    began = perf_counter()
    call()
    return perf_counter() - began


def fit(name, dtype, folder, rounds, epochs):
    kind, settings, usual, *wanted = FITS[name]
    x, y = rows(name, folder)
    x = x.astype(dtype)
    settings = {**settings, "max_iter": epochs or usual, "n_iter_no_change": np.inf}
    times = [], []
    for _ in range(rounds):
        both = pair(kind, **settings)
        for spent, estimator in zip(times, both, strict=True):
            spent.append(timed(lambda e=estimator: e.fit(x, y)))
        difference = abs(both[0].loss_ - both[1].loss_) / abs(both[0].loss_)
        assert difference < (1e-6 if dtype == "float64" else 0.05), f"other losses: {[e.loss_ for e in both]}"
    show(f"fit {name} {dtype} {'×'.join(map(str, x.shape))}", times, wanted[dtype == "float64"], difference)


def predict(dtype, rounds):
    x, y = rows("thousand", None)
    x = x.astype(dtype)
    both = [e.fit(x, y) for e in pair("MLPRegressor", hidden_layer_sizes=(32,), max_iter=5)]
    one = x[:1]
    np.testing.assert_allclose(
        both[0].predict(one), both[1].predict(one), rtol=1e-4 if dtype == "float32" else 1e-9
    )
    times = [], []
    for _ in range(rounds):
        for spent, estimator in zip(times, both, strict=True):
            spent.append(timed(lambda e=estimator: [e.predict(one) for _ in range(200)]) / 200)
    show(f"predict one row {dtype}", times, WANTED_PREDICT, 0.0)


def show(what, times, wanted, difference):
    theirs, ours = (statistics.median(t) for t in times)
    print(f"{what:36} scikit-learn {theirs:9.3g} s  ours {ours:9.3g} s  ratio {theirs / ours:6.1f} "
          f"(min/min {min(times[0]) / min(times[1]):.1f}; wanted {wanted:g})  losses differ by {difference:.1e}", flush=True)  # fmt: skip


GROWN = """
import sys, resource, warnings, numpy as np
warnings.simplefilter("ignore")
import chainrule
small = np.random.default_rng(0).random((1000, 100), dtype="f")
chainrule.MLPClassifier(max_iter=1).fit(small, np.arange(1000) % 2)
y = np.arange(int(sys.argv[1])) % 2  # first, so that what this takes is no part of the peak before
x = np.random.default_rng(0).random((len(y), 100), dtype="f")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
chainrule.MLPClassifier(max_iter=1).fit(x, y)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / x.nbytes)
"""


def memory():
    """What a fit adds to the array itself, beyond what a small fit has loaded."""
    for n in (200_000, 800_000):
        grown = subprocess.run(
            [sys.executable, "-c", GROWN, str(n)], capture_output=True, text=True, check=True
        )
        print(
            f"memory of a fit of {n}×100 float32    {float(grown.stdout):.1%} of the array (wanted ≤ 15 %)",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="*", default=[*FITS, "predict", "memory"])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--dtype", choices=("float32", "float64"))
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        for what in arguments.what:
            if what == "memory":
                memory()
                continue
            for dtype in (arguments.dtype,) if arguments.dtype else ("float32", "float64"):
                if what == "predict":
                    predict(dtype, arguments.rounds)
                else:
                    fit(what, dtype, arguments.data, arguments.rounds, arguments.epochs)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB")


if __name__ == "__main__":
    main()
