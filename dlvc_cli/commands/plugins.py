"""``dlvc plugins``: the packages that objects come from."""

from __future__ import annotations

from typing import Annotated

import typer

from dlvc_cli.commands.list import list_objects

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="The plugins that are installed here.")

Json = Annotated[bool, typer.Option("--json", help="An array of JSON objects.")]


@app.callback()
def plugins() -> None:
    """Look at the plugins that are installed here.

    Example: dlvc plugins list
    """


@app.command("list")
def list_plugins(as_json: Json = False) -> None:
    """List plugins, what each offers, and what is wrong with it.

    Example: dlvc plugins list
    """
    list_objects("plugins", None, as_json)
