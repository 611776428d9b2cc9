"""Every sentence Chainrule says, once: code, English, Chinese.

One file per stage of the flow holds its rows, `ROWS = {"CR-1001": ("English {name}", "中文 {name}")}`; a code is never
used twice and never changes its meaning. The first two digits belong to one file: a new stage is a new file here with
two digits nobody has, and nothing else (`grep -ho '"CR-..' *.py | sort -u` shows the taken ones).
"""

import importlib
import locale
import os
import pkgutil
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("en", "zh")

_language = "en"
_catalogue: dict[str, tuple[str, str]] = {}


def set_language(language: str) -> None:
    """Choose the language of messages and explanations: "en" or "zh"; "auto" follows the locale.

    Raises ValueError for any other word.
    """
    global _language
    _language = locale_language() if language == "auto" else language
    if _language not in LANGUAGES:
        _language = "en"
        raise ValueError(say("CR-2001", language=language))


def get_language() -> str:
    return _language


def locale_language() -> str:
    """The language of the user's locale: "zh" where it is Chinese, else "en"."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def catalogue() -> dict[str, tuple[str, str]]:
    """All rows: code -> (English, Chinese)."""
    if not _catalogue:
        for stage in pkgutil.iter_modules(__path__):
            _catalogue.update(getattr(importlib.import_module(f"{__name__}.{stage.name}"), "ROWS", {}))
    return _catalogue


SYSTEM = {
    2: "CR-1075", 5: "CR-1076", 13: "CR-1077", 17: "CR-1078", 20: "CR-1079", 21: "CR-1080", 28: "CR-1081",
    30: "CR-1082",
}  # fmt: skip  # errno -> sentence


def because(error: BaseException | int) -> str:
    """What the operating system objects to, in the chosen language; its own words where the catalogue has none."""
    if isinstance(error, int):
        return say(SYSTEM[error]) if error in SYSTEM else os.strerror(error)
    number = getattr(error, "errno", None)
    return say(SYSTEM[number]) if number in SYSTEM else getattr(error, "strerror", None) or str(error)


@dataclass(frozen=True)
class Said:
    """A sentence inside a sentence, said in the language of the moment it is shown."""

    code: str
    names: str = ""

    def __str__(self) -> str:
        return say(self.code, names=self.names)


class Sentence(str):
    """A sentence that knows what it was made of, so that it can be kept and said again in another language."""

    code: str
    values: dict[str, Any]

    def stored(self) -> list[Any]:
        """[code, values] as JSON."""
        return [self.code, {name: _plain(value) for name, value in self.values.items()}]


def _plain(value: Any) -> Any:
    if isinstance(value, Sentence):
        return value.stored()
    if isinstance(value, Said):
        return [value.code, {"names": value.names}]
    if isinstance(value, str | bool):
        return str(value)
    if hasattr(value, "__index__"):
        return int(value)
    number = float(value) if hasattr(value, "__float__") else float("nan")
    return number if abs(number) < float("inf") else str(value)


def stored(text: str) -> Any:
    """A sentence as JSON that `say_again` reads; any other text as it is."""
    return text.stored() if isinstance(text, Sentence) else str(text)


def say(code: str, **values: object) -> str:
    """The sentence of `code` in the chosen language, with the values put in."""
    made = Sentence(catalogue()[code][LANGUAGES.index(_language)].format(**values))
    made.code, made.values = code, values
    return made


def say_again(stored: Any) -> str:
    """What `Sentence.stored` kept, in the chosen language; a text is itself."""
    if not isinstance(stored, list):
        return str(stored)
    code, values = stored
    return say(code, **{name: say_again(v) if isinstance(v, list) else v for name, v in values.items()})
