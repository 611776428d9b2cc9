"""arguments -> exit code: language, console, and every way a command can end."""

import os
import sys
from collections.abc import Sequence

from ..errors import ChainruleError
from ..messages import LANGUAGES, because, locale_language, say, set_language
from . import console


def run(arguments: list[str]) -> int:
    """Run `chainrule` with these arguments; never raises."""
    console.prepare()
    choose_language(arguments)
    try:
        return guarded(arguments)
    except BrokenPipeError:
        console.abandon(sys.stdout)
        return 141
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                console.abandon(stream)


def guarded(arguments: list[str]) -> int:
    import click

    from . import grammar
    from .commands import chainrule

    try:
        # not `chainrule.main`: it takes a closed pipe and an EOFError for other things than they are
        with chainrule.make_context("chainrule", list(arguments)) as context:
            result = chainrule.invoke(context)
        return result if isinstance(result, int) else 0
    except BrokenPipeError:
        raise
    except ChainruleError as error:
        return refuse(str(error))
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        return refuse(str(grammar.sentence(error)))
    except KeyboardInterrupt:
        console.say_err(say("CR-2040"))
        return 130
    except MemoryError:
        return refuse(f"{say('CR-2041')} [CR-2041]")
    except OSError as error:  # a full disk under standard output; files have sentences of their own
        if error.filename is None:
            return refuse(f"{say('CR-2042', reason=because(error))} [CR-2042]")
        return report_fault(error)
    except Exception as error:
        return report_fault(error)


def refuse(text: str) -> int:
    """One sentence on standard error; exit code 2."""
    console.say_err(f"{say('CR-2043')}{text}")
    return 2


def report_fault(error: Exception) -> int:
    """Something Chainrule should have caught: say so, and ask for a report."""
    if os.environ.get("CHAINRULE_DEBUG"):
        import traceback

        console.say_err(traceback.format_exc().rstrip())
    console.say_err(say("CR-2044", kind=type(error).__name__, text=str(error).split("\n")[0][:200]))
    return 1


def choose_language(arguments: Sequence[str]) -> None:
    """`--lang` wherever it stands, else the locale; English where the console cannot show Chinese."""
    language = locale_language()
    for i, argument in enumerate(arguments):
        if argument == "--":
            break
        given = argument[7:] if argument.startswith("--lang=") else ""
        if argument == "--lang" and i + 1 < len(arguments):
            given = arguments[i + 1]
        if given.lower() in LANGUAGES:  # any other is refused when the options are read
            language = given.lower()
    if language == "zh" and not (
        console.can_show("权值", sys.stdout) and console.can_show("权值", sys.stderr)
    ):
        language = "en"
    set_language(language)
