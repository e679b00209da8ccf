"""What holds for every built-in op, used through the contract as the engines do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
import torch
from helpers.ops import apply, choose, random_images
from torch._subclasses.fake_tensor import FakeTensorMode

from dlvc_cli import BadOption, Batch, Draws, as_batch_op
from dlvc_cli.registry.registry import registry

RANDOM = (
    "flip",
    "crop",
    "crop:size=20x28:pad=2:mode=reflect",
    "crop:24:3:replicate",
    "rotate:40",
    "rotate:degrees=90:mode=reflect",
    "scale",
    "scale:0.5:2:mode=replicate",
    "color",
    "color:hue=0.5:brightness=0",
    "erase:1",
    "erase:fill=color",
    "erase:fill=zero",
    "cutout",
    "cutout:size=5:fill=0.4/0.5/0.6:p=0.5",
    "random_resized_crop",
    "random_resized_crop:size=20x28:low=0.3",
    "trivialaugment",
    "trivialaugment:bins=4",
    "randaugment",
    "randaugment:ops=3:magnitude=30",
)
DETERMINISTIC = (
    "resize:20x28",
    "resize:48:mode=bicubic",
    "resize:size=24:mode=nearest",
    "normalize",
    "normalize:mean=0.5/0.4/0.3:std=0.2/0.25/0.3",
    "add:-0.5",
    "add:0.1/0.2/0.3",
    "mul:2",
    "mul:value=0.5/1/2",
)
MIXING = ("cutmix", "mixup", "mixup:alpha=0.2:p=0.5")
EVERY = (*RANDOM, *DETERMINISTIC, *MIXING)


def test_all_built_in_ops_are_tested_here() -> None:
    offered = [o.spec for o in registry().offers("ops") if o.plugin.name == "dlvc-ops"]
    assert {spec.name for spec in offered} == {text.partition(":")[0] for text in EVERY}
    assert {spec.name for spec in offered if spec.random} == {
        text.partition(":")[0] for text in (*RANDOM, *MIXING)
    }
    assert all(param.help for spec in offered for param in spec.params)


def test_describing_the_ops_imports_nothing_heavy() -> None:
    code = (
        "import sys, dlvc_ops; list(dlvc_ops.dlvc_ops());"
        "sys.exit(bool({'torch', 'numpy', 'torchvision', 'PIL'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("text", (*RANDOM, *DETERMINISTIC))
def test_an_image_does_not_depend_on_its_batch(text: str) -> None:
    images, ids = random_images(128), torch.randperm(1000)[:128]
    whole = apply(text, images, ids).images
    for i in range(0, 128, 11):
        assert torch.equal(whole[i : i + 1], apply(text, images[i : i + 1], ids[i : i + 1]).images)
    order = torch.randperm(128)[:37]
    assert torch.equal(whole[order], apply(text, images[order], ids[order]).images)
    last = images.contiguous(memory_format=torch.channels_last)
    assert torch.equal(whole, apply(text, last, ids).images)


@pytest.fixture
def threads() -> Iterator[Callable[[int], None]]:
    """Sets the number of threads for one test."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    "text", ("color", "rotate", "erase", "resize:96", "random_resized_crop", "randaugment:ops=8")
)
def test_nor_does_a_large_image_that_threads_share(
    text: str, threads: Callable[[int], None]
) -> None:
    images = random_images(3, 192, 192)
    threads(1)
    whole = apply(text, images).images
    threads(2)
    alone = [apply(text, images[i : i + 1], torch.tensor([i])).images for i in range(3)]
    assert torch.equal(whole, torch.cat(alone))


@pytest.mark.parametrize("text", RANDOM)
def test_seed_epoch_and_position_change_what_is_drawn(text: str) -> None:
    images = random_images(32)
    first = apply(text, images).images
    assert torch.equal(first, apply(text, images).images)
    others = (
        apply(text, images, seed=1),
        apply(text, images, epoch=1),
        apply(text, images, position=1),
    )
    assert not any(torch.equal(first, other.images) for other in others)


@pytest.mark.parametrize("text", DETERMINISTIC)
def test_deterministic_ops_draw_nothing(text: str) -> None:
    images = random_images(4)
    assert torch.equal(apply(text, images).images, apply(text, images, seed=1, epoch=1).images)


@pytest.mark.parametrize("text", EVERY)
@pytest.mark.parametrize("dtype", (torch.float16, torch.bfloat16, torch.float32, torch.float64))
def test_the_dtype_stays_and_the_input_too(text: str, dtype: torch.dtype) -> None:
    images = random_images(8).to(dtype)
    before = images.clone()
    out = apply(text, images).images
    assert out.dtype == dtype
    assert out.isfinite().all()
    assert torch.equal(images, before)
    wide = apply(text, before.double()).images
    tolerance = {torch.float16: 2e-2, torch.bfloat16: 1e-1}.get(dtype, 1e-5)
    torch.testing.assert_close(out.double(), wide, atol=tolerance, rtol=tolerance)


