"""a name -> a real table as CSV, from scikit-learn's bundle: nothing is downloaded."""

from dataclasses import dataclass
from typing import Any

from ..errors import ChainruleError
from ..messages import say
from . import console
from .grammar import near, quoted


@dataclass(frozen=True)
class Bundled:
    rows: int
    columns: int
    target: str
    task: str
    about: str  # a code of the catalogue


# kept here so that the list needs no scikit-learn; a test holds it to the tables themselves
BUNDLED: dict[str, Bundled] = {
    "diabetes": Bundled(442, 11, "progression", "regression", "CR-2051"),
    "iris": Bundled(150, 5, "species", "multiclass", "CR-2052"),
    "wine": Bundled(178, 14, "cultivar", "multiclass", "CR-2053"),
    "breast_cancer": Bundled(569, 31, "diagnosis", "binary", "CR-2054"),
    "digits": Bundled(1797, 65, "digit", "multiclass", "CR-2055"),
    "linnerud": Bundled(20, 6, "pulse", "regression", "CR-2056"),
}

SERUM = {"s1": "total_cholesterol", "s2": "ldl", "s3": "hdl", "s4": "cholesterol_ratio", "s5": "log_triglycerides",
         "s6": "glucose"}  # fmt: skip


def dataset(name: str | None, out: str | None) -> None:
    """Write the table `name`, or list what there is."""
    if name is None:
        if out is not None:
            raise ChainruleError("CR-2028", option="--out", needs="NAME", command="chainrule dataset")
        return listing()
    key = name.lower().replace("-", "_")
    if key not in BUNDLED:
        raise ChainruleError("CR-2050", name=name, known=", ".join(BUNDLED), near=near(key, BUNDLED))
    data = csv_bytes(table(key))
    if out == "-":
        return console.put_bytes(data)
    path = out or f"{key}.csv"
    entry = BUNDLED[key]
    if not same(path, data):
        from ..table.writing import write_whole

        write_whole(path, data)
    about = say("CR-2058", file=path, rows=entry.rows, columns=entry.columns, about=say(entry.about))
    console.say_out(about)
    console.say_out(say("CR-2059", command=f"chainrule train {quoted(path)} --target {entry.target}"))


def same(path: str, data: bytes) -> bool:
    """Whether the file already holds these bytes; a file that holds others is never overwritten."""
    try:
        with open(path, "rb") as stream:
            if stream.read() == data:
                return True
    except FileNotFoundError:
        return False
    except OSError:
        return False  # a folder, or not readable: writing says why
    raise ChainruleError("CR-2057", file=path)


def listing() -> None:
    width = max(map(len, BUNDLED)) + 2
    console.say_out(say("CR-2060"))
    for name, entry in BUNDLED.items():
        facts = say("CR-2061", rows=entry.rows, columns=entry.columns, task=entry.task, target=entry.target)
        console.say_out(f"  {name:{width}}{facts}")
        console.say_out(f"  {'':{width}}{say(entry.about)}")
    console.say_out(say("CR-2059", command="chainrule dataset diabetes"))


def table(name: str) -> dict[str, list[Any]]:
    """The columns of one bundled table, the target last, classes by name."""
    from sklearn import datasets

    loaded = (
        datasets.load_diabetes(scaled=False) if name == "diabetes" else getattr(datasets, f"load_{name}")()
    )
    names = [str(n) for n in loaded.feature_names]
    columns = {n: loaded.data[:, j].tolist() for j, n in enumerate(names)}
    target = BUNDLED[name].target
    if name == "diabetes":
        columns = {SERUM.get(n, n): v for n, v in columns.items()}
        columns[target] = loaded.target.tolist()
    elif name == "linnerud":
        columns = {n.lower(): v for n, v in columns.items()}
        columns |= {str(n).lower(): loaded.target[:, j].tolist() for j, n in enumerate(loaded.target_names)}
    elif name == "digits":
        columns[target] = loaded.target.tolist()
    else:
        classes = [{"class_0": "first", "class_1": "second", "class_2": "third"}.get(str(c), str(c))
                   for c in loaded.target_names]  # fmt: skip
        columns = {
            n.replace(" (cm)", "_cm").replace("/", "_per_").replace(" ", "_"): v for n, v in columns.items()
        }
        columns[target] = [classes[int(c)] for c in loaded.target]
    return columns


def csv_bytes(columns: dict[str, list[Any]]) -> bytes:
    """The columns as UTF-8 CSV; whole numbers without a point."""
    import csv
    import io

    def cell(value: Any) -> str:
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(v) for v in row] for row in zip(*columns.values(), strict=True))
    return text.getvalue().encode()
