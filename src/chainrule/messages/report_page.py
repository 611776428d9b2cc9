"""The sentences of the page of a report: headings, captions, what a number means and what it does not."""

ROWS: dict[str, tuple[str, str]] = {}
