"""torchvision's classifiers as a table; nothing of torchvision is imported to read it.

Millions of parameters (with 1,000 classes) and sizes of images are those that torchvision
publishes with its IMAGENET1K_V1 weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlvc_cli import ModelSpec, WeightsSpec

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["Build", "Pretrained", "torchvision_specs"]

_LAST_LINEAR = "dlvc_models.heads:split_last_linear"
# Without batch normalisation, or with three wide linear layers as in VGG, the course's learning
# rate of 0.1 ends in NaN or in a loss of ln(classes) within a few dozen steps.
_LOW_RATE = {"optimizer": "sgd", "lr": 0.01}
_LOWER_RATE = {"optimizer": "sgd", "lr": 0.003}


@dataclass(frozen=True)
class Build:
    """The factory of one architecture."""

    architecture: str

    def __call__(self, num_classes: int) -> nn.Module:
        from dlvc_models.torchvision_models import build

        return build(self.architecture, num_classes)


@dataclass(frozen=True)
class Pretrained:
    """The factory of one architecture's IMAGENET1K_V1 weights."""

    architecture: str

    def __call__(self) -> dict[str, Tensor]:
        from dlvc_models.torchvision_models import pretrained

        return pretrained(self.architecture)


def torchvision_specs() -> list[ModelSpec]:
    """Return a spec for each architecture; the first of a group has the group's bare name."""
    return [
        *_group(
            "resnet",
            {
                "resnet18": ("ResNet-18", 11.69),
                "resnet34": ("ResNet-34", 21.80),
                "resnet50": ("ResNet-50", 25.56),
                "resnet101": ("ResNet-101", 44.55),
                "resnet152": ("ResNet-152", 60.19),
            },
            "residual blocks (He et al., 2015)",
        ),
        *_group(
            "alexnet",
            {"alexnet": ("AlexNet", 61.10)},
            "the winner of ImageNet 2012, in one column (Krizhevsky, 2014)",
            min_size=63,
            defaults=_LOW_RATE,
        ),
        *_group(
            "vgg",
            {
                "vgg11_bn": ("VGG-11 with batch norm", 132.87),
                "vgg11": ("VGG-11", 132.86),
                "vgg13": ("VGG-13", 133.05),
                "vgg13_bn": ("VGG-13 with batch norm", 133.05),
                "vgg16": ("VGG-16", 138.36),
                "vgg16_bn": ("VGG-16 with batch norm", 138.37),
                "vgg19": ("VGG-19", 143.67),
                "vgg19_bn": ("VGG-19 with batch norm", 143.68),
            },
            "3x3 convolutions, three linear layers (Simonyan and Zisserman, 2014)",
            min_size=32,
            defaults=_LOW_RATE,
        ),
        *_group(
            "squeezenet",
            {"squeezenet1_1": ("SqueezeNet 1.1", 1.24)},
            "fire modules, no linear layer (Iandola et al., 2016)",
            min_size=17,
            split="dlvc_models.heads:split_squeezenet",
            defaults=_LOWER_RATE,
        ),
        *_group(
            "squeezenet1_0",
            {"squeezenet1_0": ("SqueezeNet 1.0", 1.25)},
            "fire modules, no linear layer (Iandola et al., 2016)",
            min_size=21,
            split="dlvc_models.heads:split_squeezenet",
            defaults=_LOWER_RATE,
        ),
        *_group(
            "densenet",
            {
                "densenet121": ("DenseNet-121", 7.98),
                "densenet161": ("DenseNet-161", 28.68),
                "densenet169": ("DenseNet-169", 14.15),
                "densenet201": ("DenseNet-201", 20.01),
            },
            "each layer sees all before it (Huang et al., 2016)",
            min_size=29,
            upgrade="dlvc_models.torchvision_models:upgrade_densenet",
        ),
        *_group(
            "inception",
            {"inception_v3": ("Inception v3", 27.16)},
            "parallel convolutions, auxiliary head (Szegedy et al., 2015)",
            input_size=299,
            min_size=75,
            min_train_size=299,
            aux_weight=0.4,
            split="dlvc_models.heads:split_inception",
            # They were trained on images in [-1, 1].
            weights_mean=(0.5, 0.5, 0.5),
            weights_std=(0.5, 0.5, 0.5),
        ),
    ]


def _group(
    bare: str,
    members: Mapping[str, tuple[str, float]],
    about: str,
    *,
    input_size: int = 224,
    weights_mean: tuple[float, float, float] = (0.485, 0.456, 0.406),
    weights_std: tuple[float, float, float] = (0.229, 0.224, 0.225),
    split: str = _LAST_LINEAR,
    **common: Any,
) -> Iterator[ModelSpec]:
    for architecture, (title, millions) in members.items():
        first = architecture == next(iter(members))
        yield ModelSpec(
            name=bare if first else architecture,
            aliases=(architecture,) if first and architecture != bare else (),
            summary=f"{title}: {about}.",
            factory=Build(architecture),
            split=split,
            millions=millions,
            input_size=input_size,
            weights=(
                WeightsSpec(
                    name="IMAGENET1K_V1",
                    source=f"torchvision: {architecture}, trained on ImageNet-1k",
                    factory=Pretrained(architecture),
                    mean=weights_mean,
                    std=weights_std,
                    input_size=input_size,
                ),
            ),
            **common,
        )
