"""``dlvc cache``: decoded images, and features of them, that runs have made and others can use."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from dlvc_cli.reporting.output import say, say_json

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False)

Json = Annotated[bool, typer.Option("--json", help="An array of JSON objects.")]


@app.callback()
def cache() -> None:
    """List or clear what is kept for later runs: decoded images, and features of images.

    Image files are decoded once for every size that they are needed at.

    A run with --feature-extract keeps features, for others of the same network and images: other
    seeds, folds, heads, optimisers.

    Over $DLVC_IMAGE_CACHE_GB (20 GB by default) of images or $DLVC_CACHE_GB (10 GB) of features,
    what was unused for longest goes. $XDG_CACHE_HOME moves both to another disk.

    Example: dlvc cache list
    """


@app.command("list")
def list_entries(as_json: Json = False) -> None:
    """List what is in the cache, what was used last first: images, then features.

    Example: dlvc cache list
    """
    from dlvc_cli.training.data.image_cache import image_entries, image_folder, image_limit
    from dlvc_cli.training.features.disk import cache_entries, cache_folder, cache_limit

    images, features = image_entries(), cache_entries()
    limits = image_limit(), cache_limit()
    if as_json:
        say_json(_rows("images", images) + _rows("features", features), indent=2)
        return
    from dlvc_cli.reporting.cache_tables import print_cache, print_images

    print_images(images, image_folder(), limits[0])
    print_cache(features, cache_folder(), limits[1])


def _rows(kind: str, entries: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {"key": entry.key, "kind": kind, **dataclasses.asdict(entry), "path": str(entry.path)}
        for entry in entries
    ]


@app.command("clear")
def clear_entries() -> None:
    """Remove all of it, and what is remembered of files; runs make anew what they need.

    Example: dlvc cache clear
    """
    from dlvc_cli.images.file_digests import digests_folder
    from dlvc_cli.reporting.formats import file_size
    from dlvc_cli.training.data.image_cache import clear_images
    from dlvc_cli.training.features.disk import clear

    images, features = clear_images(), clear()
    shutil.rmtree(digests_folder(), ignore_errors=True)
    size = sum(entry.size for entry in images) + sum(entry.size for entry in features)
    count = len(images) + len(features)
    say(
        f"{count} removed ({len(images)} of images, {len(features)} of features), "
        f"{file_size(size)}."
    )
