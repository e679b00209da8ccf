"""What a plugin hands over: small frozen descriptions; nothing heavy is imported to make one.

A *factory* is a callable or, better, its import path as text (``"my_ops.solarize:build"``), so
that only a plugin's entry module need be light. The core calls it when the object is needed.

    Described                   name, summary, aliases
    ├── PresetSpec              a named bundle of training options
    ├── CommandSpec             a command of the command line
    ├── FamilySpec              open-ended names behind a prefix: timm:NAME
    └── Buildable               + parameters and a factory
        ├── ModelSpec           (num_classes, **params) -> torch.nn.Module
        ├── OpSpec              (**params) -> op, a function or an Op
        ├── LossSpec            (**params) -> loss(logits, targets) -> (N,)
        ├── SurfaceSpec         (**params) -> formula(x, y, xp) -> values
        ├── DatasetSpec         (**params) -> Dataset
        ├── OptimizerSpec       (parameters, *, lr, weight_decay, **params) -> Optimizer
        ├── ScheduleSpec        (**params) -> schedule(progress) -> factor
        └── TrackerSpec         (**params) -> tracker(event)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, Self, runtime_checkable

from dlvc_cli.contract.params import Param
from dlvc_cli.errors import SpecError

__all__ = [
    "SPEC_TYPES",
    "Buildable",
    "CommandSpec",
    "Dataset",
    "DatasetSpec",
    "Described",
    "Factory",
    "FamilySpec",
    "LearningRates",
    "LossSpec",
    "ModelSpec",
    "OpSpec",
    "OptimizerSpec",
    "PresetSpec",
    "Progress",
    "ScheduleSpec",
    "Split",
    "SurfaceSpec",
    "TrackerSpec",
    "WeightsSpec",
    "load_factory",
]

Factory = Callable[..., Any] | str

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")


def load_factory(factory: Factory) -> Callable[..., Any]:
    """Return the callable that ``factory`` is or names (``"package.module:attribute"``)."""
    if not isinstance(factory, str):
        return factory
    module, _, attribute = factory.partition(":")
    target: Any = import_module(module)
    for part in attribute.split("."):
        target = getattr(target, part)
    return target


def _check_factory(factory: object, what: str) -> None:
    if callable(factory):
        return
    if not isinstance(factory, str) or not all(factory.partition(":")[::2]):
        raise SpecError(f"{what} must be callable or text of the form 'package.module:attribute'")


@dataclass(frozen=True, kw_only=True)
class Described:
    """What every plugin object has.

    Args:
        name: how it is called on the command line: letters, digits, ``_ . + -``.
        summary: one line for tables.
        aliases: further names.
    """

    kind: ClassVar[str] = ""
    gone: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Fields of earlier versions, each with the sentence that names its successor."""

    name: str
    summary: str
    aliases: tuple[str, ...] = ()

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Refuse a field that has gone, before ``__init__`` calls it merely unexpected."""
        for name in kwargs.keys() & cls.gone.keys():
            raise SpecError(cls.gone[name])
        return super().__new__(cls)

    def __post_init__(self) -> None:
        if not isinstance(self.aliases, tuple):
            raise SpecError(f"the aliases of {self.name} must be a tuple of names")
        for name in (self.name, *self.aliases):
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise SpecError(f"{name!r} is not a name (letters, digits and _ . + - only)")
        if not isinstance(self.summary, str):
            raise SpecError(f"the summary of {self.name} must be text")


@dataclass(frozen=True, kw_only=True)
class Buildable(Described):
    """A plugin object that the core builds when it is needed.

    Args:
        factory: builds it; called with the parameters as keywords.
        params: its parameters, in the order in which an option string fills them.
    """

    factory: Factory
    params: tuple[Param, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_factory(self.factory, f"the factory of {self.name}")
        if not all(isinstance(param, Param) for param in self.params):
            raise SpecError(f"the params of {self.name} must be Param objects")

    def build(self, *args: Any, **kwargs: Any) -> Any:
        """Import the factory and call it."""
        return load_factory(self.factory)(*args, **kwargs)


@dataclass(frozen=True, kw_only=True)
class WeightsSpec:
    """Pretrained weights of a model, and how images must be prepared for them.

    Args:
        name: what upstream calls them (``IMAGENET1K_V1``).
        source: where they come from, for ``dlvc show``.
        factory: ``() -> state dict`` with the model's own parameter names.
        mean, std: per-channel normalisation of images in [0, 1], RGB.
        input_size: height and width in pixels that they were trained at.
        num_classes: size of the head they come with; 0 for none.
    """

    name: str
    source: str
    factory: Factory
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    input_size: int = 224
    num_classes: int = 1000

    def __post_init__(self) -> None:
        what = f"the weights {self.name}"
        _check_factory(self.factory, f"the factory of {what}")
        for name, values, low in (("mean", self.mean, 0.0), ("std", self.std, 1e-6)):
            if (
                not isinstance(values, tuple | list)
                or len(values) != 3
                or not all(isinstance(v, int | float) and low <= v <= 1 for v in values)
            ):
                raise SpecError(
                    f"the {name} of {what} must be three numbers, for images in [0, 1], "
                    f"not {values!r}"
                )
        for name, number, least in (
            ("input_size", self.input_size, 1),
            ("num_classes", self.num_classes, 0),
        ):
            if not isinstance(number, int) or number < least:
                raise SpecError(
                    f"the {name} of {what} must be a whole number from {least}, not {number!r}"
                )


@dataclass(frozen=True, kw_only=True)
class ModelSpec(Buildable):
    """An image classifier.

    The factory is called with ``num_classes`` and the parameters, and returns a freshly
    initialised ``torch.nn.Module`` from normalised images (N, 3, H, W) to logits (N, num_classes),
    with upstream's parameter names, so that upstream's weights load. While training, a module with
    an auxiliary head returns (logits, auxiliary logits).

    Args:
        split: ``module -> (features, head)``, two modules that share its parameters, with
            ``head(features(x))`` equal to ``module(x)`` in evaluation mode. The head is what a
            new number of classes replaces.
        millions: parameters in millions, as published (None: unknown until it is built).
        input_size: native height and width in pixels.
        min_size: the least height and width that it can predict at.
        min_train_size: the least that it can train at (None: ``min_size``).
        fixed_size: it takes its native size only.
        aux_weight: weight of the auxiliary head's loss; 0 where there is none.
        weights: pretrained weights, the default first.
        upgrade: ``state dict -> state dict`` with the names of today, for files that were saved
            under older ones (None: the names have never changed).
        defaults: training options of its own (``{"optimizer": "sgd", "lr": 0.01}``). A learning
            rate counts only for the optimiser named with it.
    """

    kind: ClassVar[str] = "models"

    split: Factory
    millions: float | None = None
    input_size: int = 224
    min_size: int = 1
    min_train_size: int | None = None
    fixed_size: bool = False
    aux_weight: float = 0.0
    weights: tuple[WeightsSpec, ...] = ()
    upgrade: Factory | None = None
    defaults: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_factory(self.split, f"the split of {self.name}")
        if self.upgrade is not None:
            _check_factory(self.upgrade, f"the upgrade of {self.name}")
        if not isinstance(self.weights, tuple) or not all(
            isinstance(weights, WeightsSpec) for weights in self.weights
        ):
            raise SpecError(f"the weights of {self.name} must be a tuple of WeightsSpec objects")

    @property
    def train_size(self) -> int:
        """The least height and width in pixels that it can train at."""
        return self.min_train_size or self.min_size


@dataclass(frozen=True, kw_only=True)
class OpSpec(Buildable):
    """An operation on images before the network.

    The factory is called with the parameters and returns the op's function, in one of three forms:

    * ``takes="batch"``: ``op(batch, draws) -> batch``; may change targets too.
    * ``takes="images"``: ``op(images, draws) -> images``, (N, C, H, W) floats in [0, 1].
    * ``takes="sample"``: ``op(image, rng) -> image``, one (H, W, C) float32 NumPy array and a
      ``numpy.random.Generator`` of its own. The core loops over the batch: convenient, and slow.

    Or it returns an :class:`~dlvc_cli.contract.op.Op`, which holds such a function and what stands
    in for it outside training, or the few variants that it gives an image.

    All randomness comes from ``draws`` (or ``rng``): a function of seed, epoch, sample and the
    op's position alone. An op raises ``BadOption`` for images that it cannot work on; it is
    tried on a few made-up ones before training begins.

    Args:
        takes: the form of the op's function.
        random: it runs in training only. Other ops run always, in test and predict too.
    """

    kind: ClassVar[str] = "ops"
    gone: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "eval_factory": "OpSpec has no eval_factory any more: let the factory return "
            "dlvc_cli.Op(apply=..., stand_in=...), where stand_in is what runs outside training.",
            "views": "OpSpec has no views any more: let the factory return "
            "dlvc_cli.Op(apply=..., variants=Variants(count=..., draw=...)).",
        }
    )

    takes: Literal["batch", "images", "sample"] = "images"
    random: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.takes not in ("batch", "images", "sample"):
            raise SpecError(f"op {self.name}: takes is batch, images or sample")


@dataclass(frozen=True, kw_only=True)
class LossSpec(Buildable):
    """A loss: ``loss(logits, targets) -> (N,)``, which the engine averages.

    Logits are (N, classes); targets are class indices (N,) or probabilities (N, classes), and
    a loss takes both forms.
    """

    kind: ClassVar[str] = "losses"


@dataclass(frozen=True, kw_only=True)
class SurfaceSpec(Buildable):
    """A function of two variables to descend on.

    The factory is called with the parameters and returns ``formula(x, y, xp) -> values``, where x
    and y are arrays of one shape and xp is the module they come from (``numpy`` or ``torch``), so
    that ``xp.sin(x)`` is right for both.

    Args:
        formula: the formula in plain text; or where it depends on the parameters, a function
            ``(**params) -> text``.
        source: where it comes from.
        domain: (low, high), the range of both x and y.
        x_along: whether x runs along the ``columns`` or the ``rows`` of the sampled grid.
        start: the default start (column, row) on a 1000 x 1000 grid, None for one the core picks.
        minima: the known global minima as (x, y), or a factory ``(**params) -> minima``.
    """

    kind: ClassVar[str] = "surfaces"

    formula: str | Callable[..., str]
    source: str
    domain: tuple[float, float]
    x_along: Literal["columns", "rows"] = "columns"
    start: tuple[float, float] | None = None
    minima: tuple[tuple[float, float], ...] | Factory = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.domain) != 2 or not self.domain[0] < self.domain[1]:
            raise SpecError(f"surface {self.name}: domain is (low, high), not {self.domain!r}")
        if self.x_along not in ("columns", "rows"):
            raise SpecError(f"surface {self.name}: x_along is columns or rows")
        if self.start and not (len(self.start) == 2 and all(0 <= k <= 999 for k in self.start)):
            raise SpecError(f"surface {self.name}: start is (column, row), from 0 to 999")

    def formula_text(self, **params: Any) -> str:
        """The formula in plain text, with these parameters."""
        return self.formula if isinstance(self.formula, str) else self.formula(**params)


@runtime_checkable
class Split(Protocol):
    """One part of a data set.

    Attributes:
        labels: the class index of each sample, (N,).
        names: a stable name of each sample (a path inside the data set), (N,); the order of
            reading comes from it, and messages use it.
    """

    labels: Sequence[int]
    names: Sequence[str]

    def sample(self, index: int) -> Any:
        """Return an image file's path, a PIL image, or an (H, W, 3) uint8 NumPy array."""
        ...

    def fingerprint(self) -> str:
        """Return a hash of names, labels and images: the same for the same data anywhere."""
        ...


