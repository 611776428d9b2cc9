"""folded network, rows -> an Excel workbook that computes: one cell per neuron, beside what `predict` says.

Sheets: the rows (the user's cells, then what they become, then every neuron, then answer, predict, difference), the
weights, and what to know. A spreadsheet's EXP stops at 709.78 with an error where float64 goes on with infinity, so
the argument is held there for rules that stay finite anyway.
"""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from ...errors import ModelError
from ...messages import say
from ...rules.expression import FUNCTIONS, Expression, Node
from ...rules.words import _ATOM, _BINDING, Piece, Text, _inside, read
from ...table import Table
from .folding import Folded, Layer
from .letters import LABEL, MADE, MISSING, OTHER, Input, Letter, label_text, together
from .lines import composed, output_lines
from .programs import no_text, own_letters

Array = np.ndarray[Any, Any]

ROWS, CELLS, SINGLE = 2000, 400_000, 8000
COLUMNS = 16_384  # of a sheet
_EDGE = "709.7"
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")  # what a workbook's XML cannot hold


class ExcelWords(Text):
    """The line as a cell's formula; `cells` says where a letter stands. `held` keeps EXP within its range."""

    def __init__(self, cells: Mapping[str, str], held: bool = True) -> None:
        self.cells, self.held = cells, held

    def number(self, value: float) -> Piece:
        shown = super().number(value)[0]
        # −2^2 is 4 in a spreadsheet: signs keep to themselves
        return (f"({shown})" if value < 0 else shown), _ATOM

    def name(self, name: str) -> Piece:
        return ("PI()" if name == "pi" else self.cells[name]), _ATOM

    def apply(self, op: str, args: Sequence[Piece]) -> Piece:
        inside = [a[0] for a in args]
        if op == "exp":
            return self._exp(inside[0]), _ATOM
        if op == "expm1":  # e^u − 1 = tanh(u/2)·(e^u + 1), without the lost digits near 0
            return f"(TANH(({inside[0]})/2)*({self._exp(inside[0])}+1))", _ATOM
        if op == "log1p":  # ln(1 + u) = 2·artanh(u/(2 + u)), likewise
            u = inside[0]
            return f"IF(ABS({u})<0.1,2*ATANH(({u})/(2+({u}))),LN(1+({u})))", _ATOM
        if op == "**":
            return f"POWER({','.join(inside)})", _ATOM
        if op == "neg":
            return f"(-{_inside(args[0], _ATOM)})", _ATOM
        if op in FUNCTIONS:
            word = {"log": "LN", "floor": "INT", "where": "IF"}.get(op, op.upper())
            return f"{word}({','.join(inside)})", _ATOM
        if op in ("and", "or", "not"):
            return f"{op.upper()}({','.join(inside)})", _ATOM
        binding = _BINDING[op]
        sign = {"==": "=", "!=": "<>"}.get(op, op)
        return f"{_inside(args[0], binding)}{sign}{_inside(args[1], binding + 1)}", binding

    def _exp(self, u: str) -> str:
        return f"EXP(MIN({u},{_EDGE}))" if self.held else f"EXP({u})"


def holds(rule: Expression, knobs: Mapping[str, float]) -> bool:
    """Whether the rule is finite where its exponentials are not, so that holding them changes no digit that counts."""
    reached = [np.asarray(rule(s=np.array([s]), **knobs), float) for s in (-1e4, -800.0, 800.0, 1e4)]
    return all(bool(np.isfinite(r).all()) for r in reached)


def column_letters(index: int) -> str:
    """1 -> A, 27 -> AA"""
    text = ""
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


