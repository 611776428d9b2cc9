"""equation: model -> one formula in the units of the user's columns, checked against `predict`, in many forms."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...errors import ModelError
from ...messages import say
from .checking import Check, check, predicted, random_table, training_table
from .folding import Folded, fold
from .lines import composed, lines, one_line, rounded, values

if TYPE_CHECKING:
    from ...model import Model
    from ...page.page import Page
    from ...table import Table

__all__ = [
    "FORMS",
    "Equation",
    "Folded",
    "composed",
    "equation",
    "fold",
    "lines",
    "one_line",
    "rounded",
    "values",
]

FORMS = ("text", "latex", "mathml", "markdown", "python", "matlab", "xlsx", "docx", "html", "json", "table")
BINARY = ("xlsx", "docx")


@dataclass(frozen=True, eq=False)
class Equation:
    """A model as a formula. `folded` is what is printed, `exact` the same with all digits."""

    model: "Model"
    exact: Folded
    folded: Folded
    digits: int
    checked: Check
    table: "Table"

    @property
    def title(self) -> str:
        return say("CR-2310", target=self.model.target, network=self.model.plan.name)

    @property
    def said(self) -> list[str]:
        """How far the formula is from `predict`, and what rounding does, in sentences."""
        c, made = self.checked, []
        where = say("CR-2311", rows=c.rows, file=c.source) if c.source else say("CR-2312", rows=c.rows)
        made.append(
            say(
                "CR-2313",
                where=where,
                worst=c.predict,
                largest=c.largest,
                precision=self.model.plan.precision,
            )
        )
        made.append(say("CR-2314", worst=c.double))
        if c.rounding is not None:
            made.append(say("CR-2315", digits=self.digits, worst=c.rounding))
        if not c.source:
            made.append(say("CR-2316"))
        members = self.model.facts.get("program", {}).get("members", 1)
        if isinstance(members, int) and members > 1:
            made.append(say("CR-3132", members=members))
        return made

    @cached_property
    def page(self) -> "Page":
        from .pages import page

        return page(self.folded, self.title, self.said, digits=self.digits)

    def form(self, form: str, *, name: str = "") -> str | bytes:
        """One of FORMS; `name` is what the MATLAB function is called. Raises ModelError CR-2320 for another word."""
        from . import listing, pages, programs

        if form not in FORMS:
            raise ModelError("CR-2320", form=form, forms=", ".join(FORMS))
        if form == "text":
            return listing.text(self.folded, self.title, self.said)
        if form == "python":
            return programs.python(self.folded, self.title, self.said)
        if form == "matlab":
            word = programs.function_name(name or self.model.target)
            return programs.matlab(self.folded, word, self.title, self.said)
        if form == "json":
            return listing.json_text(self.folded, self.title, self.said, self.checked)
        if form == "xlsx":
            from .excel import workbook

            theirs = predicted(self.model, self.table, double=True)
            return workbook(self.folded, self.table, theirs, self.title, self.said)
        if form == "table":
            return pages.page(self.folded, self.title, self.said, digits=self.digits, table_only=True).text()
        if form == "mathml":
            return listing.mathml(self.page)
        if form == "docx":
            return self.page.docx()
        if form == "markdown":
            return self.page.markdown()
        return self.page.latex() if form == "latex" else self.page.html()

    def _repr_html_(self) -> str:
        return self.page._repr_html_()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return self.page._repr_mimebundle_(include, exclude)

    def __str__(self) -> str:
        return str(self.form("text"))


def equation(model: Any, data: Any = None, *, digits: int = 0, **options: Any) -> Equation:
    """The model's formula, checked row by row against `predict`.

    model   a Model, its file, a file of weights, or a fitted scikit-learn MLP or pipeline
    data    the training table (file, frame or Table); None: the file the model was trained from where it is still
            there, else random rows
    digits  significant digits of weights and constants; 0: all it takes to give the same numbers back
    options of reading the table (delimiter, decimal, …)

    Raises ModelError CR-23xx, and TableError or EncodingError where the table does not fit the model.
    """
    if isinstance(digits, bool) or not hasattr(digits, "__index__") or not 0 <= digits <= 17:
        raise ModelError("CR-2321", digits=digits)
    from ..foreign import as_model

    model = as_model(model).single
    exact = fold(model.plan, model.weights, model.encoding)
    printed = rounded(exact, digits) if digits else exact
    if data is not None:
        table, source = model.read(data, **options), data if isinstance(data, str) else say("CR-2317")
    else:
        found = training_table(model)
        table, source = found if found else (random_table(model.encoding, exact), "")
    if not table.rows:
        raise ModelError("CR-2322", file=table.source)
    return Equation(model, exact, printed, digits, check(model, exact, printed, table, source), table)
