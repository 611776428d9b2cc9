"""The error surface of one neuron with weight and bias, and the path down it for three rates."""

import numpy as np

from ...batches.source import Source
from ...engine.reference import Reference
from ...messages import say
from ...page.page import Table
from ...plan import Plan, make_plan
from ..typed import textbook_settings
from .landscape import contour, descent, losses
from .parts import Lesson

ROWS = Source(np.array([[-2, -1, 0, 1, 2]], dtype=float).T, np.array([[0.3, 0.35, 0.55, 0.6, 0.7]]).T)
START, STEPS = (-1.5, 1.5), 25
RATES = {"slow": 0.2, "good": 2.0, "high": 5.4}
ACROSS, UP = (-2.0, 3.0), (-2.0, 2.0)


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2502"), say("CR-2503", count=STEPS, **RATES))
    plan = make_plan(1, 1, precision="float64", **textbook_settings({"lr": 1.0, "reduce_rows": "sum"}))
    walked = {name: descent(plan, START, ROWS, STEPS, rate) for name, rate in RATES.items()}
    labels = {
        "slow": say("CR-2506", rate=RATES["slow"]),
        "good": say("CR-2507", rate=RATES["good"]),
        "high": say("CR-2508", rate=RATES["high"]),
    }
    across, up = np.linspace(*ACROSS, 61), np.linspace(*UP, 49)
    points = np.array([[w, b] for b in up for w in across])
    z = losses(plan, points, ROWS).reshape(len(up), len(across))
    bottom, depth = descent(plan, START, ROWS, 400, RATES["good"])
    lowest = (float(bottom[-1, 0]), float(bottom[-1, 1]))
    section = lesson.told(say("CR-2504"))
    section.items.append(
        contour(
            z, ACROSS, UP, ("w", "b"), {labels[k]: v[0] for k, v in walked.items()}, lowest, say("CR-2510")
        )
    )
    section.say(say("CR-2505", low=float(depth[-1]), w=lowest[0], b=lowest[1]))
    limit = curvature(plan, lowest)
    section.say(say("CR-2511", curvature=limit, limit=2 / limit))
    shown = [0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25]
    rows: tuple[tuple[str | float, ...], ...] = tuple(
        (str(k), *(float(walked[name][1][k]) for name in RATES)) for k in shown
    )
    lesson.told(say("CR-2509")).items.append(Table((say("CR-1931"), *labels.values()), rows))
    lesson.page.digits = 6
    lesson.page.facts = {
        "rates": RATES,
        "minimum": [*lowest, float(depth[-1])],
        "limit": 2 / limit,
        "losses": {name: heights.tolist() for name, (_, heights) in walked.items()},
    }


def curvature(plan: Plan, at: tuple[float, float]) -> float:
    """The largest eigenvalue of the loss's second derivatives, by differences of the gradient."""
    h, engine, rows = 1e-5, Reference(), ROWS.batch(slice(None), plan=plan)
    shifts = h * np.eye(2)
    columns = [
        (engine.gradient(plan, np.array([at]) + s, rows).grad_sum[0] - engine.gradient(plan, np.array([at]) - s, rows).grad_sum[0])
        / (2 * h)
        for s in shifts
    ]  # fmt: skip
    return float(np.linalg.eigvalsh(np.array(columns)).max())
