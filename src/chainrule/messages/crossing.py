"""The sentences of folds, exposure and components: what a table is tested and trained by when it is small or counted."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-4701": (
        "Not tested by folds, as tables of fewer than {limit} rows usually are: {reason}",
        "少于 {limit} 行的表通常用交叉验证测试，此表没有：{reason}",
    ),
    "CR-4702": ("all rows, by folds", "所有行（交叉验证）"),
    "CR-4703": (
        (
            "Test: {values}, mean ± standard deviation over the first {runs} of {all} trainings ({folds} folds, {repeats} times); "
            "then it was interrupted. Each was tested on rows it had not seen. The network that is kept was trained on all rows."
        ),
        (
            "测试：{values}，为 {all} 次训练（{folds} 折，{repeats} 遍）中前 {runs} 次的平均值 ± 标准差，随后被中断。"
            "每次都在未见过的行上测试。保留的网络用所有行训练。"
        ),
    ),
    "CR-4704": (
        "It was the better one in {wins} of {runs} trainings.",
        "{runs} 次训练中网络有 {wins} 次更好。",
    ),
    "CR-4705": (
        "On the folds, with the same inputs and training rows each time, mean ± standard deviation: the network, a linear model (ridge or logistic regression), and a constant (the mean or the shares of the training rows).",
        "在各折上，每次用相同的输入和训练行，平均值 ± 标准差：网络、线性模型（岭回归或逻辑回归）与常数（训练数据的均值或各类比例）。",
    ),
    "CR-4706": (
        "Every row was in one of {folds} folds, {repeats} times over (seed {seed}), and tested by a network that had not seen it. The network that is kept was trained on all rows: {counts}. Pictures of 'all rows, by folds' show the first time.",
        "每一行都属于 {folds} 折之一，共 {repeats} 遍（种子 {seed}），由未见过它的网络测试。保留的网络用所有行训练：{counts}。“所有行（交叉验证）”的图为第一遍的结果。",
    ),
    "CR-4711": (
        "An exposure belongs to a number that is counted, with a loss of the log link ({choices}); here the task is {task} and the loss {loss}.",
        "暴露量只用于计数型的数值目标，且损失要有对数联系函数（{choices}）；这里任务为 {task}，损失为 {loss}。",
    ),
    "CR-4712": (
        "the column the target is counted over (years, km); predict needs it",
        "目标按哪一列计数（年、公里等）；predict 也需要这一列",
    ),
    "CR-4713": (
        'The column "{column}" is asked for twice: as the target, the part or the weight, and as the {use}. Choose one.',
        "列“{column}”被用了两次：既是目标、部分或权重，又是{use}。请选择一种。",
    ),
    "CR-4714": (
        "The target is counted over {exposure}: the logarithm of {exposure} is an offset before the exponential output.",
        "目标按 {exposure} 计数：在指数输出之前以 {exposure} 的对数为偏置项。",
    ),
    "CR-4715": (
        "The numeric inputs are replaced by their first {count} principal components, found on the training rows alone.",
        "数值输入换成前 {count} 个主成分，仅由训练行求得。",
    ),
    "CR-4716": (
        "principal components of the numbers: how many, or a share (0.95)",
        "数值列的主成分：个数，或保留的方差比例（0.95）",
    ),
    "CR-4717": ("Above are means over {count} targets. Each one:", "以上为 {count} 个目标的平均值。各目标："),
    "CR-4718": ("mean", "平均"),
    "CR-4719": (
        "Warning: {count} of {rows} rows, tested by folds, stand among the rows trained on too, every cell the same, so the test is too kind; rows that belong together stay together with --group",
        "警告：交叉验证的 {rows} 行中有 {count} 行与训练行完全相同，测试结果会偏乐观；可用 --group 让同组的行留在一起",
    ),
}
