"""The sentences of presets, of several networks together, and of the estimators on frames."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-3100": (
        "{rows} rows (or groups of rows) cannot be dealt out to {folds} folds.",
        "{rows} 行(或行组)无法分为 {folds} 折。",
    ),
    "CR-3101": (
        "There is no preset {preset!r}; choose {known}.",
        "没有名为 {preset!r} 的预设；可选 {known}。",
    ),
    "CR-3102": (
        "Preset classic, MATLAB's recipe: hidden units {units}, tanh, inputs and target scaled to [-1, 1], all rows in "
        "each step. Rprop (iRprop−) stands in for Levenberg-Marquardt.",
        "预设 classic(MATLAB 的做法)：隐层单元 {units}，tanh，输入与目标缩放到 [-1, 1]，每步使用全部行；"
        "以 Rprop(iRprop−) 代替 Levenberg-Marquardt。",
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
        "答案为 {members} 个网络(净输出)的平均。各网络以自己未训练的一份行决定停止(最佳轮次 {epochs})；"
        "“验证”一栏为每行由未见过它的网络给出的结果。",
    ),
    "CR-3112": (
        "The answer is the average of {members} networks (of their scores) from different starts (best epochs {epochs}).",
        "答案为 {members} 个起点不同的网络(净输出)的平均(最佳轮次 {epochs})。",
    ),
}
