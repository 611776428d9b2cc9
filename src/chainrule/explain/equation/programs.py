"""folded network -> a program of its own: a Python module with nothing but math, a MATLAB/Octave function."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass

from ...encoding import words
from ...errors import ModelError
from ...messages import say
from ...rules.expression import FUNCTIONS
from ...rules.words import _ATOM, _BINDING, _SIGN, Piece, Text, _inside, read
from .folding import Folded
from .letters import LABEL, MISSING, NUMBER, OTHER, Input, Letter, Namer, label_text
from .lines import lines


class PythonWords(Text):
    """The line in Python: overflow is infinite as in NumPy, a choice computes only what it takes."""

    def name(self, name: str) -> Piece:
        return ("math.pi" if name == "pi" else name), _ATOM

    def apply(self, op: str, args: Sequence[Piece]) -> Piece:
        inside = ", ".join(a[0] for a in args)
        if op == "where":
            return f"({args[1][0]} if {args[0][0]} else {args[2][0]})", _ATOM
        if op in ("exp", "expm1", "sign"):
            return f"_{op}({inside})", _ATOM
        if op in ("abs", "min", "max"):
            return f"{op}({inside})", _ATOM
        if op == "**":
            return f"math.pow({inside})", _ATOM
        if op in FUNCTIONS:
            return f"math.{op}({inside})", _ATOM
        return super().apply(op, args)


class OctaveWords(Text):
    """The line in MATLAB's language, for scalars and for whole columns."""

    def apply(self, op: str, args: Sequence[Piece]) -> Piece:
        if op == "where":
            return f"pick({', '.join(a[0] for a in args)})", _ATOM
        if op in FUNCTIONS:
            return super().apply(op, args)
        binding = _BINDING[op]
        if op == "**":
            return f"{_inside(args[0], _ATOM)}.^{_inside(args[1], _ATOM)}", binding
        if op == "neg":
            return "-" + _inside(args[0], _SIGN), binding
        if op == "not":
            return f"~({args[0][0]})", _ATOM
        sign = {"*": ".*", "/": "./", "!=": "~=", "and": "&", "or": "|"}.get(op, op)
        return f"{_inside(args[0], binding)} {sign} {_inside(args[1], binding + 1)}", binding


_PYTHON_TOOLS = {
    "_exp": """def _exp(u):
    return math.exp(u) if u < 709.78 else math.inf
""",
    "_expm1": """def _expm1(u):
    return math.expm1(u) if u < 709.78 else math.inf
""",
    "_sign": """def _sign(u):
    return (u > 0) - (u < 0)
""",
    "_is": """def _is(value, label):
    return value == label and isinstance(value, bool) == isinstance(label, bool) or str(value) == str(label)
""",
    "_days": """def _days(value):
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    if isinstance(value, datetime.time):
        value = datetime.datetime.combine(datetime.date(1970, 1, 1), value)
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day)
    return (value.replace(tzinfo=None) - datetime.datetime(1970, 1, 1)) / datetime.timedelta(days=1)
""",
    "_year": """def _year(days):
    day = datetime.date(1970, 1, 1) + datetime.timedelta(days=math.floor(days))
    first, last = datetime.date(day.year, 1, 1), datetime.date(day.year + 1, 1, 1)
    return (day - first).days / (last - first).days
""",
    "_missing": """def _missing(value):
    return value is None or value != value or value == ""
""",
}


