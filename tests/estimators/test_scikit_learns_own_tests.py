"""scikit-learn's own tests of its MLP, read from where it is installed and run with only the import changed."""

from pathlib import Path

import pytest
import sklearn.neural_network

OURS = {
    "from sklearn.neural_network import MLPClassifier, MLPRegressor": "from chainrule import MLPClassifier, MLPRegressor"
}
# calls the private _loss_grad_lbfgs with the work arrays of that implementation; test_same_network holds the gradient
PRIVATE = ("test_gradient",)

pytestmark = pytest.mark.filterwarnings("default")  # theirs are written for warnings that are shown


@pytest.fixture
def global_random_seed():
    return 42


def _source():
    path = Path(sklearn.neural_network.__file__).parent / "tests" / "test_mlp.py"
    text = path.read_text("utf-8")
    for theirs, ours in OURS.items():
        assert text.count(theirs) == 1
        text = text.replace(theirs, ours)
    return compile(text, str(path), "exec")


exec(_source(), globals())
for _name in PRIVATE:
    del globals()[_name]


def test_all_of_them_are_here():
    assert len([name for name in globals() if name.startswith("test_")]) > 40
