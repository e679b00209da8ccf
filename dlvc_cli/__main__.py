"""The ``dlvc`` command: runs the app, and turns errors into a sentence and an exit code.

Exit codes: 0 done, 1 failed, 2 wrong use; 129, 130 and 143 after SIGHUP, SIGINT and SIGTERM.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

# All else is imported when signals are listened to.
from dlvc_cli.api.signals import end_with_input, leave_at_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from dlvc_cli.config.place import Place
    from dlvc_cli.errors import DlvcError

__all__ = ["main"]

# Accepted anywhere on the command line, so they are taken out before commands are parsed.
_DEBUG, _STRICT = "--debug", "--strict"

# What to do where memory runs out, by command.
_NEED_LESS = {
    "train": "Try a smaller --batch-size or --image-size.",
    "gd": "Take fewer starts or trials, or a smaller --grid.",
    "predict": "Predict fewer images at a time.",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    leave_at_once()
    # As dlvc_cli.contract.executors.ATTENDED, which takes longer to import; not for its children.
    if os.environ.pop("DLVC_ATTENDED", None):
        end_with_input()
    from dlvc_cli.errors import DlvcError, out_of_memory
    from dlvc_cli.reporting.output import notes_for_warnings, say_error
    from dlvc_cli.reporting.streams import lost_output, open_output

    open_output()
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = _DEBUG in words
    strict = _STRICT in words
    words = [word for word in words if word not in (_DEBUG, _STRICT)]
    command = words[0] if words else ""
    code = 1
    try:
        if not debug:
            notes_for_warnings(audible=_place().writes)
        code = _run(words, strict)
        lost = lost_output()
        if lost is not None and not code:
            say_error(f"error: The output cannot be written: {lost.strerror}.")
            code = 1
    except DlvcError as error:
        if debug:
            raise
        _report_plugins()
        # One that was raised from a want of memory tells less; none of a kind speaks of it.
        memory = out_of_memory(error) and type(error) is not DlvcError
        code = _unexpected(error, command) if memory else _explain(error)
    except KeyboardInterrupt:
        say_error("Stopped.")
        code = 130
    except Exception as error:
        if debug:
            raise
        code = _unexpected(error, command)
    finally:
        _report_plugins()
    _end(code)


def _end(code: int) -> NoReturn:
    """End the process, of several without taking the interpreter apart first.

    While it is, threads of gloo that give back objects of Python's abort the process; and signals
    have their usual effect again.
    """
    if _place().world > 1:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


def _run(words: list[str], strict: bool) -> int:
    from typer.main import get_command

    from dlvc_cli.app import app
    from dlvc_cli.commands.narrow_help import suit_narrow
    from dlvc_cli.reporting.output import say_error

    if strict:
        _refuse_broken_plugins()
    command = suit_narrow(get_command(app))
    try:
        result = command.main(words, prog_name="dlvc", standalone_mode=False)
    except Exception as error:
        # Typer's usage errors, whose classes are private to it.
        message = getattr(error, "format_message", None)
        if message is None:
            raise
        context = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError":
            say_error(*message().splitlines())
        else:
            from dlvc_cli.commands.usage_errors import usage_sentence

            where = context.command_path if context is not None else _command_of(words)
            text = f"{usage_sentence(error)} See {where} --help."
            if _speaks(text):
                say_error(f"{_whose()}error: {text}")
        return int(getattr(error, "exit_code", 2))
    return result if isinstance(result, int) else 0


def _leave_word(kind: str, text: str) -> None:
    """Leave an error in the file that whoever started this process has named for it."""
    from dlvc_cli.contract.executors import ERROR_FILE
    from dlvc_cli.errors import DlvcError

    if file := os.environ.get(ERROR_FILE):
        from dlvc_cli.files import write_json

        with contextlib.suppress(OSError, DlvcError):
            write_json(Path(file), {"kind": kind, "text": text})


def _command_of(words: list[str]) -> str:
    """The command that words begin with, as far as that can be told."""
    from dlvc_cli.app import COMMANDS

    return f"dlvc {words[0]}" if words and words[0] in COMMANDS else "dlvc"


def _explain(error: DlvcError) -> int:
    from dlvc_cli.errors import LostProcess
    from dlvc_cli.reporting.output import say_error

    _leave_word(type(error).__name__, str(error))
    first, *more = error.lines or (type(error).__name__,)
    if not (isinstance(error, LostProcess) and error.told) and _speaks(str(error)):
        say_error(f"{_whose()}error: {first}" if error.exit_code < 128 else first, *more)
    return error.exit_code


def _unexpected(error: Exception, command: str) -> int:
    from dlvc_cli.errors import cause_of, out_of_memory
    from dlvc_cli.reporting.output import say_error

    if out_of_memory(error):
        text = f"Memory ran out. {_NEED_LESS.get(command, 'Ask for less at a time.')}"
    elif isinstance(error, OSError) and error.filename:
        text = f"{error.filename}: {error.strerror}."
    elif isinstance(error, OSError) and error.strerror:
        text = f"{error.strerror}."
    else:
        text = f"{cause_of(error)}. This looks like a fault in dlvc: --debug shows where."
    _leave_word(type(error).__name__, text)
    if _speaks(text):
        say_error(f"{_whose()}error: {text}")
    return 1


def _place() -> Place:
    """This process's place among several; alone where the environment makes no sense."""
    from dlvc_cli.config.place import Place, place_of
    from dlvc_cli.errors import BadOption

    try:
        return place_of()
    except BadOption:
        return Place()


def _speaks(text: str) -> bool:
    """Whether this process says what ended it: of several, one does."""
    place = _place()
    if place.world == 1:
        return True
    from dlvc_cli.api.one_voice import speaks

    return speaks(place, text)


def _whose() -> str:
    """What to put before an error of another process than the first."""
    place = _place()
    return "" if place.writes else f"{place.name}: "


def _report_plugins() -> None:
    """Say once what is wrong with plugins, where any have been looked at."""
    from dlvc_cli.registry.registry import registry
    from dlvc_cli.reporting.output import say_warning

    if registry.cache_info().currsize and _place().writes:
        for plugin, problem in registry().unreported():
            say_warning(f"plugin {plugin.name} ({plugin.distribution}) {problem}.")


def _refuse_broken_plugins() -> None:
    from dlvc_cli.errors import PluginError
    from dlvc_cli.registry.registry import registry

    registry().check()
    problems = [
        f"{plugin.name} ({plugin.distribution}) {p}" for plugin, p in registry().unreported()
    ]
    if problems:
        raise PluginError(f"--strict: plugin {'; plugin '.join(problems)}.")


if __name__ == "__main__":
    main()
