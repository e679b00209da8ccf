"""The hooks of dlvc: the whole contract between the core and its plugins, on one page.

A plugin is a module (or object) registered as an entry point of group ``dlvc``::

    [project.entry-points.dlvc]
    my-ops = "my_ops"

and implements any of the functions below::

    from dlvc_cli import OpSpec, Param, hookimpl

    @hookimpl
    def dlvc_ops():
        return [OpSpec(name="solarize", summary="Invert bright pixels.",
                       factory="my_ops.solarize:build",
                       params=(Param("threshold", float, 0.5, low=0, high=1),))]

Keep the entry module light: name factories by import path, and import torch and the like there.
Each hook returns specs (a list or any iterable); what they hold is described in ``specs.py``.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from dlvc_cli.contract import specs

__all__ = ["hookimpl"]

hookspec = pluggy.HookspecMarker("dlvc")
hookimpl = pluggy.HookimplMarker("dlvc")
"""Marks a function of a plugin as the implementation of the hook of the same name."""


@hookspec
def dlvc_models() -> Iterable[specs.ModelSpec]:
    """Offer models: ``dlvc train NAME``."""


@hookspec
def dlvc_ops() -> Iterable[specs.OpSpec]:
    """Offer ops on batches of images: ``--aug NAME:arg:key=value``."""


@hookspec
def dlvc_losses() -> Iterable[specs.LossSpec]:
    """Offer losses: ``--loss NAME``."""


@hookspec
def dlvc_metrics() -> Iterable[specs.MetricSpec]:
    """Offer figures of a whole split: ``--monitor NAME``, ``dlvc test --metric NAME``."""


@hookspec
def dlvc_surfaces() -> Iterable[specs.SurfaceSpec]:
    """Offer functions of two variables to descend on."""


@hookspec
def dlvc_datasets() -> Iterable[specs.DatasetSpec]:
    """Offer data sets: ``--data NAME``."""


@hookspec
def dlvc_optimizers() -> Iterable[specs.OptimizerSpec]:
    """Offer optimisers: ``--optimizer NAME``."""


@hookspec
def dlvc_schedules() -> Iterable[specs.ScheduleSpec]:
    """Offer learning-rate schedules: ``--schedule NAME``."""


@hookspec
def dlvc_trackers() -> Iterable[specs.TrackerSpec]:
    """Offer consumers of training events: ``--tracker NAME``."""


@hookspec
def dlvc_presets() -> Iterable[specs.PresetSpec]:
    """Offer bundles of training options: ``--preset NAME``."""


@hookspec
def dlvc_executors() -> Iterable[specs.ExecutorSpec]:
    """Offer what runs the jobs of a study: ``--on NAME``."""


@hookspec
def dlvc_commands() -> Iterable[specs.CommandSpec]:
    """Offer commands: ``dlvc NAME``."""


@hookspec
def dlvc_families() -> Iterable[specs.FamilySpec]:
    """Offer open-ended names of any kind behind a prefix: ``timm:NAME``, ``folder:PATH``."""


@hookspec
def dlvc_packages() -> Iterable[specs.PackageSpec]:
    """Say what packages that may not be installed would offer."""
