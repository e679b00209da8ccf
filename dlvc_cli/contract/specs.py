"""What a plugin hands over: small frozen descriptions; nothing heavy is imported to make one.

A *factory* is a callable or, better, its import path as text (``"my_ops.solarize:build"``). What
depends on an object's parameters is not here but on what its factory builds.

    Described                   name, summary, aliases
    ├── PresetSpec              a named bundle of training options
    ├── CommandSpec             a command of the command line
    ├── FamilySpec              open-ended names behind a prefix: timm:NAME
    ├── PackageSpec             a package to install, and what it would offer
    └── Buildable               + parameters and a factory
        ├── ModelSpec           (num_classes, **params) -> torch.nn.Module
        ├── OpSpec              (**params) -> op, a function or an Op
        ├── LossSpec            (**params) -> loss(logits, targets) -> (N,)
        ├── MetricSpec          (**params) -> metric(targets, probabilities) -> number
        ├── SurfaceSpec         (**params) -> Formula
        ├── DatasetSpec         (**params) -> Dataset
        ├── OptimizerSpec       (groups, *, lr, weight_decay, **params) -> Optimizer
        ├── ScheduleSpec        (**params) -> schedule(progress) -> factor
        └── TrackerSpec         (**params) -> tracker(event)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from dlvc_cli.contract.described import WRITTEN, Buildable, Column, Described
from dlvc_cli.contract.factory import FactoryField
from dlvc_cli.contract.learning_rates import LearningRates
from dlvc_cli.contract.weights import WeightsSpec
from dlvc_cli.errors import SpecError

__all__ = [
    "CommandSpec",
    "DatasetSpec",
    "ExecutorSpec",
    "FamilySpec",
    "LossSpec",
    "MetricSpec",
    "ModelSpec",
    "OpSpec",
    "OptimizerSpec",
    "PackageSpec",
    "PresetSpec",
    "ScheduleSpec",
    "SurfaceSpec",
    "TrackerSpec",
]


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
        millions: parameters in millions, with a head for two classes, as ``dlvc show`` counts them
            (None: unknown until it is built).
        input_size: native height and width in pixels.
        min_size: the least height and width that it can predict at.
        min_train_size: the least that it can train at (None: ``min_size``).
        fixed_size: it takes its native size only.
        aux_weight: weight of the auxiliary head's loss; 0 where there is none.
        weights: pretrained weights, the default first.
        upgrade: ``state dict -> state dict`` with the names of today, for files that were saved
            under older ones (None: the names have never changed).
        initialise: ``(module, images) -> None``, called before the first step where the network
            starts from no weights, with training images as it sees them, (N, 3, H, W) normalised
            floats on the CPU: a few thousand at most, without random ops. It sets what depends on
            data, in place, and the same way each time (None: nothing does).
        defaults: training options of its own (``{"optimizer": "sgd", "lr": 0.01}``). A learning
            rate counts only for the optimiser named with it.
    """

    kind: ClassVar[str] = "models"
    builds: ClassVar[str] = "a `torch.nn.Module`: images (N, 3, H, W) -> logits (N, classes)"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("million parameters", "millions", ".2f"),
        Column("input", "input_size", "d"),
        Column("least", "min_train_size", "d"),
        Column("pretrained", "pretrained"),
    )

    split: FactoryField = FactoryField()
    millions: float | None = None
    input_size: int = 224
    min_size: int = 1
    min_train_size: int | None = None
    fixed_size: bool = False
    aux_weight: float = 0.0
    weights: tuple[WeightsSpec, ...] = ()
    upgrade: FactoryField = FactoryField(optional=True)
    initialise: FactoryField = FactoryField(optional=True)
    defaults: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        super().__post_init__()
        if min(self.input_size, self.min_size, self.train_size) < 1:
            raise SpecError(f"the sizes of {self.name} are pixels, at least 1")

    @property
    def train_size(self) -> int:
        """The least height and width in pixels that it can train at."""
        return self.min_train_size or self.min_size

    def facts(self) -> dict[str, Any]:
        return {
            "millions": self.millions,
            "input_size": self.input_size,
            "min_size": self.min_size,
            "min_train_size": self.train_size,
            "pretrained": bool(self.weights),
            "weights": [{"name": w.name, "source": w.source} for w in self.weights],
            "defaults": dict(self.defaults),
        }


