"""a model and its table -> the report as a page, and its pictures as files."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ChainruleError
from ..messages import because, say
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

FORMS = ("svg", "pdf", "png", "csv")
LINKED = {"markdown": "svg", "latex": "pdf"}  # which files of pictures a form of the page names


def report(given: dict[str, Any]) -> None:
    """The command `report`."""
    from ..model import load
    from .predict import reading

    if given["methods"]:
        return methods(given)
    files = given["data"]
    data = None if not files else files[0] if len(files) == 1 else list(files)
    form = form_of(given["out"], given["pictures"], (given["model"], *files))
    model = load(given["model"])
    page = model.report_page(data, name=quoted(short(given["model"])), **reading(given))
    put(page, form, given["out"], given["pictures"])


def methods(given: dict[str, Any]) -> None:
    """`report MODEL --methods`: the paragraph needs no table and has no pictures."""
    from ..model import load

    if given["pictures"] is not None:
        raise ChainruleError("CR-3508", option="--pictures")
    form = form_of(given["out"], None, (given["model"], *given["data"]))
    put(load(given["model"]).methods(quoted(short(given["model"]))), form, given["out"], None)


def form_of(out: str | None, pictures: str | None, used: Sequence[str] = ()) -> str:
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
    for name in used:
        if os.path.realpath(out) == os.path.realpath(name):
            raise ChainruleError("CR-3294", file=out)
    folder = os.path.dirname(os.path.abspath(out))
    reason = (
        21
        if os.path.isdir(out)
        else 2
        if not os.path.isdir(folder)
        else 13
        if not os.access(folder, os.W_OK)
        else 0
    )
    if reason:
        raise ChainruleError("CR-1031", file=out, reason=because(reason))
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
    spent = "-" in (data if isinstance(data, list) else [data])  # standard input is read once
    page = model.report_page(None if spent else data, name=name, **reading)
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

    beside: str | None = folder
    forms: tuple[str, ...] = FORMS
    if form in LINKED and folder is None and out is not None:  # its pictures are files in any case
        beside, forms = os.path.splitext(out)[0] + "-pictures", (LINKED[form],)
    if beside is not None:
        put_pictures(page.pictures(), beside, tell, forms)
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
    pictures: Sequence["Picture"],
    folder: str,
    tell: Callable[[str], None] = console.say_out,
    forms: Sequence[str] = FORMS,
) -> None:
    """Every picture as SVG, PDF, PNG of 600 dots per inch, and its numbers as CSV."""
    from ..page.plot import DPI, font_advice, picture_files
    from ..page.svg import picture_svg
    from ..table.writing import csv_rows, write_whole

    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise ChainruleError("CR-3296", folder=folder, reason=because(error)) from None
    printed = [form for form in forms if form in ("pdf", "png")]
    for picture in pictures:
        made: dict[str, bytes] = {}
        if "svg" in forms:
            made["svg"] = picture_svg(picture).encode()
        if printed:
            made |= zip(printed, picture_files(picture, [(form, DPI) for form in printed]), strict=True)
        rows = picture.rows() if "csv" in forms else {}
        if any(rows.values()):
            made["csv"] = csv_rows(rows).encode("utf-8-sig")  # spreadsheets need the mark for Chinese
        for form, content in made.items():
            write_whole(os.path.join(folder, f"{picture.name}.{form}"), content)
    advice = font_advice(text for picture in pictures for text in picture.texts()) if printed else ""
    if advice:
        console.say_err(advice)
    tell(say("CR-3297", count=len(pictures), forms=", ".join(f.upper() for f in forms), folder=short(folder)))
