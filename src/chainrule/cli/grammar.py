"""arguments -> values: click's commands and options, speaking English and Chinese and refusing with our codes."""

import difflib
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from ..errors import ChainruleError
from ..messages import LANGUAGES, say
from ..messages.columns import text_width, wrap
from .values import Choice


class Option(click.Option):
    """An option whose help is a code of the catalogue, read when the help is shown.

    `old`: names it had before, understood and no longer shown.
    """

    def __init__(
        self,
        flags: Sequence[str],
        code: str,
        *,
        section: str = "CR-2011",
        old: Sequence[str] = (),
        **more: Any,
    ) -> None:
        super().__init__([*flags[:1], *old, *flags[1:]], **more)
        self.code, self.section, self.old = code, section, old

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        if self.hidden:
            return None
        shown = [flag for flag in self.opts if flag not in self.old]
        flags = ", ".join([*sorted(shown, key=lambda flag: flag.startswith("--")), *self.secondary_opts])
        if not self.is_flag:
            flags += " " + self.make_metavar(ctx=ctx)
        return flags, say(self.code)


class Command(click.Command):
    """A command whose help page and refusals come from the catalogue. `code` is its one sentence."""

    def __init__(self, name: str, callback: Callable[..., Any], params: list[click.Parameter], code: str,
                 more: str = "") -> None:  # fmt: skip
        everywhere: list[click.Parameter] = [
            Option(("--lang",), "CR-2014", type=Choice(LANGUAGES), expose_value=False, metavar="en|zh"),
            Option(
                ("-h", "--help"), "CR-2015", is_flag=True, is_eager=True, expose_value=False, callback=_help
            ),
        ]
        super().__init__(name, callback=callback, params=[*params, *everywhere], add_help_option=False)
        self.code, self.more = code, more

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        super().parse_args(ctx, args)
        if ctx.args:
            raise ChainruleError("CR-2023", command=ctx.command_path, extra=" ".join(ctx.args))
        return []

    def get_short_help_str(self, limit: int = 45) -> str:
        return say(self.code)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = [p.make_metavar(ctx=ctx) for p in self.params if isinstance(p, click.Argument)]
        usage = " ".join([*pieces, say("CR-2012")])
        formatter.write_usage(ctx.command_path, usage, prefix=say("CR-2010"))
        formatter.write_paragraph()
        _paragraph(formatter, say(self.code))
        if self.more:
            formatter.write_paragraph()
            for line in say(self.more).splitlines():
                _paragraph(formatter, line)
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            if isinstance(param, Option) and (record := param.get_help_record(ctx)):
                sections.setdefault(param.section, []).append(record)
        general = sections.pop("CR-2011", [])
        for code, records in (*sections.items(), ("CR-2011", general)):
            _section(formatter, say(code), records)


class Group(click.Group):
    """All commands; the page a newcomer sees first."""

    def __init__(self, commands: Iterable[Command]) -> None:
        super().__init__(
            "chainrule",
            commands={c.name or "": c for c in commands},
            add_help_option=False,
            invoke_without_command=True,
            callback=_bare,
            params=[
                Option(("--lang",), "CR-2014", type=Choice(LANGUAGES), expose_value=False, metavar="en|zh"),
                Option(
                    ("--version",),
                    "CR-2016",
                    is_flag=True,
                    is_eager=True,
                    expose_value=False,
                    callback=_version,
                ),
                Option(
                    ("-h", "--help"),
                    "CR-2015",
                    is_flag=True,
                    is_eager=True,
                    expose_value=False,
                    callback=_help,
                ),
            ],
        )

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order of use, not of the alphabet

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            raise ChainruleError(
                "CR-2022", name=args[0], known=", ".join(self.commands), near=near(args[0], self.commands)
            )
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, say("CR-2013"), prefix=say("CR-2010"))
        formatter.write_paragraph()
        for line in say("CR-2017").splitlines():
            _paragraph(formatter, line)
        _section(
            formatter,
            say("CR-2018"),
            [(n, say(c.code)) for n, c in self.commands.items() if isinstance(c, Command)],
        )
        options = [p.get_help_record(ctx) for p in self.get_params(ctx) if isinstance(p, Option)]
        _section(formatter, say("CR-2011"), [record for record in options if record])


def _help(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from .. import __version__

        click.echo(f"chainrule {__version__}")
        ctx.exit()


@click.pass_context
def _bare(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _paragraph(formatter: click.HelpFormatter, text: str) -> None:
    if text.startswith("  "):
        formatter.write(text + "\n")
    else:
        formatter.write("".join(line + "\n" for line in wrap(text, formatter.width)))


def _section(formatter: click.HelpFormatter, heading: str, records: list[tuple[str, str]]) -> None:
    if not records:
        return
    formatter.write(f"\n{heading}\n")
    column = min(max(text_width(flags) for flags, _ in records), 30) + 4
    for flags, text in records:
        lines = wrap(text, formatter.width - column)
        head = "  " + flags
        if text_width(head) > column - 2:
            formatter.write(head + "\n")
            head = ""
        for line in lines:
            formatter.write(head + " " * (column - text_width(head)) + line + "\n")
            head = ""


def near(name: str, known: Iterable[str]) -> str:
    """The sentence that names what was probably meant, or nothing."""
    close = difflib.get_close_matches(name, list(known), 2, 0.55)
    return say("CR-2024", names=", ".join(close)) if close else ""


def sentence(error: click.ClickException) -> ChainruleError:
    """click's own refusal as one of ours."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "chainrule"
    if isinstance(error, click.NoSuchOption):
        flags = [f for p in (context.command.params if context else ()) for f in p.opts]
        name = error.option_name
        return ChainruleError("CR-2021", option=name, command=command, near=near(name, flags))
    if isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param is not None else ""
        return ChainruleError("CR-2020", name=name, command=command)
    if isinstance(error, click.BadOptionUsage):
        return ChainruleError("CR-2025", option=error.option_name, command=command)
    return ChainruleError("CR-2026", text=error.format_message().rstrip("."), command=command)


def short(path: str) -> str:
    """A path as short as it can be said from here."""
    try:
        near_here = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return near_here if len(near_here) < len(path) else path


def quoted(text: str) -> str:
    """The text as one word of a shell."""
    import shlex

    return f'"{text}"' if os.name == "nt" and " " in text else text if os.name == "nt" else shlex.quote(text)
