"""fitted MLPClassifier, MLPRegressor <-> the model a file holds: columns go into the network as they are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.linalg import block_diag
from sklearn.preprocessing import LabelBinarizer

from .. import __version__
from ..encoding import Affine, Encoding, Lookup, Path, Target
from ..encoding.state import get_label, put_label
from ..encoding.targets import MOST, Targets
from ..errors import ChainruleError, EstimatorError
from ..messages import say
from ..model.file import assembled
from ..model.model import Model
from ..model.script import RULES, given, recorded
from ..plan import Block, Dense, Plan, View
from ..report.metrics import primary
from . import network
from .members import wanted
from .mlp import MLPClassifier, MLPRegressor

Array = np.ndarray[Any, Any]
Pair = tuple[list[Array], list[Array]]  # weights and thresholds, layer by layer

ESTIMATORS: dict[str, type[MLPClassifier] | type[MLPRegressor]] = {
    "MLPClassifier": MLPClassifier,
    "MLPRegressor": MLPRegressor,
}
PLAIN = Affine(0.0, 1.0)  # an array comes as the network takes it
CURVES = {"validation_loss": "validation", "learning_rate": "rate"}  # history_'s names -> the file's


def model_of(est: Any, target: str) -> Model:
    """The model whose file answers as the estimator does. Raises EstimatorError CR-3093, CR-3094."""
    _refuse(est)
    rows = _rows(est)
    middle = rows[len(rows) // 2]
    labels = () if _several_at_once(est) else tuple(getattr(est, "classes_", np.zeros(0)).tolist())
    names = [f"x{k + 1}" for k in range(est.n_features_in_)]
    names = [str(name) for name in getattr(est, "feature_names_in_", names)]
    goals = _goals(est, target, bool(labels))
    if len({*names, *goals}) < len(names) + len(goals) or not all((*names, *goals)):
        raise EstimatorError("CR-3094", reason=say("CR-3096", target=target))
    task = "regression" if not labels else "binary" if len(labels) == 2 else "multiclass"
    parts = tuple(Target(name, task, (Lookup(labels) if labels else PLAIN,)) for name in goals)
    known: Any = parts[0] if len(parts) == 1 else Targets(parts)
    encoding = Encoding(tuple(Path(name, (PLAIN,)) for name in names), known, "float64")
    plan = network.training_plan(
        est, network.batch_of(est, 200), est.learning_rate_init, np.float64, total=max(1, est.n_iter_)
    )
    temperature = getattr(est, "temperature_", 1.0)
    layers = [
        abreast([_divided((row[m].coefs_, row[m].intercepts_), temperature) for row in rows])
        for m in range(len(middle))
    ]
    plan = replace(widened(plan, layers[0]), members=len(middle))
    flat = np.stack([network.flatten(*pair) for pair in layers])
    nets = [net for row in rows for net in row]
    facts = {
        "chainrule": __version__, "target": known.column, "task": task,
        "rows": {"train": 0, "validation": 0, "test": 0}, "primary": primary(task).name,
        "metrics": {"train": None, "validation": None, "test": None}, "baselines": {},
        "stop": {"reason": "told", "values": {"text": getattr(est, "stop_reason_", "–")}},
        "best_epoch": 0, "engine": "native", "reasons": [], "notes": [], "missing": [],
        "program": {"estimator": {
            "name": type(est).__name__, "params": _params(est), "columns": names,
            "named": hasattr(est, "feature_names_in_"),
            "seeds": [net.random_state for net in nets] if nets != [est] else [],
            "epochs": [int(net.n_iter_) for net in nets], "samples": [int(net.t_) for net in nets],
            "labels": "" if not hasattr(est, "classes_") else est.classes_.dtype.str,
            "temperature": temperature, "conformity": getattr(est, "conformity_", np.zeros((0, 0))).tolist(),
        }},
    }  # fmt: skip
    model = Model(plan, encoding, flat if len(flat) > 1 else flat[0], _curves(middle), facts, network.ENGINE)
    try:  # what is written can be read
        state = json.loads(
            json.dumps(
                {"plan": plan.to_json(), "encoding": encoding.to_json(), "facts": facts}, allow_nan=False
            )
        )
        estimator_of(assembled(state, _tensors(model)))
    except (ChainruleError, ValueError, TypeError) as error:
        raise EstimatorError("CR-3094", reason=str(error)) from None
    return model


def _rows(est: Any) -> list[list[Any]]:
    """The nets: one row per quantile, in it those that are averaged."""
    columns = est.estimators_ if getattr(est, "quantiles", None) is not None else [est]
    return [list(getattr(one, "estimators_", [one])) for one in columns]


def _several_at_once(est: Any) -> bool:
    kind = getattr(getattr(est, "_label_binarizer", None), "y_type_", "")
    return str(kind).startswith("multilabel")


def _goals(est: Any, target: str, classes: bool) -> list[str]:
    """What the file's answers are called: of several labels the probabilities, of several quantiles each one."""
    goals = (
        [target] if classes or est.n_outputs_ == 1 else [f"{target}{k + 1}" for k in range(est.n_outputs_)]
    )
    if getattr(est, "quantiles", None) is None:
        return goals
    return [f"{goal} {float(q):g}" for q in est.quantiles for goal in goals]


