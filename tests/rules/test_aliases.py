"""The names other tools use lead to a row each, and to the row that computes what that tool computes."""

import pytest
from sklearn.neural_network import MLPClassifier
from sklearn.utils._param_validation import StrOptions

from chainrule.errors import RuleError
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.aliases import ALIASES, find
from chainrule.rules.checks import named_rows
from chainrule.rules.initializers import INITIALIZERS
from chainrule.rules.losses import LOSSES
from chainrule.rules.optimizers import OPTIMIZERS
from chainrule.rules.schedules import SCHEDULES

TABLES = (ACTIVATIONS, LOSSES, OPTIMIZERS, INITIALIZERS, SCHEDULES)

# tool, table, "its name = ours"; a name alone is ours too
SPELLED = [
    ("MATLAB", ACTIVATIONS, "tansig=tanh logsig=sigmoid purelin=identity poslin=relu satlin satlins hardlim radbas "
     "tribas elliotsig=softsign softmax"),
    ("MATLAB", OPTIMIZERS, "traingd=gd traingdm=momentum traingda=gda traingdx=gdx trainrp=rprop_minus"),
    ("MATLAB", LOSSES, "mse=squared mae=absolute crossentropy=cross_entropy"),
    ("MATLAB", INITIALIZERS, "initnw=nguyen_widrow rands=uniform"),
    ("Keras", ACTIVATIONS, "linear=identity relu leaky_relu elu selu gelu silu swish=silu mish softplus softsign "
     "sigmoid tanh softmax exponential=exp"),
    ("Keras", OPTIMIZERS, "SGD=gd Adam=adam AdamW=adamw RMSprop=rmsprop Adagrad=adagrad Adadelta=adadelta Nadam=nadam"),
    ("Keras", LOSSES, "mean_squared_error=squared mean_absolute_error=absolute huber log_cosh=log_cosh poisson "
     "binary_crossentropy=binary_cross_entropy categorical_crossentropy=cross_entropy "
     "sparse_categorical_crossentropy=cross_entropy"),
    ("Keras", INITIALIZERS, "glorot_uniform=glorot he_normal=he lecun_normal=lecun orthogonal zeros random_normal=normal"),
    ("Keras", SCHEDULES, "ExponentialDecay=exponential CosineDecay=cosine"),
    ("PyTorch", ACTIVATIONS, "ReLU=relu LeakyReLU=leaky_relu ELU=elu SELU=selu GELU=gelu SiLU=silu Mish=mish "
     "Softplus=softplus Softsign=softsign Tanh=tanh Sigmoid=sigmoid Hardtanh=satlins Identity=identity"),
    ("PyTorch", OPTIMIZERS, "SGD=gd Adam=adam AdamW=adamw NAdam=nadam RMSprop=rmsprop Adagrad=adagrad "
     "Adadelta=adadelta Rprop=irprop_minus"),
    ("PyTorch", LOSSES, "MSELoss=squared L1Loss=absolute SmoothL1Loss=huber HuberLoss=huber "
     "BCELoss=binary_cross_entropy BCEWithLogitsLoss=binary_cross_entropy CrossEntropyLoss=cross_entropy "
     "PoissonNLLLoss=poisson"),
    ("PyTorch", INITIALIZERS, "xavier_uniform_=glorot kaiming_normal_=he orthogonal_=orthogonal zeros_=zeros"),
    ("PyTorch", SCHEDULES, "StepLR=step ExponentialLR=exponential CosineAnnealingLR=cosine OneCycleLR=one_cycle "
     "ReduceLROnPlateau=plateau"),
    ("scikit-learn", LOSSES, "squared_error=squared absolute_error=absolute log_loss=binary_cross_entropy poisson "
     "pinball=quantile huber"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "names"), [s[1:] for s in SPELLED], ids=[f"{s[0]}-{len(s[2])}" for s in SPELLED]
)
def test_the_names_of_other_tools_lead_to_the_row_meant(table, names) -> None:
    for pair in names.split():
        theirs, _, ours = pair.partition("=")
        assert find(table, theirs, "rule") is table[ours or theirs], theirs


def test_what_scikit_learns_networks_can_be_told_is_understood() -> None:
    def options(setting: str) -> set[str]:
        rules = MLPClassifier._parameter_constraints[setting]
        return {o for rule in rules if isinstance(rule, StrOptions) for o in rule.options}

    assert {find(ACTIVATIONS, name, "activation").name for name in options("activation")} == {
        "identity", "sigmoid", "tanh", "relu",
    }  # fmt: skip
    # lbfgs is no update rule: it searches along a line; adaptive depends on its own way of stopping
    assert {find(OPTIMIZERS, name, "optimizer").name for name in options("solver") - {"lbfgs"}} == {
        "gd",
        "adam",
    }
    rates = options("learning_rate") - {"adaptive"}
    assert {find(SCHEDULES, name, "schedule").name for name in rates} == {"constant", "inverse_samples"}


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_leads_to_one_row_and_hides_none(alias: str) -> None:
    leads = [table for table in TABLES if ALIASES[alias] in table]
    assert len(leads) == 1
    assert alias not in leads[0]
    assert find(leads[0], alias, "rule") is leads[0][ALIASES[alias]]


def test_a_name_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(RuleError, match="tansig") as refused:
        find(ACTIVATIONS, "tansgi", "activation")
    assert refused.value.code == "CR-1316"


def test_two_rows_of_one_name_cannot_stand_in_a_table() -> None:
    row = ACTIVATIONS["tanh"]
    with pytest.raises(AssertionError, match="tanh"):
        named_rows(row, ACTIVATIONS["relu"], row)
