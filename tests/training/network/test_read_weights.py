"""Files of weights, as people have them."""

from __future__ import annotations

import shutil
import zipfile

import pytest
import safetensors.torch
import torch
from helpers.folders import QUIET
from helpers.transfer import best, changed, make_weights

import dlvc_cli as dlvc
from dlvc_cli import DataError

pytestmark = pytest.mark.usefixtures("own_folder")


def test_the_published_names_of_densenet_are_read_from_a_file(tmp_path, few):
    state = make_weights("densenet", tmp_path / "new.pth")
    old = {
        name.replace("norm1", "norm.1").replace("norm2", "norm.2")
        .replace("conv1", "conv.1").replace("conv2", "conv.2")
        if "denselayer" in name
        else name: value
        for name, value in state.items()
        if not name.endswith("num_batches_tracked")
    }  # fmt: skip
    torch.save(old, tmp_path / "old.pth")
    run = dlvc.train(
        "densenet", data=few, weights="old.pth", feature_extract=True, image_size=32,
        max_steps=1, **QUIET,
    )  # fmt: skip
    assert changed(state, best(run)) == {"classifier.weight", "classifier.bias"}


def test_safetensors_and_what_training_scripts_wrap(tmp_path, folder, course):
    safetensors.torch.save_file(course, tmp_path / "plain.safetensors")
    wrapped = {f"module.{name}": value for name, value in course.items()}
    torch.save({"epoch": 3, "state_dict": wrapped}, tmp_path / "wrapped.pth")
    # As the cache of the Hugging Face hub keeps it: a link to a file without a suffix.
    shutil.copy("plain.safetensors", "b10b")
    for file in ("plain.safetensors", "wrapped.pth", "b10b"):
        run = dlvc.train(
            "cnn", data=f"folder:{folder}", weights=file, lr=1e-60, max_steps=1, **QUIET
        )
        assert not changed(course, best(run))


class Harmful:
    def __reduce__(self):
        return (open, ("harm.txt", "w"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("code", "could run any code"),
        ("text", "holds no weights"),
        ("empty", "holds no weights"),
        ("image", "holds no weights"),
        ("zip", "holds no weights"),
        ("truncated", "is damaged"),
        ("truncated pickle", "is damaged"),
        ("list", "tensors by parameter name"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_files_that_are_no_weights_are_refused_plainly(tmp_path, few, content, says):
    file = tmp_path / "bad.pth"
    as_zip = content != "truncated pickle"
    torch.save({"a": torch.zeros(10000)}, file, _use_new_zipfile_serialization=as_zip)
    if content == "code":
        torch.save({"net": Harmful()}, file)
    elif content == "list":
        torch.save([1, 2], file)
    elif content == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a/b.txt", "no weights")
    elif content == "image":
        file.write_bytes((tmp_path / "few" / "train" / "left" / "000.png").read_bytes())
    elif content.startswith("truncated"):
        file.write_bytes(file.read_bytes()[: 200 if "pickle" in content else -5000])
    else:
        file.write_bytes(b"no weights" if content == "text" else b"")
    with pytest.raises(DataError, match=says) as error:
        dlvc.train("cnn", data=few, weights=file, **QUIET)
    assert str(error.value).startswith(str(file)) and len(str(error.value)) < 300 + len(str(file))
    assert not (tmp_path / "harm.txt").exists() and not (tmp_path / "runs").exists()


def test_a_checkpoint_is_no_file_of_weights(tmp_path, few):
    run = dlvc.train("cnn", data=few, epochs=1, **QUIET)
    with pytest.raises(DataError, match="name the run"):
        dlvc.train("cnn", data=few, weights=run.path / "last.ckpt", **QUIET)
