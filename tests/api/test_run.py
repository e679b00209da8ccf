"""What can be done with a run: test, predict, compare, list, move."""

from __future__ import annotations

import dataclasses
import json
import shutil

import numpy as np
import pytest
import torch
from helpers.folders import save_image
from PIL import Image

import dlvc_cli
from dlvc_cli.events import json_text


@pytest.fixture
def dlvc(dlvc, trained):
    shutil.copytree(trained / "runs", dlvc.folder / "runs")
    return dlvc


def test_python_predicts_files_images_and_arrays_alike(trained):
    run = dlvc_cli.load_run(trained / "runs" / "one")
    file = trained / "images" / "val" / "right" / "003.png"
    image = Image.open(file)
    pixels = np.asarray(image)
    expected = run.predict(file)[0].probabilities
    for images in ([file], image, pixels, pixels[None], [pixels, image], [file] * 45):
        # In a batch of another size, the last digits may differ.
        for prediction in run.predict(images):
            assert prediction.probabilities == pytest.approx(expected, abs=1e-6)


def test_a_run_can_be_moved_and_its_data_named_anew(dlvc, trained, tmp_path):
    before = dlvc.json("test", "one")
    elsewhere = tmp_path / "another place" / "renamed"
    shutil.move(dlvc.folder / "runs" / "one", elsewhere)
    data = tmp_path / "copied images"
    shutil.copytree(trained / "images", data)
    after = dlvc.json("test", elsewhere, "--data", f"folder:{data}")
    assert after == before | {"data": f"folder:{data}"}
    save_image(dlvc.folder / "new.png", 0, 1)
    assert dlvc.json("predict", elsewhere, "new.png")[0]["label"] in ("left", "right")


@pytest.mark.parametrize("words", [("test",), ("predict",), ("compare",), ("train", "--resume")])
def test_what_is_no_run_is_said_plainly(dlvc, words):
    file = dlvc.folder / "notes.txt"
    file.write_text("hello")
    more = ["cat.png"] if words == ("predict",) else []
    for thing in (file, dlvc.folder):
        done = dlvc(*words, thing, *more, code=2)
        assert "not a run" in done.stderr
    assert "no run called" in dlvc(*words, "nothing", *more, code=2).stderr


def test_a_damaged_run_is_said_plainly(dlvc):
    run = dlvc.folder / "runs" / "one"
    weights = (run / "best.safetensors").read_bytes()
    (run / "best.safetensors").write_bytes(weights[:1000])
    assert "best.safetensors" in dlvc("test", "one", code=1).stderr
    (run / "best.safetensors").unlink()
    assert "best.safetensors is missing" in dlvc("test", "one", code=2).stderr
    (run / "run.json").write_text("{")
    assert "run.json" in dlvc("test", "one", code=1).stderr
    rows = {row["name"]: row["state"] for row in dlvc.json("list", "runs")}
    assert rows == {"one": "damaged", "two": "finished"}
    assert "damaged" in dlvc("list", "runs").stdout


def test_a_network_that_gives_no_numbers_decides_nothing(trained):
    run = dlvc_cli.load_run(trained / "runs" / "one")
    with torch.no_grad():
        for parameter in run._inference("auto", None, None).network.parameters():
            parameter.fill_(float("nan"))
    image = trained / "images" / "val" / "left" / "000.png"
    with pytest.raises(dlvc_cli.DataError, match=r"000.png: the network gives no finite numbers"):
        run.predict(image)
    with pytest.raises(dlvc_cli.DataError, match="an image: the network gives no finite numbers"):
        run.predict(np.zeros((32, 32, 3), np.uint8))
    result = run.test("val")
    assert result.accuracy == 0 and result.undecided == (15, 15)
    assert result.confusion == ((0, 0), (0, 0)) and result.balanced_accuracy == 0
    assert json.loads(json_text(dataclasses.asdict(result)))["loss"] is None
