"""The sentences of the stage "model": refusals around a training and its file, and the reasons of what was chosen."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-1801": (
        "{layers} hidden layers of {units}: {rows} training rows, {inputs} inputs.",
        "{layers} 个隐层，每层 {units} 个单元：训练 {rows} 行，输入 {inputs} 个。",
    ),
    "CR-1802": (
        "Trained by {optimizer}, learning rate {lr:g} ({schedule}), {batch} rows per step, at most {epochs} epochs, patience {patience}.",
        "训练方法 {optimizer}，学习率 {lr:g}（{schedule}），每步 {batch} 行，至多 {epochs} 轮，耐心值 {patience} 轮。",
    ),
    "CR-1803": (
        "Weight decay {decay:g}: of {tried}, the strongest that no weaker one clearly beats on the {rows} validation rows.",
        "权值衰减 {decay:g}：依次比较 {tried}，取在 {rows} 行验证数据上没有被更弱者明显超过的最强一档。",
    ),
    "CR-1810": (
        "Say which column to predict (target=…); the table has {columns}.",
        "请指明要预测的列（target=…）；表中有 {columns}。",
    ),
    "CR-1811": (
        "The loss '{loss}' does not fit the task {task}; choose {choices}.",
        "损失“{loss}”不适用于任务 {task}；可选 {choices}。",
    ),
    "CR-1812": (
        "The loss '{loss}' wants counts: targets that are not negative and not scaled (target_scale=\"none\", --target-scale none); {what}.",
        '损失“{loss}”要求计数：目标不得为负且不缩放（target_scale="none"、--target-scale none）；{what}。',
    ),
    "CR-1813": (
        "'{monitor}' cannot be watched for the task {task}; choose loss, {choices}.",
        "任务 {task} 不能监视“{monitor}”；可选 loss、{choices}。",
    ),
    "CR-1814": (
        "Give either part=… or test=…/validation=…, not both.",
        "part=… 与 test=…/validation=… 只能给出一种。",
    ),
    "CR-1815": (
        "{count} row(s) without a value in the target column are left out.",
        "有 {count} 行缺少目标值，已略去。",
    ),
    "CR-1816": (
        "The {part} part has only {rows} row(s): what it says is uncertain.",
        "{part}部分仅有 {rows} 行：其结果不确定。",
    ),
    "CR-1817": (
        "{file} has no row with a value in the target column.",
        "{file} 中没有任何一行有目标值。",
    ),
    "CR-1819": (
        'The column "{column}" is to be dropped and is the {use} too; take it out of one of the two.',
        "列“{column}”既要去掉，又被指定为{use}；请二者取一。",
    ),
    "CR-1830": ("The model cannot be written to {file}: {reason}.", "无法把模型写入 {file}：{reason}。"),
    "CR-1831": ("{file} cannot be used as a model: {reason}", "{file} 不能用作模型：{reason}"),
    "CR-1832": (
        "its network has {network} and its encoding {encoding}; they do not belong together.",
        "其网络为 {network}，而编码为 {encoding}；二者不相配。",
    ),
    "CR-1880": ("target", "目标列"),
    "CR-1881": ("column of parts", "划分列"),
    "CR-1882": ("column of weights", "权重列"),
    "CR-1883": ("column of groups", "分组列"),
    "CR-1884": ("column of times", "时间列"),
    "CR-1885": ("column of exposure", "暴露量列"),
    "CR-1890": (
        "The loss '{loss}' wants targets above 0 that are not scaled (target_scale=\"none\", --target-scale none); {what}.",
        '损失“{loss}”要求目标大于 0 且不缩放（target_scale="none"、--target-scale none）；{what}。',
    ),
    "CR-1833": (
        "This network was fitted to arrays by an {estimator}: no program of tables made it, so there is none to show.",
        "此网络由 {estimator} 用数组训练而成，没有以表格训练它的程序可供显示。",
    ),
}
