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
    "CR-1203": (
        "{rows} rows are more than 4 294 967 295; split the table.",
        "{rows} 行超过 4 294 967 295 行；请拆分数据。",
    ),
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
    "CR-1208": (
        "There are no weights '{name}'; there are {known}.",
        "没有名为“{name}”的权值；可用的有 {known}。",
    ),
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
        'Row {row}: the column "{column}" names the part of each row, and {label} is none; write train, validation or '
        "test (or 0, 1, 2).",
        "第 {row} 行：列“{column}”指定每行所属部分，而 {label} 不是；请写“训练”“验证”或“测试”（或 0、1、2）。",
    ),
    "CR-1213": (
        'The column "{column}" names no row for training; at least one row must say train.',
        "列“{column}”没有指定任何训练行；至少要有一行为“训练”。",
    ),
    "CR-1214": (
        "The class {label} has rows in the {part} part and none in the training part; the network could never learn it. "
        "Put some of its rows into training.",
        "类别 {label} 出现在{part}部分，但训练部分中没有；网络无法学到它。请把它的部分行放入训练部分。",
    ),
    "CR-1215": (
        "{label} has {found} column(s) and the network {plan} takes {wanted}.",
        "{label} 有 {found} 列，而网络 {plan} 需要 {wanted} 列。",
    ),
    "CR-1216": (
        "Row {row}, category column {column}: the code is {found}; there are {levels} categories, so codes are 0 … "
        "{highest}, or -1 for none.",
        "第 {row} 行，第 {column} 个类别列：编码为 {found}；共 {levels} 个类别，编码应为 0 … {highest}，无类别时为 -1。",
    ),
    "CR-1217": (
        "Row {row}, target {column} is {value:g}; the loss '{loss}' needs targets from 0 to 1 (NaN: does not count).",
        "第 {row} 行，第 {column} 个目标值为 {value:g}；损失“{loss}”要求目标值在 0 到 1 之间（NaN 表示不计入）。",
    ),
    "CR-1218": (
        "Row {row}, target {column} is {value:g}; the loss '{loss}' needs finite counts that are not negative (NaN: does "
        "not count).",
        "第 {row} 行，第 {column} 个目标值为 {value:g}；损失“{loss}”要求有限的非负计数（NaN 表示不计入）。",
    ),
    "CR-1219": (
        "Row {row}: the targets add up to {total:g}; the loss '{loss}' needs one share per class that add up to 1.",
        "第 {row} 行：各目标值之和为 {total:g}；损失“{loss}”要求每个类别一个比例，且总和为 1。",
    ),
    "CR-1220": (
        "The row weights are given for {found} member(s), and the plan computes the members {first} … {last}, counted "
        "from 0; give one row of weights per member from 0 on.",
        "行权重只给出了 {found} 个成员的，而方案要计算第 {first} … {last} 个成员（从 0 数起）；请从第 0 个起为每个成员各给一行权重。",
    ),
    "CR-1221": (
        'The column "{column}" does not look like a column of parts: it holds {labels}. Such a column says in each row '
        "train, validation or test, or 0, 1 or 2; leave `part` out to have the parts drawn.",
        "列“{column}”不像是指定所属部分的列：其中的值为 {labels}。这样的列每行应写“训练”“验证”或“测试”，也可写 0、1、2；不指定 part 则自动划分。",
    ),
    "CR-1290": (
        "The view '{name}' starts by '{start}', which looks at training rows; give them (source=…) or choose another start.",
        "视图“{name}”的初始化方式“{start}”要参考训练数据行；请给出数据（source=…），或改用其他初始化方式。",
    ),
    "CR-1291": (
        "Row {row}, target {column} is {value:g}; the loss '{loss}' needs finite numbers above 0 (NaN: does not count).",
        "第 {row} 行，第 {column} 个目标值为 {value:g}；损失“{loss}”要求大于 0 的有限数（NaN 表示不计入）。",
    ),
    "CR-1222": (
        "Given orders must be a two-dimensional array of uint32 row numbers below {rows}, one line per epoch.",
        "给定的样本顺序必须是二维 uint32 数组，每行对应一轮，行号小于 {rows}。",
    ),
    "CR-1223": (
        "Of {rows} rows none is left for the part {part}: too few, or too few different times. Give more rows, or other shares.",
        "{rows} 行中没有留给{part}部分的行：行数太少，或不同的时间太少。请增加数据，或改变比例。",
    ),
    "CR-1224": (
        (
            '"{text}" does not name the rows of three parts. Write the row numbers of train, validation and test, each row '
            'once, such as "2-85/86-103/104-121".'
        ),
        '"{text}" 没有说明三个部分的行。请写训练、验证、测试的行号，每行只出现一次，如 "2-85/86-103/104-121"。',
    ),
    "CR-1225": (
        "There are no rows {rows}; the table has rows {first} to {last}.",
        "没有第 {rows} 行；表格的行号为 {first} 到 {last}。",
    ),
}
