"""The rules that hold the house together, as functions from a source tree to a list of sentences; empty is good.

`tests/guards` runs each of them on this tree, and on a tree with a fault planted, so that none can go blind.
Run as a program it prints the size of every folder and exits 1 if anything is wrong. Standard library only.
"""

import ast
import re
import string
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

# an import may point to the left, never to the right; names in one entry are one stage
FLOW = (
    ("messages",), ("errors",), ("rules",), ("page",),
    ("table",), ("encoding",), ("plan", "plan_json"), ("batches",), ("engine",), ("training",), ("report",), ("model",),
    ("explain",), ("diagnose",), ("export",), ("studio",), ("estimators",), ("cli", "__main__"),
)  # fmt: skip
ARROWS = (
    "table",
    "encoding",
    "batches",
    "engine",
    "training",
    "report",
    "model",
    "explain",
    "diagnose",
    "export",
)
OUTSIDE = {"file", "frame", "path", "array", "settings", "sizes", "seed"}  # what users bring
MODULE_LINES, REFERENCE_CODE, CPP_LINES = 500, 150, 5168  # the C++ is to shrink to 2 000
CPP = (".cpp", ".hpp", ".h", ".cc", ".inc")
CODE = re.compile(r"CR-\d{4}\Z")
CHINESE = re.compile("[\u4e00-\u9fff]")
# words no Chinese sentence needs; the technical words that stay English (dropout, float, relu …) are not among them
ENGLISH = re.compile(
    r"\b(?:the|is|are|was|were|has|have|must|cannot|with|without|for|from|not|no|of|to|in|at|on|this|that|there|give|"
    r"given|use|only|needs?|wanted|value|row|rows|column|columns|file|must|should|choose|unknown|missing)\b"
)
# , ; : ? ! right after or before a Chinese character, or between two values that are put in, belong to Chinese prose,
# where they are full-width
HALF_WIDTH = re.compile(
    "[\u4e00-\u9fff\u201d\uff09][,;:?!]|[,;:?!](?= ?[\u4e00-\u9fff\u201c])|(?<=[^}]})[,;:?!](?={}(?!=)|\\Z)"
)
PAIR = re.compile("\uff08[^\uff08\uff09()]*\uff09|\\([^\uff08\uff09()]*\\)")
QUOTED = re.compile(
    "\u201c[^\u201d]*\u201d|\"[^\"]*\"|`[^`]*`|'[^']*'|[(\uff08][^()\uff08\uff09]*=[^()\uff08\uff09]*[)\uff09]"
)


def package(root: Path) -> Path:
    return root / "src" / "chainrule"


def modules(root: Path) -> Iterator[Path]:
    return iter(sorted(package(root).rglob("*.py")))


def stage_of(root: Path, path: Path) -> str:
    """The stage a module belongs to; "" for the package's own __init__."""
    first = path.relative_to(package(root)).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def _rank(stage: str) -> int | None:
    return next((i for i, names in enumerate(FLOW) if stage in names), None)


def imported(root: Path, path: Path) -> Iterator[tuple[int, str]]:
    """(line, "chainrule.x.y"): every import of the package, also inside functions."""
    inside = path.relative_to(package(root)).parts
    here = ["chainrule", *inside[:-1]]  # the package a relative import of one dot starts from
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "chainrule":
                    yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            target = [*base, *(node.module.split(".") if node.module else [])]
            if target[0] == "chainrule":
                for alias in node.names:
                    yield node.lineno, ".".join([*target, alias.name])


def imports(root: Path) -> list[str]:
    """Imports point backwards along the flow, and into messages, errors and rules."""
    wrong = []
    for path in modules(root):
        stage = stage_of(root, path)
        shown = path.relative_to(root).as_posix()
        if stage and _rank(stage) is None:
            wrong.append(f"{shown}: '{stage}' is no stage of the flow; give it a place in FLOW")
            continue
        for line, target in imported(root, path):
            other = target.split(".")[1] if target.count(".") else ""
            if not stage or other in ("", "__version__", stage):
                continue
            rank, own = _rank(other), _rank(stage)
            if rank is None:
                wrong.append(f"{shown}:{line}: imports '{target}', which is no stage (the face is for users)")
            elif own is not None and rank >= own and other not in FLOW[own]:
                wrong.append(f"{shown}:{line}: '{stage}' imports '{other}', which comes later in the flow")
    return wrong


def arrow(text: str) -> tuple[str, list[str], list[str]] | None:
    """ "batches: numbers -> batches. …" -> ("batches", ["number"], ["batch"]): words in the singular."""
    match = re.match(r"(\w+): ([\w, ]+?) -> ([\w, ]+?) ?(?:[.:;(\n]|\Z)", text)
    if match is None:
        return None
    return match[1], [_singular(w) for w in match[2].split(",")], [_singular(w) for w in match[3].split(",")]


