"""The sentences about arrays, parts and draws."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-1201": (
        "{label} has shape {shape}; it must be two-dimensional with one row per data row ({rows}).",
        "{label} 的形状为 {shape}；应为二维，且每个数据行对应一行（共 {rows} 行）。",
    ),
    "CR-1202": (
        "{label} has the type {dtype}; numbers are float or integer arrays, codes are int32.",
        "{label} 的类型为 {dtype}；数值应为浮点或整数数组，类别编码应为 int32。",
    ),
    "CR-1203": ("{rows} rows are more than 4 294 967 295; split the table.", "{rows} 行超过 4 294 967 295 行；请拆分数据。"),
    "CR-1204": ("Row weights must be finite and not negative.", "行权重必须是有限的非负数。"),
    "CR-1205": ("The folder {folder} holds no x.npy.", "文件夹 {folder} 中没有 x.npy。"),
    "CR-1206": (
        "The given weights '{name}' have shape {shape}; the network needs {wanted} (inputs, units).",
        "给定的权值“{name}”形状为 {shape}；网络需要 {wanted}（输入数，单元数）。",
    ),
    "CR-1207": (
        "The start of '{name}' is 'given', and no weights were given for it.",
        "“{name}”的初始方式为“given”，但没有给出权值。",
    ),
    "CR-1208": ("There are no weights '{name}'; there are {known}.", "没有名为“{name}”的权值；可用的有 {known}。"),
    "CR-1209": ("The given weights '{name}' hold NaN or infinity.", "给定的权值“{name}”含有 NaN 或无穷大。"),
}