@runtime_checkable
class Dataset(Protocol):
    """What a data set's factory returns.

    Attributes:
        classes: class names; a label is an index into them.
        splits: by name: ``train``, and where they exist ``val`` and ``test``.
    """

    classes: Sequence[str]
    splits: Mapping[str, Split]


@dataclass(frozen=True, kw_only=True)
class DatasetSpec(Buildable):
    """A data set: its factory returns a :class:`Dataset`, raising ``DataError`` where it can't.

    Args:
        rank: place in the queue of those to use where none is named, the lowest first; None to
            stay out of it.
        available: ``() -> bool``, cheap: is a copy on this machine? None means always.
    """

    kind: ClassVar[str] = "datasets"

    rank: int | None = None
    available: Factory | None = None


class LearningRates(NamedTuple):
    """An optimiser's default learning rates: from scratch, for fine-tuning, for descent."""

    scratch: float
    finetune: float
    descent: float


@dataclass(frozen=True, kw_only=True)
class OptimizerSpec(Buildable):
    """An optimiser.

    The factory is called as ``factory(parameters, lr=..., weight_decay=..., **params)`` with what
    a ``torch.optim.Optimizer`` takes as parameters (dictionaries of groups included), and returns
    one.

    Args:
        learning_rates: its default learning rates.
        rule: ``(**params) -> Rule``, the same update in plain arithmetic, for descent on many
            points at once; without one, descent steps the torch optimiser.
    """

    kind: ClassVar[str] = "optimizers"

    learning_rates: LearningRates
    rule: Factory | None = None


