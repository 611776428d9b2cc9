"""How good are TabularRegressor() and TabularClassifier() with no argument, and how long do they take?

    python benchmarks/quality.py                       every table, every method that is installed
    python benchmarks/quality.py concrete yacht --splits 3 --methods strong linear

Prints per table the mean test error over fixed splits or folds, the seconds per fit (process time, one thread), and
whether a floor is kept. The tables lie in a folder with an index.json (--data).
"""

import argparse
import importlib.util
import json
import os
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from chainrule import TabularClassifier, TabularRegressor

# RMSE, or (accuracy, log loss): what the defaults must reach
FLOORS: dict[str, tuple[float, ...]] = {
    "concrete": (4.9,), "energy": (0.55,), "yacht": (0.85,), "kin8nm": (0.075,), "california": (51_000,),
    "adult": (0.853, 0.318), "telco_churn": (0.801, 0.421), "german_credit": (0.0, 0.52), "satimage": (0.912, 0.245),
    "letter": (0.96, 0.14), "penguins": (0.98, np.inf),
}  # fmt: skip
BUNDLED = {"diabetes": "regression", "breast_cancer": "binary", "wine": "multiclass", "digits": "multiclass"}
FOLDS = 5


def tables(folder: Path) -> dict[str, dict[str, Any]]:
    found = {
        name: {**facts, "file": folder / f"{name}.csv", "splits": folder / f"{name}.splits.npz"}
        for name, facts in json.loads((folder / "index.json").read_text()).items()
        if facts["task"] in ("regression", "binary", "multiclass")
    }
    return found | {
        name: {"task": task, "target": "target", "bundled": True} for name, task in BUNDLED.items()
    }


def read(name: str, facts: dict[str, Any]) -> tuple[pd.DataFrame, pd.Series]:
    if facts.get("bundled"):
        frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
    else:
        frame = pd.read_csv(facts["file"], na_values=[" "], keep_default_na=True)
    frame = frame[frame[facts["target"]].notna()].reset_index(drop=True)
    return frame.drop(columns=facts["target"]), frame[facts["target"]]


def splits(facts: dict[str, Any], y: pd.Series) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(training rows, test rows): the fixed splits of the papers, the official test part, or five folds."""
    rows = np.arange(len(y))
    if facts.get("splits") and facts["splits"].exists():
        with np.load(facts["splits"]) as file:
            for key in file.files:
                for test in np.atleast_2d(file[key]):
                    yield np.setdiff1d(rows, test), test
    elif "train_rows" in facts:
        yield rows[: facts["train_rows"]], rows[facts["train_rows"] :]
    else:
        kind = KFold if facts["task"] == "regression" else StratifiedKFold
        yield from kind(FOLDS, shuffle=True, random_state=0).split(rows, y)


def prepared(X: pd.DataFrame, model: Any) -> Any:
    """The usual pipeline: medians, standard scale, one-hot."""
    labels = [c for c in X if not pd.api.types.is_numeric_dtype(X[c])]
    columns = make_column_transformer(
        (
            make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
            [c for c in X if c not in labels],
        ),
        (OneHotEncoder(handle_unknown="ignore"), labels),
    )
    return make_pipeline(columns, model)


def scaled(model: Any) -> Any:
    return TransformedTargetRegressor(model, transformer=StandardScaler())


def ordinal(X: pd.DataFrame, model: Callable[..., Any]) -> Any:
    labels = [c for c in X if not pd.api.types.is_numeric_dtype(X[c])]
    code = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=255)
    columns = make_column_transformer(
        (code, labels), remainder="passthrough", verbose_feature_names_out=False
    )
    return make_pipeline(columns, model(categorical_features=np.arange(len(labels)) if labels else None))


def methods(regression: bool) -> dict[str, Callable[[pd.DataFrame], Any]]:
    """name -> a new model for the columns of X."""
    ours = TabularRegressor if regression else TabularClassifier
    mlp = scaled(MLPRegressor(random_state=0)) if regression else MLPClassifier(random_state=0)
    found: dict[str, Callable[[pd.DataFrame], Any]] = {
        "strong": lambda X: ours(),
        "plain": lambda X: ours("plain"),
        "mlp": lambda X: prepared(X, mlp),
        "hgb": lambda X: ordinal(
            X, HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
        ),
        "linear": lambda X: prepared(X, Ridge() if regression else LogisticRegression(max_iter=1000)),
    }
    if importlib.util.find_spec("lightgbm"):
        import lightgbm as lgb

        light = lgb.LGBMRegressor if regression else lgb.LGBMClassifier
        found["lightgbm"] = lambda X: prepared(X, light(n_jobs=1, verbose=-1, random_state=0))
    if importlib.util.find_spec("catboost"):
        import catboost as cb

        cat = cb.CatBoostRegressor if regression else cb.CatBoostClassifier
        # it writes a folder beside the program unless told not to
        options = {"thread_count": 1, "verbose": False, "random_seed": 0, "allow_writing_files": False}
        found["catboost"] = lambda X: prepared(X, cat(**options))
    return found


def measured(model: Any, X: pd.DataFrame, y: pd.Series, regression: bool) -> tuple[float, ...]:
    if regression:
        return (float(np.sqrt(np.mean((np.asarray(model.predict(X)).reshape(-1) - y.to_numpy()) ** 2))),)
    p = np.asarray(model.predict_proba(X), float)
    right = np.asarray(model.classes_)[p.argmax(axis=1)] == y.to_numpy()
    return float(right.mean()), float(log_loss(y, p / p.sum(axis=1, keepdims=True), labels=model.classes_))


def kept(values: np.ndarray, floor: tuple[float, ...], regression: bool) -> bool:
    return bool(values[0] <= floor[0] if regression else values[0] >= floor[0] and values[1] <= floor[1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", nargs="*", help="names of tables; none: all")
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument(
        "--splits", type=int, default=1000, help="at most so many splits or folds of each table"
    )
    parser.add_argument(
        "--methods", nargs="*", help="strong plain mlp hgb linear lightgbm catboost; none: all there are"
    )
    given = parser.parse_args()
    known = tables(given.data)
    for name in given.tables:
        if name not in known:
            parser.error(f"no table {name}; there are {', '.join(known)}")
    warnings.simplefilter("ignore")
    missed = []
    print("RMSE, or accuracy / log loss, mean over the splits; seconds per fit")
    for name in given.tables or known:
        facts = known[name]
        regression = facts["task"] == "regression"
        X, y = read(name, facts)
        floor = FLOORS.get(name)
        shown = "" if floor is None else "  floor " + " / ".join(f"{f:g}" for f in floor)
        print(f"{name} ({len(X)} rows, {X.shape[1]} columns){shown}", flush=True)
        for method, make in methods(regression).items():
            if given.methods and method not in given.methods:
                continue
            found, seconds = [], []
            for k, (train, test) in enumerate(splits(facts, y)):
                if k >= given.splits:
                    break
                model, began = make(X), time.process_time()
                model.fit(X.iloc[train], y.iloc[train])
                seconds.append(time.process_time() - began)
                found.append(measured(model, X.iloc[test], y.iloc[test], regression))
            mean = np.mean(found, axis=0)
            verdict = ""
            if method == "strong" and floor is not None:
                verdict = "  kept" if kept(mean, floor, regression) else "  MISSED"
                missed += [] if kept(mean, floor, regression) else [name]
            text = " / ".join(f"{v:.5g}" for v in mean)
            print(
                f"  {method:9} {text:22} {np.mean(seconds):8.2f} s  ({len(found)} splits){verdict}",
                flush=True,
            )
    print("every floor that was tried is kept" if not missed else f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
