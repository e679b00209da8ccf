"""The engine against a bare loop, and what it says of every epoch."""

from __future__ import annotations

import csv
import json
import math

import numpy as np
import pytest
import safetensors.torch
import torch
from helpers.folders import QUIET, make_folder, save_image
from helpers.offered import offer
from helpers.transfer import Listener
from PIL import Image
from torch import nn

import dlvc_cli
import dlvc_cli as dlvc
from dlvc_cli import MetricSpec
from dlvc_cli.events import EpochDone, RunStarted
from dlvc_cli.runs.best import best_of
from dlvc_cli.runs.directory import find_run
from dlvc_cli.runs.history import describe_run
from dlvc_cli.runs.predictions import read_predictions
from dlvc_cli.training import loop
from dlvc_cli.training.seeds import Seeds
from dlvc_cli.training.state import batch_bounds


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read_images(root, split):
    """The split's images (N, 3, H, W) in [0, 1] and labels, by file name."""
    found = {}
    for label, name in enumerate(("left", "right")):
        for file in sorted((root / split / name).iterdir()):
            pixels = np.asarray(Image.open(file)).astype(np.float32) / 255
            found[f"{name}/{file.name}"] = (torch.from_numpy(pixels).permute(2, 0, 1), label)
    return found


class Net(nn.Module):
    """The course's network, written down once more."""

    def __init__(self):
        super().__init__()
        channels = (3, 32, 64, 128, 256, 512)
        for i in range(5):
            setattr(self, f"_cn{i + 1}", nn.Conv2d(channels[i], channels[i + 1], 3, padding=1))
        self._fc1 = nn.Linear(512, 2)

    def forward(self, x):
        for i in range(1, 6):
            x = torch.relu(getattr(self, f"_cn{i}")(x))
            x = nn.functional.max_pool2d(x, 2) if i < 5 else x
        return self._fc1(x.mean((2, 3)))


def test_training_is_what_a_bare_loop_of_the_recipe_computes(folder):
    run = dlvc.train(
        "cnn", data=f"folder:{folder}", epochs=2, batch_size=32, wd=1e-3, seed=1, **QUIET
    )
    train, val = read_images(folder, "train"), read_images(folder, "val")

    from dlvc_cli.registry.registry import registry
    from dlvc_cli.training.data.subsets import subset_of

    split = registry().choose("datasets", f"folder:{folder}").build().splits["train"]
    names = [split.names[i] for i in subset_of("train", split).indices]
    images = torch.stack([train[name][0] for name in names])
    targets = torch.tensor([train[name][1] for name in names])
    mean = images.double().mean((0, 2, 3)).float().view(1, 3, 1, 1)
    std = images.double().std((0, 2, 3), correction=0).float().view(1, 3, 1, 1)

    torch.manual_seed(Seeds(1).weights())
    net = Net()
    optimizer = torch.optim.SGD(
        net.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-3
    )
    for epoch in range(2):
        generator = torch.Generator().manual_seed(Seeds(1).order(epoch))
        order = torch.randperm(len(images), generator=generator)
        losses, right = [], 0
        for start in range(0, len(images), 32):
            ids = order[start : start + 32]
            outputs = net((images[ids] - mean) / std)
            right += int((outputs.argmax(1) == targets[ids]).sum())
            loss = nn.functional.cross_entropy(outputs, targets[ids])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append((loss.item(), len(ids)))
        line = run.metrics[epoch]
        expected = sum(loss * n for loss, n in losses) / len(images)
        assert line["train_loss"] == pytest.approx(expected, rel=1e-4)
        assert line["train_loss_std"] == pytest.approx(np.std([x for x, _ in losses]), rel=1e-3)
        assert line["train_acc"] == right / len(images)
        with torch.no_grad():
            logits = net((torch.stack([image for image, _ in val.values()]) - mean) / std)
        labels = torch.tensor([label for _, label in val.values()])
        assert line["val_acc"] == (logits.argmax(1) == labels).float().mean().item()
        val_loss = nn.functional.cross_entropy(logits, labels).item()
        assert line["val_loss"] == pytest.approx(val_loss, rel=1e-4)


