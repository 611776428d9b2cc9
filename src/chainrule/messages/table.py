"""The sentences of the stage "table": refusals (CR-1001 ...), notes on what was recognized (CR-1050 ...)."""

ROWS: dict[str, tuple[str, str]] = {
    # the file itself
    "CR-1001": (
        "There is no file {file}. Check the path; the folder looked in is {folder}.",
        "找不到文件 {file}。请检查路径；查找的文件夹是 {folder}。",
    ),
    "CR-1002": (
        "{file} is a folder, not a file. Name the table inside it.",
        "{file} 是文件夹而不是文件。请给出其中表格文件的名字。",
    ),
    "CR-1003": (
        "{file} cannot be read: {reason}. Check its permissions and that no other program holds it.",
        "无法读取 {file}：{reason}。请检查权限，并确认没有其他程序占用它。",
    ),
    "CR-1004": (
        "{file} is empty. Give a file with a header row and at least one row of data.",
        "{file} 是空文件。请提供带表头且至少有一行数据的文件。",
    ),
    "CR-1005": (
        (
            "{file} holds a header ({columns} columns) but no row of data. Add rows, or say header=False "
            "(--no-header) if its only row is data."
        ),
        (
            "{file} 只有表头（{columns} 列），没有数据行。请补充数据；若这唯一一行就是数据，请用 "
            "header=False 或 '--no-header'。"
        ),
    ),
    "CR-1006": (
        (
            "{file}: there is no text encoding called {encoding}. Use utf-8, utf-16, gb18030, latin-1 ..., "
            "or leave it out to have it recognized."
        ),
        (
            "{file}：没有名为 {encoding} 的文本编码。可用 utf-8、utf-16、gb18030、latin-1 等，或不写，由程序自动"
            "识别。"
        ),
    ),
    "CR-1007": (
        (
            "{file}, row {row}: the bytes there are not {encoding} text. Leave the encoding out to have it "
            "recognized, or name the right one (encoding=..., --encoding)."
        ),
        (
            "{file} 第 {row} 行：该处字节不是 {encoding} 文本。请去掉编码选项让程序识别，或指明正确的编码"
            "（encoding=…、--encoding）。"
        ),
    ),
    "CR-1008": (
        (
            "{file}, row {row}: a NUL byte, so this is no text table (or UTF-16 without its mark). Export it "
            'as CSV again, or name the encoding (encoding="utf-16-le", --encoding utf-16-le).'
        ),
        (
            "{file} 第 {row} 行：含有 NUL 字节，这不是文本表格（或是没有标记的 UTF-16）。请重新导出为 CSV，或指明"
            '编码（encoding="utf-16-le"、--encoding utf-16-le）。'
        ),
    ),
    "CR-1009": (
        (
            "{file}, row {row}: {found} cells where {expected} belong (delimiter {delimiter}). Correct that "
            "row, name the delimiter (delimiter=..., --delimiter), or put cells that contain it in quotes."
        ),
        (
            "{file} 第 {row} 行：有 {found} 个单元格，应为 {expected} 个（分隔符 {delimiter}）。请改正该行，指明分"
            "隔符（delimiter=…、--delimiter），或把含有分隔符的单元格加上引号。"
        ),
    ),
    "CR-1010": (
        (
            "{file}, row {row}: a quotation mark opens there and never closes. Close it, or double it if it "
            "belongs to the text."
        ),
        "{file} 第 {row} 行：此处的引号打开后一直没有关闭。请补上引号；若它是文本的一部分，请写成两个。",
    ),
    "CR-1011": (
        (
            "{file}: the column name {column} is used {count} times (columns {positions}). Give each column "
            "a name of its own."
        ),
        "{file}：列名 {column} 出现了 {count} 次（第 {positions} 列）。请让每一列有不同的名字。",
    ),
    "CR-1012": (
        (
            "{file}, column {column}, row {row}: {text} is not a number, and the column holds numbers "
            "({count} such cells of {cells}). Correct it, mark it as missing (missing=[{text}], --missing), "
            'or read the column as labels (kinds={{{column}: "category"}}, --as COLUMN=category).'
        ),
        (
            "{file} 列 {column} 第 {row} 行：{text} 不是数，而该列是数值列（{cells} 个单元格中有 {count} 个这样"
            "的值）。请改正它，把它标为缺失（missing=[{text}]、--missing），或把该列按类别读取（kinds={{{column}: "
            '"category"}}、--as 列名=category）。'
        ),
    ),
    "CR-1013": (
        (
            "{file}, column {column}, row {row}: {text} is infinite or beyond 1e300 and cannot be computed "
            "with. Correct it or leave it blank."
        ),
        "{file} 列 {column} 第 {row} 行：{text} 是无穷大或超过 1e300，无法参与计算。请改正或留空。",
    ),
    "CR-1014": (
        (
            "{file}, column {column}, row {row}: {text} is not a number, but the column was to be read as "
            "numbers. Correct it, mark it as missing (missing=[{text}], --missing), or read the column as "
            "category."
        ),
        (
            "{file} 列 {column} 第 {row} 行：{text} 不是数，但要求该列按数值读取。请改正它，把它标为缺失"
            "（missing=[{text}]、--missing），或按类别读取该列。"
        ),
    ),
    "CR-1015": (
        "{file}, column {column}: {kind} is no kind of column. The kinds are number, category, yesno, date and text.",
        (
            "{file} 列 {column}：没有 {kind} 这种列类型。可用的类型：number（数值）、category（类别）、yesno（是否）、date（日期）、text（文本）。"
        ),
    ),
    "CR-1016": ("{file} has no column {column}. {nearest}", "{file} 没有列 {column}。{nearest}"),
    "CR-1017": (
        (
            "{file}, column {column}: it was to be read as yes/no but holds {count} different labels. Read "
            "it as category, or correct the labels."
        ),
        "{file} 列 {column}：要求按是/否读取，但有 {count} 种标签。请按类别读取，或改正标签。",
    ),
    # frames
    "CR-1018": (
        (
            "{type} is not a table Chainrule can read. Give a file name, a pandas, polars or pyarrow table, "
            "a dict of columns, or a NumPy array with one or two dimensions."
        ),
        (
            "无法把 {type} 当作表格读取。请给出文件名，pandas、polars 或 pyarrow 表，由列组成的字典，或一维、二"
            "维 NumPy 数组。"
        ),
    ),
    "CR-1019": (
        (
            "{file}, column {column}: {found} values where the first column has {expected}. Columns must be "
            "equally long."
        ),
        "{file} 列 {column}：有 {found} 个值，而第一列有 {expected} 个。各列长度必须相同。",
    ),
    "CR-1020": (
        (
            "{file}, column {column}: values of type {type} are neither numbers nor labels. Turn them into "
            "numbers or text, or leave the column out."
        ),
        "{file} 列 {column}：类型 {type} 的值既不是数也不是标签。请转换为数或文本，或去掉该列。",
    ),
    "CR-1021": (
        (
            "{file} holds {columns} columns and {rows} rows: nothing to learn from. Give at least one column "
            "and one row."
        ),
        "{file} 有 {columns} 列、{rows} 行：没有可学习的内容。至少需要一列一行。",
    ),
    "CR-1022": (
        "{file} holds {rows} rows, {least} are needed at least. Add rows of data.",
        "{file} 只有 {rows} 行数据，至少需要 {least} 行。请补充数据。",
    ),
    # options and parsing
    "CR-1023": (
        (
            "{file}: {delimiter} cannot be a delimiter. Use one character such as , ; | or a tab, or "
            '"whitespace".'
        ),
        '{file}：{delimiter} 不能作分隔符。请用一个字符，如 , ; | 或制表符，或写 "whitespace"。',
    ),
    "CR-1024": (
        (
            '{file}: the decimal mark must be "." or ",", not {decimal}, and must differ from the '
            "delimiter unless cells are quoted."
        ),
        '{file}：小数点只能是 "." 或 ","，不能是 {decimal}；除非单元格带引号，否则它必须与分隔符不同。',
    ),
    "CR-1025": (
        (
            "{file} cannot be read as a table of text: {reason}. Check its delimiter and quotation marks, or "
            "export it as CSV again."
        ),
        "无法把 {file} 作为文本表格读取：{reason}。请检查分隔符和引号，或重新导出为 CSV。",
    ),
    # the target
    "CR-1026": (
        ("{file}, column {column}: the target has no value in any row. Choose another target or fill it in."),
        "{file} 列 {column}：目标列在所有行都缺失。请换一个目标列或补全数据。",
    ),
    "CR-1027": (
        (
            "{file}, column {column}: every row with a target has the same one, {text}, so there is nothing "
            "to learn. Add rows with other values or choose another target."
        ),
        (
            "{file} 列 {column}：所有带目标值的行都是同一个值 {text}，没有可学习的内容。请补充其他取值的行，或换"
            "一个目标列。"
        ),
    ),
    "CR-1028": (
        "There is no task {task}. The tasks are regression, binary and multiclass (or classification).",
        (
            "没有 {task} 这种任务。可用的任务：regression（回归）、binary（二分类）、multiclass（多分类），或 "
            "classification（分类）。"
        ),
    ),
    "CR-1029": (
        (
            "Column {column} holds labels, such as {text}, so it cannot be the target of a regression. "
            "Choose a classification task or a number column."
        ),
        "列 {column} 的内容是标签（如 {text}），不能作为回归目标。请选择分类任务或数值列。",
    ),
    "CR-1030": (
        "Column {column} has {count} classes, and a binary task needs two. Choose the task multiclass.",
        "列 {column} 有 {count} 个类别，而二分类需要两个。请选择 multiclass（多分类）任务。",
    ),
    # writing
    "CR-1031": (
        (
            "{file} cannot be written: {reason}. Nothing was left half-written; choose another place or make "
            "room."
        ),
        "无法写入 {file}：{reason}。没有留下写了一半的文件；请换一个位置或腾出空间。",
    ),
    "CR-1032": (
        "{file}: {text} cannot be written in the encoding {encoding}. Write utf-8 or correct that text.",
        "{file}：{text} 无法用编码 {encoding} 写出。请使用 utf-8 或改正该文本。",
    ),
    "CR-1035": (
        "{file}: its first line is longer than {size} bytes, so it is no table of text. Check the file.",
        "{file}：第一行超过 {size} 字节，因此不是文本表格。请检查该文件。",
    ),
    "CR-1033": ("Did you mean {names}?", "您是否想用 {names}？"),
    "CR-1034": ("Its columns are {names}.", "它的列有 {names}。"),
    # what was recognized
    "CR-1050": ("{count} cells that hold no number read as missing", "{count} 个不含数的单元格按缺失读取"),
    "CR-1051": ("{count} cells without a label read as missing", "{count} 个没有标签的单元格按缺失读取"),
    "CR-1052": ("no cell holds a value", "没有一个单元格有值"),
    "CR-1053": ("read with a decimal comma, as in {text} = {value}", "按小数逗号读取，如 {text} = {value}"),
    "CR-1054": (
        "read with a decimal point, though other columns have a decimal comma, as in {text} = {value}",
        "按小数点读取，尽管其他列用小数逗号，如 {text} = {value}",
    ),
    "CR-1055": ("read with thousands marks, as in {text} = {value}", "按千位分隔符读取，如 {text} = {value}"),
    "CR-1056": (
        "read as category: {count} of {cells} cells are text, such as {text} in row {row}",
        "按类别读取：{cells} 个单元格中有 {count} 个是文本，如第 {row} 行的 {text}",
    ),
    "CR-1057": (
        (
            'text that looks like a few numbers is kept as labels; say kinds={{{column}: "number"}} to '
            "compute with it"
        ),
        '看起来像少数几个数的文本保留为标签；若要参与计算，请用 kinds={{{column}: "number"}}',
    ),
    "CR-1058": (
        "whole numbers beyond 9007199254740992 keep only their first 15 to 17 digits",
        "超过 9007199254740992 的整数只保留前 15 到 17 位有效数字",
    ),
    "CR-1059": ("dates and times are read as labels", "日期和时间按标签读取"),
    "CR-1060": (
        (
            "{file}: no header was recognized, so the columns are x1 to x{columns}; say header=True "
            "(--header) if the first row holds names"
        ),
        "{file}：没有识别到表头，列名为 x1 到 x{columns}；若第一行是列名，请用 header=True（--header）",
    ),
    "CR-1061": (
        (
            "{file}: the bytes are not UTF-8 and were read as {encoding}; name another with encoding= "
            "(--encoding)"
        ),
        "{file}：内容不是 UTF-8，按 {encoding} 读取；可用 encoding=（--encoding）指明其他编码",
    ),
    "CR-1062": (
        "{file}: column {position} has no name and is called {column}",
        "{file}：第 {position} 列没有名字，称为 {column}",
    ),
    "CR-1063": (
        "{file}: column {position} has neither name nor values and was left out",
        "{file}：第 {position} 列既没有名字也没有值，已略去",
    ),
    "CR-1064": (
        (
            '{file}: numbers have a decimal comma, so 1,234 is a little more than one; say decimal="." '
            "(--decimal .) if it is a thousand"
        ),
        '{file}：数使用小数逗号，即 1,234 是一点二三四；若它表示一千多，请用 decimal="."（--decimal .）',
    ),
    "CR-1065": (
        (
            "read as labels: its cells, such as {text}, carry a sign beside the number; remove it to compute "
            "with them"
        ),
        "按标签读取：单元格（如 {text}）除数字外还带有符号；若要参与计算，请先去掉符号",
    ),
    # the task
    "CR-1070": (
        "Task regression: {column} holds numbers with {count} different values.",
        "任务为回归：{column} 是数值，有 {count} 个不同的值。",
    ),
    "CR-1071": (
        "Task binary: {column} has two classes, {names}.",
        "任务为二分类：{column} 有两个类别，{names}。",
    ),
    "CR-1072": (
        "Task multiclass: {column} has {count} classes, {names}.",
        "任务为多分类：{column} 有 {count} 个类别，{names}。",
    ),
    "CR-1073": (
        (
            "Task multiclass: {column} holds {count} different whole numbers, each often, so they are read "
            'as classes; say task="regression" (--task regression) if they are amounts.'
        ),
        (
            "任务为多分类：{column} 有 {count} 个不同的整数，且各自多次出现，因此按类别处理；若它们表示数量，请用 "
            'task="regression"（--task regression）。'
        ),
    ),
    "CR-1074": (
        "Task {task}, as asked, for {column} with {count} different values.",
        "按要求，任务为 {task}；{column} 有 {count} 个不同的值。",
    ),
    # what the operating system objects to
    "CR-1075": ("there is no such file or folder", "文件或文件夹不存在"),
    "CR-1076": ("reading or writing failed", "读写出错"),
    "CR-1077": ("permission denied", "没有权限"),
    "CR-1078": ("it is there already", "已经存在"),
    "CR-1079": ("a part of the path is no folder", "路径中有一段不是文件夹"),
    "CR-1080": ("it is a folder", "它是一个文件夹"),
    "CR-1081": ("no space is left on the disk", "磁盘空间不足"),
    "CR-1082": ("the disk can only be read", "磁盘为只读"),
}
