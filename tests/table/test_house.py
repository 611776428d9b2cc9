"""The stage is light to import, and its sentences say the same in both languages."""

import string
import subprocess
import sys

import pytest

from chainrule.messages import encoding, table


@pytest.mark.parametrize("rows", [table.ROWS, encoding.ROWS])
def test_both_languages_name_the_same_facts(rows):
    for code, sentences in rows.items():
        english, chinese = ({f[1] for f in string.Formatter().parse(s) if f[1]} for s in sentences)
        assert english == chinese, code
        assert sentences[0].isascii() and not sentences[1].isascii(), code


def test_importing_the_stages_imports_no_heavy_package():
    program = (
        "import sys, chainrule.table, chainrule.encoding\n"
        "print(sorted({'numpy', 'pyarrow', 'narwhals', 'pandas', 'scipy', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_file_is_read_without_the_frame_library(make):
    path = make("a,b\n1,x\n2,y\n")
    program = (
        f"import sys; from chainrule.table import read_table; read_table({path!r})\n"
        "print('narwhals' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_public_names_are_all_there():
    import chainrule.encoding
    import chainrule.table

    for stage in (chainrule.table, chainrule.encoding):
        for name in stage.__all__:
            assert getattr(stage, name) is not None
        with pytest.raises(AttributeError):
            _ = stage.nothing
