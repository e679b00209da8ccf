"""Ops and their variants check themselves; what has gone from an op's spec names its successor."""

from __future__ import annotations

import pytest

from dlvc_cli import Op, OpSpec, SpecError, Variants


@pytest.mark.parametrize("count", [0, 65, 1.5, "2", True, None])
def test_variants_are_counted_in_whole_numbers(count):
    with pytest.raises(SpecError, match="whole number from 1 to 64"):
        Variants(count=count, draw=lambda draws: draws)


def test_variants_are_drawn_by_a_function():
    with pytest.raises(SpecError, match="must be a function"):
        Variants(count=2, draw="mine:draw")


def test_an_op_is_made_of_functions():
    for wrong in ({"apply": None}, {"stand_in": 7}, {"variants": {}}):
        with pytest.raises(SpecError, match=f"the {next(iter(wrong))} of an Op must be"):
            Op(**{"apply": lambda images, draws: images} | wrong)


def test_what_has_another_name_says_so():
    with pytest.raises(ImportError, match="dlvc_cli has no Views any more: it has Variants"):
        from dlvc_cli import Views  # noqa: F401


@pytest.mark.parametrize(("field", "successor"), [("eval_factory", "stand_in"), ("views", "Var")])
def test_what_has_gone_from_a_spec_names_its_successor(field, successor):
    with pytest.raises(SpecError, match=f"OpSpec has no {field} any more.*Op.*{successor}"):
        OpSpec(name="turn", summary="Turn.", factory="mine:turn", **{field: "mine:other"})