def _singular(word: str) -> str:
    word = word.strip()
    for end, instead in (("ches", "ch"), ("ies", "y"), ("ss", "ss"), ("s", "")):
        if word.endswith(end):
            return word[: len(word) - len(end)] + instead
    return word


def arrows(root: Path) -> list[str]:
    """Each stage's package docstring begins with its arrow; what a stage takes, an earlier one made."""
    wrong = []
    known = {_singular(w) for w in OUTSIDE} | {"plan"}
    for stage in ARROWS:
        path = package(root) / stage / "__init__.py"
        if not path.exists():
            path = package(root) / f"{stage}.py"
        if not path.exists():
            continue
        found = arrow(ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
        if found is None or found[0] != stage:
            wrong.append(f"{stage}: the docstring must begin with its arrow, '{stage}: … -> ….'")
            continue
        for word in found[1]:
            if word not in known:
                wrong.append(f"{stage}: takes '{word}', which nothing before it makes")
        known |= {_singular(stage), *found[2]}
        if stage == "engine":
            known.add("tape")  # the optional second output: seen(name, value)
    return wrong


# ---- the message catalogue ---------------------------------------------------------------------------------------


def catalogue(root: Path) -> list[tuple[str, str, str, str]]:
    """(stage file, code, English, Chinese) of every row, read off the source."""
    rows = []
    for path in sorted((package(root) / "messages").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and node.target.id == "ROWS"
            ):
                assert isinstance(node.value, ast.Dict), path
                for key, value in zip(node.value.keys, node.value.values, strict=True):
                    assert key is not None, path
                    code, texts = ast.literal_eval(key), ast.literal_eval(value)
                    rows.append((path.stem, code, *texts))
    return rows


def used_codes(root: Path) -> dict[str, str]:
    """code -> where it is used. Built codes (f"CR-{…}") cannot be found, so they count as a fault: see `messages`."""
    used: dict[str, str] = {}
    for path in modules(root):
        if path.parent.name == "messages" and path.name != "__init__.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.match(node.value):
                used.setdefault(node.value, f"{path.relative_to(root).as_posix()}:{node.lineno}")
    for path in sorted((root / "native").rglob("*")):
        if path.suffix in CPP:
            for code in re.findall(r'"(CR-\d{4})"', path.read_text("utf-8")):
                used.setdefault(code, path.relative_to(root).as_posix())
    return used


def placeholders(text: str) -> set[str]:
    return {
        part[1].split(".")[0].split("[")[0] for part in string.Formatter().parse(text) if part[1] is not None
    }


def messages(root: Path) -> list[str]:
    """Every code used exists, every code is used, once, in its stage's file; both languages say the same things."""
    wrong: list[str] = []
    rows, used = catalogue(root), used_codes(root)
    seen: dict[str, str] = {}
    owner: dict[str, str] = {}  # the first two digits -> the one file that has them
    for stage, code, english, chinese in rows:
        if not CODE.match(code):
            wrong.append(f"{code!r} in messages/{stage}.py is no code like CR-1001")
            continue
        if code in seen:
            wrong.append(f"{code} stands twice: messages/{seen[code]}.py and messages/{stage}.py")
        seen[code] = stage
        if owner.setdefault(code[:5], stage) != stage:
            wrong.append(f"{code}: {code[:5]}xx belongs to messages/{owner[code[:5]]}.py, not {stage}.py")
        if code not in used:
            wrong.append(f"{code} is used nowhere")
        if placeholders(english) != placeholders(chinese):
            wrong.append(
                f"{code}: {sorted(placeholders(english))} in English, {sorted(placeholders(chinese))} in Chinese"
            )
        if "" in placeholders(english) or any(p.isdigit() for p in placeholders(english)):
            wrong.append(f"{code}: placeholders have names")
        if CHINESE.search(english):
            wrong.append(f"{code}: Chinese in the English sentence")
        if not english.startswith("chainrule "):  # a command is the same in every language
            wrong += [f"{code}: {fault}" for fault in chinese_faults(chinese)]
    wrong += [
        f"{code} is used in {where} and stands in no catalogue"
        for code, where in used.items()
        if code not in seen
    ]
    for path in modules(root):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr) and any(
                isinstance(v, ast.Constant) and str(v.value).startswith("CR-") for v in node.values
            ):
                wrong.append(
                    f"{path.relative_to(root).as_posix()}:{node.lineno}: a code is written out, never built"
                )
    return wrong


