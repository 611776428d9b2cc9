"""The sentences of explanations: headings, remarks, lessons."""

ROWS: dict[str, tuple[str, str]] = {
    # graph
    "CR-1901": ("Computation graph of {text}", "计算图：{text}"),
    "CR-1902": ("The graph", "图"),
    "CR-1903": (
        "Above each node its value, below it the gradient: how fast {result} changes when the node does.",
        "每个结点上方是它的值，下方是梯度：该结点变化时 {result} 变化的快慢。",
    ),
    "CR-1904": ("Forward: values, inputs first", "正向：从输入开始求值"),
    "CR-1905": ("Backward: gradients, the result first", "反向：从结果开始求梯度"),
    "CR-1906": ("the result by itself", "结果对自身的导数"),
    "CR-1907": (
        "The letter '{name}' has no value; give it as {name}=3.",
        "字母“{name}”没有取值；请写成 {name}=3。",
    ),
    "CR-1908": (
        "'{text}' is no value; write a letter, = and a number, e.g. a=3.",
        "“{text}”不是取值；请写成 字母=数，如 a=3。",
    ),
    "CR-1909": (
        "The formula has no letter '{name}'; it has {known}.",
        "公式中没有字母“{name}”；其中有 {known}。",
    ),
    "CR-1910": (
        "Checked: every gradient agrees with a central difference; the largest difference is {worst:.1e}.",
        "已核对：每个梯度都与中心差分一致，最大相差 {worst:.1e}。",
    ),
    # trace
    "CR-1911": ("Every number of {name}, row {row}", "网络 {name} 第 {row} 行的每一个数"),
    "CR-1912": ("The network", "网络"),
    "CR-1913": (
        "{name}: {count} parameters. Loss: {loss}. The number on a line is its weight, the number in a node its output.",
        "{name}：共 {count} 个参数。损失：{loss}。连线上的数是权值，结点中的数是输出。",
    ),
    "CR-1914": ("Symbols", "符号"),
    "CR-1915": ("Forward: the inputs become an output", "正向：由输入到输出"),
    "CR-1916": ("Loss: how wrong the output is", "损失：输出错了多少"),
    "CR-1917": (
        "Backward: how the loss changes with each output y and each score s",
        "反向：损失随每个输出 y 和每个净输入 s 怎样变化",
    ),
    "CR-1918": ("Gradient: how the loss changes with each weight", "梯度：损失随每个权值怎样变化"),
    "CR-1919": ("Update: {rule}, rate {rate:g}", "更新：{rule}，学习率 {rate:g}"),
    "CR-1920": ("After the update", "更新之后"),
    "CR-1921": ("difference {value}", "差分 {value}"),
    "CR-1922": ("weight", "权值"),
    "CR-1923": ("gradient", "梯度"),
    "CR-1924": ("before", "更新前"),
    "CR-1925": ("after", "更新后"),
    "CR-1926": (
        "The loss went from {before:.9g} to {after:.9g}; the output from {old} to {new}.",
        "损失从 {before:.9g} 变为 {after:.9g}；输出从 {old} 变为 {new}。",
    ),
    "CR-1927": (
        "{count} units of layer {layer} are folded away; name the ones you want with --unit {layer}:1,2.",
        "第 {layer} 层折叠了 {count} 个单元；可用 --unit {layer}:1,2 指定要看的单元。",
    ),
    "CR-1928": ("rest: {count} more terms, together {value:.6g}", "rest：其余 {count} 项，合计 {value:.6g}"),
    "CR-1929": (
        "Checked: the {count} gradients shown agree with central differences of the loss; the largest difference is "
        "{worst:.1e}.",
        "已核对：所示 {count} 个梯度均与损失的中心差分一致，最大相差 {worst:.1e}。",
    ),
    "CR-1930": ("Step by step", "逐步训练"),
    "CR-1931": ("step", "步"),
    "CR-1932": ("Why gradients vanish or explode", "梯度为何消失或爆炸"),
    "CR-1933": (
        "A delta is carried back through weights and slopes. Per layer: the mean slope |f'(s)|, the share of slopes below "
        "0.01, and how much the delta's length changes on the way through.",
        "误差信号 δ 逐层乘以权值和导数向后传。每层给出：导数 |f'(s)| 的平均值、小于 0.01 的导数所占比例，以及 δ 的长度经过该层的变化倍数。",
    ),
    "CR-1934": ("layer", "层"),
    "CR-1935": ("mean slope", "平均导数"),
    "CR-1936": ("slopes < 0.01", "导数 < 0.01"),
    "CR-1937": ("length of delta", "δ 的长度"),
    "CR-1938": ("passed on", "传递倍数"),
    "CR-1939": ("The weight {name}, path by path", "权值 {name}：逐条路径"),
    "CR-1940": (
        "Its gradient is a sum over all paths from the weight to the loss, each a product of factors; largest first.",
        "它的梯度是从该权值到损失的所有路径之和，每条路径是一串因子的乘积；按大小排列。",
    ),
    "CR-1941": ("{count} more paths, together {value:.6g}", "其余 {count} 条路径，合计 {value:.6g}"),
    "CR-1942": ("Sum of all paths", "所有路径之和"),
    # nets typed in
    "CR-1943": (
        "'{text}' is no network; write the units of each layer, e.g. 2-2-1.",
        "“{text}”不是网络；请写出每层的单元数，如 2-2-1。",
    ),
    "CR-1944": ("'{text}' in the {what} is no number.", "{what} 中的“{text}”不是数。"),
    "CR-1945": (
        "The {what} of layer {layer} are no table of numbers: rows are separated by ;, layers by |.",
        "第 {layer} 层的 {what} 不是数表：行之间用 ;，层之间用 |。",
    ),
    "CR-1946": (
        "The weights of layer {layer} are {shape}; {inputs} inputs and {units} units need {inputs}×{units} "
        "(--rows inputs) or {units}×{inputs} (--rows units).",
        "第 {layer} 层的权值为 {shape}；{inputs} 个输入、{units} 个单元需要 {inputs}×{units}（--rows inputs）"
        "或 {units}×{inputs}（--rows units）。",
    ),
    "CR-1947": (
        "The weights of layer {layer} fit both ways and give different networks: the first output is {units:.6g} if a "
        "row holds the weights of one unit (--rows units), {inputs:.6g} if a row holds the weights from one input "
        "(--rows inputs). Say which.",
        "第 {layer} 层的权值两种方向都合适，却是不同的网络：若一行是一个单元的权值（--rows units），第一个输出为 {units:.6g}；"
        "若一行是来自一个输入的权值（--rows inputs），则为 {inputs:.6g}。请指明。",
    ),
    "CR-1948": (
        "Weights of {given} layers were given; the network has {wanted}. Layers are separated by |.",
        "给出了 {given} 层权值，而网络有 {wanted} 层。层之间用 | 分隔。",
    ),
    "CR-1949": (
        "The row has {given} numbers; the network has {wanted} inputs.",
        "该行有 {given} 个数，而网络有 {wanted} 个输入。",
    ),
    # importance
    "CR-1950": (
        "which columns the network's answer depends on, four ways",
        "网络的答案取决于哪些列：四种方法",
    ),
    "CR-1951": (
        "chainrule importance model.chainrule\nchainrule importance model.chainrule data.csv\n"
        "chainrule importance net.npz --activation tanh --output identity --columns a,b,c",
        "chainrule importance model.chainrule\nchainrule importance model.chainrule data.csv\n"
        "chainrule importance net.npz --activation tanh --output identity --columns a,b,c",
    ),
    "CR-1952": ("Importance of the columns for {target}", "各列对 {target} 的重要性"),
    "CR-1953": ("Permutation", "置换法"),
    "CR-1954": (
        "The values of one column are shuffled among the rows, {count} times; importance is how much the {metric} grows. "
        "Weakness: columns that say the same thing hide each other, and shuffled rows may be impossible ones.",
        "把一列的值在各行之间打乱 {count} 次，重要性是{metric}增大了多少。弱点：内容相近的列会互相掩护，打乱后的行也可能在现实中不存在。",
    ),
    "CR-1955": ("Olden: connection weights", "Olden 连接权法"),
    "CR-1956": (
        "The products of the weights along all paths from an input to the outputs, added up with their signs. Weakness: slopes are left out, so a "
        "saturated unit counts fully, and paths of opposite sign cancel.",
        "把从输入到输出的所有路径上权值的乘积带符号相加。弱点：不计导数，饱和的单元照样全额计入，符号相反的路径会互相抵消。",
    ),
    "CR-1957": ("Garson: shares of the weights", "Garson 权值份额法"),
    "CR-1958": (
        "At each hidden unit the inputs share its outgoing weight in proportion to |w|; the shares add up to 100 %. Weakness: signs are lost, so paths that cancel "
        "still count, and an input of no use has a share too.",
        "在每个隐层单元处，各输入按 |w| 的比例分得它的输出权值，总和为 100 %。弱点：丢掉了符号，互相抵消的路径照样计入，没有用的输入也分得一份。",
    ),
    "CR-1959": ("Mean impact value (MIV)", "平均影响值（MIV）"),
    "CR-1960": (
        "One column is raised and lowered by 10 %; the value is the mean difference of the answer, in its own unit. Weakness: ten per cent of a value near 0 is nothing, so it "
        "depends on where a scale has its zero; it is not defined for categories.",
        "把一列的值增减 10 %，取答案之差的平均值，单位与答案相同。弱点：接近 0 的值增减 10 % 等于没动，结果取决于零点在哪里；对类别列没有定义。",
    ),
    "CR-1961": ("column", "列"),
    "CR-1962": (
        "A category's levels are one column: of their weights the largest minus the smallest counts, for what all levels share is a bias; for the permutation they move together. "
        "An input that says a value is missing is added to its column.",
        "一个类别列的各个取值合为一列：权值取最大者减最小者，因为各取值共有的部分只是偏置；置换时一起移动。标记缺失的输入并入原来的列。",
    ),
    "CR-1963": (
        "The weights belong to the scaled inputs; what is compared is a change by one spread of the training rows.",
        "权值对应缩放后的输入；比较的是各列变动一个训练集尺度时的影响。",
    ),
    "CR-1964": (
        "Permutation and MIV need rows; give a table to see them.",
        "置换法和 MIV 需要样本；请给出一个表。",
    ),
    "CR-1965": ("Beside one another", "并列比较"),
    "CR-1966": (
        "{count} of {rows} rows lie outside the training rows (row {first} in column '{column}': beyond the smallest or "
        "largest value of the training, or a label never seen); the answers there are extrapolations.",
        "{rows} 行中有 {count} 行在训练样本的范围之外（第 {first} 行的列“{column}”：超出训练集的最小或最大值，或为从未见过的标签）；那里的答案属于外推。",
    ),
    "CR-1967": ("mean squared error", "均方误差"),
    "CR-1968": ("log loss", "对数损失"),
    "CR-1969": ("spread over the shuffles", "各次打乱的标准差"),
    "CR-1970": ("The table has no row with a known '{target}'.", "表中没有一行有已知的“{target}”。"),
    # derivations
    "CR-2251": (
        "With one hidden layer the same gradient can be written down at once, without recursion:",
        "只有一个隐层时，也可以不用递推，直接写出同一个梯度：",
    ),
    "CR-2252": ("products, every weight of layer 1 directly", "逐个直接求第 1 层所有权值的乘法次数"),
    "CR-2253": ("products by back-propagation, all weights", "用反向传播求全部权值的乘法次数"),
    "CR-2261": (
        "The loss '{loss}' owns its link '{link}': their slopes cancel. Written out:",
        "损失“{loss}”自带联系函数“{link}”，两者的导数相消。写出来就是：",
    ),
    "CR-2262": ("1_cj is 1 where c = j, else 0", "1_cj 在 c = j 时为 1，否则为 0"),
    "CR-2263": (
        "The targets of a row sum to 1, so the sum in front of y is 1.",
        "每行的目标之和为 1，因此 y 前面的和为 1。",
    ),
    "CR-2264": (
        "A hidden score reaches the loss through every score of the next layer, so its delta is the sum over all of them, "
        "carried back through the weights, times its own slope:",
        "隐层的净输入经过下一层的所有净输入影响损失，因此它的 δ 是这些影响沿权值传回后的总和，再乘以自身的导数：",
    ),
    "CR-2265": ("The update rule is '{rule}':", "更新规则为“{rule}”："),
    "CR-2266": ("the L2 penalty is added first", "先加上 L2 惩罚项"),
    "CR-2267": (
        "Of n rows, each has its own loss L_r. One can update after each row, or once with all of them:",
        "n 个样本各有自己的损失 L_r。可以每个样本更新一次，也可以用全部样本更新一次：",
    ),
    "CR-2268": ("per row (standard back-propagation)", "逐样本（标准 BP）"),
    "CR-2269": ("all rows at once (accumulated)", "全部样本（累积 BP）"),
    "CR-2270": (
        "Zhou's notation has letters for one hidden layer; this network has {layers} layers of weights. Use house or ng.",
        "周志华的记号只适用于一个隐层；该网络有 {layers} 层权值。请用 house 或 ng。",
    ),
    "CR-2271": ("Back-propagation of a {name} network, derived", "{name} 网络误差逆传播的推导"),
    "CR-2272": ("How many parameters", "参数个数"),
    "CR-2273": ("Forward", "正向计算"),
    "CR-2274": ("Loss", "损失"),
    "CR-2275": ("Delta of the output layer", "输出层的 δ"),
    "CR-2276": ("Deltas of the hidden layers", "隐层的 δ"),
    "CR-2277": ("Gradients", "梯度"),
    "CR-2278": ("Update", "更新"),
    "CR-2279": ("One row or all rows", "单样本与全部样本"),
    "CR-2280": ("The same without recursion, and what it costs", "不用递推的推导与代价"),
    "CR-2281": ("input i", "第 i 个输入"),
    "CR-2282": ("weight, from → to", "权值，从 → 到"),
    "CR-2283": ("bias, added to the score", "偏置，加到净输入上"),
    "CR-2284": ("score (net input)", "净输入"),
    "CR-2285": ("output", "输出"),
    "CR-2286": ("target", "目标值"),
    "CR-2287": ("loss of one row", "一个样本的损失"),
    "CR-2288": ("delta: the loss's slope by the score", "δ：损失对净输入的导数"),
    "CR-2289": ("the loss's negative slope by the score", "损失对净输入的负导数"),
    "CR-2290": ("learning rate", "学习率"),
    "CR-2291": ("threshold, subtracted from the score (θ = −b)", "阈值，从净输入中减去（θ = −b）"),
    "CR-2292": ("output of a hidden unit", "隐层单元的输出"),
    "CR-2293": ("symbol", "符号"),
    "CR-2294": ("meaning", "含义"),
    "CR-2295": (
        "One weight per connection, one bias or threshold per unit:",
        "每条连接一个权值，每个单元一个偏置（阈值）：",
    ),
    "CR-2296": (
        "Layer {layer}, {shape} units, {activation}:",
        "第 {layer} 层，{shape} 个单元，{activation}：",
    ),
    "CR-2297": ("the bias as the weight from an input that is always 1", "把偏置看作来自恒为 1 的输入的权值"),
    "CR-2298": (
        "The chain rule: from the loss through the output to the score.",
        "链式法则：从损失经输出到净输入。",
    ),
    "CR-2299": (
        "Every output depends on every score of the row, so all of them enter:",
        "每个输出都依赖该行的所有净输入，因此都要计入：",
    ),
    # slopes
    "CR-2201": ("The slope of {name}, line by line", "{name} 的导数，逐行推导"),
    "CR-2202": ("The function", "函数"),
    "CR-2203": ("Its derivative", "求导"),
    "CR-2204": ("put together", "整理"),
    "CR-2205": ("written with y", "用 y 表示"),
    "CR-2206": ("the same, as Chainrule computes it", "同一式子，Chainrule 采用的写法"),
    "CR-2207": ("Checked", "核对"),
    "CR-2208": (
        "At {count} points both forms agree; the largest difference is {worst:.1e}.",
        "在 {count} 个点上两种写法一致，最大相差 {worst:.1e}。",
    ),
    "CR-2209": ("An output by its own score", "输出对自身的净输入"),
    "CR-2210": ("An output by another score", "输出对其他净输入"),
    "CR-2211": ("Both in one line", "合并为一式"),
    # the commands
    "CR-2212": (
        "every number of the computation: forward, loss, backward, gradient, update",
        "计算中的每一个数：正向、损失、反向、梯度、更新",
    ),
    "CR-2213": (
        "chainrule explain model.chainrule data.csv --row 3,5,9\n"
        "chainrule explain 2-2-1 --weights '.1 .8; .4 .6 | .3 .9' --rows units --x .35,.9 --t .5 --lr 1",
        "chainrule explain model.chainrule data.csv --row 3,5,9\n"
        "chainrule explain 2-2-1 --weights '.1 .8; .4 .6 | .3 .9' --rows units --x .35,.9 --t .5 --lr 1",
    ),
    "CR-2214": (
        "derive the forward and backward pass of a network, or the slope of an activation",
        "推导网络的正向与反向计算，或一个激活函数的导数",
    ),
    "CR-2215": (
        "chainrule derive 2-3-1 --activation relu --loss bce\nchainrule derive d-q-l --notation zhou\n"
        "chainrule derive net.npz --activation tanh --output identity\nchainrule derive softmax",
        "chainrule derive 2-3-1 --activation relu --loss bce\nchainrule derive d-q-l --notation zhou\n"
        "chainrule derive net.npz --activation tanh --output identity\nchainrule derive softmax",
    ),
    "CR-2216": (
        "the computation graph of a formula: the value and gradient of every node",
        "公式的计算图：每个结点的值和梯度",
    ),
    "CR-2217": (
        "chainrule graph 'c*(a+2*b)' a=3 b=1 c=-2\nchainrule graph model.chainrule",
        "chainrule graph 'c*(a+2*b)' a=3 b=1 c=-2\nchainrule graph model.chainrule",
    ),
    "CR-2221": (
        "text, html, markdown, latex, docx (Word) or json",
        "text、html、markdown、latex、docx（Word）或 json",
    ),
    "CR-2222": (
        "write the page to FILE; its ending chooses the form (.html .docx .md .tex .json .txt)",
        "把页面写入 FILE；扩展名决定格式（.html .docx .md .tex .json .txt）",
    ),
    "CR-2223": ("one JSON object", "一个 JSON 对象"),
    "CR-2224": (
        "whose letters: house, zhou (thresholds), ng (columns), matlab",
        "记号：house、zhou（阈值）、ng（列向量）、matlab",
    ),
    "CR-2225": (
        "which rows of the table: 3, 3,5,9, 2-6 or all (1); several are one batch",
        "表中的哪些行：3、3,5,9、2-6 或 all（默认 1）；多行作为一批",
    ),
    "CR-2226": (
        "weights: numbers by spaces, rows by ;, layers by |",
        "权值：数之间用空格，行之间用 ;，层之间用 |",
    ),
    "CR-2227": ("what a row of the weights holds", "权值的一行是一个单元还是一个输入"),
    "CR-2228": ("biases, added to the score; layers by |", "偏置，加到净输入上；层之间用 |"),
    "CR-2229": ("thresholds, subtracted from the score; layers by |", "阈值，从净输入中减去；层之间用 |"),
    "CR-2230": ("inputs of a row; more rows by ;", "一行输入；多行之间用英文分号隔开"),
    "CR-2231": ("targets of a row; more rows by ;", "一行目标值；多行之间用英文分号隔开"),
    "CR-2232": ("a table of weights and loss over so many steps", "列出若干步的权值与损失"),
    "CR-2233": ("the paths of one weight's gradient, e.g. 1_2_1", "一个权值的梯度的各条路径，如 1_2_1"),
    "CR-2234": ("units of a wide layer to write out", "宽层中要写出的单元"),
    "CR-2235": ("digits shown (6)", "显示的位数（6）"),
    "CR-2236": ("without biases", "不带偏置"),
    "CR-2237": ("also write the bias as a weight from an input of 1", "同时把偏置写成来自输入 1 的权值"),
    "CR-2239": ("add the rows' losses instead of averaging them", "对各行损失求和而不是取平均"),
    "CR-2240": (
        "A network typed in ({net}) also needs {option}.",
        "直接写出的网络（{net}）还需要 {option}。",
    ),
    "CR-2241": (
        "A network typed in takes its row from --x and --t, not from the file '{data}'.",
        "直接写出的网络由 --x 和 --t 给出样本，而不是文件“{data}”。",
    ),
    "CR-2242": (
        "{what} has {given} numbers in a row; the network needs {wanted}.",
        "{what} 的一行有 {given} 个数，网络需要 {wanted} 个。",
    ),
    "CR-2243": ("--x has {x} rows and --t has {t}.", "--x 有 {x} 行，而 --t 有 {t} 行。"),
    "CR-2244": (
        "The file has its own weights and rules; leave {option} out.",
        "文件自带权值和规则；请去掉 {option}。",
    ),
    "CR-1900": (
        "{option} says how the matrices of a file lie; no file of weights is given here.",
        "{option} 用于说明文件中矩阵的方向；这里没有给出权值文件。",
    ),
    "CR-2245": (
        "Which row? Name a table after the model: chainrule explain {model} FILE --row 1.",
        "要看哪一行？请在模型之后给出数据表：chainrule explain {model} FILE --row 1。",
    ),
    "CR-2246": ("There is no row {row}; the table has {count}.", "没有第 {row} 行；表中共 {count} 行。"),
    "CR-2247": (
        "'{text}' names no units; write layer:units, e.g. 1:3,4.",
        "“{text}”没有指定单元；请写成如 1:3,4 的形式：冒号前为层，冒号后为单元。",
    ),
    "CR-2248": (
        "'{text}' names no weight; write layer_from_to, e.g. 1_2_1.",
        "“{text}”没有指定权值；请写成 层_从_到，如 1_2_1。",
    ),
    "CR-2249": (
        "'{what}' is no network (2-3-1), no activation and no file.",
        "“{what}”既不是网络（2-3-1），也不是激活函数或文件。",
    ),
    "CR-2250": ("Written to {file}.", "已写入 {file}。"),
    "CR-2218": ("The network {name}", "网络 {name}"),
    "CR-2219": ("inputs", "输入"),
    "CR-2220": ("value", "值"),
    "CR-2238": ("column", "列"),
    "CR-2256": ("activation of the output layer", "输出层的激活函数"),
    "CR-2257": (
        "There is no layer in '{text}': the network has layers 1 to {layers}.",
        "“{text}”中的层不存在：网络有第 1 到第 {layers} 层。",
    ),
    "CR-2258": (
        "There is no weight '{text}': layer {layer} goes from {inputs} inputs to {units} units.",
        "没有权值“{text}”：第 {layer} 层有 {inputs} 个输入、{units} 个单元。",
    ),
    "CR-2259": ("Layer {layer} has units 1 to {units}.", "第 {layer} 层的单元编号为 1 到 {units}。"),
    "CR-2260": (
        "Row {row} has no target, so there is no loss to explain; choose another row.",
        "第 {row} 行没有目标值，因此没有可解释的损失；请换一行。",
    ),
    # several rows
    "CR-1971": (
        "Of the {all} inputs the {count} that move the scores most are drawn and written out; name others with --unit 0:5,6.",
        "{all} 个输入中画出并写出对净输入影响最大的 {count} 个；可用 --unit 0:5,6 指定其他输入。",
    ),
    "CR-1972": ("Every number of {name}, rows {rows}", "网络 {name} 第 {rows} 行的每一个数"),
    "CR-1973": ("Accumulated gradient: all rows together", "累积梯度：所有行合在一起"),
    "CR-1974": (
        "The loss of the {count} rows is the mean of their losses, so each gradient is the mean of theirs.",
        "{count} 行的损失是各行损失的平均，因此每个梯度也是各行梯度的平均。",
    ),
    "CR-1975": (
        "The loss of the {count} rows is the sum of their losses, so each gradient is the sum of theirs.",
        "{count} 行的损失是各行损失之和，因此每个梯度也是各行梯度之和。",
    ),
    "CR-1976": (
        "Of the rows the {count} with the largest parts are written term by term; rest is what the others add.",
        "逐项写出贡献最大的 {count} 行，其余各行合计为 rest。",
    ),
    "CR-1977": ("The loss went from {before:.9g} to {after:.9g}.", "损失从 {before:.9g} 变为 {after:.9g}。"),
    "CR-1978": ("row", "行"),
    "CR-1979": ("target", "目标值"),
    "CR-1980": ("output before", "更新前的输出"),
    "CR-1981": ("output after", "更新后的输出"),
    "CR-1982": (
        "The first {count} weights written out above, of {all}; --json carries more.",
        "列出上文写出的前 {count} 个权值（共 {all} 个）；--json 给出更多。",
    ),
    "CR-1983": (
        "The state '{letter}' of {rule}, which it carries from step to step:",
        "{rule} 逐步保存的状态“{letter}”：",
    ),
    "CR-1984": ("Row {row}", "第 {row} 行"),
    "CR-1985": ("The rows beside one another", "各行对照"),
    "CR-1986": (
        "'{text}' names no rows; write 3, a list 3,5,9, a range 2-6, or all.",
        "“{text}”没有指定行；请写 3、列表 3,5,9、范围 2-6 或 all（全部）。",
    ),
    "CR-1987": (
        "Of the {all} rows of the batch the {count} with the largest loss are written out; gradient and update are those of "
        "all.",
        "这一批共 {all} 行，写出其中损失最大的 {count} 行；梯度与更新取自全部各行。",
    ),
    "CR-1988": (
        "Row {row} lies outside the training rows: '{column}' is {value}, in the training {low} to {high}. What the network "
        "says there is an extrapolation.",
        "第 {row} 行在训练样本的范围之外：“{column}”为 {value}，训练集中为 {low} 到 {high}。网络在此处的结果属于外推。",
    ),
    "CR-1989": (
        "Row {row} lies outside the training rows: the training never showed this label of '{column}'. What the network says "
        "there is an extrapolation.",
        "第 {row} 行在训练样本的范围之外：训练集中从未出现“{column}”的这个标签。网络在此处的结果属于外推。",
    ),
    "CR-1990": (
        "Row {row} lies far from the training rows: '{column}' is more than {limit:g} spreads from its center. What the "
        "network says there is an extrapolation.",
        "第 {row} 行远离训练样本：“{column}”偏离中心超过 {limit:g} 个尺度。网络在此处的结果属于外推。",
    ),
    "CR-1991": (
        "{name}: {count} parameters. Loss: {loss}. The number on a line is its weight, the number in a node counts the units.",
        "{name}：共 {count} 个参数。损失：{loss}。连线上的数是权值，结点中的数是单元编号。",
    ),
    "CR-1992": (
        "As the table has its target: {old} before the update, {new} after it.",
        "按表中目标列的写法：更新前为 {old}，更新后为 {new}。",
    ),
    "CR-1993": ("prediction before", "更新前的预测"),
    "CR-1994": ("prediction after", "更新后的预测"),
    "CR-1995": (
        "The weights of layer {layer} fit both ways and give different networks: with every input 1 the first output is "
        "{units:.6g} if a row holds the weights of one unit (--rows units), {inputs:.6g} if a row holds the weights from one "
        "input (--rows inputs). Say which.",
        "第 {layer} 层的权值两种方向都合适，却是不同的网络：所有输入取 1 时，若一行是一个单元的权值（--rows units），第一个输出为 {units:.6g}；"
        "若一行是来自一个输入的权值（--rows inputs），则为 {inputs:.6g}。请指明。",
    ),
    "CR-1996": (
        "of a file of weights: what its inputs are called (x1,x2,…)",
        "权值文件：各输入的名称（x1,x2,…）",
    ),
    "CR-1997": ("of a file of weights: what its answer is called (y)", "权值文件：输出的名称（y）"),
    "CR-1998": ("of a file of weights: which of several outputs", "权值文件：多个输出中的第几个"),
    "CR-1999": (
        "chainrule equation model.chainrule --out formula.docx\n"
        "chainrule equation weights.npz --activation tanh --output identity",
        "chainrule equation model.chainrule --out formula.docx\n"
        "chainrule equation weights.npz --activation tanh --output identity",
    ),
    "CR-2254": (
        "'{ending}' says no form; let the file end in one of {known}, or choose with --form.",
        "“{ending}”不能说明格式；请让文件以 {known} 之一结尾，或用 --form 指定。",
    ),
    "CR-2255": (
        "'{what}' is no network (2-3-1), no activation and no file. Did you mean {near}?",
        "“{what}”既不是网络（2-3-1），也不是激活函数或文件。是否指 {near}？",
    ),
}
