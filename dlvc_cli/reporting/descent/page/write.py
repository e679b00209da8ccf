"""A descent as one interactive page: a single HTML file that works without a network.

The page's scripts (``assets/*.js``) walk themselves, with the arithmetic of ``descent.kernel`` and
of the built-in optimisers' rules, on the surface's exact values. Walks that they can't make (by
other optimisers, or with exact gradients) are shown as they were made.
"""

from __future__ import annotations

import html
import json
from importlib.resources import files
from pathlib import Path
from string import Template

from dlvc_cli.descent.walks import Descent
from dlvc_cli.errors import BadOption
from dlvc_cli.files import replace_file
from dlvc_cli.reporting.descent.page.contents import page_data

__all__ = ["write_page"]

# In this order they are one script.
_SCRIPTS = (
    "engine decode walks ticks terrain trace marks view map chart fields rows panel page around "
    "hands start"
).split()
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
    assets = files("dlvc_cli.reporting.descent.page") / "assets"
    read = {
        name: (assets / name).read_text(encoding="utf-8")
        for name in ("page.html", "page.css", *(f"{script}.js" for script in _SCRIPTS))
    }
    known = page_data(descent)
    data = json.dumps(known, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    page = Template(read["page.html"]).substitute(
        title=html.escape(f"Gradient descent on {known['name']}"),
        style=read["page.css"],
        script="\n".join(read[f"{script}.js"] for script in _SCRIPTS),
        # Nothing in it may end the element that holds it.
        data=data.replace("<", "\\u003c"),
    )
    with replace_file(target) as handle:
        handle.write(page.encode())
