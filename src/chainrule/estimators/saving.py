"""model file -> what saved it: an estimator where one did, else the model."""

import os
from typing import Any

from ..errors import EstimatorError, ModelError
from ..model.file import load as load_model


def load(path: str | os.PathLike[str], *, engine: str = "auto") -> Any:
    """What a file holds: the fitted estimator that saved it, else the Model of `chainrule.train` or the command line.

    An estimator's Model is its `model_`. Loading runs no code. Raises ModelError CR-1831 for any other file.
    """
    model = load_model(path, engine=engine)
    if "estimator" not in model.facts["program"]:
        return model
    from .tabular import from_model  # scikit-learn takes a second to import

    try:
        return from_model(model)
    except EstimatorError as error:
        raise ModelError("CR-1831", file=os.fspath(path), reason=str(error)) from None
