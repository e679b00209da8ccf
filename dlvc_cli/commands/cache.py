"""``dlvc cache``: features of images that runs have computed and others can use."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from dlvc_cli.reporting.output import say, say_json

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False)

Json = Annotated[bool, typer.Option("--json", help="An array of JSON objects.")]


@app.callback()
def cache() -> None:
    """List or clear the features of images that are kept for later runs.

    A run with --feature-extract keeps them, for others of the same network and images: other seeds,
    folds, heads, optimisers.

    Over $DLVC_CACHE_GB (10 GB by default), what was unused for longest goes.

    Example: dlvc cache list
    """


@app.command("list")
def list_entries(as_json: Json = False) -> None:
    """List what is in the cache, the features used last first.

    Example: dlvc cache list
    """
    from dlvc_cli.training.features.disk import cache_entries, cache_folder, cache_limit

    entries, limit = cache_entries(), cache_limit()
    if as_json:
        rows = [{"key": e.key, **dataclasses.asdict(e), "path": str(e.path)} for e in entries]
        say_json(rows, indent=2)
        return
    from dlvc_cli.reporting.listing import print_cache

    print_cache(entries, cache_folder(), limit)


@app.command("clear")
def clear_entries() -> None:
    """Remove all features; runs compute them anew when they need them.

    Example: dlvc cache clear
    """
    from dlvc_cli.reporting.formats import file_size
    from dlvc_cli.training.features.disk import clear

    entries = clear()
    say(f"{len(entries)} removed, {file_size(sum(entry.size for entry in entries))}.")
