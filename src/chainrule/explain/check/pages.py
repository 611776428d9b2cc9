"""findings -> a page with a heading for each fault: HTML, Word, Markdown, LaTeX, as explanations have them."""

from ...messages import get_language, say
from ...page.page import Code, Page, Table
from .report import Fault, Report, places, row_of


def checked_page(report: Report, file: str = "") -> Page:
    """The report as a page; `facts` of its JSON are those of `Report.to_json`.

    report   what `check` found
    file     the name of the listing, for the title
    """
    page = Page(
        say("CR-2958", file=file or report.title or "-"), language=get_language(), facts=report.to_json()
    )
    first = page.section(say("CR-2959"))
    if report.shape:
        first.say(say("CR-2902", shape=report.shape, net=report.net))
    if report.seen:
        first.say(say(report.seen[0], **report.seen[1]))
    judged = [(name, say("CR-2903")) for name in report.right] + [
        (name, say("CR-2904")) for name in report.wrong
    ]
    if judged:
        first.items.append(Table(tuple(say("CR-2960").split("|")), tuple(judged)))
    if report.ok:
        first.say(say("CR-2905"))
    elif report.ok is None and report.why:
        first.say(say(report.why[0], **report.why[1]))
    for number, fault in enumerate(report.faults, 1):
        _fault(page, number, fault)
    if report.notes:
        noted = page.section(say("CR-2961"))
        for code, values in report.notes:
            noted.say(say(code, **values))
    if report.diff:
        page.section(say("CR-2962")).items += [Code(report.diff, "diff")]
    return page


def _fault(page: Page, number: int, fault: Fault) -> None:
    name, *rest = fault.lines()
    section = page.section(say("CR-2906", number=number, name=name))
    for line in rest:
        section.say(line)
    if fault.entries:
        section.items.append(
            Table(tuple(say("CR-2909").split("|")), tuple(tuple(row_of(entry)) for entry in fault.entries))
        )
    if fault.mend:
        section.say(say("CR-2907"))
        section.items.append(
            Code("\n".join(f"{mark} {line:>3}  {text}" for mark, line, text in fault.mend), "diff")
        )
    if fault.others:
        listed = "; ".join(say(code, **places(layers)).splitlines()[0] for _, code, layers in fault.others)
        section.say(say("CR-2908", others=listed))
