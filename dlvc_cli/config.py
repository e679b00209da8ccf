"""Configurations: frozen plain values, the only form in which options travel.

Every training option is defined once, as a field of :class:`TrainConfig`: its type, core default,
range and help. The command line, presets, configuration files, ``run.json`` and Python calls are
all made of, or read into, these fields.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlvc_cli.errors import BadOption
from dlvc_cli.params import Param, size

__all__ = ["Option", "TrainConfig", "options_of"]


@dataclass(frozen=True)
class Option:
    """What the command line shows of one field of a configuration.

    Attributes:
        help: one line.
        panel: the group it stands in, in ``--help``.
        low, high, choices: the allowed values, as for ``Param``.
        metavar: placeholder of its value.
        completes: the kind of plugin object that tab completion offers.
    """

    help: str
    panel: str = "Recipe"
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    metavar: str | None = None
    completes: str | None = None


def _option(default: Any, help: str, **more: Any) -> Any:
    return dataclasses.field(default=default, metadata={"option": Option(help, **more)})


_DATA = "Data"
_MACHINE = "Machine"
_RUN = "Run"


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """All that decides a training run. ``None`` means: the default that suits the rest."""

    model: str
    data: str | None = _option(
        None,
        "Data set: a name, or folder:PATH with train/ and val/ of class folders.",
        panel=_DATA,
        completes="datasets",
    )
    aug: str = _option(
        "", "Ops on the pictures, in order: flip,crop:size=32:pad=4.", panel=_DATA, completes="ops"
    )
    wd: float = _option(0.0, "Weight decay.", low=0)
    lr: float | None = _option(
        None, "Learning rate; by default the model's or optimiser's own (sgd: 0.1).", low=0
    )
    epochs: int = _option(100, "Passes over the training set.", low=1)
    batch_size: int = _option(128, "Pictures a step, over all processes.", low=1)
    loss: str = _option("cross_entropy", "Loss.", completes="losses")
    optimizer: str = _option("sgd", "Optimiser.", completes="optimizers")
    momentum: float | None = _option(None, "Momentum, where the optimiser has one.", low=0, high=1)
    nesterov: bool | None = _option(None, "Nesterov momentum, where the optimiser has it.")
    schedule: str = _option("constant", "Learning-rate schedule.", completes="schedules")
    clip_grad: float | None = _option(None, "Clip the gradient's norm to this.", low=0)
    dropout: float = _option(0.0, "Dropout probability before the head.", low=0, high=0.99)
    patience: int | None = _option(
        None, "Stop after this many epochs without a better validation accuracy.", low=1
    )
    seed: int = _option(0, "Seed of weights, order and draws.", low=0, panel=_RUN)
    max_steps: int | None = _option(
        None, "Stop after this many steps (a smoke test).", low=1, panel=_RUN
    )
    image_size: str | None = _option(
        None,
        "The network's input in pixels, 64 or 64x48; by default the data's own, raised to what "
        "the model needs.",
        panel=_DATA,
        metavar="SIZE",
    )
    fit: str = _option(
        "crop",
        "Pictures of several sizes: crop their centre, or squash them.",
        panel=_DATA,
        choices=("crop", "squash"),
    )
    normalize: str = _option(
        "data",
        "Per-channel normalisation: of the training set, of the weights, or none.",
        panel=_DATA,
        choices=("data", "weights", "none"),
    )
    val_share: float | None = _option(
        None,
        "Share of the training pictures held out where the data has no validation split.",
        panel=_DATA,
        low=0.001,
        high=0.9,
    )
    skip_bad_files: bool = _option(
        False, "Go on without files that cannot be read, and record which.", panel=_DATA
    )
    running_accuracy: bool = _option(
        False, "Also measure accuracy on one validation batch after every step.", panel=_RUN
    )
    tracker: tuple[str, ...] = _option(
        (), "Send events to a tracker (may be repeated).", panel=_RUN, completes="trackers"
    )
    device: str = _option("auto", "auto, cpu, cuda, cuda:1, mps.", panel=_MACHINE, metavar="DEVICE")
    precision: str = _option(
        "auto",
        "Arithmetic; auto is bf16 on a GPU that has it, else fp32.",
        panel=_MACHINE,
        choices=("auto", "fp32", "bf16", "fp16"),
    )
    compile: bool = _option(False, "Compile the network (torch.compile).", panel=_MACHINE)
    threads: int | None = _option(
        None, "CPU threads; results on the CPU depend on it.", low=1, panel=_MACHINE
    )

    def __post_init__(self) -> None:
        # Python and TOML may say 64 for "64", and one tracker's name for a list of one.
        if isinstance(self.image_size, int) and not isinstance(self.image_size, bool):
            object.__setattr__(self, "image_size", str(self.image_size))
        trackers = (self.tracker,) if isinstance(self.tracker, str) else tuple(self.tracker)
        object.__setattr__(self, "tracker", trackers)
        for name, option in options_of(type(self)).items():
            value = getattr(self, name)
            if value is not None:
                _check_value(name, value, option)
        if self.image_size is not None:
            _check_image_size(self.image_size)

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
        check_keys(values, where)
        return cls(**values)


def options_of(config: type) -> dict[str, Option]:
    """Return the options of a configuration class, by field name."""
    return {
        field.name: field.metadata["option"]
        for field in dataclasses.fields(config)
        if "option" in field.metadata
    }


def flag(name: str) -> str:
    """The command-line flag of a field: ``batch_size`` -> ``--batch-size``."""
    return "--" + name.replace("_", "-")


def check_keys(values: Mapping[str, Any], where: str) -> None:
    """Raise ``BadOption`` for keys that are no training options."""
    known = {field.name for field in dataclasses.fields(TrainConfig)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise BadOption(
            f"{where}: there is no training option called {', '.join(unknown)}. "
            f"They are {', '.join(sorted(known))}."
        )
    for name, value in values.items():
        # Checked before names are looked up; the rest is checked with the whole configuration.
        if _declared(name) == "str" and not isinstance(value, str | None):
            if name == "image_size" and isinstance(value, int):
                continue
            raise BadOption(f"{where}: {name} takes text, not {value!r}.")


_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "tuple": (tuple,),
}


def _declared(name: str) -> str:
    # Annotations are text here (PEP 563): "float | None" -> float.
    return str(TrainConfig.__annotations__[name]).split(" ")[0].split("[")[0]


def _check_value(name: str, value: Any, option: Option) -> None:
    declared = _declared(name)
    allowed = _TYPES[declared]
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        raise BadOption(f"{flag(name)} takes a {declared}, not {value!r}.")
    Param(name, low=option.low, high=option.high, choices=option.choices).check(value, flag(name))


def _check_image_size(text: str) -> None:
    try:
        height, width = size(text)
    except ValueError:
        height = width = 0
    if min(height, width) < 1:
        raise BadOption(f"--image-size takes pixels, 64 or 64x48 (height x width), not {text!r}.")