class _Weights:
    """The sheet of weights: where the numbers of each unit stand."""

    def __init__(self, sheet: Any, name: str) -> None:
        self.sheet, self.quoted = sheet, "'" + name.replace("'", "''") + "'"
        self.row = 1
        self.bias: dict[str, str] = {}
        self.range: dict[str, str] = {}
        self.label: dict[str, str] = {}

    def layer(self, layer: Layer, folded: Folded) -> None:
        put_text(
            self.sheet,
            self.row,
            1,
            say("CR-2360", layer=layer.index, activation=layer.activation.name),
            bold=True,
        )
        self.row += 1
        header = [say("CR-2361"), "b", "θ = −b"]
        for j, text in enumerate(header, 1):
            put_text(self.sheet, self.row, j, text, bold=True)
        for j, letter in enumerate(layer.inputs, len(header) + 1):
            found = folded.letter(letter)
            put_text(self.sheet, self.row, j, found.shown if found else letter, bold=True)
        first = len(header) + 1
        for k, score in enumerate(layer.scores):
            self.row += 1
            put_text(self.sheet, self.row, 1, layer.units[k])
            self.sheet.cell(self.row, 2, float(layer.b[k]))
            self.sheet.cell(self.row, 3, f"=-B{self.row}")
            for j, w in enumerate(layer.w[:, k].tolist(), first):
                self.sheet.cell(self.row, j, w)
            self.bias[score] = f"{self.quoted}!$B${self.row}"
            end = column_letters(first + len(layer.inputs) - 1)
            self.range[score] = f"{self.quoted}!${column_letters(first)}${self.row}:${end}${self.row}"
        self.row += 2

    def labels(self, folded: Folded) -> None:
        """Labels stand in cells: a formula compares with the cell, whatever characters the label has."""
        put_text(self.sheet, self.row, 1, say("CR-2362"), bold=True)
        for given in folded.inputs:
            if given.takes != "label":
                continue
            self.row += 1
            put_text(self.sheet, self.row, 1, given.column)
            for j, label in enumerate(given.levels, 2):
                put_text(self.sheet, self.row, j, label_text(label))
            end = column_letters(1 + max(len(given.levels), 1))
            self.label[given.name] = f"{self.quoted}!$B${self.row}:${end}${self.row}"
        self.row += 2

    def label_cell(self, given: Input, letter: Letter) -> str:
        sheet, _, place = self.label[given.name].rpartition("!")
        row = place.rpartition("$")[2]
        return f"{sheet}!${column_letters(2 + given.levels.index(letter.label))}${row}"


def put_text(sheet: Any, row: int, column: int, text: str, bold: bool = False) -> None:
    """Text as text: a name that begins with = is no formula."""
    cell = sheet.cell(row, column)
    cell.value = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)[:32_000]
    cell.data_type = "s"
    if bold:
        from openpyxl.styles import Font

        cell.font = Font(bold=True)


