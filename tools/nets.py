"""Networks with drawn weights over a table of numbers, labels, yes/no and missing cells: what equations are held against.

Nothing is trained: an equation must agree with `predict` for any weights.
"""

from datetime import datetime, timedelta

import numpy as np

from chainrule.encoding import Encoding
from chainrule.engine.reference import Reference
from chainrule.model import Model
from chainrule.plan import make_plan
from chainrule.table import Table, read_table

TARGETS = {"regression": "price", "binary": "sold", "multiclass": "sort"}


def table(rows: int = 60, seed: int = 1) -> Table:
    """Numbers (two with missing cells, one in Chinese), a yes/no with missing cells, two columns of labels."""
    draw = np.random.default_rng(seed)
    words = draw.choice(["red", "Red", "light blue", 'a "quoted" one'], rows)
    columns = {
        "width (cm)": draw.normal(170.0, 8.0, rows).tolist(),
        "年龄": [None if k % 7 == 3 else float(v) for k, v in enumerate(draw.integers(18, 80, rows))],
        "exp": draw.normal(-3.0, 0.001, rows).tolist(),
        "smoker": [
            None if k % 11 == 5 else v for k, v in enumerate(draw.choice(["no", "yes"], rows).tolist())
        ],
        "colour": [None if k % 13 == 7 else v for k, v in enumerate(words.tolist())],
        "城市": draw.choice(["北京", "上海", "广州"], rows).tolist(),
        "price": draw.normal(5000.0, 900.0, rows).tolist(),
        "sold": draw.choice(["no", "yes"], rows).tolist(),
        "sort": draw.choice(["A", "B", "C & D"], rows).tolist(),
    }
    return read_table(columns)


ENCODED = ("dates", "quantile", "power", "components", "targets", "text")


def measured(rows: int = 60, seed: int = 3) -> Table:
    """Moments over three years (some missing, leap days among them), skewed numbers, notes in two languages, two targets."""
    draw = np.random.default_rng(seed)
    first = datetime(2019, 1, 1)
    when = [first + timedelta(seconds=int(s)) for s in draw.integers(0, 3 * 366 * 86400, rows)]
    when[:4] = [datetime(2020, 2, 29, 23, 59, 59), datetime(2020, 12, 31, 12), datetime(2019, 12, 31), first]
    notes = ["fine, no wind", "Rain and cold WIND", "小雨转晴", "snow-drifts on the northern road", ""]
    skewed = draw.gamma(1.5, 4.0, rows)
    columns = {
        "when": [None if k % 9 == 4 else v for k, v in enumerate(when)],
        "load": [None if k % 7 == 2 else float(v) for k, v in enumerate(skewed)],
        "change": draw.standard_t(3, rows).tolist(),
        "site": draw.choice(["a", "b"], rows).tolist(),
        "note": [notes[k] for k in draw.integers(0, len(notes), rows)],
        "yield": (np.exp(0.3 * draw.normal(size=rows)) * (1 + skewed)).tolist(),
        "loss": draw.normal(5.0, 2.0, rows).tolist(),
    }
    return read_table(columns, kinds={"note": "text"})


def encoded(kind: str, hidden: tuple[int, ...] = (3,), rows: int = 60) -> tuple[Model, Table]:
    """A model whose columns go through the steps that are no straight line, and its table."""
    whole = measured(max(rows, 60))
    keep = {"dates": ["when", "site"], "text": ["note", "load"]}.get(kind, ["load", "change", "site"])
    keep += ["when"] if kind == "components" else []
    target = ("yield", "loss") if kind == "targets" else ("yield",)
    used = whole.drop([c.name for c in whole.columns if c.name not in (*keep, *target)])
    scale = kind if kind in ("quantile", "power") else "standard"
    encoding = Encoding.fit(used, target if len(target) > 1 else target[0], "regression", scale=scale, target_scale=scale,
                            pca=3 if kind == "components" else None, keep=keep)  # fmt: skip
    plan = make_plan(
        encoding.numeric, encoding.outputs, hidden, levels=encoding.levels, activation="tanh", loss="squared"
    )
    weights = np.random.default_rng(5).normal(0.0, 0.7, plan.size).astype(np.float32)
    facts = {"target": ", ".join(target), "task": "regression", "missing": [], "program": {}}
    return Model(plan, encoding, weights, {}, facts, Reference()), used.take(np.arange(rows))


def model(
    task: str = "regression", activation: str = "tanh", hidden: tuple[int, ...] = (3,), size: float = 1.0,
    output: str | None = None, formulas: dict[str, str] | None = None, given: Table | None = None, seed: int = 5,
) -> Model:  # fmt: skip
    """A model of `table()` whose scores are about `size`. `output` is the output's activation, with squared loss."""
    whole = table() if given is None else given
    target = TARGETS[task]
    whole = whole.drop([name for name in TARGETS.values() if name != target and name in whole])
    encoding = Encoding.fit(whole, target, task, formulas=formulas)
    loss = {"regression": "squared", "binary": "binary_cross_entropy", "multiclass": "cross_entropy"}[task]
    plan = make_plan(encoding.numeric, encoding.outputs, hidden, levels=encoding.levels, activation=activation,
                     loss="squared" if output else loss, output=output)  # fmt: skip
    weights = np.random.default_rng(seed).normal(0.0, size, plan.size).astype(np.float32)
    facts = {"target": target, "task": task, "missing": [], "program": {}}
    return Model(plan, encoding, weights, {}, facts, Reference())
