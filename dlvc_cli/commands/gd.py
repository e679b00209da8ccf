"""``dlvc gd``: its options are the fields of ``DescentConfig``."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from dlvc_cli.commands.completion import complete_names
from dlvc_cli.commands.typer_options import add_options
from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.descent.request_plan import MAX_PATHS, DescentPlan
from dlvc_cli.errors import BadOption
from dlvc_cli.reporting.output import say, say_error
from dlvc_cli.reporting.targets import DRAWN, check_target

__all__ = ["gd"]

_OUTPUT = "What it leaves"

SurfaceName = Annotated[
    str,
    typer.Argument(
        help="A surface (dlvc list surfaces), a formula in quotes, or an image file.",
        metavar="SURFACE",
        autocompletion=complete_names("surfaces"),
    ),
]
Out = Annotated[
    list[Path] | None,
    typer.Option(
        help="Draw it: .png (or .svg, .pdf), .gif (animated), .html (interactive); repeatable.",
        metavar="FILE",
        rich_help_panel=_OUTPUT,
    ),
]
Save = Annotated[
    Path | None,
    typer.Option(
        help="Write positions and steps as CSV; of more than 100 walks, starts and ends.",
        metavar="FILE.csv",
        rich_help_panel=_OUTPUT,
    ),
]
Speed = Annotated[
    float,
    typer.Option(
        help="Speed of the live view; 1 shows any walk in ten seconds, 0 shows its end at once.",
        min=0,
        rich_help_panel=_OUTPUT,
    ),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="One JSON object, paths too.", rich_help_panel=_OUTPUT),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", help="Warnings and the result only.", rich_help_panel=_OUTPUT)
]


def gd(
    surface: SurfaceName,
    out: Out = None,
    save: Save = None,
    speed: Speed = 1.0,
    as_json: Json = False,
    quiet: Quiet = False,
    **options: Any,
) -> int:
    """Descend on a surface and watch; x1 is the column, x2 the row, values lie in [0, 1].

    A walk stops where the gradient is small, after --max-steps, where it would leave the surface,
    or where it no longer moves.

    Example: dlvc gd schaffer --nesterov, or dlvc gd "x**2 + 3*y**2" --domain -5,5
    """
    given = {name: value for name, value in options.items() if value not in (None, [])}
    if as_json and quiet:
        raise BadOption("--json and --quiet exclude each other.")
    if "start" in given:
        given["start"] = [_numbers("--start", word, "400,500") for word in given["start"]]
    if "domain" in given:
        given["domain"] = _numbers("--domain", given["domain"], "-5,5")
    if not math.isfinite(speed):
        raise BadOption(f"--speed takes a number from 0 on, not {speed:g}.")
    targets = [*(out or []), *([save] if save else [])]
    for target in targets:
        if target is save:
            check_target(target, (".csv",), "--save")
        else:
            check_target(target, DRAWN, "--out")

    from dlvc_cli.descent.request import plan_request

    # All that can be found wrong without numpy is found before it is imported.
    plan = plan_request({"surface": surface} | given)
    for target in targets:
        _check_for_plan(target, plan)
    from dlvc_cli.api.descend import run_plan
    from dlvc_cli.api.signals import raising_interrupts
    from dlvc_cli.descent.engine import prepare_surface
    from dlvc_cli.reporting.descent.terminal.views import open_view

    sampled = prepare_surface(plan)
    with open_view("json" if as_json else "quiet" if quiet else "auto", sampled, speed) as view:
        keep_paths = as_json or bool(targets) or view.needs_paths
        descent = run_plan(plan, sampled, view, keep_paths)
        with raising_interrupts():
            interrupted = view.show(descent)
    if interrupted:
        say_error("Stopped: this is how the walks end.")
    wrote, failures = [], []
    for target in targets:
        try:
            descent.save(target)
            wrote.append(target)
        except Exception as error:
            # The walks must not be lost where a file can't be written.
            failures.append(error)
    if as_json:
        from dlvc_cli.reporting.descent.records import json_pieces

        for piece in json_pieces(descent):
            sys.stdout.write(piece)
    else:
        from dlvc_cli.reporting.descent.terminal.table import print_descent

        print_descent(descent)
    for target in wrote:
        (say_error if as_json else say)(f"Wrote {target}")
    if failures:
        raise failures[0]
    return 130 if interrupted else 0


def _numbers(option: str, word: str, example: str) -> tuple[float, float]:
    """Two numbers with a comma between."""
    try:
        first, second = (float(part) for part in word.split(","))
    except ValueError:
        raise BadOption(
            f"{option} takes two numbers with a comma between, {option} {example}, not {word!r}."
        ) from None
    return first, second


def _check_for_plan(target: Path, plan: DescentPlan) -> None:
    """Refuse a file that would take the surface's place, or couldn't show so many walks."""
    if isinstance(plan.surface, Path) and target.resolve() == plan.surface.resolve():
        raise BadOption(f"{target} is the surface itself. Choose another name.")
    if target.suffix.lower() == ".gif" and plan.walks > MAX_PATHS:
        raise BadOption(
            f"{target}: an animation shows at most {MAX_PATHS} walks, and these are "
            f"{plan.walks:,}. Take fewer starts, or draw a .png."
        )


add_options(gd, DescentConfig)
