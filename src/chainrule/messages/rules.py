"""The sentences about rules: formulas as text."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-1301": ("A formula is a line of text; {text} is none.", "公式应是一行文本；{text} 不是。"),
    "CR-1302": (
        "The formula '{text}' has {count} characters; the limit is {limit}.",
        "公式“{text}”有 {count} 个字符，上限为 {limit}。",
    ),
    "CR-1303": (
        "'{text}' cannot be read as a formula (near character {where}); write it as in Python, e.g. 1/(1 + exp(-s)).",
        "“{text}”不能读作公式（约在第 {where} 个字符处）；请按 Python 的写法，如 1/(1 + exp(-s))。",
    ),
    "CR-1304": (
        "In '{text}' the comparison '{part}' stands where a number is needed; use where({part}, 1, 0).",
        "“{text}”中在需要数值处写了比较“{part}”；请改用 where({part}, 1, 0)。",
    ),
    "CR-1305": (
        "In '{text}' the part '{part}' stands where a condition is needed, such as s > 0.",
        "“{text}”中“{part}”处应为条件，如 s > 0。",
    ),
    "CR-1306": (
        "The formula '{text}' has more than {limit} parts.",
        "公式“{text}”的组成部分超过 {limit} 个。",
    ),
    "CR-1307": (
        "The formula '{text}' is nested more than {limit} levels deep.",
        "公式“{text}”的嵌套超过 {limit} 层。",
    ),
    "CR-1308": (
        "The formula '{text}' holds a number too large for a float.",
        "公式“{text}”中有超出浮点范围的数。",
    ),
    "CR-1309": (
        "In '{text}' the name '{part}' is not allowed: letters, digits and _, at most 32, beginning with a letter.",
        "“{text}”中的名称“{part}”不允许：须以字母开头，由字母、数字和 _ 组成，至多 32 个字符。",
    ),
    "CR-1310": (
        "In '{text}' the function '{part}' is unknown; known are {known}.",
        "“{text}”中的函数“{part}”未知；可用的有 {known}。",
    ),
    "CR-1311": (
        "In '{text}' the function '{part}' takes {wanted} argument(s), not {given}.",
        "“{text}”中的函数“{part}”需要 {wanted} 个参数，而不是 {given} 个。",
    ),
    "CR-1312": (
        "In '{text}' the part '{part}' is no formula: numbers, names, + - * / **, comparisons and functions only.",
        "“{text}”中“{part}”不属于公式：只允许数、名称、+ - * / **、比较和函数。",
    ),
    "CR-1313": (
        "In '{text}' the name '{part}' means nothing here; known are {known}.",
        "“{text}”中的名称“{part}”在此没有含义；可用的有 {known}。",
    ),
    "CR-1314": (
        "'{text}' sums or compares over a whole row, so it has no slope element by element; give `back`.",
        "“{text}”对整行求和或取最大值，没有逐元素的导数；请给出 `back`。",
    ),
    "CR-1315": (
        "'{text}' is no line of an update rule; write name = formula, and assign only to w, g, state or temporaries.",
        "“{text}”不是更新规则的一行；请写成 名称 = 公式，且只能赋值给 w、g、状态量或临时量。",
    ),
    "CR-1316": (
        "There is no {kind} '{name}'{near}; there are {known}.",
        "没有名为“{name}”的{kind}{near}；可用的有 {known}。",
    ),
    "CR-1317": (
        "The rule '{rule}': {what} of '{text}' is not finite at {letter} = {value}; write a form that does not overflow, "
        "e.g. with where(…), min or max.",
        "规则“{rule}”：“{text}”的 {what} 在 {letter} = {value} 处不是有限数；请写成不溢出的形式，如使用 where(…)、min 或 max。",
    ),
    "CR-1318": (
        "The slope given for '{rule}' is wrong: at {at:g} it says {slope:.9g}, a central difference says {difference:.9g}; "
        "leave the slope out and Chainrule derives it.",
        "“{rule}”给出的导数有误：在 {at:g} 处它给出 {slope:.9g}，而中心差分为 {difference:.9g}；可不写导数，由 Chainrule 推导。",
    ),
    "CR-1319": (
        "The state of '{rule}' must start at a number or a knob: {letter} = {start}.",
        "“{rule}”的状态量须以数或参数为初值：{letter} = {start}。",
    ),
    "CR-1320": (
        "'{rule}' looks at a whole row ('{text}'); such an activation needs output=True and `back`.",
        "“{rule}”依赖整行（“{text}”）；此类激活函数需设 output=True 并给出 `back`。",
    ),
    "CR-1321": (
        "A loss of your own acts on outputs element by element, without a link: '{rule}' does not.",
        "自定义损失须逐元素作用于输出，且不带联系函数：“{rule}”不满足。",
    ),
    "CR-1322": ("The update rule '{rule}' never assigns w.", "更新规则“{rule}”没有给 w 赋值。"),
    "CR-1323": (
        "The formula '{text}' needs a value for {part}.",
        "公式“{text}”缺少 {part} 的取值。",
    ),
    "CR-1324": (
        "A rule's knob or state cannot be called '{part}'; take a name of letters and digits other than {taken}.",
        "规则的参数或状态量不能命名为“{part}”；请改用由字母和数字组成、且不同于 {taken} 的名称。",
    ),
    "CR-1325": (
        "The rule '{name}': {part} is {value}; wanted: {wanted}.",
        "规则“{name}”：{part} 为 {value}；应为：{wanted}。",
    ),
    "CR-1327": (" (near: {names})", "（相近的有：{names}）"),
    "CR-1331": ("activation", "激活函数"),
    "CR-1332": ("loss", "损失函数"),
    "CR-1333": ("optimizer", "优化算法"),
    "CR-1334": ("schedule", "学习率调度"),
    "CR-1335": ("initializer", "初始化方法"),
    "CR-1390": (
        "{rule}.{knob} is {value}; it must lie between {low} and {high}, without the ends.",
        "{rule}.{knob} 为 {value}；须在 {low} 与 {high} 之间（不含端点）。",
    ),
    "CR-1391": (
        "'{text}' is no rule with settings; write them as {name}:{knob}=0.5, several one behind the other.",
        "“{text}”不是带参数的规则；请写成 {name}:{knob}=0.5，多个参数依次用冒号连接。",
    ),
    "CR-1326": (
        "The slope of '{rule}' was derived from its formula and became too long ({count} characters), too large or too "
        "deep to compute with; write the slope yourself (slope=…), in s and y, or shorten the formula.",
        "“{rule}”的导数是由其公式推导出来的，结果过长（{count} 个字符）、过大或过深，无法用于计算；请自己写出导数（slope=…，可用 s 和 y），或缩短公式。",
    ),
}
