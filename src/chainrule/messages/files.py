"""The sentences on files: what kind they are (CR-3300 ...), what is asked of them (CR-3340 ...), what was recognized."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-3300": (
        "{file} is {what}",
        "{file} 是{what}",
    ),
    "CR-3301": (
        (
            "{file} is no {kind}, though its name says so: its bytes are of no kind Chainrule knows. It may be damaged "
            "or cut short; export it again."
        ),
        "{file} 的名字表示它是{kind}，但内容不是任何可识别的格式。文件可能损坏或不完整；请重新导出。",
    ),
    "CR-3302": (
        (
            "{file} cannot be read block by block: that works for Parquet and for text tables in UTF-8 that are not packed. "
            "Convert it, or leave memory out (--memory) to read it whole."
        ),
        "{file} 不能分块读取：只有 Parquet 和未压缩的 UTF-8 文本表格可以。请先转换，或去掉 memory（--memory）整体读取。",
    ),
    "CR-3303": (
        (
            "read by blocks within {memory} MiB: {rows} training rows in {count} windows of {window}; an epoch is a "
            "window, and scales and levels come from {sample} drawn training rows"
        ),
        (
            "在 {memory} MiB 内分块读取：{rows} 个训练行分为 {count} 个窗口，每个 {window} 行；一轮即一个窗口，尺度与类别由抽取的 "
            "{sample} 个训练行得出"
        ),
    ),
    "CR-3304": (
        "With memory (--memory) the file is read by blocks, and that excludes {ways}.",
        "使用 memory（--memory）时文件分块读取，不能同时使用 {ways}。",
    ),
    "CR-3305": (
        "The blocks of the file were encoded otherwise than its sample. This should not happen; please report it.",
        "文件各块的编码与样本不一致。这不应发生；请报告此问题。",
    ),
    "CR-3310": (
        "{file} cannot be unpacked ({packed}): it is damaged, cut short or protected. Unpack it yourself or copy it again.",
        "无法解压 {file}（{packed}）：文件损坏、不完整或有保护。请自行解压，或重新复制该文件。",
    ),
    "CR-3311": (
        "{file} is packed twice. Unpack it once and give what comes out.",
        "{file} 被压缩了两次。请先解压一次，再给出得到的文件。",
    ),
    "CR-3312": (
        "{file} holds {count} files ({names}), and one table is wanted. Unpack it and name the table, or several of them.",
        "{file} 中有 {count} 个文件（{names}），而这里需要一个表格。请先解压，再给出其中一个或几个表格。",
    ),
    "CR-3313": (
        "{file} is protected by a password. Unpack it and give the table inside.",
        "{file} 有密码保护。请先解压，再给出其中的表格。",
    ),
    "CR-3314": (
        "{file} would unpack to more than {size} MiB. Unpack it yourself if that is right, or give a part of it.",
        "{file} 解压后会超过 {size} MiB。若确实如此，请自行解压，或只给出其中一部分。",
    ),
    "CR-3315": (
        (
            "{file} cannot be read as an Excel workbook: it is damaged, cut short or protected by a password. Open it in "
            "Excel or LibreOffice and save it again as .xlsx, or as CSV."
        ),
        (
            "无法把 {file} 作为 Excel 工作簿读取：文件损坏、不完整或有密码保护。请用 Excel 或 LibreOffice 打开后另存为 "
            ".xlsx 或 CSV。"
        ),
    ),
    "CR-3316": (
        (
            "{file}, cell {cell}: the formula {formula} has never been computed, for a program wrote it. Open the file in "
            "Excel or LibreOffice, save it, and try again."
        ),
        (
            "{file} 单元格 {cell}：公式 {formula} 从未计算过（文件由程序写出）。请用 Excel 或 LibreOffice 打开、保存后再"
            "试。"
        ),
    ),
    "CR-3317": (
        (
            "{file} holds Python objects, and reading those may run a stranger's code. Save plain arrays of numbers, or "
            "a CSV."
        ),
        "{file} 含有 Python 对象，读取它们可能会运行他人的代码。请只保存数值数组，或存为 CSV。",
    ),
    "CR-3318": (
        "{file} is a damaged {kind} file, or one that was cut short. Save it again.",
        "{file} 是损坏或不完整的 {kind} 文件。请重新保存。",
    ),
    "CR-3319": (
        (
            "{file} holds only MATLAB objects ({names}), such as a table. In MATLAB, writetable(T, 'data.csv') writes a "
            "table as CSV, and X = T{{:,:}}; save('data.mat', 'X') keeps its numbers."
        ),
        (
            "{file} 只含 MATLAB 对象（{names}），如 table。在 MATLAB 中可用 writetable(T, 'data.csv') 写成 CSV，或用 X = "
            "T{{:,:}}; save('data.mat', 'X') 保存其中的数。"
        ),
    ),
    # what a foreign file is: ends of CR-3300
    "CR-3320": (
        "an old Excel workbook (.xls) or another Office file. Open it and save it as .xlsx or CSV.",
        "旧版 Excel 工作簿（.xls）或其他 Office 文件。请打开后另存为 .xlsx 或 CSV。",
    ),
    "CR-3321": (
        (
            "a MATLAB file of version 7.3 or another HDF5 file, which Chainrule does not read. In MATLAB: "
            "save('data.mat', '-v7')."
        ),
        "MATLAB 7.3 版文件或其他 HDF5 文件，Chainrule 不读取。在 MATLAB 中请用 save('data.mat', '-v7')。",
    ),
    "CR-3322": (
        "a Feather file of version 1. Write it again with a newer program (version 2, Arrow).",
        "第 1 版 Feather 文件。请用较新的程序重新写出（第 2 版，即 Arrow）。",
    ),
    "CR-3323": (
        "a PDF. Copy its table into a workbook or a CSV.",
        "PDF 文件。请把其中的表格复制到工作簿或 CSV。",
    ),
    "CR-3324": ("a SQLite database. Export the table as CSV.", "SQLite 数据库。请把其中的表导出为 CSV。"),
    "CR-3325": (
        "a file of SPSS or Stata. Export it as CSV there.",
        "SPSS 或 Stata 的文件。请在该软件中导出为 CSV。",
    ),
    "CR-3326": ("a picture. A table is wanted.", "图片。这里需要表格。"),
    "CR-3327": (
        "a Python pickle, and reading one may run a stranger's code. Save the table as CSV or Parquet.",
        "Python 的 pickle 文件，读取它可能会运行他人的代码。请把表格存为 CSV 或 Parquet。",
    ),
    "CR-3328": (
        "an archive Chainrule does not unpack, or an empty one. Unpack it and give the table inside.",
        "Chainrule 不能解压的压缩包，或空压缩包。请先解压，再给出其中的表格。",
    ),
    "CR-3329": (
        "a document of an office program, but no .xlsx workbook. Save its table as .xlsx or CSV.",
        "办公软件的文档，但不是 .xlsx 工作簿。请把其中的表格存为 .xlsx 或 CSV。",
    ),
    "CR-3330": (
        (
            "a web page (HTML or XML), as many programs export under the ending .xls. Open it in Excel or LibreOffice "
            "and save it as .xlsx or CSV."
        ),
        (
            "网页（HTML 或 XML），许多程序以 .xls 为名导出这种文件。请用 Excel 或 LibreOffice 打开后另存为 .xlsx 或 CSV。"
        ),
    ),
    "CR-3331": (
        "a model or another safetensors file, not a table. Name the table; a model stands before it.",
        "模型或其他 safetensors 文件，而不是表格。请给出表格；模型写在表格之前。",
    ),
    # what the user asked
    "CR-3340": (
        'The samples stand in "rows" or in "columns", not in {samples}.',
        '样本只能在 "rows"（行）或 "columns"（列）中，不能是 {samples}。',
    ),
    "CR-3341": (
        "{file} is {kind}, for which {options} means nothing. Leave it out.",
        "{file} 是{kind}，{options} 对它没有意义。请去掉该选项。",
    ),
    "CR-3342": (
        "{file} and {first} do not have the same columns: {column} is in only one of them. Give files with equal columns.",
        "{file} 与 {first} 的列不同：{column} 只在其中一个文件里。请给出列相同的文件。",
    ),
    "CR-3343": (
        "{file} has no sheet {sheet}. Its sheets are {names}; a number counts them from 1.",
        "{file} 没有工作表 {sheet}。它的工作表有 {names}；也可用从 1 开始的序号。",
    ),
    "CR-3344": (
        '{file}: {cells} is no range of cells. Write it as in Excel, such as "B3:F200".',
        '{file}：{cells} 不是单元格区域。请按 Excel 的写法，如 "B3:F200"。',
    ),
    "CR-3345": (
        "{file} holds no vector and no matrix of numbers with several samples (found: {names}).",
        "{file} 中没有含多个样本的向量或数值矩阵（找到：{names}）。",
    ),
    "CR-3346": (
        (
            "{file}, row {row}: the value of {column} is a list or an object, and a cell holds one number or one text. "
            "Flatten it."
        ),
        "{file} 第 {row} 行：{column} 的值是列表或对象，而一个单元格只能是一个数或一段文本。请先展开。",
    ),
    "CR-3347": (
        '{file}, row {row}: no JSON object. Each line is one row, such as {{"a": 1, "b": "x"}}.',
        '{file} 第 {row} 行：不是 JSON 对象。每行应是一条数据，如 {{"a": 1, "b": "x"}}。',
    ),
    "CR-3348": (
        "{file}, row {row}: the key {column} stands twice in one object. Give each column a name of its own.",
        "{file} 第 {row} 行：同一对象中键 {column} 出现了两次。请让每一列有不同的名字。",
    ),
    "CR-3349": (
        "{file} cannot be read: {reason}. It is damaged or was cut short; write it again.",
        "无法读取 {file}：{reason}。文件损坏或不完整；请重新写出。",
    ),
    # what was recognized
    "CR-3350": (
        "{file}: the name says {named}, the content is {found}; read as that",
        "{file}：名字表示{named}，内容是{found}；按内容读取",
    ),
    "CR-3351": ("{count} files read as one table of {rows} rows", "{count} 个文件合成一个 {rows} 行的表"),
    "CR-3352": (
        "{file}: {count} row(s) above the table are titles and were passed over; the table begins in row {row}",
        "{file}：表格上方有 {count} 行标题，已略过；表格从第 {row} 行开始",
    ),
    "CR-3353": (
        "{file}: row {row} holds units, not data",
        "{file}：第 {row} 行是单位，不是数据",
    ),
    "CR-3354": (
        "{file}: sheet {sheet} was read; others hold something too ({others}), choose with --sheet",
        "{file}：读取了工作表 {sheet}；其他工作表也有内容（{others}），可用 --sheet 选择",
    ),
    "CR-3355": ("{file}: {count} empty rows passed over", "{file}：略过了 {count} 个空行"),
    "CR-3356": (
        "{column}: {count} numbers were stored as text and are read as numbers",
        "{column}：有 {count} 个数以文本形式存储，已按数读取",
    ),
    "CR-3357": (
        (
            "{file}: the samples stand in columns ({names}: {columns} variables, {rows} samples); say --samples rows if "
            "that is wrong"
        ),
        "{file}：样本按列存放（{names}：{columns} 个变量，{rows} 个样本）；若不对，请用 --samples rows",
    ),
    "CR-3358": (
        "{file}: {names} is square, and its rows were taken for samples; say --samples columns if that is wrong",
        "{file}：{names} 是方阵，把行当作样本；若不对，请用 --samples columns",
    ),
    "CR-3359": (
        "{file}: {names} left out, for they do not hold {rows} samples",
        "{file}：{names} 不含 {rows} 个样本，已略去",
    ),
    "CR-3360": (
        (
            "{column}: day and month could be exchanged in every date; read as {order}, the first is {text}; say --as "
            "{column}=date:{other} if that is wrong"
        ),
        "{column}：所有日期的日与月都可互换；按 {order} 读取，第一个是 {text}；若不对，请用 --as {column}=date:{other}",
    ),
    "CR-3361": ("hours are those of the time zone {zone}", "时刻按时区 {zone} 计"),
    "CR-3362": (
        "{file}: not every object has {column} ({count} such keys); where absent, it is missing",
        "{file}：并非每个对象都有 {column}（共 {count} 个这样的键）；没有时按缺失处理",
    ),
    "CR-3363": (
        "{column}: it orders the rows in time and is no input; --keep {column} makes it one as well",
        "{column}：用来按时间排列各行，不作为输入；--keep {column} 可同时作为输入",
    ),
    "CR-3364": (
        "The metrics are means over {count} targets, each in its own unit.",
        "各指标是 {count} 个目标的平均值，各目标用自己的单位。",
    ),
    "CR-3365": (
        (
            "Test: {values}, mean ± standard deviation over {runs} trainings ({folds} folds, {repeats} times), each tested on "
            "rows it had not seen. The network that is kept was trained on all rows."
        ),
        (
            "测试：{values}，为 {runs} 次训练（{folds} 折，{repeats} 遍）的平均值 ± 标准差，每次都在未见过的行上测试。"
            "保留的网络用所有行训练。"
        ),
    ),
    "CR-3367": (
        "Repeats are repeats of folds: say how many folds there are (folds=5, --folds 5).",
        "repeats 是折的重复次数：请同时给出折数（folds=5、--folds 5）。",
    ),
    "CR-3366": (
        (
            "Warning: {column} gives the target away: its correlation with {target} is {r} in {rows} training rows. If it "
            "is not known beforehand, leave it out: --drop {column}"
        ),
        "警告：{column} 泄露了目标：在 {rows} 个训练行中它与 {target} 的相关系数为 {r}。若预测时还不知道它，请去掉：--drop {column}",
    ),
    "CR-3368": (
        (
            "Warning: {column} gives the target away: each of its {count} values goes with one {target} in all {rows} "
            "training rows. If it is not known beforehand, leave it out: --drop {column}"
        ),
        (
            "警告：{column} 泄露了目标：在全部 {rows} 个训练行中，它的 {count} 个取值各自只对应一个 {target}。若预测时还不知道它，请去掉："
            "--drop {column}"
        ),
    ),
    "CR-3369": (
        (
            "Warning: {count} of {rows} test rows stand in the training part too, every cell the same, so the test is too "
            "kind; rows that belong together stay together with --group"
        ),
        "警告：{rows} 个测试行中有 {count} 个与训练行完全相同，测试结果会偏乐观；可用 --group 让同组的行留在一起",
    ),
    "CR-3370": (
        (
            "{file}, column {column}, row {row}: {text} is no date, but the column was to be read as dates. Write "
            "2020-01-31 12:30, or say date:dmy or date:mdy."
        ),
        (
            "{file} 列 {column} 第 {row} 行：{text} 不是日期，但要求该列按日期读取。请写成 2020-01-31 12:30，或用 date:dmy、"
            "date:mdy。"
        ),
    ),
    "CR-3371": (
        (
            "Column {column} holds dates, and a date cannot be predicted. Choose another target, or read it as labels "
            "(--as {column}=category)."
        ),
        "列 {column} 是日期，日期不能作为预测目标。请换一个目标列，或按类别读取（--as {column}=category）。",
    ),
    "CR-3372": (
        "{file}: a .npy file holds one matrix and no names. Write .npz, .csv, .xlsx or .parquet.",
        "{file}：.npy 文件只有一个矩阵而没有列名。请写 .npz、.csv、.xlsx 或 .parquet。",
    ),
    "CR-3373": (
        'The answers are rates times the column "{column}" (--exposure), which an equation of the network does not carry. '
        "Train without --exposure on the rate itself where the equation is wanted.",
        "回答等于网络给出的比率乘以列“{column}”（--exposure），网络的公式不含这一乘积。若需要公式，请不用 --exposure，直接以比率为目标训练。",
    ),
    "CR-3374": (
        "The rows cannot be divided in several ways at once ({ways}). Choose one.",
        "不能同时用几种方式划分各行（{ways}）。请选择一种。",
    ),
    "CR-3375": (
        '"{divide}" is no way to divide the rows. The ways are {known}, or row numbers such as "2-85/86-103/104-121".',
        '"{divide}" 不是划分方式。可用 {known}，或行号，如 "2-85/86-103/104-121"。',
    ),
    "CR-3376": (
        "{column} cannot order the rows: it must hold a date or a number in every row.",
        "{column} 不能用来排列各行：它在每一行都必须是日期或数。",
    ),
    "CR-3377": (
        "{target} holds numbers, and classes can be weighted only where there are classes. Use row weights instead.",
        "{target} 是数值，只有分类任务才能按类别加权。请改用行权重。",
    ),
    "CR-3378": (
        '{text} does not weight classes. Write "balanced", or a weight above 0 for classes there are ({names}).',
        '{text} 不是类别权重。请写 "balanced"，或为已有的类别（{names}）给出大于 0 的权重。',
    ),
    "CR-3379": (
        (
            "Several targets ({names}) must be different columns of numbers, without a comma in their names. Predict "
            "classes one column at a time."
        ),
        "多个目标（{names}）必须是不同的数值列，且列名中没有逗号。类别目标请一次预测一列。",
    ),
    # the kinds of files
    "CR-3380": ("a text table", "文本表格"),
    "CR-3381": ("an Excel workbook", "Excel 工作簿"),
    "CR-3382": ("a Parquet file", "Parquet 文件"),
    "CR-3383": ("an Arrow or Feather file", "Arrow 或 Feather 文件"),
    "CR-3384": ("a NumPy archive (.npz)", "NumPy 压缩文件（.npz）"),
    "CR-3385": ("a NumPy array (.npy)", "NumPy 数组（.npy）"),
    "CR-3386": ("a MATLAB file (.mat)", "MATLAB 文件（.mat）"),
    "CR-3387": ("a file of JSON lines", "JSON 行文件"),
    # options
    "CR-3399": ("read a larger file by blocks within MIB of memory", "在 MIB 内存内分块读取更大的文件"),
    "CR-3388": (
        "test on each of N folds, train on all; 0: no (5 below 500 rows)",
        "用 N 折轮流测试，用所有行训练；0：不用（少于 500 行时为 5）",
    ),
    "CR-3389": (
        "how often, with other folds each time (3 below 500 rows)",
        "重复几遍，每遍的折不同（少于 500 行时为 3）",
    ),
    "CR-3394": ("rows of one group stay in one part: its column", "同组的行留在同一部分：组所在的列"),
    "CR-3395": ("the column that says how much a row counts", "表示每行权重的列"),
    "CR-3396": (
        "random, block, interleaved, or rows A-B/C-D/E-F",
        "random、block、interleaved 或行号 A-B/C-D/E-F",
    ),
    "CR-3397": ("train on the earliest rows, test on the latest", "用最早的行训练，最晚的行测试"),
    "CR-3398": ("balanced, or CLASS=WEIGHT,...", "balanced，或 类别=权重，…"),
    "CR-3390": ("the sheet of a workbook: its name, or its number", "工作簿中的工作表：名称或序号"),
    "CR-3391": ("the cells of the sheet to read, such as B3:F200", "要读取的单元格区域，如 B3:F200"),
    "CR-3392": ("where the samples stand in .mat, .npz, .npy", ".mat、.npz、.npy 中样本按行还是按列"),
    "CR-3393": (
        "use a column that would be left out (may be repeated)",
        "使用本会被略去的列（可重复使用）",
    ),
    "CR-3306": (
        "{file} was changed or removed after it was read; what was read is no longer what stands there. Start again.",
        "{file} 在读取之后被修改或删除，读到的内容已不是现在的文件。请重新开始。",
    ),
}
