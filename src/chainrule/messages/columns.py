"""text -> columns of a terminal: how wide it is, and how it wraps; Chinese characters take two columns."""

from unicodedata import combining, east_asian_width

_CLOSING = "，。；：、）》”’！？,.;:)"


def text_width(text: str) -> int:
    """Columns a terminal gives this text."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of at most `width` columns: broken at spaces, and anywhere between Chinese characters."""
    pieces: list[str] = []
    for character in text:
        wide = text_width(character) == 2
        if wide or not pieces or pieces[-1].endswith(" ") or text_width(pieces[-1][-1]) == 2:
            # no line begins with a closing mark
            if pieces and character in _CLOSING:
                pieces[-1] += character
            else:
                pieces.append(character)
        else:
            pieces[-1] += character
    lines, line = [], ""
    for piece in pieces:
        if line and text_width(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = indent
        line += piece
    return [*lines, line.rstrip()]
