"""Built-in executors: processes on this machine."""

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
    ]
