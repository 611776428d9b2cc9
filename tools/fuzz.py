"""Mutated files -> a table or a model, or a sentence: nothing else, within 5 seconds and 1 GiB each.

    python tools/fuzz.py 100000          that many files, of every kind in turn
    python tools/fuzz.py 1000 --seed 7   other ones; a failing one is kept in build/fuzz

The tests run a few hundred of the same files on every commit.
"""

import argparse
import faulthandler
import io
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

SECONDS, MEMORY = 5.0, 1 << 30
TOKENS = (
    b'"', b",", b";", b"\t", b"\n", b"\r\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"1e999", b"-", b"NA", b"9" * 400, b"{", b"}",
    b"[", b"]", b"<", b">", b"/", b"&", b"A1:XFD1048576", b"1048576", b"=", b"\x7f", b"\x80", b"\xff\xff\xff\x7f", b"null",
    b"true", b'":', b"PK", b"\xb0\xa1", b"2020-01-01", b"&#x0;", b"%s{0}",
)  # fmt: skip


def seeds() -> dict[str, bytes]:
    """Small good files: name -> bytes."""
    import datetime

    from chainrule.model import flow
    from chainrule.table import read_table
    from chainrule.table.appending import with_columns

    n = 12
    frame = {
        "a": [0.5 * i for i in range(n)], "b": [None if i == 3 else i * i for i in range(n)],
        "word": ["uvw"[i % 3] for i in range(n)],
        "when": [datetime.datetime(2021, 1, 1) + datetime.timedelta(hours=31 * i) for i in range(n)],
    }  # fmt: skip
    table = read_table(frame)
    kinds = {
        "csv": "text",
        "xlsx": "xlsx",
        "parquet": "parquet",
        "feather": "arrow",
        "jsonl": "jsonl",
        "npz": "npz",
        "mat": "mat",
    }
    found = {end: with_columns(table, (), kind) for end, kind in kinds.items()}
    found["tsv"] = b"a\tb\tword\tx\n" + b"".join(
        f"{i}\t{i / 7:.3f}\t{'uvw'[i % 3]}\t{'NA' if i % 5 == 2 else i * 3}\n".encode() for i in range(40)
    )
    found["csv"] = "Titel\nnr;größe;wann;art\n;mm;;\n".encode() + b"".join(
        f'{i};{i / 7:.3f};0{1 + i % 9}.02.2021;"x{i % 3}"\n'.replace(".", ",", 1).encode() for i in range(n)
    )
    model = flow.train(frame, "b", hidden=(2,), epochs=1, decay=0.0, kinds={"word": "text"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.chainrule"
        model.save(path)
        found["chainrule"] = path.read_bytes()
    return found


def mutated(data: bytes, name: str, rng: random.Random) -> bytes:
    """A few bytes changed, put in, taken out or repeated; in a zip, inside one of its members as often as outside."""
    if data.startswith(b"PK") and rng.random() < 0.7:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            items = old.infolist()
            chosen = rng.choice(
                [i for i in items if "sheet" in i.filename or "shared" in i.filename or rng.random() < 0.3]
                or items
            )
            for item in items:
                content = old.read(item)
                new.writestr(item.filename, _bytes(content, rng) if item is chosen else content)
        return out.getvalue()
    if name == "chainrule" and rng.random() < 0.7:
        return _model(data, rng)
    return _bytes(data, rng)


def _bytes(data: bytes, rng: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at, kind = rng.randrange(len(made) + 1), rng.random()
        if kind < 0.35:
            made[at : at + 1] = bytes([rng.randrange(256)])
        elif kind < 0.65:
            made[at:at] = rng.choice(TOKENS)
        elif kind < 0.8:
            del made[at : at + rng.randrange(1, 40)]
        elif kind < 0.95:
            other = rng.randrange(len(made) + 1)
            made[at:at] = made[other : other + rng.randrange(1, 60)]
        else:
            del made[at:]
    return bytes(made)


def _model(data: bytes, rng: random.Random) -> bytes:
    """The header's JSON stays JSON of a right length, one value of it another."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    places: list[tuple[Any, Any]] = []
    inner = {k: json.loads(v) for k, v in header["__metadata__"].items() if v[:1] in "{["}

    def walk(value: Any) -> None:
        for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            places.append((value, key))
            walk(value[key])

    walk(inner)
    holder, key = rng.choice(places)
    junk: list[Any] = [
        None,
        True,
        -1,
        0,
        1e308,
        10**30,
        "",
        "x" * 50,
        [],
        {},
        [[[[]]]],
        {"op": "affine"},
        "exp(exp(exp(x)))",
        0.5,
    ]
    holder[key] = rng.choice(junk)
    header["__metadata__"] |= {k: json.dumps(v) for k, v in inner.items()}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data[8 + size :]


def judged(path: str, name: str) -> str:
    """What became of the file: "read", a code; anything else raises."""
    from chainrule.errors import ChainruleError
    from chainrule.model import load
    from chainrule.table import read_table

    code, table = "read", None
    try:
        if name == "chainrule":
            model = load(path)
            model.predict({"a": [1.0, 2.0], "word": ["u", "q"], "when": ["2021-01-01", "2021-01-03"]})
            model.report()
        else:
            table = read_table(path, original=True)
            for column in table.columns:
                column.factor()
    except ChainruleError as error:
        str(error)
        code, table = error.code, None
    if name in ("csv", "tsv"):
        in_segments(path, table, code)
    return code


def in_segments(path: str, table: Any, code: str) -> None:
    """The same file as if it were a large one, which is read otherwise: the same table, or the same refusal."""
    from chainrule.errors import ChainruleError
    from chainrule.table import read_table, segments

    kept = segments.LEAST, segments.SEGMENT
    segments.LEAST, segments.SEGMENT = 1, 512
    try:
        other = read_table(path)
    except ChainruleError as error:
        assert error.code == code, (error.code, code)
        return
    finally:
        segments.LEAST, segments.SEGMENT = kept
    assert table is not None and other.names == table.names, code
    for a, b in zip(table.columns, other.columns, strict=True):
        assert (a.kind, a.type, a.levels) == (b.kind, b.type, b.levels), a.name
        assert all(x == y or x != x and y != y for x, y in zip(a.values, b.values, strict=True)), a.name


def _late(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {SECONDS:g} seconds")


def run(count: int, seed: int, keep: Path, timed: bool = True) -> Counter[str]:
    """Judge `count` files; the first that is answered by anything but a sentence is kept, and its exception goes on."""
    rng, good, found = random.Random(seed), seeds(), Counter[str]()
    names = list(good)
    if timed:
        signal.signal(signal.SIGALRM, _late)
    with tempfile.TemporaryDirectory() as folder:
        for i in range(count):
            name = names[i % len(names)]
            data = mutated(good[name], name, rng)
            path = os.path.join(folder, f"f.{name}")
            Path(path).write_bytes(data)
            began = time.perf_counter()
            try:
                if timed:
                    signal.setitimer(signal.ITIMER_REAL, SECONDS)
                found[judged(path, name)] += 1
            except BaseException:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{seed}-{i}.{name}").write_bytes(data)
                raise
            finally:
                if timed:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            if time.perf_counter() - began > SECONDS:
                raise TimeoutError(f"{name}, file {i}: {time.perf_counter() - began:.1f} s")
    return found


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("count", type=int)
    asked.add_argument("--seed", type=int, default=0)
    given = asked.parse_args()
    faulthandler.enable()  # a crash of a library says where; a file in the system's temporary folder is the one at fault
    seeds()  # everything is imported before memory is limited
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    found = run(given.count, given.seed, Path("build/fuzz"))
    for code, times in found.most_common():
        print(f"{times:8d}  {code}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{given.count} files: a table, a model or a sentence each; peak memory {peak} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
