"""a listing as it stands on a page -> Python 3: lost indentation, Python 2, full-width signs; or a refusal."""

import ast
import html
import re
from difflib import unified_diff

from ...errors import CheckError

MOST = 200_000  # characters
_WIDE: dict[int, str] = {c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}  # the whole full-width block
_WIDE |= {0x3000: " ", 0xA0: " ", 0x200B: "", 0xFEFF: "", 0x2212: "-", 0x2013: "-", 0xD7: "*", 0x201C: '"', 0x201D: '"',
          0x2018: "'", 0x2019: "'", 0x3002: "."}  # fmt: skip
_HEADER = re.compile(r"\s*(if|elif|else|for|while|def|class|try|except|finally|with)\b.*:\s*(#.*)?$")
_IMPORT = re.compile(r"\s*(import\s+numpy|from\s+numpy\s+import)\b")
_CODE = re.compile(
    r"\s*(#|[)\]}]|(import|from|for|while|if|elif|else|def|class|return|print|pass|break|continue|with|try|except)\b"
    r"|[A-Za-z_][\w.]*(\[[^\]]*\])*(\s*,\s*[A-Za-z_][\w.]*)*\s*([-+*/@|]?=|\()|\"\"\"|\'\'\'|[-+*/@]?\s*[\[(])"
)
_LEAVES = re.compile(r"\s*(return|break|continue|pass|raise)\b")


def repaired(text: str, name: str) -> tuple[str, str]:
    """(Python 3 text, unified diff); the diff is "" where nothing had to be done. CheckError CR-2918, 2919.

    Where a whole page was saved, the listing in it is taken: its lines keep their numbers.
    """
    try:
        return _repaired(text, name)
    except CheckError as error:
        listing = _listing(text) if error.code == "CR-2919" else None
        if listing is None:
            raise
        try:
            return _repaired(listing, name)
        except CheckError:
            raise error from None


def _listing(page: str) -> str | None:
    """The lines of a page from the first import of NumPy to the last that looks like code; the others are blank."""
    lines = page.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((k for k, line in enumerate(lines) if _IMPORT.match(line)), None)
    if first is None:
        return None
    last = first
    for k in range(first, len(lines)):
        if _CODE.match(lines[k]):
            last = k
        elif lines[k].strip():
            break
    if first == 0 and last == len(lines) - 1:
        return None
    return "\n".join([*[""] * first, *lines[first : last + 1]])


_DELTA = re.compile(
    r"\s*(\S*delta\S*)\s*=\s*(\S*delta\S*?)\s*(?:\.dot\((.+)\.T\s*\)|@\s*(.+)\.T)\s*;?\s*(#.*)?$", re.I
)


