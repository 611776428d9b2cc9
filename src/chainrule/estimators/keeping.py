"""fitted MLPClassifier, MLPRegressor <-> the model a file holds: columns go into the network as they are."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
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
from ..report.metrics import primary
from . import network
from .mlp import MLPClassifier, MLPRegressor

Array = np.ndarray[Any, Any]

ESTIMATORS: dict[str, type[MLPClassifier] | type[MLPRegressor]] = {
    "MLPClassifier": MLPClassifier,
    "MLPRegressor": MLPRegressor,
}
PLAIN = Affine(0.0, 1.0)  # an array comes as the network takes it
CURVES = {"validation_loss": "validation", "learning_rate": "rate"}  # history_'s names -> the file's


def model_of(est: Any, target: str) -> Model:
    """The model whose file answers as the estimator does. Raises EstimatorError CR-3093, CR-3094."""
    _refuse(est)
    nets = getattr(est, "estimators_", [est])
    labels = tuple(est.classes_.tolist()) if hasattr(est, "classes_") else ()
    names = [f"x{k + 1}" for k in range(est.n_features_in_)]
    names = [str(name) for name in getattr(est, "feature_names_in_", names)]
    outputs = est.n_outputs_
    goals = [target] if labels or outputs == 1 else [f"{target}{k + 1}" for k in range(outputs)]
    if len({*names, *goals}) < len(names) + len(goals) or not all((*names, *goals)):
        raise EstimatorError("CR-3094", reason=say("CR-3096", target=target))
    task = "regression" if not labels else "binary" if len(labels) == 2 else "multiclass"
    parts = tuple(Target(name, task, (Lookup(labels) if labels else PLAIN,)) for name in goals)
    encoding = Encoding(
        tuple(Path(name, (PLAIN,)) for name in names),
        parts[0] if len(parts) == 1 else Targets(parts),
        "float64",
    )
    batch = 200 if est.batch_size == "auto" else est.batch_size
    plan = network.training_plan(est, batch, est.learning_rate_init, np.float64, total=max(1, est.n_iter_))
    plan = replace(plan, members=len(nets))
    flat = np.stack([network.flatten(net.coefs_, net.intercepts_) for net in nets])
    known = encoding.target
    facts = {
        "chainrule": __version__, "target": "" if known is None else known.column, "task": task,
        "rows": {"train": 0, "validation": 0, "test": 0}, "primary": primary(task).name,
        "metrics": {"train": None, "validation": None, "test": None}, "baselines": {},
        "stop": {"reason": "told", "values": {"text": getattr(est, "stop_reason_", "–")}},
        "best_epoch": 0, "engine": "native", "reasons": [], "notes": [], "missing": [],
        "program": {"estimator": {
            "name": type(est).__name__, "params": _params(est), "columns": names,
            "named": hasattr(est, "feature_names_in_"),
            "seeds": [net.random_state for net in nets] if nets != [est] else [],
            "epochs": [int(net.n_iter_) for net in nets], "samples": [int(net.t_) for net in nets],
            "labels": est.classes_.dtype.str if labels else "",
        }},
    }  # fmt: skip
    weights = flat if len(nets) > 1 else flat[0]
    model = Model(plan, encoding, weights, _curves(nets), facts, network.ENGINE)
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


def estimator_of(model: Model) -> Any:
    """The estimator that saved this model, fitted. Raises EstimatorError CR-3131."""
    try:
        return _estimator(model, model.facts["program"]["estimator"])
    except (KeyError, TypeError, AttributeError, ValueError, IndexError):
        raise EstimatorError("CR-3131") from None


def _refuse(est: Any) -> None:
    """What the network of a file cannot answer."""
    kind = getattr(getattr(est, "_label_binarizer", None), "y_type_", "")
    several = len(getattr(est, "estimators_", [est])) > 1
    shown = [
        ("quantiles", getattr(est, "quantiles", None) is not None),
        ("calibrate", hasattr(est, "temperature_") or hasattr(est, "conformity_")),
        ("multilabel", kind.startswith("multilabel")),
        ("classes_", hasattr(est, "classes_") and len(est.classes_) < 2),
        # of probabilities the estimator takes the mean itself, a model the mean of the scores before
        ("n_estimators", several and est.out_activation_ != "identity"),
        ("n_outputs_", not kind and est.n_outputs_ > MOST),
    ]
    for what, there in shown:
        if there:
            raise EstimatorError("CR-3093", what=what)


def _params(est: Any) -> dict[str, Any]:
    """The settings as JSON. Raises EstimatorError CR-3095 for one that no text can hold."""
    return {name: _put(name, value) for name, value in est.get_params(deep=False).items()}


def _put(name: str, value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if name == "hidden_layer_sizes" and isinstance(value, np.ndarray):
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
    if (kind is MLPRegressor) != (model.task == "regression"):
        raise KeyError(state["name"])
    several = model.members > 1
    nets = []
    for k in range(model.members):
        net: Any = kind(**params)
        if several:
            net.set_params(n_estimators=1, random_state=state["seeds"][k], n_jobs=None)
        flat = model.weights[k] if several else model.weights
        net.coefs_, net.intercepts_ = network.unflatten(model.plan, np.array(flat))
        _fitted(net, model, state, k)
        nets.append(net)
    if not several:
        return nets[0]
    est: Any = kind(**params)
    chosen = nets[len(nets) // 2]
    own = est.get_params(deep=False)
    vars(est).update({name: value for name, value in vars(chosen).items() if name not in own})
    est.estimators_ = nets
    return est


def _fitted(net: Any, model: Model, state: Mapping[str, Any], k: int) -> None:
    """The attributes of a fitted estimator; the update rule's own memory begins anew."""
    names = [str(name) for name in state["columns"]]
    if len(names) != model.plan.inputs:
        raise KeyError("columns")
    net.n_features_in_, net.n_outputs_ = len(names), model.plan.targets
    if state["named"]:
        net.feature_names_in_ = np.array(names, object)
    net.n_layers_ = len(net.coefs_) + 1
    if model.encoding.labels:
        dtype = np.dtype(state["labels"])
        labels = np.empty(len(model.encoding.labels), object)
        labels[:] = model.encoding.labels
        if dtype.kind not in "biufUO":
            raise KeyError("labels")
        net.classes_ = labels.astype(dtype)
        net._label_binarizer = LabelBinarizer().fit(net.classes_)
    given_out = net.output_activation
    net.out_activation_ = net._output() if given_out is None else getattr(given_out, "name", given_out)
    net.n_iter_, net.t_ = int(state["epochs"][k]), int(state["samples"][k])
    net.stop_reason_ = str(model.stop.values["text"])
    curves = {name: curve[k].tolist() for name, curve in model.history.items()}
    epochs = int(np.isfinite(model.history["train"][k]).sum())
    net.loss_curve_ = curves["train"][:epochs]
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
