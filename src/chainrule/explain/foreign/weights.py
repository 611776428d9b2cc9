"""a file of weights (.npz, .safetensors, .mat) -> a network, once it is clear which way its matrices lie.

Read are plain arrays only: nothing in a file is executed. Which array is which is told by its name (W1, fc.weight, IW,
coef_0, Theta1 …; b1, fc.bias, intercept_0 …), which way a matrix lies by what it must fit, and where both ways fit it is
asked. A file holds no activation, so that is asked too.
"""

import itertools
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

import numpy as np

from ...encoding import Affine, Encoding, Lookup, Path, Target
from ...engine.reference import Reference
from ...errors import ModelError
from ...messages import because, say
from ...model import Model
from ...plan import Plan
from ..typed import Open, flat_of, textbook_settings

Array = np.ndarray[Any, Any]
ENDINGS = (".npz", ".npy", ".safetensors", ".mat")
LARGEST, MOST_LAYERS = 50_000_000, 64  # numbers in a file, layers
_BIAS = re.compile(r"(^|[^a-z])(b|bias|biases|intercepts?|offset)($|[^a-z])")
_THRESHOLD = re.compile(r"(^|[^a-z])(thresholds?|gamma|th)($|[^a-z])")
_WEIGHT = re.compile(r"(^|[^a-z])(w|weights?|kernel|coefs?|v|u|iw|lw|theta|syn)($|[^a-z])")
_UNITS = re.compile(r"\.weight$|^iw|^lw|(^|[^a-z])theta")  # a row is a unit: PyTorch, MATLAB, Ng
_INPUTS = re.compile(r"kernel|coefs?($|[^a-z])")  # a row is an input: Keras, scikit-learn


@dataclass(frozen=True)
class Weights:
    """What a file holds: matrices (two-dimensional) and vectors by name, scales of a MATLAB network, names left aside."""

    file: str
    matrices: Mapping[str, Array]
    biases: Mapping[str, Array]
    sign: float  # −1 where the vectors are thresholds
    rows: str | None  # "units" or "inputs" where the names say so
    scales: Mapping[str, tuple[Affine, ...]]
    aside: tuple[str, ...]


def is_weights(file: str | os.PathLike[str]) -> bool:
    """Whether the name of a file says that it holds weights alone; a model saved under such a name is no such file."""
    ending = File(file).suffix.lower()
    if ending == ".safetensors":
        try:
            with open(file, "rb") as stream:
                return b'"chainrule-model"' not in stream.read(400)
        except OSError:
            return True
    return ending in ENDINGS


def read_weights(file: str | os.PathLike[str]) -> Weights:
    """Raises ModelError CR-2372 where the file cannot be read, CR-2373 where it holds no weights."""
    shown, path = os.fspath(file), File(file)
    arrays, scales = _arrays(path, shown)
    named = {name: np.asarray(a) for name, a in arrays.items() if np.asarray(a).dtype.kind in "fiub"}
    if sum(a.size for a in named.values()) > LARGEST:
        raise ModelError("CR-2372", file=shown, reason=f"> {LARGEST}")
    matrices, biases, thresholds = {}, {}, {}
    for name in sorted(named, key=_natural):
        word, array = _plain(name), np.asarray(named[name], dtype=float)
        flat = array.ndim == 1 or array.ndim == 2 and 1 in array.shape
        if flat and _BIAS.search(word):
            biases[name] = array.ravel()
        elif flat and _THRESHOLD.search(word):
            thresholds[name] = array.ravel()
        elif (
            array.ndim == 2 and (_WEIGHT.search(word) or not flat) or array.ndim == 1 and _WEIGHT.search(word)
        ):
            matrices[name] = array if array.ndim == 2 else array[:, None]
    weights = {name: a for name, a in matrices.items() if _WEIGHT.search(_plain(name))} or matrices
    if not weights or biases and thresholds or len(weights) > MOST_LAYERS:
        raise ModelError(
            "CR-2373", file=shown, names=", ".join(f"{n} {np.shape(a)}" for n, a in arrays.items())[:400]
        )
    for name, array in {**weights, **biases, **thresholds}.items():
        if not np.isfinite(array).all():
            raise ModelError("CR-2374", file=shown, name=name)
    words = [_plain(name) for name in weights]
    rows = (
        "units" if all(map(_UNITS.search, words)) else "inputs" if all(map(_INPUTS.search, words)) else None
    )
    used = {*weights, *biases, *thresholds}
    return Weights(shown, weights, biases or thresholds, -1.0 if thresholds else 1.0, rows, scales,
                   tuple(n for n in arrays if n not in used))  # fmt: skip


def _plain(name: str) -> str:
    """A name in small letters, digits apart: "W1" -> "w 1", "fc1.weight" -> "fc 1 .weight"."""
    return re.sub(r"(\d+)", r" \1 ", name.lower()).strip()


def _natural(name: str) -> tuple[Any, ...]:
    return tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"(\d+)", name.lower()) if p)


