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
    "CR-1306": ("The formula '{text}' has more than {limit} parts.", "公式“{text}”的组成部分超过 {limit} 个。"),
    "CR-1307": ("The formula '{text}' is nested more than {limit} levels deep.", "公式“{text}”的嵌套超过 {limit} 层。"),
    "CR-1308": ("The formula '{text}' holds a number too large for a float.", "公式“{text}”中有超出浮点范围的数。"),
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
        "There is no {kind} '{name}' (near: {near}); there are {known}.",
        "没有名为“{name}”的{kind}（相近的有：{near}）；可用的有 {known}。",
    ),
    "CR-1317": (
        "The formula '{text}' needs a value for {part}.",
        "公式“{text}”缺少 {part} 的取值。",
    ),
    "CR-1318": (
        "A rule's knob or state cannot be called '{part}'; take a name of letters and digits other than {taken}.",
        "规则的参数或状态量不能命名为“{part}”；请改用由字母和数字组成、且不同于 {taken} 的名称。",
    ),
    "CR-1319": (
        "The rule '{name}': {part} is {value}; wanted: {wanted}.",
        "规则“{name}”：{part} 为 {value}；应为：{wanted}。",
    ),
}
