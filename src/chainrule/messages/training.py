"""The sentences of the stage "training": refusals, checkpoint files, and why a training stopped."""

ROWS: dict[str, tuple[str, str]] = {
    "CR-1601": (
        "There is no row to train on, or a validation part without rows; give at least one row to each.",
        "训练部分或验证部分没有任何行；请各提供至少一行。",
    ),
    "CR-1602": (
        "The metric {monitor} has no value on the rows it is to watch (one class only, or targets that are all equal); "
        "watch another one, or give other validation rows.",
        "指标 {monitor} 在所监视的行上没有定义（只有一个类别，或目标值全部相同）；请改用其他指标，或更换验证行。",
    ),
    "CR-1603": (
        "To resume, name the checkpoint file to go on from (checkpoint=…, --checkpoint).",
        "要恢复训练，请指明检查点文件（checkpoint=…、--checkpoint）。",
    ),
    "CR-1610": (
        "The checkpoint {file} cannot be written: {reason}. Choose another place, or train without a checkpoint.",
        "无法写入检查点 {file}：{reason}。请换一个位置，或不使用检查点训练。",
    ),
    "CR-1611": (
        "The training cannot be resumed from {file}: {reason} Start it anew, or name another checkpoint.",
        "无法从 {file} 恢复训练：{reason}请重新开始训练，或指定其他检查点。",
    ),
    "CR-1612": (
        "The training cannot be resumed from {file}: {part} was {old} and is now {new}. Resuming is exact or not at all: "
        "use the same data and settings, or start anew.",
        "无法从 {file} 恢复训练：{part} 原为 {old}，现为 {new}。恢复必须逐位一致：请使用相同的数据和设置，或重新开始。",
    ),
    "CR-1613": (
        "The training cannot be resumed from {file}: with the narrower limits given now it might have ended before epoch "
        "{epoch}. Give the same epochs, patience and goal, or wider ones.",
        "无法从 {file} 恢复训练：按现在更严格的限制，训练可能在第 {epoch} 轮之前就已结束。请给出相同或更宽的 epochs、patience、goal。",
    ),
    # files
    "CR-1630": ("{reason}", "{reason}"),
    "CR-1631": ("it cannot be read ({reason}).", "无法读取（{reason}）。"),
    "CR-1632": ("it is no safetensors file.", "它不是 safetensors 文件。"),
    "CR-1633": ("it is cut short or has been changed in length.", "文件被截断或长度被改动。"),
    "CR-1634": ("it is another kind of file, not a {wanted}.", "它是另一种文件，不是 {wanted}。"),
    "CR-1635": (
        "it has the version {version}, and this Chainrule reads version {known}; use a newer Chainrule.",
        "其版本为 {version}，而当前 Chainrule 可读的版本为 {known}；请使用更新的 Chainrule。",
    ),
    "CR-1636": ("its part '{part}' is damaged.", "其中的“{part}”部分已损坏。"),
    "CR-1637": ("its content does not match its checksum.", "文件内容与校验和不符。"),
    "CR-1638": ("its part '{part}' holds NaN or infinity.", "其中的“{part}”含有 NaN 或无穷大。"),
    # why a training stopped, and which weights it leaves
    "CR-1640": ("All {epoch} epochs are done.", "已完成全部 {epoch} 轮。"),
    "CR-1641": (
        "Stopped after epoch {epoch}: {patience} epochs without a better {monitor}.",
        "在第 {epoch} 轮后停止：{monitor} 已连续 {patience} 轮没有改善。",
    ),
    "CR-1642": (
        "Stopped after epoch {epoch}: the training loss reached the goal of {goal:g}.",
        "在第 {epoch} 轮后停止：训练损失已达到目标 {goal:g}。",
    ),
    "CR-1643": (
        "Stopped at step {step}: the scores of layer {layer} are no longer finite numbers. The usual cause is a learning "
        "rate that is too high (it is {lr:g}; try {lower:g}), or values far from 0 (scale the columns), or no clipping "
        "of the gradient (clip_norm=1, --clip-norm 1).",
        "在第 {step} 步停止：第 {layer} 层的净输入不再是有限数。常见原因是学习率过高（现为 {lr:g}，可试 {lower:g}）、"
        "数值远离 0（请缩放各列）或未裁剪梯度（clip_norm=1、--clip-norm 1）。",
    ),
    "CR-1644": (
        "Stopped at step {step}: the loss is no longer a finite number. The usual cause is a "
        "learning rate that is too high (it is {lr:g}; try {lower:g}), or targets far from 0 (scale the target).",
        "在第 {step} 步停止：损失已不是有限数。常见原因是学习率过高（现为 {lr:g}，可试 {lower:g}）"
        "或目标值远离 0（请缩放目标）。",
    ),
    "CR-1645": ("Interrupted after epoch {epoch}.", "在第 {epoch} 轮后被中断。"),
    "CR-1646": (
        "The weights of epoch {best_epoch}, the best by {monitor}, are kept.",
        "保留第 {best_epoch} 轮的权值（按 {monitor} 最佳）。",
    ),
    "CR-1647": (
        "No epoch was finished; the weights are those it started from.",
        "没有完成任何一轮；权值仍为初始值。",
    ),
    "CR-1690": (
        "'{activation}' (layer {layer}) cannot be trained: its slope is 0 everywhere, so the chain rule multiplies every "
        "error that comes back through it by 0. Train with sigmoid or satlin, which rise where it jumps.",
        "“{activation}”（第 {layer} 层）不能用于训练：其导数处处为 0，误差经链式法则传回时都被乘以 0。"
        "请改用 sigmoid 或 satlin 训练，二者在其跳变处是上升的。",
    ),
    "CR-1648": ("How training ended: {text}", "训练结束：{text}"),
}
