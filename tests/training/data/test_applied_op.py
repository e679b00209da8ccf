"""Ops as a run applies them."""

from __future__ import annotations

import pytest
from helpers.ops import TURN

pytestmark = pytest.mark.usefixtures("own_folder")


def test_something_else_than_variants_names_the_plugin(dlvc, make_plugin, folder):
    make_plugin("turner", TURN.replace("Variants(count=4", "dict(count=4"))
    words = ["train", "cnn", "--data", f"folder:{folder}", "--aug", "turn", "--max-steps", "1"]
    said = "turn of plugin turner breaks the contract: the variants of an Op must be Variants"
    assert said in dlvc(*words, code=1).stderr


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("count=4", "count=99", "breaks the contract: the count of Variants must be"),
        ("random=True", "random=False", "Op with variants, so its OpSpec must say random=True"),
        ("return Op(apply=op, variants=variants)", "return 7", "must build a function or an Op"),
        ("return Op(apply=op, variants=variants)", "return", "must build a function or an Op"),
        ("apply=op", "apply=None", "the apply of an Op must be a function, not None"),
        ("variants=variants", "stand_in=7", "the stand_in of an Op must be a function, not 7"),
    ],
)
def test_an_op_that_is_built_wrongly_names_the_plugin(dlvc, make_plugin, few, before, after, says):
    make_plugin("turner", TURN.replace(before, after))
    done = dlvc("train", "cnn", "--data", few, "--aug", "turn", "--max-steps", "1", code=1)
    assert says in done.stderr and "turn of plugin turner" in done.stderr
