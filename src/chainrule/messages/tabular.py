"""The sentences of presets, of several networks together, and of the estimators on frames."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-3100": (
        "{rows} rows (or groups of rows) cannot be dealt out to {folds} folds.",
        "{rows} 行（或行组）无法分为 {folds} 折。",
    ),
    "CR-3101": (
        "There is no preset {preset!r}; choose {known}.",
        "没有名为 {preset!r} 的预设；可选 {known}。",
    ),
    "CR-3102": (
        "Preset classic, MATLAB's recipe: hidden units {units}, tanh, inputs and target scaled to [-1, 1], all rows in "
        "each step. Rprop (iRprop−) stands in for Levenberg-Marquardt.",
        "预设 classic（MATLAB 的做法）：隐层单元 {units}，tanh，输入与目标缩放到 [-1, 1]，每步使用全部行；"
        "以 Rprop（iRprop−）代替 Levenberg-Marquardt。",
    ),
    "CR-3103": (
        "`{what}` must be the name of a column or one value for each of the {rows} rows; it has the shape {shape}.",
        "`{what}` 应为列名，或为 {rows} 行中的每一行给出一个值；现在的形状为 {shape}。",
    ),
    "CR-3104": (
        "There are {groups} group(s) of rows, fewer than the {parts} parts they are to be dealt out to.",
        "只有 {groups} 组行，少于要划分的 {parts} 个部分。",
    ),
    "CR-3105": (
        "The weight of row {row} is {value:g}; weights are finite numbers that are not negative.",
        "第 {row} 行的权重为 {value:g}；权重应为有限的非负数。",
    ),
    "CR-3106": (
        "All row weights are 0: there is nothing to train on.",
        "所有行权重均为 0：没有可用于训练的数据。",
    ),
    "CR-3110": (
        "Beside each number enter {pieces} pieces of its range: they lower the loss on rows that were not trained on.",
        "每个数值列除自身外，还按取值范围分 {pieces} 段输入：这降低了未参与训练的行上的损失。",
    ),
    "CR-3111": (
        "The answer is the average of {members} networks (of their scores). Each stops by a share of the rows it does not "
        'train on (best epochs {epochs}); "validation" is what each row gets from the networks that did not see it.',
        "答案为 {members} 个网络（净输出）的平均。各网络以自己未训练的一份行决定停止（最佳轮次 {epochs}）；"
        "“验证”一栏为每行由未见过它的网络给出的结果。",
    ),
    "CR-3112": (
        "The answer is the average of {members} networks (of their scores) from different starts (best epochs {epochs}).",
        "答案为 {members} 个起点不同的网络（净输出）的平均（最佳轮次 {epochs}）。",
    ),
    # ---- the estimators on frames -----------------------------------------------------------------------------------
    "CR-3120": (
        "Give either {one} or {other}, not both.",
        "{one} 与 {other} 只能给出一种。",
    ),
    "CR-3121": (
        "`eval_set` is a pair (X_val, y_val), or a list with one such pair.",
        "`eval_set` 应为一对 (X_val, y_val)，或只含一对的列表。",
    ),
    "CR-3122": (
        "X_val and y_val belong together; one of them is absent.",
        "X_val 与 y_val 须同时给出；现在缺少其中之一。",
    ),
    "CR-3123": (
        "X has {rows} rows and y has {given}.",
        "X 有 {rows} 行，而 y 有 {given} 行。",
    ),
    "CR-3124": (
        "validation_fraction is a share of the rows, at least 0 and below 1; it is {value!r}.",
        "validation_fraction 是行数的比例，应大于等于 0 且小于 1；现在是 {value!r}。",
    ),
    "CR-3125": (
        "The training came to nothing. {stop}",
        "训练没有结果。{stop}",
    ),
    "CR-3126": (
        "X has {found} columns; the estimator was fitted to {wanted}.",
        "X 有 {found} 列；估计器是用 {wanted} 列拟合的。",
    ),
    "CR-3127": (
        "A regression needs finite numbers as y; it holds {text}. For labels there is TabularClassifier.",
        "回归要求 y 为有限的数值；其中有 {text}。预测标签请用 TabularClassifier。",
    ),
    "CR-3128": (
        "X must be a data frame, a dict of columns or an array of two dimensions, not {type}. A file is read by "
        "chainrule.train, or by pandas first.",
        "X 应为数据框、由列组成的字典或二维数组，不能是 {type}。读取文件请用 chainrule.train，或先用 pandas 读入。",
    ),
    "CR-3129": (
        "y must be one column; its shape is {shape}. For several targets of classes wrap the estimator in scikit-learn's "
        "MultiOutputClassifier; TabularRegressor takes several columns of numbers, (n, o).",
        "y 应为一列；现在的形状为 {shape}。多个类别目标请用 scikit-learn 的 MultiOutputClassifier；"
        "TabularRegressor 可接受多列数值 (n, o)。",
    ),
    "CR-3133": (
        "y_val has {found} target(s), y has {wanted}.",
        "y_val 有 {found} 个目标，y 有 {wanted} 个。",
    ),
    "CR-3130": (
        "network {run} of at most {runs}, epoch {epoch} of {epochs}, best loss {best}, about {left} s left",
        "网络 {run}（至多 {runs} 个），第 {epoch} 轮，共 {epochs} 轮，最佳损失 {best}，约剩 {left} 秒",
    ),
    "CR-3131": (
        "the file names an estimator that does not fit it.",
        "文件所记的估计器与模型不符。",
    ),
    "CR-3132": (
        "The model is the average of {members} networks. This is the one network of all of them side by side, which gives "
        "the same answers.",
        "该模型是 {members} 个网络的平均；这里是把它们并排而成的一个网络，给出的结果相同。",
    ),
    # ---- options of the command line, and what the live display says ------------------------------------------------
    "CR-3140": (
        "plain: one network, the default; classic: MATLAB's recipe; strong: the average of several networks",
        "plain：单个网络（默认）；classic：MATLAB 的做法；strong：多个网络的平均",
    ),
    "CR-3141": ("networks whose answers are averaged", "取平均的网络个数"),
    "CR-3142": (
        "inputs beside each number, for pieces of its range; 0: none",
        "每个数值列按取值范围分段的附加输入个数；0 表示没有",
    ),
    "CR-3145": ("training {run} of at most {runs}", "第 {run} 次训练，至多 {runs} 次"),
}
