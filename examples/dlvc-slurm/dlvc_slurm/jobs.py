"""What submits a run as a Slurm job, and watches it."""

from __future__ import annotations

from typing import Any

import submitit

from dlvc_cli import Job


class SlurmJob:
    def __init__(self, job: submitit.Job[int]) -> None:
        self._job = job

    def poll(self) -> int | None:
        if not self._job.done():
            return None
        try:
            return self._job.result()
        except submitit.core.utils.FailedJobError:
            raise  # job.run itself failed: the study says so
        except submitit.core.utils.UncompletedJobError:
            return -9  # cancelled, preempted or lost: the study submits it again

    def stop(self) -> None:
        self._job.cancel(check=False)  # SIGTERM, which job.run hands on, and later SIGKILL


class SlurmExecutor:
    def __init__(self, partition: str, cores: int, gpus: int, minutes: int, cluster: str) -> None:
        self._cores, self._gpus, self._cluster = cores, gpus, cluster
        self._options: dict[str, Any] = {"timeout_min": minutes}
        if partition:
            self._options["slurm_partition"] = partition

    def threads(self, jobs: int) -> int:
        return self._cores

    def submit(self, job: Job) -> SlurmJob:
        executor = submitit.AutoExecutor(job.log.with_suffix(".slurm"), cluster=self._cluster)
        gpus = self._gpus if job.any_device else job.gpus
        executor.update_parameters(
            name=job.name, cpus_per_task=job.threads, gpus_per_node=gpus, **self._options
        )
        return SlurmJob(executor.submit(job.run))

    def close(self) -> None:
        """Nothing is held."""
