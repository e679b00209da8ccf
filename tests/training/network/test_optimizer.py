"""The optimiser's groups and their learning rates."""

from __future__ import annotations

import pytest
import torch
from helpers.folders import QUIET
from helpers.transfer import best
from torch import nn

import dlvc_cli as dlvc
from dlvc_cli.registry.registry import registry

pytestmark = pytest.mark.usefixtures("own_folder")


def test_head_and_pretrained_layers_have_rates_of_their_own(tmp_path, folder, course):
    """One step of plain descent against autograd by hand."""
    options = {"optimizer": "gd", "batch_size": 80, "max_steps": 1}
    run = dlvc.train(
        "cnn", data=f"folder:{folder}", weights="best_model.pth", lr=0.5, lr_backbone=0.25,
        schedule="constant", **options, **QUIET,
    )  # fmt: skip
    network = registry().choose("models", "cnn").build(num_classes=2)
    network.load_state_dict(course)
    images, labels = _everything(run)
    nn.functional.cross_entropy(network(images), labels).backward()
    after = best(run)
    for name, parameter in network.named_parameters():
        rate = 0.5 if name.startswith("_fc1") else 0.25
        expected = parameter.detach() - rate * parameter.grad
        torch.testing.assert_close(after[name], expected, atol=1e-6, rtol=1e-4)
    assert run.metrics[-1]["lr"] == 0.5


def _everything(run: dlvc.Run) -> tuple[torch.Tensor, torch.Tensor]:
    """The run's training images as its network sees them."""
    from dlvc_cli.config.plan import plan_use
    from dlvc_cli.events import drain
    from dlvc_cli.training.record import preprocessing_of
    from dlvc_cli.training.setup import open_run_dataset, read_run_data

    preprocessing = preprocessing_of(run.record)
    plan = plan_use(registry(), run.config)
    dataset = open_run_dataset(plan, preprocessing)
    events = read_run_data(plan, dataset, preprocessing, ("train",))
    data = drain(events, lambda event: None)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (preprocessing.mean, preprocessing.std))
    decoded = data.splits["train"]
    return (decoded.between(0, len(decoded)).float() / 255 - mean) / std, decoded.targets
