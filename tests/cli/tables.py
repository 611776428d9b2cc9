"""Small tables with a rule to learn, written as people write them."""

import random
from pathlib import Path


def numbers(path: Path, rows: int = 60, seed: int = 1) -> Path:
    """a, b, c -> y = a·b + noise: a product, so that a network can beat the linear model."""
    draw = random.Random(seed)
    lines = ["a,b,c,y"]
    for _ in range(rows):
        a, b, c = (draw.uniform(-2, 2) for _ in range(3))
        lines.append(f"{a:.4f},{b:.4f},{c:.4f},{a * b + 0.5 * c + draw.gauss(0, 0.05):.4f}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def classes(path: Path, rows: int = 90, seed: int = 2) -> Path:
    """Two numbers and a colour -> one of three sorts."""
    draw = random.Random(seed)
    lines = ["width,height,colour,sort"]
    for _ in range(rows):
        sort = draw.randrange(3)
        colour = draw.choice(("red", "green", "blue"))
        lines.append(
            f"{sort + draw.gauss(0, 0.4):.3f},{-sort + draw.gauss(0, 0.6):.3f},{colour},sort {'ABC'[sort]}"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def changed(path: Path, row: int, column: int, text: str, new: str = "") -> Path:
    """The table with one cell replaced; rows are counted as an editor does, from 1 with the header."""
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[row - 1].split(",")
    cells[column] = text
    lines[row - 1] = ",".join(cells)
    made = path.with_name(new or path.name)
    made.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made


QUICK = ("--epochs", "5", "--hidden", "4", "--folds", "0", "--quiet")
