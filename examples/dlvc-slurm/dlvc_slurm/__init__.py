"""A plugin package for dlvc: the runs of a study as jobs of a Slurm cluster."""

from __future__ import annotations

from dlvc_cli import ExecutorSpec, Param, hookimpl


@hookimpl
def dlvc_executors() -> list[ExecutorSpec]:
    return [
        ExecutorSpec(
            name="slurm",
            summary="Jobs of a Slurm cluster, through submitit.",
            factory="dlvc_slurm.jobs:SlurmExecutor",
            params=(
                Param("partition", str, default="", help="of the cluster; empty: its default"),
                Param("minutes", int, default=240, low=1, help="time limit of a run"),
                Param("cores", int, default=4, low=1, help="of a run that names no threads"),
                Param("gpus", int, default=0, low=0, help="of a run that names no device"),
                Param("cluster", str, default="slurm", help="local: processes, to try it out"),
            ),
        ),
    ]
