"""Runs of a study: those that share a frozen network's features, and what they compute of them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from helpers.frozen import TRIED, count_features, train
from helpers.transfer import make_weights

from dlvc_cli import Job
from dlvc_cli.api.job import plan_job
from dlvc_cli.api.study_job import plan_study_job
from dlvc_cli.experiments import runner
from dlvc_cli.experiments.runner import run_study
from dlvc_cli.experiments.study import Experiment, Study
from dlvc_cli.reporting.study.study_table import as_markdown
from dlvc_cli.training.features.disk import cache_entries
from dlvc_cli.training.start_up import run_training

TRAIN, VAL = 80, 26
FROZEN = {
    "model": "cnn", "weights": "w.pth", "feature_extract": True, "image_size": 32, "epochs": 1,
    "batch_size": 32, "normalize": "none", "threads": 1,
}  # fmt: skip


@dataclass
class Here:
    """An executor that runs each job in this process when it is handed over."""

    fails: int = 0
    log: list[str] = field(default_factory=list)

    def submit(self, job: Job) -> Here:
        self.log.append("begun")
        if self.fails:
            self.fails -= 1
            self.code = 1
            return self
        options = json.loads(job.config.read_text())["config"]
        plan = plan_job({}, file=options).plan
        list(run_training(plan, None, job.directory, (), Never()))
        self.code = 0
        return self

    def poll(self) -> int:
        self.log.append("ended")
        return self.code

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass


class Never:
    """A request to stop that nobody makes."""

    def __call__(self) -> bool:
        return False

    def installed(self) -> AbstractContextManager[None]:
        return nullcontext()


@pytest.fixture
def computed(own_folder, tmp_path, monkeypatch) -> list[int]:
    make_weights("cnn", tmp_path / "w.pth")
    monkeypatch.setattr(runner, "_EVERY", 0.0)
    return count_features(monkeypatch)


def study_of(folder: Path, **given) -> Study:
    """A study of an experiment or several, by their names, with what they add to a frozen run."""
    options = FROZEN | {"data": f"folder:{folder}"}
    experiments = [Experiment(name=name, options=options | more) for name, more in given.items()]
    return Study(name="heads", title="Heads", experiments=tuple(experiments))


def run(study: Study, executor: Here, jobs: int = 1, **counts: int) -> tuple[str, ...]:
    """Run a study and return the names of the runs that failed."""
    planned = plan_study_job(study, **counts)
    *_, ended = run_study(
        study.name, planned.planned, planned.folder, executor, jobs, lambda: False
    )
    return ended.failed


def test_ten_seeds_compute_features_once_and_the_others_run_side_by_side(folder, computed):
    executor = Here()
    assert not run(study_of(folder, head={}), executor, jobs=4, seeds=10)
    probes = 4 + 4
    assert sum(computed) == 10 * TRIED + TRAIN + VAL + 9 * probes
    assert [(entry.kept, entry.about["images"]) for entry in cache_entries()].count((80, 80)) == 1
    # The first alone, then as many at a time as there is room for.
    assert executor.log[:6] == ["begun", "ended", *["begun"] * 4]


def test_folds_and_other_settings_of_the_head_share_too(folder, computed):
    study = study_of(folder, plain={}, adam={"optimizer": "adam", "dropout": 0.2})
    assert not run(study, Here(), folds=4)
    assert sum(computed) == 8 * TRIED + TRAIN + VAL + 7 * 3 * 4
    table = as_markdown(plan_study_job(study, folds=4).results())
    assert "| best * |" in table and "| test |" in table and "held out of its training" in table


def test_where_the_first_fails_the_next_is_alone_as_well(folder, computed):
    executor = Here(fails=1)
    assert run(study_of(folder, head={}), executor, jobs=3, seeds=4) == ("head, seed 0",)
    assert executor.log == ["begun", "ended", "begun", "ended", *["begun"] * 2, *["ended"] * 2]


def test_other_features_wait_for_nobody(folder, computed):
    executor = Here()
    study = study_of(folder, one={}, other={"image_size": 40}, full={"feature_cache": False})
    run(study, executor, jobs=5, seeds=2)
    # One of each kind, and both of the one that keeps none.
    assert executor.log[:5] == [*["begun"] * 4, "ended"]


def test_two_studies_at_once_have_the_figures_of_runs_alone(own_folder, tmp_path, folder):
    """Each reads what the other has written, and both write."""
    make_weights("cnn", tmp_path / "w.pth")
    words = [f"--{name.replace('_', '-')}={value}" for name, value in FROZEN.items()
             if name not in ("model", "feature_extract")]  # fmt: skip
    words = [sys.executable, "-m", "dlvc_cli", "train", "cnn", "--feature-extract", *words]
    words.append(f"--data=folder:{folder}")
    processes = [
        subprocess.Popen([*words, *more], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for more in (("--seeds", "2"), ("--folds", "2"))
    ]
    for process in processes:
        assert process.wait(120) == 0, process.communicate()[1].decode()
    assert {entry.about["split"] for entry in cache_entries()} == {"train", "val"}
    lines = {path.parent.name: path.read_text() for path in Path("studies").rglob("metrics.jsonl")}
    assert len(lines) == 4
    for name, text in lines.items():
        kind = {"fold": f"{name.partition('fold')[2][0]}/2"} if "fold" in name else {}
        seed = int(name.partition("seed")[2][0])
        alone = train(folder, epochs=1, seed=seed, feature_cache=True, **kind)
        for line, metrics in zip(text.splitlines(), alone.metrics, strict=True):
            said = json.loads(line)
            for key in ("train_loss", "val_loss", "val_acc"):
                assert said[key] == metrics[key]
