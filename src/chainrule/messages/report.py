"""The sentences of the stage "report"."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-1700": (
        "{target} ({task}): network {model}, trained by the {engine} engine",
        "{target}（{task}）：网络 {model}，由 {engine} 引擎训练",
    ),
    "CR-1701": ("train", "训练"),
    "CR-1702": ("validation", "验证"),
    "CR-1703": ("test", "测试"),
    "CR-1704": ("rows", "行数"),
    "CR-1705": ("constant", "常数基线"),
    "CR-1706": ("linear", "线性基线"),
    "CR-1710": (
        "The network is better than a linear model: {metric} {ours} against {linear}.",
        "网络优于线性模型：{metric} 为 {ours}，线性模型为 {linear}。",
    ),
    "CR-1711": (
        "The network is no better than a linear model ({metric} {ours} against {linear}); a linear model would do.",
        "网络并不优于线性模型（{metric} 为 {ours}，线性模型为 {linear}）；用线性模型即可。",
    ),
    "CR-1712": ("The rows are too few to compare with a linear model.", "行数太少，无法与线性模型比较。"),
    "CR-1720": ("Loss by epoch: solid training, dotted validation", "各轮损失：实线为训练，虚线为验证"),
    "CR-1721": ("Loss by epoch: * training, o validation", "各轮损失：* 为训练，o 为验证"),
    "CR-1722": ("Loss by epoch (training)", "各轮损失（训练）"),
    "CR-1730": ("regression", "回归"),
    "CR-1731": ("two classes", "二分类"),
    "CR-1732": ("classes", "多分类"),
}
