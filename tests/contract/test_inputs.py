"""Arrays are read where they lie, whatever their numbers, order and strides: no copy of them is made, and no bit changes."""

import tracemalloc

import numpy as np
import pytest

from chainrule.batches.source import Batch, Source
from chainrule.engine.contract import TrainingState, Until
from chainrule.engine.native import Native

from .nets import make, weights

N, WIDTH = 60_000, 40
KINDS = {
    "float32": lambda x: x,
    "float64": lambda x: x.astype("float64"),
    "uint8": lambda x: x.astype("uint8"),
    "int64": lambda x: x.astype("int64"),
    "columns together": np.asfortranarray,
    "float64, columns together": lambda x: np.asfortranarray(x.astype("float64")),
    "every second row, some columns": lambda x: np.repeat(np.pad(x, ((0, 0), (3, 5))), 2, axis=0)[::2, 3:-5],
    "backwards": lambda x: np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1],
}


@pytest.fixture(scope="module")
def plain() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 200, (N, WIDTH)).astype("float32")


def copied(call) -> tuple[int, object]:
    """Bytes of the arrays that lay beside the given ones at the same time, and what the call gave back."""
    tracemalloc.start()
    try:
        found = call()
        return tracemalloc.get_traced_memory()[1], found
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", [*KINDS, "memory-mapped"])
def test_nothing_is_copied_and_no_bit_changes(kind, plain, tmp_path):
    plan = make(WIDTH, 1, (4,), "float32", levels=(5,), batch=512)
    rng, engine = np.random.default_rng(4), Native()
    t = rng.normal(size=(N, 1)).astype("float32")
    codes = rng.integers(-1, 5, (N, 3)).astype(np.int32)[:, 1:2]  # a column of a wider table
    if kind == "memory-mapped":
        np.save(tmp_path / "x.npy", plain)
        x = np.load(tmp_path / "x.npy", mmap_mode="r")
    else:
        x = KINDS[kind](plain)
    begin = TrainingState.begin(plan, weights(plan))

    def both(x):
        w = engine.load(plan, begin.w)
        batch = Batch(x, np.empty((N, 0), "float32"), np.ascontiguousarray(codes))
        trained = engine.run(plan, begin, Source(x, t, codes), None, Until(1))
        return trained.w, engine.predict(plan, w, batch)

    engine._network(plan)
    used, found = copied(lambda: both(x))
    wanted = both(np.ascontiguousarray(plain))
    assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))
    beside = found[1].nbytes + codes.nbytes  # the outputs, and the codes that are copied above
    assert used < beside + plain.size // 4, f"{used} bytes; x as bytes has {plain.size}"


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("n", [1, 7, 8, 256, 300])
def test_outputs_do_not_depend_on_how_the_rows_lie(n, precision):
    """Rows that lie close together go into the first product in place, others through panels."""
    plan = make(20, 2, (70, 5), precision)
    flat = weights(plan)
    x = np.random.default_rng(n).normal(size=(n, 20)).astype(precision)
    wide = np.zeros((n, 1000), precision)
    wide[:, 3:23] = x
    near = np.zeros((n, 30), precision)
    near[:, 5:25] = x
    apart = np.zeros((3 * n, 20), precision)
    apart[::3] = x
    ways = {
        "close": x, "columns first": np.asfortranarray(x), "far apart": wide[:, 3:23], "near": near[:, 5:25],
        "every third": apart[::3], "backwards": np.ascontiguousarray(x[::-1])[::-1],
    }  # fmt: skip
    wanted = Native().outputs(plan, flat[0], x)
    assert np.isfinite(wanted).all()
    for way, rows in ways.items():
        assert np.array_equal(Native().outputs(plan, flat[0], rows), wanted), way
