"""A descent as one interactive page: a single HTML file that works without a network.

The page's scripts (``assets/*.js``) walk themselves, with the arithmetic of ``descent.kernel`` and
with optimisers' rules, translated from Python, on the surface's exact values. Walks that they can't
make (without a rule, with one that has no translation, or with exact gradients) are shown as they
were made.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

from dlvc_cli.descent.walks import Descent
from dlvc_cli.errors import BadOption
from dlvc_cli.registry.registry import registry
from dlvc_cli.reporting.descent.page.contents import page_data
from dlvc_cli.reporting.descent.page.live_rules import LiveRules
from dlvc_cli.reporting.descent.page.scripts import asset, page_script
from dlvc_cli.reporting.descent.page.typesetting.mathml import formula_markup
from dlvc_cli.reporting.page_parts.framed_page import write_framed

__all__ = ["write_page"]

# What a browser holds in one piece.
_MOST_VALUES = 16_000_000


def write_page(descent: Descent, target: Path) -> None:
    """Write the page.

    Raises:
        BadOption: the surface has too many points for a page.
        RunError: the file cannot be written; one that is there stays as it is.
    """
    surface = descent.surface
    if surface.values.size > _MOST_VALUES:
        raise BadOption(
            f"{target}: a page holds at most {_MOST_VALUES:,} grid points, and this surface has "
            f"{surface.values.size:,}. Take a smaller --grid, or write a .png."
        )
    live = LiveRules(registry().offers("optimizers"), surface)
    known = page_data(descent, live)
    formula = "" if surface.frame is None else formula_markup(surface.frame.formula.text)
    write_framed(
        target,
        title=f"Gradient descent on {known['name']}",
        style=asset("page.css"),
        body=Template(asset("page.html")).substitute(formula=formula),
        script=page_script(live.scripts),
        data=known,
    )
