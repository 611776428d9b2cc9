"""model file -> what saved it: an estimator where one did, else the model."""

import os
from typing import Any

from ..errors import EstimatorError, ModelError
from ..model.file import load as load_model


def load(path: str | os.PathLike[str], *, engine: str = "auto") -> Any:
    """What the file at `path` holds: the fitted estimator that saved it, else the Model of `chainrule.train` or the command line.

    engine: "auto", "native" or "reference".

    A tabular estimator's Model is its `model_`; `chainrule.Model` of an MLPClassifier's or MLPRegressor's file comes from
    `chainrule.model.load`. Loading runs no code. Raises ModelError CR-1831 for any other file.
    """
    model = load_model(path, engine=engine)
    state = model.facts["program"].get("estimator")
    if state is None:
        return model
    # scikit-learn takes a second to import
    from .keeping import ESTIMATORS, estimator_of
    from .tabular import from_model

    try:
        ours = isinstance(state, dict) and state.get("name") in tuple(ESTIMATORS)
        return estimator_of(model) if ours else from_model(model)
    except EstimatorError as error:
        raise ModelError("CR-1831", file=os.fspath(path), reason=str(error)) from None
