"""A page -> one self-contained HTML file: native MathML, light and dark, prints well, asks the network for nothing."""

import re
from html import escape

from ..messages.columns import text_width
from .page import Code, Figure, Item, Math, Page, Paragraph, Table, sign_of
from .picture import Picture
from .svg import DARK, PALETTE, picture_svgs

_LIGHT = "--ink:#1b1f24;--soft:#57606a;--paper:#fff;--line:#d0d7de;--mark:#0b6e4f;--fill:#f6f8fa"
_NIGHT = "--ink:#e6edf3;--soft:#9aa4af;--paper:#0d1117;--line:#30363d;--mark:#56d364;--fill:#161b22"
_INKS, _NIGHT_INKS = (
    ";".join(f"--c{i}:{color}" for i, color in enumerate(palette)) for palette in (PALETTE, DARK)
)
_THEME = f"""
:root{{{_LIGHT};{_INKS}}}
@media screen and (prefers-color-scheme:dark){{:root{{{_NIGHT};{_NIGHT_INKS}}}}}
"""
_STYLE = (
    _THEME
    + """
.cr{color:var(--ink);background:var(--paper);font:16px/1.55 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;
max-width:62rem;margin:0 auto;padding:1rem}
.cr h1{font-size:1.5rem;line-height:1.25}.cr h2{font-size:1.15rem;border-bottom:1px solid var(--line);padding-bottom:.2rem;
margin-top:2rem}.cr h3{font-size:1.02rem;margin:1.4rem 0 .3rem}.cr summary{font-size:1.15rem;font-weight:600;cursor:pointer;
border-bottom:1px solid var(--line);padding:.2rem 0;margin-top:1.2rem}
.cr .m{display:flex;gap:.2rem 1rem;align-items:center;justify-content:space-between;padding:.25rem .5rem;
border-radius:6px}.cr .f{display:flex;flex-wrap:wrap;gap:.4rem .3rem;align-items:baseline;flex:1;min-width:0;overflow-x:auto;
overflow-y:hidden;padding:.15rem 0}.cr .s{display:flex;gap:.8rem;align-items:center;flex:none}
.cr .m:hover,.cr .m.on{background:var(--fill)}.cr .m.on{outline:2px solid var(--mark)}
.cr math{font-size:1.08em;
font-family:"Cambria Math","STIX Two Math","Latin Modern Math","Libertinus Math","Times New Roman","Liberation Serif",math,serif}
.cr .r{color:var(--soft);white-space:nowrap;font-size:.85em}.cr table{border-collapse:collapse;
margin:.6rem 0;font-variant-numeric:tabular-nums;display:block;overflow-x:auto}.cr th,.cr td{padding:.25rem .7rem;text-align:left}
.cr thead th{border-top:2px solid var(--ink);border-bottom:1px solid var(--ink)}.cr tbody tr:last-child td{border-bottom:2px
solid var(--ink)}.cr pre{background:var(--fill);padding:.7rem;overflow-x:auto;border-radius:6px}.cr figure{margin:1rem 0;
overflow-x:auto}.cr svg{max-width:100%;height:auto;color:var(--ink)}.cr button{font:inherit;font-size:.75em;color:var(--soft);
background:none;border:1px solid var(--line);border-radius:4px;cursor:pointer}.cr .t{white-space:nowrap}.cr .n{color:var(--soft)}
@media (max-width:40rem){.cr .m{flex-wrap:wrap;padding:.25rem 0}.cr .f{flex:1 1 100%}
.cr table{font-size:.85em}.cr th,.cr td{padding:.2rem .45rem}}
@media (max-width:30rem){.cr{padding:.6rem}.cr math{font-size:1em}}
.cr .p{display:flex;flex-wrap:wrap;gap:.8rem 1rem;align-items:end;justify-content:center;
overflow:visible}.cr figcaption{flex:1 0 100%;color:var(--soft);font-size:.92em}
.cr nav{columns:16rem;font-size:.95em}.cr nav a{display:block;color:inherit}
.cr td.num,.cr th.num{text-align:right}.cr td,.cr th{white-space:nowrap}
.cr td.long{white-space:normal;min-width:16rem}.cr p{overflow-wrap:anywhere}
.cr code{font:inherit;white-space:nowrap;background:var(--fill);border-radius:4px;padding:0 .2rem}
@media (min-width:60rem){.cr .p.h{display:inline-flex;width:49%;vertical-align:top}}
.cr .bar{position:sticky;top:0;background:var(--paper);padding:.4rem 0;z-index:1}
@media print{.cr button,.cr .bar{display:none}.cr{max-width:none;font-size:11pt}.cr .m,.cr figure,.cr tr{break-inside:avoid}
.cr h2{break-after:avoid}.cr table{display:table;font-size:.85em;overflow:visible}.cr th,.cr td{padding:.15rem .4rem;white-space:normal}
.cr td.long{min-width:0}
.cr .p svg{max-width:48%}.cr .p svg:only-of-type,.cr .p.w svg{max-width:80%}.cr nav{display:none}}
"""
)


