"""Knows how people write missing values and numbers, as patterns pyarrow can match by the column."""

# In a column of labels these mean "missing" ...
MISSING = ("", "na", "n/a", "nan", "?", "null", "#n/a", "#na", "<na>", "n.a.", "缺失", "缺失值", "(missing)")
# ... and these only in a column of numbers: as a label, "none" and 无 are answers like any other.
MISSING_NUMBER = (
    "none",
    "-",
    "--",
    "—",
    "–",
    ".",
    "...",
    "…",
    "\\n",
    "/",
    "nil",
    "missing",
    "unknown",
    "无",
    "空",
    "未知",
    "无数据",
    "暂无",
    "#div/0!",
    "#value!",
    "#ref!",
    "#num!",
    "#name?",
)

_SIGN = r"^[+\-]?"
_EXPONENT = r"([eE][+\-]?\d+)?$"
POINT = _SIGN + r"(\d+\.?\d*|\.\d+)" + _EXPONENT  # 1234.5
POINT_GROUPS = _SIGN + r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?$"  # 1,234.5
COMMA = _SIGN + r"(\d+,?\d*|,\d+)" + _EXPONENT  # 1234,5
COMMA_GROUPS = _SIGN + r"[1-9]\d{0,2}(\.\d{3})+(,\d*)?$"  # 1.234,5
UNIT = r"^[$€£¥￥]?\s*[+\-]?\d[\d.,]*\s*[%‰$€£¥￥元]?$"  # 12%, $5: numbers to a person
INFINITE = r"(?i)^[+\-]?(inf|infinity|∞)$"


def spellings() -> list[str]:
    """The marks in the cases people use: pyarrow's reader compares cells exactly."""
    found: dict[str, None] = {}
    for mark in MISSING + MISSING_NUMBER:
        for text in (mark, mark.upper(), mark.capitalize(), mark.title()):
            found[text] = None
    return [*found, "NaN"]
