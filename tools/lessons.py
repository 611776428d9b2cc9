"""The lessons -> docs/lessons/{en,zh}/*.md and their drawings: run by `make docs`; `pages()` is what a test compares.

Every number is computed while the pages are made.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from chainrule.explain.lessons import SHELF, lesson_page, shelf_page
from chainrule.messages import LANGUAGES, get_language, say, set_language
from chainrule.page.page import Figure

# a drawing in a file of its own has no page around it that says which ink to use
INK = "<style>svg{color:#1b1f24}@media(prefers-color-scheme:dark){svg{color:#e6edf3}}</style>"


def pages(language: str, names: tuple[str, ...] = tuple(SHELF)) -> Iterator[tuple[str, str]]:
    """(path below docs/lessons, text) of the lessons in one language, their drawings, and of the list."""
    before = get_language()
    set_language(language)
    try:
        for name in names:
            drawn: list[str] = []

            def put(figure: Figure, name: str = name, drawn: list[str] = drawn) -> str:
                drawn.append(figure.svg.replace(">", f">{INK}", 1))
                return f"{name}-{len(drawn)}.svg"

            yield f"{language}/{name}.md", lesson_page(name).markdown(put)
            for number, svg in enumerate(drawn, 1):
                yield f"{language}/{name}-{number}.svg", svg + "\n"
        rows = "".join(f"- [{say(title)}]({name}.md)\n" for name, (_, title) in SHELF.items())
        yield f"{language}/README.md", f"# {shelf_page().title}\n\n{rows}"
    finally:
        set_language(before)


def main() -> int:
    root = Path(__file__).resolve().parents[1] / "docs" / "lessons"
    for language in LANGUAGES:
        for path, text in pages(language):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")
            print(root / path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