def test_an_epoch_s_line_has_the_documented_keys_and_counts_the_whole_split(folder):
    run = dlvc.train(
        "cnn", data=f"folder:{folder}", epochs=1, batch_size=10, running_accuracy=True, **QUIET
    )
    (line,) = run.metrics
    assert set(line) == set(
        "epoch train_loss train_loss_std train_acc val_loss val_acc val_balanced_acc "
        "val_acc_last_batch lr images_per_s seconds val_acc_running".split()
    )
    # 26 validation images: two full batches of 10 and a smaller one, which counts.
    assert line["val_acc"] * 26 == pytest.approx(round(line["val_acc"] * 26))
    assert line["val_acc_last_batch"] * 10 == pytest.approx(round(line["val_acc_last_batch"] * 10))
    assert run.test("val").accuracy == line["val_acc"]
    assert sum(map(sum, run.test("val").confusion)) == 26


@pytest.mark.parametrize(
    ("count", "batch_size", "sizes"),
    [
        (10, 5, [5, 5]),
        (12, 5, [5, 5, 2]),
        (11, 5, [5, 6]),
        (1, 5, [1]),
        (3, 1, [1, 1, 1]),
        (4, 8, [4]),
        (129, 128, [129]),
    ],
)
def test_a_single_sample_left_over_joins_the_batch_before(count, batch_size, sizes):
    bounds = batch_bounds(count, batch_size)
    assert [stop - start for start, stop in bounds] == sizes
    assert bounds[0][0] == 0 and bounds[-1][1] == count


def test_the_same_seed_gives_the_same_metrics_and_another_gives_others(folder):
    options = {"data": f"folder:{folder}", "epochs": 1, "aug": "flip,crop", **QUIET}
    first, second = dlvc.train("cnn", **options), dlvc.train("cnn", **options)
    third = dlvc.train("cnn", seed=1, **options)

    def numbers(run):
        timings = {"seconds", "images_per_s"}
        return [{k: v for k, v in line.items() if k not in timings} for line in run.metrics]

    assert numbers(first) == numbers(second) != numbers(third)
    best = [safetensors.torch.load_file(r.path / "best.safetensors") for r in (first, second)]
    assert all(torch.equal(best[0][key], best[1][key]) for key in best[0])


def test_the_best_weights_are_kept_and_patience_stops(folder):
    options = {"data": f"folder:{folder}", "batch_size": 40, "lr": 1e-9, **QUIET}
    run = dlvc.train("cnn", epochs=9, patience=2, **options)
    # With steps this small nothing changes: the first epoch stays the best.
    assert len(run.metrics) == 3
    assert run.status["best_epoch"] == 1 and run.status["state"] == "finished"
    assert "no better" in run.status["reason"]


def offer_metric(monkeypatch, values, **more):
    """A metric that gives these figures in training, one after the other."""
    left = iter(values)

    def metric(targets, probabilities):
        # It is tried before training.
        return next(left) if metric.training else 0.5

    metric.training = False
    spec = {"greater_is_better": False, "low": 0.0, "high": 1.0} | more
    offer(monkeypatch, MetricSpec(name="told", summary="Told.", factory=lambda: metric, **spec))
    return metric


def test_a_metric_decides_on_the_best_epoch_and_on_patience(few, monkeypatch):
    # Smaller is better; what is not defined is not the best, and of equals the earlier stays.
    values = [0.4, math.nan, 0.3, 0.3, 0.35, 0.2]
    metric = offer_metric(monkeypatch, values)

    class Watching(Listener):
        def __call__(self, event):
            metric.training |= event.name == "run_started"
            super().__call__(event)

    listener = Watching()
    run = dlvc.train("cnn", data=few, monitor="told", patience=2, epochs=9, view=listener)
    assert [line["val_told"] for line in run.metrics] == [0.4, None, 0.3, 0.3, 0.35]
    assert [line["best"] for line in run.metrics] == [True, False, True, False, False]
    assert run.status["reason"] == "no better val_told for 2 epochs"
    status, third = run.status, run.metrics[2]
    assert (status["best_epoch"], status["best_acc"]) == (3, third["val_acc"])
    assert best_of(run.metrics) == (3, third)
    kept = read_predictions(find_run(run.path).predictions_file(), run.record["id"])
    assert kept.epoch == 3 and run.test("val").accuracy == third["val_acc"]
    notices = [event.text for event in listener.events if event.name == "notice"]
    assert any("val_told is not defined in epoch 2" in text for text in notices)
    ended = listener.events[-1]
    assert (ended.best_value, ended.best_epoch) == (0.3, 3)
    assert run.record["versions"]["python"] and run.config.monitor == "told"
    assert "--monitor told" in run.record["command"]