def chinese_faults(text: str) -> list[str]:
    """English left over, or no Chinese at all. What is quoted or formatted in is data, not prose."""
    prose = QUOTED.sub(
        "", re.sub(r"--[a-z-]+(?: [a-z]+)?|chainrule [^\n\u3002]*", "", re.sub(r"\{[^}]*\}", "", text))
    )
    faults = []
    if re.search("[A-Za-z]{3}", prose) and not CHINESE.search(prose):
        faults.append("the Chinese sentence has no Chinese")
    left = ENGLISH.search(prose)
    if left:
        faults.append(f"English left in the Chinese sentence: '{left[0]}'")
    half = HALF_WIDTH.search(re.sub(r"\{[^}]*\}", "{}", text))
    if half:
        faults.append(
            f"half-width punctuation in the Chinese sentence near '{half[0]}' (`make format` mends it)"
        )
    left_over = text
    while (fewer := PAIR.sub("", left_over)) != left_over:
        left_over = fewer
    if re.search("[\uff08\uff09()]", left_over):
        faults.append("a bracket is not closed, or by one of another width")
    return faults


# ---- sizes -------------------------------------------------------------------------------------------------------


def code_lines(path: Path) -> int:
    """Lines that hold code: no comment, no docstring, no blank."""
    lines: set[int] = set()
    with tokenize.open(path) as file:
        tokens = list(tokenize.generate_tokens(file.readline))
    for token in tokens:
        if token.type in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
            continue
        if token.type != tokenize.ENDMARKER:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                lines -= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return len(lines)


def line_count(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def native_files(root: Path) -> list[Path]:
    return [p for p in sorted((root / "native").rglob("*")) if p.suffix in CPP]


def sizes(root: Path) -> list[str]:
    """Modules, the reference engine and the kernel stay small enough to read."""
    wrong = []
    for path in modules(root):
        lines = line_count(path)
        if lines > MODULE_LINES:
            wrong.append(
                f"{path.relative_to(root).as_posix()} has {lines} lines; the budget is {MODULE_LINES}"
            )
    reference = package(root) / "engine" / "reference.py"
    if reference.exists() and code_lines(reference) > REFERENCE_CODE:
        wrong.append(
            f"engine/reference.py has {code_lines(reference)} code lines; the budget is {REFERENCE_CODE}"
        )
    total = sum(line_count(p) for p in native_files(root))
    if total > CPP_LINES:
        wrong.append(f"native/ has {total} lines of C++; the budget is {CPP_LINES}")
    return wrong


def folders(root: Path) -> dict[str, int]:
    """Lines per folder, for the closing table of `make check`."""
    counts: dict[str, int] = {}
    for path in modules(root):
        stage = stage_of(root, path)
        inside = "" if (package(root) / f"{stage}.py").exists() or not stage else f"{stage}/"
        counts[f"src/chainrule/{inside}"] = counts.get(f"src/chainrule/{inside}", 0) + line_count(path)
    for folder in ("native", "tests", "benchmarks", "tools"):
        files = [
            p
            for p in (root / folder).rglob("*")
            if p.suffix in (".py", *CPP) and "__pycache__" not in p.parts
        ]
        if files:
            counts[f"{folder}/"] = sum(line_count(p) for p in files)
    return counts


# ---- what stands in the files ------------------------------------------------------------------------------------


def tracked(root: Path) -> list[Path]:
    """The files of the project: what git tracks or would, else everything outside hidden and built folders."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if done.returncode == 0 and done.stdout:
        found = [root / name for name in done.stdout.decode().split("\0") if name]
        return [p for p in found if p.is_file()]
    built = {"build", "dist", "demo", "__pycache__"}
    return [
        p for p in sorted(root.rglob("*"))
        if p.is_file() and not any(part in built or part.startswith(".venv") for part in p.relative_to(root).parts)
    ]  # fmt: skip


# written in two pieces, so that this file does not hold what it looks for
_PATHS = re.compile("(?<![\\w.])/" + "(?:root|work|tmp|home/[a-z]+|Users/[a-z]+)(?:/|\\b)")
_HOSTS = re.compile("|".join(re.escape(a + b) for a, b in (
    ("pypi.", "org"), ("pythonhosted.", "org"), ("pypi-", "more"), ("conda.", "anaconda.org"), ("npmjs.", "org"),
    ("crates.", "io"), ("mirrors.", "aliyun.com"), ("pypi.tuna.", "tsinghua.edu.cn"),
)))  # fmt: skip


def places(root: Path) -> list[str]:
    """No path of somebody's machine and no host of a package registry in any file of the project."""
    wrong = []
    for path in tracked(root):
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            found = _PATHS.search(line) or _HOSTS.search(line)
            if found:
                wrong.append(f"{path.relative_to(root).as_posix()}:{number}: '{found[0]}'")
    return wrong


_EXCUSE = re.compile(
    r"#\s*(type:\s*ignore|noqa|pragma: no cover|pyright:\s*ignore)(\[[^\]]*\]|:\s*[A-Z0-9, ]+)?(.*)"
)


def excuses(root: Path) -> list[str]:
    """`# type: ignore` and `# noqa` name what they silence, and why, in a second comment on the line."""
    wrong = []
    for folder in ("src", "tests", "tools", "benchmarks", "examples"):
        for path in sorted((root / folder).rglob("*.py")):
            with tokenize.open(path) as file:
                for token in tokenize.generate_tokens(file.readline):
                    found = _EXCUSE.match(token.string) if token.type == tokenize.COMMENT else None
                    if found and (not found[2] or not re.match(r"\s*[#–—-]+\s*\w", found[3])):
                        wrong.append(
                            f"{path.relative_to(root).as_posix()}:{token.start[0]}: '{token.string}' gives no reason"
                        )
    return wrong


def versions(root: Path) -> list[str]:
    """One version everywhere: pyproject, the package, the citation, the change-log."""
    wrong = []
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    for name, pattern in (
        ("src/chainrule/__init__.py", r'^__version__ = "([^"]+)"'),
        ("CITATION.cff", r"^version: ['\"]?([^'\"\s]+)"),
        ("CHANGELOG.md", r"^## \[(\d[^\]]*)\]"),
    ):
        found = re.search(pattern, (root / name).read_text("utf-8"), re.MULTILINE)
        if found is None or found[1] != version:
            wrong.append(f"{name} says {found[1] if found else 'nothing'}, pyproject.toml says {version}")
    return wrong


# ---- the tests themselves ----------------------------------------------------------------------------------------


def idle_tests(root: Path) -> list[str]:
    """Every test can fail: it asserts, expects an exception, or calls something of the tests that does."""
    trees = {p: ast.parse(p.read_text("utf-8")) for p in sorted((root / "tests").rglob("*.py"))}
    checking: set[str] = set()
    functions = [
        node
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    before = -1
    while before != len(checking):
        before = len(checking)
        checking |= {f.name for f in functions if _checks(f, checking)}
    wrong = []
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.FunctionDef)
                and node.name.startswith("test")
                and node.name not in checking
            ):
                wrong.append(f"{path.relative_to(root).as_posix()}:{node.lineno}: {node.name} cannot fail")
    return wrong


