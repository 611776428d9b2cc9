"""The sentences of the command line: usage (CR-2010 ...), refusals (CR-2020 ...), output (CR-2050 ...), help (CR-2100 ...)."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-2001": (
        '\'{language}\' is no language Chainrule speaks; choose "en", "zh" or "auto".',
        'Chainrule 不支持语言“{language}”；请选择 "en"、"zh" 或 "auto"。',
    ),
    # words of the help pages
    "CR-2010": ("Usage: ", "用法："),
    "CR-2011": ("General", "通用"),
    "CR-2012": ("[OPTIONS]", "[选项]"),
    "CR-2013": ("COMMAND ...", "命令 ..."),
    "CR-2014": (
        "language of the messages; else your locale decides",
        "提示信息的语言；默认由系统区域设置决定",
    ),
    "CR-2015": ("show this page", "显示本页"),
    "CR-2016": ("show the version", "显示版本号"),
    "CR-2017": (
        "Trains back-propagation networks on your tables.\n\n"
        "A first try, with a real table:\n"
        "  chainrule dataset breast_cancer\n"
        "  chainrule train breast_cancer.csv --target diagnosis\n"
        "  chainrule predict breast_cancer.chainrule breast_cancer.csv --out new.csv\n\n"
        "'chainrule COMMAND --help' tells more of one command.",
        "用您的数据表训练误差逆传播（BP）神经网络。\n\n"
        "先用一份真实数据试试：\n"
        "  chainrule dataset breast_cancer\n"
        "  chainrule train breast_cancer.csv --target diagnosis\n"
        "  chainrule predict breast_cancer.chainrule breast_cancer.csv --out new.csv\n\n"
        "用“chainrule 命令 --help”查看某个命令的说明。",
    ),
    "CR-2018": ("Commands", "命令"),
    # usage that cannot be understood
    "CR-2019": (
        "Which column is to be predicted? Name it with --target COL. The columns of {file} are {names}.",
        "要预测哪一列？请用 --target 列名 指明。{file} 的列有：{names}。",
    ),
    "CR-2020": (
        "{name} is missing. '{command} --help' shows what belongs there.",
        "缺少 {name}。用“{command} --help”查看说明。",
    ),
    "CR-2021": (
        "There is no option {option}. {near}'{command} --help' lists all.",
        "没有选项 {option}。{near}用“{command} --help”查看全部选项。",
    ),
    "CR-2022": (
        "There is no command '{name}'. {near}The commands are {known}.",
        "没有命令“{name}”。{near}可用的命令有：{known}。",
    ),
    "CR-2023": (
        "{command} does not know what to do with '{extra}'. Put names that contain spaces in quotes.",
        "{command} 不理解多出的“{extra}”。含有空格的名字请加引号。",
    ),
    "CR-2024": ("Did you mean {names}? ", "您是否想用 {names}？"),
    "CR-2025": (
        "The option {option} was used wrongly: it lacks its value, or was given one it does not take. "
        "'{command} --help' shows how.",
        "选项 {option} 的用法不对：缺少它的值，或给了它不接受的值。用“{command} --help”查看用法。",
    ),
    "CR-2026": ("{text}. '{command} --help' shows the usage.", "{text}。用“{command} --help”查看用法。"),
    "CR-2027": ("{option} is '{value}'; wanted: {wanted}.", "{option} 为“{value}”；应为：{wanted}。"),
    "CR-2028": (
        "{option} needs {needs} beside it. '{command} --help' shows the usage.",
        "{option} 需要与 {needs} 一起使用。用“{command} --help”查看用法。",
    ),
    "CR-2029": (
        "{one} and {other} do not go together; choose one of them.",
        "{one} 与 {other} 不能同时使用；请选择其一。",
    ),
    "CR-2030": ("a whole number, {least} or more", "整数，至少 {least}"),
    "CR-2031": ("a number, such as 0.01 or 1e-3", "一个数，如 0.01 或 1e-3"),
    "CR-2032": (
        "the units of each hidden layer, such as 32 or 32,16; 0 for no hidden layer",
        "各隐层的单元数，如 32 或 32,16；0 表示没有隐层",
    ),
    "CR-2033": (
        "a number, or several with commas, such as 0.1,0.5",
        "一个数，或用逗号隔开的几个数，如 0.1,0.5",
    ),
    "CR-2034": (
        "three shares that add up to 100 (or 1) with some rows to train on, such as 70/15/15",
        "三个份额，合计 100（或 1）且训练部分大于 0，如 70/15/15",
    ),
    "CR-2035": (
        "a column and its kind, such as zip=category (number, category, yesno, date or text)",
        "列名和类型，如 zip=category（number 数值、category 类别、yesno 是否、date 日期、text 文本）",
    ),
    "CR-2036": ("a name, or one per hidden layer with commas", "一个名称，或每个隐层一个，用逗号隔开"),
    "CR-2038": ("one of {choices}", "以下之一：{choices}"),
    # how a command can end
    "CR-2040": ("Stopped. Nothing was written.", "已停止。没有写入任何文件。"),
    "CR-2041": (
        "There is not enough memory for this table and network. Use fewer rows, fewer columns or a smaller network.",
        "内存不足以处理该表和网络。请减少行、列，或使用更小的网络。",
    ),
    "CR-2042": ("The output cannot be written: {reason}.", "无法输出：{reason}。"),
    "CR-2043": ("Error: ", "错误："),
    "CR-2044": (
        "This is a fault of Chainrule, not of yours ({kind}: {text}). Please report it, with the command you typed; "
        "with the environment variable CHAINRULE_DEBUG=1 the place in the code is shown.",
        "这是 Chainrule 自身的缺陷，不是您的错误（{kind}：{text}）。请连同输入的命令一起报告；"
        "设置环境变量 CHAINRULE_DEBUG=1 可显示代码中的位置。",
    ),
    "CR-2045": (
        "{file} exists and is no Chainrule model, so it is not replaced. Give another name with --out.",
        "{file} 已存在且不是 Chainrule 模型，因此不会覆盖。请用 --out 指定另一个名字。",
    ),
    "CR-2046": (
        "{file} cannot be written: {reason}. Name a place you may write to with --out.",
        "无法写入 {file}：{reason}。请用 --out 指定可写的位置。",
    ),
    "CR-2047": ("{stop} That network is saved as {file}.", "{stop}该网络已保存为 {file}。"),
    "CR-2048": ("{stop} Nothing is saved.", "{stop}没有保存任何文件。"),
    "CR-2049": (
        "{file} is read by this very command, so it is not written over. Give another name with --out.",
        "{file} 正被本命令读取，因此不会覆盖。请用 --out 指定另一个名字。",
    ),
    # dataset
    "CR-2050": (
        "There is no bundled table '{name}'. {near}The tables are {known}.",
        "没有名为“{name}”的内置数据表。{near}可用的有：{known}。",
    ),
    "CR-2051": (
        "diabetes: ten measurements and its progression a year later",
        "糖尿病患者：十项测量值与一年后的病情进展",
    ),
    "CR-2052": ("three species of iris, four measurements of the flower", "三种鸢尾花，花的四项测量值"),
    "CR-2053": ("wines of three cultivars, 13 chemical measurements", "三个品种的葡萄酒，13 项化学测量值"),
    "CR-2054": ("breast tumours, 30 measurements of cell nuclei", "乳腺肿瘤，细胞核的 30 项测量值"),
    "CR-2055": ("handwritten digits, 8 by 8 pixels", "手写数字，8×8 像素"),
    "CR-2056": ("twenty men of a fitness club: exercises and body", "健身俱乐部的二十名男性：运动与体征数据"),
    "CR-2057": (
        "{file} exists and holds something else, so it is not replaced. Give another name with --out.",
        "{file} 已存在且内容不同，因此不会覆盖。请用 --out 指定另一个名字。",
    ),
    "CR-2058": (
        "{file}: {rows} rows, {columns} columns; {about}",
        "{file}：{rows} 行，{columns} 列；{about}",
    ),
    "CR-2059": ("Next: {command}", "下一步：{command}"),
    "CR-2060": (
        "Real tables from scikit-learn's bundle, written as CSV:",
        "scikit-learn 自带的真实数据表，写成 CSV：",
    ),
    "CR-2061": (
        "{rows} rows, {columns} columns; target {target} ({task})",
        "{rows} 行，{columns} 列；目标列 {target}（{task}）",
    ),
    # the live display
    "CR-2070": ("epoch {epoch}/{epochs} · loss {train}", "轮次 {epoch}/{epochs} · 训练损失 {train}"),
    "CR-2071": ("validation {validation}", "验证损失 {validation}"),
    "CR-2072": ("best {best} at {at}", "最佳 {best}（第 {at} 轮）"),
    "CR-2073": ("waited {waited}/{patience}", "已等待 {waited}/{patience}"),
    "CR-2074": ("epoch", "轮次"),
    "CR-2075": ("loss", "损失"),
    "CR-2076": ("best", "最佳"),
    "CR-2077": ("patience", "耐心"),
    "CR-2078": ("speed", "速度"),
    "CR-2079": ("goal", "目标"),
    "CR-2080": ("train {train}", "训练 {train}"),
    "CR-2081": ("validation {validation}", "验证 {validation}"),
    "CR-2082": ("{best} at epoch {at}", "{best}，第 {at} 轮"),
    "CR-2083": ("{speed}steps/s   at most {left} left", "每秒 {speed}步   最多还需 {left}"),
    "CR-2084": ("Ctrl-C stops and keeps the best network so far", "按 Ctrl-C 停止，并保留目前最好的网络"),
    "CR-2085": ("Training on {file} to predict {target}", "用 {file} 训练网络，预测 {target}"),
    # headings of the options
    "CR-2100": ("What to predict", "预测什么"),
    "CR-2101": ("The network", "网络"),
    "CR-2102": ("The training", "训练"),
    "CR-2099": ("When it stops", "何时停止"),
    "CR-2103": ("The parts: train, validation, test", "数据划分：训练、验证、测试"),
    "CR-2104": ("Reading the table", "读取数据表"),
    "CR-2105": ("What comes out", "输出"),
    "CR-2199": (
        "What a file of weights does not say (.npz, .npy, .safetensors, .mat)",
        "权值文件（.npz、.npy、.safetensors、.mat）没有说明的",
    ),
    # commands
    "CR-2106": ("write a real table to try things on, or list them", "写出一份真实数据表供试用，或列出全部"),
    "CR-2107": ("train a network on a table and save it", "用数据表训练网络并保存"),
    "CR-2108": ("add predictions to a table", "为数据表添加预测值"),
    "CR-2109": (
        "measure a saved network on a table with known targets",
        "在已知目标值的数据表上评估已保存的网络",
    ),
    # options of train
    "CR-2110": ("the column to predict", "要预测的列"),
    "CR-2111": (
        "regression, classification, binary or multiclass; else recognized",
        "regression（回归）、classification（分类）、binary 或 multiclass；默认自动识别",
    ),
    "CR-2112": (
        "units per hidden layer, such as 32,16; 0 for none",
        "各隐层的单元数，如 32,16；0 表示没有隐层",
    ),
    "CR-2113": (
        "of the hidden layers: tanh, relu, sigmoid, silu, selu, mish, elu:a=0.5 ...",
        "隐层激活函数：tanh、relu、sigmoid、silu、selu、mish、elu:a=0.5 等",
    ),
    "CR-2115": ("share of hidden units left out in each step", "每步随机丢弃的隐层单元比例"),
    "CR-2116": (
        "start of the weights: glorot, he, lecun, orthogonal, data, nguyen_widrow ...",
        "权值初始化：glorot、he、lecun、orthogonal、data、nguyen_widrow 等",
    ),
    "CR-2117": (
        "squared, huber:d=1, absolute, quantile:q=0.9, log_cosh, poisson, gamma, tweedie:p=1.5, label_smoothing ...",
        "损失函数：squared、huber:d=1、absolute、quantile:q=0.9、log_cosh、poisson、gamma、tweedie:p=1.5、label_smoothing 等",
    ),
    "CR-2118": (
        "adam, adamw, nadam, adagrad, adadelta, rmsprop, gd, momentum, nesterov, gda, gdx, rprop, rprop+, rprop-, quickprop",
        "优化算法：adam、adamw、nadam、adagrad、adadelta、rmsprop、gd、momentum、nesterov、gda、gdx、rprop、rprop+、rprop-、quickprop",
    ),
    "CR-2119": ("learning rate", "学习率"),
    "CR-2120": (
        "of the learning rate: constant, cosine, one_cycle, step, plateau, exponential, inverse_scaling, warm_up ...",
        "学习率调度：constant、cosine、one_cycle、step、plateau、exponential、inverse_scaling、warm_up 等",
    ),
    "CR-2121": ("passes over the data, at most", "最多训练的轮次"),
    "CR-2122": ("rows per step; 0 for all at once", "每步的行数；0 表示全部"),
    "CR-2123": (
        "epochs to wait for a better validation loss; 0 to never stop early",
        "等待验证损失改善的轮次；0 表示不提前停止",
    ),
    "CR-2124": ("L2 penalty on the weights", "权值的 L2 正则化系数"),
    "CR-2125": (
        "of every random draw; the same seed gives the same bits",
        "随机种子；相同的种子得到逐位相同的结果",
    ),
    "CR-2126": ("processor threads; any number gives the same bits", "线程数；不影响结果的任何一位"),
    "CR-2127": ("float32 or float64", "数值精度：float32 或 float64"),
    "CR-2128": (
        "auto, native or reference (slow, exact, float64)",
        "计算引擎：auto、native 或 reference（慢而精确的 float64）",
    ),
    "CR-2130": (
        "table for early stopping, instead of a share of FILE",
        "用于提前停止的验证数据表，代替从 FILE 划分",
    ),
    "CR-2131": (
        "table for the final test, instead of a share of FILE",
        "用于最终测试的数据表，代替从 FILE 划分",
    ),
    "CR-2132": ("column that says train, validation or test", "标明 train、validation 或 test 的列"),
    "CR-2133": ("shares of train/validation/test, such as 70/15/15", "训练/验证/测试的份额，如 70/15/15"),
    "CR-2136": ("decay of the weights beside the gradient (adamw)", "与梯度分离的权值衰减（adamw）"),
    "CR-2137": ("L1 penalty on the weights", "权值的 L1 正则化系数"),
    "CR-2138": ("bound of the gradient's norm", "梯度范数的上限"),
    "CR-2139": ("bound of each value of the gradient", "梯度每个分量的上限"),
    "CR-2195": ("bound of the norm of the weights into each unit", "每个神经元输入权值的范数上限"),
    "CR-2140": ("between cells: , ; | tab ...; else recognized", "单元格分隔符：, ; | tab 等；默认自动识别"),
    "CR-2141": ("decimal mark, . or , ; else recognized", "小数点，. 或 ,；默认自动识别"),
    "CR-2142": (
        "of the text: utf-8, gb18030 ...; else recognized",
        "文本编码：utf-8、gb18030 等；默认自动识别",
    ),
    "CR-2143": ("whether the first row holds names; else recognized", "首行是否为列名；默认自动识别"),
    "CR-2144": ("text that means 'no value' (may be repeated)", "表示缺失值的文本（可重复使用）"),
    "CR-2145": (
        "read a column as number, category, yesno, date or text, such as zip=category (may be repeated)",
        "指定列的类型 number、category、yesno、date 或 text，如 zip=category（可重复使用）",
    ),
    "CR-2146": (
        "scaling of the number columns: standard, minmax, robust",
        "数值列的缩放：standard、minmax、robust",
    ),
    "CR-2147": ("scaling of a number target, or none", "数值目标的缩放，或 none 表示不缩放"),
    "CR-2150": (
        "the model file; else FILE's name with .chainrule",
        "模型文件；默认与 FILE 同名，扩展名 .chainrule",
    ),
    "CR-2151": ("keep the whole training state there while training", "训练时把完整的训练状态保存到该文件"),
    "CR-2152": (
        "go on from the checkpoint, with the same bits as an uninterrupted run",
        "从检查点继续，结果与不中断的训练逐位相同",
    ),
    "CR-2153": ("one JSON object on standard output and nothing else", "标准输出只有一个 JSON 对象"),
    "CR-2154": ("the same training as Python code on standard output", "在标准输出给出等价的 Python 代码"),
    "CR-2155": ("no progress", "不显示进度"),
    "CR-2156": (
        "the file to write; - for standard output; else NAME.csv",
        "要写的文件；- 表示标准输出；默认 NAME.csv",
    ),
    "CR-2157": ("the file to write; else standard output", "要写的文件；默认标准输出"),
    "CR-2158": (
        "the predictions as one JSON object on standard output",
        "以一个 JSON 对象在标准输出给出预测值",
    ),
    "CR-2159": ("one JSON object on standard output and nothing else", "标准输出只有一个 JSON 对象"),
    "CR-2162": ("how much better counts as better", "改善多少才算改善"),
    "CR-2163": ("stop when the training loss is this small", "训练损失达到该值时停止"),
    "CR-2164": (
        "what is watched on the validation rows: loss, or a metric such as rmse, r2, accuracy, auc",
        "在验证部分监视的指标：loss，或 rmse、r2、accuracy、auc 等",
    ),
    "CR-2165": ("leave a column out (may be repeated)", "去掉某一列（可重复使用）"),
    "CR-2166": ("seconds between two checkpoints", "两次写检查点之间的秒数"),
    "CR-2167": ("Saved as {file}", "已保存为 {file}"),
    "CR-2168": ("Saved as {file}, in place of the model that was there", "已保存为 {file}，替换了原有的模型"),
    "CR-2169": (
        "{file}: {rows} rows with predictions of {target}",
        "{file}：{rows} 行，已添加 {target} 的预测值",
    ),
    "CR-2170": ("{target} on {file}, {rows} rows", "{file} 上的 {target}，{rows} 行"),
    "CR-2160": (
        "Everything but the target has a default: the columns are recognized, a part of the rows is kept for early "
        "stopping and a part for the final test. The result is shown beside a constant and a linear model. Where "
        "other tools use another name for an option, both are accepted. Ctrl-C stops early, keeps and saves the best "
        "network so far (exit code 130).",
        "除目标列外，一切都有默认值：自动识别各列，留出一部分行用于提前停止，一部分用于最终测试。结果与常数模型和线性模型"
        "并列给出。其他工具中叫法不同的选项，两种写法都可用。按 Ctrl-C 提前停止，保留并保存目前最好的网络（退出码 130）。",
    ),
    "CR-2161": (
        "Writes the table's own columns and behind them the prediction; for classes also the probability of each.",
        "写出原有的各列，并在其后添加预测值；对于分类还给出每个类别的概率。",
    ),
    # report
    "CR-2190": (
        "how good a model is and where it is weak: one page with every picture a report needs",
        "模型有多好、弱在何处：一页报告，图表齐全",
    ),
    "CR-2191": (
        "chainrule report model.chainrule data.csv --out report.html\n"
        "chainrule report model.chainrule data.csv --out report.docx --pictures figures\n"
        "chainrule report model.chainrule",
        "chainrule report model.chainrule data.csv --out report.html\n"
        "chainrule report model.chainrule data.csv --out report.docx --pictures figures\n"
        "chainrule report model.chainrule",
    ),
    "CR-2192": (
        "the page: .html, .docx, .md, .tex, .txt or .json (default: as text, here)",
        "报告页：.html、.docx、.md、.tex、.txt 或 .json（默认以文本显示在此）",
    ),
    "CR-2193": (
        "a folder for every picture as SVG, PDF and 600-dpi PNG, with its numbers as CSV",
        "存放图的文件夹：每幅图的 SVG、PDF、600 dpi PNG 及其数据 CSV",
    ),
    "CR-2194": (
        "write the report of the training too: .html, .docx, .md, .tex, .txt or .json",
        "同时写出本次训练的报告：.html、.docx、.md、.tex、.txt 或 .json",
    ),
}