@dataclass(frozen=True, kw_only=True)
class OpSpec(Buildable):
    """An operation on images before the network.

    The factory is called with the parameters and returns a function, or an ``Op`` that holds one:

    * ``takes="batch"``: ``op(batch, draws) -> batch``; may change targets too.
    * ``takes="images"``: ``op(images, draws) -> images``, (N, C, H, W) floats in [0, 1].
    * ``takes="sample"``: ``op(image, rng) -> image``, one (H, W, C) float32 NumPy array and a
      ``numpy.random.Generator`` of its own; convenient, and slow.

    All randomness comes from ``draws`` (or ``rng``); ``BadOption`` refuses what it can't work on.

    Args:
        takes: the form of the op's function.
        random: it runs in training only. Other ops run always, in test and predict too.
    """

    kind: ClassVar[str] = "ops"
    builds: ClassVar[str] = "an op on batches, on images, or on single samples"
    gone: ClassVar[Mapping[str, str]] = {
        "eval_factory": "let the factory return Op(apply=..., stand_in=...)",
        "views": "let the factory return Op(apply=..., variants=Variants(count=..., draw=...))",
    }

    takes: Literal["batch", "images", "sample"] = "images"
    random: bool = False

    def facts(self) -> dict[str, Any]:
        return {"random": self.random, "takes": self.takes}


@dataclass(frozen=True, kw_only=True)
class LossSpec(Buildable):
    """A loss: ``loss(logits, targets) -> (N,)``, which the engine averages.

    Logits are (N, classes); targets are class indices (N,) or probabilities (N, classes), and
    a loss takes both forms.
    """

    kind: ClassVar[str] = "losses"
    singular: ClassVar[str] = "loss"
    builds: ClassVar[str] = "`loss(logits, targets)` -> (N,)"


@dataclass(frozen=True, kw_only=True)
class MetricSpec(Buildable):
    """A figure of a whole split: ``metric(targets, probabilities)`` -> a number.

    Targets are class indices, int64 (N,) of NumPy; probabilities are the softmax, float64
    (N, classes). A row is NaN where the network gave no finite numbers: a metric of classes counts
    it as wrong, one of probabilities is NaN. NaN stands for a figure that is not defined.

    Args:
        greater_is_better: whether a greater value is the better one.
        low, high: ends of its range; None where it has none.
        undefined: when it is NaN, in words: ``"fewer than two classes occur"``.
    """

    kind: ClassVar[str] = "metrics"
    builds: ClassVar[str] = "`metric(targets, probabilities)` -> a number, of a whole split"
    columns: ClassVar[tuple[Column, ...]] = (Column("better", "better"), WRITTEN)

    greater_is_better: bool
    low: float | None = None
    high: float | None = None
    undefined: str = ""

    def facts(self) -> dict[str, Any]:
        return {
            "better": "greater" if self.greater_is_better else "smaller",
            "range": [self.low, self.high],
            "undefined": self.undefined or None,
        }