def without_slope(text: str) -> tuple[int, str] | None:
    """(line, text) of a hidden delta written as the delta above times transposed weights and nothing else, for listings
    that give the lines alone, with no numbers to run."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := _DELTA.match(line):
            if match[1] != match[2]:
                return number, line.split("#")[0].strip().rstrip(";")
    return None


def _repaired(text: str, name: str) -> tuple[str, str]:
    if len(text) > MOST or "\0" in text:
        raise CheckError("CR-2918", file=name, lines=len(text), limit=MOST)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    original = text
    text = _unwrapped(text)
    lines = text.split("\n")
    tried: dict[str, int] = {}
    while True:
        error = _error("\n".join(lines))
        if error is None:
            break
        state = "\n".join(lines)
        tried[state] = tried.get(state, 0) + 1
        fixed = _fixed(lines, error) if tried[state] == 1 and len(tried) < 400 else None
        if fixed is None:
            number = min(max(error.lineno or 1, 1), len(lines))
            raise CheckError("CR-2919", line=number, file=name, text=lines[number - 1].strip()[:80])
        lines = fixed
    lines = _two_to_three(lines)
    made = "\n".join(lines)
    if made == original:
        return made, ""
    diff = unified_diff(original.split("\n"), lines, name, f"{name} (repaired)", lineterm="", n=0)
    return made, "\n".join(diff)


def _error(text: str) -> SyntaxError | None:
    try:
        ast.parse(text)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return SyntaxError("too deep", ("", 1, 1, "", 1, 1))
    return None


def _unwrapped(text: str) -> str:
    """The code inside Markdown fences or behind prompts, where it is wrapped so."""
    if "```" in text:
        blocks = re.findall(r"```[^\n]*\n(.*?)(?:```|\Z)", text, re.S)
        if blocks:
            text = "\n".join(blocks)
    lines = text.split("\n")
    if any(line.lstrip().startswith(">>>") for line in lines):
        lines = [re.sub(r"^\s*(>>>|\.\.\.) ?", "", line) for line in lines]
    return "\n".join(lines)


def _fixed(lines: list[str], error: SyntaxError) -> list[str] | None:
    """One more thing repaired, None where nobody knows how."""
    at = min(max((error.lineno or 1) - 1, 0), len(lines) - 1)
    message = error.msg or ""
    if (
        isinstance(error, TabError)
        or "inconsistent use of tabs" in message
        or "does not match any outer" in message
    ):
        expanded = [line.expandtabs(4) for line in lines]
        if expanded != lines:
            return expanded
    if isinstance(error, IndentationError):
        if "expected an indented block" in message:
            return _indented(lines, at)
        if "unexpected indent" in message or "unindent" in message:
            return _aligned(lines, at)
    places = [at, *(k for k in (at - 1, at + 1) if 0 <= k < len(lines))]
    for repair in (_ascii, _print, _old_words, _entities, _prose):
        for k in places:
            changed = repair(lines[k])
            if changed is not None and changed != lines[k]:
                better = [*lines[:k], changed, *lines[k + 1 :]]
                now = _error("\n".join(better))
                if (
                    now is None
                    or (now.lineno or 0) > (error.lineno or 0)
                    or now.msg != error.msg
                    or repair is _ascii
                ):
                    return better
    return None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _indented(lines: list[str], at: int) -> list[str] | None:
    """Give a header its body back: one line if it leaves the block, else up to a blank line or one further out."""
    head = next(
        (
            k
            for k in range(at, -1, -1)
            if k < at and lines[k].strip() and not lines[k].strip().startswith("#")
        ),
        None,
    )
    while at < len(lines) and (not lines[at].strip() or lines[at].strip().startswith("#")):
        at += 1
    if head is None or at >= len(lines) or not _HEADER.match(lines[head]):
        return None
    outer = _indent(lines[head])
    step = (
        "\t"
        if outer.startswith("\t") or (not outer and any(line.startswith("\t") for line in lines))
        else "    "
    )
    kind = lines[head].split()[0].rstrip(":(")
    end = at
    while end < len(lines):
        line = lines[end]
        if not line.strip():
            follows = next((rest for rest in lines[end:] if rest.strip()), "")
            if (
                kind == "def"
                and not _has_left(lines[at:end])
                and follows
                and not follows.startswith(("def ", "class "))
            ):
                end += 1
                continue
            break
        here = _indent(line)
        if len(here.expandtabs()) < len(outer.expandtabs()) or (
            end > at and re.match(r"(def|class)\b", line)
        ):
            break
        if end > at and len(here) == len(outer) and re.match(r"\s*(elif|else|except|finally)\b", line):
            break
        end += 1
        if _LEAVES.match(line) and kind in ("if", "elif", "else", "for", "while"):
            break
        if kind == "def" and re.match(r"\s*return\b", line) and not _more_of_def(lines, end, outer):
            break
        if kind in ("if", "elif", "else") and not _HEADER.match(line):
            break
    return [*lines[:at], *((step + line if line.strip() else line) for line in lines[at:end]), *lines[end:]]


def _has_left(lines: list[str]) -> bool:
    return any(re.match(r"\s*return\b", line) for line in lines)


def _more_of_def(lines: list[str], end: int, outer: str) -> bool:
    """Whether another return follows before a blank line, a def or a line further out: the body goes on."""
    for line in lines[end:]:
        if not line.strip() or re.match(r"\s*(def|class)\b", line) or len(_indent(line)) < len(outer):
            return False
        if re.match(r"\s*return\b", line):
            return True
    return False


def _aligned(lines: list[str], at: int) -> list[str] | None:
    above = next(
        (k for k in range(at - 1, -1, -1) if lines[k].strip() and not lines[k].strip().startswith("#")), None
    )
    wanted = "" if above is None else _indent(lines[above])
    if above is not None and _HEADER.match(lines[above]):
        wanted += "    "
    changed = wanted + lines[at].lstrip()
    return None if changed == lines[at] else [*lines[:at], changed, *lines[at + 1 :]]


def _split(line: str) -> tuple[str, str]:
    """Code and comment."""
    quote = ""
    for k, c in enumerate(line):
        if quote:
            quote = "" if c == quote and line[k - 1] != "\\" else quote
        elif c in "'\"":
            quote = c
        elif c == "#":
            return line[:k], line[k:]
    return line, ""


def _ascii(line: str) -> str | None:
    """Full-width signs become ASCII outside strings."""
    code, comment = _split(line)
    made, quote = "", ""
    for c in code:
        plain = c.translate(_WIDE) if not quote else c
        if quote and (c == quote or c.translate(_WIDE) == quote and c in "“”‘’"):
            made, quote = made + quote, ""
            continue
        if not quote and plain in ("'", '"'):
            quote = plain
        made += plain
    return made + comment


def _print(line: str) -> str | None:
    code, comment = _split(line)
    found = re.match(r"(.*?(?:^|[:;\s]))print(?:\s+|(?=['\"(]))(.*?)\s*$", code)
    if not found or found[2].startswith("=") or re.fullmatch(r"\s*print\s*\(.*\)\s*;?\s*", code):
        bare = re.match(r"(\s*)print\s*$", code)
        return f"{bare[1]}print(){comment}" if bare else None
    rest, tail = found[2].rstrip(";").rstrip(), ""
    stream = re.match(r">>\s*([\w.]+)\s*,?\s*(.*)", rest)
    if stream:
        rest, tail = stream[2], f", file={stream[1]}"
    if rest.endswith(","):
        rest, tail = rest[:-1].rstrip(), tail + ", end=' '"
    gap = " " * (len(code) - len(code.rstrip())) if comment else ""
    return f"{found[1]}print({rest}{tail}){gap}{comment}"


def _old_words(line: str) -> str | None:
    code, comment = _split(line)
    code = re.sub(r"except\s+([\w.()]+)\s*,\s*(\w+)\s*:", r"except \1 as \2:", code)
    code = re.sub(r"raise\s+(\w+)\s*,\s*(.+)$", r"raise \1(\2)", code)
    code = code.replace("<>", "!=")
    code = re.sub(r"\b0+([1-9]\d*)\b", r"\1", code) if "leading zeros" in line else code
    code = re.sub(r"`([^`]+)`", r"repr(\1)", code)
    return code + comment


def _entities(line: str) -> str | None:
    return html.unescape(line) if "&" in line else None


def _prose(line: str) -> str | None:
    """A sentence between the lines of code becomes a comment."""
    code, _ = _split(line)
    if re.search(r"[一-鿿]{2}", code) and "=" not in code and "(" not in code.translate(_WIDE)[:12]:
        return _indent(line) + "# " + line.strip()
    return None


def _two_to_three(lines: list[str]) -> list[str]:
    """Names that Python 3 dropped, where the listing does not define them itself."""
    tree = ast.parse("\n".join(lines))
    own = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    used = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    made = [line.encode() for line in lines]  # columns of the tree count bytes
    words = {"xrange": "range", "unicode": "str", "raw_input": "input", "long": "int", "unichr": "chr"}
    for node in sorted((n for n in used if n.id in words and n.id not in own), key=lambda n: -n.col_offset):
        k = node.lineno - 1
        made[k] = made[k][: node.col_offset] + words[node.id].encode() + made[k][node.end_col_offset or 0 :]
    return [line.decode() for line in made]
