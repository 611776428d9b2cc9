"""pytest itself refuses what would be a test in name only."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_planted.py").write_text("import warnings\nimport pytest\n\n" + text, "utf-8")
    settings = ROOT / "pyproject.toml"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-c",
        str(settings),
        "--rootdir",
        str(folder),
    ]
    return subprocess.run(
        [*command, str(folder / "test_planted.py")], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_sound_test_passes(tmp_path: Path) -> None:
    done = run(tmp_path, "def test_one():\n    assert 1 + 1 == 2\n")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('@pytest.mark.parametrize("x", [])\ndef test_x(x):\n    assert x\n', "empty parameter set"),
        ('def test_x():\n    warnings.warn("careless")\n    assert True\n', "careless"),
        ("@pytest.mark.slowly\ndef test_x():\n    assert True\n", "slowly"),
        ('@pytest.mark.xfail(reason="x")\ndef test_x():\n    assert True\n', "XPASS(strict)"),
    ],
)
def test_a_test_in_name_only_is_refused(tmp_path: Path, text: str, why: str) -> None:
    done = run(tmp_path, text)
    assert done.returncode != 0
    assert why.lower() in (done.stdout + done.stderr).lower()
