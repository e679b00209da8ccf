"""How many images a run has, and how large they are."""

from __future__ import annotations

import pytest
from helpers.folders import make_folder

from dlvc_cli.api.job import plan_job
from dlvc_cli.errors import DataError
from dlvc_cli.training import amounts
from dlvc_cli.training.amounts import amounts_of


def plan(folder, **options):
    return plan_job({"model": "cnn", "data": f"folder:{folder}"} | options).plan


def test_images_are_counted_as_a_run_divides_them(own_folder, folder):
    found = amounts_of(plan(folder))
    assert found.images == {"train": 80, "val": 26} and found.reading > 0
    assert found.classes == tuple(sorted(found.classes))
    held = amounts_of(plan(folder, fold="1/4"))
    assert held.images == {"train": 60, "val": 26, "test": 20}


def test_a_sample_decides_on_the_size_and_stands_for_all(own_folder, tmp_path, monkeypatch):
    folder = make_folder(tmp_path / "many", {"train": 30, "val": 5})
    monkeypatch.setattr(amounts, "_SAMPLE", 8)
    found = amounts_of(plan(folder))
    assert found.size == amounts_of(plan(folder)).size and found.images["train"] == 60


def test_data_that_would_be_downloaded_first_is_not_here(own_folder, folder, monkeypatch):
    monkeypatch.setattr(amounts, "is_here", lambda data: False)
    with pytest.raises(DataError, match="no copy"):
        amounts_of(plan(folder))