def _divided(pair: Pair, temperature: float) -> Pair:
    """Weights whose scores are divided, so that any reader's probabilities are the calibrated ones."""
    if temperature == 1.0:
        return pair
    coefs, intercepts = ([*part[:-1], part[-1] / temperature] for part in pair)
    return coefs, intercepts


def abreast(nets: Sequence[Pair]) -> Pair:
    """One network that answers with the outputs of all nets, one behind the other: nothing but 0 between them."""
    coefs = [
        np.concatenate(each, axis=1) if k == 0 else block_diag(*each)
        for k, each in enumerate(zip(*(w for w, _ in nets), strict=True))
    ]
    return coefs, [np.concatenate(each) for each in zip(*(b for _, b in nets), strict=True)]


def apart(pair: Pair, count: int, which: int) -> Pair:
    """One of `count` networks that stand abreast. Raises ValueError where they cannot be so many."""

    def part(w: Array, axis: int) -> Array:
        size, rest = divmod(w.shape[axis], count)
        if rest:
            raise ValueError(count)
        return np.array(w.take(range(which * size, which * size + size), axis))

    coefs = [part(w, 1) if k == 0 else part(part(w, 0), 1) for k, w in enumerate(pair[0])]
    return coefs, [part(b, 0) for b in pair[1]]


def widened(plan: Plan, pair: Pair) -> Plan:
    """The plan with as many units as the weights have."""
    units = [b.size for b in pair[1]]
    if units == [layer.units for layer in plan.layers]:
        return plan
    blocks: list[Block] = []
    for block in plan.blocks:
        blocks.append(replace(block, units=units.pop(0)) if isinstance(block, Dense) else block)
    shapes = [a.shape for w, b in zip(*pair, strict=True) for a in (w, b)]
    views: list[View] = []
    for view, shape in zip(plan.views, shapes, strict=True):
        views.append(replace(view, shape=shape, offset=sum(v.size for v in views)))
    return replace(plan, blocks=tuple(blocks), views=tuple(views))


def estimator_of(model: Model) -> Any:
    """The estimator that saved this model, fitted. Raises EstimatorError CR-3131."""
    try:
        return _estimator(model, model.facts["program"]["estimator"])
    except (KeyError, TypeError, AttributeError, ValueError, IndexError):
        raise EstimatorError("CR-3131") from None


def _refuse(est: Any) -> None:
    """What the network of a file cannot answer."""
    shown = [
        ("classes_", hasattr(est, "classes_") and len(est.classes_) < 2),
        ("n_outputs_", len(_goals(est, "", hasattr(est, "classes_") and not _several_at_once(est))) > MOST),
    ]
    for what, there in shown:
        if there:
            raise EstimatorError("CR-3093", what=what, most=MOST)


def _params(est: Any) -> dict[str, Any]:
    """The settings as JSON. Raises EstimatorError CR-3095 for one that no text can hold."""
    return {name: _put(name, value) for name, value in est.get_params(deep=False).items()}


