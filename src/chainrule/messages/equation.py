"""The sentences of equations: a trained network in the units of the user's columns."""

ROWS: dict[str, tuple[str, str]] = {
    # refusals
    "CR-2301": (
        "The weights of layer {layer} leave the range of numbers when the scales of the columns are put into them.",
        "把各列的缩放并入第 {layer} 层的权值后，数值超出了范围。",
    ),
    "CR-2302": (
        "The activation '{activation}' looks at several rows at once; one row has no formula.",
        "激活函数“{activation}”同时使用多行数据，单独一行没有公式。",
    ),
    "CR-2303": (
        'The column "{column}" is encoded in a way that cannot be written as an equation.',
        "列“{column}”的编码方式无法写成公式。",
    ),
    "CR-2304": (
        "The network has {count} weights and thresholds; a page holds at most {most}. Choose --form text, python, matlab "
        "or json.",
        "网络共有 {count} 个权值和阈值，而一页至多容纳 {most} 个。请用 --form text、python、matlab 或 json。",
    ),
    "CR-2305": (
        "The workbook would need {count} columns; a sheet has {most}.",
        "工作簿需要 {count} 列，而一张表只有 {most} 列。",
    ),
    "CR-2306": (
        "Layer {layer} has {units} units that depend on one another; its formula would pass the {most} characters of a cell.",
        "第 {layer} 层有 {units} 个相互依赖的单元，公式会超过一个单元格的 {most} 个字符。",
    ),
    "CR-2320": ("There is no form '{form}'; choose {forms}.", "没有“{form}”这种形式；可选 {forms}。"),
    "CR-2321": (
        "{digits} digits make no number; give 1 to 17, or 0 for all.",
        "位数 {digits} 无效；请给 1 到 17；0 表示全部。",
    ),
    "CR-2322": ("{file} has no rows to check the equation on.", "{file} 中没有可用于核对公式的行。"),
    "CR-2323": (
        "--form {form} writes a file, not text; say where with --out.",
        "--form {form} 写出的是文件而不是文本；请用 --out 指定位置。",
    ),
    "CR-2324": ("--out would overwrite {file}, which is being read.", "--out 会覆盖正在读取的 {file}。"),
    "CR-2328": (
        "{kind} cannot be explained here: wanted is a fitted MLPRegressor or MLPClassifier, alone or in a Pipeline with "
        "StandardScaler, MinMaxScaler, MaxAbsScaler, RobustScaler, SimpleImputer, OneHotEncoder or a ColumnTransformer of them.",
        "无法解释 {kind}：需要训练好的 MLPRegressor 或 MLPClassifier，可单独使用，也可在 Pipeline 中与 StandardScaler、MinMaxScaler、MaxAbsScaler、"
        "RobustScaler、SimpleImputer、OneHotEncoder 或由它们组成的 ColumnTransformer 一起使用。",
    ),
    "CR-2329": (
        "The network has {count} outputs for several targets at once; only one target can be explained.",
        "网络有 {count} 个输出，同时对应多个目标；只能解释单个目标。",
    ),
    # how it was checked
    "CR-2310": ("{target}: the network {network} as an equation", "{target}：网络 {network} 的公式"),
    "CR-2311": ("all {rows} rows of {file}", "{file} 的全部 {rows} 行"),
    "CR-2312": ("{rows} random rows", "{rows} 个随机行"),
    "CR-2313": (
        "Checked against predict on {where}: the largest difference is {worst:.2g} (answers up to {largest:.4g}); predict "
        "rounds its inputs to {precision}.",
        "已在 {where}上与 predict 核对：最大相差 {worst:.2g}（结果最大为 {largest:.4g}），predict 把输入舍入为 {precision}。",
    ),
    "CR-2314": (
        "Against the same network computed in double precision throughout, the largest difference is {worst:.2g}.",
        "与全程双精度计算的同一网络相比，最大相差 {worst:.2g}。",
    ),
    "CR-2315": (
        "Weights and constants are rounded to {digits} significant digits; this changes the answers by up to {worst:.2g}.",
        "权值和常数舍入为 {digits} 位有效数字，由此结果最多改变 {worst:.2g}。",
    ),
    "CR-2316": (
        "A model does not hold its training rows, so random ones were used: numbers around those of the training, every "
        "label, missing cells. Give the table with --data FILE to check on your own rows.",
        "模型不保存训练数据，因此使用随机行：数值在训练数据附近，包括每个类别和缺失单元格。用 --data FILE 给出数据表即可在自己的数据上核对。",
    ),
    "CR-2317": ("the table", "该表"),
    "CR-2318": (
        "The same as one formula, missing numbers filled as above:",
        "合并为一个公式（缺失数值已按上式填补）：",
    ),
    "CR-2319": (
        "x == x holds for every number and fails where x is missing.",
        "x == x 对任何数都成立，只在 x 缺失时不成立。",
    ),
    # letters
    "CR-2330": ("{column} missing", "{column} 缺失"),
    "CR-2331": ("{column} other", "{column} 其他"),
    "CR-2332": ('the column "{column}"', "列“{column}”"),
    "CR-2333": ('1 where "{column}" is "{label}", else 0', "“{column}”为“{label}”时取 1，否则取 0"),
    "CR-2334": ('1 where "{column}" has no value, else 0', "“{column}”没有值时取 1，否则取 0"),
    "CR-2335": (
        '1 where "{column}" has a label the training had not shown, else 0',
        "“{column}”为训练中未出现的类别时取 1，否则取 0",
    ),
    "CR-2336": ('computed from "{column}"', "由“{column}”算出"),
    "CR-2337": ('{letter} is the column "{column}" ({what}).', "{letter} 为列“{column}”（{what}）。"),
    "CR-2340": ("Where missing, {value} is used.", "缺失时取 {value}。"),
    "CR-2341": ("Must not be missing.", "不得缺失。"),
    "CR-2342": ("Where missing, {letter} is 1.", "缺失时 {letter} 为 1。"),
    "CR-2343": ("Where missing, it contributes nothing.", "缺失时没有贡献。"),
    "CR-2344": ("Other labels are refused.", "不接受其他类别。"),
    "CR-2345": ("For other labels, {letter} is 1.", "为其他类别时 {letter} 为 1。"),
    "CR-2346": ("Other labels contribute nothing.", "其他类别没有贡献。"),
    "CR-2347": ("These labels contribute nothing: {labels}.", "这些类别没有贡献：{labels}。"),
    # programs
    "CR-2350": ("The probability of every label.", "各类别的概率。"),
    "CR-2351": ("The answer in the units of the training table.", "结果，单位与训练数据相同。"),
    "CR-2352": (
        "The same for a row given as {{column: value}}; None is a missing value.",
        "同上，一行以 {{列：值}} 给出；None 表示缺失。",
    ),
    "CR-2353": ('The column "{column}" must not be missing.', "列“{column}”不得缺失。"),
    "CR-2354": (
        'The column "{column}" has a label the model does not know.',
        "列“{column}”有模型不认识的类别。",
    ),
    "CR-2355": (
        "Numbers as a scalar or a column, NaN where missing; labels as text or a cell array of text, '' where missing.",
        "数值为标量或列向量，缺失处用 NaN；类别为字符串或字符串元胞数组，缺失处用 ''。",
    ),
    # workbook
    "CR-2360": ("Layer {layer}: f = {activation}", "第 {layer} 层：f = {activation}"),
    "CR-2361": ("unit", "单元"),
    "CR-2362": ("Labels of each column", "各列的类别"),
    "CR-2363": ("rows", "数据行"),
    "CR-2364": ("weights", "权值"),
    "CR-2365": ("about", "说明"),
    "CR-2366": ("The sheet of rows shows {rows} of {of} rows.", "数据行表列出了 {of} 行中的 {rows} 行。"),
    "CR-2367": (
        "Every number beside a row is a live formula; predict stands beside it, computed in double precision. Type new "
        "values over the row, and the answer follows.",
        "每行右侧的数都是实时公式，旁边是以双精度计算的 predict。改写该行的数值，结果随之改变。",
    ),
    "CR-2368": (
        "The score of a unit is s = Σ w·x + b: b is added. The textbook threshold is θ = −b.",
        "单元的净输入为 s = Σ w·x + b：加上 b。教科书中的阈值为 θ = −b。",
    ),
    "CR-2369": (
        "{answer} as the formula of one cell, for row 2 of the first sheet:",
        "{answer}：写成一个单元格的公式（对应第一张表第 2 行）：",
    ),
    "CR-2370": ("predict: {answer}", "predict 的 {answer}"),
    "CR-2371": ("difference", "差"),
    # pages
    "CR-2380": ("What goes in", "输入"),
    "CR-2381": ("The formula", "公式"),
    "CR-2382": ("Weights and thresholds", "权值与阈值"),
    "CR-2383": ("How it was checked", "核对"),
    "CR-2385": ("number", "数值"),
    "CR-2386": ("column", "列"),
    "CR-2387": ("values", "取值"),
    "CR-2388": ("missing, other", "缺失与其他"),
    "CR-2389": (
        "A condition in square brackets is 1 where it holds, else 0.",
        "方括号中的条件成立时取 1，否则取 0。",
    ),
    "CR-2390": ("Computed first", "先行计算"),
    "CR-2391": (
        "Layer {layer}: {activation}; number of units: {units}.",
        "第 {layer} 层：{activation}，{units} 个单元。",
    ),
    "CR-2392": ("over all outputs o of the row", "对该行的所有输出 o"),
    "CR-2393": (
        'The formula gives the probability of "{yes}"; predict says "{yes}" above 0.5, else "{no}".',
        "公式给出“{yes}”的概率；大于 0.5 时预测为“{yes}”，否则为“{no}”。",
    ),
    "CR-2394": ("The label predicted is the one with the largest probability.", "预测结果为概率最大的类别。"),
    "CR-2395": (
        "In the units of the columns. The score of a unit is s = Σ w·x + b: b is added. The textbook threshold is θ = −b, "
        "and is subtracted.",
        "单位与各列相同。单元的净输入为 s = Σ w·x + b：加上 b。教科书中的阈值为 θ = −b，是减去的。",
    ),
    "CR-2396": ("layer {layer}", "第 {layer} 层"),
    # the command
    "CR-2397": (
        "write the trained network as one formula in the units of your columns, checked against predict",
        "把训练好的网络写成一个公式，单位与原始各列相同，并与 predict 核对",
    ),
    "CR-2398": (
        "text, latex, mathml, markdown, html, docx (Word), xlsx (Excel), python, matlab, json, table (weights and "
        "thresholds); else what --out ends in, else text",
        "text、latex、mathml、markdown、html、docx(Word)、xlsx(Excel)、python、matlab、json、table（权值与阈值）；否则由 --out 的扩展名决定，"
        "再否则为 text",
    ),
    "CR-2399": ("the file to write; else standard output", "写入的文件；否则写到标准输出"),
    "CR-2325": (
        "significant digits; the rounding error is stated. Else all",
        "有效数字位数，并说明舍入误差；否则给出全部位数",
    ),
    "CR-2326": (
        "the training table, to check every row; else the file the model was trained from, if it is still there",
        "训练数据表，用于逐行核对；否则用训练模型时的文件（若仍在）",
    ),
    "CR-2327": ("Wrote {file}", "已写入 {file}"),
    # files of weights
    "CR-2372": ("{file} cannot be read as weights: {reason}.", "无法从 {file} 读出权值：{reason}。"),
    "CR-2373": (
        "{file} holds no weights that can be told by name (W1, b1, W2, b2; fc.weight, fc.bias; IW, LW, b). It holds: "
        "{names}.",
        "在 {file} 中按名称认不出权值（W1、b1、W2、b2；fc.weight、fc.bias；IW、LW、b）。其中有：{names}。",
    ),
    "CR-2374": ("'{name}' in {file} holds a number that is not finite.", "{file} 中的“{name}”含有非有限数。"),
    "CR-2375": (
        "{file} is a MATLAB file of version 7.3; save it again with save('{file}', '-v7').",
        "{file} 是 7.3 版的 MATLAB 文件；请用 save('{file}', '-v7') 重新保存。",
    ),
    "CR-2376": (
        "'{name}' in {file} is a MATLAB object, which only MATLAB can read. There: IW = net.IW; LW = net.LW; b = net.b; "
        "save('weights.mat', 'IW', 'LW', 'b', '-v7').",
        "{file} 中的“{name}”是 MATLAB 对象，只有 MATLAB 能读。请在 MATLAB 中执行：IW = net.IW; LW = net.LW; b = net.b; "
        "save('weights.mat', 'IW', 'LW', 'b', '-v7')。",
    ),
    "CR-2377": (
        "The weights in {file} do not fit together as the layers of one network: {shapes}; biases: {biases}. Where a row "
        "was said with --rows, try the other way; also see that the number of inputs is right.",
        "{file} 中的权值拼不成一个网络的各层：{shapes}；偏置：{biases}。若用 --rows 指定了方向，请试另一种；并检查输入个数。",
    ),
    "CR-2378": (
        "{file} holds weights but no activations; say which with {options}, e.g. --activation tanh --output identity.",
        "{file} 只有权值，没有激活函数；请用 {options} 指定，如 --activation tanh --output identity。",
    ),
    "CR-2379": (
        "The network has {count} outputs; say which one with --answer 1 to {count}, or --output softmax for classes.",
        "网络有 {count} 个输出；请用 --answer 1 到 {count} 指定其中一个，若为分类请用 --output softmax。",
    ),
    "CR-2384": (
        "it is no such file, or holds objects instead of numbers",
        "它不是这种文件，或其中存的是对象而不是数",
    ),
    "CR-2307": ("The same as one formula:", "合并为一个公式："),
    "CR-2308": (
        "{file}: an equation is written as one of {endings}; or say --form.",
        "{file}：公式可写成以下扩展名的文件：{endings}；或用 --form 指明格式。",
    ),
    "CR-2309": (
        "The column {column} is text whose words are counted in hashed places; the form {form} has no function for that. These "
        "forms can: text, latex, mathml, markdown, html, docx, table and json state the places as letters, python computes them.",
        "列 {column} 是文本，其词语按散列位置计数；{form} 形式没有这样的函数。可以使用：text、latex、mathml、markdown、html、docx、table "
        "和 json 以字母表示各位置，python 则直接计算。",
    ),
    "CR-2338": ("days({column})", "天数（{column}）"),
    "CR-2339": ("year({column})", "年（{column}）"),
    "CR-2348": (
        "days from 1970-01-01 00:00 to the moment in {column}, the time of day as a fraction",
        "从 1970-01-01 00:00 到 {column} 所示时刻的天数，时刻以小数表示",
    ),
    "CR-2349": (
        "(day of the year − 1) / (days of that year) of the date in {column}",
        "{column} 所示日期的（年内第几天 − 1）/（当年天数）",
    ),
    "CR-2356": (
        "the words of {column} counted by hash in place {label}: +1 or −1 each, all places together scaled to length √places "
        "(the Python form holds the exact rule)",
        "{column} 中的词语按散列计入第 {label} 个位置：每个词 +1 或 −1，各位置一起缩放到长度 √位置数（准确规则见 Python 形式）",
    ),
    "CR-2357": ("date and time", "日期时间"),
    "CR-2358": ("text", "文本"),
    "CR-2359": (
        "Dates are datenum (days, as MATLAB and Octave count them), NaN where missing.",
        "日期用 datenum（MATLAB 和 Octave 的天数），缺失时为 NaN。",
    ),
}
