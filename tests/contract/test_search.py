"""How names are searched for: part of a name, or a pattern that fits all of it."""

from __future__ import annotations

import pytest

from dlvc_cli import matches_pattern


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("net", True),
        ("resnet18", True),
        ("ResNet1", True),
        ("", True),
        ("resnet19", False),
        ("net*", False),  # a pattern is for the whole name
        ("*net*", True),
        ("res*", True),
        ("RES*8", True),
        ("resnet1?", True),
        ("resnet?", False),
        ("resnet[12]8", True),
        ("resnet[!1]8", False),
        ("resnet[", False),  # no pattern, and no part of the name
    ],
)
def test_a_name_is_found(pattern: str, found: bool) -> None:
    assert matches_pattern("resnet18", pattern) is found
    assert matches_pattern("ResNet18", pattern) is found


def test_no_character_of_a_name_is_special() -> None:
    assert matches_pattern("resnet18.a1_in1k", "18.a1") and matches_pattern("a+b", "A+")
    assert matches_pattern("a[1]", "a[[]1]") and not matches_pattern("a.b", "a?c")
