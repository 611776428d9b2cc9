"""check_estimator finds nothing, in any language of the machine."""

import os
import subprocess
import sys

import pytest

CHECK = """
import warnings; warnings.simplefilter("ignore")
from sklearn.utils.estimator_checks import check_estimator
import chainrule
for estimator in (chainrule.MLPClassifier(max_iter=30), chainrule.MLPRegressor(max_iter=30)):
    found = check_estimator(estimator, on_skip=None, on_fail=None)
    bad = [(c["check_name"], c["status"], c["exception"]) for c in found if c["status"] not in ("passed", "skipped")]
    assert not bad, bad
    assert sum(c["status"] == "passed" for c in found) > 50
"""


@pytest.mark.parametrize("language", ["C.UTF-8", "zh_CN.UTF-8"])
def test_check_estimator_passes_without_expected_failures(language):
    environment = {**os.environ, "LC_ALL": language, "LANG": language}
    done = subprocess.run(
        [sys.executable, "-c", CHECK], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
