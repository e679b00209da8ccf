"""What this plugin offers. Describing imports nothing heavy: factories are named, not imported."""

from dlvc_cli import LossSpec, ModelSpec, OpSpec, Param, SurfaceSpec, hookimpl


@hookimpl
def dlvc_ops() -> list[OpSpec]:
    return [
        OpSpec(
            name="solarize",
            summary="Invert the pixels above a threshold, at random.",
            factory="dlvc_sampler.ops:solarize",
            params=(
                Param("threshold", float, 0.5, low=0, high=1, help="invert from here on"),
                Param("p", float, 0.5, low=0, high=1, help="probability for each image"),
            ),
            random=True,
        ),
        OpSpec(
            name="swirl",
            summary="Twist each image about its centre by a random strength.",
            factory="dlvc_sampler.ops:swirl",
            params=(Param("strength", float, 1.0, low=0, high=10, help="greatest twist"),),
            takes="sample",
            random=True,
        ),
    ]


@hookimpl
def dlvc_losses() -> list[LossSpec]:
    return [
        LossSpec(
            name="brier",
            summary="Brier score: squared distance of probabilities from the truth (Brier 1950).",
            factory="dlvc_sampler.losses:brier",
        )
    ]


@hookimpl
def dlvc_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            name="patch-mlp",
            summary="A perceptron on the mean of each of 8 x 8 patches.",
            factory="dlvc_sampler.models:PatchMlp",
            split="dlvc_sampler.models:split",
            params=(Param("width", int, 128, low=1, high=4096, help="units of the hidden layer"),),
            input_size=32,
            min_size=8,
            defaults={"optimizer": "sgd", "lr": 0.05},
        )
    ]


@hookimpl
def dlvc_surfaces() -> list[SurfaceSpec]:
    return [
        SurfaceSpec(
            name="eggholder",
            summary="Many deep valleys; the lowest lies in a corner.",
            factory="dlvc_sampler.surfaces:eggholder",
            source="Whitley et al., Evaluating evolutionary algorithms, 1996",
            domain=(-512, 512),
        )
    ]