def python(folded: Folded, title: str, checked: Sequence[str]) -> str:
    """A module with `predict(letters…)` and `predict_row({column: value})`; needs nothing but Python's own library."""
    python_words = PythonWords()
    body = [*_python_inputs(folded)]
    body += [f"    {line.name} = {read(line.tree, python_words)[0]}" for line in lines(folded.filled)]
    answers = ", ".join(f"{_literal(a.shown)}: {a.name}" for a in folded.answers)
    if not folded.labels:
        answer = folded.answers[0].name if len(folded.answers) == 1 else f"{{{answers}}}"
    elif len(folded.answers) == 1:
        answer = f"{{{_literal(folded.labels[0])}: 1 - {folded.answers[0].name}, {_literal(folded.labels[1])}: {folded.answers[0].name}}}"
    else:
        answer = "{" + ", ".join(f"{_literal(a.label)}: {a.name}" for a in folded.answers) + "}"
    text = "\n".join(body) + f"\n    return {answer}\n"
    tools = [code for word, code in _PYTHON_TOOLS.items() if word + "(" in text]
    arguments = ", ".join(i.name for i in folded.inputs)
    if any(i.takes == "text" for i in folded.inputs):
        tools += _hashing()
    given = ", ".join(f"row.get({_literal(i.column)})" for i in folded.inputs)
    comments = _legend(folded, title, checked, "# ")
    what = say("CR-2350") if folded.labels else say("CR-2351")
    return "\n".join([
        *comments, *(f"import {m}" for m in ("datetime", "math", "re", "zlib") if f"{m}." in text + "".join(tools) or m == "math"),
        "", "", *(f"{tool}\n" for tool in tools),
        f"def predict({arguments}):", f"    # {_one(what)}", text, "",
        "def predict_row(row):", f"    # {_one(say('CR-2352'))}", f"    return predict({given})",
    ]) + "\n"  # fmt: skip


def _python_inputs(folded: Folded) -> list[str]:
    made = []
    for given in folded.inputs:
        empty = f"_missing({given.name})"
        if given.must:
            made += [
                f"    if {empty}:",
                f"        raise ValueError({_literal(say('CR-2353', column=given.column))})",
            ]
        if given.known:
            labels = ", ".join(_literal(v) for v in given.levels)
            made += [f"    if not any(_is({given.name}, label) for label in ({labels},)) and not {empty}:",
                     f"        raise ValueError({_literal(say('CR-2354', column=given.column))})"]  # fmt: skip
        for letter in own_letters(folded, given):
            made.append(f"    {letter.name} = {_python_condition(given, letter, empty)}")
        if given.takes == "text":
            places = ", ".join(given.places)
            made.append(f'    {places}, = hashed("" if {empty} else str({given.name}), {len(given.places)})')
        elif given.takes == "date":
            made.append(f"    {given.name} = 0.0 if {empty} else _days({given.name})")
            made += [f"    {given.year} = _year({given.name})"] if given.year else []
        elif given.takes == "number" and given.fill is not None:
            made.append(f"    {given.name} = {given.fill!r} if {empty} else float({given.name})")
        elif given.takes == "number":
            made.append(f"    {given.name} = float({given.name})")
    return made


def _python_condition(given: Input, letter: Letter, empty: str) -> str:
    if letter.kind == MISSING:
        return f"int({empty})"
    if letter.kind == LABEL:
        return f"int(_is({given.name}, {_literal(letter.label)}))"
    labels = ", ".join(_literal(v) for v in given.levels)
    return f"int(not {empty} and not any(_is({given.name}, label) for label in ({labels},)))"


def _hashing() -> list[str]:
    """The encoding's own text of how words are counted, to be carried along."""
    patterns = [f"{n} = re.compile({getattr(words, n).pattern!r})\n" for n in ("_WORD", "_HAN")]
    return ["".join(patterns) + "\n", *(inspect.getsource(f) for f in (words.tokens, words.hashed))]


def own_letters(folded: Folded, given: Input) -> list[Letter]:
    """The letters that say something of this column's cell: labels, missing, other."""
    mine = {given.missing, given.other, *given.labels} - {""}
    return [a for a in folded.letters if a.name in mine]


def _literal(value: object) -> str:
    """A label as Python reads it: text, numbers and truth values as they are, the rest as their text."""
    return repr(value) if isinstance(value, str | bool | int | float) else repr(label_text(value))


def _one(text: str) -> str:
    """On one line, whatever the user's columns are called."""
    return "".join(c if c.isprintable() else " " for c in text)


def _legend(folded: Folded, title: str, checked: Sequence[str], mark: str) -> list[str]:
    made = [title, ""]
    made += [given.meaning for given in folded.inputs]
    made += [f"{a.name}: {a.meaning}" for a in folded.letters if a.kind != NUMBER]
    return [(mark + _one(line)).rstrip() for line in [*made, "", *checked]]