class Progress(NamedTuple):
    """How far training is: ``epoch`` counts from 0 with fractions, out of ``epochs``."""

    epoch: float
    epochs: int

    @property
    def fraction(self) -> float:
        """Progress in [0, 1]."""
        return min(self.epoch / self.epochs, 1.0) if self.epochs else 1.0


@dataclass(frozen=True, kw_only=True)
class ScheduleSpec(Buildable):
    """A learning-rate schedule: a pure function ``schedule(progress) -> factor``.

    It is asked before every step; the step's learning rate is the factor times ``--lr``.
    """

    kind: ClassVar[str] = "schedules"


@dataclass(frozen=True, kw_only=True)
class TrackerSpec(Buildable):
    """A consumer of events: ``tracker(event)`` for each, then ``tracker.close()`` if it has one.

    The factory is called with the parameters, before training begins. A tracker that raises is
    dropped with a note; training goes on.
    """

    kind: ClassVar[str] = "trackers"


@dataclass(frozen=True, kw_only=True)
class PresetSpec(Described):
    """A named bundle of training options.

    Args:
        options: names and values of ``TrainConfig`` fields.
        default: a built-in one that lies below all that is asked for.
        finetunes: it is that default where pretrained layers are trained, else where they aren't.
    """

    kind: ClassVar[str] = "presets"

    options: Mapping[str, Any]
    default: bool = False
    finetunes: bool = False


