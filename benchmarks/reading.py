"""Is reading and encoding a census-like CSV of 10⁶ × 15 within twice pyarrow.csv alone, in three times the result?

Check: every number and label of a part is the one written. Time: ours and pyarrow's in turn, both with the threads
they choose. Memory: the peak of the process above what it had before, beside the encoded array.

    python benchmarks/reading.py [rows]
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

COLUMNS = ("age", "work", "weight", "school", "years", "marital", "job", "relation", "race", "sex", "gain", "loss",
           "hours", "country", "income")  # fmt: skip


def write(path: Path, rows: int) -> None:
    """Numbers and labels distributed as in the census of 1994: six numbers, eight categories with gaps, two classes."""
    import pyarrow as pa
    import pyarrow.csv as pacsv

    rng = np.random.default_rng(0)

    def label(prefix: str, count: int, gaps: float = 0.0) -> list[str]:
        names = np.array([f"{prefix}-{k}" for k in range(count)] + ["?"])
        p = 1 / np.arange(1, count + 1)
        found = rng.choice(count, rows, p=p / p.sum())
        return list(names[np.where(rng.random(rows) < gaps, count, found)])

    gain = np.where(rng.random(rows) < 0.08, rng.integers(100, 99999, rows), 0)
    table = {
        "age": rng.integers(17, 91, rows), "work": label("Self-emp", 8, 0.056), "weight": rng.integers(12285, 1484705, rows),
        "school": label("Some-college", 16), "years": rng.integers(1, 17, rows), "marital": label("Married-civ", 7),
        "job": label("Prof-specialty", 14, 0.057), "relation": label("Not-in-family", 6), "race": label("Asian-Pac", 5),
        "sex": label("sex", 2), "gain": gain, "loss": np.where(rng.random(rows) < 0.047, rng.integers(155, 4356, rows), 0),
        "hours": rng.integers(1, 100, rows), "country": label("United-States", 41, 0.018), "income": label("<=50K", 2),
    }  # fmt: skip
    pacsv.write_csv(pa.table(table), path, pacsv.WriteOptions(quoting_style="none"))  # as the census file is


def ours(path: Path) -> tuple[object, int]:
    from chainrule.encoding import Encoding
    from chainrule.table import read_table

    table = read_table(path)
    encoded = Encoding.fit(table, "income").apply(table)
    size = encoded.x.nbytes + (0 if encoded.codes is None else encoded.codes.nbytes)
    return encoded, size + (0 if encoded.t is None else encoded.t.nbytes)


def theirs(path: Path) -> object:
    import pyarrow.csv as pacsv

    return pacsv.read_csv(path)


def check(path: Path) -> None:
    import csv

    from chainrule.table import read_table

    table = read_table(path)
    with open(path, encoding="utf-8") as stream:
        for i, row in zip(range(2000), csv.DictReader(stream), strict=False):
            for name in COLUMNS:
                value = table[name].values[i]
                assert (value is None and row[name] == "?") or str(row[name]) in (
                    str(value),
                    str(int(value)) if not isinstance(value, str) else "",
                )


def peak(path: Path) -> tuple[int, int]:
    """(bytes of the encoded array, bytes of the process above its start) in a new process: a heap that others have left
    would be counted as there before."""
    told = subprocess.run(
        [sys.executable, __file__, "--peak", str(path)], check=True, capture_output=True, text=True
    )
    size, above = told.stdout.split()
    return int(size), int(above)


def measure(path: Path) -> None:
    """Print both numbers of this process, after a small table has imported whatever is imported on the way."""
    small = path.with_suffix(".small.csv")
    write(small, 1000)
    ours(small)
    before = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    Path("/proc/self/clear_refs").write_text("5")
    _, size = ours(path)
    high = next(
        int(line.split()[1]) << 10
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmHWM")
    )
    print(size, high - before)


def main() -> int:
    if sys.argv[1:2] == ["--peak"]:
        measure(Path(sys.argv[2]))
        return 0
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    times: dict[str, list[float]] = {"ours": [], "pyarrow": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "census.csv"
        write(path, rows)
        size, above = peak(path)
        check(path)
        for _ in range(4):
            for name, run in (("pyarrow", theirs), ("ours", ours)):
                began = time.perf_counter()
                run(path)
                times[name].append(time.perf_counter() - began)
        print(f"{rows} rows x {len(COLUMNS)}, {path.stat().st_size / 1e6:.0f} MB of CSV")
    for name, found in times.items():
        print(f"  {name:8} median {statistics.median(found):.3f} s, min {min(found):.3f} s")
    print(
        f"  ratio of medians {statistics.median(times['ours']) / statistics.median(times['pyarrow']):.2f} (wanted: at most 2)"
    )
    print(
        f"  encoded {size / 1e6:.0f} MB; peak {above / 1e6:.0f} MB above the start, {above / size:.2f} times (wanted: at most 3)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