@dataclass(frozen=True, kw_only=True)
class SurfaceSpec(Buildable):
    """A function of two variables to descend on.

    The factory is called with the parameters and returns a :class:`~dlvc_cli.Formula`.

    Args:
        source: where it comes from.
        domain: (low, high), the range of both x and y.
        x_along: whether x runs along the ``columns`` or the ``rows`` of the sampled grid.
        start: the default start (column, row) on a 1000 x 1000 grid, None for one the core picks.
        lr_by: whose default learning rate suits: the ``optimizer``'s for descent, or the
            ``surface``'s, which the core takes from slopes and curvature of the samples, for
            optimisers that move by rate x gradient.
    """

    kind: ClassVar[str] = "surfaces"
    builds: ClassVar[str] = "a `Formula`: `function(x, y, xp)` -> values, in words, and its minima"
    gone: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "formula": "its factory returns a dlvc_cli.Formula, whose text is the formula in words",
            "minima": "its factory returns a dlvc_cli.Formula, which has them",
        }
    )

    source: str
    domain: tuple[float, float]
    x_along: Literal["columns", "rows"] = "columns"
    start: tuple[float, float] | None = None
    lr_by: Literal["optimizer", "surface"] = "optimizer"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.domain[0] < self.domain[1]:
            raise SpecError(f"surface {self.name}: domain is (low, high), not {self.domain!r}")
        if self.start and not all(0 <= k <= 999 for k in self.start):
            raise SpecError(f"surface {self.name}: start is (column, row), from 0 to 999")

    def facts(self) -> dict[str, Any]:
        return {
            # What the factory builds has it: dlvc show tells.
            "formula": None,
            "source": self.source,
            "domain": list(self.domain),
            "start": list(self.start) if self.start else None,
        }


@dataclass(frozen=True, kw_only=True)
class DatasetSpec(Buildable):
    """A data set: its factory returns a :class:`Dataset`, raising ``DataError`` where it can't.

    Args:
        rank: place in the queue of those to use where none is named, the lowest first; None to
            stay out of it.
        available: ``() -> bool``, cheap: is a copy on this machine? None means always.
    """

    kind: ClassVar[str] = "datasets"
    singular: ClassVar[str] = "data set"
    builds: ClassVar[str] = "classes and splits, with samples by index and a fingerprint"

    rank: int | None = None
    available: FactoryField = FactoryField(optional=True)

    def facts(self) -> dict[str, Any]:
        return {"rank": self.rank}


@dataclass(frozen=True, kw_only=True)
class OptimizerSpec(Buildable):
    """An optimiser.

    The factory is called as ``factory(groups, lr=..., weight_decay=..., **params)`` and returns a
    ``torch.optim.Optimizer``, to which it may hand the groups as they are. A group is a dictionary:
    ``params``, a list of (name, tensor) with the names of ``module.named_parameters()``; ``lr``,
    its learning rate; and ``head``, the names of those that are the model's head, as its ``split``
    has it (left out where there is none: of a model that can't be taken apart, and in descent). It
    must step all of them.

    Args:
        learning_rates: its default learning rates.
        rule: ``(**params) -> Rule``, the same update in plain arithmetic, for descent on many
            points at once; without one, descent steps the torch optimiser.
    """

    kind: ClassVar[str] = "optimizers"
    builds: ClassVar[str] = "a `torch.optim.Optimizer`"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("lr from scratch", "learning_rates.scratch", "g"),
        Column("in descent", "learning_rates.descent", "g"),
        WRITTEN,
    )

    learning_rates: LearningRates
    rule: FactoryField = FactoryField(optional=True)

    def facts(self) -> dict[str, Any]:
        return {"learning_rates": self.learning_rates._asdict()}


@dataclass(frozen=True, kw_only=True)
class ScheduleSpec(Buildable):
    """A learning-rate schedule: a pure function ``schedule(progress) -> factor``.

    It is asked before every step; the step's learning rate is the factor, a number from 0 up, times
    ``--lr``.
    """

    kind: ClassVar[str] = "schedules"
    builds: ClassVar[str] = "`schedule(progress)` -> factor of the learning rate"


@dataclass(frozen=True, kw_only=True)
class TrackerSpec(Buildable):
    """A consumer of events: ``tracker(event)`` for each, then ``tracker.close()`` if it has one.

    The factory is called with the parameters, before training begins. A tracker that raises is
    dropped with a note; training goes on.
    """

    kind: ClassVar[str] = "trackers"
    builds: ClassVar[str] = "a function that is called with every event"


