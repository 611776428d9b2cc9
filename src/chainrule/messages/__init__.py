"""Every sentence Chainrule says, once: code, English, Chinese.

One file per stage of the flow holds its rows, `"CR-1001": ("English {name}", "中文 {name}")`; a code is never used
twice and never changes its meaning. Codes by stage: CR-10xx table, 11xx encoding, 12xx batches, 13xx rules,
14xx plan, 15xx engine, 16xx training, 17xx report, 18xx model file, 19xx and 22xx explain, 23xx equation,
24xx and 25xx lessons, 28xx and 29xx check, 31xx presets and estimators on frames, 20xx and 21xx command line.
"""

import importlib
import locale
import os

STAGES = (
    "table", "encoding", "batches", "rules", "plan", "engine", "training", "report", "model", "explain",
    "explain_check", "equation", "lessons", "tabular", "cli",
)  # fmt: skip
LANGUAGES = ("en", "zh")

_language = "en"
_catalogue: dict[str, tuple[str, str]] = {}


def set_language(language: str) -> None:
    """Choose the language of messages and explanations: "en" or "zh"; "auto" follows the locale."""
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
        for stage in STAGES:
            rows = importlib.import_module(f"{__name__}.{stage}").ROWS
            _catalogue.update(rows)
    return _catalogue


def say(code: str, **values: object) -> str:
    """The sentence of `code` in the chosen language, with the values put in."""
    return catalogue()[code][LANGUAGES.index(_language)].format(**values)
