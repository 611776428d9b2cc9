"""The exceptions Chainrule raises: each carries a stable code and a sentence of the catalogue.

ChainruleError (ValueError)
├── TableError     a file or frame cannot be read as the table that was meant
├── EncodingError  columns cannot become numbers, or not the way a saved model needs them
├── BatchError     arrays, splits or orders that do not fit together
├── RuleError      a rule's text is refused
├── PlanError      settings that make no network or no training
├── EngineError    an engine cannot do what is asked
├── TrainingError  a run, checkpoint or resume that cannot go on
├── ModelError     a model file that is damaged, foreign or hostile
├── EstimatorError MLPClassifier and MLPRegressor cannot be fitted or used as asked
└── CheckError     code, weights or numbers that `check` cannot compare with the truth
"""

from .messages import say


class ChainruleError(ValueError):
    """Misuse or bad input. `code` is stable; `values` are the facts; str() is the sentence in the chosen language."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return f"{say(self.code, **self.values)} [{self.code}]"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, self.values)


def _rebuild(kind: type[ChainruleError], code: str, values: dict[str, object]) -> ChainruleError:
    return kind(code, **values)


class EstimatorError(ChainruleError):
    pass


class TableError(ChainruleError):
    pass


class EncodingError(ChainruleError):
    pass


class BatchError(ChainruleError):
    pass


class RuleError(ChainruleError):
    pass


class PlanError(ChainruleError):
    pass


class EngineError(ChainruleError):
    pass


class TrainingError(ChainruleError):
    pass


class ModelError(ChainruleError):
    pass


class CheckError(ChainruleError):
    pass
