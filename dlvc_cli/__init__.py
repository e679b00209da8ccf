"""dlvc: train image classifiers and watch gradient descent, with everything a plugin.

The public face; each name is imported when it is first asked for::

    import dlvc_cli as dlvc

    run = dlvc.train("cnn", data="toy-pets", preset="quick", aug="flip,crop")
    run.metrics[-1]["val_acc"]
    run.predict(["cat.jpg"])

    dlvc.study("cnn", data="toy-pets", sweep={"wd": [0, 1e-5]}, seeds=3).table

    walk = dlvc.descend("schaffer", nesterov=True)
    walk.path, walk.value, walk.reason

and what plugins import: ``hookimpl``, the specs, ``Param`` and its types, ``Batch`` and ``Draws``.
"""

from __future__ import annotations

from importlib import import_module

# As type checkers know it, without the 10 ms that typing takes: a command listens to signals as
# soon as this module is there.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlvc_cli.api.descend import descend
    from dlvc_cli.api.run import Run, load_run, train
    from dlvc_cli.api.study_runs import StudyRuns, study
    from dlvc_cli.contract import specs
    from dlvc_cli.contract.batch import Batch, as_batch_op
    from dlvc_cli.contract.data_sets import Dataset, Split
    from dlvc_cli.contract.draws import Draws
    from dlvc_cli.contract.executors import Executor, Job, RunningJob
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
        WeightsUnavailable,
    )
    from dlvc_cli.files import open_regular, read_json, replace_file
    from dlvc_cli.images.file_digests import file_digests
    from dlvc_cli.images.folder_files import left_out_notice, list_images
    from dlvc_cli.reporting.output import note
    from dlvc_cli.runs.calibration import reliability

    __all__ = [
        "REQUIRED",
        "AmbiguousName",
        "BadOption",
        "Batch",
        "DataError",
        "Dataset",
        "DlvcError",
        "Draws",
        "Executor",
        "Formula",
        "Job",
        "LearningRates",
        "Op",
        "Param",
        "PluginError",
        "Progress",
        "Rule",
        "Run",
        "RunError",
        "RunningJob",
        "SpecError",
        "Split",
        "StudyRuns",
        "UnknownName",
        "UsageError",
        "Variants",
        "WeightsSpec",
        "WeightsUnavailable",
        "as_batch_op",
        "boolean",
        "descend",
        "file_digests",
        "floats",
        "hookimpl",
        "left_out_notice",
        "list_images",
        "load_run",
        "matches_pattern",
        "note",
        "open_regular",
        "parse_arguments",
        "path",
        "read_json",
        "reliability",
        "replace_file",
        "size",
        "study",
        "train",
    ]
    __all__ += specs.__all__

__version__ = "0.1.0"

_SPECS = "dlvc_cli.contract.specs"

# Where a name comes from when it is first asked for (PEP 562); a spec comes from its module, so
# that a new kind of plugin object has nothing to add here.
_FROM = {
    name: module
    for module, names in {
        "dlvc_cli.api.descend": "descend",
        "dlvc_cli.api.run": "Run load_run train",
        "dlvc_cli.api.study_runs": "StudyRuns study",
        "dlvc_cli.contract.batch": "Batch as_batch_op",
        "dlvc_cli.contract.data_sets": "Dataset Split",
        "dlvc_cli.contract.draws": "Draws",
        "dlvc_cli.contract.executors": "Executor Job RunningJob",
        "dlvc_cli.contract.formula": "Formula",
        "dlvc_cli.contract.hooks": "hookimpl",
        "dlvc_cli.contract.learning_rates": "LearningRates Progress",
        "dlvc_cli.contract.op": "Op Variants",
        "dlvc_cli.contract.params": "REQUIRED Param boolean floats parse_arguments path size",
        "dlvc_cli.contract.search": "matches_pattern",
        "dlvc_cli.contract.update_rule": "Rule",
        "dlvc_cli.contract.weights": "WeightsSpec",
        "dlvc_cli.errors": "AmbiguousName BadOption DataError DlvcError PluginError RunError "
        "SpecError UnknownName UsageError WeightsUnavailable",
        "dlvc_cli.files": "open_regular read_json replace_file",
        "dlvc_cli.reporting.output": "note",
        "dlvc_cli.runs.calibration": "reliability",
        "dlvc_cli.images.file_digests": "file_digests",
        "dlvc_cli.images.folder_files": "list_images left_out_notice",
    }.items()
    for name in names.split()
}

# What has been renamed, for plugins that still ask for it.
_GONE = {"Views": "Variants, in the Op that an op's factory returns"}


def __getattr__(name: str) -> Any:
    if name in _GONE:
        raise ImportError(f"dlvc_cli has no {name} any more: it has {_GONE[name]}")
    if name == "__all__":
        return sorted({*_FROM, *import_module(_SPECS).__all__})
    module = _FROM.get(name)
    if module is None and name.endswith("Spec") and name in import_module(_SPECS).__all__:
        module = _SPECS
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(module), name)
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__getattr__("__all__")])