def _arrays(path: File, shown: str) -> tuple[dict[str, Any], dict[str, tuple[Affine, ...]]]:
    try:
        if path.suffix.lower() == ".safetensors":
            from safetensors.numpy import load_file

            return dict(load_file(path)), {}
        if path.suffix.lower() == ".mat":
            return _matlab(path)
        with open(path, "rb") as stream:
            found = np.load(stream, allow_pickle=False)
            return ({n: found[n] for n in found.files} if hasattr(found, "files") else {"w1": found}), {}
    except ModelError:
        raise
    except NotImplementedError:  # scipy says so of MATLAB's version 7.3
        raise ModelError("CR-2375", file=shown) from None
    except OSError as error:
        raise ModelError(
            "CR-2372", file=shown, reason=because(error) if error.errno else say("CR-2384")
        ) from None
    except Exception:  # a damaged file may raise anything at all
        raise ModelError("CR-2372", file=shown, reason=say("CR-2384")) from None


def _matlab(path: File) -> tuple[dict[str, Any], dict[str, tuple[Affine, ...]]]:
    """The variables of a .mat file; cells become name_1, name_2 …, the structs of `genFunction` become scales."""
    from scipy.io import loadmat

    arrays: dict[str, Any] = {}
    scales: dict[str, tuple[Affine, ...]] = {}
    for name, value in loadmat(path).items():
        if name.startswith("__"):
            continue
        if isinstance(value, np.ndarray) and value.dtype == object:
            cells = [c for c in value.ravel(order="F") if isinstance(c, np.ndarray) and c.size]
            arrays |= {f"{name}_{k}": cell for k, cell in enumerate(cells, 1)}
        elif isinstance(value, np.ndarray) and {"xoffset", "gain", "ymin"} <= set(value.dtype.names or ()):
            offset, gain, low = (
                np.asarray(value[part][0, 0], float).ravel() for part in ("xoffset", "gain", "ymin")
            )
            scales[name[:1].lower()] = tuple(
                Affine(float(o - low[0] / g), float(1 / g)) for o, g in zip(offset, gain, strict=True)
            )
        elif type(value).__name__ == "MatlabOpaque":
            raise ModelError("CR-2376", file=os.fspath(path), name=name)
        else:
            arrays[name] = value
    return arrays, scales


@dataclass(frozen=True)
class Layers:
    """Matrices as (inputs, units) and biases (units,) from the first layer to the last."""

    w: tuple[Array, ...]
    b: tuple[Array, ...] | None

    @property
    def sizes(self) -> tuple[int, ...]:
        return (self.w[0].shape[0], *(w.shape[1] for w in self.w))


def layers_of(weights: Weights, rows: str | None = None, inputs: int | None = None) -> Layers:
    """The layers in order. `rows` says what a row of a matrix holds, "units" or "inputs"; `inputs`: how many there are.

    Raises PlanError CR-1947 where both ways fit and it was not said, ModelError CR-2377 where none does.
    """
    wanted = rows or weights.rows
    ways = ("units", "inputs") if wanted is None else (wanted,)
    natural = tuple(range(len(weights.matrices)))
    counted = all(
        any(c.isdigit() for c in name) for name in weights.matrices
    )  # W1, W2: the names say the order
    orders = itertools.permutations(natural) if len(natural) <= 5 and not counted else ()
    found: dict[str, Layers] = {}
    for order in (natural, *orders):  # another order than that of the names only where that one does not fit
        found = {way: fits for way in ways if (fits := _fit(weights, way, order, inputs)) is not None}
        if found:
            break
    if not found:
        shapes = ", ".join(f"{n} {a.shape[0]}×{a.shape[1]}" for n, a in weights.matrices.items())
        vectors = ", ".join(f"{n} {a.size}" for n, a in weights.biases.items()) or "–"
        raise ModelError("CR-2377", file=weights.file, shapes=shapes, biases=vectors)
    one, *other = found.values()
    if other and not _same(one, other[0]):
        raise Open(next(k for k, (a, b) in enumerate(zip(one.w, other[0].w, strict=True), 1)
                        if not np.array_equal(a, b)), found)  # fmt: skip
    return one


def _same(a: Layers, b: Layers) -> bool:
    return all(np.array_equal(u, v) for u, v in zip(a.w, b.w, strict=True))


def _fit(weights: Weights, way: str, order: Sequence[int], inputs: int | None) -> Layers | None:
    """The matrices in this order, lying this way, with their biases, where they chain."""
    lying = [a if way == "inputs" else a.T for a in weights.matrices.values()]
    vectors = list(weights.biases.values())
    w = _columns([lying[k] for k in order])
    if all(a.shape[1] == b.shape[0] for a, b in itertools.pairwise(w)) and inputs in (None, w[0].shape[0]):
        if not vectors:
            return Layers(tuple(w), None)
        for b in ([vectors[k] for k in order] if len(vectors) == len(w) else [], vectors):
            if [a.size for a in b] == [a.shape[1] for a in w]:
                return Layers(tuple(w), tuple(weights.sign * a for a in b))
    stacked = not vectors and all(a.shape[1] + 1 == b.shape[0] for a, b in itertools.pairwise(w))
    if (
        stacked
        and list(order) == sorted(order)
        and (inputs == w[0].shape[0] - 1 or inputs is None and len(w) > 1)
    ):
        return Layers(tuple(a[1:] for a in w), tuple(a[0] for a in w))  # the first weight is that of x₀ = 1
    return None