def _theme(name: str, jupyter: str, code: str, colab: str, otherwise: str) -> str:
    """A colour as JupyterLab, VS Code or Colab has it now; elsewhere what the cell around has."""
    return f"--{name}:var(--{jupyter},var(--{code},var(--{colab},{otherwise})))"


_NOTEBOOK = ";".join((
    _theme("ink", "jp-content-font-color1", "vscode-editor-foreground", "colab-primary-text-color", "currentcolor"),
    _theme("soft", "jp-content-font-color2", "vscode-descriptionForeground", "colab-secondary-text-color", "currentcolor"),
    _theme("line", "jp-border-color1", "vscode-panel-border", "colab-border-color", "#8888"),
    _theme("mark", "jp-success-color1", "vscode-charts-green", "colab-highlighted-surface-color", "#2b8a68"),
    "--paper:transparent;--fill:#8882",
))  # fmt: skip
FRAGMENT_STYLE = _STYLE.replace(":root", ".cr") + f".cr{{{_NOTEBOOK}}}"

_SCRIPT = """
const lines=[...document.querySelectorAll('.cr .m')];let at=-1;
function go(i){if(!lines.length)return;if(at>=0)lines[at].classList.remove('on');at=Math.max(0,Math.min(lines.length-1,i));
lines[at].classList.add('on');const d=lines[at].closest('details');if(d)d.open=true;lines[at].scrollIntoView({block:'center'});
document.getElementById('cr-at').textContent=(at+1)+' / '+lines.length}
function whole(m){return '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mrow>'+
[...m.querySelectorAll('math')].map(x=>x.innerHTML).join('')+'</mrow></math>'}
document.addEventListener('keydown',e=>{if(e.target.closest?.('input,textarea'))return;
if(e.key==='ArrowRight'||e.key==='j'){go(at+1);e.preventDefault()}if(e.key==='ArrowLeft'||e.key==='k'){go(at-1);e.preventDefault()}});
addEventListener('beforeprint',()=>document.querySelectorAll('.cr details').forEach(d=>d.open=true));
document.addEventListener('click',async e=>{const b=e.target.closest('button');if(!b)return;
if(b.dataset.go){go(at+Number(b.dataset.go));return}
const m=b.closest('.m');const text=b.dataset.c==='tex'?m.dataset.tex:whole(m);
try{await navigator.clipboard.writeText(text)}catch{const a=document.createElement('textarea');a.value=text;document.body.append(a);
a.select();document.execCommand('copy');a.remove()}const old=b.textContent;b.textContent='✓';setTimeout(()=>b.textContent=old,900)});
"""


def page_html(page: Page) -> str:
    """The whole file."""
    steps = sum(isinstance(i, Math) for s in page.sections for i in s.items)
    bar = (
        '<div class="bar"><button data-go="-1">←</button> <button data-go="1">→</button> '
        f'<span class="n" id="cr-at">0 / {steps}</span></div>'
    )
    return (
        f'<!doctype html><html lang="{page.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<link rel="icon" href="data:,">'  # without this the browser asks for /favicon.ico
        f"<title>{escape(page.title)}</title><style>body{{margin:0;background:var(--paper)}}{_STYLE}</style></head>"
        f'<body><main class="cr"><h1>{escape(page.title)}</h1>{bar if steps else ""}{_body(page, True)}</main>'
        f"<script>{_SCRIPT}</script></body></html>"
    )


def page_fragment(page: Page) -> str:
    """For a notebook cell: the same, without script, in the colours of the notebook's theme."""
    body = _body(page, False)
    return f'<style>{FRAGMENT_STYLE}</style><div class="cr"><h1>{escape(page.title)}</h1>{body}</div>'


