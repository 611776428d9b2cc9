"""The sentences of `check`: 28xx the known mistakes (name, what happened, how to mend it), 29xx the report around them."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-2850": (
        "The weights were updated before being used to back-propagate (layer {layer})\n"
        "The delta of layer {below} was computed with the weights of layer {layer} after their update. The chain rule needs "
        "the weights of the forward pass.\n"
        "Mend: compute the deltas of all layers first, then update all weights.",
        "权值在反向传播之前就被更新了（第 {layer} 层）\n"
        "计算第 {below} 层的 δ 时用的是第 {layer} 层更新之后的权值；链式法则要求使用正向计算时的权值。\n"
        "改正：先算出所有层的 δ，再更新所有权值。",
    ),
    "CR-2851": (
        "The slope f′ is missing in the delta of layer {layer}\n"
        "What comes back from above is the error of the outputs; the delta of layer {layer} is that times f′(s).\n"
        "Mend: multiply by the slope of the layer's activation.",
        "第 {layer} 层的 δ 缺少激活函数的导数 f′\n"
        "从上一层传回来的是输出的误差；第 {layer} 层的 δ 还要乘以 f′(s)。\n"
        "改正：乘上该层激活函数的导数。",
    ),
    "CR-2852": (
        "The slope f′ is applied twice in layer {layer}\nThe delta of layer {layer} holds f′(s)² instead of f′(s).\n"
        "Mend: multiply by the slope once.",
        "第 {layer} 层的导数 f′ 乘了两次\n第 {layer} 层的 δ 中出现了 f′(s)²，应为 f′(s)。\n改正：导数只乘一次。",
    ),
    "CR-2853": (
        "The output's slope is applied a second time (layer {layer})\n"
        "Softmax or sigmoid with cross-entropy has the delta y − t: the slope is already in it.\n"
        "Mend: leave the slope out: delta = y − t.",
        "输出层的导数被重复乘了一次（第 {layer} 层）\n"
        "softmax 或 sigmoid 配交叉熵时 δ = y − t，导数已包含在内。\n改正：去掉导数，δ = y − t。",
    ),
    "CR-2854": (
        "Softmax is treated as if each output had its own slope (layer {layer})\n"
        "y(1 − y) is only the diagonal of softmax's Jacobian; every output depends on every score.\n"
        "Mend: delta = y·(dy − Σ dy·y), the sum over the outputs of a row.",
        "把 softmax 当作逐元素的函数求导（第 {layer} 层）\n"
        "y(1 − y) 只是 softmax 雅可比矩阵的对角线；每个输出依赖所有净输入。\n"
        "改正：δ = y·(dy − Σ dy·y)，对同一行的输出求和。",
    ),
    "CR-2855": (
        "The slope of layer {layer} is taken at the net input instead of the output\n"
        "The formula is written for the output y, such as y(1 − y), but got the score s.\n"
        "Mend: give it the layer's output.",
        "第 {layer} 层的导数取在净输入处，而不是输出处\n"
        "该公式是用输出 y 写的，例如 y(1 − y)，代入的却是净输入 s。\n改正：代入该层的输出。",
    ),
    "CR-2856": (
        "The slope of layer {layer} is taken at the output instead of the net input\n"
        "The formula f′ is written for the score s, but got the output y: f′(f(s)).\n"
        "Mend: give it the score, or use the formula in y.",
        "第 {layer} 层的导数取在输出处，而不是净输入处\n"
        "f′ 是用净输入 s 写的，代入的却是输出 y，成了 f′(f(s))。\n改正：代入净输入，或改用以 y 表示的公式。",
    ),
    "CR-2857": (
        "Half of the slope is missing in layer {layer}: y in place of y(1 − y)\n"
        "The delta of layer {layer} was multiplied by y alone.\nMend: multiply by (1 − y) too.",
        "第 {layer} 层的导数只写了一半：y 而不是 y(1 − y)\n第 {layer} 层的 δ 只乘了 y。\n改正：再乘 (1 − y)。",
    ),
    "CR-2858": (
        "The slope of another function is used in layer {layer}\n"
        "Forwards the layer computes one activation, backwards the slope of another one is taken.\n"
        "Mend: use the slope that belongs to the layer's activation.",
        "第 {layer} 层用了另一个函数的导数\n正向用的是一种激活函数，反向却用了另一种函数的导数。\n"
        "改正：使用该层激活函数自己的导数。",
    ),
    "CR-2859": (
        "The slope (or relu mask) in layer {layer} is that of another layer\n"
        "The delta of layer {layer} was multiplied by the slope of a neighbouring layer.\n"
        "Mend: use the outputs of the layer itself.",
        "第 {layer} 层的导数（或 relu 掩码）取自另一层\n第 {layer} 层的 δ 乘的是相邻层的导数。\n改正：使用本层自己的输出。",
    ),
    "CR-2860": (
        "The relu mask of layer {layer} looks at the gradient instead of the score\n"
        "Where the gradient is negative it was set to 0; relu asks where the score is negative.\n"
        "Mend: set the gradient to 0 where the layer's score is ≤ 0.",
        "第 {layer} 层的 relu 掩码看的是梯度，而不是净输入\n"
        "梯度为负的地方被置 0；relu 应看净输入是否为负。\n改正：在净输入 ≤ 0 处把梯度置 0。",
    ),
    "CR-2861": (
        "The weights of layer {layer} are transposed on the way back\n"
        "The same orientation of the weights was used forwards and backwards, or the matrix was reshaped "
        "where it has to be transposed.\nMend: use the transpose of the matrix of the forward pass.",
        "反向时第 {layer} 层的权值矩阵转置有误\n"
        "正向和反向用了同一方向的权值矩阵，或用 reshape 代替了转置。\n改正：使用正向矩阵的转置。",
    ),
    "CR-2862": (
        "The gradient of the weights of layer {layer} is transposed\n"
        "Rows and columns are exchanged: the product of input and delta is the wrong way round.\n"
        "Mend: exchange the factors of the outer product.",
        "第 {layer} 层权值的梯度被转置\n行与列互换了：输入与 δ 的乘积方向相反。\n改正：交换外积的两个因子。",
    ),
    "CR-2863": (
        "Shapes that do not belong together were broadcast in layer {layer}\n"
        "A row met a column, and NumPy made a matrix of all products without an error: delta·w and slope of "
        "different units are mixed. That is a broadcast such as (1,2)·(2,1) where (2,1)·(2,1) is needed.\n"
        "Mend: give both the same shape: multiply the transposed weights by the delta, so that each unit has its own.",
        "第 {layer} 层发生了形状不符的广播\n"
        "行与列相乘时，NumPy 不报错而生成所有乘积的矩阵，不同单元的 δ·w 与导数混在一起："
        "例如 (1,2)·(2,1)，而应为 (2,1)·(2,1)。\n"
        "改正：使两者形状相同：用转置后的权值乘 δ，每个单元各得其值。",
    ),
    "CR-2864": (
        "The targets were broadcast against the outputs\n"
        "Targets of shape (n,) against outputs (n, 1) compare every output with every target.\n"
        "Mend: reshape the targets to (n, 1).",
        "目标值与输出之间发生了广播\n形状 (n,) 的目标值与 (n, 1) 的输出相减，使每个输出与所有目标值比较。\n"
        "改正：把目标值的形状改为 (n, 1)。",
    ),
    "CR-2865": (
        "Weight gradients are summed where delta·w belongs (layer {layer})\n"
        "What goes back to layer {below} is Σ delta·w over the outputs; here the gradients of the weights of layer {layer} "
        "were summed, so the weights themselves play no part.\n"
        "Mend: multiply each delta of layer {layer} by its weight, and sum.",
        "在应当用 δ·w 的地方把权值的梯度相加（第 {layer} 层）\n"
        "传回第 {below} 层的应是对输出求和的 Σ δ·w；这里却把第 {layer} 层权值的梯度相加，权值本身没有参与。\n"
        "改正：把第 {layer} 层的每个 δ 乘以对应的权值后求和。",
    ),
    "CR-2866": (
        "The weights of layer {layer} are left out on the way back\n"
        "The deltas of layer {layer} were summed without being multiplied by the weights.\n"
        "Mend: what goes back to layer {below} is Σ delta·w.",
        "反向时漏掉了第 {layer} 层的权值\n第 {layer} 层的 δ 没有乘权值就直接相加。\n改正：传回第 {below} 层的是 Σ δ·w。",
    ),
    "CR-2867": (
        "The weights of the wrong layer are used on the way back\n"
        "The delta of layer {layer} was multiplied by the weights of layer {below}.\n"
        "Mend: use the weights between layers {below} and {layer}, those of layer {layer}.",
        "反向时用错了层的权值\n第 {layer} 层的 δ 乘的是第 {below} 层的权值。\n"
        "改正：应使用第 {below} 层与第 {layer} 层之间的权值，即第 {layer} 层的权值。",
    ),
    "CR-2868": (
        "The error goes back instead of the delta (layer {layer})\n"
        "What was multiplied by the weights of layer {layer} is the error before the slope; it has to be the delta.\n"
        "Mend: back-propagate the delta, error times slope.",
        "反向传播的是误差而不是 δ（第 {layer} 层）\n与第 {layer} 层权值相乘的是未乘导数的误差，应当是 δ。\n"
        "改正：传播 δ，即误差乘以导数。",
    ),
    "CR-2869": (
        "The gradient of layer {layer} is made with the error instead of the delta\n"
        "Its slope is missing in the weights' gradient alone; further back the delta is right.\n"
        "Mend: multiply the layer's input by its delta.",
        "第 {layer} 层的梯度用的是误差而不是 δ\n只有该层权值的梯度缺少导数；再往前的 δ 是对的。\n改正：用该层的输入乘以该层的 δ。",
    ),
    "CR-2870": (
        "The gradient of layer {layer} uses the net input of layer {below} instead of its output\n"
        "The weights of layer {layer} were fed the output f(s) of layer {below}; their gradient has to use that too.\n"
        "Mend: multiply the delta by the output, not by the score.",
        "第 {layer} 层的梯度用了第 {below} 层的净输入，而不是输出\n"
        "第 {layer} 层的权值正向时乘的是第 {below} 层的输出 f(s)，梯度也应当用它。\n改正：用输出而不是净输入乘以 δ。",
    ),
    "CR-2871": (
        "The gradient of layer {layer} uses the outputs of the wrong layer\n"
        "It has to be the product of the delta and what entered layer {layer} in the forward pass.\n"
        "Mend: use the output of layer {below}.",
        "第 {layer} 层的梯度用了错误层的输出\n它应是 δ 与正向时进入第 {layer} 层的值的乘积。\n改正：使用第 {below} 层的输出。",
    ),
    "CR-2872": (
        "Layer {layer} uses activations of the step before\n"
        "The values kept by the forward pass are stale: they belong to older weights or rows.\n"
        "Mend: run the forward pass again before each backward pass.",
        "第 {layer} 层使用了上一步的激活值\n正向保留的数值已过时，属于旧的权值或旧的数据行。\n改正：每次反向之前重新做一次正向计算。",
    ),
    "CR-2873": (
        "The loss itself goes back instead of its slope\n"
        "Back-propagation begins with ∂E/∂y; here it began with the value of E.\n"
        "Mend: for squared error begin with y − t.",
        "反向传播的起点是损失函数的值，而不是其导数\n反向传播从 ∂E/∂y 开始；这里用的是 E 的值。\n改正：平方误差从 y − t 开始。",
    ),
    "CR-2874": (
        "Only the last row counts in the gradient of layer {layer}\nThe other rows of the batch are overwritten or dropped.\n"
        "Mend: sum over all rows.",
        "第 {layer} 层的梯度只用了最后一行数据\n同一批的其他行被覆盖或丢弃。\n改正：对所有行求和。",
    ),
    "CR-2875": (
        "The bias of layer {layer} has no gradient\nIt takes part in the forward pass but is never changed.\n"
        "Mend: its gradient is the sum of the layer's deltas over the rows.",
        "第 {layer} 层的阈值（偏置）没有梯度\n它参与正向计算，却从不更新。\n改正：其梯度是该层 δ 对各行之和。",
    ),
    "CR-2876": (
        "The bias gradient of layer {layer} is not summed over the rows\n"
        "Each row has its own delta; one bias serves them all.\n"
        "Mend: sum the deltas over the rows, axis 0 where rows are samples.",
        "第 {layer} 层阈值（偏置）的梯度没有对各行求和\n每行有自己的 δ，而它们共用一个阈值。\n"
        "改正：对各行求和；样本为行时沿 axis 0。",
    ),
    "CR-2877": (
        "The bias gradient of layer {layer} is summed over the units too\n"
        "All units got the same number: the sum ran over the whole matrix.\nMend: sum over the rows alone (axis=0).",
        "第 {layer} 层阈值（偏置）的梯度把各单元也加在了一起\n所有单元得到同一个数：求和遍及整个矩阵。\n"
        "改正：只对各行求和（axis=0）。",
    ),
    "CR-2878": (
        "Dropout's mask is missing on the way back (in front of layer {layer})\n"
        "Units that were 0 forwards got a gradient.\n"
        "Mend: multiply by the same mask and the same 1/(1 − p) as forwards.",
        "反向时缺少 dropout 掩码（第 {layer} 层之前）\n正向时为 0 的单元得到了梯度。\n"
        "改正：乘以与正向相同的掩码和相同的 1/(1 − p)。",
    ),
    "CR-2879": (
        "Dropout's scale is missing on the way back (in front of layer {layer})\n"
        "Forwards the kept values are divided by 1 − p, backwards only the mask was applied.\n"
        "Mend: divide the gradient by 1 − p too.",
        "反向时缺少 dropout 的缩放（第 {layer} 层之前）\n正向时保留的值除以了 1 − p，反向只乘了掩码。\n"
        "改正：梯度也要除以 1 − p。",
    ),
    "CR-2880": (
        "The sign of layer {layer} is turned round\nThis gradient points the other way than those of the other layers: "
        "the step climbs where it should go down.\nMend: turn the sign of the layer's delta or update.",
        "第 {layer} 层的符号反了\n该梯度与其他层方向相反：应当下降却在上升。\n改正：把该层 δ 或更新的符号反过来。",
    ),
    "CR-2881": (
        "The weights of layer {layer} never move\nThey take part in the forward pass, but their step is 0.\n"
        "Mend: update them too, unless they are meant to be fixed.",
        "第 {layer} 层的权值从不更新\n它们参与正向计算，但更新量为 0。\n改正：除非有意固定，否则也要更新。",
    ),
    "CR-2882": (
        "Sum for mean (layer {layer})\nThis gradient is a sum over the rows where the loss or the other layers have the mean: "
        "it is n times too large.\nMend: divide by the number of rows.",
        "该用平均却用了求和（第 {layer} 层）\n损失函数或其他层取平均，该梯度却是各行之和，大了 n 倍。\n改正：除以行数。",
    ),
    "CR-2883": (
        "Mean for sum (layer {layer})\nThis gradient is a mean over the rows where the loss or the other layers have the sum: "
        "it is n times too small.\nMend: do not divide by the number of rows, or divide everywhere.",
        "该用求和却用了平均（第 {layer} 层）\n损失函数或其他层取求和，该梯度却取了平均，小了 n 倍。\n改正：不要除以行数，或处处都除。",
    ),
    "CR-2884": (
        "2 for 1, or 1 for ½ (layer {layer})\nThis gradient is twice that of the loss or of the other layers.\n"
        "Mend: the slope of ½(y − t)² is y − t, that of (y − t)² is 2(y − t): use the same everywhere.",
        "系数大了一倍（第 {layer} 层）\n该梯度是损失函数或其他层所要求的两倍。\n"
        "改正：½(y − t)² 的导数是 y − t，(y − t)² 的导数是 2(y − t)，处处要一致。",
    ),
    "CR-2885": (
        "1 for 2, or ½ for 1 (layer {layer})\nThis gradient is half of that of the loss or of the other layers.\n"
        "Mend: the slope of ½(y − t)² is y − t, that of (y − t)² is 2(y − t): use the same everywhere.",
        "系数小了一半（第 {layer} 层）\n该梯度是损失函数或其他层所要求的一半。\n"
        "改正：½(y − t)² 的导数是 y − t，(y − t)² 的导数是 2(y − t)，处处要一致。",
    ),
    "CR-2886": (
        "The learning rate is applied twice (layer {layer})\nThe step of these weights holds the rate squared.\n"
        "Mend: multiply by the rate once, in the update.",
        "学习率乘了两次（第 {layer} 层）\n这些权值的更新量中含有学习率的平方。\n改正：只在更新时乘一次学习率。",
    ),
    "CR-2887": (
        "The regularization is missing in the gradient (layer {layer})\n"
        "The loss holds a penalty on these weights, their gradient does not.\nMend: add λ·w to the gradient.",
        "梯度中缺少正则化项（第 {layer} 层）\n损失函数中含有这些权值的惩罚项，梯度中却没有。\n改正：在梯度中加上 λ·w。",
    ),
    "CR-2888": (
        "The bias is regularized (layer {layer})\nThe penalty belongs to the weights; the loss has none on the biases.\n"
        "Mend: leave the biases out of the penalty's gradient.",
        "对阈值（偏置）也做了正则化（第 {layer} 层）\n惩罚项只针对权值；损失函数对阈值没有惩罚。\n改正：惩罚项的梯度不要包含阈值。",
    ),
    "CR-2889": (
        "The regularization in the gradient has another scale than in the loss (layer {layer})\n"
        "The gradient holds {found}·w, the loss asks for {wanted}·w: a 1/n, ½ or 2 belongs to one and not to the other.\n"
        "Mend: give the penalty the same constants in both.",
        "梯度中正则化项的系数与损失函数不一致（第 {layer} 层）\n"
        "梯度中为 {found}·w，损失函数要求 {wanted}·w：一处有 1/n、½ 或 2，另一处没有。\n改正：两处使用相同的系数。",
    ),
    "CR-2890": (
        "A fault that is none of the known mistakes (layer {layer})\n"
        "The gradients above layer {layer} agree with the truth, those of layer {layer} do not. No known mistake, alone or "
        "together with a second one, gives exactly these numbers.\n"
        "Mend: compare the delta of layer {layer} with delta = (W·delta of the layer above) ∘ f′(s).",
        "不属于已知错误的差错（第 {layer} 层）\n"
        "第 {layer} 层以上的梯度与正确值一致，第 {layer} 层不一致。已知错误无论单独还是两个一起，都不能给出这些数。\n"
        "改正：把第 {layer} 层的 δ 与 δ = W·δ′ ∘ f′(s) 对照，δ′ 为上一层的 δ。",
    ),
    "CR-2891": (
        "The step goes uphill\nEvery gradient is right, but the weights move with it instead of against it: the error "
        "grows.\nMend: turn the sign of the update or of the error, one of the two.",
        "更新方向是上坡\n所有梯度都正确，但权值沿梯度方向移动，误差会变大。\n改正：把更新或误差的符号反过来，二者之一。",
    ),
    "CR-2892": (
        "The whole gradient is {ratio} times that of the loss\n"
        "Its direction is right in every layer, its size contradicts the loss.\n"
        "Mend: the constants of the loss (½, 2, 1/n) have to be the same in the gradient.",
        "整个梯度是损失函数梯度的 {ratio} 倍\n各层方向都正确，但大小与损失函数矛盾。\n"
        "改正：损失函数中的常数（½、2、1/n）在梯度中也要相同。",
    ),
    "CR-2893": (
        "The slope of layer {layer} is taken at what dropout left of its output\n"
        "Dropout changed and scaled the output before the slope was taken, so y(1 − y) is not that of the activation, and the "
        "scale 1/(1 − rate) is missing on the way back.\n"
        "Mend: keep the output before dropout for the slope, and multiply what comes back by the same mask and scale.",
        "第 {layer} 层的导数取在 dropout 之后的输出处\n"
        "求导之前输出已被 dropout 置零并放大，y(1 − y) 已不是激活函数的导数，反向时也缺少系数 1/(1 − rate)。\n"
        "改正：用 dropout 之前的输出求导，并把传回的量乘上同一个掩码和系数。",
    ),
    # the report
    "CR-2901": (
        "The listing did not run as it stands; it was repaired like this:",
        "该代码按原样不能运行，已作如下修复：",
    ),
    "CR-2902": ("Network: {shape} ({net}).", "网络：{shape}（{net}）。"),
    "CR-2903": ("agrees with the chain rule", "与链式法则一致"),
    "CR-2904": ("WRONG", "错误"),
    "CR-2905": (
        "Nothing found: every gradient agrees with the truth.",
        "未发现错误：所有梯度都与正确值一致。",
    ),
    "CR-2906": ("{number}. {name}", "{number}. {name}"),
    "CR-2907": ("Corrected:", "改正后："),
    "CR-2908": (
        "Other mistakes give exactly the same numbers here and cannot be told apart: {others}.",
        "以下错误在此给出完全相同的数，无法区分：{others}。",
    ),
    "CR-2909": ("entry|yours|true|difference|ratio", "位置|您的值|正确值|差|比值"),
    "CR-2910": (
        "x has shape {x} and t has shape {t}; both must be arrays of numbers with one row (or one column) per sample.",
        "x 的形状为 {x}，t 的形状为 {t}；二者都应为数值数组，每个样本一行（或一列）。",
    ),
    "CR-2911": (
        "The weights {shapes} make no network from {inputs} inputs to {outputs} outputs; give them layer by layer, each "
        "bias after its weights.",
        "权值 {shapes} 不能组成从 {inputs} 个输入到 {outputs} 个输出的网络；请逐层给出，偏置紧跟在权值之后。",
    ),
    "CR-2912": (
        "{count} activations were given for {layers} layers; give one name, or one per layer.",
        "给出了 {count} 个激活函数，而网络有 {layers} 层；请给一个名称，或每层一个。",
    ),
    "CR-2913": (
        "Give exactly one of gradient=, step=, gradients=, after=, loss_after= or a file; given: {given}.",
        "gradient=、step=、gradients=、after=、loss_after= 或文件，必须且只能给出一个；现给出：{given}。",
    ),
    "CR-2914": ("'{argument}' is needed for this.", "此处需要参数“{argument}”。"),
    "CR-2915": ("Your function {name} raised {kind}: {text}", "您的函数 {name} 抛出了 {kind}：{text}"),
    "CR-2916": (
        "Your function {name} returned {got}; wanted is the gradients in the form of the weights ({wanted} arrays), alone or "
        "in a pair with the loss.",
        "您的函数 {name} 返回了 {got}；应按权值的形式返回梯度（{wanted} 个数组），可与损失组成一对。",
    ),
    "CR-2917": ("Your {name} holds NaN or infinity.", "您的 {name} 含有 NaN 或无穷大。"),
    "CR-2918": (
        "The file {file} is too long (its length is {lines}) or no text; at most {limit} characters are read.",
        "文件 {file} 过长（长度 {lines}）或不是文本；最多读取 {limit} 个字符。",
    ),
    "CR-2919": (
        "Line {line} of {file} is no Python that could be repaired: {text}",
        "{file} 第 {line} 行不是可修复的 Python 代码：{text}",
    ),
    "CR-2920": (
        "The listing ran longer than {seconds:g} s before its first steps could be seen; it was stopped.",
        "该代码在 {seconds:g} 秒内没有完成最初几步，已被终止。",
    ),
    "CR-2921": (
        "The listing ended with {kind} in line {line}: {text}",
        "该代码在第 {line} 行以 {kind} 结束：{text}",
    ),
    "CR-2922": (
        "The listing was ended by the system ({reason}); it may use at most {memory} MB of memory.",
        "该代码被系统终止（{reason}）；内存上限为 {memory} MB。",
    ),
    "CR-2923": (
        "No weights were found: no array that is used in a product and changed step by step, and no number that is replaced by "
        'itself minus its gradient. Put this into the file instead of the loop, and it is checked: NET = {{"weights": '
        '[W1, b1, W2, b2], "x": x, "t": t}} and a function gradient(weights, x, t) that returns the gradients in the same '
        'form; "activations" and "loss" in NET where they are not sigmoid and squared.',
        '没有找到权值：既没有参与矩阵乘积并逐步改变的数组，也没有逐步减去自身梯度的数。可以在文件中不写循环，而写 NET = {{"weights": '
        '[W1, b1, W2, b2], "x": x, "t": t}} 以及函数 gradient(weights, x, t)，按同样的形式返回梯度；若激活函数不是 sigmoid、'
        '误差不是平方误差，再在 NET 中给出 "activations" 和 "loss"，即可检查。',
    ),
    "CR-2924": (
        "No forward pass was recognized: the weights {names} change, but no chain of f(x·W) with a known activation leads "
        "through them to an output that is compared with a target. Put this into the file instead of the loop, and it is "
        'checked: NET = {{"weights": [W1, b1, W2, b2], "x": x, "t": t, "activations": ["tanh", "sigmoid"]}} and a '
        "function gradient(weights, x, t) that returns the gradients in the same form.",
        "没有识别出正向计算：权值 {names} 在改变，但找不到由已知激活函数构成的 f(x·W) 链通向与目标值比较的输出。可以在文件中不写循环，而写 "
        'NET = {{"weights": [W1, b1, W2, b2], "x": x, "t": t, "activations": ["tanh", "sigmoid"]}} 以及函数 '
        "gradient(weights, x, t)，按同样的形式返回梯度，即可检查。",
    ),
    "CR-2926": (
        "Not decided: the output layer's step already is none of the gradients of a usual loss, so the update rule or the "
        "loss is one that check does not know.",
        "未能判定：输出层的更新量就已不是任何常见损失函数的梯度，所用的更新规则或损失函数是 check 不认识的。",
    ),
    "CR-2927": (
        "The listing was observed for its first {steps} steps ({rows} rows each).",
        "观察了该代码的前 {steps} 步（每步 {rows} 行）。",
    ),
    "CR-2928": (
        "Loss chosen, read off the size of the gradient: E = {loss}.",
        "由梯度的大小可知所选损失函数：E = {loss}。",
    ),
    "CR-2929": (
        "The gradient is {kappa:.6g} times that of {loss}, alike in all layers: a matter of the learning rate.",
        "各层梯度都是 {loss} 的 {kappa:.6g} 倍：属于学习率的选择。",
    ),
    "CR-2930": (
        "The function returns the negative gradient (descent direction, t − y with '+='): a convention.",
        "函数返回的是负梯度（下降方向，t − y 配 '+='）：只是约定。",
    ),
    "CR-2931": ("The step contains weight decay: {rho:.6g}·w.", "更新中含有权值衰减：{rho:.6g}·w。"),
    "CR-2932": (
        "The step contains momentum: {mu:.6g} × the step before.",
        "更新中含有动量：{mu:.6g} × 上一步的更新。",
    ),
    "CR-2933": (
        "The layers move at different rates (ratio {ratios}); the direction of each is right.",
        "各层的学习率不同（比值 {ratios}）；各层方向都正确。",
    ),
    "CR-2934": (
        "The updates are not plain gradient descent, but the gradients computed in the listing are right: {names}.",
        "更新不是普通的梯度下降，但代码中计算的梯度正确：{names}。",
    ),
    "CR-2935": (
        "y − t at a sigmoid output is the delta of binary cross-entropy. If squared error was meant, the slope is missing "
        "there.",
        "sigmoid 输出层的 δ = y − t 属于二元交叉熵；若本意是平方误差，则此处缺少导数。",
    ),
    "CR-2936": (
        "The weights were read as rows={rows}; both shapes fit, so say rows if that is not meant.",
        "权值按“rows={rows}”读取；两种形状都合适，若非此意请指定参数“rows”。",
    ),
    "CR-2937": (
        "The numbers agree if the activations are {activations} and the loss is {loss}: say so, if that is meant.",
        "若激活函数为 {activations}、损失函数为 {loss}，则各数一致；如果本意如此，请指定。",
    ),
    "CR-2938": ("Cannot read {file}: {text}", "无法读取 {file}：{text}"),
    "CR-2939": (
        "{setting} = {value} is not possible here; wanted: {wanted}.",
        "此处不能取 {setting} = {value}；应为：{wanted}。",
    ),
    "CR-2940": ("Biases are penalized too: {rho:.6g}·b.", "阈值（偏置）也有惩罚项：{rho:.6g}·b。"),
    "CR-2942": (
        "A listing runs here in a child process with a time and a memory limit; this system has no such limits, "
        "so nothing was run.",
        "代码在限时、限内存的子进程中运行；本系统没有这种限制，因此没有运行。",
    ),
    "CR-2943": (
        "The thresholds were read as s = x·w − θ.",
        "阈值按 s = x·w − θ 读取。",
    ),
    "CR-2944": (
        "check your own NumPy back-propagation: which gradient is wrong, and which known mistake it is",
        "检查您自己写的 NumPy 反向传播：哪个梯度有错，是哪一种已知错误",
    ),
    "CR-2945": ("seconds the script may run (20)", "脚本最多运行的秒数（20）"),
    "CR-2946": ("memory the script may use, in MB (2048)", "脚本最多使用的内存，单位 MB(2048)"),
    "CR-2947": (
        "FILE.py is run as it stands, in a process with limits, and its first steps are observed; Python 2 and lost "
        "indentation are repaired first, and the repair is shown.\n"
        'Instead of a loop it may define NET = {{"weights": [W1, b1, W2, b2], "x": x, "t": t, "activations": …, '
        '"loss": …}} and gradient(weights, x, t) or step(weights, x, t).\n'
        "Exit code: 0 nothing found, 2 the file cannot be read or run, 3 a fault found, 4 not decided.",
        "FILE.py 在限时、限内存的进程中按原样运行，并观察其最初几步；Python 2 语法和丢失的缩进会先行修复并显示。\n"
        '也可以不写循环，而定义 NET = {{"weights": [W1, b1, W2, b2], "x": x, "t": t, "activations": …, '
        '"loss": …}} 以及 gradient(weights, x, t) 或 step(weights, x, t)。\n'
        "退出码：0 未发现错误，2 文件无法读取或运行，3 发现错误，4 未能判定。",
    ),
    "CR-2948": (
        "NET in {file} is refused: {text}",
        "{file} 中的 NET 不可用：{text}",
    ),
    "CR-2949": (
        "{file} has no numbers that could be run, but one line can be judged as it stands: line {line}, '{text}', carries the "
        "delta of the layer above through the weights and stops there. The slope f'(s) of the layer's own activation is "
        "missing: for a sigmoid with output y, '({text_right}) * y * (1 - y)'. Complete the listing to have its numbers "
        "checked.",
        "{file} 中没有可以运行的数，但有一行可以直接判断：第 {line} 行“{text}”把上一层的 delta 乘以权值后就停下了，缺少本层激活函数的导数 f'(s)："
        "若为输出 y 的 sigmoid，应为“({text_right}) * y * (1 - y)”。补全代码后可以核对其中的数。",
    ),
    "CR-2950": (
        "The listing computes number by number; it was observed for its first {steps} steps ({rows} rows each).",
        "该代码逐个数计算；观察了它的前 {steps} 步（每步 {rows} 行）。",
    ),
    "CR-2951": (
        "The step contains {mu:.6g} × the gradient of the step before. Momentum in the usual sense keeps the whole step "
        "before, not only its gradient.",
        "更新中含有 {mu:.6g} × 上一步的梯度。通常所说的动量保留的是上一步的整个更新量，而不只是其梯度。",
    ),
    "CR-2952": (
        "{names} (biases or thresholds) take part in the forward pass and never move: fine, if they are meant to be fixed.",
        "{names}（偏置或阈值）参与正向计算但从不更新：若有意固定则无妨。",
    ),
    "CR-2953": (
        "Only unit {unit} of layer {layer} has this fault; the other units of the layer are right.",
        "只有第 {layer} 层的第 {unit} 个神经元有此错误，该层其他神经元都正确。",
    ),
    # the report as a page
    "CR-2958": ("The back-propagation of {file}, checked", "{file} 的误差逆传播检查"),
    "CR-2959": ("What was found", "检查结果"),
    "CR-2960": ("gradient|verdict", "梯度|结论"),
    "CR-2961": ("Also noticed", "另外注意到"),
    "CR-2962": ("The listing as it was repaired to run", "为使代码能运行所作的修复"),
    "CR-2963": (
        "{names} learn too and were not followed: the report is about the gradients it names, and about no others. A file with "
        "NET and gradient() (chainrule check --help) has all of them compared.",
        "{names} 也在学习，但未能跟踪：本报告只涉及其中列出的梯度。改用含 NET 和 gradient() 的文件（见 chainrule check --help）可核对全部梯度。",
    ),
}
