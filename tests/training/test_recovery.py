"""What is left of a damaged run: it goes on, or says what is lost."""

from __future__ import annotations

import json
import shutil

import pytest
import torch
from helpers.folders import QUIET
from helpers.transfer import Listener

import dlvc_cli as dlvc
from dlvc_cli import RunError
from dlvc_cli.training.network.saved_weights import epoch_of_run_weights, save_weights


@pytest.fixture
def run(few, own_folder):
    """A run whose best epoch is not its last: nothing is learned after the first."""
    return dlvc.train("cnn", data=few, epochs=3, lr=1e-30, **QUIET)


def go_on(run: dlvc.Run, epochs: int = 4) -> tuple[dlvc.Run, str]:
    heard = Listener()
    return dlvc.train(resume=run, epochs=epochs, view=heard), heard.texts


@pytest.mark.parametrize(
    "damage",
    [
        lambda lines: [lines[0], b'{"epoch": 2, "val_acc": \xff}', lines[2]],
        lambda lines: [lines[0], b"\0" * 40, lines[2]],
        lambda lines: [lines[0], lines[0], lines[1], lines[2]],
        lambda lines: [lines[0], b"[2]", lines[2]],
        lambda lines: [lines[0], lines[1].replace(b'"epoch": 2', b'"epoch": "2"'), lines[2]],
        lambda lines: [lines[0].replace(b'"lr": 1e-30', b'"lr": 0.1'), lines[1], lines[2]],
        lambda lines: lines[:1],
        lambda lines: [],
    ],
)
def test_the_history_is_restored_from_the_checkpoint_and_that_is_said(run, damage):
    file = run.path / "metrics.jsonl"
    before = file.read_bytes()
    damaged = b"".join(line + b"\n" for line in damage(before.splitlines()))
    file.write_bytes(damaged)
    assert damaged != before
    # Before that, whoever asks is told, and has the lines that are sound.
    with pytest.warns(UserWarning, match=r"metrics\.jsonl"):
        assert len(dlvc.load_run(run.path).metrics) <= 3
    resumed, said = go_on(run)
    assert "restored from the checkpoint" in said
    assert file.read_bytes().startswith(before) and len(resumed.metrics) == 4
    assert "damaged" not in go_on(run, 5)[1]


def test_a_missing_file_of_metrics_is_restored(run):
    before = run.metrics
    (run.path / "metrics.jsonl").unlink()
    resumed, said = go_on(run)
    assert "restored" in said and resumed.metrics[:3] == before


def test_an_old_checkpoint_without_the_lines_says_what_is_lost(run):
    from dlvc_cli.runs.directory import RunDir
    from dlvc_cli.training.checkpoint import load_checkpoint, save_checkpoint

    files = RunDir(run.path)
    state = load_checkpoint(files)[0]
    del state["metrics"]
    save_checkpoint(files, state)
    assert go_on(run)[1] == f"Going on with {run.name}.", "nothing is wrong"
    state = load_checkpoint(files)[0]
    del state["metrics"]
    save_checkpoint(files, state)
    (run.path / "metrics.jsonl").unlink()
    resumed, said = go_on(run, 5)
    assert "only 0 of 4 epochs" in said
    with pytest.warns(UserWarning, match="lacks"):
        assert [line["epoch"] for line in resumed.metrics] == [5]


def test_a_damaged_status_is_said_and_done_without(run):
    file = run.path / "status.json"
    before = run.status
    file.write_bytes(file.read_bytes()[:-9])
    damaged = run.status
    assert damaged["state"] == "damaged" and "status.json" in damaged["reason"]
    assert all(damaged[key] == before[key] for key in ("epoch", "best_acc", "best_epoch"))
    resumed, said = go_on(run)
    assert "status.json is damaged" in said and resumed.status["state"] == "finished"


def test_best_weights_that_are_damaged_or_missing(run):
    assert run.status["best_epoch"] == 1
    file = run.path / "best.safetensors"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(RunError, match="To go on without it, remove it"):
        go_on(run)
    file.unlink()
    resumed, said = go_on(run)
    assert "best.safetensors is missing" in said
    assert resumed.status["best_epoch"] == 4 == epoch_of_run_weights(file, run.record["id"])


def test_best_weights_of_another_epoch_are_said(run):
    file = run.path / "best.safetensors"
    network = torch.nn.Linear(1, 1)
    save_weights(network, file, run.record["id"], epoch=2)
    assert "is of epoch 2, and the best before this checkpoint was epoch 1" in go_on(run)[1]


def test_a_changed_record_is_said_and_how_to_mean_it(run):
    file = run.path / "run.json"
    record = json.loads(file.read_text())
    record["data"]["classes"] = ["cat", "dog"]
    file.write_text(json.dumps(record))
    with pytest.raises(RunError, match='take the line "digest" out'):
        dlvc.load_run(run.path)
    del record["digest"]
    file.write_text(json.dumps(record))
    assert dlvc.load_run(run.path).classes == ("cat", "dog")


def test_a_copy_of_a_run_goes_on_by_itself(run):
    shutil.copytree(run.path, "copy")
    assert len(go_on(dlvc.load_run("copy"))[0].metrics) == 4
    assert len(run.metrics) == 3
