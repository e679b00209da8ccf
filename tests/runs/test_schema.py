"""What JSON from outside must be: types by key, with the place of what is wrong."""

from __future__ import annotations

import pytest

from dlvc_cli.runs.schema import (
    COUNT,
    NUMBER,
    POSITIVE,
    TEXT,
    each,
    either,
    list_of,
    nullable,
    optional,
    problem_with,
)

SCHEMA = {
    "name": TEXT,
    "size": list_of(POSITIVE, 2),
    "seconds": nullable(NUMBER),
    "epoch": optional(COUNT),
    "inside": {"names": each(list_of(TEXT))},
    "state": either("done", 1),
}
RIGHT = {"name": "a", "size": [1, 2], "inside": {"names": {"b": ["c"]}}, "state": "done", "x": [{}]}


def test_what_is_right_has_no_problem_and_more_keys_are_none():
    assert problem_with(RIGHT, SCHEMA) is None
    assert problem_with(RIGHT | {"seconds": None, "epoch": 0, "state": 1}, SCHEMA) is None
    assert problem_with(RIGHT | {"seconds": 2.5}, SCHEMA) is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": 3}, "name is no text"),
        ({"size": [1, 0]}, "size[1] is no whole number from 1"),
        ({"size": [1]}, "size has not 2 values"),
        ({"size": "ab"}, "size is no list"),
        ({"seconds": float("inf")}, "seconds is no number"),
        ({"seconds": 10**400}, "seconds is no number"),
        ({"seconds": True}, "seconds is no number"),
        ({"epoch": None}, "epoch is no whole number from 0"),
        ({"epoch": 2**63}, "epoch is no whole number from 0"),
        ({"epoch": 1.0}, "epoch is no whole number from 0"),
        ({"inside": []}, "inside is no object"),
        ({"inside": {}}, "inside.names is missing"),
        ({"inside": {"names": {"b": ["c", 1]}}}, "inside.names.b[1] is no text"),
        ({"inside": {"names": 1}}, "inside.names is no object"),
        ({"state": True}, "state is none of 'done', 1"),
    ],
)
def test_the_first_problem_is_told_with_its_place(change, problem):
    assert problem_with(RIGHT | change, SCHEMA) == problem


def test_what_is_no_object_at_all_is_told():
    assert problem_with([], SCHEMA) == "it is no object"
