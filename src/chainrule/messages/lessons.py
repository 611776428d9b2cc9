"""The sentences of the lessons: what each teaches, and what is printed wrong where."""

ROWS: dict[str, tuple[str, str]] = {
    # the shelf
    "CR-2401": (
        "worked examples as lessons, their numbers computed anew",
        "经典算例，每例一课，其中的数都当场算出",
    ),
    "CR-2402": (
        "chainrule lesson\nchainrule lesson mazur\nchainrule lesson surface --out surface.html",
        "chainrule lesson\nchainrule lesson mazur\nchainrule lesson surface --out surface.html",
    ),
    "CR-2403": (
        "There is no lesson '{name}'. {near}There are {known}.",
        "没有名为“{name}”的课。{near}现有 {known}。",
    ),
    "CR-2404": ("Lessons", "课程"),
    "CR-2405": (
        "chainrule lesson NAME shows one; --out page.html writes it as a page.",
        "用 chainrule lesson 加课名打开一课；加 --out page.html 写成网页。",
    ),
    "CR-2406": ("name", "课名"),
    "CR-2407": ("about", "内容"),
    "CR-2408": ("What is printed, and what is right", "印出来的数与正确的数"),
    "CR-2409": ("number", "哪个数"),
    "CR-2410": ("printed", "印出的"),
    "CR-2411": ("right", "正确的"),
    "CR-2412": ("made by the mistake", "该错误算出的"),
    "CR-2413": ("as printed", "与印出的一致"),
    "CR-2414": ("Try it yourself", "自己动手"),
    "CR-2415": ("The idea", "思路"),
    "CR-2416": ("In short", "小结"),
    "CR-2417": ("after {count} steps", "{count} 步之后"),
    "CR-2418": ("as it should be", "正确的算法"),
    "CR-2419": ("with the mistake", "带错误的算法"),
    "CR-2420": ("row", "行"),
    # one neuron
    "CR-2421": ("One sigmoid neuron learns by gradient descent", "单个 sigmoid 神经元的梯度下降"),
    "CR-2422": (
        "A neuron adds its weighted inputs and squashes the sum. Its loss is half the squared distance to the target. "
        "How fast the loss changes with a weight is a product of three factors: how the loss changes with the output, how the output "
        "changes with the sum, how the sum changes with the weight.",
        "神经元把输入按权值相加，再用激活函数压缩。损失取输出与目标之差平方的一半。损失对某个权值的变化率是三个因子的乘积："
        "损失对输出的变化率、输出对净输入的变化率、净输入对该权值的变化率。",
    ),
    "CR-2423": (
        "The first two factors do not depend on which weight is asked for. Their product is computed once and called delta; each "
        "weight's gradient is delta times its own input. Stepping against the gradient lowers the loss as long as the step is small.",
        "前两个因子与问的是哪个权值无关，只需算一次，乘积记作 δ；每个权值的梯度就是 δ 乘以它自己的输入。只要步子足够小，"
        "逆着梯度走一步损失就会下降。",
    ),
    "CR-2424": (
        "A post that starts from this neuron gives two lines of code for deeper networks: the delta of a layer is the delta above times "
        "the transposed weights, and nothing else. The slope of the layer itself is missing. On the network of the lesson 'numbers' the "
        "first weight then lands elsewhere:",
        "有一篇从这个神经元讲起的文章，为更深的网络给出了两行代码：某层的 δ 等于上一层的 δ 乘以权值的转置，仅此而已——漏掉了本层自身的导数。"
        "放到“numbers”一课的网络上，第一个权值就会落到别处：",
    ),
    "CR-2425": ("w1_11 after one step", "一步之后的 w1_11"),
    "CR-2426": ("hidden delta without the slope f'", "隐层的 δ 漏乘导数 f'"),
    "CR-2427": (
        "The same lines write += with the error taken as target minus output. That is only another place for the minus sign, not a mistake.",
        "那两行代码用 +=，误差取“目标减输出”。这只是把负号挪了个位置，并不算错。",
    ),
    # K layers
    "CR-2428": ("Many layers: one gradient, a sum over paths", "多层网络：梯度是所有路径之和"),
    "CR-2429": (
        "Nudge one weight of the first layer. The nudge travels along every path of units from there to the loss, and along each path it is "
        "multiplied by the weights and slopes it meets. The gradient is the sum over all paths.",
        "轻轻拨动第一层的一个权值，这个扰动会沿着从它到损失的每一条路径传播，途中遇到的权值和导数逐个相乘。梯度就是所有路径的乘积之和。",
    ),
    "CR-2430": (
        "With K layers of n units there are about n to the power K paths, so nobody adds them one by one. Paths that end in the same unit "
        "share everything above it; adding up at each unit first, from the loss downwards, is back-propagation: the same sum, with brackets.",
        "若有 K 层、每层 n 个单元，路径约有 n 的 K 次方条，没有人会逐条相加。经过同一单元的路径在它之后的部分完全相同；"
        "从损失开始，先在每个单元处合并，再往前传，这就是误差逆传播：同一个和，只是提取了公因子。",
    ),
    # d-q-l
    "CR-2432": ("A d-q-l network with thresholds", "带阈值的 d-q-l 网络"),
    "CR-2433": (
        "Chinese textbooks subtract a threshold where others add a bias: the neuron fires when its sum exceeds θ. Nothing else changes, for θ is "
        "minus the bias; but every sign in front of it does, and so does the sign of its update.",
        "国内教材常从净输入中减去阈值，别处则加上偏置：总和超过 θ 时神经元才兴奋。二者只差一个负号，θ = −b；"
        "但凡是它出现的地方符号都要跟着变，更新式也不例外。",
    ),
    "CR-2434": (
        "These books also write the error signals positive, g = ŷ(1 − ŷ)(y − ŷ) and e = b(1 − b) Σ w g: minus the slope of the loss by the score. "
        "So weights grow by +η g b and thresholds by −η g.",
        "这些教材还把误差信号写成正的：g = ŷ(1 − ŷ)(y − ŷ)，e = b(1 − b) Σ w g，即损失对净输入的负导数。因此权值的增量是 +η g b，阈值的增量是 −η g。",
    ),
    "CR-2435": ("The same numbers in both spellings", "同一组数的两种写法"),
    "CR-2436": ("with thresholds", "阈值写法"),
    "CR-2437": ("with biases", "偏置写法"),
    "CR-2438": (
        "The numbers of a 2-2-2 network",
        "一个 2-2-2 网络的数",
    ),
    # example A
    "CR-2439": (
        "The 2-2-1 network with x = (0.35, 0.9), to the last digit",
        "x = (0.35, 0.9) 的 2-2-1 网络，算到最后一位",
    ),
    "CR-2440": (
        "This network without biases goes from post to post, mostly with rounded numbers and often with a mistake in the gradient. Here is the whole "
        "step: forward, loss, backward, update.",
        "这个不带偏置的小网络在许多文章间流传，多数用的是舍入过的数，梯度也常常有错。这里给出完整的一步：正向、损失、反向、更新。",
    ),
    "CR-2441": (
        "The first weights are a square table, so they can be read in two ways: a row per hidden unit, or a row per input. Nothing in the numbers says "
        "which; the first output does: {units:.6f} with a row per unit, {inputs:.6f} with a row per input. The posts mean a row per unit.",
        "第一层权值是方阵，可以有两种读法：一行是一个隐层单元，或一行是一个输入。数本身看不出来，输出却不同：按单元读是 {units:.6f}，"
        "按输入读是 {inputs:.6f}。这些文章指的是前者。",
    ),
    "CR-2442": ("v_1 after one step", "一步之后的 v_1"),
    "CR-2443": ("v_2 after one step", "一步之后的 v_2"),
    "CR-2444": ("E after one step", "一步之后的 E"),
    "CR-2445": (
        "delta cut to 0.0406, hidden outputs to 0.68 and 0.6637, before multiplying",
        "相乘之前 δ 截成 0.0406，隐层输出舍入为 0.68 和 0.6637",
    ),
    "CR-2446": ("back through output weights that were already updated", "误差经过已更新的输出层权值传回"),
    "CR-2447": (
        "delta (1, 2) met slopes (2, 1): broadcasting made a 2×2 table, and both units got the same step",
        "δ (1, 2) 与导数 (2, 1) 相乘，广播成了 2×2 的表，两个单元走了同一步",
    ),
    "CR-2448": (
        "the same wrong step, and the decimal point one place too far right",
        "同样的错误步，而且小数点右移了一位",
    ),
    "CR-2449": (
        "All of these still converge: a step that is roughly downhill is enough for the loss to fall. A falling loss proves nothing about the gradient; "
        "comparing it with a finite difference does, and `chainrule check` does that for your own code.",
        "这些算法最后都收敛了：只要大致是下坡，损失就会下降。所以损失下降不能证明梯度正确；与有限差分比较才行，"
        "`chainrule check` 就是替您的代码做这件事的。",
    ),
    # graphs
    "CR-2450": ("Computation graphs", "计算图"),
    "CR-2451": (
        "Write a formula as a graph of single operations. Values flow forward. Backward, each node gets the gradient of the node above times the "
        "slope of that one operation; where a node is used twice, both contributions are added.",
        "把公式写成由单个运算组成的图。数值正向流动；反向时，每个结点得到上方结点的梯度乘以这一步运算的导数；若一个结点被用了两次，两份贡献要相加。",
    ),
    "CR-2452": ("A product and a sum", "积与和"),
    "CR-2453": ("A gate that switches two inputs", "交换两个输入的乘法门"),
    "CR-2454": ("A neuron as a circuit", "把神经元看作电路"),
    "CR-2455": ("A maximum sends the gradient one way only", "取最大值时梯度只走一边"),
    "CR-2456": ("A longer expression with shared parts", "有公共部分的较长式子"),
    "CR-2457": (
        "Printed with two digits, a gradient of 0.1966 becomes 0.20, and twice it 0.4, where 0.39 is right: round at the end, never on the way.",
        "只印两位小数时，梯度 0.1966 写成 0.20，再乘 2 得 0.4，而正确的是 0.39：舍入要留到最后，不要在中途进行。",
    ),
    "CR-2459": ("gradient of {name}", "对 {name} 的梯度"),
    # relu + sigmoid + bce
    "CR-2460": ("ReLU, sigmoid and binary cross-entropy", "ReLU、sigmoid 与二元交叉熵"),
    "CR-2461": (
        "Cross-entropy after a sigmoid has the simplest delta there is: output minus target. The sigmoid's slope y(1 − y) stands below the fraction of the "
        "loss's slope and cancels. Multiplying by it again is a mistake that slows learning just where the network is most wrong.",
        "sigmoid 之后接交叉熵，δ 最为简单：输出减目标。sigmoid 的导数 y(1 − y) 正好与损失导数的分母相消。若再乘一遍就错了，而且恰恰在网络错得最厉害时学得最慢。",
    ),
    "CR-2462": (
        "A ReLU passes the delta where its score is positive and stops it elsewhere. Hidden unit 1 has a negative score here, so none of its weights moves.",
        "ReLU 在净输入为正处让 δ 原样通过，否则拦住。这里 1 号隐层单元的净输入为负，所以它的权值一个也不动。",
    ),
    # softmax
    "CR-2463": ("Softmax and cross-entropy", "softmax 与交叉熵"),
    "CR-2464": (
        "Softmax turns scores into shares that add up to 1, so each output depends on every score. Its slopes form a table, the Jacobian. Together with "
        "cross-entropy all of it collapses to delta = y − t.",
        "softmax 把净输入变成总和为 1 的份额，因此每个输出依赖所有净输入，导数排成一张表，即雅可比矩阵。与交叉熵合在一起，全部化简为 δ = y − t。",
    ),
    "CR-2465": (
        "Two mistakes are common: multiplying y − t by y(1 − y) once more, and keeping only the diagonal of the table. Both still learn, more slowly.",
        "常见的错误有两种：把 y − t 再乘一次 y(1 − y)，或者只保留那张表的对角线。两者都还能学，只是更慢。",
    ),
    "CR-2466": ("delta of each output", "各输出的 δ"),
    "CR-2467": ("output", "输出"),
    "CR-2468": ("slope applied twice", "导数多乘一次"),
    # Mazur
    "CR-2469": ("Mazur's 2-2-2 network", "Mazur 的 2-2-2 网络"),
    "CR-2470": (
        "Perhaps the most read worked example: two inputs, two hidden units, two outputs, a rate of 0.5, biases that are shared and not trained. Its "
        "gradients are right. The losses it prints afterwards are not.",
        "这也许是读者最多的算例：两个输入、两个隐层单元、两个输出，学习率 0.5，偏置共用且不训练。它的梯度是对的，但之后印出的损失不对。",
    ),
    "CR-2471": (
        "back through output weights that were already updated, in this one evaluation",
        "算这个损失时，误差经过了已更新的输出层权值",
    ),
    "CR-2472": ("E before", "更新前的 E"),
    "CR-2473": ("E after {count} steps", "{count} 步之后的 E"),
    "CR-2474": ("w_1 after one step", "一步之后的 w_1"),
    "CR-2475": ("w_5 after one step", "一步之后的 w_5"),
    # four rows
    "CR-2476": ("Four rows, five hidden units, a thousand steps", "四个样本、五个隐层单元、一千步"),
    "CR-2477": (
        "A 3-5-1 network without biases learns a table of four rows, all rows in every step. The listing this lesson comes from updates the output "
        "weights first and sends the error back through the new ones. Done in the right order the numbers differ from the first step on, and yet both "
        "end up at the same answers.",
        "一个不带偏置的 3-5-1 网络学习四行的小表，每步用全部样本。本课所依据的程序先更新输出层权值，再让误差经过新权值传回。按正确的次序做，"
        "从第一步起数就不同，但两者最后都得到同样的答案。",
    ),
    "CR-2478": (
        "Largest difference between the hidden gradients of the first step: {worst:.2g} of their size.",
        "第一步隐层梯度的最大差别：占其大小的 {worst:.2g}。",
    ),
    "CR-2479": ("target", "目标"),
    # eleven lines
    "CR-2480": ("Eleven lines of Python", "十一行 Python"),
    "CR-2481": (
        "A famous listing trains one sigmoid neuron with three inputs on four rows by 10 000 full steps of rate 1. It writes += with the error as target minus "
        "output, which is correct. What it prints as 'after training' was computed before the last of its updates, so 9 999 steps reproduce its digits.",
        "这段著名的程序用四个样本训练一个三输入的 sigmoid 神经元，学习率 1，全样本 10 000 步。它用 += 和“目标减输出”，这是对的。"
        "它最后印出的输出是在最后一次更新之前算的，所以 9 999 步才能得到同样的数字。",
    ),
    "CR-2482": ("output of row {row}", "第 {row} 行的输出"),
    # Han & Kamber
    "CR-2483": ("A textbook's 3-2-1 network, rate 0.9", "一本教材中的 3-2-1 网络，学习率 0.9"),
    "CR-2484": (
        "Han and Kamber work one row through a 3-2-1 network. Their θ is a bias, added to the sum, although other books use the same letter for a threshold that is "
        "subtracted: look at the formula, not at the letter. Every printed number is right, but for the last digit of one error.",
        "Han 与 Kamber 的教材用一行数据演算了 3-2-1 网络。书中的 θ 是加上去的偏置，而别的书用同一字母表示要减去的阈值：看公式，不要看字母。印出的数都正确，只有一个误差的末位除外。",
    ),
    "CR-2485": ("output of unit {unit}", "{unit} 号单元的输出"),
    "CR-2486": ("error of unit {unit} (minus delta)", "{unit} 号单元的误差（即 −δ）"),
    "CR-2487": ("w_{name} after the step", "更新后的 w_{name}"),
    "CR-2488": ("θ_{name} after the step", "更新后的 θ_{name}"),
    # copied
    "CR-2489": ("A 2-2-2 example that is copied with its mistake", "一个连错误一起被转载的 2-2-2 算例"),
    "CR-2490": (
        "This example is found in many posts. To get the error of a hidden unit it adds up the gradients of the weights that leave the unit, where each delta should be "
        "multiplied by the weight it travels along. All four gradients of the first layer then look alike.",
        "这个算例见于许多文章。它求隐层单元的误差时，把离开该单元的权值的梯度相加；而正确的做法是让每个 δ 乘以它所经过的权值。结果第一层的四个梯度看上去都一样。",
    ),
    "CR-2491": ("gradient of w1_{place}", "w1_{place} 的梯度"),
    "CR-2492": ("weight gradients summed where delta·w belongs", "该用 δ·w 处把权值的梯度加了起来"),
    "CR-2493": (
        "Two of the four even have the wrong sign: this step goes uphill along them. The target −0.07 cannot be reached by a sigmoid either; the loss can fall but never to 0.",
        "四个中有两个连符号都错了：沿它们走是上坡。而且目标 −0.07 是 sigmoid 到不了的，损失会下降，但永远到不了 0。",
    ),
    # surface
    "CR-2501": ("The error surface of one neuron, and three ways down", "单个神经元的误差曲面与三条下山路"),
    "CR-2502": (
        "A neuron with one weight and one bias has a loss for every pair (w, b): a landscape. Lines join points of equal loss. Gradient descent walks at right angles to "
        "them, and the rate says how far.",
        "只有一个权值和一个偏置的神经元，对每一对 (w, b) 都有一个损失，构成一片地形。等高线把损失相同的点连起来。梯度下降沿着与等高线垂直的方向走，学习率决定步长。",
    ),
    "CR-2503": (
        "Rate {slow:g} is slow: after {count} steps it is still on the way. Rate {good:g} arrives in about ten. Rate {high:g} jumps across the valley again and again: "
        "a step that is larger than 2 divided by the curvature lands higher on the other side.",
        "学习率 {slow:g} 太慢，{count} 步后仍在半路；{good:g} 大约十步就到；{high:g} 在谷底两侧来回跳：步长超过 2 除以曲率时，会落到对面更高的地方。",
    ),
    "CR-2504": ("The landscape", "地形"),
    "CR-2505": (
        "E at the minimum: {low:.5f}, at w = {w:.4f}, b = {b:.4f}.",
        "最小值 E = {low:.5f}，位于 w = {w:.4f}，b = {b:.4f}。",
    ),
    "CR-2506": ("slow, rate {rate:g}", "太慢，学习率 {rate:g}"),
    "CR-2507": ("good, rate {rate:g}", "合适，学习率 {rate:g}"),
    "CR-2508": ("oscillating, rate {rate:g}", "振荡，学习率 {rate:g}"),
    "CR-2509": ("E along the way", "沿途的 E"),
    "CR-2510": (
        "Digits: height from 0 (lowest) to 9; o start, s slow, g good, x oscillating, * minimum.",
        "数字：高度，0 最低、9 最高；o 起点，s 太慢，g 合适，x 振荡，* 最小值。",
    ),
    "CR-2511": (
        "Steepest curvature at the minimum: {curvature:.3f}; rates above 2/{curvature:.3f} = {limit:.2f} do not settle there.",
        "最小值处最大的曲率为 {curvature:.3f}；学习率超过 2/{curvature:.3f} = {limit:.2f} 就停不到那里。",
    ),
    # minima
    "CR-2512": ("Local minima", "局部极小"),
    "CR-2513": (
        "Even one neuron with one weight can have two valleys. The squared loss of a saturated sigmoid is flat, so each row of the table has a say only near the weights "
        "where it is not saturated; rows that disagree dig separate valleys.",
        "哪怕只有一个权值的神经元也会有两个谷。sigmoid 饱和时平方损失是平的，每个样本只在自己未饱和的那段权值上有发言权；意见不合的样本就各挖各的谷。",
    ),
    "CR-2514": ("Gradient descent ends in the valley it starts in:", "梯度下降停在出发时所在的谷里："),
    "CR-2515": ("start w", "起点 w"),
    "CR-2516": ("end w", "终点 w"),
    "CR-2517": ("The loss along w", "损失随 w 的变化"),
    "CR-2518": (
        "What helps: several starts, of which the best is kept; noise from small batches; a loss that does not flatten, such as cross-entropy, which for one neuron has a "
        "single valley.",
        "对策：多取几个起点，留下最好的；用小批量带来的噪声；或换一个不会变平的损失，如交叉熵，对单个神经元它只有一个谷。",
    ),
    "CR-2519": (
        "E(w): each column is a weight from {low:g} to {high:g}; higher is worse.",
        "E(w)：每列是一个权值，从 {low:g} 到 {high:g}；越高越差。",
    ),
    # threshold
    "CR-2520": ("What a threshold does", "阈值的作用"),
    "CR-2521": (
        "Without a threshold the sum is 0 where all inputs are 0, and a sigmoid says 0.5 there whatever its weights are. The threshold moves the place where the "
        "neuron changes its mind: for one input to x = θ/w.",
        "没有阈值时，输入全为 0 则净输入为 0，sigmoid 必定输出 0.5，权值再变也没用。阈值移动了神经元“改变主意”的位置：只有一个输入时，它在 x = θ/w。",
    ),
    "CR-2522": ("x where y = 0.5", "y = 0.5 处的 x"),
    "CR-2523": ("AND, learned with and without", "有无阈值时学习“与”运算"),
    "CR-2524": ("inputs", "输入"),
    "CR-2525": ("without a threshold", "无阈值"),
    "CR-2526": ("with a threshold", "有阈值"),
    "CR-2527": (
        "Trained alike for {count} steps. Without a threshold the row (0, 0) cannot leave 0.5, and the others, two of which pull against one, stay there too; with it all four rows come out right.",
        "同样训练 {count} 步。没有阈值时，(0, 0) 这一行离不开 0.5，其余三行两行向下、一行向上，也停在那里；有了阈值，四行都对。",
    ),
    "CR-2528": ("threshold θ", "阈值 θ"),
    "CR-2530": (
        "the loss of the last forward pass, before the last of the updates",
        "最后一次正向计算时的损失，此时还差最后一次更新",
    ),
    "CR-2529": ("the output was rounded to 0.474 before multiplying", "相乘之前先把输出舍入成了 0.474"),
    "CR-2531": ("The mistakes that are made most, and their numbers", "最常见的错误及其数值"),
    "CR-2532": (
        "Back-propagation with a mistake in it often converges all the same, so nobody notices. `chainrule check` knows {count} "
        "mistakes: it computes the gradient each of them would give, and names the one whose numbers are yours.",
        "含有错误的误差逆传播往往照样收敛，因此没有人察觉。`chainrule check` 认识 {count} 种错误：它算出每种错误会给出的梯度，并指出与您的数值一致的那一种。",
    ),
    "CR-2533": (
        "Each mistake is made in one {net} sigmoid network with three rows and ½Σ(y − t)², where it can be made there, and the "
        "gradient it moves most is shown: the right number, then the wrong one.",
        "凡是能在同一个 {net} 的 sigmoid 网络（三个样本，½Σ(y − t)²）中犯下的错误，都给出变化最大的那个梯度：先是正确的数，后是错误的数。",
    ),
    "CR-2534": ("Right → wrong: {moved}", "正确 → 错误：{moved}"),
    "CR-2535": ("What is no mistake", "哪些不是错误"),
    "CR-2538": (
        "'+=' with t − y instead of '-=' with y − t is a convention and never a fault; ½, 2, 1/n and 1/(n·l) are the loss "
        "chosen, and are named.",
        "用 t − y 加“+=”，或用 y − t 加“-=”，只是约定，不是错误；½、2、1/n 和 1/(n·l) 是所选的损失，会予以说明。",
    ),
}
