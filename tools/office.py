"""Lets LibreOffice compute the workbooks of equations and Octave their functions, and compares with `predict`.

    python tools/office.py FOLDER

Every activation, scores of ±800 among them, missing cells, labels never seen. Exits 1 where a number is off by more
than 1e-9 of the largest, or where a cell holds an error.
"""

import io
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import nets
import numpy as np
import openpyxl

from chainrule.explain.equation import equation
from chainrule.explain.equation.checking import predicted
from chainrule.explain.equation.excel import cells, single_cells
from chainrule.model import Model
from chainrule.rules.activations import ACTIVATIONS
from chainrule.table import Table, read_table

WORST = 1e-9


def cases() -> dict[str, tuple[Model, Table]]:
    """Every activation in hidden layers, every task, small scores and ones that go to ±800 and beyond; every encoding."""
    made: dict[str, Model] = {}
    for row in ACTIVATIONS.values():
        if row.output:
            continue
        for size in (1.0, 300.0):
            for task in nets.TARGETS:
                made[f"{row.name}_{task}_{size:g}"] = nets.model(task, row.name, size=size)
    made["linear"] = nets.model("regression", hidden=())
    made["sigmoid_output"] = nets.model("regression", "tanh", output="sigmoid")
    made["formula"] = nets.model("regression", "elu", (4, 3), formulas={"年龄": "log1p(x)"})
    given = rows()
    return {k: (m, given) for k, m in made.items()} | {
        k: nets.encoded(k) for k in nets.ENCODED if k != "text"
    }


def rows() -> Table:
    """The table, and in its first rows labels that no training row had."""
    given = nets.table()
    strange = given["colour"].values.copy()
    strange[:2] = ["green", "RED"]
    columns = {c.name: (strange if c.name == "colour" else c.values).tolist() for c in given.columns}
    return read_table(columns)


def by_office(folder: Path, found: dict[str, tuple[Model, Table]]) -> list[str]:
    """The faults of the workbooks after LibreOffice has computed every cell."""
    books = folder / "books"
    books.mkdir(parents=True, exist_ok=True)
    alone = set()
    for name, (model, table) in found.items():
        made = equation(model, table)
        whole = made.form("xlsx")
        assert isinstance(whole, bytes)
        book = openpyxl.load_workbook(io.BytesIO(whole))
        singles = list(single_cells(made.folded).values())
        for formula in singles:
            book.worksheets[0].cell(2, book.worksheets[0].max_column + 1, formula)
        alone |= {name} if singles else set()
        book.save(books / f"{name}.xlsx")
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "computed")]
    subprocess.run(
        [*command, *map(str, sorted(books.glob("*.xlsx")))],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=900,
    )
    faults = []
    for name, (model, table) in found.items():
        book = openpyxl.load_workbook(folder / "computed" / f"{name}.xlsx", data_only=True)
        lines = list(book.worksheets[0].iter_rows(values_only=True))
        theirs = predicted(model, table, double=True)
        answers = [
            k - theirs.shape[1] for k, text in enumerate(lines[0]) if str(text).startswith("predict: ")
        ]
        first = answers[0] if answers else 0
        ours = np.array(
            [[line[first + k] for k in range(theirs.shape[1])] for line in lines[1:]], dtype=object
        )
        faults += compare(name, ours, theirs)
        wrong = [v for line in lines for v in line if isinstance(v, str) and v.startswith(("#", "Err:"))]
        faults += [f"{name}: a cell holds {wrong[0]}"] if wrong else []
        single = [line[-theirs.shape[1] :] for line in lines[1:2]] if name in alone else []
        faults += (
            compare(f"{name}, one cell", np.array(single, dtype=object), theirs[:1], theirs) if single else []
        )
    return faults


def by_octave(folder: Path, found: dict[str, tuple[Model, Table]]) -> list[str]:
    """The faults of the functions as Octave computes them, all rows in one call."""
    place = folder / "octave"
    place.mkdir(parents=True, exist_ok=True)
    faults = []
    for name, (model, table) in found.items():
        made = equation(model, table)
        word = f"net_{name}"
        text = made.form("matlab", name=word)
        assert isinstance(text, str)
        (place / f"{word}.m").write_text(text, "utf-8")
        arguments = []
        for given in made.folded.inputs:
            values = cells(table, given, table.rows)
            if given.takes == "date":
                days = [
                    None if v is None else 719529 + (v - datetime(1970, 1, 1)) / timedelta(days=1)
                    for v in values
                ]
                arguments.append("[" + ";".join("NaN" if v is None else repr(v) for v in days) + "]")
            elif given.takes == "number":
                arguments.append("[" + ";".join("NaN" if v is None else repr(v) for v in values) + "]")
            else:
                texts = ["''" if v is None else "'" + v.replace("'", "''") + "'" for v in values]
                arguments.append("{" + ";".join(texts) + "}")
        theirs = predicted(model, table, double=True)
        outputs = ", ".join(f"y{k}" for k in range(theirs.shape[1]))
        program = f"[{outputs}] = {word}({', '.join(arguments)});\nprintf('%.17g\\n', [{outputs}]');\n"
        (place / f"run_{name}.m").write_text(program, "utf-8")
        done = subprocess.run(["octave-cli", "--quiet", "--norc", f"run_{name}.m"], cwd=place, capture_output=True,
                              text=True, timeout=120, check=False)  # fmt: skip
        if done.returncode:
            faults.append(f"{name}: Octave says {done.stderr.strip()[:300]}")
            continue
        ours = np.array([float(v) for v in done.stdout.split()]).reshape(theirs.shape)
        faults += compare(f"{name}.m", ours, theirs)
    return faults


def compare(name: str, ours: np.ndarray, theirs: np.ndarray, among: np.ndarray | None = None) -> list[str]:
    """A sentence where a number is off by more than WORST of the largest, of `among` where one row alone is compared."""
    if ours.shape != theirs.shape or not all(isinstance(v, int | float) for v in ours.ravel().tolist()):
        return [f"{name}: {ours.shape} cells, some without a number; wanted {theirs.shape}"]
    worst = float(np.max(np.abs(ours.astype(float) - theirs))) / max(
        1e-300, float(np.max(np.abs(theirs if among is None else among)))
    )
    print(f"{name:40} {worst:.2g}")
    return [] if worst <= WORST else [f"{name}: off by {worst:.2g} of the largest"]


if __name__ == "__main__":
    where = Path(sys.argv[1])
    nets_found = cases()
    found_faults = by_office(where, nets_found) + by_octave(where, nets_found)
    print(
        "\n".join(found_faults)
        or f"{len(nets_found)} equations agree with predict in LibreOffice and in Octave."
    )
    sys.exit(bool(found_faults))
