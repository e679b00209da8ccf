"""``dlvc.descend`` in a notebook."""

from __future__ import annotations

import dlvc_cli as dlvc


def test_it_shows_itself_in_a_notebook():
    assert dlvc.descend("madsen", grid=50)._repr_png_().startswith(b"\x89PNG")
