"""All that decides a training run."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlvc_cli.config.device import check_device
from dlvc_cli.config.options import check_keys, check_options, flag, option
from dlvc_cli.config.tta import OVER_VARIANTS, check_tta
from dlvc_cli.contract.params import size
from dlvc_cli.errors import BadOption

__all__ = ["FEATURE_OPTIONS", "TRANSFER_OPTIONS", "TrainConfig"]

_DATA = "Data"
_TRANSFER = "Transfer learning"
_MACHINE = "Machine"
_RUN = "Run"


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """All that decides a training run. ``None`` means: the default that suits the rest."""

    model: str
    data: str | None = option(
        None,
        "Data set: a name, or folder:PATH with train/ and val/ of class folders.",
        panel=_DATA,
        completes="datasets",
    )
    aug: str = option(
        "", "Ops on the images, in order: flip,crop:size=32:pad=4.", panel=_DATA, completes="ops"
    )
    wd: float = option(0.0, "Weight decay.", low=0)
    lr: float | None = option(
        None,
        "Learning rate; by default the model's or optimiser's own (sgd: 0.1). With pretrained "
        "weights, that of the head (0.001).",
        low=0,
    )
    epochs: int = option(100, "Passes over the training set.", low=1)
    batch_size: int = option(128, "Images a step, over all processes.", low=1)
    loss: str = option("cross_entropy", "Loss.", completes="losses")
    optimizer: str = option(
        "sgd", "Optimiser; adamw when pretrained layers are trained.", completes="optimizers"
    )
    momentum: float | None = option(None, "Momentum, where the optimiser has one.", low=0, high=1)
    nesterov: bool | None = option(None, "Nesterov momentum, where the optimiser has it.")
    schedule: str = option("constant", "Learning-rate schedule.", completes="schedules")
    schedule_epochs: int | None = option(
        None,
        "Length of the schedule, by default --epochs; past its end, its last rate stays.",
        low=1,
    )
    clip_grad: float | None = option(None, "Clip the gradient's norm to this.", low=0)
    dropout: float = option(0.0, "Dropout probability before the head.", low=0, high=0.99)
    ema: float | None = option(
        None,
        "Average the weights over steps with this decay (0.999; less in the first steps): what is "
        "validated and kept is the average. 0: not.",
        low=0,
        high=0.999999,
    )
    tta: str = option(
        "none",
        f"Validate on probabilities averaged {OVER_VARIANTS}. dlvc test and predict then do so, "
        "too.",
        metavar="WORDS",
    )
    monitor: str = option(
        "accuracy",
        "What the best epoch is chosen by, on the validation split: a metric, or loss.",
        completes="metrics",
        metavar="METRIC",
    )
    patience: int | None = option(
        None, "Stop after this many epochs without a better one, as --monitor has it.", low=1
    )
    pretrained: bool = option(
        False, "Start from the model's ImageNet weights; downloaded once.", panel=_TRANSFER
    )
    weights: str | None = option(
        None,
        "Start from a file (.safetensors or .pth), from another run's best network, or from one "
        "of the model's own weights by name.",
        panel=_TRANSFER,
        metavar="FILE|RUN|NAME",
    )
    feature_extract: bool = option(
        False, "Train the new head alone; all else is frozen.", panel=_TRANSFER
    )
    freeze_until: str | None = option(
        None,
        "Freeze what comes before this layer; it and what follows are trained.",
        panel=_TRANSFER,
        metavar="LAYER",
    )
    lr_backbone: float | None = option(
        None,
        "Learning rate of pretrained layers; by default a fifth of the head's, which starts anew.",
        panel=_TRANSFER,
        low=0,
    )
    frozen_bn: str | None = option(
        None,
        "Batch-norm statistics of pretrained layers. eval keeps them, also where the layers are "
        "trained: few images estimate them badly. train lets them adapt, as the course did.",
        panel=_TRANSFER,
        choices=("eval", "train"),
    )
    feature_cache: bool = option(
        True,
        "Compute the features of a frozen network once, and keep them for other runs: see dlvc "
        "cache.",
        panel=_TRANSFER,
    )
    seed: int = option(0, "Seed of weights, order and draws.", low=0, panel=_RUN)
    max_steps: int | None = option(
        None, "Stop after this many steps (a smoke test).", low=1, panel=_RUN
    )
    image_size: str | None = option(
        None,
        "The network's input in pixels, 64 or 64x48; by default the data's own, raised to what "
        "the model needs, or with pretrained weights theirs.",
        panel=_DATA,
        metavar="SIZE",
    )
    store_size: str | None = option(
        None,
        "The size in pixels that images are kept at and ops see, 256 or 256x192, larger than the "
        "network's input where ops choose a part of them; by default the data's own, or the "
        "input's where images have several.",
        panel=_DATA,
        metavar="SIZE",
    )
    fit: str | None = option(
        None,
        "Images of other proportions: crop their centre, or squash them. By default, those of "
        "several sizes are cropped; those of one size are squashed to an --image-size.",
        panel=_DATA,
        choices=("crop", "squash"),
    )
    normalize: str | None = option(
        None,
        "Per-channel normalisation: of the training set (default), of the weights (default with "
        "pretrained ones), or none.",
        panel=_DATA,
        choices=("data", "weights", "none"),
    )
    val_share: float | None = option(
        None,
        "Share of the training images held out where the data has no validation split.",
        panel=_DATA,
        low=0.001,
        high=0.9,
    )
    test_share: float | None = option(
        None,
        "Share of the training images held out for a test at the very end: no choice sees them.",
        panel=_DATA,
        low=0.001,
        high=0.9,
    )
    fold: str | None = option(
        None,
        "Hold out the K-th of N parts of the training images for the test at the end, as 2/5.",
        panel=_DATA,
        metavar="K/N",
    )
    skip_bad_files: bool = option(
        False, "Go on without files that cannot be read, and record which.", panel=_DATA
    )
    image_cache: bool = option(
        True, "Decode image files once, and keep them for other runs: see dlvc cache.", panel=_DATA
    )
    stream: bool | None = option(
        None,
        "Read batches from the image cache as they are needed, a few ahead, and hold no more in "
        "memory; by default where the images would fill half of what is free.",
        panel=_DATA,
    )
    rehash: bool = option(
        False,
        "Read every image file again to tell whether the data has changed, where sizes and times "
        "say that it hasn't.",
        panel=_DATA,
    )
    running_accuracy: bool = option(
        False, "Also measure accuracy on one validation batch after every step.", panel=_RUN
    )
    tracker: tuple[str, ...] = option(
        (), "Send events to a tracker (may be repeated).", panel=_RUN, completes="trackers"
    )
    device: str = option("auto", "auto, cpu, cuda, cuda:1, mps.", panel=_MACHINE, metavar="DEVICE")
    precision: str = option(
        "auto",
        "Arithmetic; fast is bf16 where the device has it, else fp32; auto, too, but that on a CPU "
        "training has to be long, and bf16 measured to be faster.",
        panel=_MACHINE,
        choices=("auto", "fast", "fp32", "bf16", "fp16"),
    )
    compile: bool = option(False, "Compile the network (torch.compile).", panel=_MACHINE)
    sync_bn: bool = option(
        False,
        "Of several processes, each on a GPU: batch norm takes its statistics from the whole "
        "batch.",
        panel=_MACHINE,
    )
    threads: int | None = option(
        None, "CPU threads of a process; results on the CPU depend on it.", low=1, panel=_MACHINE
    )

    def __post_init__(self) -> None:
        # Python and TOML may say 64 for "64", and one tracker's name for a list of one.
        for name in ("image_size", "store_size"):
            if type(value := getattr(self, name)) is int:
                object.__setattr__(self, name, str(value))
        trackers = (self.tracker,) if isinstance(self.tracker, str) else tuple(self.tracker)
        object.__setattr__(self, "tracker", trackers)
        check_options(self)
        check_device(self.device)
        check_tta(self.tta)
        for name in ("image_size", "store_size"):
            if getattr(self, name) is not None:
                _check_size(name, getattr(self, name))
        if self.fold is not None:
            _check_fold(self)
        _check_transfer(self)

    @property
    def transfers(self) -> bool:
        """Whether the network starts from weights that it has learned elsewhere."""
        return self.pretrained or self.weights is not None

    @property
    def holds_out_test(self) -> bool:
        """Whether a part of the training images is kept for a test at the end."""
        return self.test_share is not None or self.fold is not None

    @property
    def fold_of(self) -> tuple[int, int] | None:
        """Which of how many parts is held out, from 1; None where that isn't asked for."""
        if self.fold is None:
            return None
        which, _, parts = self.fold.partition("/")
        return int(which), int(parts)

    @property
    def tta_words(self) -> tuple[str, ...]:
        """Over which variants of an image validation averages; empty for none."""
        return check_tta(self.tta)

    @property
    def schedule_length(self) -> int:
        """Epochs that the schedule is spread over."""
        return self.epochs if self.schedule_epochs is None else self.schedule_epochs

    @property
    def finetunes(self) -> bool:
        """Whether layers that have learned elsewhere are trained further."""
        return self.transfers and not self.feature_extract

    @property
    def keeps_features(self) -> bool:
        """Whether the features of images are kept for other runs, if the ops allow it."""
        return self.feature_extract and self.frozen_bn != "train" and self.feature_cache

    @property
    def features_of(self) -> tuple[Any, ...] | None:
        """What the features of a frozen network depend on: runs where it is equal share them.

        None where no features are kept.
        """
        if not self.keeps_features:
            return None
        # The statistics are those of the images that are not held out.
        held = ("val_share", "test_share", "fold") if self.normalize == "data" else ()
        return tuple(getattr(self, name) for name in (*FEATURE_OPTIONS, *held))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON and TOML."""
        values = dataclasses.asdict(self)
        values["tracker"] = list(self.tracker)
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], where: str = "configuration") -> TrainConfig:
        """Build from plain values.

        Raises:
            BadOption: a key is unknown or a value wrong; ``where`` is named.
        """
        check_keys(cls, values, where)
        return cls(**values)


def _check_size(name: str, text: str) -> None:
    try:
        height, width = size(text)
    except ValueError:
        height = width = 0
    if min(height, width) < 1:
        raise BadOption(f"{flag(name)} takes pixels, 64 or 64x48 (height x width), not {text!r}.")


def _check_fold(config: TrainConfig) -> None:
    text = config.fold or ""
    which, _, parts = text.partition("/")
    if not (which.isdecimal() and parts.isdecimal() and 1 <= int(which) <= int(parts) >= 2):
        raise BadOption(
            f"--fold is the number of a part and how many there are, 2/5, not {text!r}."
        )
    if config.test_share is not None:
        raise BadOption("--fold and --test-share exclude each other: a fold is the test.")


def _check_transfer(config: TrainConfig) -> None:
    """Refuse options of transfer learning that contradict each other or lack weights."""
    if config.pretrained and config.weights is not None:
        raise BadOption("--pretrained and --weights exclude each other: leave one out.")
    if config.feature_extract and config.freeze_until is not None:
        raise BadOption(
            "--feature-extract freezes all but the head, --freeze-until less: leave one out."
        )
    if config.feature_extract and config.lr_backbone is not None:
        raise BadOption(
            "--lr-backbone: --feature-extract trains the head alone, whose learning rate is --lr."
        )
    asked = [name for name in TRANSFER_OPTIONS if getattr(config, name) not in (None, False)]
    if asked and not config.transfers:
        raise BadOption(f"{flag(asked[0])} needs pretrained weights: --pretrained or --weights.")


FEATURE_OPTIONS = (
    "model", "data", "aug", "pretrained", "weights", "image_size", "store_size", "fit",
    "normalize", "skip_bad_files", "device", "precision",
)  # fmt: skip
"""What decides the features of a frozen network, beside what files hold."""

TRANSFER_OPTIONS = ("feature_extract", "freeze_until", "lr_backbone", "frozen_bn")
"""What can be said of pretrained layers only."""
