"""``--tta`` of the commands that use a run, defined once."""

from __future__ import annotations

from typing import Annotated

import typer

from dlvc_cli.config.tta import OVER_VARIANTS

__all__ = ["Tta"]

Tta = Annotated[
    str | None,
    typer.Option(
        "--tta",
        help=f"Average probabilities {OVER_VARIANTS}; by default, as the run was validated.",
        metavar="WORDS",
    ),
]
