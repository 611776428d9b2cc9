"""Gives the tests of tables and encodings a file from bytes and a check of refusals in both languages."""

import contextlib
import os

import pytest

from chainrule.errors import ChainruleError
from chainrule.messages import set_language


@pytest.fixture
def make(tmp_path):
    def write(content, encoding="utf-8", name="data.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return os.fspath(path)

    return write


@pytest.fixture
def refused():
    @contextlib.contextmanager
    def check(code, *facts, kind=ChainruleError):
        """The block raises `code`, and its sentence names the facts in English and in Chinese."""
        with pytest.raises(kind) as caught:
            yield
        error = caught.value
        assert error.code == code
        sentences = {}
        for language in ("en", "zh"):
            set_language(language)
            try:
                sentences[language] = str(error)
            finally:
                set_language("en")
            for fact in facts:
                assert str(fact) in sentences[language]
        assert sentences["en"] != sentences["zh"]

    return check
