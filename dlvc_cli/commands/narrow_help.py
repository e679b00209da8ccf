"""Help for terminals in which Typer's tables would cut the names of options."""

from __future__ import annotations

import inspect
import re
from types import MethodType
from typing import Any

__all__ = ["suit_narrow"]

_LEAST_COLUMNS = 60
_INDENT = "  "
_ADDED = re.compile(r"(?<!\\)\[(?=[^\[]*\]$)")


def suit_narrow(command: Any) -> Any:
    """Return the command; its help, and that of its subcommands, suits narrow terminals too."""
    for one in getattr(command, "commands", {}).values():
        suit_narrow(one)
    wide = command.format_help

    def format_help(self: Any, ctx: Any, formatter: Any) -> None:
        from dlvc_cli.reporting.console import open_console

        console = open_console()
        if console.width >= _LEAST_COLUMNS:
            wide(ctx, formatter)
            return
        for line in _lines(self, ctx):
            console.print(line)

    command.format_help = MethodType(format_help, command)
    return command


def _lines(command: Any, ctx: Any) -> list[Any]:
    """A name a line, and what it means below it."""
    from rich.padding import Padding
    from rich.text import Text

    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    lines: list[Any] = [Text(f"Usage: {usage}", "bold"), ""]
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        lines += [_read(" ".join(paragraph.split())), ""]
    for heading, records in _groups(command, ctx):
        lines.append(Text(heading, "bold"))
        for name, text in records:
            lines.append(Padding(Text(name, "cyan"), (0, 0, 0, len(_INDENT))))
            lines.append(Padding(_read(text), (0, 0, 0, 2 * len(_INDENT))))
        lines.append("")
    return [*lines, _read(command.epilog)] if command.epilog else lines[:-1]


def _groups(command: Any, ctx: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Arguments, options and subcommands, as (name, meaning) under their headings."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx)
        kind = "Arguments" if param.param_type_name == "argument" else "Options"
        if record is not None:
            groups.setdefault(getattr(param, "rich_help_panel", None) or kind, []).append(record)
    for name in getattr(command, "list_commands", lambda _: ())(ctx):
        one = command.get_command(ctx, name)
        if one is not None and not one.hidden:
            groups.setdefault("Commands", []).append((name, one.get_short_help_str(limit=1000)))
    return list(groups.items())


def _read(text: str) -> Any:
    """A help text, which is markup but for what Typer adds: ``[default: auto]``, ``[required]``."""
    from rich.text import Text

    return Text.from_markup(_ADDED.sub(r"\\[", text))
