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
