"""What breaks the contract is refused before any work."""

from __future__ import annotations

import dataclasses
import re

import pytest
import torch
from helpers.offered import offer
from helpers.processes import one_process
from torch import nn

from dlvc_cli import BadOption, MetricSpec, PluginError, Variants
from dlvc_cli.config.monitor import choose_monitor
from dlvc_cli.registry.offers import Choice
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.data.applied_op import build_ops
from dlvc_cli.training.dry_run import try_monitor, try_network, try_ops, try_schedule
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.step_rate import StepRate

pytestmark = pytest.mark.usefixtures("own_folder")


def test_what_is_monitored_is_tried_on_the_run_s_own_targets(monkeypatch):
    auroc = choose_monitor(registry(), "auroc")
    try_monitor(auroc, torch.tensor([0, 1, 1]), 2)
    with pytest.raises(BadOption, match="auroc: it is not defined here: fewer than two classes"):
        try_monitor(auroc, torch.tensor([1, 1, 1]), 2)
    try_monitor(choose_monitor(registry(), "accuracy"), torch.tensor([1, 1, 1]), 2)
    spec = {"greater_is_better": True, "high": 1.0}
    two = MetricSpec(name="two", summary="Two.", factory=lambda: lambda y, p: 2.0, **spec)
    offer(monkeypatch, two)
    with pytest.raises(PluginError, match=r"two of plugin made-up gives 2, and its spec says"):
        try_monitor(choose_monitor(registry(), "two"), torch.tensor([0, 1]), 2)


def test_features_and_head_must_do_what_the_model_does(dlvc, make_plugin, few):
    make_plugin(
        "halves",
        """
        from dlvc_cli import ModelSpec, hookimpl

        def build(num_classes):
            from torch import nn
            return nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.ReLU(),
                                 nn.Linear(12, num_classes))

        def split(network):
            return network[:2], network[3]

        @hookimpl
        def dlvc_models():
            return [ModelSpec(name="halves", summary="Wrongly split.", factory=build, split=split,
                              input_size=32)]
        """,
    )
    dlvc("train", "halves", "--data", few, "--max-steps", "1", "--out", "runs/one")
    words = ("train", "halves", "--data", few, "--weights", "runs/one", "--feature-extract")
    done = dlvc(*words, "--out", "runs/two", code=1)
    assert "head(features(images)) must give what model(images) gives" in done.stderr
    assert not (dlvc.folder / "runs" / "two").exists()


@pytest.mark.parametrize(
    ("variants", "says"),
    [
        (
            Variants(count=1, draw=lambda draws: draws.chance(0.5).long()),
            "must draw int64 (32,) from 0 to 0",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.chance(0.5)),
            "must draw int64 (32,) from 0 to 1",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.integers(0, 2)),
            "must draw int64 (32,) from 0 to 1",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.chance(0.5).logical_not().long()),
            "another variant 0",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.integers(1, 2)[:, 0]),
            "images of one variant that differ",
        ),
    ],
)
def test_variants_that_are_not_those_of_the_op_are_refused(variants, says):
    (flip,) = build_ops([registry().choose("ops", "flip")])
    try_ops([flip], (8, 8), 2)
    with pytest.raises(PluginError, match=re.escape(says)):
        op = dataclasses.replace(flip.op, variants=variants)
        try_ops([dataclasses.replace(flip, op=op)], (8, 8), 2)


def network_of(text: str, *layers: nn.Module) -> tuple[Learning, Choice]:
    """A network, and the choice of a model that it passes for."""
    return Learning(nn.Sequential(*layers)), registry().choose("models", text)


def normalised() -> list[nn.Module]:
    """Layers with batch normalisation on maps of 1x1."""
    return [nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(3, 2)]


def try_it(learning, model, batches, runtime=None, loss="cross_entropy"):
    objective = Objective(registry().choose("losses", loss), 0.4)
    try_network(learning, model, objective, runtime or one_process(), 2, (8, 8), batches)


class TakesMany(nn.Module):
    """Notes how many images it is given in which mode, and fails on too few."""

    def __init__(self, least: int = 1) -> None:
        super().__init__()
        self.least, self.seen = least, set()

    def forward(self, images):
        self.seen.add((self.training, len(images)))
        if len(images) < self.least:
            raise ValueError("too few")
        return images


@pytest.mark.parametrize(
    ("batches", "seen"),
    [
        ((128, 128), {(True, 2), (False, 2)}),
        ((1, 128), {(True, 1), (False, 2)}),
        ((2, 1), {(True, 2), (False, 1)}),
    ],
)
def test_a_network_is_tried_on_as_few_images_as_occur(batches, seen):
    counter = TakesMany()
    try_it(*network_of("cnn", counter, *normalised()[::2], nn.Linear(3, 2)), batches)
    assert counter.seen == seen


def test_a_batch_of_one_that_cannot_be_trained_on_is_wrong_use():
    for batches in ((2, 2), (2, 1), (128, 77)):
        learning, model = network_of("cnn", *normalised())
        before = {key: value.clone() for key, value in learning.network.state_dict().items()}
        try_it(learning, model, batches)
        after = learning.network.state_dict()
        assert all(torch.equal(before[key], after[key]) for key in before)
        assert all(p.grad is None for p in learning.network.parameters())
    with pytest.raises(BadOption, match=r"one image alone .*Expected more.* batch of the training"):
        try_it(*network_of("cnn", *normalised()), (1, 2))
    with pytest.raises(BadOption, match=r"too few.* batch of the validation is one image"):
        try_it(*network_of("cnn", TakesMany(2), *normalised()), (2, 1))
    # Where more images don't help, it isn't their number.
    with pytest.raises(PluginError, match="images of 8x8: ValueError: too few"):
        try_it(*network_of("cnn", TakesMany(3), *normalised()), (1, 1))


