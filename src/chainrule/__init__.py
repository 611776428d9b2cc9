"""Chainrule trains back-propagation networks and explains every number of them.

The flow:  table -> encoding -> batches -> forward -> loss -> backward -> update -> report
"""

import importlib

__version__ = "0.1.0"

# public name -> module that holds it; loaded on first use (PEP 562), so that `import chainrule` costs nothing
_HOMES = {
    "set_language": "chainrule.messages",
    "ChainruleError": "chainrule.errors",
    "Expression": "chainrule.rules.expression",
    "Activation": "chainrule.rules.activations",
    "Loss": "chainrule.rules.losses",
    "Optimizer": "chainrule.rules.optimizers",
    "Schedule": "chainrule.rules.schedules",
    "Plan": "chainrule.plan",
    "make_plan": "chainrule.plan",
    "train": "chainrule.model.flow",
    "size": "chainrule.model.size",
    "load": "chainrule.estimators.saving",
    "Model": "chainrule.model.model",
    "MLPClassifier": "chainrule.estimators.mlp",
    "MLPRegressor": "chainrule.estimators.mlp",
    "TabularClassifier": "chainrule.estimators.tabular",
    "TabularRegressor": "chainrule.estimators.tabular",
    "explain_model": "chainrule.explain.faces",
    "explain_net": "chainrule.explain.faces",
    "derive": "chainrule.explain.faces",
    "graph": "chainrule.explain.faces",
    "importance": "chainrule.explain.faces",
    "equation": "chainrule.explain.equation",
    "lesson": "chainrule.explain.faces",
    "from_sklearn": "chainrule.explain.foreign",
    "from_weights": "chainrule.explain.foreign",
    "check": "chainrule.explain.check",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'chainrule' has no attribute '{name}'")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