@dataclass(frozen=True)
class _Octave:
    """How a column's cells are asked in MATLAB: numbers by isnan and ==, text by strcmp."""

    given: Input

    @property
    def numeric(self) -> bool:
        kinds = {type(v) for v in self.given.levels}
        return self.given.takes in ("number", "date") or bool(kinds) and kinds <= {int, float}

    def empty(self) -> str:
        return f"isnan({self.given.name})" if self.numeric else f"strcmp({self.given.name}, '')"

    def equal(self, label: object) -> str:
        if self.numeric:
            return f"({self.given.name} == {label!r})"
        text = label_text(label).replace("'", "''")
        return f"strcmp({self.given.name}, '{_one(text)}')"

    def condition(self, letter: Letter) -> str:
        if letter.kind == MISSING:
            return f"reshape(double({self.empty()}), [], 1)"
        if letter.kind == LABEL:
            return f"reshape(double({self.equal(letter.label)}), [], 1)"
        return (
            "reshape(double(~("
            + " | ".join([self.empty(), *map(self.equal, self.given.levels)])
            + ")), [], 1)"
        )


def no_text(folded: Folded, form: str) -> None:
    """Counting hashed words needs a program; ModelError CR-2309 names the forms that can carry the equation."""
    given = next((i for i in folded.inputs if i.takes == "text"), None)
    if given is not None:
        raise ModelError("CR-2309", column=given.column, form=form)


def _octave_date(given: Input) -> list[str]:
    """datenum -> days since 1970; a missing one is 1970, which the lines below do not use."""
    d = given.name
    made = [f"  {d} = pick(isnan({d}), 719529, {d}) - 719529;"]
    if given.year:
        made += [f"  {given.year} = datevec({d} + 719529);",
                 f"  {given.year} = (floor({d}) - datenum({given.year}(:,1), 1, 1) + 719529) ./ "
                 f"(datenum({given.year}(:,1) + 1, 1, 1) - datenum({given.year}(:,1), 1, 1));"]  # fmt: skip
    return made


def function_name(text: str) -> str:
    """A name MATLAB accepts for a function and its file."""
    return Namer().give(text, "network")


_PICK = """
function r = pick(condition, yes, no)
  n = max([numel(condition), numel(yes), numel(no)]);
  r = zeros(n, 1);
  condition = condition(:) & true(n, 1);
  yes = yes(:) + zeros(n, 1);
  no = no(:) + zeros(n, 1);
  r(condition) = yes(condition);
  r(~condition) = no(~condition);
end
"""


def matlab(folded: Folded, name: str, title: str, checked: Sequence[str]) -> str:
    """A function file: numbers as columns or scalars (NaN for missing), labels as text or cell arrays ('' for missing)."""
    no_text(folded, "matlab")
    octave_words = OctaveWords()
    outputs = ", ".join(a.name for a in folded.answers)
    returned = f"[{outputs}]" if len(folded.answers) > 1 else outputs
    made = [f"function {returned} = {name}({', '.join(i.name for i in folded.inputs)})"]
    made += _legend(folded, title, checked, "% ")
    made += [f"% {_one(say('CR-2355'))}"]
    if any(i.takes == "date" for i in folded.inputs):
        made += [f"% {_one(say('CR-2359'))}"]
    for given in folded.inputs:
        asked = _Octave(given)
        if given.must:
            made.append(
                f"  if any({asked.empty()}), error('{_quoted(say('CR-2353', column=given.column))}'); end"
            )
        if given.known:
            condition = _Octave(given).condition(Letter("", given.column, OTHER))
            made.append(
                f"  if any({condition}), error('{_quoted(say('CR-2354', column=given.column))}'); end"
            )
        for letter in own_letters(folded, given):
            made.append(f"  {letter.name} = {asked.condition(letter)};")
        if given.takes == "date":
            made += _octave_date(given)
        elif given.takes == "number" and given.fill is not None:
            made.append(f"  {given.name} = pick({asked.empty()}, {given.fill!r}, {given.name});")
        elif given.takes == "number":
            made.append(f"  {given.name} = {given.name}(:);")
    made += [f"  {line.name} = {read(line.tree, octave_words)[0]};" for line in lines(folded.filled)]
    text = "\n".join([*made, "end", ""])
    return text + _PICK if "pick(" in text else text


def _quoted(text: str) -> str:
    """For error('…'): one line, quotes doubled, and no % that would be a format."""
    return _one(text).replace("'", "''").replace("%", "%%").replace("\\", "\\\\")
