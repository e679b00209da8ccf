"""Built-in executors: processes on this machine, and tasks of a Ray cluster."""

from __future__ import annotations

from dlvc_cli import ExecutorSpec, hookimpl


@hookimpl
def dlvc_executors() -> list[ExecutorSpec]:
    return [
        ExecutorSpec(
            name="local",
            summary="Processes on this machine, which share its cores.",
            factory="dlvc_executors.local:LocalExecutor",
        ),
        ExecutorSpec(
            name="ray",
            summary="Tasks of a Ray cluster, or of this machine's cores; needs dlvc-cli[ray].",
            factory="dlvc_executors.ray_executor:RayExecutor",
        ),
    ]