def test_the_loss_may_decide_and_nothing_is_added_where_accuracy_does(folder):
    options = {"data": f"folder:{folder}", "batch_size": 20, "lr": 0.05, "epochs": 3, **QUIET}
    run, usual = (dlvc.train("cnn", monitor=m, **options) for m in ("val_loss", "accuracy"))
    losses = [line["val_loss"] for line in run.metrics]
    assert run.status["best_epoch"] == 1 + losses.index(min(losses))
    assert run.status["best_acc"] == run.metrics[losses.index(min(losses))]["val_acc"]
    assert set(run.metrics[0]) - set(usual.metrics[0]) == {"best"}
    timings = {"seconds", "images_per_s", "best"}
    for one, other in zip(run.metrics, usual.metrics, strict=True):
        assert {k: one[k] for k in one.keys() - timings} == {
            k: other[k] for k in other.keys() - timings
        }


def test_max_steps_ends_a_smoke_test_with_a_usable_run(folder):
    run = dlvc.train("cnn", data=f"folder:{folder}", batch_size=10, max_steps=3, **QUIET)
    assert len(run.metrics) == 1
    assert len(run.predict([folder / "val" / "left" / "000.png"])) == 1


def test_the_schedule_sets_every_step_s_learning_rate(folder):
    run = dlvc.train(
        "cnn", data=f"folder:{folder}", epochs=4, batch_size=40, schedule="step:2:0.5", **QUIET
    )
    assert [line["lr"] for line in run.metrics] == [0.1, 0.1, 0.05, 0.05]


def test_a_diverging_run_says_so_and_what_to_do(folder):
    with pytest.raises(dlvc.DlvcError, match="smaller --lr"):
        dlvc.train("cnn", data=f"folder:{folder}", epochs=5, batch_size=8, lr=1e12, **QUIET)
    run = dlvc.load_run("cnn-images-1")
    assert run.status["state"] == "failed"


# One step an epoch; that of the second is so large that its logits overflow.
OVERFLOW = {"epochs": 2, "batch_size": 80, "lr": 1e20, "schedule": "cosine:warmup=2"}


def test_a_validation_that_is_not_finite_never_is_the_best_and_is_said(folder):
    heard = Listener()
    run = dlvc.train("cnn", data=f"folder:{folder}", view=heard, threads=1, **OVERFLOW)
    assert [line["val_loss"] is None for line in run.metrics] == [False, True]
    # Where argmax of NaN is class 0, half of the images would be right.
    assert run.metrics[1]["val_acc"] == run.metrics[1]["val_acc_last_batch"] == 0
    (said,) = (e.text for e in heard.events if e.name == "notice" and e.level == "warning")
    assert "validation of epoch 2 is not finite (the predictions of 26 of 26 images)" in said
    assert "smaller --lr" in said and "--clip-grad 1" in said
    status = run.status
    assert (status["state"], status["best_epoch"]) == ("finished", 1)
    assert run.test("val").accuracy == run.metrics[0]["val_acc"] == status["best_acc"]
    done = [event for event in heard.events if event.name == "epoch_done"]
    assert [(event.best, event.best_epoch) for event in done] == [(True, 1), (False, 1)]


def test_the_running_accuracy_counts_no_prediction_as_wrong(folder):
    options = OVERFLOW | {"running_accuracy": True, "schedule": "constant", "epochs": 1}
    with pytest.raises(dlvc.DlvcError, match="No validation was finite"):
        dlvc.train("cnn", data=f"folder:{folder}", **options, **QUIET)
    assert dlvc.load_run("cnn-images-1").metrics[0]["val_acc_running"] == 0


def test_a_run_without_any_finite_validation_says_so_wherever_it_is_used(dlvc, folder):
    words = ("train", "cnn", "--data", f"folder:{folder}", "--lr", "1e20", "--batch-size", "80")
    done = dlvc(*words, "--max-steps", "1", "--patience", "1", "--out", "runs/lost", code=1)
    assert "error: No validation was finite, so there is no best network" in done.stderr
    assert done.stderr.count("Warning: The validation of epoch 1 is not finite") == 1
    run = dlvc.folder / "runs" / "lost"
    assert not (run / "best.safetensors").exists() and (run / "accuracy.png").exists()
    for refused in (("test", "lost"), ("train", "cnn", "--weights", "runs/lost")):
        assert "no validation of it was finite" in dlvc(*refused, code=2).stderr
    for listed in (("list", "runs"), ("compare", "lost"), ("show", "lost")):
        assert "NaN" not in dlvc(*listed, "--json").stdout
        dlvc(*listed)


