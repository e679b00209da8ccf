"""dlvc: train image classifiers and watch gradient descent, with everything a plugin.

The public face; importing it imports nothing heavy::

    import dlvc_cli as dlvc

    run = dlvc.train("cnn", data="toy-pets", aug="flip,crop", wd=1e-5, epochs=5)
    run.metrics[-1]["val_acc"]
    run.predict(["cat.jpg"])

    walk = dlvc.descend("schaffer", nesterov=True)
    walk.path, walk.value, walk.reason

and what plugins import: ``hookimpl``, the specs, ``Param`` and its types, ``Batch`` and ``Draws``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dlvc_cli.contract.hooks import hookimpl
from dlvc_cli.contract.op import Op, Variants
from dlvc_cli.contract.params import REQUIRED, Param, boolean, floats, parse_arguments, path, size
from dlvc_cli.contract.specs import (
    CommandSpec,
    Dataset,
    DatasetSpec,
    FamilySpec,
    LearningRates,
    LossSpec,
    ModelSpec,
    OpSpec,
    OptimizerSpec,
    PresetSpec,
    Progress,
    ScheduleSpec,
    Split,
    SurfaceSpec,
    TrackerSpec,
    WeightsSpec,
)
from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.errors import (
    AmbiguousName,
    BadOption,
    DataError,
    DlvcError,
    PluginError,
    RunError,
    SpecError,
    UnknownName,
    UsageError,
)

if TYPE_CHECKING:
    from dlvc_cli.api.descend import descend
    from dlvc_cli.api.run import Run, load_run, train
    from dlvc_cli.contract.batch import Batch, as_batch_op
    from dlvc_cli.contract.draws import Draws

__version__ = "0.1.0"

__all__ = [
    "REQUIRED",
    "AmbiguousName",
    "BadOption",
    "Batch",
    "CommandSpec",
    "DataError",
    "Dataset",
    "DatasetSpec",
    "DlvcError",
    "Draws",
    "FamilySpec",
    "LearningRates",
    "LossSpec",
    "ModelSpec",
    "Op",
    "OpSpec",
    "OptimizerSpec",
    "Param",
    "PluginError",
    "PresetSpec",
    "Progress",
    "Rule",
    "Run",
    "RunError",
    "ScheduleSpec",
    "SpecError",
    "Split",
    "SurfaceSpec",
    "TrackerSpec",
    "UnknownName",
    "UsageError",
    "Variants",
    "WeightsSpec",
    "as_batch_op",
    "boolean",
    "descend",
    "floats",
    "hookimpl",
    "load_run",
    "parse_arguments",
    "path",
    "size",
    "train",
]

# What needs torch is imported when it is first asked for (PEP 562).
_LAZY = {
    "Batch": "dlvc_cli.contract.batch",
    "as_batch_op": "dlvc_cli.contract.batch",
    "Draws": "dlvc_cli.contract.draws",
    "descend": "dlvc_cli.api.descend",
    "Run": "dlvc_cli.api.run",
    "load_run": "dlvc_cli.api.run",
    "train": "dlvc_cli.api.run",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