class Cut(nn.Module):
    def forward(self, features):
        return features.detach()


class Fp32Alone(nn.Module):
    """As functions are that have no kernel for half precision."""

    def forward(self, features):
        assert features.dtype == torch.float32, "no kernel for it"
        return features


def test_a_step_is_tried_up_to_the_gradients_in_the_run_s_arithmetic():
    with pytest.raises(PluginError, match="no gradient"):
        try_it(*network_of("cnn", *normalised(), Cut()), (2, 2))
    layers = [*normalised(), Fp32Alone()]
    try_it(*network_of("cnn", *layers), (2, 2))
    bf16 = dataclasses.replace(one_process(), precision="bf16")
    with pytest.raises(PluginError, match="no kernel for it"):
        try_it(*network_of("cnn", *layers), (2, 2), bf16)


class TwoHeads(nn.Module):
    """Its auxiliary logits, in training alone, have a class too many."""

    def forward(self, logits):
        return (logits, logits.repeat(1, 2)[:, :0]) if self.training else logits


def test_the_auxiliary_head_is_tried_too():
    with pytest.raises(PluginError, match="cross_entropy"):
        try_it(*network_of("inception", *normalised(), TwoHeads()), (2, 2))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--batch-size", "1"), "error: resnet cannot work on one image alone"),
        (("--clip-grad", "0"), "error: --clip-grad 0:"),
        (("--lr", "0"), "error: --lr 0:"),
    ],
)
def test_what_trains_nothing_is_wrong_use_and_leaves_no_run_behind(dlvc, few, words, says):
    done = dlvc(
        "train", "resnet", "--image-size", "32", "--data", few, "--epochs", "1", *words,
        code=2,
    )  # fmt: skip
    assert says in done.stderr and "fault in dlvc" not in done.stderr
    assert not (dlvc.folder / "runs").exists()


def rate_of(schedule) -> StepRate:
    return StepRate(registry().choose("schedules", "cosine"), schedule, 100, 3)


@pytest.mark.parametrize("given", [None, "0.5", float("nan"), -1.0])
def test_a_schedule_is_tried_to_its_end(given):
    try_schedule(rate_of(lambda progress: progress.fraction), 300)
    late = rate_of(lambda progress: given if progress.epoch >= 98 else 1.0)
    said = re.escape(f"must give a number from 0 up for every step, not {given!r} at epoch 98 of")
    with pytest.raises(PluginError, match=f"cosine of plugin dlvc-optim {said}"):
        try_schedule(late, 300)


def test_a_schedule_that_fails_or_trains_nothing_is_refused():
    with pytest.raises(PluginError, match="cosine of plugin dlvc-optim failed: ZeroDivisionError"):
        try_schedule(rate_of(lambda progress: 1 / 0), 300)
    with pytest.raises(BadOption, match="is 0 from the first step to the last"):
        try_schedule(rate_of(lambda progress: 0.0), 300)


def test_a_schedule_that_ends_in_0_is_warned_of():
    early = try_schedule(rate_of(lambda progress: float(progress.epoch < 40)), 300)
    assert early is not None and "is 0 after epoch 40: nothing is trained" in early
    # In the last epoch it may come to its end.
    assert try_schedule(rate_of(lambda progress: float(progress.epoch < 99.5)), 300) is None
    assert try_schedule(rate_of(registry().choose("schedules", "cosine").build()), 300) is None


def test_only_the_steps_that_will_run_count():
    late = rate_of(lambda progress: float(progress.epoch >= 40))
    with pytest.raises(BadOption, match="is 0 from the first step to the last"):
        try_schedule(late, 120)
    assert try_schedule(late, 123) is None
    early = rate_of(lambda progress: float(progress.epoch < 40))
    assert try_schedule(early, 120) is None and "after epoch 40" in str(try_schedule(early, 126))


def test_a_plugin_s_schedule_is_tried_before_the_run_is_made(dlvc, make_plugin, few):
    make_plugin(
        "moods",
        """
        from dlvc_cli import ScheduleSpec, hookimpl

        def build():
            return lambda progress: 1.0 if progress.epoch < 98 else None

        @hookimpl
        def dlvc_schedules():
            return [ScheduleSpec(name="late", summary="Wrong at the end.", factory=build)]
        """,
    )
    words = ("train", "cnn", "--data", few, "--max-steps", "1", "--schedule", "late")
    done = dlvc(*words, code=1)
    assert "late of plugin moods must give" in done.stderr and "epoch 98 of 100" in done.stderr
    assert not (dlvc.folder / "runs").exists()


def test_a_plugin_s_careless_objects_are_named(dlvc, make_plugin, few):
    make_plugin(
        "careless",
        """
        import torch
        from dlvc_cli import LossSpec, OpSpec, hookimpl

        def noise():
            return lambda images, draws: images + torch.rand_like(images)

        def endless():
            return lambda logits, targets: logits.sum(1) / 0

        @hookimpl
        def dlvc_ops():
            return [OpSpec(name="noise", summary="Noise.", factory=noise, random=True)]

        @hookimpl
        def dlvc_losses():
            return [LossSpec(name="endless", summary="No number.", factory=endless)]
        """,
    )
    words = ("train", "cnn", "--data", few, "--max-steps", "1")
    done = dlvc(*words, "--aug", "noise", code=1)
    assert "noise of plugin careless gives another result for the same images" in done.stderr
    done = dlvc(*words, "--loss", "endless", code=1)
    assert "endless of plugin careless must give finite numbers" in done.stderr
    assert not (dlvc.folder / "runs").exists()
