"""Jobs as tasks of a Ray cluster: one that is there, or a local one that ends with the study."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from dlvc_cli import DlvcError, Job, RunError

__all__ = ["RayExecutor"]

_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # Else a study that is started by `uv run` sends its folder, data and runs, to every node.
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    # Jobs meet on the disk; by default, Ray sets 30 % of the memory aside for objects.
    "RAY_DEFAULT_OBJECT_STORE_MAX_MEMORY_BYTES": str(100 << 20),
}
_LOST = -signal.SIGKILL
_TAKEN_BACK = -signal.SIGTERM


class RayJob:
    """A job's task.

    Args:
        ray: the library.
        reference: to what the task returns, its exit code.
    """

    def __init__(self, ray: Any, job: Job, reference: Any) -> None:
        self._ray, self._job, self._reference = ray, job, reference
        self._asked = False

    def poll(self) -> int | None:
        """Return its exit code once it is over; that of a killed process where a worker is lost.

        Raises:
            RunError: it can't be started on a node.
        """
        errors = self._ray.exceptions
        if not self._ray.wait([self._reference], timeout=0)[0]:
            return None
        try:
            return self._ray.get(self._reference)
        except errors.TaskCancelledError:
            return _TAKEN_BACK
        except errors.RayTaskError as error:
            cause = getattr(error, "cause", error)
            raise RunError(
                f"A node of the Ray cluster cannot run it: {cause} All nodes must see "
                f"{self._job.directory.parent} and have dlvc."
            ) from error
        except (errors.RuntimeEnvSetupError, errors.TaskUnschedulableError) as error:
            raise RunError(f"The Ray cluster cannot run it: {error}") from error
        except errors.RayError:
            return _LOST

    def stop(self) -> None:
        """Interrupt the task, which lets the run save and stop; a second time, end its worker."""
        self._ray.cancel(self._reference, force=self._asked)
        self._asked = True


class RayExecutor:
    """Hands each job to Ray as a task with the CPUs and GPUs that it needs.

    Ray itself never starts a task again: the study does, when the run is free.

    Raises:
        DlvcError: Ray isn't installed.
    """

    def __init__(self) -> None:
        os.environ |= {name: value for name, value in _SETTINGS.items() if name not in os.environ}
        try:
            import ray
        except ImportError as error:
            raise DlvcError(
                "--on ray needs Ray, which is not installed. "
                f"Install it: {sys.executable} -m pip install 'dlvc-cli[ray]'."
            ) from error
        self._ray: Any = ray
        # A cluster that this program has joined already stays as it is.
        self._joined = bool(ray.is_initialized())
        self._began = False

    def threads(self, jobs: int) -> int:
        """Jobs share the cluster's CPUs; none gets more than a node has."""
        nodes = [int(node.get("CPU", 0)) for node in self._nodes()]
        return max(1, min(sum(nodes) // jobs, max(nodes, default=1)))

    def submit(self, job: Job) -> RayJob:
        """Hand a job to the cluster.

        Raises:
            RunError: there is no cluster, or no node of it is large enough.
        """
        nodes = self._nodes()
        gpus = job.gpus or int(job.any_device and any(node.get("GPU", 0) >= 1 for node in nodes))
        if not any(
            node.get("CPU", 0) >= job.threads and node.get("GPU", 0) >= gpus for node in nodes
        ):
            raise RunError(
                f"No node of the Ray cluster has {job.threads} CPUs and {gpus} GPUs. "
                "Ask for fewer threads, or for more jobs at a time, which share the CPUs."
            )
        task = self._ray.remote(
            num_cpus=job.threads, num_gpus=gpus, max_retries=0, name=f"dlvc: {job.name}"
        )(_run)
        return RayJob(self._ray, job, task.remote(job))

    def close(self) -> None:
        """Leave the cluster; a local one that was started here ends."""
        if self._began and not self._joined:
            self._ray.shutdown()

    def _nodes(self) -> list[dict[str, float]]:
        """What each living node of the cluster has."""
        if not self._began:
            self._begin()
        return [node["Resources"] for node in self._ray.nodes() if node["Alive"]]

    def _begin(self) -> None:
        """Join the cluster that RAY_ADDRESS or `ray start` names, or start a local one."""
        self._began = True
        if self._joined:
            return
        # Ray listens to SIGTERM in its own way, and would end the study at once.
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        except Exception as error:
            raise RunError(
                f"The Ray cluster cannot be reached or started: {str(error).splitlines()[0]} "
                "See RAY_ADDRESS; `ray stop` removes what is left of an old one."
            ) from error
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        # It tells on standard output of every worker that is lost, and has no option for it.
        self._ray._private.worker._worker_logs_enabled = False


def _run(job: Job) -> int:
    """What a worker does: in its main thread, where an interruption from Ray arrives, too."""
    return job.run()