def test_a_network_whose_weights_are_lost_ends_the_training(folder, monkeypatch):
    """Its losses are finite to the end of the epoch: the last step alone spoils it."""
    step = loop._train_step

    def spoil(session, *args):
        step(session, *args)
        if session.state.epoch == 1:
            next(session.network.parameters()).data[0] = float("nan")

    monkeypatch.setattr(loop, "_train_step", spoil)
    with pytest.raises(dlvc.DlvcError, match=r"after epoch 2 \(_cn1.weight\).*epoch 1, is kept"):
        dlvc.train("cnn", data=f"folder:{folder}", epochs=4, batch_size=80, lr=0.01, **QUIET)
    run = dlvc.load_run("cnn-images-1")
    assert (run.status["state"], run.status["epoch"], run.status["best_epoch"]) == ("failed", 2, 1)
    assert len(run.metrics) == 2 and run.test("val").accuracy == run.metrics[0]["val_acc"]
    # What could not be gone on with was not saved.
    monkeypatch.setattr(loop, "_train_step", step)
    dlvc.train(resume=run, view="quiet")
    assert [line["val_loss"] is None for line in run.metrics] == [False] * 4


def test_uneven_classes_are_said_and_shown_wherever_accuracy_is(dlvc, tmp_path):
    root = tmp_path / "uneven"
    for split, counts in (("train", (50, 2)), ("val", (24, 1))):
        for label, count in enumerate(counts):
            for number in range(count):
                seed = number + 1000 * label + 5000 * (split == "val")
                save_image(root / split / ("cat", "dog")[label] / f"{number}.png", label, seed)
    words = ("train", "cnn", "--data", f"folder:{root}", "--epochs", "1", "--lr", "0.001")
    done = dlvc(*words)
    assert "96.15% of the training images and 96% of the validation images are cat" in done.stderr
    assert "Always saying cat would have an accuracy of 0.9600" in done.stderr
    assert "val acc 0.9600  balanced 0.5000" in done.stderr
    assert "0.9600 validation accuracy (balanced 0.5000), at epoch 1" in done.stdout
    assert "accuracy 0.9600, balanced 0.5000, loss" in dlvc("test", "cnn-uneven-1").stdout
    assert dlvc.json("test", "cnn-uneven-1")["balanced_accuracy"] == 0.5
    assert "balanced" in dlvc("compare", "cnn-uneven-1").stdout.splitlines()[0]
    (row,) = dlvc.json("list", "runs")
    assert (row["best_balanced_acc"], row["uneven"]) == (0.5, True)
    (line,) = dlvc_cli.load_run(dlvc.folder / "runs" / "cnn-uneven-1").metrics
    assert line["val_balanced_acc"] == 0.5


def test_even_classes_change_nothing_on_the_screen(dlvc, folder):
    done = dlvc("train", "cnn", "--data", f"folder:{folder}", "--epochs", "1")
    shown = done.stdout + done.stderr + dlvc("test", "cnn-images-1").stdout
    assert "balanced" not in shown + dlvc("compare", "cnn-images-1").stdout
    assert "uneven" not in shown


def test_clipping_bounds_the_gradient(folder):
    options = {"data": f"folder:{folder}", "epochs": 1, "batch_size": 80, "lr": 1.0, **QUIET}
    plain = {"momentum": 0.0, "nesterov": False}
    start = dlvc.train("cnn", **options | plain | {"lr": 1e-12})
    clipped = dlvc.train("cnn", clip_grad=0.01, **options | plain)
    before, after = (
        safetensors.torch.load_file(run.path / "best.safetensors") for run in (start, clipped)
    )
    moved = sum(float((before[k] - after[k]).square().sum()) for k in before) ** 0.5
    assert moved == pytest.approx(0.01, rel=0.01)


