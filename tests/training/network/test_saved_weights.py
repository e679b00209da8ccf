"""A run's best weights: whole, and its own, or an error."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
import safetensors.torch
import torch
from helpers.folders import QUIET
from helpers.transfer import best, changed
from torch import nn

import dlvc_cli as dlvc
from dlvc_cli import DataError, RunError
from dlvc_cli.training.network.saved_weights import (
    epoch_of_run_weights,
    read_run_weights,
    read_saved,
    restore_weights,
    save_weights,
)


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2), nn.Linear(2, 2))


def saved(file: Path, run_id: str | None = "ab12", seed: int = 0) -> bytes:
    save_weights(network(seed), file, run_id, epoch=4)
    return file.read_bytes()


def test_what_was_saved_is_restored(tmp_path):
    file = tmp_path / "best.safetensors"
    saved(file)
    found = network(seed=1)
    restore_weights(found, file, "ab12")
    assert all(map(torch.equal, found.state_dict().values(), network().state_dict().values()))
    assert epoch_of_run_weights(file, "ab12") == 4
    assert safetensors.torch.load_file(file).keys() == found.state_dict().keys()


def test_tensors_that_share_memory_are_saved_apart(tmp_path):
    tied = network()
    tied.add_module("3", tied[2])
    save_weights(tied, tmp_path / "w", None, 1)
    assert torch.equal(*(read_saved(tmp_path / "w")[0][f"{n}.weight"] for n in (2, 3)))


def test_one_flipped_bit_anywhere_is_an_error(tmp_path):
    file = tmp_path / "best.safetensors"
    content = saved(file)
    right = read_run_weights(file, "ab12")
    for place in range(len(content)):
        flipped = bytearray(content)
        flipped[place] ^= 1 << random.Random(place).randrange(8)
        file.write_bytes(flipped)
        try:
            found = read_run_weights(file, "ab12")
        except RunError as error:
            assert str(file) in str(error) and str(error).endswith((".", "FILE."))
        else:
            # In what fills the header up, or a word that no value depends on.
            assert place < 8 + int.from_bytes(content[:8], "little")
            assert all(torch.equal(found[name], right[name]) for name in right)


@pytest.mark.parametrize(("written", "asked"), [("one", "two"), ("one", None), (None, "two")])
def test_another_run_s_file_is_an_error(tmp_path, written, asked):
    saved(tmp_path / "w", written)
    with pytest.raises(RunError, match="another run"):
        read_run_weights(tmp_path / "w", asked)


def test_files_of_before_there_was_a_digest_are_read(tmp_path):
    safetensors.torch.save_file(network().state_dict(), tmp_path / "w")
    tensors, about = read_saved(tmp_path / "w")
    assert about is None and tensors.keys() == read_run_weights(tmp_path / "w", None).keys()


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-1000] ^= 4
    file.write_bytes(content)


def test_a_flipped_byte_stops_every_use_of_a_run(few, own_folder):
    run = dlvc.train("cnn", data=few, epochs=1, lr=1e-4, **QUIET)
    image = Path(few.removeprefix("folder:")) / "val" / "left" / "000.png"
    kept = Path(shutil.copy(run.path / "best.safetensors", "mine.safetensors"))
    dlvc.train(resume=run, epochs=2, view="quiet")
    flip(run.path / "best.safetensors")
    for use in (
        lambda: dlvc.load_run(run.path).test(),
        lambda: dlvc.load_run(run.path).predict(image),
        lambda: dlvc.train("cnn", data=few, weights=run, **QUIET),
        lambda: dlvc.train("cnn", data=few, weights=run.path / "best.safetensors", **QUIET),
    ):
        with pytest.raises(RunError, match="digest does not agree") as error:
            use()
        assert error.value.exit_code == 1
    # A copy of one's own is a start wherever it lies, as long as it is whole.
    started = dlvc.train("cnn", data=few, weights=kept, lr=1e-30, max_steps=1, **QUIET)
    assert not changed(safetensors.torch.load_file(kept), best(started))
    flip(kept)
    with pytest.raises(DataError, match="damaged"):
        dlvc.train("cnn", data=few, weights=kept, **QUIET)


def test_a_run_in_a_folder_whose_name_is_no_text_is_used_like_any(few, own_folder):
    run = dlvc.train("cnn", data=few, epochs=1, out=os.fsdecode(b"u\xff"), **QUIET)
    assert run.test("val").images == 4
    assert dlvc.train(resume=run, epochs=2, view="quiet").status["epoch"] == 2
    dlvc.train("cnn", data=few, weights=run, max_steps=1, **QUIET)