def workbook(folded: Folded, table: Table, predicted: Array, title: str, said: Sequence[str]) -> bytes:
    """The workbook's bytes. predicted (n, answers): `predict` in float64 for the rows of the table.

    Raises ModelError CR-2305 where the network has more neurons than a sheet has columns.
    """
    import openpyxl

    no_text(folded, "xlsx")
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet, weights, about = (book.create_sheet(say(code)) for code in ("CR-2363", "CR-2364", "CR-2365"))
    places = _Weights(weights, weights.title)
    for layer in folded.layers:
        places.layer(layer, folded)
    places.labels(folded)
    plan = _Columns(folded)
    if plan.count > COLUMNS or max(len(a.inputs) for a in folded.layers) + 3 > COLUMNS:
        raise ModelError("CR-2305", count=plan.count, most=COLUMNS)
    rows = min(table.rows, ROWS, max(1, CELLS // plan.count))
    for j, text in enumerate(plan.headers, 1):
        put_text(sheet, 1, j, text, bold=True)
    held = [holds(a.activation.forward, a.knobs) for a in folded.layers]
    raw = [cells(table, given, rows) for given in folded.inputs]
    for r in range(rows):
        for j, column in enumerate(raw, 1):
            if isinstance(column[r], str):
                put_text(sheet, r + 2, j, column[r])
            elif column[r] is not None:
                sheet.cell(r + 2, j, column[r])
        for j, formula in plan.formulas(r + 2, places, held):
            sheet.cell(r + 2, j, formula)
        _beside(sheet, plan, r + 2, predicted[r])
    sheet.freeze_panes = "A2"
    put_text(about, 1, 1, title, bold=True)
    notes = [*said, say("CR-2366", rows=rows, of=table.rows), say("CR-2367"), say("CR-2368")]
    for line, text in enumerate(notes, 3):
        put_text(about, line, 1, text)
    line = len(notes) + 4
    for given in folded.inputs:
        put_text(about, line, 1, given.column)
        put_text(about, line, 2, together(given.rules))
        line += 1
    for answer, text in single_cells(folded).items():
        put_text(about, line + 1, 1, say("CR-2369", answer=answer))
        put_text(about, line + 2, 1, text)
        line += 3
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(table: Table, given: Input, rows: int) -> list[Any]:
    """The user's cells: numbers, labels as their text, None for missing."""
    from ...encoding.path import numbers_of

    column = table[given.column]
    if given.takes == "number":
        values = numbers_of(table, column)[:rows].tolist()
        return [None if v != v else v for v in values]
    if given.takes == "date":
        seconds = column.values[:rows].tolist() if column.kind == "date" else [float("nan")] * rows
        return [None if v != v else datetime(1970, 1, 1) + timedelta(seconds=v) for v in seconds]
    levels, codes = column.factor()
    return [None if c < 0 else label_text(levels[c]) for c in codes[:rows].tolist()]


class _Columns:
    """Which column of the row sheet holds what."""

    def __init__(self, folded: Folded) -> None:
        self.folded = folded
        self.headers: list[str] = []
        self.at: dict[str, int] = {}
        self.raw: dict[str, int] = {}
        for given in folded.inputs:
            self.raw[given.name] = self._next(given.column)
        first = list(folded.layers[0].inputs)  # neighbours, so that one SUMPRODUCT takes them all
        known = [a.name for a in folded.letters]
        for name in [*(n for n in known if n not in first), *first]:
            letter = folded.letter(name)
            self.at[name] = self._next(
                f"{name}: {letter.shown}" if letter and letter.name != letter.shown else name
            )
        self.first, self.last = {1: first[0] if first else ""}, {1: first[-1] if first else ""}
        for layer in folded.layers:
            if not layer.identity and not layer.activation.elementwise:
                for name in layer.scores:
                    self.at[name] = self._next(name)
                for line in output_lines(layer):
                    if line.name not in self.at and line.name not in layer.units:
                        self.at[line.name] = self._next(line.name)
            for name in layer.units:
                self.at[name] = self._next(name)
            self.first[layer.index + 1], self.last[layer.index + 1] = layer.units[0], layer.units[-1]
        for line in folded.outer:
            if line.name in self.at:
                continue
            self.at[line.name] = self._next(line.name)
        self.beside = [
            (self._next(say("CR-2370", answer=a.shown)), self._next(say("CR-2371"))) for a in folded.answers
        ]

    def _next(self, header: str) -> int:
        self.headers.append(header)
        return len(self.headers)

    @property
    def count(self) -> int:
        return len(self.headers)

    def formulas(self, row: int, weights: _Weights, held: Sequence[bool]) -> list[tuple[int, str]]:
        """(column, formula) of every computed cell of one row."""
        here = {name: f"{column_letters(j)}{row}" for name, j in self.at.items()}
        made: list[tuple[int, str]] = []
        for given in self.folded.inputs:
            cell = f"{column_letters(self.raw[given.name])}{row}"
            for letter in own_letters(self.folded, given):
                made.append((self.at[letter.name], f"=IF({_asked(given, letter, cell, weights)},1,0)"))
            if given.takes == "date":
                refuse = "NA()" if given.must else "0"
                made += [
                    (self.at[letter], f'=IF({cell}="",{refuse},{text})')
                    for letter, text in _dates(given, cell).items()
                ]
            elif given.takes == "number":
                # times 1: text that is no number becomes an error instead of a 0 in a sum
                missing = "NA()" if given.fill is None else ExcelWords({}).number(given.fill)[0]
                made.append((self.at[given.name], f'=IF({cell}="",{missing},{cell}*1)'))
            elif given.must or given.known:
                for letter in own_letters(self.folded, given)[:1]:
                    refused = _refused(given, cell, weights)
                    place = next(i for i, (j, _) in enumerate(made) if j == self.at[letter.name])
                    formula = made.pop(place)[1]
                    made.append((self.at[letter.name], f"=IF({refused},NA(),{formula[1:]})"))
        for line in self.folded.filled.prepared:
            made.append((self.at[line.name], "=" + read(line.tree, ExcelWords(here, held=False))[0]))
        for layer, keeps in zip(self.folded.layers, held, strict=True):
            made += self._layer(layer, here, weights, keeps)
        for line in self.folded.outer:
            made.append((self.at[line.name], "=" + read(line.tree, ExcelWords(here))[0]))
        return made

    def _layer(
        self, layer: Layer, here: dict[str, str], weights: _Weights, keeps: bool
    ) -> list[tuple[int, str]]:
        made: list[tuple[int, str]] = []
        inputs = ""
        if layer.inputs:
            inputs = f"{here[self.first[layer.index]]}:{here[self.last[layer.index]]}"
        scores = {}
        for name in layer.scores:
            total = f"+SUMPRODUCT({inputs},{weights.range[name]})" if inputs else ""
            scores[name] = f"({weights.bias[name]}{total})"
        if layer.identity:
            return [(self.at[name], "=" + text[1:-1]) for name, text in scores.items()]
        if not layer.activation.elementwise:
            made = [(self.at[name], "=" + text[1:-1]) for name, text in scores.items()]
            scores = {}
        texts: dict[str, str] = {}
        for line in output_lines(layer):
            # a long sum goes on from its own letter, which in a cell is the text so far
            begun = {line.name: f"({texts[line.name]})"} if line.name in texts else {}
            words = ExcelWords({**here, **scores, **begun}, keeps)
            texts[line.name] = read(line.tree, words)[0]
            if len(texts[line.name]) > SINGLE:
                raise ModelError("CR-2306", layer=layer.index, units=len(layer.units), most=SINGLE)
        return [*made, *((self.at[name], "=" + text) for name, text in texts.items())]


def _dates(given: Input, cell: str) -> dict[str, str]:
    """A date's letters as formulas of its cell: the serial number counts days from 1899-12-30."""
    found = {given.name: f"{cell}*1-25569"}
    if given.year:
        first, last = f"DATE(YEAR({cell}),1,1)", f"DATE(YEAR({cell})+1,1,1)"
        found[given.year] = f"(INT({cell})-{first})/({last}-{first})"
    return found


def _asked(given: Input, letter: Letter, cell: str, weights: _Weights) -> str:
    """The condition of a letter. EXACT tells capitals apart, = does not."""
    if letter.kind == MISSING:
        return f'{cell}=""'
    if letter.kind == LABEL:
        return f"EXACT({cell},{weights.label_cell(given, letter)})"
    known = weights.label[given.name]
    return f'AND({cell}<>"",SUMPRODUCT(--EXACT({cell},{known}))=0)'


def _refused(given: Input, cell: str, weights: _Weights) -> str:
    parts = [f'{cell}=""'] if given.must else []
    if given.known:
        parts.append(_asked(given, Letter("", given.column, OTHER), cell, weights))
    return f"OR({','.join(parts)})"


def _beside(sheet: Any, plan: _Columns, row: int, predicted: Array) -> None:
    for (theirs, difference), answer, value in zip(
        plan.beside, plan.folded.answers, predicted.tolist(), strict=True
    ):
        if np.isfinite(value):
            sheet.cell(row, theirs, value)
        else:
            put_text(sheet, row, theirs, str(value))
        cell = f"{column_letters(plan.at[answer.name])}{row}"
        sheet.cell(row, difference, f"={cell}-{column_letters(theirs)}{row}")


def single_cells(folded: Folded) -> dict[str, str]:
    """Each answer as the formula of one cell, for row 2 of the row sheet, where it has fewer than 8 000 characters."""
    found = {}
    plan = _Columns(folded)
    letters: dict[str, str] = {}
    for given in folded.inputs:
        cell = f"{column_letters(plan.raw[given.name])}2"
        if given.takes == "number":
            letters[given.name] = (
                cell if given.fill is None else f'IF({cell}="",{ExcelWords({}).number(given.fill)[0]},{cell})'
            )
        elif given.takes == "date":
            letters |= {n: f'IF({cell}="",0,{text})' for n, text in _dates(given, cell).items()}
        for letter in own_letters(folded, given):
            if letter.kind == MISSING:
                letters[letter.name] = f'IF({cell}="",1,0)'
            elif letter.kind == LABEL and _short([letter.label]):
                letters[letter.name] = f"IF(EXACT({cell},{_string(letter.label)}),1,0)"
            elif letter.kind == OTHER and _short(given.levels):
                known = ",".join(f"EXACT({cell},{_string(label)})" for label in given.levels)
                letters[letter.name] = f'IF(OR({cell}="",{known}),0,1)'
    if any(a.name not in letters and a.kind != MADE for a in folded.letters):
        return {}
    held = all(holds(a.activation.forward, a.knobs) for a in folded.layers)
    if any(i.must or i.known for i in folded.inputs):
        return {}
    for name, tree in composed(folded.filled, SINGLE).items():
        text = "=" + read(tree, ExcelWords(letters, held))[0]
        if len(text) < SINGLE and _nesting(tree) < 60:
            found[name] = text
    return found


def _short(labels: Sequence[Any]) -> bool:
    """Whether the labels can stand in a formula: at most 255 characters of text, at most 255 arguments."""
    return len(labels) < 255 and all(
        len(label_text(v)) < 256 and not _FORBIDDEN.search(label_text(v)) for v in labels
    )


def _string(label: Any) -> str:
    return '"' + label_text(label).replace('"', '""') + '"'


def _nesting(tree: Node) -> int:
    """Levels of functions within functions; Excel reads 64."""
    below = max((_nesting(a) for a in tree.args), default=0)
    return below + (tree.op in FUNCTIONS or tree.op in ("and", "or", "not"))
