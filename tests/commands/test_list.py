"""``dlvc list runs``."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def dlvc(dlvc, trained):
    shutil.copytree(trained / "runs", dlvc.folder / "runs")
    return dlvc


def test_runs_are_listed_with_what_became_of_them(dlvc):
    rows = dlvc.json("list", "runs")
    assert [row["name"] for row in rows] == ["one", "two"]
    assert all(row["state"] == "finished" and row["epoch"] == 3 for row in rows)
    assert all(0.4 <= row["best_acc"] <= 1 for row in rows)
    table = dlvc("list", "runs").stdout
    assert "one" in table and "3/3" in table and f"{rows[0]['best_acc']:.4f}" in table
