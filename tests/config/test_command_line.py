"""The recorded command makes a run again."""

from __future__ import annotations

import shlex
import shutil

import pytest

import dlvc_cli
from dlvc_cli.__main__ import main
from dlvc_cli.api.job import plan_job
from dlvc_cli.config.plan import plan_training
from dlvc_cli.config.resolve import resolve_training
from dlvc_cli.registry.registry import registry


def command_for(given: dict) -> str:
    resolved = resolve_training(registry(), given | {"data": "toy-pets"})
    return plan_training(registry(), resolved).command


def test_the_recorded_command_makes_a_transfer_again():
    given = {"model": "resnet", "pretrained": True, "lr": 0.01, "epochs": 3}
    assert command_for(given) == (
        "dlvc train resnet --data toy-pets --lr 0.01 --epochs 3 --pretrained --lr-backbone 0.002"
    )
    frozen = {"model": "resnet", "weights": "IMAGENET1K_V1", "feature_extract": True}
    assert command_for(frozen) == (
        "dlvc train resnet --data toy-pets --weights IMAGENET1K_V1 --feature-extract"
    )


@pytest.fixture
def dlvc(dlvc, trained):
    shutil.copytree(trained / "runs", dlvc.folder / "runs")
    return dlvc


@pytest.mark.parametrize(
    "options",
    [
        {"optimizer": "adam"},
        {"optimizer": "sgd:momentum=0.5", "schedule": "cosine"},
        {"optimizer": "torch:NAdam", "lr": 0.002, "running_accuracy": True},
        {"momentum": 0.0, "clip_grad": 1.0, "tracker": ("csv:my losses.csv",)},
    ],
)
def test_the_recorded_command_means_the_same_configuration(trained, options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    images = f"folder:{trained / 'images'}"
    plan = plan_job({"model": "cnn", "data": images, "max_steps": 1, **options}).plan
    words = shlex.split(plan.command)
    assert words[:3] == ["dlvc", "train", "cnn"]
    with pytest.raises(SystemExit, match=r"^0$"):
        main([*words[1:], "--out", "again", "--quiet"])
    assert dlvc_cli.load_run("again").config == plan.config


def test_the_recorded_command_makes_the_run_again(dlvc):
    record = dlvc_cli.load_run(dlvc.folder / "runs" / "two").record
    words = record["command"].split()
    assert words[:2] == ["dlvc", "train"]
    dlvc(*words[1:], "--out", "again", "--quiet")
    first, second = (
        dlvc_cli.load_run(dlvc.folder / name).metrics for name in ("runs/two", "again")
    )
    assert [line["val_acc"] for line in first] == [line["val_acc"] for line in second]