# Where nothing has to be waited for, these change only those images that are to be.
CHOOSE_ROWS_ON_CPU = ("trivialaugment", "randaugment")


@pytest.mark.parametrize(
    ("text", "device"),
    [
        (text, device)
        for device in ("cpu", "cuda")
        for text in (*RANDOM, *DETERMINISTIC)
        if device != "cpu" or not text.startswith(CHOOSE_ROWS_ON_CPU)
    ],
)
def test_everything_stays_on_the_device_and_nothing_waits_for_it(text: str, device: str) -> None:
    # Fake tensors have no values: an op that asks for one (item, nonzero, a mask as an index), or
    # mixes devices, fails. They stand for a GPU on machines without one, too.
    with FakeTensorMode():
        out = apply(text, torch.empty(4, 3, 32, 32, device=device)).images
        assert out.device.type == device


@pytest.mark.parametrize("text", [t for t in EVERY if "/" not in t])
def test_grey_and_oblong_images(text: str) -> None:
    out = apply(text, random_images(4, 26, 30, channels=1)).images
    assert out.shape[:2] == (4, 1)
    assert out.isfinite().all()


@pytest.mark.parametrize("text", EVERY)
def test_a_batch_of_one(text: str) -> None:
    assert len(apply(text, random_images(1)).images) == 1


@pytest.mark.parametrize("text", [t for t in RANDOM if "crop" not in t])
def test_random_ops_other_than_crops_have_nothing_to_do_outside_training(text: str) -> None:
    assert getattr(choose(text).build(), "stand_in", None) is None
    assert apply(text, random_images(2)).images.shape == (2, 3, 32, 32)


def test_the_stand_in_of_crop_takes_the_same_values() -> None:
    choice = choose("crop:size=28:pad=4")
    op = as_batch_op(choice.build().stand_in, choice.spec.takes)
    images, ids = random_images(2), torch.arange(2)
    out = op(Batch(images, ids, ids, 2), Draws(0, 0, 0, ids)).images
    assert torch.equal(out, images[:, :, 2:30, 2:30])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("crop:size=41", "41x41 doesn't fit into images of 32x32 padded by 4"),
        ("crop:size=20x60", "20x60 doesn't fit"),
        ("crop:pad=32:mode=reflect", "mirrored over 32 pixels"),
        ("crop:pad=-1", "pad must be at least 0"),
        ("crop:size=0", "size must be at least 1"),
        ("crop:mode=mirror", "one of constant, reflect, replicate"),
        ("flip:1.5", "p must be 0 to 1"),
        ("resize", "needs size"),
        ("resize:x", "size takes a size in pixels"),
        ("rotate:200", "degrees must be 0 to 180"),
        ("scale:1.2:0.8", "low \\(1.2\\) must not be above high \\(0.8\\)"),
        ("scale:0", "low must be 0.01 to 100"),
        ("normalize:std=0", "std must be at least"),
        ("normalize:mean=0.1/0.2", "mean has 2 values, but images have 3 channels"),
        ("normalize:std=0.1/0.2", "std has 2 values"),
        ("add", "needs value"),
        ("add:1/2", "value has 2 values"),
        ("mul:a", "value takes numbers separated by /"),
        ("color:hue=0.6", "hue must be 0 to 0.5"),
        ("erase:low=0.5:high=0.4", "low \\(0.5\\) must not be above high \\(0.4\\)"),
        ("cutout:0", "size must be at least 1"),
        ("cutout:fill=1/2", "fill has 2 values"),
        ("random_resized_crop:low=0.5:high=0.4", "low \\(0.5\\) must not be above high \\(0.4\\)"),
        ("trivialaugment:1", "bins must be at least 2"),
        ("randaugment:2:31", "magnitude \\(31\\) must be below bins \\(31\\)"),
        ("randaugment:0", "ops must be 1 to 14"),
        ("erase:low=0:high=0", "high must be 1e-06 to 1"),
        ("random_resized_crop:low=0:high=0", "high must be 1e-06 to 1"),
        ("erase:fill=1", "one of noise, color, zero"),
        ("mixup:0", "alpha must be 0.01 to 100"),
    ],
)
def test_mistakes_are_told_in_a_sentence(text: str, message: str) -> None:
    with pytest.raises(BadOption, match=message):
        apply(text, random_images(2))


@pytest.mark.parametrize("name", ("color", "trivialaugment", "randaugment"))
def test_ops_on_colours_refuse_what_is_neither_grey_nor_rgb(name: str) -> None:
    with pytest.raises(BadOption, match=f"op {name}: images have 4 channels"):
        apply(name, random_images(2, channels=4))