@dataclass(frozen=True, kw_only=True)
class CommandSpec(Described):
    """A command ``dlvc NAME``: the factory is a function with Typer annotations, or a Typer app.

    The factory is imported when the command is called or its help is shown.
    """

    kind: ClassVar[str] = "commands"

    factory: Factory

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_factory(self.factory, f"the factory of {self.name}")

    @cached_property
    def target(self) -> Callable[..., Any]:
        """The function or Typer app itself."""
        return load_factory(self.factory)


@dataclass(frozen=True, kw_only=True)
class FamilySpec(Described):
    """Open-ended names behind a prefix: ``timm:convnext_tiny``, ``folder:PATH``.

    Args:
        of: the kind of object, as in ``dlvc list KIND``.
        find: ``rest of the name -> spec``, or None where there is none of that name.
        search: ``pattern -> specs``; matches as ``dlvc list --search`` does (part of a name, or
            a pattern with ``*``). None where names can't be listed.
        metavar: what stands behind the prefix, for tables: ``NAME``, ``PATH``.
    """

    kind: ClassVar[str] = "families"

    of: str
    find: Factory
    search: Factory | None = None
    metavar: str = "NAME"

    def find_spec(self, rest: str) -> Buildable | None:
        """Return the member called ``rest``, or None."""
        return load_factory(self.find)(rest)

    def search_specs(self, pattern: str) -> list[Buildable]:
        """Return the members that match ``pattern``."""
        return list(load_factory(self.search)(pattern)) if self.search is not None else []


SPEC_TYPES: Mapping[str, type[Described]] = MappingProxyType(
    {
        spec.kind: spec
        for spec in (
            ModelSpec,
            OpSpec,
            LossSpec,
            SurfaceSpec,
            DatasetSpec,
            OptimizerSpec,
            ScheduleSpec,
            TrackerSpec,
            PresetSpec,
            CommandSpec,
            FamilySpec,
        )
    }
)
"""The kinds of plugin object, in the order in which they are listed, and the spec of each."""
