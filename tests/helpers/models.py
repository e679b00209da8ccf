"""What the tests of models share: building, splitting and training them at small sizes."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import torch
from dlvc_models import dlvc_models, timm_family
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from dlvc_cli import ModelSpec, WeightsSpec

SPECS = {spec.name: spec for spec in dlvc_models()}
TORCHVISION = [name for name, spec in SPECS.items() if spec.weights]


def build(spec: ModelSpec, num_classes: int = 2, seed: int = 0, device: str = "cpu") -> nn.Module:
    torch.manual_seed(seed)
    with torch.device(device):
        model: nn.Module = spec.build(num_classes=num_classes)
    return model


def split(spec: ModelSpec, model: nn.Module) -> tuple[nn.Module, nn.Module]:
    features, head = spec.split(model)
    return features, head


def weights_of(name: str) -> WeightsSpec:
    """The one set of weights that torchvision's models come with."""
    (weights,) = SPECS[name].weights
    assert weights.name == "IMAGENET1K_V1"
    return weights


def timm_spec(name: str) -> ModelSpec:
    spec = timm_family.find(name)
    assert spec is not None
    return spec


def images(size: int, count: int = 2, device: str = "cpu") -> Tensor:
    generator = torch.Generator().manual_seed(size)
    return torch.randn(count, 3, size, size, generator=generator).to(device)


def millions(model: nn.Module) -> float:
    return sum(parameter.numel() for parameter in model.parameters()) / 1e6


def stripes(count: int, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Noise with waves along the rows (class 0) or along the columns (class 1)."""
    labels = torch.randint(0, 2, (count,), generator=generator)
    wave = torch.sin(torch.linspace(-6, 6, size)).expand(size, size)
    patterns = torch.stack([wave, wave.T])[labels]
    noise = torch.randn(count, 3, size, size, generator=generator)
    return noise + patterns[:, None], labels


def train(model: nn.Module, lr: float, steps: int, size: int) -> list[float]:
    """Train as the course does on stripes, 32 at a time; return the losses."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so little work loses more to threads than it gains
    generator = torch.Generator().manual_seed(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9, nesterov=True)
    losses = []
    for _ in range(steps):
        images, labels = stripes(32, size, generator)
        loss = cross_entropy(model.train()(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    torch.set_num_threads(threads)
    return losses


def in_a_process(code: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
