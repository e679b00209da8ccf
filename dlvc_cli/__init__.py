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

from dlvc_cli.contract import specs as _specs
from dlvc_cli.contract.data_sets import Dataset, Split
from dlvc_cli.contract.formula import Formula
from dlvc_cli.contract.hooks import hookimpl
from dlvc_cli.contract.learning_rates import LearningRates, Progress
from dlvc_cli.contract.op import Op, Variants
from dlvc_cli.contract.params import (
    REQUIRED,
    Param,
    boolean,
    floats,
    parse_arguments,
    path,
    size,
)
from dlvc_cli.contract.search import matches_pattern

# All of them, so that a new kind of plugin object has nothing to add here.
from dlvc_cli.contract.specs import *
from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.contract.weights import WeightsSpec
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
    from dlvc_cli.files import open_regular, read_json, replace_file

__version__ = "0.1.0"

__all__ = [
    "REQUIRED",
    "AmbiguousName",
    "BadOption",
    "Batch",
    "DataError",
    "Dataset",
    "DlvcError",
    "Draws",
    "Formula",
    "LearningRates",
    "Op",
    "Param",
    "PluginError",
    "Progress",
    "Rule",
    "Run",
    "RunError",
    "SpecError",
    "Split",
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
    "matches_pattern",
    "open_regular",
    "parse_arguments",
    "path",
    "read_json",
    "replace_file",
    "size",
    "train",
]
__all__ += _specs.__all__

# What is imported when it is first asked for (PEP 562): it takes torch, or time.
_LAZY = {
    "Batch": "dlvc_cli.contract.batch",
    "as_batch_op": "dlvc_cli.contract.batch",
    "Draws": "dlvc_cli.contract.draws",
    "descend": "dlvc_cli.api.descend",
    "Run": "dlvc_cli.api.run",
    "load_run": "dlvc_cli.api.run",
    "open_regular": "dlvc_cli.files",
    "read_json": "dlvc_cli.files",
    "replace_file": "dlvc_cli.files",
    "train": "dlvc_cli.api.run",
}


# What has been renamed, for plugins that still ask for it.
_GONE = {"Views": "Variants, in the Op that an op's factory returns"}


def __getattr__(name: str) -> Any:
    if name in _GONE:
        raise ImportError(f"dlvc_cli has no {name} any more: it has {_GONE[name]}")
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
