"""The types of the keywords of ``dlvc.train`` and ``dlvc.descend``.

``make docs`` writes them from the options of the configurations; a test holds them to these.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlvc_cli.api.run import Run

__all__ = ["DescentOptions", "TrainOptions"]


# [[[cog
# from keyword_types import keyword_types
# cog.outl(keyword_types())
# ]]]
class TrainOptions(TypedDict, total=False):
    """The keywords of ``dlvc.train``: the options of a training."""

    data: str | None
    """Data set: a name, or folder:PATH with train/ and val/ of class folders."""
    aug: str | None
    """Ops on the images, in order: flip,crop:size=32:pad=4."""
    wd: float | None
    """Weight decay."""
    lr: float | None
    """Learning rate; by default the model's or optimiser's own (sgd: 0.1). With pretrained
    weights, that of the head (0.001)."""
    epochs: int | None
    """Passes over the training set."""
    batch_size: int | None
    """Images a step, over all processes."""
    loss: str | None
    """Loss."""
    optimizer: str | None
    """Optimiser; adamw when pretrained layers are trained."""
    momentum: float | None
    """Momentum, where the optimiser has one."""
    nesterov: bool | None
    """Nesterov momentum, where the optimiser has it."""
    schedule: str | None
    """Learning-rate schedule."""
    schedule_epochs: int | None
    """Length of the schedule, by default --epochs; past its end, its last rate stays."""
    clip_grad: float | None
    """Clip the gradient's norm to this."""
    dropout: float | None
    """Dropout probability before the head."""
    ema: float | None
    """Average the weights over steps with this decay (0.999; less in the first steps): what is
    validated and kept is the average. 0: not."""
    tta: str | None
    """Validate on probabilities averaged over variants of each image: flip, shift, flip,shift,
    or none. dlvc test and predict then do so, too."""
    monitor: str | None
    """What the best epoch is chosen by, on the validation split: a metric, or loss."""
    patience: int | None
    """Stop after this many epochs without a better one, as --monitor has it."""
    pretrained: bool | None
    """Start from the model's ImageNet weights; downloaded once."""
    weights: str | Path | Run | None
    """Start from a file (.safetensors or .pth), from another run's best network, or from one of
    the model's own weights by name."""
    feature_extract: bool | None
    """Train the new head alone; all else is frozen."""
    freeze_until: str | None
    """Freeze what comes before this layer; it and what follows are trained."""
    lr_backbone: float | None
    """Learning rate of pretrained layers; by default a fifth of the head's, which starts
    anew."""
    frozen_bn: Literal["eval", "train"] | None
    """Batch-norm statistics of pretrained layers. eval keeps them, also where the layers are
    trained: few images estimate them badly. train lets them adapt, as the course did."""
    feature_cache: bool | None
    """Compute the features of a frozen network once, and keep them for other runs: see dlvc
    cache."""
    seed: int | None
    """Seed of weights, order and draws."""
    max_steps: int | None
    """Stop after this many steps (a smoke test)."""
    image_size: int | str | None
    """The network's input in pixels, 64 or 64x48; by default the data's own, raised to what the
    model needs, or with pretrained weights theirs."""
    store_size: int | str | None
    """The size in pixels that images are kept at and ops see, 256 or 256x192, larger than the
    network's input where ops choose a part of them; by default the data's own, or the input's
    where images have several."""
    fit: Literal["crop", "squash"] | None
    """Images of other proportions: crop their centre, or squash them. By default, those of
    several sizes are cropped; those of one size are squashed to an --image-size."""
    normalize: Literal["data", "weights", "none"] | None
    """Per-channel normalisation: of the training set (default), of the weights (default with
    pretrained ones), or none."""
    val_share: float | None
    """Share of the training images held out where the data has no validation split."""
    test_share: float | None
    """Share of the training images held out for a test at the very end: no choice sees them."""
    fold: str | None
    """Hold out the K-th of N parts of the training images for the test at the end, as 2/5."""
    skip_bad_files: bool | None
    """Go on without files that cannot be read, and record which."""
    image_cache: bool | None
    """Decode image files once, and keep them for other runs: see dlvc cache."""
    stream: bool | None
    """Read batches from the image cache as they are needed, a few ahead, and hold no more in
    memory; by default where the images would fill half of what is free."""
    rehash: bool | None
    """Read every image file again to tell whether the data has changed, where sizes and times
    say that it hasn't."""
    running_accuracy: bool | None
    """Also measure accuracy on one validation batch after every step."""
    tracker: str | Sequence[str] | None
    """Send events to a tracker (may be repeated)."""
    device: str | None
    """auto, cpu, cuda, cuda:1, mps."""
    precision: Literal["auto", "fast", "fp32", "bf16", "fp16"] | None
    """Arithmetic; fast is bf16 where the device has it, else fp32; auto, too, but that on a CPU
    training has to be long, and bf16 measured to be faster."""
    compile: bool | None
    """Compile the network (torch.compile)."""
    sync_bn: bool | None
    """Of several processes, each on a GPU: batch norm takes its statistics from the whole
    batch."""
    threads: int | None
    """CPU threads of a process; results on the CPU depend on it."""


class DescentOptions(TypedDict, total=False):
    """The keywords of ``dlvc.descend``: those of a descent."""

    start: Sequence[float] | Sequence[Sequence[float]] | NDArray[Any] | None
    """Column and row to start from, in grid units (may be repeated); by default the
    surface's."""
    random_starts: int | None
    """So many starts, drawn evenly over the surface."""
    seed: int | None
    """Seed of the random starts."""
    basins: int | None
    """An N by N grid of starts over the whole surface: which minimum does each reach?"""
    lr: float | None
    """Learning rate; by default the optimiser's own (sgd: 10) or the formula's."""
    eps: float | None
    """Step of the numerical gradient, a central difference (one-sided by the border)."""
    beta: float | None
    """Momentum; with --nesterov by default 0.9, else none."""
    nesterov: bool | None
    """Nesterov's momentum: the gradient is taken where the momentum leads."""
    optimizer: str | Sequence[str] | None
    """Optimiser, or several to compare: gd,momentum,nesterov,adam."""
    sweep: str | Sequence[str] | None
    """Try several values: lr=1,5,10 (may be repeated: all combinations)."""
    stop: float | None
    """Stop where the gradient's norm is below this."""
    max_steps: int | None
    """Stop after so many steps."""
    domain: Sequence[float] | None
    """Sample this range of x and y instead of the surface's own."""
    grid: int | None
    """Sample so many points along x and y."""
    exact: bool | None
    """Descend on the formula itself, with gradients by autograd, not on its samples."""


# [[[end]]]
