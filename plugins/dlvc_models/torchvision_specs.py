"""torchvision's classifiers as a table; nothing of torchvision is imported to read it.

Millions of parameters are those with a head for two classes; sizes of images are those that
torchvision publishes with its IMAGENET1K_V1 weights.
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
                "resnet18": ("ResNet-18", 11.18),
                "resnet34": ("ResNet-34", 21.29),
                "resnet50": ("ResNet-50", 23.51),
                "resnet101": ("ResNet-101", 42.50),
                "resnet152": ("ResNet-152", 58.15),
            },
            "residual blocks (He et al., 2015)",
        ),
        *_group(
            "alexnet",
            {"alexnet": ("AlexNet", 57.01)},
            "the winner of ImageNet 2012, in one column (Krizhevsky, 2014)",
            min_size=63,
            defaults=_LOW_RATE,
        ),
        *_group(
            "vgg",
            {
                "vgg11_bn": ("VGG-11 with batch norm", 128.78),
                "vgg11": ("VGG-11", 128.77),
                "vgg13": ("VGG-13", 128.96),
                "vgg13_bn": ("VGG-13 with batch norm", 128.96),
                "vgg16": ("VGG-16", 134.27),
                "vgg16_bn": ("VGG-16 with batch norm", 134.28),
                "vgg19": ("VGG-19", 139.58),
                "vgg19_bn": ("VGG-19 with batch norm", 139.59),
            },
            "3x3 convolutions, three linear layers (Simonyan and Zisserman, 2014)",
            min_size=32,
            defaults=_LOW_RATE,
        ),
        *_group(
            "squeezenet",
            {"squeezenet1_1": ("SqueezeNet 1.1", 0.72)},
            "fire modules, no linear layer (Iandola et al., 2016)",
            min_size=17,
            split="dlvc_models.heads:split_squeezenet",
            defaults=_LOWER_RATE,
        ),
        *_group(
            "squeezenet1_0",
            {"squeezenet1_0": ("SqueezeNet 1.0", 0.74)},
            "fire modules, no linear layer (Iandola et al., 2016)",
            min_size=21,
            split="dlvc_models.heads:split_squeezenet",
            defaults=_LOWER_RATE,
        ),
        *_group(
            "densenet",
            {
                "densenet121": ("DenseNet-121", 6.96),
                "densenet161": ("DenseNet-161", 26.48),
                "densenet169": ("DenseNet-169", 12.49),
                "densenet201": ("DenseNet-201", 18.10),
            },
            "each layer sees all before it (Huang et al., 2016)",
            min_size=29,
            upgrade="dlvc_models.torchvision_models:upgrade_densenet",
        ),
        *_group(
            "inception",
            {"inception_v3": ("Inception v3", 24.35)},
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
