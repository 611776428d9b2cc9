"""The sentences of choosing the hidden size."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-3401": (
        "The sizes to try are two or more whole numbers from 1 on, such as 2..20 or 4,8,16; {value} is not.",
        "要尝试的隐层大小应为两个以上、不小于 1 的整数，如 2..20 或 4,8,16；{value} 不符合。",
    ),
    "CR-3402": (
        "{rows} row(s) are too few for {folds} folds; give at least {wanted} rows, or fewer folds.",
        "{rows} 行不足以划分为 {folds} 折；请至少提供 {wanted} 行，或减少折数。",
    ),
    "CR-3403": (
        "A training with {size} hidden units did not end in finite numbers, so sizes cannot be compared; scale the columns "
        "or look at the target for values far from the others.",
        "隐层为 {size} 个单元的一次训练未得到有限数，无法比较各种大小；请缩放各列，或检查目标列中远离其他值的数据。",
    ),
    "CR-3410": (
        "Rule of thumb {rule} = {sizes}: not among the sizes tried.",
        "经验公式 {rule} = {sizes}：不在所尝试的范围内。",
    ),
    "CR-3411": (
        "Rule of thumb {rule} = {sizes}: misses here; the error there is up to {worse} % above the lowest.",
        "经验公式 {rule} = {sizes}：在此数据上不合适；其误差比最低值最多高出 {worse} %。",
    ),
    "CR-3412": (
        "Rule of thumb {rule} = {sizes}: holds here; {size}, the size recommended, is among them.",
        "经验公式 {rule} = {sizes}：在此数据上成立，其中包含推荐的大小 {size}。",
    ),
    "CR-3413": (
        "Rule of thumb {rule} = {sizes}: as good as the best by chance, but larger than needed; {size} will do.",
        "经验公式 {rule} = {sizes}：与最佳结果之差在随机误差之内，但比需要的大；{size} 个单元即可。",
    ),
    "CR-3414": (
        "Take {size} hidden units: {measure} {mean} on held-out rows, within one standard error ({error}) of the lowest, "
        "{least} at {best}.",
        "建议取 {size} 个隐层单元：在留出行上 {measure} 为 {mean}，与最低值 {least}（{best} 个单元）相差不超过一个标准误（{error}）。",
    ),
    "CR-3420": ("Choosing the hidden size: {target}", "选择隐层大小：{target}"),
    "CR-3421": (
        "{rows} rows, {inputs} inputs, {outputs} output(s); {sizes} sizes × {starts} starts × {folds} folds = {count} "
        "trainings, each to its last epoch, none stopped early.",
        "{rows} 行，{inputs} 个输入，{outputs} 个输出；{sizes} 种大小 × {starts} 次初始化 × {folds} 折 = {count} 次训练，"
        "每次都训练到最后一轮，不提前停止。",
    ),
    "CR-3422": ("hidden", "隐层"),
    "CR-3423": ("parameters", "参数"),
    "CR-3424": ("{measure}, training rows", "训练行 {measure}"),
    "CR-3425": ("{measure}, held-out rows", "留出行 {measure}"),
    "CR-3426": ("recommended", "推荐"),
    "CR-3427": ("lowest", "最低"),
    "CR-3428": ("mean ± standard deviation over folds and starts", "各折与各次初始化的均值 ± 标准差"),
    "CR-3430": (
        "how many hidden units: every size trained from several starts on several folds",
        "隐层取多少单元：对每种大小从多次初始化、在多折上训练并比较",
    ),
    "CR-3431": ("sizes to try: 2..20 if not given, or 4,8,16", "要尝试的大小：默认 2..20，也可写 4,8,16"),
    "CR-3432": ("starts per size and fold; 5 if not given", "每种大小、每折的初始化次数，默认 5"),
    "CR-3433": ("folds; 5 if not given", "折数，默认 5"),
    "CR-3434": ("such as 2..20 or 4,8,16", "如 2..20 或 4,8,16"),
    "CR-3435": (
        "{measure} over the number of hidden units: means over folds and starts, whiskers of one standard deviation.",
        "{measure} 随隐层单元数的变化：各折与各次初始化的均值，须线为一个标准差。",
    ),
    "CR-3436": ("of the hidden layer; tanh if not given", "隐层的激活函数，默认 tanh"),
    "CR-3437": (
        "passes over the data; as train would choose if not given",
        "训练轮数，默认与 train 的选择相同",
    ),
    "CR-3438": ("trainings at once; one per processor if not given", "同时进行的训练数，默认每个处理器一个"),
}
