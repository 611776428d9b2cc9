"""A file read block by block: each row once a pass, and the same bits as a training in memory told the same order."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import chainrule
from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.batches.windows import Spool, Windows
from chainrule.engine.contract import TrainingState, Until
from chainrule.engine.native import Native
from chainrule.errors import ChainruleError, ModelError
from chainrule.model.stream import Streamed
from chainrule.plan import make_plan


def table(n=20_000, seed=0):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, n))
    word = rng.choice(["red", "green", "blue"], n)
    y = a * b + np.select([word == "red", word == "green"], [1.0, -1.0], 0.0) + 0.1 * rng.normal(size=n)
    return pa.table({"a": a, "b": np.where(rng.random(n) < 0.05, np.nan, b), "word": word, "y": y})


def spooled(folder: Path, x, t, codes, block, blocks, seed=5):
    spool = Spool(folder)
    for first in range(0, len(x), 77):
        part = slice(first, first + 77)
        spool.add(x=x[part], t=t[part], codes=codes[part])
    spool.close()
    return Windows(folder, spool.rows, spool.kinds, block, blocks, seed)


@pytest.mark.parametrize(
    ("rows", "block", "blocks"), [(1200, 50, 4), (1201, 50, 4), (90, 100, 3), (333, 7, 5)]
)
def test_a_pass_sees_every_row_once_and_no_two_passes_the_same_order(tmp_path, rows, block, blocks):
    x = np.arange(rows, dtype=np.float32)[:, None]
    windows = spooled(tmp_path, x, x, x.astype(np.int32), block, blocks)
    passes = []
    for turn in range(2):
        epochs = range(turn * windows.count, (turn + 1) * windows.count)
        order = np.concatenate([windows.order(e) for e in epochs])
        assert np.sort(order).tolist() == list(range(rows))
        seen = [windows.source(e) for e in epochs]
        assert max(s.rows for s in seen) <= windows.most
        there = np.concatenate([s.x[s.orders[0], 0] for s in seen])
        np.testing.assert_array_equal(there, order.astype(np.float32))
        passes.append(order.tolist())
    assert passes[0] != passes[1]


def test_training_from_disk_is_training_in_memory_bit_for_bit(tmp_path):
    rng = np.random.default_rng(2)
    n = 1201
    x = rng.normal(size=(n, 3)).astype(np.float32)
    codes = rng.integers(-1, 4, (n, 1)).astype(np.int32)
    t = (x[:, :1] * x[:, 1:2]).astype(np.float32)
    windows = spooled(tmp_path, x, t, codes, 50, 4)
    plan = make_plan(3, 1, (8,), levels=(4,), activation="tanh", loss="squared", optimizer="adam", lr=0.01, schedule="one_cycle",
                     total=13 * windows.count, batch=16, seed=1, precision="float32")  # fmt: skip
    held = Source(x[:200], t[:200], codes[:200])
    epochs = 3 * windows.count - 1
    until = Until(epochs, 0, 0.0, -np.inf, np.inf, 0)
    disk = Streamed(Native(), windows).run(
        plan, TrainingState.begin(plan, start(plan)), windows.source(0), held, until
    )
    memory = TrainingState.begin(plan, start(plan))
    for e in range(epochs):
        source = Source(x, t, codes, orders=windows.order(e)[None, :], orders_from=e)
        memory = Native().run(plan, memory, source, held, Until(e + 1, 0, 0.0, -np.inf, np.inf, 0))
    for name in ("w", "best", "train", "validation", "slots"):
        np.testing.assert_array_equal(getattr(disk, name), getattr(memory, name))


def test_parquet_and_csv_of_the_same_rows_make_the_same_network_and_learn(tmp_path):
    import pyarrow.csv as pacsv

    rows = table()
    pq.write_table(rows, tmp_path / "t.parquet", row_group_size=3000)
    pacsv.write_csv(rows.set_column(1, "b", rows["b"].fill_null(float("nan"))), tmp_path / "t.csv")
    settings = {"memory": 64, "hidden": (16,), "epochs": 12, "decay": 0.01, "seed": 3}
    one = chainrule.train(os.fspath(tmp_path / "t.parquet"), "y", **settings)
    two = chainrule.train(os.fspath(tmp_path / "t.csv"), "y", **settings)
    np.testing.assert_array_equal(one.weights, two.weights)
    counts = one.facts["rows"]
    assert sum(counts.values()) == 20_000 and counts["train"] > 13_000
    assert one.facts["metrics"]["test"]["r2"] > 0.8 and any("64 MiB" in note for note in one.notes)
    again = chainrule.train(os.fspath(tmp_path / "t.parquet"), "y", **settings)
    np.testing.assert_array_equal(again.weights, one.weights)


def test_what_cannot_be_streamed_is_refused(tmp_path, refused):
    (tmp_path / "g.csv").write_bytes("größe,y\n1,2\n3,4\n".encode("cp1252"))
    with refused("CR-3302", "g.csv", kind=ChainruleError):
        chainrule.train(os.fspath(tmp_path / "g.csv"), "y", memory=100)
    for more in ({"folds": 3}, {"time": "a"}, {"dropout": 0.5}, {"members": 3}):
        with refused("CR-3304", next(iter(more)), kind=ModelError):
            chainrule.train(os.fspath(tmp_path / "g.csv"), "y", memory=100, **more)
    with refused("CR-3304", "data", kind=ModelError):
        chainrule.train({"a": [1, 2], "y": [1, 2]}, "y", memory=100)
    text = (
        "a,y\n"
        + "".join(f"{i},{i * i}\n" for i in range(400))
        + "x,3\n"
        + "".join(f"{i},{i}\n" for i in range(400))
    )
    (tmp_path / "late.csv").write_text(text)
    with refused("CR-1014", "402", '"x"', kind=ChainruleError):
        chainrule.train(
            os.fspath(tmp_path / "late.csv"), "y", memory=100, hidden=(2,), epochs=1, kinds={"a": "number"}
        )
