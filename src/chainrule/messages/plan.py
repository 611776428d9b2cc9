"""The sentences about settings."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-1401": ("{setting} is {value}; wanted: {wanted}.", "{setting} 为 {value}；应为：{wanted}。"),
    "CR-1402": (
        "The network has no inputs: give at least one number column or one category.",
        "网络没有输入：至少需要一个数值列或一个类别列。",
    ),
    "CR-1403": (
        "Dropout on the inputs works on number columns only, and this table has categories; drop hidden units instead.",
        "输入层的 dropout 只适用于数值列，而该表含有类别列；请只对隐层使用 dropout。",
    ),
    "CR-1404": (
        "There is no parameter view '{name}'; there are {known}.",
        "没有参数视图“{name}”；可用的有 {known}。",
    ),
    "CR-1405": ("Clip by norm or by value, not both.", "梯度裁剪请二选一：按范数或按数值。"),
    "CR-1406": (
        "The loss '{loss}' needs '{link}' on the output layer, not '{output}'; leave the output activation out.",
        "损失“{loss}”要求输出层激活函数为“{link}”，而不是“{output}”；请不要指定输出层激活函数。",
    ),
    "CR-1407": (
        "Cross-entropy needs at least two outputs; for yes/no use binary_cross_entropy.",
        "交叉熵至少需要两个输出；二分类请用 binary_cross_entropy。",
    ),
    "CR-1408": (
        "'{activation}' looks at a whole row and may stand on the output layer only, not on layer {layer}.",
        "“{activation}”只能用于输出层，不能用于第 {layer} 层。",
    ),
    "CR-1409": (
        "The optimizer '{optimizer}' has no decoupled decay; use adamw, or l2.",
        "优化算法“{optimizer}”没有解耦的权值衰减；请改用 adamw 或 l2。",
    ),
    "CR-1410": (
        "{given} activations were given for {hidden} hidden layers; give one name, or one per hidden layer.",
        "给出了 {given} 个激活函数，而隐层有 {hidden} 个；请给一个名称，或每个隐层一个。",
    ),
    "CR-1411": (
        "{given} dropout rates were given; give one number, or {wanted}: one per dense layer, the input's first.",
        "给出了 {given} 个 dropout 比率；请给一个数，或给 {wanted} 个（每个全连接层的输入各一个）。",
    ),
    "CR-1412": (
        "'{rule}' has no knob '{knob}'; it has {known}.",
        "“{rule}”没有参数“{knob}”；可用的有 {known}。",
    ),
    "CR-1430": (
        "This is no plan Chainrule wrote ({what}); the file may be damaged or from a newer version.",
        "这不是 Chainrule 写出的网络方案（{what}）；文件可能已损坏或来自更新的版本。",
    ),
    "CR-1440": ("Give biases or thresholds, not both.", "偏置和阈值请只给一种。"),
    "CR-1441": (
        "The biases have {given} numbers per layer; the network needs {wanted}.",
        "各层偏置的个数为 {given}，网络需要 {wanted}。",
    ),
}
