"""A page -> a Word document: native equations, tables with three lines; Word, WPS and LibreOffice open it.

A .docx file is a zip of XML. The same page gives the same bytes: no time of day is written.
"""

import io
import re
import zipfile
from html import escape

from ..messages.columns import text_width
from .page import Code, Figure, Item, Math, Page, Paragraph, Table
from .picture import Picture
from .plot import picture_png

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="{type}" Target="{target}"/>{more}</Relationships>'
)
_FONTS = (
    '<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun"/>'
    '<w:sz w:val="{size}"/></w:rPr>'
)
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:styles {_SPACES}><w:docDefaults><w:rPrDefault>'
    + _FONTS.format(size=21)
    + '</w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="80"/></w:pPr></w:pPrDefault></w:docDefaults>'
    + '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        '<w:basedOn w:val="Normal"/>'
        f'<w:pPr><w:keepNext/><w:spacing w:before="200" w:after="100"/><w:outlineLvl w:val="{level}"/></w:pPr>'
        f'<w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
        for name, level, size in (("heading 1", 0, 32), ("heading 2", 1, 26), ("heading 3", 2, 23))
    )
    + "</w:styles>"
)
_LINE = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="auto"/>'
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold
SCREEN = 220  # dots per inch of a picture in a document: what Word itself keeps
_DATE = (1980, 1, 1, 0, 0, 0)


def page_docx(page: Page) -> bytes:
    """The whole file."""
    parts = [_paragraph(page.title, "heading1")]
    drawn = {f"image{i}.png": picture_png(p, SCREEN) for i, p in enumerate(page.pictures(), 1)}
    places = iter(range(1, len(drawn) + 1))
    for heading, section in page.headed():
        if heading:
            parts.append(_paragraph(heading, "heading2"))
        parts.append(_paragraph(section.title, "heading3" if section.group else "heading2"))
        for item in section.items:
            if isinstance(item, Picture):
                number = next(places)
                parts.append(_image(number, drawn[f"image{number}.png"]) + _paragraph(page.caption(item)))
            else:
                parts.append(_item(page, item))
    more = "".join(
        f'<Relationship Id="rImage{i}" Type="{_RELATION}/image" Target="media/image{i}.png"/>'
        for i in range(1, len(drawn) + 1)
    )
    size = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134"/>'
    body = "".join(parts) + f"<w:sectPr>{size}</w:sectPr>"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    document = f"{head}<w:document {_SPACES}><w:body>{body}</w:body></w:document>"
    files = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS.format(type=f"{_RELATION}/officeDocument", target="word/document.xml", more=""),
        "word/document.xml": _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", document),
        "word/_rels/document.xml.rels": _RELS.format(
            type=f"{_RELATION}/styles", target="styles.xml", more=more
        ),
        "word/styles.xml": _STYLES,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(zipfile.ZipInfo(name, _DATE), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
        for name, pixels in drawn.items():
            made.writestr(zipfile.ZipInfo(f"word/media/{name}", _DATE), pixels)
    return out.getvalue()


def _text(text: str, bold: bool = False, font: str = "") -> str:
    kind = "<w:b/>" if bold else ""
    kind += f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>' if font else ""
    kind = f"<w:rPr>{kind}</w:rPr>" if kind else ""
    return f'<w:r>{kind}<w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'


def _paragraph(text: str, style: str = "") -> str:
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{kind}{_text(text)}</w:p>"


def _image(number: int, png: bytes) -> str:
    """A picture as wide as the text at most, in its own proportions."""
    wide, tall = (int.from_bytes(png[i : i + 4], "big") for i in (16, 20))  # the PNG says so in its header
    width = min(
        wide * 914_400 // SCREEN, _PAPER * 635
    )  # English Metric Units: 914 400 an inch, 635 a twentieth point
    height = min(width * tall // wide, 15_000 * 635)
    width = min(width, height * wide // tall)
    size = f'cx="{width}" cy="{height}"'
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent {size}/><wp:docPr id="{number}" name="image{number}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="image{number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="rImage{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def _item(page: Page, item: Item) -> str:
    if isinstance(item, Paragraph):
        return _paragraph(item.text)
    if isinstance(item, Math):
        pieces = page.broken(item, "word")
        if len(pieces) > 2:  # pieces of their own, between which every program can break the line
            # a sign stands as text: LibreOffice shows a formula that begins with = as one that lacks its left side
            line = "".join(
                _text(f" {sign} " if sign else " ") + (f"<m:oMath>{piece}</m:oMath>" if piece else "")
                for sign, piece in pieces
            )
            return f"<w:p>{line}{_text('    ' + item.remark) if item.remark else ''}</w:p>"
        line = f"<m:oMath>{page.cell(item, 'word')}</m:oMath>"
        if item.remark:
            return f"<w:p>{line}{_text('    ' + item.remark)}</w:p>"
        left = '<m:oMathParaPr><m:jc m:val="left"/></m:oMathParaPr>'
        return f"<w:p><m:oMathPara>{left}{line}</m:oMathPara></w:p>"
    if isinstance(item, Table):
        return _table(page, item)
    text = item.text if isinstance(item, Code | Figure) else ""
    return "".join(f"<w:p>{_text(line, font='Consolas')}</w:p>" for line in text.splitlines())


def _table(page: Page, table: Table) -> str:
    """Three lines: a thick one above and below the table, a thin one under its head; columns as wide as they need."""
    shown = [
        [page.cell(h, "text") for h in table.header],
        *([page.cell(c, "text") for c in row] for row in table.rows),
    ]
    widths = _widths([max(text_width(row[j]) for row in shown) for j in range(len(table.header))])
    thick = "".join(_LINE.format(side=side, size=12) for side in ("top", "bottom"))
    under = f"<w:tcBorders>{_LINE.format(side='bottom', size=6)}</w:tcBorders>"

    def line(cells: list[str], kind: str = "", border: str = "") -> str:
        made = "".join(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{border}</w:tcPr><w:p>{cell}</w:p></w:tc>'
                       for cell, width in zip(cells, widths, strict=True))  # fmt: skip
        return f"<w:tr><w:trPr><w:cantSplit/>{kind}</w:trPr>{made}</w:tr>"

    def written(cell: str | float | Math, bold: bool = False) -> str:
        if isinstance(cell, Math):
            return f"<m:oMath>{page.cell(cell, 'word')}</m:oMath>"
        return _text(page.cell(cell, "text"), bold=bold)

    rows = [line([written(h, True) for h in table.header], "<w:tblHeader/>", under)]
    rows += [line([written(c) for c in row]) for row in table.rows]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    kind = (
        f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{thick}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
    )
    note = _paragraph(table.note)  # also parts this table from one that follows
    return f"<w:tbl>{kind}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>{note}"


_PAPER, _LETTER = 9638, 125  # twentieths of a point: between the margins of A4, and one character


def _widths(characters: list[int]) -> list[int]:
    """Columns in twentieths of a point; where they do not fit, the widest give way."""
    wanted = [n * _LETTER + 250 for n in characters]
    most = max(wanted)
    while sum(min(w, most) for w in wanted) > _PAPER and most > 600:
        most -= 50
    return [min(w, most) for w in wanted]
