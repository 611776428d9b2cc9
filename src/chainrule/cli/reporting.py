"""a model and its table -> the report as a page, and its pictures as files."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ChainruleError
from ..messages import say
from . import console
from .grammar import quoted, short

if TYPE_CHECKING:
    from ..model import Model
    from ..page.page import Page
    from ..page.picture import Picture

ENDINGS = {
    ".html": "html", ".htm": "html", ".md": "markdown", ".docx": "docx", ".tex": "latex", ".txt": "text",
    ".json": "json",
}  # fmt: skip


def report(given: dict[str, Any]) -> None:
    """The command `report`."""
    from ..model import load
    from .predict import reading

    form = form_of(given["out"], given["pictures"], (given["model"], given["data"]))
    model = load(given["model"])
    page = model.report_page(given["data"], name=quoted(short(given["model"])), **reading(given))
    put(page, form, given["out"], given["pictures"])


def form_of(out: str | None, pictures: str | None, used: Sequence[str | None] = ()) -> str:
    """The form the file's ending means; refuses places nothing can be written to before any work is done."""
    if pictures is not None and os.path.exists(pictures) and not os.path.isdir(pictures):
        raise ChainruleError("CR-3291", folder=pictures)
    if out is None:
        return "text"
    ending = os.path.splitext(out)[1].lower()
    if ending == ".pdf":
        raise ChainruleError("CR-3292", file=out)
    if ending not in ENDINGS:
        raise ChainruleError("CR-3293", file=out, endings=" ".join(ENDINGS))
    if os.path.exists(out):
        for name in used:
            if name is not None and os.path.exists(name) and os.path.samefile(out, name):
                raise ChainruleError("CR-3294", file=out)
    return ENDINGS[ending]


def write(
    model: "Model",
    data: Any,
    out: str | None,
    folder: str | None,
    name: str,
    reading: dict[str, Any],
    quiet: bool,
) -> None:
    """The report of a model just trained; its place was found good before. `quiet` keeps standard output clean."""
    page = model.report_page(data, name=name, **reading)
    put(page, form_of(out, folder), out, folder, console.say_err if quiet else console.say_out)


def put(
    page: "Page",
    form: str,
    out: str | None,
    folder: str | None,
    tell: Callable[[str], None] = console.say_out,
) -> None:
    """The page to its file or to standard output, its pictures into their folder."""
    from ..table.writing import write_whole

    beside = folder
    if form in ("markdown", "latex") and folder is None and out is not None:
        beside = os.path.splitext(out)[0] + "-pictures"  # their pictures are files in any case
    if beside is not None:
        put_pictures(page.pictures(), beside, tell)
    if out is None:
        if folder is None:
            console.say_out(page.text().rstrip("\n"))
        return
    here = os.path.dirname(os.path.abspath(out))
    near_it = os.path.relpath(beside or here, here).replace(os.sep, "/")
    if form == "markdown":
        made: str | bytes = page.markdown(pictures=near_it)
    elif form == "latex":
        made = page.latex(near_it)
    else:
        made = getattr(page, form)()
    write_whole(out, made if isinstance(made, bytes) else made.encode("utf-8", "replace"))
    tell(say("CR-3295", file=short(out)))


def put_pictures(
    pictures: Sequence["Picture"], folder: str, tell: Callable[[str], None] = console.say_out
) -> None:
    """Every picture as SVG, PDF, PNG of 600 dots per inch, and its numbers as CSV."""
    from ..page.plot import font_advice, picture_files
    from ..page.svg import picture_svg
    from ..table.writing import csv_rows, write_whole

    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise ChainruleError("CR-3296", folder=folder, reason=error.strerror or error) from None
    for picture in pictures:
        place = os.path.join(folder, picture.name)
        write_whole(f"{place}.svg", picture_svg(picture).encode())
        for form, content in zip(("pdf", "png"), picture_files(picture), strict=True):
            write_whole(f"{place}.{form}", content)
        rows = picture.rows()
        if any(rows.values()):
            write_whole(
                f"{place}.csv", csv_rows(rows).encode("utf-8-sig")
            )  # spreadsheets need the mark for Chinese
    advice = font_advice(text for picture in pictures for text in picture.texts())
    if advice:
        console.say_err(advice)
    tell(say("CR-3297", count=len(pictures), folder=short(folder)))
