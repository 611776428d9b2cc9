"""Gives the Chinese sentences of the message catalogue full-width punctuation, in place. Standard library only.

A half-width mark is changed only where it belongs to the prose: right after a Chinese character, a closing quotation
mark, or right before Chinese, and between two values that are put in. Brackets change in pairs that hold Chinese or an
option, or that stand right after Chinese, where no function can be called.
"""

import ast
import re
import sys
from pathlib import Path

WIDE = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "?": "\uff1f", "!": "\uff01"}
_MARK = re.compile(
    "(?<=[\u4e00-\u9fff\u201d\uff09])([,;:?!]) ?|([,;:?!]) ?(?=[\u4e00-\u9fff\u201c])"
    "|(?<=[^}]})([,;:?!])(?={[a-z_]+[^{}]*}(?!=)|\\Z)"
)
_BRACKETS = re.compile(
    "(?<=[\u4e00-\u9fff\u201d])\\(([^()]*)\\)|\\((--[^()]*)\\)|\\(([^()]*[\u4e00-\u9fff][^()]*)\\)"
)


def widen(text: str) -> str:
    """The sentence with the marks of its prose made full-width."""
    text = _BRACKETS.sub(lambda m: f"\uff08{m[1] or m[2] or m[3] or ''}\uff09", text)
    return _MARK.sub(lambda m: WIDE[m[1] or m[2] or m[3]], text)


def mend(source: str) -> str:
    """The source of a catalogue file with the second text of every row widened; nothing else changes."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Dict):
            continue
        for value in node.values:
            if not (isinstance(value, ast.Tuple) and len(value.elts) == 2):
                continue
            text = value.elts[1]
            for number in range(text.lineno - 1, text.end_lineno or text.lineno):
                raw = lines[number].encode()
                first = text.col_offset if number == text.lineno - 1 else 0
                last = text.end_col_offset if number == (text.end_lineno or 0) - 1 else len(raw)
                lines[number] = (raw[:first] + widen(raw[first:last].decode()).encode() + raw[last:]).decode()
    return "".join(lines)


def main(folder: Path) -> None:
    for path in sorted(folder.glob("*.py")):
        before = path.read_text("utf-8")
        after = mend(before)
        if after != before:
            path.write_text(after, "utf-8")
            print(f"mended {path.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
