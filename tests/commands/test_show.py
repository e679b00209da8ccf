"""``dlvc show`` as users call it."""

from __future__ import annotations


def test_a_page_has_the_facts_and_the_parameters(dlvc):
    heading, *lines = dlvc("show", "one-cycle").stdout.splitlines()
    assert heading.split() == ["one-cycle", "schedules"]
    assert any(line.split()[:2] == ["plugin", "dlvc-optim"] for line in lines)
    assert any(line.startswith("pct ") and "0.3" in line for line in lines)


def test_all_kinds_of_a_name_are_shown(dlvc, make_plugin):
    source = """
        from dlvc_cli import LossSpec, OpSpec, hookimpl

        @hookimpl
        def dlvc_ops():
            return [OpSpec(name="both", summary="An op.", factory="nowhere:op")]

        @hookimpl
        def dlvc_losses():
            return [LossSpec(name="both", summary="A loss.", factory="nowhere:loss")]
    """
    make_plugin("twofold", source)
    assert [row["kind"] for row in dlvc.json("show", "both")] == ["ops", "losses"]


def test_what_there_is_not_is_said(dlvc):
    refused = dlvc("show", "nonsense", code=2)
    assert "nothing called 'nonsense'" in refused.stderr and "dlvc list" in refused.stderr
