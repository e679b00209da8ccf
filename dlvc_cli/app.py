"""The Typer app. It only mounts commands, and imports one when it is called or listed."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from dlvc_cli.commands.narrow_help import suit_narrow
from dlvc_cli.contract.factory import Factory
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.errors import UsageError
from dlvc_cli.reporting.outside_text import shown

__all__ = ["COMMANDS", "app"]

COMMANDS = {
    "train": "dlvc_cli.commands.train:train",
    "test": "dlvc_cli.commands.test:test",
    "predict": "dlvc_cli.commands.predict:predict",
    "compare": "dlvc_cli.commands.compare:compare",
    "report": "dlvc_cli.commands.report:report",
    "reproduce": "dlvc_cli.commands.reproduce:reproduce",
    "gd": "dlvc_cli.commands.gd:gd",
    "list": "dlvc_cli.commands.list:list_objects",
    "show": "dlvc_cli.commands.show:show",
    "runs": "dlvc_cli.commands.runs:app",
    "plugins": "dlvc_cli.commands.plugins:app",
    "cache": "dlvc_cli.commands.cache:app",
}
"""The core's commands, and where each is."""


class FirstArgument(TyperCommand):
    """A command whose first word may begin with a minus: a formula, ``-x**2``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Let the first word stand behind all options where it is none."""
        flags = {flag for parameter in self.get_params(ctx) for flag in parameter.opts}
        first = args[0] if args else ""
        minus = first.startswith("-") and not first.startswith("--") and first != "-"
        if minus and first[:2] not in flags and "--" not in args:
            args = [*args[1:], "--", first]
        return super().parse_args(ctx, args)


class LazyGroup(TyperGroup):
    """A group whose commands are imported one at a time, plugins' commands among them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands."""
        return [*COMMANDS, *(name for name in _plugin_commands() if name not in COMMANDS)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command for listings: of a plugin's only the summary, so nothing is imported."""
        if cmd_name in COMMANDS:
            return _mount(cmd_name, Factory(COMMANDS[cmd_name]).load())
        offer = _plugin_commands().get(cmd_name)
        return None if offer is None else _mount(cmd_name, _stand_in(offer.spec.summary))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command to call; a plugin's is imported now."""
        name = args[0]
        if name in COMMANDS:
            return super().resolve_command(ctx, args)
        if name.rpartition("/")[2] not in _plugin_commands():
            hint = did_you_mean(near(name, self.list_commands(ctx), 1))
            raise UsageError(f"There is no command called {name!r}.{hint} See dlvc --help.")
        from dlvc_cli.registry.offers import guarded
        from dlvc_cli.registry.registry import registry

        offer = registry().find("commands", name)
        return name, _mount(name, guarded(offer, offer.spec.factory.load)), args[1:]


def _plugin_commands() -> dict[str, Any]:
    from dlvc_cli.registry.registry import registry

    return {offer.name: offer for offer in reversed(registry().offers("commands"))}


def _stand_in(summary: str) -> Any:
    def command() -> None: ...

    # Help texts are read as markup.
    command.__doc__ = shown(summary).replace("[", r"\[")
    return command


def _mount(name: str, target: Any) -> Any:
    if isinstance(target, typer.Typer):
        mounted = get_command(target)
        mounted.name = name
        return suit_narrow(mounted)
    single = typer.Typer(add_completion=False, context_settings=_CONTEXT)
    single.command(name, cls=FirstArgument)(target)
    return suit_narrow(get_command(single))


_CONTEXT = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    context_settings=_CONTEXT,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _show_version(value: bool) -> None:
    if value:
        from dlvc_cli import __version__

        typer.echo(f"dlvc {__version__}")
        raise typer.Exit


@app.callback(epilog="Everywhere: --debug shows tracebacks, --strict refuses broken plugins.")
def main(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Train image classifiers and see what they learn: every part a plugin.

    Example: dlvc train cnn --aug flip,crop --wd 1e-5
    """
