"""What an epoch takes: arithmetic by hand, and what is measured of it. No wall time is asserted."""

from __future__ import annotations

import pytest
import torch
from helpers.transfer import make_weights

from dlvc_cli.api.job import plan_job
from dlvc_cli.training import timing
from dlvc_cli.training.amounts import Amounts
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.timing import PerImage, Timing, time_epoch, timing_of

CPU = Runtime(torch.device("cpu"), "fp32", 1)
AMOUNTS = Amounts(("cat", "dog"), {"train": 80, "val": 26}, (32, 32), 0.5)


def test_an_epoch_is_its_images_times_what_each_takes():
    each = PerImage(step=0.5, evaluation=0.25, features=2.0)
    found = timing_of(each, (80, 26), running=4, variants=2)
    assert found == Timing(80 * 0.5 + 30 * 0.25, 160.0, 52.0, 2)


def clocked(monkeypatch, seconds):
    """Let time pass as work says, and only then."""
    now = [0.0]
    monkeypatch.setattr(timing.time, "perf_counter", lambda: now[0])
    counts = []

    def work(count: int) -> None:
        counts.append(count)
        now[0] += seconds(count)

    return work, counts


def test_of_a_small_network_whole_batches_are_timed(monkeypatch):
    work, counts = clocked(monkeypatch, lambda count: 0.01 + 0.001 * count)
    assert timing._seconds_an_image(work, 128, CPU, 0.0) == (0.01 + 0.128) / 128
    assert counts == [4, 4, 16, 64, 128, 128, 128]


def test_what_a_call_takes_is_not_taken_for_what_images_do(monkeypatch):
    """As where threads wait for a processor that another process has."""
    work, counts = clocked(monkeypatch, lambda count: 0.5 + 0.002 * count)
    assert timing._seconds_an_image(work, 128, CPU, 0.0) == pytest.approx(0.756 / 128)
    assert counts[:5] == [4, 4, 16, 64, 128]


def test_of_a_large_network_a_few_images_tell(monkeypatch):
    work, counts = clocked(monkeypatch, lambda count: 0.5 * count)
    assert timing._seconds_an_image(work, 128, CPU, 1.0) == 0.5
    assert counts == [4, 4]


def test_a_batch_may_be_smaller_than_a_few(monkeypatch):
    work, counts = clocked(monkeypatch, lambda count: 1.0)
    assert timing._seconds_an_image(work, 2, CPU, 0.0) == 0.5
    assert set(counts) == {2}


def test_kept_features_are_timed_apart_from_the_head(own_folder, tmp_path, folder):
    make_weights("cnn", tmp_path / "w.pth")
    options = {"model": "cnn", "data": f"folder:{folder}", "aug": "flip", "threads": 1}
    frozen = options | {"weights": "w.pth", "feature_extract": True, "image_size": 32}
    found = time_epoch(plan_job(frozen).plan, AMOUNTS, 0.0)
    assert found.variants == 2 and min(found.epoch, found.features, found.held_features) > 0
    assert found.features / found.held_features == pytest.approx(80 / 26)
    whole = time_epoch(plan_job(frozen | {"aug": "crop"}).plan, AMOUNTS, 0.0)
    assert (whole.features, whole.variants) == (0, 1) and whole.epoch > 0