@pytest.mark.parametrize("loss", ["cross_entropy:smoothing=0.1", "focal", "bce"])
@pytest.mark.parametrize("aug", ["mixup", "cutmix,flip"])
def test_every_loss_takes_mixed_targets(folder, loss, aug):
    run = dlvc.train("cnn", data=f"folder:{folder}", aug=aug, loss=loss, max_steps=2, **QUIET)
    assert np.isfinite(run.metrics[0]["train_loss"])


def test_dropout_acts_in_training_alone(folder):
    options = {"data": f"folder:{folder}", "lr": 1e-12, "epochs": 1, **QUIET}
    plain, dropped = dlvc.train("cnn", **options), dlvc.train("cnn", dropout=0.5, **options)
    assert plain.metrics[0]["train_loss"] != dropped.metrics[0]["train_loss"]
    assert plain.metrics[0]["val_loss"] == dropped.metrics[0]["val_loss"]


def test_a_tracker_gets_the_epochs_and_one_that_raises_is_dropped(dlvc, make_plugin, folder):
    source = """
        from dlvc_cli import TrackerSpec, hookimpl

        def build():
            def tracker(event):
                raise RuntimeError("no more paper")
            return tracker

        @hookimpl
        def dlvc_trackers():
            return [TrackerSpec(name="printer", summary="", factory=build)]
    """
    make_plugin("printer", source)
    done = dlvc(
        "train", "cnn", "--data", f"folder:{folder}", "--epochs", "2",
        "--tracker", "printer", "--tracker", "csv:epochs.csv",
    )  # fmt: skip
    assert done.stderr.count("no more paper") == 1
    with (dlvc.folder / "epochs.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2"]


def test_json_events_tell_the_whole_story(dlvc, folder):
    events = dlvc.events("train", "cnn", "--data", f"folder:{folder}", "--epochs", "2")
    names = [event["event"] for event in events]
    assert names[-1] == "run_ended" and names.count("epoch_done") == 2
    assert all(event["version"] == 1 for event in events)
    started = next(event for event in events if event["event"] == "run_started")
    assert started["train_images"] == 80 and started["classes"] == ["left", "right"]
    lines = (dlvc.folder / "runs/cnn-images-1/metrics.jsonl").read_text().splitlines()
    epochs = [event["metrics"] for event in events if event["event"] == "epoch_done"]
    assert [json.loads(line) for line in lines] == epochs


def test_plain_output_is_a_line_an_epoch_and_quiet_says_the_result_only(dlvc, folder):
    words = ("train", "cnn", "--data", f"folder:{folder}", "--epochs", "3")
    plain = dlvc(*words)
    assert "scratch" in plain.stderr and "\x1b" not in plain.stderr + plain.stdout
    assert len([line for line in plain.stderr.splitlines() if "/3" in line]) == 3
    quiet = dlvc(*words, "--quiet")
    assert quiet.stderr == "" and "dlvc test" in quiet.stdout


def test_images_are_stored_at_their_own_size_and_resized_for_the_network(tmp_path):
    root = make_folder(tmp_path / "wide", {"train": 4, "val": 2}, size=(24, 40))
    run = dlvc.train("cnn", data=f"folder:{root}", max_steps=1, **QUIET)
    assert run.record["input"]["stored_size"] == [24, 40] == run.record["input"]["input_size"]
    run = dlvc.train("cnn", data=f"folder:{root}", image_size="32", max_steps=1, **QUIET)
    assert run.record["input"]["stored_size"] == [24, 40]
    assert run.record["input"]["input_size"] == [32, 32]


def test_a_crop_to_a_smaller_size_gives_the_network_that_size(folder):
    run = dlvc.train("cnn", data=f"folder:{folder}", aug="crop:size=24:pad=2", max_steps=1, **QUIET)
    assert run.record["input"]["input_size"] == [24, 24]
    assert run.test("val").images == 26


def test_the_epochs_told_are_those_that_max_steps_leave(few):
    heard = Listener()
    # 8 images in batches of 4: two steps an epoch, so that the third step is in the second.
    run = dlvc.train("cnn", data=few, batch_size=4, max_steps=3, view=heard, threads=1)
    told = {event.epochs for event in heard.events if isinstance(event, RunStarted | EpochDone)}
    assert told == {2} and run.status["epoch"] == run.status["epochs"] == 2
    assert run.config.epochs == 100
    assert describe_run(find_run(run.path))["epochs"] == 2
