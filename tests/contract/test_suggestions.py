"""What is suggested for a name that there isn't."""

from __future__ import annotations

import pytest

from dlvc_cli.contract.suggestions import did_you_mean, near, with_article


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Resnet", ["resnet"]), ("resnt", ["resnet", "resnet50"]), ("quite else", [])],
)
def test_names_that_are_like_it(name, meant):
    assert near(name, ["vgg", "resnet50", "resnet", "alexnet"])[: len(meant) or None] == meant


def test_nothing_is_suggested_of_nothing():
    assert did_you_mean([]) == ""
    assert did_you_mean(["a", "b", "a"]) == " Did you mean a or b?"


def test_a_noun_has_its_article():
    assert [with_article(noun) for noun in ("image", "Offer", "name")] == [
        "an image",
        "an Offer",
        "a name",
    ]
