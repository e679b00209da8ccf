"""A contact sheet holds what training hands to the network, before it is normalised."""

from __future__ import annotations

import numpy as np
import torch

from dlvc_cli.registry.registry import registry
from dlvc_cli.training.data.applied_op import build_ops
from dlvc_cli.training.data.contact_sheet import contact_sheet
from dlvc_cli.training.data.pipeline import Pipeline
from dlvc_cli.training.record import Preprocessing


def test_the_draws_are_those_of_the_training():
    images = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 3), dtype=np.uint8)
    choices = [registry().choose("ops", name) for name in ("flip", "crop")]
    sheet = contact_sheet(images, [0, 1, 0, 1, 0], choices, classes=2, seed=7, epochs=3)
    drawn = sheet.drawn
    assert sheet.mixing == ()
    assert drawn.shape == (5, 3, 8, 8, 3) and drawn.dtype == np.uint8
    plain = Preprocessing(
        classes=("a", "b"),
        stored_size=(8, 8),
        input_size=(8, 8),
        mean=(0, 0, 0),
        std=(1, 1, 1),
        fingerprints={},
        skipped={},
        reading=2,
    )
    pipeline = Pipeline(build_ops(choices), plain, 7, torch.device("cpu"))
    stored = torch.from_numpy(images).permute(0, 3, 1, 2)
    for epoch in range(3):
        # The last two rows alone: a draw belongs to its sample, not to the batch.
        ids = torch.tensor([3, 4])
        batch = pipeline.training(stored[ids], torch.zeros(2, dtype=torch.int64), ids, epoch)
        seen = (batch.images * 255).round().byte().permute(0, 2, 3, 1).numpy()
        assert (seen == drawn[3:, epoch]).all()
    assert (drawn[:, 0] != drawn[:, 1]).any()


def test_ops_that_mix_images_are_named():
    images = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)
    choices = [registry().choose("ops", name) for name in ("flip", "cutmix", "mixup")]
    sheet = contact_sheet(images, [0, 1, 0, 1], choices, classes=2, seed=7, epochs=2)
    assert sheet.mixing == ("cutmix", "mixup") and sheet.drawn.shape == (4, 2, 8, 8, 3)
