"""The sentences of the command line."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-2001": (
        "'{language}' is no language Chainrule speaks; choose \"en\", \"zh\" or \"auto\".",
        "Chainrule 不支持语言“{language}”；请选择 \"en\"、\"zh\" 或 \"auto\"。",
    ),
}