def _put(name: str, value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if name == "class_weight" and isinstance(value, dict):
        return {"pairs": [[put_label(_plain(label)), float(w)] for label, w in value.items()]}
    if isinstance(value, float) and not np.isfinite(value):
        return {"float": repr(value)}
    if value is None or isinstance(value, bool | str | int | float) or type(value) in RULES.values():
        return recorded({name: value})[name]
    if isinstance(value, list | tuple):
        return [_put(name, part) for part in value]
    raise EstimatorError("CR-3095", name=name, kind=type(value).__name__)


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def _given(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"pairs"}:
        return {get_label(label, "class_weight"): float(w) for label, w in value["pairs"]}
    if isinstance(value, dict) and set(value) == {"float"}:
        return float(value["float"])
    return tuple(map(_given, value)) if isinstance(value, list) else given(value)


def _curves(nets: list[Any]) -> dict[str, Array]:
    """history_ as a model keeps it: (M, E), NaN where a net had ended."""
    found = [getattr(net, "history_", {}) for net in nets]
    longest = max(1, *(len(one.get("loss", ())) for one in found), 1)
    made = {}
    for theirs, ours in {"loss": "train", **CURVES, "validation_score": "validation_score"}.items():
        if ours == "validation_score" and not any(theirs in one for one in found):
            continue
        made[ours] = np.full((len(nets), longest), np.nan)
        for k, one in enumerate(found):
            values = one.get(theirs, ())
            made[ours][k, : len(values)] = values
    return made


def _tensors(model: Model) -> dict[str, Array]:
    curves = {f"history.{name}": np.asarray(curve, float) for name, curve in model.history.items()}
    return {name: np.asarray(part) for name, part in model.parts.items()} | curves


def _estimator(model: Model, state: Mapping[str, Any]) -> Any:
    kind = ESTIMATORS[state["name"]]
    params = {name: _given(value) for name, value in state["params"].items()}
    est: Any = kind(**params)
    quantiles = getattr(est, "quantiles", None)
    several = model.task == "regression" and kind is MLPClassifier  # labels
    if kind is MLPRegressor and model.task != "regression" or several and model.plan.targets < 2:
        raise KeyError(state["name"])
    settings: list[dict[str, Any]] = [{}] if quantiles is None else wanted(est)
    temperature = float(state.get("temperature", 1.0))
    if not 0 < temperature < np.inf:
        raise KeyError("temperature")
    alone = len(settings) * model.members == 1
    rows: list[Any] = []
    for q, own in enumerate(settings):
        nets = []
        for m in range(model.members):
            net, at = kind(**{**params, **own}), q * model.members + m
            if not alone:
                net.set_params(n_estimators=1, random_state=state["seeds"][at], n_jobs=None)
            flat = np.array(model.weights[m] if model.members > 1 else model.weights)
            pair = apart(network.unflatten(model.plan, flat), len(settings), q)
            net.coefs_, net.intercepts_ = _divided(pair, 1 / temperature)
            _fitted(net, model, state, at, m if q == len(settings) // 2 else None)
            nets.append(net)
        rows.append(nets[0] if model.members == 1 else _company(kind(**{**params, **own}), nets))
    made = rows[0] if quantiles is None else _company(est, rows)
    if temperature != 1.0:
        made.temperature_ = temperature
    if state.get("conformity"):
        made.conformity_ = np.array(state["conformity"], float).reshape(-1, made.n_outputs_)
    return made


def _company(est: Any, nets: list[Any]) -> Any:
    """The estimator of several nets, as `members.fit` leaves it."""
    own = est.get_params(deep=False)
    vars(est).update({name: value for name, value in vars(nets[len(nets) // 2]).items() if name not in own})
    est.estimators_ = nets
    return est


def _fitted(net: Any, model: Model, state: Mapping[str, Any], at: int, row: int | None) -> None:
    """The attributes of a fitted estimator; the update rule's own memory begins anew. `row`: of the curves, where kept."""
    names = [str(name) for name in state["columns"]]
    if len(names) != model.plan.inputs:
        raise KeyError("columns")
    net.n_features_in_, net.n_outputs_ = len(names), len(net.intercepts_[-1])
    if state["named"]:
        net.feature_names_in_ = np.array(names, object)
    net.n_layers_ = len(net.coefs_) + 1
    if isinstance(net, MLPClassifier):
        dtype = np.dtype(state["labels"])
        labels = np.empty(len(model.encoding.labels), object)
        labels[:] = model.encoding.labels
        if dtype.kind not in "biufUO":
            raise KeyError("labels")
        each = labels.astype(dtype) if len(labels) else np.eye(net.n_outputs_, dtype=int)
        net._label_binarizer = LabelBinarizer().fit(each)
        net.classes_ = each if len(labels) else net._label_binarizer.classes_
    given_out = net.output_activation
    net.out_activation_ = net._output() if given_out is None else getattr(given_out, "name", given_out)
    net.n_iter_, net.t_ = int(state["epochs"][at]), int(state["samples"][at])
    net.stop_reason_, net._interrupted = str(model.stop.values["text"]), False
    curves = {} if row is None else {name: curve[row].tolist() for name, curve in model.history.items()}
    epochs = int(np.isfinite(curves.get("train", [])).sum())
    net.loss_curve_ = curves.get("train", [])[:epochs]
    net.history_ = {"epoch": list(range(1, epochs + 1)), "loss": net.loss_curve_[:]}
    for theirs, ours in {**CURVES, "validation_score": "validation_score"}.items():
        if ours in curves and np.isfinite(curves[ours]).any():
            net.history_[theirs] = curves[ours][:epochs]
    net.loss_ = net.loss_curve_[-1] if epochs else float("nan")
    net._no_improvement_count = 0
    scores = net.history_.get("validation_score")
    net.validation_loss_curve_ = net.history_.get("validation_loss")
    net.validation_scores_ = scores if net.early_stopping else None
    net.best_validation_score_ = max(scores, default=-np.inf) if net.early_stopping and scores else None
    net.best_loss_ = None if net.early_stopping else min(net.loss_curve_, default=np.inf)
    missing = [name for name in ("loss_curve_",) if net.solver == "lbfgs"]
    for name in (
        *missing,
        *(("validation_scores_", "best_validation_score_", "best_loss_") if missing else ()),
    ):
        delattr(net, name)
