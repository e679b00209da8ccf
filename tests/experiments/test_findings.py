"""Findings are held or refuted by figures."""

from __future__ import annotations

import pytest

from dlvc_cli.experiments.findings import Finding, judge

FIGURES = {"plain": 0.80, "flip": 0.83, "crop": 0.84, "both": 0.86, "later": None}


def finding(test: str, experiments, among=(), **more) -> Finding:
    return Finding(
        name="one", says="It is so.", expect=more.pop("expect", "held"), test=test,
        outcome="best_acc", experiments=tuple(experiments), among=tuple(among), **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("test", "experiments", "among", "held"),
    [
        ("highest", ["both"], ["plain", "flip", "crop", "both"], True),
        ("highest", ["crop"], ["plain", "flip", "crop", "both"], False),
        ("lowest", ["plain"], ["flip", "crop"], True),
        ("above", ["flip", "crop"], ["plain"], True),
        ("above", ["plain", "both"], ["flip"], False),
        ("below", ["plain"], ["flip", "crop"], True),
        ("below", ["flip", "both"], ["crop"], False),
    ],
)
def test_a_finding_is_held_by_every_figure_that_it_speaks_of(test, experiments, among, held):
    verdict = judge(finding(test, experiments, among), FIGURES)
    assert verdict.held is held and verdict.as_expected is held
    assert "0.8" in verdict.why


def test_near_is_within_the_tolerance():
    near = {"value": 0.82, "tolerance": 0.015}
    assert judge(finding("near", ["flip"], **near), FIGURES).held is True
    assert judge(finding("near", ["flip", "crop"], **near), FIGURES).held is False


def test_what_is_expected_to_be_refuted_is_right_when_it_is():
    assert judge(finding("above", ["plain"], ["flip"], expect="refuted"), FIGURES).as_expected
    told = judge(finding("above", ["flip"], ["plain"], expect="refuted"), FIGURES)
    assert told.held and told.as_expected is False


@pytest.mark.parametrize(("experiments", "among"), [(["later"], ["plain"]), (["nobody"], ["plain"]),
                                                    (["plain"], ["nobody"])])  # fmt: skip
def test_without_figures_nothing_is_known(experiments, among):
    verdict = judge(finding("above", experiments, among), FIGURES)
    assert verdict.held is None and verdict.as_expected is None
