"""A page: sections of paragraphs, formulas, tables, pictures; and its forms: text, Markdown, LaTeX, HTML, Word, JSON.

Whoever explains builds a page; nobody but this file (and html.py, docx.py) knows how a page is written down.
"""

import itertools
import json
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..messages import say
from ..messages.columns import text_width, wrap
from ..rules.expression import Node
from ..rules.words import read, show_number, word_run
from .mathwords import PageLatex, PageMathML, PageText, PageWord
from .picture import Picture
from .symbols import Symbol, Written


@dataclass(frozen=True)
class Put:
    """A formula with numbers put in for its names."""

    tree: Node
    values: Mapping[str, float]


Part = Node | Put | float | str
"""A formula, a formula with numbers, a number, or a sign between them ("=", "→", "≈")."""


@dataclass(frozen=True)
class Math:
    """One line of mathematics, e.g. (s, "=", w·x, "=", numbers, "=", value), with a remark on its right."""

    parts: tuple[Part, ...]
    remark: str = ""


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Table:
    header: "tuple[str | Math, ...]"
    rows: tuple[tuple[str | float | Math, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A drawing as SVG, and what a terminal shows instead."""

    svg: str
    text: str


@dataclass(frozen=True)
class Code:
    text: str
    language: str = "text"


Item = Math | Paragraph | Table | Figure | Code | Picture


@dataclass
class Section:
    """A heading and what stands below it. Sections in a row with the same `group` stand under one heading of their own,
    which HTML folds."""

    title: str
    items: list[Item] = field(default_factory=list)
    group: str = ""

    def say(self, text: str) -> None:
        self.items.append(Paragraph(text))

    def math(self, *parts: Part, remark: str = "") -> None:
        self.items.append(Math(parts, remark))


@dataclass
class Page:
    """`symbols` says how each plain name of a formula is written; `facts` is what the JSON form carries."""

    title: str
    sections: list[Section] = field(default_factory=list)
    symbols: dict[str, Symbol | Written] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    digits: int = 6
    language: str = "en"
    contents: bool = False  # whether the sections are listed at the top

    def section(self, title: str) -> Section:
        self.sections.append(Section(title))
        return self.sections[-1]

    def headed(self) -> list[tuple[str, Section]]:
        """Each section, with the heading of its group in front of the group's first."""
        before = ["", *(section.group for section in self.sections)]
        return [
            (section.group if section.group != old else "", section)
            for old, section in zip(before, self.sections, strict=False)
        ]

    # ---- one line of mathematics --------------------------------------------------------------------------------

    def _line(self, math: Math, form: str) -> str:
        return (" " if form in ("text", "latex") else "").join(self.pieces(math, form))

    def pieces(self, math: Math, form: str) -> list[str]:
        """The parts and signs of a line, each written down; a part that says the same as the one before is left out."""
        said = ["".join(part) for part in self._read(math, form, False)]
        return _without_repeats(said, [isinstance(p, str) for p in math.parts])

    def broken(self, math: Math, form: str) -> list[tuple[str, str]]:
        """A line in pieces that may stand below one another ("mathml" or "word"), each with the sign in front of it: it
        breaks at its signs and at the terms of a long sum."""
        kept: list[tuple[str, str]] = []
        before, sign = None, ""
        for part, said in zip(math.parts, self._read(math, form, True), strict=True):
            if isinstance(part, str):
                sign = part
            elif said != before:
                kept += [(sign, said[0]), *(("", term) for term in said[1:])]
                before = said
        return [*kept, (sign, "")] if isinstance(math.parts[-1], str) else kept

    def _read(self, math: Math, form: str, breaking: bool) -> list[list[str]]:
        """Each part and sign written down; with `breaking`, a long sum as its terms."""
        kind = _WORDS[form]
        trees = [
            part.tree if isinstance(part, Put) else part
            for part in math.parts
            if isinstance(part, Put | Node)
        ]
        used = {n.name for tree in trees for n in tree if n.op == "name"}  # a wide network has 100 000 names
        symbols = {name: getattr(self.symbols[name], form) for name in used if name in self.symbols}
        said = []
        for part in math.parts:
            if isinstance(part, str):
                said.append([sign_of(part, form)])
            elif isinstance(part, Put | Node):
                tree, values = (part.tree, part.values) if isinstance(part, Put) else (part, {})
                words = kind(values, symbols, self.digits)
                said.append(_terms(tree, words) if breaking else [read(tree, words)[0]])
            else:
                said.append([kind({}, {}, self.digits).number(float(part))[0]])
        return said

    def pictures(self) -> list[Picture]:
        """All pictures in their order."""
        return [item for section in self.sections for item in section.items if isinstance(item, Picture)]

    def caption(self, picture: Picture) -> str:
        """The caption with the picture's number, and what is said of thinned points."""
        number = next((i for i, p in enumerate(self.pictures(), 1) if p is picture), 0)
        return say("CR-3200", number=number, caption=picture.caption) + picture.thinned

    def cell(self, cell: str | float | Math, form: str) -> str:
        if isinstance(cell, Math):
            line = self._line(cell, form)
            return f"${line}$" if form == "latex" else line
        return cell if isinstance(cell, str) else show_number(cell, self.digits)

    # ---- forms --------------------------------------------------------------------------------------------------

    def text(self, width: int = 80) -> str:
        """Plain text, readable at 80 columns."""
        lines = [self.title, "=" * text_width(self.title), ""]
        for heading, section in self.headed():
            if heading:
                lines += [heading, "=" * text_width(heading), ""]
            lines += [section.title, "-" * text_width(section.title)]
            for item in section.items:
                if isinstance(item, Paragraph):
                    lines += [*wrap(item.text, width), ""]
                elif isinstance(item, Math):
                    lines += self._math_text(item, width)
                elif isinstance(item, Table):
                    lines += [
                        *([""] if lines[-1] else []),
                        *_grid(
                            [
                                [self.cell(h, "text") for h in item.header],
                                *([self.cell(c, "text") for c in row] for row in item.rows),
                            ],
                            width,
                        ),
                    ]
                    lines += [item.note, ""] if item.note else [""]
                elif isinstance(item, Figure):
                    lines += [*([""] if lines[-1] else []), *item.text.splitlines(), ""]
                elif isinstance(item, Picture):
                    lines += [*wrap(self.caption(item), width), ""]
                else:
                    lines += ["", *("    " + line for line in item.text.splitlines()), ""]
            lines.append("")
        return "\n".join(lines).rstrip() + "\n"

    def _math_text(self, math: Math, width: int) -> list[str]:
        """Breaks at the signs between parts, continuation lines under the first sign."""
        pieces = [self._line(Math((part,)), "text") for part in math.parts]
        pieces = _without_repeats(pieces, [isinstance(p, str) for p in math.parts])
        lines, indent = ["  " + pieces[0]], 2 + min(text_width(pieces[0]) + 1, 14)
        for piece in pieces[1:]:
            joined = lines[-1] + " " + piece
            if text_width(joined) <= width or _is_sign(lines[-1].strip()):
                lines[-1] = joined
            else:
                lines.append(" " * indent + piece)
        folded: list[str] = []
        for line in lines:
            if text_width(line) <= width:
                folded.append(line)
            else:
                folded += textwrap.wrap(line.strip(), width, initial_indent=line[: len(line) - len(line.lstrip())],
                                        subsequent_indent=" " * (indent + 2), break_long_words=False)  # fmt: skip
        if math.remark:
            if text_width(folded[-1]) + text_width(math.remark) + 3 <= width:
                folded[-1] += "   " + math.remark
            else:
                folded.append(" " * indent + math.remark)
        return folded

    def markdown(self, picture: Callable[[Figure], str] | None = None, pictures: str | None = None) -> str:
        """`picture` puts a drawing somewhere and says where; without it a drawing is its plain text.

        `pictures` is the folder where the files of the pictures are; without it their captions stand alone.
        """
        lines = [f"# {self.title}", ""]
        for heading, section in self.headed():
            if heading:
                lines += [f"## {heading}", ""]
            lines += [f"{'###' if section.group else '##'} {section.title}", ""]
            for item in section.items:
                if isinstance(item, Paragraph):
                    lines += [item.text, ""]
                elif isinstance(item, Math):
                    lines += [
                        f"$$ {self._line(item, 'latex')} $$" + (f"  {item.remark}" if item.remark else ""),
                        "",
                    ]
                elif isinstance(item, Table):
                    lines.append(
                        "| "
                        + " | ".join(self.cell(h, "latex").replace("|", r"\|") for h in item.header)
                        + " |"
                    )
                    lines.append("|" + "---|" * len(item.header))
                    lines += ["| " + " | ".join(self.cell(c, "latex").replace("|", r"\|") for c in row) + " |"
                              for row in item.rows]  # fmt: skip
                    lines += ["", item.note, ""] if item.note else [""]
                elif isinstance(item, Figure):
                    lines += (
                        [f"![{section.title}]({picture(item)})", ""]
                        if picture
                        else ["```", item.text, "```", ""]
                    )
                elif isinstance(item, Picture):
                    caption = self.caption(item)
                    place = f"{pictures}/{item.name}.svg".replace(" ", "%20")
                    lines += [f"![{_plain_caption(caption)}]({place})", ""] if pictures else []
                    lines += [f"*{caption}*", ""]
                else:
                    lines += [f"```{item.language}", item.text, "```", ""]
        return "\n".join(lines).rstrip() + "\n"

    def latex(self, pictures: str = ".") -> str:
        """A complete article; pages with Chinese use ctex (XeLaTeX or LuaLaTeX). `pictures` is where their PDFs are."""
        lines = [r"\usepackage{amsmath,amssymb,booktabs,graphicx}", r"\begin{document}",
                 rf"\section*{{{tex(self.title)}}}"]  # fmt: skip
        for heading, section in self.headed():
            if heading:
                lines.append(rf"\subsection*{{{tex(heading)}}}")
            lines.append(rf"\{'subsub' if section.group else 'sub'}section*{{{tex(section.title)}}}")
            for item in section.items:
                if isinstance(item, Paragraph):
                    lines += [tex(item.text), ""]
                elif isinstance(item, Math):
                    remark = rf"\qquad\text{{{tex(item.remark)}}}" if item.remark else ""
                    lines.append(rf"\[ {self._line(item, 'latex')}{remark} \]")
                elif isinstance(item, Table):
                    lines += [rf"\begin{{center}}\begin{{tabular}}{{{'l' * len(item.header)}}}\toprule",
                              " & ".join(self._tex_cell(h) for h in item.header) + r" \\ \midrule"]  # fmt: skip
                    lines += [" & ".join(self._tex_cell(c) for c in row) + r" \\" for row in item.rows]
                    lines.append(r"\bottomrule\end{tabular}\end{center}")
                    if item.note:
                        lines.append(tex(item.note))
                elif isinstance(item, Picture):  # the PDF of `--pictures`, beside this file
                    lines += [r"\begin{center}", rf"\includegraphics[width=\linewidth]{{{pictures}/{item.name}.pdf}}\\",
                              tex(self.caption(item)), r"\end{center}"]  # fmt: skip
                else:
                    lines += [r"\begin{verbatim}", item.text, r"\end{verbatim}"]
        body = "\n".join([*lines, r"\end{document}"]) + "\n"
        # the user's columns may be Chinese on an English page
        chinese = self.language == "zh" or any("\u2e80" <= c <= "\u9fff" for c in body)
        return rf"\documentclass{{{'ctexart' if chinese else 'article'}}}" + "\n" + body

    def _tex_cell(self, cell: str | float | Math) -> str:
        return self.cell(cell, "latex") if isinstance(cell, Math) else tex(self.cell(cell, "latex"))

    def json(self) -> str:
        return json.dumps({"title": self.title, **self.facts}, ensure_ascii=False, allow_nan=False)

    def html(self) -> str:
        from .html import page_html

        return page_html(self)

    def docx(self) -> bytes:
        """A Word document: native equations, three-line tables."""
        from .docx import page_docx

        return page_docx(self)

    def _repr_html_(self) -> str:
        return str(self._repr_mimebundle_()["text/html"])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """What a notebook shows: HTML without scripts, LaTeX of the formulas where they are few, text; under 100 kB."""
        from .notebook import bundle, chosen

        return chosen(bundle(self), include, exclude)

    def __str__(self) -> str:
        return self.text()


_WORDS: dict[str, type[PageText | PageLatex | PageMathML | PageWord]] = {
    "text": PageText, "latex": PageLatex, "mathml": PageMathML, "word": PageWord,
}  # fmt: skip


LEAST_COLUMN = 20  # columns of a terminal that a column of text is left
LONG = 28  # letters; a longer sum may be broken
_TAG = re.compile("<[^>]*>")


def _terms(tree: Node, words: Any) -> list[str]:
    """A formula as pieces: the terms of a long sum, also of one that stands in brackets behind a factor; else one piece."""
    whole = read(tree, words)[0]
    if len(_TAG.sub("", whole)) <= LONG:
        return [whole]
    if tree.op == "*" and len(_flat(tree.args[1])) > 1:
        factor = words.apply("*", [read(tree.args[0], words), ("", 99)])[0]
        made = _terms(tree.args[1], words)
        return (
            [factor + words.bracket("(") + made[0], *made[1:-1], made[-1] + words.bracket(")")]
            if made[1:]
            else [whole]
        )
    first, *later = _flat(tree)
    return [read(first[1], words)[0], *(words.term(sign, read(term, words)) for sign, term in later)]


def _flat(tree: Node) -> list[tuple[str, Node]]:
    """a + b − c as its terms with their signs."""
    if tree.op not in ("+", "-"):
        return [("", tree)]
    right = ("+" if tree.op == "+" else "−", tree.args[1])
    return [*_flat(tree.args[0]), right]


def _without_repeats(pieces: list[str], signs: list[bool]) -> list[str]:
    """a = 2 = 2 is a = 2."""
    kept: list[str] = []
    for piece, sign in zip(pieces, signs, strict=True):
        if not sign and len(kept) >= 2 and piece == kept[-2]:
            del kept[-1]
        else:
            kept.append(piece)
    return kept


_SIGNS = {"=": "=", "≈": r"\approx", "→": r"\to", "⇒": r"\Rightarrow", "≡": r"\equiv"}


def _is_sign(text: str) -> bool:
    return text in _SIGNS


def sign_of(text: str, form: str) -> str:
    """What stands between two parts: a sign of mathematics, or words."""
    if form == "latex":
        return _SIGNS.get(text, rf"\text{{{tex(text)}}}")
    if form == "mathml":
        return f"<mo>{text}</mo>" if text in _SIGNS else f"<mtext>{text}</mtext>"
    if form == "word":
        return word_run(text, "" if text in _SIGNS else "nor")
    return text


def _plain_caption(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


def tex(text: str) -> str:
    """Text as LaTeX takes it."""
    swaps = {"\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
             "$": r"\$", "^": r"\^{}", "~": r"\~{}"}  # fmt: skip
    return "".join(swaps.get(c, c) for c in text)


def _grid(rows: list[list[str]], width: int) -> list[str]:
    """Columns side by side; where they are too wide together, the widest columns of text are broken into lines."""
    widths = [max(text_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    while (over := sum(w + 2 for w in widths) - width) > 0 and max(widths) > LEAST_COLUMN:
        widest = widths.index(max(widths))
        second = max([*(w for i, w in enumerate(widths) if i != widest), LEAST_COLUMN])
        widths[widest] = max(widths[widest] - over, min(second, widths[widest] - 1))
    broken = [[wrap(cell, w) for cell, w in zip(row, widths, strict=True)] for row in rows]
    widths = [max(text_width(line) for row in broken for line in row[i]) for i in range(len(widths))]
    made = [
        ["  " + "  ".join(cell + " " * (w - text_width(cell)) for cell, w in zip(line, widths, strict=True)).rstrip()
         for line in itertools.zip_longest(*row, fillvalue="")]
        for row in broken
    ]  # fmt: skip
    return [*made[0], "  " + "  ".join("-" * w for w in widths), *(line for row in made[1:] for line in row)]