def fragment_item(page: Page, item: Item) -> str:
    """One item of a fragment."""
    return _item(page, item, False)


def _body(page: Page, live: bool) -> str:
    """The sections; those of a group are folded under its heading."""
    parts, group = [], ""
    if page.contents and live:
        links = (f'<a href="#s{i}">{escape(s.title)}</a>' for i, s in enumerate(page.sections, 1))
        parts.append(f"<nav>{''.join(links)}</nav>")
    for i, (heading, section) in enumerate(page.headed(), 1):
        if group and section.group != group:
            parts.append("</details>")
        if heading:
            parts.append(f"<details><summary>{escape(heading)}</summary>")
        group = section.group
        level = 3 if group else 2
        parts.append(f'<section id="s{i}"><h{level}>{escape(section.title)}</h{level}>')
        parts += [_item(page, item, live) for item in section.items]
        parts.append("</section>")
    return "".join(parts) + ("</details>" if group else "")


def _math(page: Page, math: Math) -> str:
    return f'<math displaystyle="true"><mrow>{page.cell(math, "mathml")}</mrow></math>'


def _cell(page: Page, cell: str | float | Math) -> str:
    return _math(page, cell) if isinstance(cell, Math) else escape(page.cell(cell, "text"))


def _broken(page: Page, math: Math) -> str:
    """A line as one formula per piece, so that it can be broken between them."""
    return "".join(
        f'<math displaystyle="true"><mrow>{sign_of(sign, "mathml") if sign else ""}{piece}</mrow></math>'
        for sign, piece in page.broken(math, "mathml")
    )


def _item(page: Page, item: Item, live: bool) -> str:
    if isinstance(item, Paragraph):
        return f"<p>{_prose(item.text)}</p>"
    if isinstance(item, Math):
        remark = f'<span class="r">{escape(item.remark)}</span>' if item.remark else ""
        tex = escape(page.cell(item, "latex")[1:-1], quote=True)
        buttons = (
            '<span class="t"><button data-c="tex">LaTeX</button> <button data-c="mml">MathML</button></span>'
        )
        side = f'<span class="s">{remark}{buttons if live else ""}</span>'
        return f'<div class="m" data-tex="{tex}"><div class="f">{_broken(page, item)}</div>{side}</div>'
    if isinstance(item, Table):
        kinds = _alignments(item)
        head = "".join(f"<th{kind}>{_cell(page, h)}</th>" for h, kind in zip(item.header, kinds, strict=True))
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td{kind or _long(c)}>{_cell(page, c)}</td>" for c, kind in zip(row, kinds, strict=True)
            )
            + "</tr>"
            for row in item.rows
        )
        note = f'<p class="n">{escape(item.note)}</p>' if item.note else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}"
    if isinstance(item, Figure):
        return f"<figure>{item.svg}</figure>"
    if isinstance(item, Picture):
        half = len(item.panels) == 1 and item.panels[0].square and not item.panels[0].cells
        kind = "p h" if half else "p w" if item.wide else "p"
        caption = _prose(page.caption(item))
        return (
            f'<figure class="{kind}">{"".join(picture_svgs(item))}<figcaption>{caption}</figcaption></figure>'
        )
    assert isinstance(item, Code)
    return f"<pre>{escape(item.text)}</pre>"


def _alignments(table: Table) -> list[str]:
    """Columns of numbers stand to the right."""
    right = ' class="num"'
    return [
        right
        if table.rows and all(isinstance(row[j], int | float) or _number(row[j]) for row in table.rows)
        else ""
        for j in range(len(table.header))
    ]


def _prose(text: str) -> str:
    """Options and commands in a sentence do not break in the middle of a word."""
    return _TYPED.sub(lambda m: f"<code>{m[1] or m[2]}</code>", escape(text))


def _long(cell: object) -> str:
    return ' class="long"' if isinstance(cell, str) and text_width(cell) > 40 else ""


def _number(cell: object) -> bool:
    return isinstance(cell, str) and bool(_NUMBER.fullmatch(cell))


_TYPED = re.compile(r"`([^`]+)`|(?<![\w-])(--[a-z][a-z-]*)")
_NUMBER = re.compile(r"[-+−]?[0-9][0-9 ,.]*(e[-+]?[0-9]+)?( ?%)?|[–-]|")
