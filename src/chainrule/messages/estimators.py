"""The sentences of the stage "estimators": settings, warnings and refusals of MLPClassifier and MLPRegressor."""

ROWS: dict[str, tuple[str, str]] = {
    # ---- settings, as the documentation says them -------------------------------------------------------------------
    "CR-3001": (
        "What is minimized: 'squared_error' (half the mean square), 'poisson' (half the mean deviance; y ≥ 0).",
        "要最小化的损失：squared_error（均方误差之半）、poisson（平均偏差之半，要求 y ≥ 0）。",
    ),
    "CR-3002": (
        "Units of each hidden layer; () for none.",
        "各隐层的单元数；() 表示没有隐层。",
    ),
    "CR-3003": (
        "Activation of the hidden layers: 'identity', 'logistic', 'tanh', 'relu'.",
        "隐层的激活函数：identity、logistic、tanh、relu。",
    ),
    "CR-3004": (
        "How weights are found: 'adam', 'sgd' (with momentum), 'lbfgs' (all rows at once, for small tables).",
        "求权值的方法：adam、sgd（带动量）、lbfgs（一次使用全部样本，适合小表）。",
    ),
    "CR-3005": (
        "Strength of the L2 penalty, divided by the rows of a batch.",
        "L2 正则化强度，除以每批的样本数。",
    ),
    "CR-3006": (
        "Rows per step of sgd and adam; 'auto': 200, or all if fewer; all, too, with an `optimizer` that compares one step "
        "with the next, such as Rprop.",
        "sgd 与 adam 每步的样本数；auto 为 200，不足则取全部；若 optimizer 比较前后两步（如 Rprop），也取全部。",
    ),
    "CR-3007": (
        "Rate of sgd: 'constant', 'invscaling' (divided by samples seen to the power_t), 'adaptive' (divided by 5 where it stalls).",
        "sgd 的学习率：constant 不变，invscaling 除以已见样本数的 power_t 次幂，adaptive 停滞时除以 5。",
    ),
    "CR-3008": ("First learning rate of sgd and adam.", "sgd 与 adam 的初始学习率。"),
    "CR-3009": ("Exponent of 'invscaling'.", "invscaling 的指数。"),
    "CR-3010": ("Most epochs (sgd, adam) or iterations (lbfgs).", "最多轮数（sgd、adam）或迭代数（lbfgs）。"),
    "CR-3011": ("Whether rows are shuffled before each epoch.", "每轮之前是否打乱样本。"),
    "CR-3012": (
        "Seed or RandomState of first weights, validation rows and orders; used as scikit-learn uses it.",
        "初始权值、验证样本与顺序所用的随机种子或 RandomState，用法与 scikit-learn 相同。",
    ),
    "CR-3013": (
        "By how much the loss (or the watched score) must improve to count; for lbfgs the largest gradient at the end.",
        "损失（或所监视的得分）至少改善多少才算改善；对 lbfgs 为结束时梯度的上限。",
    ),
    "CR-3014": ("Whether every epoch prints its loss.", "是否每轮打印损失。"),
    "CR-3015": ("Whether fit goes on from the weights of the last fit.", "fit 是否从上一次的权值继续。"),
    "CR-3016": ("Momentum of sgd.", "sgd 的动量。"),
    "CR-3017": ("Whether sgd looks ahead by its momentum (Nesterov).", "sgd 是否按动量前瞻（Nesterov）。"),
    "CR-3018": (
        "Whether a part of the rows is watched, and training stops when their score stalls. lbfgs, as in scikit-learn, does "
        "not read it, unless `scoring` or X_val says what is watched.",
        "是否留出一部分样本监视，得分停滞时停止训练。lbfgs 与 scikit-learn 一样不理会它，除非 scoring 或 X_val 指明所监视的内容。",
    ),
    "CR-3019": ("Share of the rows watched by early stopping.", "提前停止所监视的样本比例。"),
    "CR-3020": ("Decay of adam's first moment.", "adam 一阶矩的衰减率。"),
    "CR-3021": ("Decay of adam's second moment.", "adam 二阶矩的衰减率。"),
    "CR-3022": ("Adam's small number under the fraction.", "adam 分母中的小数。"),
    "CR-3023": ("Epochs without improvement before training stops.", "连续多少轮没有改善就停止。"),
    "CR-3024": ("Most calls of the loss by lbfgs.", "lbfgs 最多计算损失的次数。"),
    "CR-3025": (
        "Beyond scikit-learn: what is minimized; 'log_loss', any other loss by name, an expression in y and t, or a Loss.",
        "scikit-learn 之外：要最小化的损失；log_loss、其他损失的名称、以 y 与 t 写成的表达式，或 Loss 对象。",
    ),
    "CR-3026": (
        "Beyond scikit-learn: activation of the output; None: the one that belongs to task and loss.",
        "scikit-learn 之外：输出层的激活函数；None 表示由任务与损失决定。",
    ),
    "CR-3027": (
        "Beyond scikit-learn: share of values dropped in front of each layer after the first; or one per layer of weights.",
        "scikit-learn 之外：除第一层外，各层输入被随机丢弃（dropout）的比例；或按每层权值各给一个。",
    ),
    "CR-3028": (
        "Beyond scikit-learn: strength of the L1 penalty, divided by the rows of a batch as alpha is.",
        "scikit-learn 之外：L1 正则化强度，与 alpha 一样除以每批的样本数。",
    ),
    "CR-3029": (
        "Beyond scikit-learn: longest gradient; None: any.",
        "scikit-learn 之外：梯度的最大长度；None 表示不限。",
    ),
    "CR-3030": (
        "Beyond scikit-learn: an update rule by name, as text or as an Optimizer, instead of solver's. Its own rate counts "
        "unless learning_rate_init is given.",
        "scikit-learn 之外：以名称、文本或 Optimizer 对象给出的更新规则，取代 solver 的规则。不指定 learning_rate_init 时用它自己的学习率。",
    ),
    "CR-3031": (
        "Beyond scikit-learn: a schedule of the learning rate by name or as a Schedule; planned for max_iter epochs.",
        "scikit-learn 之外：以名称或 Schedule 对象给出的学习率调度，按 max_iter 轮计划。",
    ),
    "CR-3032": (
        "Beyond scikit-learn: how much the rows of each class count: a dict, or 'balanced'.",
        "scikit-learn 之外：各类样本的权重：字典，或 balanced。",
    ),
    "CR-3033": (
        "Beyond scikit-learn: first weights: the name of an initializer, or (coefs, intercepts).",
        "scikit-learn 之外：初始权值：初始化方法的名称，或 (coefs, intercepts)。",
    ),
    "CR-3034": (
        "Beyond scikit-learn: the score that early stopping watches: a name or callable of scikit-learn's.",
        "scikit-learn 之外：提前停止所监视的得分：scikit-learn 的得分名称或函数。",
    ),
    "CR-3035": (
        "Beyond scikit-learn: so many starts; the best net stays (watched score, else loss).",
        "scikit-learn 之外：从多少组初始权值开始训练，保留最好的一个（按监视得分，否则按损失）。",
    ),
    "CR-3036": (
        "Beyond scikit-learn: so many nets, whose scores in front of the output's activation are averaged; they stand in "
        "estimators_.",
        "scikit-learn 之外：训练多少个网络，并平均其输出层激活函数之前的净输入；见 estimators_。",
    ),
    "CR-3037": (
        "Beyond scikit-learn: threads for one net's matrix products, or for several nets side by side; -1: all cores. The "
        "bits do not depend on it.",
        "scikit-learn 之外：线程数，用于一个网络的矩阵乘法，或同时训练多个网络；-1 为全部核。结果的每一位都与它无关。",
    ),
    "CR-3038": (
        "Beyond scikit-learn: 'float32' or 'float64' whatever X is; 'auto': as X (lbfgs: float64, as in scikit-learn).",
        "scikit-learn 之外：不论 X 的类型，以 float32 或 float64 训练；auto 与 X 相同（lbfgs 与 scikit-learn 一样用 float64）。",
    ),
    "CR-3039": (
        "Beyond scikit-learn: one updating line of progress: True in terminals and notebooks, 'auto' in notebooks only.",
        "scikit-learn 之外：一行不断更新的进度：True 用于终端与笔记本，auto 只用于笔记本。",
    ),
    "CR-3040": (
        "Beyond scikit-learn: ascending quantiles, one net each; predict answers with the middle one, predict_interval with "
        "the outermost.",
        "scikit-learn 之外：递增的分位数，各训练一个网络；predict 给出中间一个，predict_interval 给出最外两个。",
    ),
    "CR-3041": (
        "Beyond scikit-learn: the norm of the weights into each unit is held at most so large after every update; None: any.",
        "scikit-learn 之外：每次更新之后，进入每个单元的权值的范数不超过此值；None 表示不限。",
    ),
    # ---- refusals ---------------------------------------------------------------------------------------------------
    "CR-3050": (
        "The validation set is too small. Increase 'validation_fraction' or the size of your dataset.",
        "验证样本太少。请增大 validation_fraction 或数据量。",
    ),
    "CR-3051": ("partial_fit does not support early_stopping=True", "partial_fit 不支持 early_stopping=True"),
    "CR-3052": (
        "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed. "
        "(step {step}, layer {layer}; 0: the loss itself)",
        "求解得到了非有限的权值。输入数据可能含有很大的数，需要预处理（例如标准化）。（第 {step} 步，第 {layer} 层；0 指损失本身）",
    ),
    "CR-3053": (
        "hidden_layer_sizes must be > 0, got {sizes}.",
        "hidden_layer_sizes 必须大于 0，得到 {sizes}。",
    ),
    "CR-3054": (
        "partial_fit is only available for stochastic optimizers. {solver} is not stochastic.",
        "partial_fit 只能用于随机优化方法；{solver} 不是。",
    ),
    "CR-3055": (
        "warm_start can only be used where `y` has the same classes as in the previous call to fit. Previously got "
        "{before}, `y` has {now}",
        "warm_start 要求 y 的类别与上一次 fit 相同。上一次为 {before}，这一次为 {now}",
    ),
    "CR-3056": (
        "`y` has classes not in `self.classes_`. `self.classes_` has {before}. 'y' has {now}.",
        "y 中有 classes_ 里没有的类别。classes_ 为 {before}，y 为 {now}。",
    ),
    # ---- warnings and progress, as scikit-learn words them -----------------------------------------------------------
    "CR-3060": (
        "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped",
        "batch_size 小于 1 或大于样本数，将被截断",
    ),
    "CR-3061": ("Training interrupted by user.", "训练被用户中断。"),
    "CR-3062": (
        "Stochastic Optimizer: Maximum iterations ({epochs}) reached and the optimization hasn't converged yet.",
        "随机优化：已达到最大轮数（{epochs}），优化尚未收敛。",
    ),
    "CR-3063": (
        "Validation score did not improve more than tol={tol:f} for {epochs} consecutive epochs.",
        "验证得分连续 {epochs} 轮的改善没有超过 tol={tol:f}。",
    ),
    "CR-3064": (
        "Training loss did not improve more than tol={tol:f} for {epochs} consecutive epochs.",
        "训练损失连续 {epochs} 轮的改善没有超过 tol={tol:f}。",
    ),
    "CR-3065": ("Stopping.", "停止。"),
    "CR-3066": ("Learning rate too small. Stopping.", "学习率过小，停止。"),
    "CR-3067": ("Setting learning rate to {rate:f}", "学习率改为 {rate:f}"),
    "CR-3068": ("Iteration {epoch}, loss = {loss:.8f}", "第 {epoch} 轮，损失 = {loss:.8f}"),
    "CR-3069": ("Validation score: {score:f}", "验证得分：{score:f}"),
    # ---- settings that do not go together -----------------------------------------------------------------------------
    "CR-3070": (
        "optimizer=… takes the place of the solver's own rule, so nothing would read {names}; leave it out, or give the rule "
        "its numbers itself.",
        "optimizer=… 取代了 solver 自己的更新规则，{names} 将不起作用；请去掉它，或把数值写进规则。",
    ),
    "CR-3071": (
        "n_jobs is 1, 2, 3 … threads, or -1 for all cores; 0 is none.",
        "n_jobs 为 1、2、3… 个线程，或 -1（全部核）；不能为 0。",
    ),
    "CR-3072": (
        "start wants (coefs, intercepts) with finite numbers of the shapes {wanted}; got {given}.",
        "start 应为 (coefs, intercepts)，数值有限，形状为 {wanted}；得到 {given}。",
    ),
    "CR-3073": (
        "quantiles ascend between 0 and 1, as (0.05, 0.5, 0.95); got {quantiles}.",
        "quantiles 应在 0 与 1 之间递增，例如 (0.05, 0.5, 0.95)；得到 {quantiles}。",
    ),
    "CR-3074": (
        "quantiles bring their own loss; leave `loss` at 'squared_error'.",
        "quantiles 自带损失；请让 loss 保持 squared_error。",
    ),
    "CR-3075": (
        "partial_fit cannot choose among starts: n_init must be 1. (n_estimators averages, and can go on.)",
        "partial_fit 不能在多个初始权值中挑选：n_init 须为 1。（n_estimators 为平均，可以继续训练。）",
    ),
    "CR-3076": (
        "Callbacks look at one net; with n_init, n_estimators or quantiles there are several.",
        "回调只能观察一个网络；使用 n_init、n_estimators 或 quantiles 时有多个。",
    ),
    "CR-3077": (
        "hidden_layer_sizes is {now}, but the weights to go on from have {before}.",
        "hidden_layer_sizes 为 {now}，而要继续训练的权值为 {before}。",
    ),
    "CR-3078": (
        "solver='lbfgs' would not read {names}; leave it out, or use 'adam' or 'sgd'.",
        "solver='lbfgs' 不会用到 {names}；请去掉它，或改用 adam 或 sgd。",
    ),
    "CR-3079": (
        "scoring needs rows to score: set early_stopping=True or give X_val and y_val.",
        "scoring 需要用来评分的样本：请设 early_stopping=True，或给出 X_val 与 y_val。",
    ),
    "CR-3086": ("X_val and y_val go together.", "X_val 与 y_val 必须一起给出。"),
    "CR-3087": (
        "The output '{output}' gives no probabilities; use predict, or the output 'logistic' or 'softmax'.",
        "输出“{output}”不是概率；请用 predict，或将输出设为 logistic 或 softmax。",
    ),
    "CR-3088": (
        "An interval for {coverage} needs calibrate(X, y) with rows not trained on, or quantiles that far apart.",
        "要得到覆盖率 {coverage} 的区间，请先用未参与训练的样本调用 calibrate(X, y)，或设定相应的 quantiles。",
    ),
    "CR-3089": (
        "coverage lies between 0 and 1; got {coverage}.",
        "coverage 应在 0 与 1 之间；得到 {coverage}。",
    ),
    "CR-3091": (
        "{rows} calibration rows are too few for a coverage of {coverage}; at least {needed} are needed.",
        "校准样本只有 {rows} 行，不足以给出覆盖率 {coverage}；至少需要 {needed} 行。",
    ),
    # ---- why training stopped; progress ---------------------------------------------------------------------------------
    "CR-3080": ("The limit of {epochs} epochs was reached.", "达到了 {epochs} 轮的上限。"),
    "CR-3081": ("L-BFGS stopped: {message}", "L-BFGS 停止：{message}"),
    "CR-3083": ("Interrupted; the best weights so far are kept.", "被中断；保留至此最好的权值。"),
    "CR-3084": (
        "The loss was not finite at step {step}; the best weights before are kept.",
        "第 {step} 步的损失不是有限数；保留此前最好的权值。",
    ),
    "CR-3085": ("A callback stopped training after {epochs} epochs.", "回调在第 {epochs} 轮后停止了训练。"),
    "CR-3090": (
        "epoch {epoch} of {most} · loss {loss:.6g} · {seconds:.0f} s",
        "第 {epoch} 轮，共 {most} 轮 · 损失 {loss:.6g} · {seconds:.0f} 秒",
    ),
    "CR-3092": (
        "A fitted {wanted} of scikit-learn's is wanted, alone or at the end of a Pipeline; got {kind}.",
        "需要 scikit-learn 训练好的 {wanted}（单独，或在 Pipeline 末尾）；得到 {kind}。",
    ),
    # ---- what a model file can hold -----------------------------------------------------------------------------------
    "CR-3093": (
        "A model file answers with one of two or more classes, or with at most {most} numbers, which this estimator does not "
        "({what}). Keep it with pickle or joblib.",
        "模型文件给出两个或更多类别之一，或至多 {most} 个数值，而此估计器不是这样（{what}）。请用 pickle 或 joblib 保存。",
    ),
    "CR-3094": (
        "This estimator cannot be written to a model file: {reason}",
        "无法将此估计器写入模型文件：{reason}",
    ),
    "CR-3095": (
        "{name} is a {kind}, which a model file cannot hold; set it otherwise before save, as by set_params({name}=…), or keep "
        "the estimator with pickle or joblib.",
        "{name} 为 {kind}，模型文件无法保存；请在 save 之前另行设定(如 set_params({name}=…))，或用 pickle、joblib 保存估计器。",
    ),
    "CR-3096": (
        "every column needs a name of its own, and the target ({target}) one that no column has; save(…, target=…) names it.",
        "各列名称须互不相同，且目标列（{target}）不得与其他列重名；可用 save(…, target=…) 命名。",
    ),
}
