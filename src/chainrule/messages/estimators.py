"""The sentences of the stage "estimators": settings, warnings and refusals of MLPClassifier and MLPRegressor."""

ROWS: dict[str, tuple[str, str]] = {
    # ---- settings, as the documentation says them -------------------------------------------------------------------
    "CR-3001": (
        "What is minimized: 'squared_error' (half the mean square), 'poisson' (half the mean deviance; y ≥ 0).",
        "要最小化的损失：squared_error(均方误差之半)、poisson(平均偏差之半，要求 y ≥ 0)。",
    ),
    "CR-3002": (
        "Units of each hidden layer; () for none.",
        "各隐层的单元数；() 表示没有隐层。",
    ),
    "CR-3003": (
        "Activation of the hidden layers: 'identity', 'logistic', 'tanh', 'relu'.",
        "隐层的激活函数：identity、logistic、tanh、relu。",
    ),
    "CR-3004": (
        "How weights are found: 'adam', 'sgd' (with momentum), 'lbfgs' (all rows at once, for small tables).",
        "求权值的方法：adam、sgd(带动量)、lbfgs(一次使用全部样本，适合小表)。",
    ),
    "CR-3005": (
        "Strength of the L2 penalty, divided by the rows of a batch.",
        "L2 正则化强度，除以每批的样本数。",
    ),
    "CR-3006": (
        "Rows per step of sgd and adam; 'auto': 200, or all if fewer.",
        "sgd 与 adam 每步的样本数；auto 为 200，不足则取全部。",
    ),
    "CR-3007": (
        "Rate of sgd: 'constant', 'invscaling' (divided by samples seen to the power_t), 'adaptive' (divided by 5 where it stalls).",
        "sgd 的学习率：constant 不变，invscaling 除以已见样本数的 power_t 次幂，adaptive 停滞时除以 5。",
    ),
    "CR-3008": ("First learning rate of sgd and adam.", "sgd 与 adam 的初始学习率。"),
    "CR-3009": ("Exponent of 'invscaling'.", "invscaling 的指数。"),
    "CR-3010": ("Most epochs (sgd, adam) or iterations (lbfgs).", "最多轮数(sgd、adam)或迭代数(lbfgs)。"),
    "CR-3011": ("Whether rows are shuffled before each epoch.", "每轮之前是否打乱样本。"),
    "CR-3012": (
        "Seed or RandomState of first weights, validation rows and orders; used as scikit-learn uses it.",
        "初始权值、验证样本与顺序所用的随机种子或 RandomState，用法与 scikit-learn 相同。",
    ),
    "CR-3013": (
        "By how much the loss (or the watched score) must improve to count; for lbfgs the largest gradient at the end.",
        "损失(或所监视的得分)至少改善多少才算改善；对 lbfgs 为结束时梯度的上限。",
    ),
    "CR-3014": ("Whether every epoch prints its loss.", "是否每轮打印损失。"),
    "CR-3015": ("Whether fit goes on from the weights of the last fit.", "fit 是否从上一次的权值继续。"),
    "CR-3016": ("Momentum of sgd.", "sgd 的动量。"),
    "CR-3017": ("Whether sgd looks ahead by its momentum (Nesterov).", "sgd 是否按动量前瞻(Nesterov)。"),
    "CR-3018": (
        "Whether a part of the rows is watched, and training stops when their score stalls.",
        "是否留出一部分样本监视，得分停滞时停止训练。",
    ),
    "CR-3019": ("Share of the rows watched by early stopping.", "早停所监视的样本比例。"),
    "CR-3020": ("Decay of adam's first moment.", "adam 一阶矩的衰减率。"),
    "CR-3021": ("Decay of adam's second moment.", "adam 二阶矩的衰减率。"),
    "CR-3022": ("Adam's small number under the fraction.", "adam 分母中的小数。"),
    "CR-3023": ("Epochs without improvement before training stops.", "连续多少轮没有改善就停止。"),
    "CR-3024": ("Most calls of the loss by lbfgs.", "lbfgs 最多计算损失的次数。"),
    # ---- refusals ---------------------------------------------------------------------------------------------------
    "CR-3050": (
        "The validation set is too small. Increase 'validation_fraction' or the size of your dataset.",
        "验证样本太少。请增大 validation_fraction 或数据量。",
    ),
    "CR-3051": ("partial_fit does not support early_stopping=True", "partial_fit 不支持 early_stopping=True"),
    "CR-3052": (
        "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed.",
        "求解得到了非有限的权值。输入数据可能含有很大的数，需要预处理(例如标准化)。",
    ),
    "CR-3053": (
        "hidden_layer_sizes must be > 0, got {sizes}.",
        "hidden_layer_sizes 必须大于 0，得到 {sizes}。",
    ),
    "CR-3054": (
        "partial_fit is only available for stochastic optimizers. {solver} is not stochastic.",
        "partial_fit 只能用于随机优化方法；{solver} 不是。",
    ),
    "CR-3055": (
        "warm_start can only be used where `y` has the same classes as in the previous call to fit. Previously got "
        "{before}, `y` has {now}",
        "warm_start 要求 y 的类别与上一次 fit 相同。上一次为 {before}，这一次为 {now}",
    ),
    "CR-3056": (
        "`y` has classes not in `self.classes_`. `self.classes_` has {before}. 'y' has {now}.",
        "y 中有 classes_ 里没有的类别。classes_ 为 {before}，y 为 {now}。",
    ),
    # ---- warnings and progress, as scikit-learn words them -----------------------------------------------------------
    "CR-3060": (
        "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped",
        "batch_size 小于 1 或大于样本数，将被截断",
    ),
    "CR-3061": ("Training interrupted by user.", "训练被用户中断。"),
    "CR-3062": (
        "Stochastic Optimizer: Maximum iterations ({epochs}) reached and the optimization hasn't converged yet.",
        "随机优化：已达到最大轮数({epochs})，优化尚未收敛。",
    ),
    "CR-3063": (
        "Validation score did not improve more than tol={tol:f} for {epochs} consecutive epochs.",
        "验证得分连续 {epochs} 轮的改善没有超过 tol={tol:f}。",
    ),
    "CR-3064": (
        "Training loss did not improve more than tol={tol:f} for {epochs} consecutive epochs.",
        "训练损失连续 {epochs} 轮的改善没有超过 tol={tol:f}。",
    ),
    "CR-3065": ("Stopping.", "停止。"),
    "CR-3066": ("Learning rate too small. Stopping.", "学习率过小，停止。"),
    "CR-3067": ("Setting learning rate to {rate:f}", "学习率改为 {rate:f}"),
}
