"""sentences -> a terminal, a pipe or a file: whatever its encoding, and also when nobody reads any more."""

import codecs
import os
import sys
from typing import Any, TextIO

# what stands for a character where the console cannot show it
PLAIN = {
    "–": "-", "—": "-", "−": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "→": "->", "×": "x", "·": "-",
    "≤": "<=", "≥": ">=", "²": "^2", "½": "1/2", "±": "+/-", "≈": "~", "•": "*", "●": "*", "▸": ">", "✓": "ok",
    "▁": "_", "▂": "_", "▃": ".", "▄": "-", "▅": "-", "▆": "=", "▇": "^", "█": "#", "━": "=", "─": "-", "│": "|",
    "┤": "|", "└": "+", "，": ",", "。": ".", "：": ": ",
}  # fmt: skip


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    encoding = error.encoding
    made = []
    for character in error.object[error.start : error.end]:
        text = PLAIN.get(character, "?")
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            text = "?"
        made.append(text)
    return "".join(made), error.end


codecs.register_error("chainrule-plain", _plain)


def prepare() -> None:
    """Let both streams write plain characters where they cannot encode."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="chainrule-plain")


def can_show(text: str, stream: TextIO | None = None) -> bool:
    """Whether the stream (standard output if none is given) can encode this text."""
    encoding = getattr(stream or sys.stdout, "encoding", None) or "ascii"
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def say_out(text: str = "") -> None:
    """One text to standard output."""
    print(text, flush=True)


def say_err(text: str = "") -> None:
    """One text to standard error; silence where that is closed."""
    try:
        print(text, file=sys.stderr, flush=True)
    except (BrokenPipeError, ValueError):
        pass


def put_bytes(data: bytes) -> None:
    """UTF-8 bytes to standard output as they are; a console of another encoding gets them as text."""
    stream: Any = sys.stdout
    buffer = getattr(stream, "buffer", None)
    if buffer is None or stream.isatty():
        stream.write(data.decode("utf-8"))
    else:
        stream.flush()
        buffer.write(data)
    stream.flush()


def abandon(stream: TextIO) -> None:
    """After a broken pipe: point the stream to nowhere, so that closing it at the end stays silent."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass
