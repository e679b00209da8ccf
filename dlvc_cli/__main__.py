"""The ``dlvc`` command: runs the app, and turns errors into a sentence and an exit code.

Exit codes: 0 done, 1 failed, 2 wrong use, 130 and 143 after SIGINT and SIGTERM.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from dlvc_cli.errors import DlvcError, PluginError

__all__ = ["main"]

# Accepted anywhere on the command line, so they are taken out before commands are parsed.
_DEBUG, _STRICT = "--debug", "--strict"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = _DEBUG in words
    strict = _STRICT in words
    words = [word for word in words if word not in (_DEBUG, _STRICT)]
    signal.signal(signal.SIGTERM, _exit_on_sigterm)
    code = 1
    try:
        code = _run(words, strict)
        sys.stdout.flush()
    except DlvcError as error:
        if debug:
            raise
        _report_plugins()
        _say(f"error: {error}" if error.exit_code < 128 else str(error))
        code = error.exit_code
    except KeyboardInterrupt:
        _say("Stopped.")
        code = 128 + signal.SIGINT
    except BrokenPipeError:
        # The reader of a pipe has gone (dlvc list | head): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if debug:
            raise
        code = _unexpected(error)
    finally:
        _report_plugins()
    sys.exit(code)


def _run(words: list[str], strict: bool) -> int:
    from typer.main import get_command

    from dlvc_cli.app import app

    if strict:
        _refuse_broken_plugins()
    command = get_command(app)
    try:
        result = command.main(words, prog_name="dlvc", standalone_mode=False)
    except Exception as error:
        # Typer's usage errors, whose classes are private to it.
        message = getattr(error, "format_message", None)
        if message is None:
            raise
        context = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError":
            _say(message())
        else:
            where = context.command_path if context is not None else "dlvc"
            _say(f"error: {message()} See {where} --help.")
        return int(getattr(error, "exit_code", 2))
    return result if isinstance(result, int) else 0


def _exit_on_sigterm(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _unexpected(error: Exception) -> int:
    from dlvc_cli.errors import cause_of

    if isinstance(error, OSError) and error.filename:
        _say(f"error: {error.filename}: {error.strerror}.")
    elif isinstance(error, OSError) and error.strerror:
        _say(f"error: {error.strerror}.")
    elif isinstance(error, MemoryError):
        _say("error: Memory ran out. Ask for less at a time.")
    elif "out of memory" in str(error).lower():
        _say("error: Memory ran out. Try a smaller --batch-size or --image-size.")
    else:
        _say(f"error: {cause_of(error)}. This looks like a fault in dlvc: --debug shows where.")
    return 1


def _report_plugins() -> None:
    """Say once what is wrong with plugins, where any have been looked at."""
    from dlvc_cli.registry.registry import registry

    if registry.cache_info().currsize:
        for plugin, problem in registry().unreported():
            _say(f"warning: plugin {plugin.name} ({plugin.distribution}) {problem}.")


def _refuse_broken_plugins() -> None:
    from dlvc_cli.registry.registry import registry

    registry().check()
    problems = [
        f"{plugin.name} ({plugin.distribution}) {p}" for plugin, p in registry().unreported()
    ]
    if problems:
        raise PluginError(f"--strict: plugin {'; plugin '.join(problems)}.")


if __name__ == "__main__":
    main()