def _columns(w: list[Array]) -> list[Array]:
    """One line of numbers lies as the layer below asks for: there is only one way."""
    made = w[:1]
    for a in w[1:]:
        below = made[-1].shape[1]
        made.append(a.T if a.shape == (1, below) and below > 1 else a)
    return made


def _asked(layers: Layers, settings: Mapping[str, Any], file: str) -> None:
    """A file holds no activations; nothing is guessed."""
    missing = [f"--{name}" for name in ("activation", "output") if settings.get(name) is None]
    if len(layers.w) == 1:
        missing = [option for option in missing if option != "--activation"]
    if missing:
        raise ModelError("CR-2378", file=file, options=" ".join(missing))


def _softmax(settings: Mapping[str, Any]) -> dict[str, Any]:
    """A softmax at the end is that of cross-entropy, which owns it."""
    return (
        {"loss": "cross_entropy", "output": None} if str(settings.get("output")).lower() == "softmax" else {}
    )


def net_from_weights(
    file: str | os.PathLike[str], x: Sequence[float], *, rows: str | None = None, **settings: Any
) -> tuple[Plan, Array]:
    """Plan and flat weights (1, P) of a file of weights, in float64; `x` is a row of inputs, as many as the net has.

    Raises ModelError CR-2372 … CR-2378, PlanError CR-1947 with the first output of both ways.
    """
    weights = read_weights(file)

    def made(layers: Layers) -> tuple[Plan, Array]:
        _asked(layers, settings, weights.file)
        return flat_of(layers.w, layers.b, **textbook_settings(settings))

    try:
        return made(layers_of(weights, rows, len(x)))
    except Open as both:
        raise both.refusal({way: made(layers) for way, layers in both.ways.items()}, x) from None


def from_weights(
    file: str | os.PathLike[str], *, rows: str | None = None, columns: Sequence[str] = (), target: str = "y",
    answer: int | None = None, **settings: Any,
) -> Model:  # fmt: skip
    """The model of a file of weights: inputs `columns` (else x1, x2, …), answer `target`, activation= and output= given.

    MATLAB's x1_step1 and y1_step1 (mapminmax, as genFunction writes them) are taken as scales of columns and target. Of
    several outputs that are no softmax, `answer` says which one (from 1). `rows`: what a row of a matrix belongs to, "units" or
    "inputs", where both fit; `settings` are those of `make_plan`. Raises as `net_from_weights`, and CR-2379.
    """
    weights = read_weights(file)
    try:
        layers = layers_of(weights, rows, len(columns) or None)
    except Open as both:
        nets = {}
        for way, lying in both.ways.items():
            _asked(lying, settings, weights.file)
            nets[way] = flat_of(lying.w, lying.b, **textbook_settings({**settings, **_softmax(settings)}))
        raise both.refusal(nets, None) from None
    _asked(layers, settings, weights.file)
    w, b, outputs = list(layers.w), layers.b, layers.sizes[-1]
    output = str(settings["output"]).lower()
    if output != "softmax" and outputs > 1:
        if answer is None or not 1 <= answer <= outputs:
            raise ModelError("CR-2379", count=outputs)
        w[-1] = w[-1][:, answer - 1 : answer]
        b = None if b is None else (*b[:-1], b[-1][answer - 1 : answer])
    labels = tuple(f"{target}{k}" for k in range(1, outputs + 1)) if output == "softmax" else ()
    task = "multiclass" if labels else "regression"
    plan, flat = flat_of(w, b, **textbook_settings({**settings, **_softmax(settings)}))
    x_scales = weights.scales.get("x", ())
    y_scales = weights.scales.get("y", ())
    if x_scales and len(x_scales) != plan.inputs or y_scales and len(y_scales) != outputs:
        raise ModelError("CR-2377", file=weights.file, shapes=f"x1_step1 {len(x_scales)}, y1_step1 {len(y_scales)}",
                         biases="–")  # fmt: skip
    names = list(columns) or [f"x{k}" for k in range(1, plan.inputs + 1)]
    paths = tuple(Path(n, (x_scales[k] if x_scales else Affine(0.0, 1.0),)) for k, n in enumerate(names))
    scale = y_scales[(answer or 1) - 1] if y_scales and not labels else Affine(0.0, 1.0)
    goal = Target(target, task, (Lookup(labels) if labels else scale,))
    facts = {"target": target, "task": task, "missing": [], "program": {}, "weights": weights.file}
    return Model(plan, Encoding(paths, goal, "float64"), flat[0], {}, facts, Reference())
