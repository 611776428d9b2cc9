"""The sentences of the stage "encoding"."""

ROWS: dict[str, tuple[str, str]] = {
}
