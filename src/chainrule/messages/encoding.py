"""The sentences of the stage "encoding": refusals (CR-1101 ...), notes on what was done (CR-1150 ...)."""

ROWS: dict[str, tuple[str, str]] = {
    # what a table lacks
    "CR-1101": (
        (
            "{file} lacks columns the model needs: {names}. Add them, under the same names as in the "
            "training table."
        ),
        "{file} 缺少模型需要的列：{names}。请补上这些列，列名须与训练表相同。",
    ),
    "CR-1102": (
        (
            "{file}, column {column}, row {row}: {text} is not a number, and the model was trained on "
            "numbers there. Correct it, or mark it as missing (missing=[{text}], --missing)."
        ),
        (
            "{file} 列 {column} 第 {row} 行：{text} 不是数，而模型训练时该列是数。请改正它，或把它标为缺失"
            "（missing=[{text}]、--missing）。"
        ),
    ),
    "CR-1103": (
        (
            "{file}, column {column}, row {row}: {text} lies so far outside of the training values that it "
            "cannot be expressed as {dtype}. Correct it or leave it blank."
        ),
        "{file} 列 {column} 第 {row} 行：{text} 远在训练取值之外，无法用 {dtype} 表示。请改正或留空。",
    ),
    "CR-1104": (
        (
            "{file}, column {column}, row {row}: the class {text} does not occur in the training part "
            "(classes: {names}). Correct it, leave the row out, or train on rows of every class."
        ),
        (
            "{file} 列 {column} 第 {row} 行：训练部分没有类别 {text}（已有类别：{names}）。请改正它，去掉该行，或让"
            "训练部分包含每个类别。"
        ),
    ),
    # fitting
    "CR-1105": (
        "{file}: no column is left to learn from. {reasons} Give a column that varies and repeats.",
        "{file}：没有可用于学习的列。{reasons}请提供有变化又有重复的列。",
    ),
    "CR-1106": (
        (
            "{file}, column {column}: the training part holds only {count} different target values. Give it "
            "more rows, or split so that every class is in it."
        ),
        (
            "{file} 列 {column}：训练部分的目标只有 {count} 种取值。请增加训练行，或在划分时让每个类别都进入训"
            "练部分。"
        ),
    ),
    "CR-1107": (
        "There is no {what} {value}. Choose one of {names}.",
        "{what} 没有 {value} 这个选项。请从 {names} 中选择。",
    ),
    "CR-1108": (
        "{file}: the training part has no row to learn from. Give at least one row with a target.",
        "{file}：训练部分没有可学习的行。至少需要一行带目标值的数据。",
    ),
    "CR-1109": (
        (
            "{file}, column {column}, row {row}: the formula {text} has no finite value at {value}. Change "
            "the formula, or correct the cell."
        ),
        "{file} 列 {column} 第 {row} 行：公式 {text} 在 {value} 处没有有限值。请修改公式或改正该单元格。",
    ),
    "CR-1110": (
        (
            "{file}, column {column}: {text} is a label, but a regression needs numbers as its target. "
            "Choose a classification task or another target."
        ),
        "{file} 列 {column}：{text} 是标签，而回归的目标必须是数。请选择分类任务或换一个目标列。",
    ),
    # decoding, state
    "CR-1111": (
        (
            "Outputs of shape {shape} do not belong to this encoding, which has {outputs}. Give one row per "
            "sample and {outputs} columns."
        ),
        (
            "形状为 {shape} 的输出不属于这个编码（它有 {outputs} 个输出）。请每个样本给一行、每行 {outputs} 列。"
        ),
    ),
    "CR-1112": (
        (
            "This is no encoding Chainrule can read: {part} is {reason}. The file may be damaged or from "
            "another program; save the model again."
        ),
        "这不是 Chainrule 能读取的编码：{part} {reason}。文件可能损坏或来自其他程序；请重新保存模型。",
    ),
    "CR-1113": (
        (
            "This encoding has version {version}; this Chainrule reads version {known}. Install a newer "
            "Chainrule."
        ),
        "该编码的版本是 {version}，当前 Chainrule 只能读取版本 {known}。请安装更新的 Chainrule。",
    ),
    "CR-1114": (
        (
            "This encoding has a step called {op}, which this Chainrule does not know (known: {names}). "
            "Install a newer Chainrule."
        ),
        "该编码含有当前 Chainrule 不认识的步骤 {op}（已知：{names}）。请安装更新的 Chainrule。",
    ),
    "CR-1115": (
        (
            "{file} has no target column {column}, so nothing can be compared. Add it, or ask for "
            "predictions only."
        ),
        "{file} 没有目标列 {column}，无法比较。请补上该列，或只做预测。",
    ),
    # reasons of CR-1112
    "CR-1120": ("missing", "缺失"),
    "CR-1121": ("of a wrong kind", "类型不对"),
    "CR-1122": ("out of its bounds", "超出范围"),
    "CR-1123": ("no valid JSON", "不是有效的 JSON"),
    "CR-1124": ("not allowed there", "不应出现在那里"),
    # what was done
    "CR-1126": (
        "{file}, column {column}, row {row} has no value, and this network was trained without missing values. Fill it in, or "
        "leave the row out.",
        "{file} 列 {column} 第 {row} 行缺少值，而此网络训练时没有缺失值。请补上该值，或略去该行。",
    ),
    "CR-1150": (
        "{column}: constant in the training part ({text}), left out",
        "{column}：在训练部分为常数（{text}），已略去",
    ),
    "CR-1151": (
        "{column}: no value in the training part, left out",
        "{column}：在训练部分没有任何值，已略去",
    ),
    "CR-1152": (
        (
            "{column}: {count} of {rows} training rows missing; filled with {value} and flagged in an input "
            "of its own"
        ),
        "{column}：{rows} 行训练数据中有 {count} 行缺失；用 {value} 填补，并另设一个输入作标记",
    ),
    "CR-1153": (
        '{column}: {count} rare labels share one level, "other", which labels never seen also use',
        "{column}：{count} 个罕见标签合并为一级“其他”，从未见过的标签也归入其中",
    ),
    "CR-1154": (
        (
            "{column}: nearly every row has a label of its own, as a name or a number of an order has, left out; "
            "--keep {column} uses it"
        ),
        "{column}：几乎每行的标签都不同（像名字或单号），已略去；--keep {column} 可使用它",
    ),
    "CR-1155": (
        (
            "{column}: half of the training values or more are the same, so its spread is the standard "
            "deviation, not the interquartile range"
        ),
        "{column}：训练取值有一半或更多相同，因此尺度用标准差而不是四分位距",
    ),
    "CR-1156": ("{column}: yes/no, {no} is -1 and {yes} is +1", "{column}：是/否列，{no} 为 -1，{yes} 为 +1"),
    "CR-1157": (
        "{column}: missing in {count} rows though never in the training part; filled with {value}",
        "{column}：有 {count} 行缺失，而训练部分从不缺失；用 {value} 填补",
    ),
    "CR-1158": (
        "{column}: {count} rows hold labels never seen in training, such as {text}; {policy}",
        "{column}：有 {count} 行是训练中从未见过的标签，如 {text}；{policy}",
    ),
    "CR-1159": ('they count as "other"', "按“其他”处理"),
    "CR-1160": ("they contribute nothing", "不产生任何贡献"),
    "CR-1161": (
        "{column}: missing in {count} rows though never in the training part; they contribute nothing",
        "{column}：有 {count} 行缺失，而训练部分从不缺失；不产生任何贡献",
    ),
    "CR-1170": (
        (
            "There cannot be {wanted} principal components of {inputs} numeric inputs. Give a whole number from 1 to "
            "{inputs}, or the share of variance to keep, such as 0.95."
        ),
        "{inputs} 个数值输入不能有 {wanted} 个主成分。请给出 1 到 {inputs} 的整数，或要保留的方差比例，如 0.95。",
    ),
    "CR-1171": (
        "{file}, column {column}: dates are wanted there, as in the training table. Write them as 2020-01-31 12:30.",
        "{file} 列 {column}：这里应是日期，与训练表一致。请写成 2020-01-31 12:30。",
    ),
    "CR-1172": (".", "。"),
    "CR-1173": (
        "the {inputs} numeric inputs became {count} principal components, which keep {share} % of their variance",
        "{inputs} 个数值输入变成 {count} 个主成分，保留 {share} % 的方差",
    ),
    "CR-1174": (
        "{column}: text, its words hashed into {count} inputs; --drop {column} leaves it out",
        "{column}：文本，词语散列为 {count} 个输入；--drop {column} 可去掉",
    ),
    "CR-1175": (
        "{column}: {count} of {rows} training rows lack a value, left out; --keep {column} uses it",
        "{column}：{rows} 行训练数据中有 {count} 行没有值，已略去；--keep {column} 可使用它",
    ),
    "CR-1176": (
        "{column}: whole numbers, each only once, under the name of an identifier, left out; --keep {column} uses it",
        "{column}：整数各不相同，列名像编号，已略去；--keep {column} 可使用它",
    ),
    "CR-1177": (
        (
            "{column}: a date, read as {parts} (time in days; year, week and day as sine and cosine); "
            "--as {column}=category reads labels, --drop {column} leaves it out"
        ),
        (
            "{column}：日期，按 {parts} 读取（time 为天数，year、week、day 用正弦和余弦）；--as {column}=category 按标签读"
            "取，--drop {column} 可去掉"
        ),
    ),
    "CR-1178": (
        "{column}: {count} of {rows} training rows have no date; filled with the middle and flagged in an input of its own",
        "{column}：{rows} 行训练数据中有 {count} 行没有日期；用中间值填补，并另设一个输入作标记",
    ),
    "CR-1179": (
        (
            "{column}: free text, different in nearly every row, left out; --as {column}=text uses its words, --keep "
            "{column} each text as a label"
        ),
        "{column}：自由文本，几乎每行都不同，已略去；--as {column}=text 使用其词语，--keep {column} 把每段文本当标签",
    ),
    "CR-1180": ("{{}} is missing", "{{}} 缺失"),
    "CR-1181": ("{{}}=other", "{{}}=其他"),
    "CR-1182": (
        "{column}: what the target is counted over; the network learns the rate, and answers the rate times {column}",
        "{column}：目标按它计数；网络学习比率，回答比率 × {column}",
    ),
    "CR-1183": (
        "{file}, row {row}: what is counted over must be a number above 0 in every row; {column} is {value}.",
        "{file} 第 {row} 行：计数所依的量在每一行都必须是大于 0 的数；{column} 为 {value}。",
    ),
}
