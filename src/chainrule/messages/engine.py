"""The sentences of the stage "engine"."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-1501": (
        "CHAINRULE_ISA={wish} is no instruction set; write one of {known}, or leave it unset.",
        "CHAINRULE_ISA={wish} 不是指令集名称；请写 {known} 之一，或不设置。",
    ),
    "CR-1502": (
        "CHAINRULE_ISA={wish} cannot be used here: this machine offers {offered}.",
        "此处不能使用 CHAINRULE_ISA={wish}：本机支持 {offered}。",
    ),
    "CR-1510": (
        "The rule '{rule}' takes a norm or a sum over many weights in '{text}'.",
        "规则“{rule}”在“{text}”中对许多权值取范数或求和。",
    ),
    "CR-1511": (
        "The rule '{rule}' has {count} knobs or state letters; at most {limit} are possible.",
        "规则“{rule}”有 {count} 个参数或状态字母；最多允许 {limit} 个。",
    ),
    "CR-1512": (
        "The native engine cannot compute this plan: {reason} Change the rule, or ask for engine='reference'.",
        "原生引擎无法计算该方案：{reason}请修改规则，或指定 engine='reference'。",
    ),
    "CR-1513": (
        "{label} holds {dtype}; a run reads float32, float64 and integers in this machine's byte order. Convert it.",
        "{label} 的类型为 {dtype}；训练只读取本机字节序的 float32、float64 和整数。请先转换。",
    ),
    "CR-1514": ("There are no targets to learn from.", "没有可供学习的目标值。"),
    "CR-1515": (
        "The arrays have {inputs} number columns and {outputs} targets, which does not fit the network {plan}.",
        "数组有 {inputs} 个数值列和 {outputs} 个目标，与网络 {plan} 不符。",
    ),
    "CR-1516": (
        "The arrays have {found} category columns, the network {wanted}.",
        "数组有 {found} 个类别列，而网络有 {wanted} 个。",
    ),
    "CR-1517": (
        "Category column {column} holds codes from {low} to {high}; allowed are -1 for none and 0 … {levels} - 1.",
        "第 {column} 个类别列的编码范围为 {low} 到 {high}；允许 -1（表示无）和 0 … {levels} - 1。",
    ),
    "CR-1518": (
        "There is no engine '{wanted}'; there are auto, native, reference.",
        "没有引擎“{wanted}”；可用的有 auto、native、reference。",
    ),
    "CR-1519": (
        "The compiled kernel was built from other rules than the Python beside it ({what} differs). Reinstall Chainrule.",
        "编译好的内核与 Python 部分所用的规则不一致（{what} 不同）。请重新安装 Chainrule。",
    ),
    "CR-1520": (
        "The state to go on from belongs to another plan: weights and number of the optimizer's memories are {found}, "
        "the plan wants {wanted}.",
        "要继续训练的状态属于另一个方案：其权值形状与优化器状态个数为 {found}，而方案需要 {wanted}。",
    ),
}
