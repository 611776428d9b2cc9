"""The sentences of the methods paragraph and of a repetition."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-3500": ("Methods: the network for {target}", "方法：{target} 的网络"),
    "CR-3501": ("Methods paragraph", "方法说明"),
    "CR-3502": ("Metrics", "指标"),
    "CR-3503": ("To repeat it", "重现方法"),
    "CR-3504": (
        "This command trains the network again and compares every bit of its weights; the program below does the same training.",
        "下面的命令重新训练并逐位比较权值；其下的程序进行同样的训练。",
    ),
    "CR-3505": (
        "The table was given as a data frame. Written to a file with the same values, it can be given to this command; the function below does the same training.",
        "训练所用的表来自数据框。将其原样写入文件后可用于下面的命令；其下的函数进行同样的训练。",
    ),
    "CR-3506": ("References (GB/T 7714-2015)", "参考文献（GB/T 7714—2015）"),
    "CR-3507": (
        "the methods paragraph for a thesis or paper, with references, instead of the report",
        "给出论文用的方法说明及参考文献，代替报告",
    ),
    "CR-3508": (
        "The methods paragraph is made of the model alone: leave out {option}.",
        "方法说明只由模型得出：请去掉 {option}。",
    ),
    # the data
    "CR-3510": (
        "The data ({files}, SHA-256 {digest}) have {rows} rows with a known {target} ({task}).",
        "数据为 {files}（SHA-256：{digest}），{target} 已知的样本共 {rows} 行（{task}）。",
    ),
    "CR-3511": (
        "The data (a data frame, SHA-256 of its content {digest}) have {rows} rows with a known {target} ({task}).",
        "数据为数据框（内容的 SHA-256：{digest}），{target} 已知的样本共 {rows} 行（{task}）。",
    ),
    "CR-3512": (
        "They were divided at random, evenly over the target (seed {seed}): {counts}.",
        "数据按目标值分层随机划分（随机种子 {seed}）：{counts}。",
    ),
    "CR-3513": (
        "The column {part} says which part a row is in: {counts}.",
        "数据按列 {part} 划分：{counts}。",
    ),
    "CR-3514": (
        "They were divided by {time}, the earliest rows for training: {counts}.",
        "数据按 {time} 的先后划分，最早的样本用于训练：{counts}。",
    ),
    "CR-3515": (
        "Validation or test rows came as a table of their own: {counts}.",
        "验证或测试数据来自单独的表：{counts}。",
    ),
    "CR-3516": (
        "They were divided in blocks in the order of the table: {counts}.",
        "数据按表中顺序分块划分：{counts}。",
    ),
    "CR-3517": (
        "They were divided by turns in the order of the table: {counts}.",
        "数据按表中顺序交错划分：{counts}。",
    ),
    "CR-3518": (
        "Quality was estimated by {folds}-fold cross-validation repeated {repeats} times (seed {seed}); the network itself was then trained on all rows: {counts}.",
        "用 {folds} 折交叉验证（重复 {repeats} 次，随机种子 {seed}）估计性能，然后用全部样本训练最终网络：{counts}。",
    ),
    "CR-3519": (
        "Rows with the same {groups} stayed in one part.",
        "{groups} 相同的样本划入同一部分。",
    ),
    "CR-3520": ("to mean 0 and standard deviation 1", "标准化为均值 0、标准差 1"),
    "CR-3521": ("to −1 … 1", "归一化到 −1 … 1"),
    "CR-3522": ("by median and interquartile range", "按中位数与四分位距缩放"),
    "CR-3523": (
        "by a power transform to mean 0 and standard deviation 1",
        "经幂变换后标准化为均值 0、标准差 1",
    ),
    "CR-3524": ("by their quantiles to a normal distribution", "按分位数变换为正态分布"),
    "CR-3525": ("not at all", "不缩放"),
    "CR-3526": (
        "{columns} columns make {inputs} inputs: numbers are scaled {scale}, each category is one input per value; scales and categories were learned from the training rows alone.",
        "{columns} 列构成 {inputs} 个输入：数值列{scale}，类别列每个取值对应一个输入；缩放参数与类别仅由训练样本确定。",
    ),
    "CR-3527": ("The target is scaled {scale}.", "目标值{scale}。"),
    "CR-3528": ("The rows were divided as the author chose: {counts}.", "数据按作者给定的行划分：{counts}。"),
    "CR-3529": (
        "The rows were divided by their numbers ({divide}): {counts}.",
        "数据按行号划分（{divide}）：{counts}。",
    ),
    # a repetition
    "CR-3530": (
        "This model knows of no training of its own (its weights came from elsewhere), so there is nothing to repeat.",
        "该模型没有训练记录（权值来自别处），无法重复训练。",
    ),
    "CR-3531": (
        "The model does not hold what it was trained with as `{name}`: give it again.",
        "模型文件不含训练时的 `{name}`：请重新给出。",
    ),
    "CR-3532": (
        "The model was trained without `{name}`; a repetition has none either.",
        "该模型训练时没有 `{name}`；重复训练也不能有。",
    ),
    "CR-3533": (
        "The model was trained by Chainrule {then} with the setting {name}, which version {now} does not have.",
        "该模型由 Chainrule {then} 训练，用了设置 {name}；版本 {now} 没有这一设置。",
    ),
    "CR-3540": (
        "{table} is the one of the training (same SHA-256).",
        "{table}与训练时相同（SHA-256 一致）。",
    ),
    "CR-3541": (
        "{table} is not the one of the training: its SHA-256 differs.",
        "{table}与训练时不同：SHA-256 不一致。",
    ),
    "CR-3542": (
        "{table} may or may not be the one of the training: its SHA-256 was not recorded, or it came as a file once and as a frame the other time.",
        "{table}是否与训练时相同无法判断：当时未记录 SHA-256，或两次分别以文件与数据框给出。",
    ),
    "CR-3543": (
        "Equal: all {count} weights and thresholds have the same bits.",
        "完全一致：全部 {count} 个权值与阈值逐位相同。",
    ),
    "CR-3544": (
        "Not equal: {differ} of {count} weights and thresholds differ, by {largest} at most. The first is {name}: {then} at the training, {now} now.",
        "不一致：{count} 个权值与阈值中有 {differ} 个不同，最大相差 {largest}。第一个是 {name}：训练时为 {then}，现在为 {now}。",
    ),
    "CR-3545": (
        "Not equal: the training made the network {then}, the repetition {now}.",
        "不一致：训练得到的网络为 {then}，重复训练得到 {now}。",
    ),
    "CR-3546": (
        "The model was trained by Chainrule {then}, this is {now}; another version may train with other bits.",
        "该模型由 Chainrule {then} 训练，当前版本为 {now}；不同版本的结果可能不完全一致。",
    ),
    "CR-3547": (
        "One of the two trainings was interrupted, so they did not go equally far.",
        "两次训练中有一次被中断，进度不同。",
    ),
    "CR-3548": ("The table", "数据表"),
    "CR-3549": ("The validation table", "验证数据表"),
    "CR-3550": ("The test table", "测试数据表"),
    "CR-3551": ("Repeating the training of {file}", "正在重复 {file} 的训练"),
    "CR-3552": (
        "train a model again from its own record and compare every bit",
        "按模型自身的记录重新训练，并逐位比较",
    ),
    "CR-3553": (
        "chainrule repeat model.chainrule\n"
        "chainrule repeat model.chainrule data.csv\n"
        "Exit code 0: equal; 3: the weights differ.",
        "chainrule repeat model.chainrule\n"
        "chainrule repeat model.chainrule data.csv\n"
        "退出码 0：完全一致；3：权值不同。",
    ),
    "CR-3554": ("the validation table, where it lies elsewhere now", "验证数据表（若位置已变）"),
    "CR-3555": ("the test table, where it lies elsewhere now", "测试数据表（若位置已变）"),
    # the network
    "CR-3560": (
        "The network {name} is fully connected (hidden layers: {layers}; output: {output}), has {count} weights and thresholds and learns by error back-propagation{cite}.",
        "采用全连接网络 {name}（隐层：{layers}；输出层：{output}），共 {count} 个权值与阈值，用误差逆传播算法{cite}训练。",
    ),
    "CR-3561": (
        "The network {name} has no hidden layer (output: {output}), has {count} weights and thresholds and learns by error back-propagation{cite}.",
        "采用无隐层网络 {name}（输出层：{output}），共 {count} 个权值与阈值，用误差逆传播算法{cite}训练。",
    ),
    "CR-3562": (
        "The answer is the mean of {members} such networks with different starts.",
        "预测值为 {members} 个不同初始权值的此类网络的平均。",
    ),
    "CR-3563": ("Weights start by {start}, seed {seed}.", "权值按 {start} 初始化，随机种子 {seed}。"),
    "CR-3564": (
        "The loss {loss} was made small by {optimizer} with the learning rate {lr}, schedule {schedule}, {batch} rows per step, in {precision}.",
        "损失函数为 {loss}，优化算法为 {optimizer}，学习率 {lr}，学习率调度 {schedule}，每步 {batch} 个样本，精度 {precision}。",
    ),
    "CR-3565": ("Against overfitting: {held}.", "为防止过拟合：{held}。"),
    "CR-3566": ("decoupled weight decay", "解耦权值衰减"),
    "CR-3567": ("norm of the gradient", "梯度范数"),
    "CR-3568": ("each slope of the gradient", "梯度各分量"),
    "CR-3598": ("norm of the weights into each unit", "每个神经元输入权值的范数"),
    "CR-3569": (
        "At most {epochs} epochs were planned; training ends after {patience} epochs without a better {monitor}, and the best weights are kept.",
        "最多训练 {epochs} 轮；{monitor} 连续 {patience} 轮没有改善即停止，保留最佳权值。",
    ),
    "CR-3570": ("{epochs} epochs were planned.", "计划训练 {epochs} 轮。"),
    "CR-3571": (
        "On the {rows} test rows, seen once at the end: {values}.",
        "在仅于最后使用一次的 {rows} 行测试样本上：{values}。",
    ),
    "CR-3572": (
        "Over the {runs} test parts of the cross-validation, mean ± standard deviation: {values}.",
        "在交叉验证的 {runs} 个测试部分上（均值 ± 标准差）：{values}。",
    ),
    "CR-3573": (
        "On the {rows} training rows themselves: {values}.",
        "在 {rows} 行训练样本自身上：{values}。",
    ),
    "CR-3574": (
        "On the {rows} validation rows, which chose the best epoch: {values}.",
        "在用于选轮的 {rows} 行验证样本上：{values}。",
    ),
    "CR-3575": ("Rows are weighted by {value}.", "样本按 {value} 加权。"),
    "CR-3576": ("Classes are weighted: {value}.", "各类别加权：{value}。"),
    "CR-3577": ("Software: {tools} [{cite}]; {engine} engine.", "软件：{tools} [{cite}]；{engine} 引擎。"),
    # the list of rules
    "CR-3580": ("Activations ({option})", "激活函数（{option}）"),
    "CR-3581": ("Losses ({option})", "损失函数（{option}）"),
    "CR-3582": ("Update rules ({option})", "优化算法（{option}）"),
    "CR-3583": ("Schedules of the learning rate ({option})", "学习率调度（{option}）"),
    "CR-3584": ("Starts ({option})", "初始化（{option}）"),
    "CR-3585": ("The rules", "规则一览"),
    "CR-3586": ("name", "名称"),
    "CR-3587": ("numbers", "参数"),
    "CR-3588": ("also called", "别名"),
    "CR-3589": (
        "A number is set behind the name, as in quantile:q=0.9. `chainrule rules NAME` shows a rule's text. Your own formula can stand in place of a name.",
        "参数写在名称之后，如 quantile:q=0.9。`chainrule rules 名称` 显示规则的算式。名称处也可写自定义的算式。",
    ),
    "CR-3591": ("source", "出处"),
    "CR-3592": ("{what}: {value}", "{what}：{value}"),
    "CR-3593": (
        "list the activations, losses, update rules, schedules and starts; or show one",
        "列出激活函数、损失函数、优化算法、学习率调度与初始化方法；或显示其中一个",
    ),
    "CR-3594": (
        "chainrule rules\nchainrule rules nadam\nchainrule rules traingdx",
        "chainrule rules\nchainrule rules nadam\nchainrule rules traingdx",
    ),
    "CR-3599": (
        "There is no rule '{name}'{near}. `chainrule rules` lists all.",
        "没有名为“{name}”的规则{near}。`chainrule rules` 列出全部规则。",
    ),
}
