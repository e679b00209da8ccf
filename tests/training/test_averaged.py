"""Probabilities averaged over mirrored and moved images, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from helpers.folders import make_folder
from torch import Tensor
from torch.nn.functional import cross_entropy, pad

import dlvc_cli as dlvc
from dlvc_cli.errors import BadOption
from dlvc_cli.training.averaged import (
    averaged,
    check_room_to_shift,
    shown_variants,
    variants_shown,
)


def logits(images: Tensor) -> Tensor:
    """Numbers that tell apart which pixel is where."""
    return torch.stack([images[:, 0, 0, 0], images[:, 0, 1, 3] * 2], 1)


@pytest.mark.parametrize("text", ["", "flip", "shift", "flip,shift"])
def test_it_is_the_mean_of_the_softmax_over_all_variants(text: str) -> None:
    images = torch.randn(5, 3, 4, 6, generator=torch.Generator().manual_seed(0))
    variants = [images.numpy()]
    if "shift" in text:
        wide = np.pad(images.numpy(), ((0, 0), (0, 0), (1, 1), (1, 1)), mode="reflect")
        variants += [wide[:, :, 2:6, 2:8], wide[:, :, 0:4, 0:6]]
    if "flip" in text:
        variants += [one[:, :, :, ::-1] for one in variants]
    assert len(variants) == {"": 1, "flip": 2, "shift": 3, "flip,shift": 6}[text]
    assert len(variants) == variants_shown(text.split(","))
    wanted = torch.zeros(5, 2)
    for one in variants:
        wanted += logits(torch.from_numpy(one.copy())).softmax(1) / len(variants)
    made = averaged([logits(one) for one in shown_variants(images, text.split(","))])
    torch.testing.assert_close(made.softmax(1), wanted)


def test_a_share_of_0_is_finite_and_what_is_no_number_stays_none() -> None:
    assert averaged([torch.tensor([[200.0, -200.0]])] * 2).isfinite().all()
    assert averaged([torch.full((1, 2), torch.nan)] * 2).isnan().all()


def test_what_has_a_single_row_cannot_be_moved() -> None:
    check_room_to_shift(("flip",), (1, 5))
    check_room_to_shift(("shift",), (2, 2))
    assert shown_variants(torch.zeros(1, 3, 2, 2), ("shift",))[2].shape == (1, 3, 2, 2)
    with pytest.raises(BadOption, match="2 pixels a side at least, and the network's are 1x5"):
        check_room_to_shift(("flip", "shift"), (1, 5))


def test_a_run_validates_and_is_tested_so_against_plain_torch(tmp_path, own_folder) -> None:
    from dlvc_cli.api.job import plan_job
    from dlvc_cli.runs.directory import find_run
    from dlvc_cli.training.inference import open_inference

    folder = make_folder(tmp_path / "images", {"train": 8, "val": 5})
    options = {"data": f"folder:{folder}", "epochs": 2, "batch_size": 4, "precision": "fp32"}
    run = dlvc.train("cnn", tta="flip,shift", out="run", view="quiet", **options)
    plan = plan_job({"model": "cnn", **options}).plan
    opened = open_inference(find_run("run"), plan, "cpu")
    files = sorted((folder / "val").rglob("*.png"))
    pixels = torch.stack([opened.decoded(file) for file in files])
    with torch.inference_mode():
        images = opened.pipeline.evaluation(pixels)
        wide = pad(images, (1, 1, 1, 1), "reflect")
        moved = [images, wide[..., 2:, 2:], wide[..., :-2, :-2]]
        shown = [*moved, *(one.flip(-1) for one in moved)]
        shares = torch.stack([opened.network(one).softmax(1) for one in shown]).mean(0)
        once = opened.network(images).softmax(1)
    targets = torch.tensor([run.classes.index(file.parent.name) for file in files])
    best = run.metrics[run.status["best_epoch"] - 1]
    assert best["val_loss"] == pytest.approx(cross_entropy(shares.log(), targets).item(), rel=1e-4)
    hits = (shares.argmax(1) == targets).double().mean().item()
    assert best["val_acc"] == pytest.approx(hits)

    def given(**options: str) -> Tensor:
        made = run.predict(files, device="cpu", **options)
        return torch.tensor([[one.probabilities[name] for name in run.classes] for one in made])

    torch.testing.assert_close(given(), shares, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(given(tta="none"), once, rtol=1e-4, atol=1e-5)
    tested, kept = run.test("val"), run.test("val", kept=True)
    assert tested.tta == kept.tta == "flip,shift" and run.test("val", tta="none").tta == "none"
    assert tested.loss == pytest.approx(best["val_loss"]) and kept.accuracy == best["val_acc"]
    with pytest.raises(BadOption, match="kept is of --tta flip,shift"):
        run.test("val", kept=True, tta="none")
