"""A formula checks itself, and a surface's old fields name their successor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlvc_cli import Formula, SpecError, SurfaceSpec


def bowl(x: Any, y: Any, xp: Any) -> Any:
    return x**2 + y**2


def test_a_formula_holds_its_function_its_text_and_its_minima():
    formula = Formula(function=bowl, text="x^2 + y^2", minima=((0, 0),))
    assert formula.function(3.0, 4.0, np) == 25
    assert (formula.text, formula.minima) == ("x^2 + y^2", ((0, 0),))


def test_minima_may_be_unknown_and_may_be_numpy_s_numbers():
    assert Formula(function=bowl, text="").minima == ()
    point = (np.float32(0.5), np.int64(1))
    assert Formula(function=bowl, text="", minima=(point,)).minima == (point,)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"function": "x^2"}, "function must be callable"),
        ({"text": None}, "text must be text"),
        ({"text": lambda: "x^2"}, "text must be text"),
        ({"minima": lambda: ((0, 0),)}, "minima must be a tuple"),
        ({"minima": [(0, 0)]}, "minima must be a tuple"),
        ({"minima": (0, 0)}, "not pairs of finite numbers"),
        ({"minima": ((1, 2, 3),)}, "not pairs of finite numbers"),
        ({"minima": ((0, float("inf")),)}, "not pairs of finite numbers"),
        ({"minima": ((0, float("nan")),)}, "not pairs of finite numbers"),
        ({"minima": ((0, "1"),)}, "not pairs of finite numbers"),
        ({"minima": ((0, 1j),)}, "not pairs of finite numbers"),
    ],
)
def test_anything_else_is_refused(given, text):
    with pytest.raises(SpecError, match=text):
        Formula(**{"function": bowl, "text": "x^2 + y^2"} | given)


@pytest.mark.parametrize("field", ["formula", "minima"])
def test_a_field_that_a_surface_once_had_names_its_successor(field):
    with pytest.raises(SpecError, match=rf"no {field} any more.*dlvc_cli\.Formula"):
        SurfaceSpec(
            name="dish",
            summary="A dish.",
            factory=bowl,
            source="here",
            domain=(-1, 1),
            **{field: "x^2"},
        )


@pytest.mark.parametrize("field", ["formula='x^2'", "minima=((0, 0),)"])
def test_a_plugin_with_such_a_field_is_told_so_and_the_rest_goes_on(dlvc, make_plugin, field):
    make_plugin(
        "older",
        f"""
        from dlvc_cli import SurfaceSpec, hookimpl

        @hookimpl
        def dlvc_surfaces():
            return [SurfaceSpec(name="dish", summary="A dish.", factory="older:build",
                                source="here", domain=(-1, 1), {field})]
        """,
    )
    name = field.partition("=")[0]
    done = dlvc("list", "surfaces")
    assert "older" in done.stderr and f"SurfaceSpec has no {name} any more" in done.stderr
    assert "dlvc_cli.Formula" in done.stderr
    assert "schaffer" in done.stdout and "dish" not in done.stdout
