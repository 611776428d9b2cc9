"""Every rule and function with numbers to run it on; as a script, prints digests of the results.

Points: zeros of both signs, tiny and huge values, saturation, kinks, infinities, NaN, and random numbers of every size.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from chainrule.engine import programs
from chainrule.engine.isa import native, place
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.bytecode import OPCODES
from chainrule.rules.losses import LOSSES
from chainrule.rules.optimizers import CLIPS, OPTIMIZERS, PENALTIES

ACTIVATION, LOSS, OPTIMIZER, PENALTY, CLIP = range(5)
FUNCTIONS = ("exp", "log", "tanh", "erf", "expm1", "log1p", "sin", "cos", "sqrt", "abs", "sign", "floor")
DTYPES = ("float32", "float64")


@dataclass(frozen=True)
class Case:
    """One part of one row: its letters in the order of the compiled form, and what is needed to read its text."""

    name: str
    kind: int
    row: int  # its place in the kernel
    part: int
    letters: tuple[str, ...]
    knobs: dict[str, float]
    program: programs.Native
    formulas: dict[str, object]  # letter handed back -> Expression
    whole: bool = False  # runs over everything at once


def cases() -> Iterator[Case]:
    for a in ACTIVATIONS.values():
        for part, (program, formula) in enumerate(
            zip(programs.of_activation(a), (a.forward, a.backward), strict=True)
        ):
            letters = ("s", "y", "dy") if part else ("s",)
            name = f"{a.name}.{('forward', 'backward')[part]}"
            yield Case(name, ACTIVATION, place(a), part, letters, dict(a.knobs), program, {"result": formula})
    for loss in LOSSES.values():
        parts = (loss.forward, loss.gradient, loss.curvature)
        for part, (program, formula) in enumerate(zip(programs.of_loss(loss), parts, strict=True)):
            letters = ("s", "y", "t") if part else ("s" if loss.link else "y", "t")
            name = f"{loss.name}.{('value', 'gradient', 'curvature')[part]}"
            yield Case(name, LOSS, place(loss), part, letters, dict(loss.knobs), program, {"result": formula})
    for o in OPTIMIZERS.values():
        for k in (1.0, 7.0, 12345.0):
            knobs = {**o.knobs, "k": k, "lr": 0.013, "decay": 0.02, "E": 0.4}
            formulas = dict.fromkeys(("w", *o.state))
            letters = ("w", "g", *o.state)
            yield Case(
                f"{o.name} at k={k:g}",
                OPTIMIZER,
                place(o),
                0,
                letters,
                knobs,
                programs.of_optimizer(o),
                formulas,
            )
    for p in PENALTIES.values():
        for part, (program, formula) in enumerate(
            zip(programs.of_penalty(p), (p.forward, p.gradient), strict=True)
        ):
            yield Case(
                f"{p.name}.{part}",
                PENALTY,
                place(p),
                part,
                ("w",),
                {p.name: 0.3},
                program,
                {"result": formula},
            )
    for c in CLIPS.values():
        yield Case(
            f"clip {c.name}",
            CLIP,
            place(c),
            0,
            ("g",),
            {"limit": 0.7},
            programs.of_clip(c),
            {"result": c.rule},
            True,
        )


def arrays(case: Case, dtype: str, hard: bool = True) -> dict[str, np.ndarray]:
    """Rows (23, 37) of numbers for each letter; with `hard`, infinities, NaN and the ends of the range among them."""
    rng = np.random.default_rng(7)
    made = {}
    for letter in case.letters:
        x = rng.standard_normal((23, 37)) * np.exp(rng.uniform(-8, 3, (23, 37)))
        x.flat[:10] = [0.0, -0.0, 1.0, -1.0, 30.0, -30.0, 1e-30, -1e-30, 0.5, 2.0]
        if hard and case.kind != CLIP:
            x[20:22] = rng.choice([1e3, -1e3, 1e30, -1e30, np.inf, -np.inf, np.nan, 0.0, 1.0], (2, 37))
        if letter in ("v", "u"):  # means of squares
            x = np.abs(x)
        made[letter] = x.astype(dtype)
    return made


def compiled(case: Case, values: dict[str, np.ndarray]) -> list[np.ndarray]:
    given = [values[letter] for letter in case.letters]
    return list(
        native().rule(case.kind, case.row, case.part, list(case.knobs.values()), given, len(case.formulas))
    )


def interpreted(case: Case, values: dict[str, np.ndarray]) -> list[np.ndarray]:
    return case.program(case.knobs, values)


def points(dtype: str, count: int = 20000) -> np.ndarray:
    """Numbers of every size and bit pattern, many near 0 and near 1, multiples of π/2, both ends of every range."""
    rng = np.random.default_rng(11)
    info = np.finfo(dtype)
    bits = rng.integers(0, 2**info.bits, count, dtype=f"uint{info.bits}").view(dtype)
    edges = np.array(
        [0.0, -0.0, 1, -1, np.inf, -np.inf, np.nan, info.tiny, -info.tiny, info.smallest_subnormal, info.max, -info.max,
         0.625, -0.625, 0.3466, 88.7, -103.9, 709.7, -745.1, 16, -18, -38, 1 - info.epsneg, 1 + info.eps], dtype,
    )  # fmt: skip
    with np.errstate(over="ignore"):
        most = 750 if info.bits == 64 else 105
        parts = [
            bits,
            rng.standard_normal(count) * np.exp(rng.uniform(-12, 2.5, count)),
            rng.uniform(-most, most, count),
            1 + rng.standard_normal(count) * np.exp(rng.uniform(-15, 0, count)),
            rng.integers(1, 200, count) * (np.pi / 2),
            edges,
        ]
        return np.concatenate([np.asarray(p).astype(dtype) for p in parts])


def function(name: str, a: np.ndarray, b: np.ndarray | None = None) -> np.ndarray:
    flat = np.ascontiguousarray(a).reshape(1, -1)
    other = flat if b is None else np.ascontiguousarray(b).reshape(1, -1)
    return native().function(OPCODES.index(name), flat, other).reshape(a.shape)


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal bit for bit; of NaN only that they stand at the same places."""
    both = np.isnan(a) & np.isnan(b)
    a, b = np.ascontiguousarray(a), np.ascontiguousarray(b)
    return bool(np.all(both | (a.view(f"u{a.itemsize}") == b.view(f"u{b.itemsize}"))))


def digest(a: np.ndarray) -> str:
    plain = np.ascontiguousarray(a).copy()
    plain[np.isnan(plain)] = np.nan  # of a NaN only that it is one
    return hashlib.sha256(plain.tobytes()).hexdigest()[:16]


def digests() -> dict[str, list[str]]:
    """What -> digests of its results, for every function and every rule, in both precisions."""
    made = {"isa": [native().isa()]}
    for dtype in DTYPES:
        x = points(dtype, 4000)
        for name in FUNCTIONS:
            made[f"{name} {dtype}"] = [digest(function(name, x))]
        turned = np.random.default_rng(5).permutation(x)
        for name in ("**", "min", "max"):
            made[f"{name} {dtype}"] = [digest(function(name, x, turned))]
        for case in cases():
            values = arrays(case, dtype)
            made[f"{case.name} {dtype}"] = [
                digest(r) for r in (*compiled(case, values), *interpreted(case, values))
            ]
    return made


if __name__ == "__main__":
    print(json.dumps(digests()))
