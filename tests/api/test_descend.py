"""``dlvc.descend`` in a notebook."""

from __future__ import annotations

import pytest

import dlvc_cli as dlvc


def test_it_shows_itself_in_a_notebook():
    assert dlvc.descend("madsen", grid=50)._repr_png_().startswith(b"\x89PNG")


def test_it_says_itself_in_a_few_lines_and_names_what_a_walk_has():
    walk = dlvc.descend("madsen", grid=50)
    said = repr(walk).splitlines()
    assert said[0].startswith("<1 walk on madsen, ") and "dlvc gd madsen" in said[0]
    assert f"in {walk.steps:,} steps" in said[1] and walk.reason in said[1]
    assert {"path", "value", "reason", "norm", "save"} <= set(dir(walk))
    many = dlvc.descend("madsen", grid=50, random_starts=9)
    assert len(repr(many).splitlines()) == 7 and "and 4 more" in repr(many)
    assert "norm" not in dir(many)
    with pytest.raises(AttributeError, match="9: use"):
        _ = many.value
