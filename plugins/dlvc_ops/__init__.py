"""Built-in ops: what images go through before the network. ``dlvc list ops`` shows them.

Images are (N, C, H, W) floats in [0, 1] until ``normalize``; every op returns a new tensor of
the same dtype on the same device.
"""

from __future__ import annotations

from collections.abc import Iterable

from dlvc_cli import OpSpec, Param, floats, hookimpl, size

_PADDING = Param(
    "mode",
    str,
    "constant",
    "what lies beyond the border: zeros, the mirrored image, or its edge pixels",
    choices=("constant", "reflect", "replicate"),
)
_MIX_CHANCE = Param("p", float, 1.0, "probability that an image is mixed", low=0, high=1)
_MIX_ALPHA = Param("alpha", float, 1.0, "shares come from Beta(alpha, alpha)", low=0.01, high=100)


def number_or_alternate(text: str) -> float | str:
    """Parse a number, or the word ``alternate``."""
    return text if text == "alternate" else float(text)


@hookimpl
def dlvc_ops() -> Iterable[OpSpec]:
    """Offer the built-in ops."""
    return [*_geometry(), *_arithmetic(), *_appearance(), *_policies(), *_mixing()]


def _geometry() -> Iterable[OpSpec]:
    yield OpSpec(
        name="flip",
        summary="Mirror left and right, at random.",
        factory="dlvc_ops.placement:flip",
        random=True,
        params=(
            Param(
                "p",
                number_or_alternate,
                0.5,
                "probability of a flip; alternate: each image in every other epoch",
                low=0,
                high=1,
            ),
        ),
    )
    yield OpSpec(
        name="crop",
        summary="Pad, then cut out a window at random; elsewhere than in training its centre.",
        factory="dlvc_ops.placement:crop",
        random=True,
        params=(
            Param("size", size, None, "of the window; the image's own if not given", low=1),
            Param("pad", int, 4, "pixels added on each side before", low=0),
            _PADDING,
        ),
    )
    yield OpSpec(
        name="random_resized_crop",
        summary="Cut out a window of random size and shape, and resize it.",
        factory="dlvc_ops.resized_crop:random_resized_crop",
        random=True,
        params=(
            Param("size", size, None, "of the result; the image's own if not given", low=1),
            Param("low", float, 0.08, "smallest share of the image's area", low=0, high=1),
            Param("high", float, 1.0, "largest share of the image's area", low=1e-6, high=1),
            Param("ratio", float, 0.75, "width / height from this to 1 / this", low=0.01, high=1),
        ),
    )
    yield OpSpec(
        name="resize",
        summary="Resize, antialiased.",
        factory="dlvc_ops.placement:Resize",
        params=(
            Param("size", size, help="of the result", low=1),
            Param(
                "mode",
                str,
                "bilinear",
                "the interpolation",
                choices=("bilinear", "bicubic", "nearest"),
            ),
        ),
    )
    yield OpSpec(
        name="rotate",
        summary="Rotate about the centre by a random angle.",
        factory="dlvc_ops.warp:Rotate",
        random=True,
        params=(
            Param("degrees", float, 15.0, "largest angle, both ways", low=0, high=180),
            _PADDING,
        ),
    )
    yield OpSpec(
        name="scale",
        summary="Zoom about the centre by a random factor; the size stays.",
        factory="dlvc_ops.warp:Scale",
        random=True,
        params=(
            Param("low", float, 0.8, "smallest factor; below 1 shrinks", low=0.01, high=100),
            Param("high", float, 1.2, "largest factor", low=0.01, high=100),
            _PADDING,
        ),
    )


def _arithmetic() -> Iterable[OpSpec]:
    yield OpSpec(
        name="normalize",
        summary="Subtract a mean and divide by a standard deviation.",
        factory="dlvc_ops.arithmetic:Normalize",
        params=(
            Param("mean", floats, (0.5,), "one, or one for each channel"),
            Param("std", floats, (0.5,), "one, or one for each channel", low=1e-6),
        ),
    )
    yield OpSpec(
        name="add",
        summary="Add a value to every pixel.",
        factory="dlvc_ops.arithmetic:Add",
        params=(Param("value", floats, help="one, or one for each channel"),),
    )
    yield OpSpec(
        name="mul",
        summary="Multiply every pixel by a value.",
        factory="dlvc_ops.arithmetic:Mul",
        params=(Param("value", floats, help="one, or one for each channel"),),
    )


def _appearance() -> Iterable[OpSpec]:
    yield OpSpec(
        name="color",
        summary="Change brightness, contrast, saturation and hue at random.",
        factory="dlvc_ops.colour:ColorJitter",
        aliases=("colour",),
        random=True,
        params=(
            Param("brightness", float, 0.4, "factor from 1 - b to 1 + b", low=0, high=10),
            Param("contrast", float, 0.4, "factor from 1 - c to 1 + c", low=0, high=10),
            Param("saturation", float, 0.4, "factor from 1 - s to 1 + s", low=0, high=10),
            Param("hue", float, 0.1, "shift, as a share of the colour circle", low=0, high=0.5),
        ),
    )
    yield OpSpec(
        name="cutout",
        summary="Overwrite a square at random (DeVries and Taylor 2017).",
        factory="dlvc_ops.erasing:Cutout",
        random=True,
        params=(
            Param("size", int, 8, "the square's side, in pixels", low=1),
            Param("fill", floats, (0.5,), "the square's value: one, or one for each channel"),
            Param("p", float, 1.0, "probability of a square", low=0, high=1),
        ),
    )
    yield OpSpec(
        name="erase",
        summary="Overwrite a rectangle at random (Zhong et al. 2017).",
        factory="dlvc_ops.erasing:Erase",
        random=True,
        params=(
            Param("p", float, 0.5, "probability of a rectangle", low=0, high=1),
            Param("low", float, 0.02, "smallest share of the image's area", low=0, high=1),
            Param("high", float, 0.4, "largest share of the image's area", low=1e-6, high=1),
            Param("ratio", float, 0.3, "height / width from this to 1 / this", low=0.01, high=1),
            Param(
                "fill",
                str,
                "noise",
                "a random value for each pixel, for each channel, or zero",
                choices=("noise", "color", "zero"),
            ),
        ),
    )


def _policies() -> Iterable[OpSpec]:
    bins = Param("bins", int, 31, "number of magnitudes, from none to the greatest", low=2)
    yield OpSpec(
        name="trivialaugment",
        summary="One of fourteen changes at any magnitude (Müller and Hutter 2021).",
        factory="dlvc_ops.auto_augment:TrivialAugment",
        random=True,
        params=(bins,),
    )
    yield OpSpec(
        name="randaugment",
        summary="Some of fourteen changes at one magnitude (Cubuk et al. 2020).",
        factory="dlvc_ops.auto_augment:RandAugment",
        random=True,
        params=(
            Param("ops", int, 2, "number of changes, one after the other", low=1, high=14),
            Param("magnitude", int, 9, "of each change, from 0 to bins - 1", low=0),
            bins,
        ),
    )


def _mixing() -> Iterable[OpSpec]:
    yield OpSpec(
        name="cutmix",
        summary="Paste a rectangle of another image of the batch (Yun et al. 2019).",
        factory="dlvc_ops.mixing:CutMix",
        takes="batch",
        random=True,
        params=(_MIX_ALPHA, _MIX_CHANCE),
    )
    yield OpSpec(
        name="mixup",
        summary="Blend with another image of the batch (Zhang et al. 2018).",
        factory="dlvc_ops.mixing:MixUp",
        takes="batch",
        random=True,
        params=(_MIX_ALPHA, _MIX_CHANCE),
    )
