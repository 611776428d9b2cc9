"""The sentences of the stage "engine"."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-1501": (
        "CHAINRULE_ISA={wish} is no instruction set; write one of {known}, or leave it unset.",
        "CHAINRULE_ISA={wish} 不是指令集名称;请写 {known} 之一,或不设置。",
    ),
    "CR-1502": (
        "CHAINRULE_ISA={wish} cannot be used here: this machine offers {offered}.",
        "此处不能使用 CHAINRULE_ISA={wish}:本机支持 {offered}。",
    ),
}