@dataclass(frozen=True, kw_only=True)
class PresetSpec(Described):
    """A named bundle of training options.

    Args:
        options: names and values of ``TrainConfig`` fields.
        default: a built-in one that lies below all that is asked for.
        finetunes: it is that default where pretrained layers are trained, else where they aren't.
    """

    kind: ClassVar[str] = "presets"
    builds: ClassVar[str] = "(none: a bundle of training options)"
    columns: ClassVar[tuple[Column, ...]] = (Column("default", "default", no=""),)

    options: Mapping[str, Any]
    default: bool = False
    finetunes: bool = False

    def facts(self) -> dict[str, Any]:
        return {"options": dict(self.options), "default": self.default}


@dataclass(frozen=True, kw_only=True)
class ExecutorSpec(Buildable):
    """What runs the jobs of a study, here or elsewhere: its factory returns an :class:`Executor`.

    It is handed as many jobs at a time as ``--jobs`` says.
    """

    kind: ClassVar[str] = "executors"
    builds: ClassVar[str] = (
        "an `Executor`: `threads(jobs)`, `submit(job)` -> a `RunningJob`, `close()`"
    )


@dataclass(frozen=True, kw_only=True)
class CommandSpec(Described):
    """A command ``dlvc NAME``: the factory is a function with Typer annotations, or a Typer app.

    The factory is imported when the command is called or its help is shown.
    """

    kind: ClassVar[str] = "commands"
    builds: ClassVar[str] = "a function with Typer annotations, or a Typer app"

    factory: FactoryField = FactoryField()


@dataclass(frozen=True, kw_only=True)
class FamilySpec(Described):
    """Open-ended names behind a prefix: ``timm:convnext_tiny``, ``folder:PATH``.

    Args:
        of: the kind of object, as in ``dlvc list KIND``.
        find: ``rest of the name -> spec``, or None where there is none of that name; it is never
            empty.
        search: ``pattern -> specs``; matches as ``dlvc list --search`` does (part of a name, or
            a pattern with ``*``). None where names can't be listed.
        knows: ``rest of the name -> bool``: whether there is one of that name, as far as can be
            told at once. It is asked of names that are written without the prefix, to suggest it;
            ``dlvc gd`` takes a surface so named where nothing else, and no file, is called so.
        metavar: what stands behind the prefix, for tables: ``NAME``, ``PATH``.
    """

    kind: ClassVar[str] = "families"
    singular: ClassVar[str] = "family"
    builds: ClassVar[str] = "(none: `find` and `search` for names behind a prefix)"
    columns: ClassVar[tuple[Column, ...]] = (Column("of", "of"),)
    title: ClassVar[str] = "pattern"

    of: str
    find: FactoryField = FactoryField()
    search: FactoryField = FactoryField(optional=True)
    knows: FactoryField = FactoryField(optional=True)
    metavar: str = "NAME"

    def facts(self) -> dict[str, Any]:
        return {"of": self.of, "pattern": f"{self.name}:{self.metavar}"}

    def find_spec(self, rest: str) -> Buildable | None:
        """Return the member called ``rest``, or None."""
        return self.find(rest)

    def search_specs(self, pattern: str) -> list[Buildable]:
        """Return the members that match ``pattern``."""
        return list(self.search(pattern)) if self.search is not None else []


@dataclass(frozen=True, kw_only=True)
class PackageSpec(Described):
    """A package that may not be installed: who names what it offers is told how to get it.

    Args:
        name: of the distribution, as pip knows it.
        install: what ``pip install`` is given.
        offers: names by kind, as in ``dlvc list KIND``: ``{"models": ("patch-mlp",)}``.
    """

    kind: ClassVar[str] = "packages"
    builds: ClassVar[str] = "(none: a package to install, and what it would offer)"
    columns: ClassVar[tuple[Column, ...]] = (Column("pip install", "install"),)

    install: str
    offers: Mapping[str, tuple[str, ...]]

    def facts(self) -> dict[str, Any]:
        return {
            "install": self.install,
            "offers": {kind: list(names) for kind, names in self.offers.items()},
        }