def _checks(function: ast.AST, checking: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if (
                name in ("raises", "fail")
                or name.startswith("assert_")
                or name in checking - {function_name(function)}
            ):
                return True
    return False


def function_name(node: ast.AST) -> str:
    return str(getattr(node, "name", ""))


def silent_skips(root: Path) -> list[str]:
    """A skip or an expected failure says why."""
    wrong = []
    for path in sorted((root / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.attr if isinstance(called, ast.Attribute) else ""
            where = f"{path.relative_to(root).as_posix()}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and name in ("skip", "skipif", "xfail") and _is_pytest(called):
                reason = next((k.value for k in node.keywords if k.arg == "reason"), None)
                if reason is None and name in ("skip", "xfail") and node.args:
                    reason = node.args[0]
                if reason is None or (isinstance(reason, ast.Constant) and not reason.value):
                    wrong.append(f"{where}: {name} gives no reason")
    return wrong


def _is_pytest(node: ast.AST | None) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in ("pytest", "mark")


def screens(root: Path) -> list[str]:
    """What is written to a screen is written in one place of the command line's or in report/line.py."""
    wrong = []
    for path in modules(root):
        shown = path.relative_to(root).as_posix()
        if stage_of(root, path) == "cli" or path == package(root) / "report" / "line.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called == "print" or called in ("sys.stdout.write", "sys.stderr.write"):
                wrong.append(
                    f"{shown}:{getattr(node, 'lineno', 0)}: {called} outside cli/ and report/line.py"
                )
    return wrong


ALL = (imports, arrows, messages, sizes, places, excuses, versions, idle_tests, silent_skips, screens)


def main() -> int:
    root = Path(__file__).resolve().parents[1]
    for name, lines in folders(root).items():
        print(f"{lines:6d} lines  {name}")
    reference = package(root) / "engine" / "reference.py"
    print(f"{code_lines(reference):6d} of {REFERENCE_CODE} code lines  engine/reference.py")
    print(f"{sum(line_count(p) for p in native_files(root)):6d} of {CPP_LINES} lines of C++")
    wrong = [f"{check.__name__}: {fault}" for check in ALL for fault in check(root)]
    print("\n".join(wrong) or "The house stands.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
