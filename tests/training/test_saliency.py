"""Saliency held against what plain torch and plain arithmetic say."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from helpers.models import SPECS, build
from torch import Tensor, nn
from torch.nn.functional import interpolate

from dlvc_cli.registry.registry import registry
from dlvc_cli.training.data.pipeline import Pipeline
from dlvc_cli.training.inference import Inference
from dlvc_cli.training.last_map import last_map
from dlvc_cli.training.record import Preprocessing
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.saliency import explain, grad_cam, integrated_gradients

CPU = torch.device("cpu")


class Small(nn.Module):
    """Two convolutions, the second with a ReLU that works in place; mean; linear."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 6, 3, stride=2, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.fc = nn.Linear(6, 3)

    def forward(self, images: Tensor) -> Tensor:
        maps = self.conv2(self.relu(self.conv1(images)))
        return self.fc(self.relu(maps).mean((2, 3)))


def images(count: int = 4, size: int = 8) -> Tensor:
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(1))


CLASSES = torch.tensor([0, 2, 1, 2])


@pytest.mark.parametrize("frozen", [False, True])
def test_grad_cam_is_the_formula_s(frozen: bool) -> None:
    network = Small().eval().requires_grad_(not frozen)
    # By hand: the gradient of a logit at any place of a map is the head's weight over the places.
    with torch.no_grad():
        maps = network.conv2(network.conv1(images()).relu())
        places = maps.shape[2] * maps.shape[3]
        weights = network.fc.weight[CLASSES][:, :, None, None] / places
        wanted = (weights * maps.relu()).sum(1, keepdim=True).relu()
        wanted = interpolate(wanted, (8, 8), mode="bilinear", align_corners=False)[:, 0]
    found = grad_cam(network, last_map(network, images()), images(), CLASSES)
    assert found.dtype == torch.float32 and not found.requires_grad
    torch.testing.assert_close(found, wanted)
    assert wanted.max() > 0


def test_grad_cam_of_channels_behind_height_and_width_is_the_same() -> None:
    class Turned(Small):
        def forward(self, images: Tensor) -> Tensor:
            maps = self.relu(self.conv2(self.relu(self.conv1(images))).permute(0, 2, 3, 1))
            return self.fc(maps.mean((1, 2)))

    networks = Small().eval(), Turned().eval()
    layers = [last_map(network, images()) for network in networks]
    assert [layer.channels_last for layer in layers] == [False, True]
    first, second = (
        grad_cam(network, layer, images(), CLASSES)
        for network, layer in zip(networks, layers, strict=True)
    )
    torch.testing.assert_close(first, second)


def test_integrated_gradients_of_a_linear_network_are_weights_times_inputs() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(192, 3)).eval().requires_grad_(False)
    wanted = network[1].weight[CLASSES].reshape(4, 3, 8, 8) * images()
    torch.testing.assert_close(integrated_gradients(network, images(), CLASSES), wanted.sum(1))


@pytest.mark.parametrize("name", ["cnn", "resnet", "squeezenet"])
def test_integrated_gradients_sum_to_the_difference_of_logits(name: str) -> None:
    network = build(SPECS[name], num_classes=3).eval()
    some = images(2, 32)
    # Also where nothing else has gradients.
    with torch.inference_mode():
        found = integrated_gradients(network, some, CLASSES[:2])
        difference = network(some) - network(torch.zeros_like(some))
    wanted = difference[[0, 1], CLASSES[:2]]
    torch.testing.assert_close(found.sum((1, 2)), wanted, atol=2e-3, rtol=0)


def opened(network: nn.Module, size: int = 8) -> Inference:
    """A network as a run's best."""
    preprocessing = Preprocessing(
        classes=("a", "b", "c"),
        stored_size=(8, 8),
        input_size=(size, size),
        mean=(0.5, 0.4, 0.3),
        std=(0.2, 0.25, 0.3),
        skipped={},
        fingerprints={},
        reading=2,
    )
    plan: Any = SimpleNamespace(model=registry().choose("models", "cnn"))
    pipeline = Pipeline((), preprocessing, 0, CPU)
    return Inference(plan, preprocessing, Runtime(CPU, "bf16", 1), network.eval(), pipeline)


def stored(count: int = 20) -> Tensor:
    generator = torch.Generator().manual_seed(2)
    return torch.randint(0, 256, (count, 3, 8, 8), dtype=torch.uint8, generator=generator)


def test_images_are_explained_for_what_is_predicted_or_asked_for() -> None:
    network = Small()
    with torch.inference_mode():
        found = explain(opened(network), stored())
    # Normalising and what undoes it.
    assert torch.equal(found.seen, stored().permute(0, 2, 3, 1))
    inputs = opened(network).pipeline.evaluation(stored())
    shares = network(inputs).softmax(1)
    assert torch.equal(found.classes, shares.argmax(1))
    torch.testing.assert_close(found.probabilities, shares.amax(1))
    assert not found.missing and found.layer is not None and found.layer.name == "relu"
    assert found.gaps is not None and found.gaps.max() < 0.05
    asked = explain(opened(network), stored(3), CLASSES[:3])
    assert asked.layer is not None
    assert torch.equal(asked.classes, CLASSES[:3])
    wanted = grad_cam(network, asked.layer, inputs[:3], CLASSES[:3])
    torch.testing.assert_close(asked.grad_cam, wanted)
    wanted = integrated_gradients(network, inputs[:3], CLASSES[:3])
    torch.testing.assert_close(asked.integrated, wanted)


def test_what_a_network_doesn_t_allow_is_said_and_the_other_is_there() -> None:
    flat = nn.Sequential(nn.Flatten(), nn.Linear(192, 3))
    found = explain(opened(flat), stored(2))
    assert found.grad_cam is None and found.layer is None and found.integrated is not None
    assert found.missing == (
        "Grad-CAM is left out: nothing in it is a map (N, C, H, W) of more than one place.",
    )


class Closed(Small):
    """A network through which no gradients flow."""

    @torch.no_grad()
    def forward(self, images: Tensor) -> Tensor:
        return super().forward(images)


def test_a_network_without_gradients_has_neither_and_large_images_have_the_one() -> None:
    first, second = explain(opened(Closed()), stored(2)).missing
    assert first.startswith("Grad-CAM is left out: it fails: ")
    assert second.startswith("Integrated gradients are left out: it fails: ")
    large = explain(opened(Small(), 65), stored(2))
    assert large.integrated is None and large.grad_cam is not None and not large.missing
    assert large.grad_cam.shape == (2, 65, 65)


def test_without_captum_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "captum.attr", None)
    with pytest.raises(ImportError, match="captum"):
        explain(opened(Small()), stored(1))
