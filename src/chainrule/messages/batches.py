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
    "CR-1210": (
        "The fractions are {fractions}; wanted: three numbers for train, validation and test that are ≥ 0 and add up to "
        "1, the first above 0, e.g. 0.7, 0.15, 0.15.",
        "划分比例为 {fractions}；应为训练、验证、测试三个非负数，合计为 1 且第一个大于 0，如 0.7, 0.15, 0.15。",
    ),
    "CR-1211": (
        "{rows} row(s) cannot be cut into {parts} parts, each with at least one row; give more rows, or set the fraction "
        "of a part to 0.",
        "{rows} 行无法划分为 {parts} 个各至少一行的部分；请提供更多数据，或把某一部分的比例设为 0。",
    ),
    "CR-1212": (
        "Row {row}: the column \"{column}\" names the part of each row, and {label} is none; write train, validation or "
        "test (or 0, 1, 2).",
        "第 {row} 行：列“{column}”指定每行所属部分，而 {label} 不是；请写 训练、验证 或 测试（或 0、1、2）。",
    ),
    "CR-1213": (
        "The column \"{column}\" names no row for training; at least one row must say train.",
        "列“{column}”没有指定任何训练行；至少要有一行为“训练”。",
    ),
    "CR-1214": (
        "The class {label} has rows in the {part} part and none in the training part; the network could never learn it. "
        "Put some of its rows into training.",
        "类别 {label} 出现在 {part} 部分，但训练部分中没有；网络无法学到它。请把它的部分行放入训练部分。",
    ),
}
