"""What can be done with a run: test, predict, compare, list, move."""

from __future__ import annotations

import shlex
import shutil

import numpy as np
import pytest
from helpers.folders import make_folder, save_image
from PIL import Image

import dlvc_cli
from dlvc_cli.__main__ import main
from dlvc_cli.api.job import plan_job


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with two short runs, ``runs/one`` and ``runs/two``, and their images."""
    home = tmp_path_factory.mktemp("trained")
    images = make_folder(home / "images", {"train": 60, "val": 15, "test": 10})
    for name, options in (("one", {}), ("two", {"aug": "flip", "wd": 1e-4})):
        dlvc_cli.train(
            "cnn",
            data=f"folder:{images}",
            epochs=3,
            lr=0.05,
            batch_size=20,
            out=home / "runs" / name,
            view="quiet",
            **options,
        )
    return home


@pytest.fixture
def dlvc(dlvc, trained):
    shutil.copytree(trained / "runs", dlvc.folder / "runs")
    return dlvc


def test_runs_are_listed_with_what_became_of_them(dlvc):
    rows = dlvc.json("list", "runs")
    assert [row["name"] for row in rows] == ["one", "two"]
    assert all(row["state"] == "finished" and row["epoch"] == 3 for row in rows)
    assert all(0.4 <= row["best_acc"] <= 1 for row in rows)
    table = dlvc("list", "runs").stdout
    assert "one" in table and "3/3" in table and f"{rows[0]['best_acc']:.4f}" in table


def test_a_test_says_which_split_and_counts_every_image(dlvc):
    result = dlvc.json("test", "one")
    assert result["split"] == "test" and result["classes"] == ["left", "right"]
    assert sum(map(sum, result["confusion"])) == 20
    correct = result["confusion"][0][0] + result["confusion"][1][1]
    assert result["accuracy"] == correct / 20
    run = dlvc_cli.load_run(dlvc.folder / "runs" / "one")
    assert run.test("val").accuracy == max(line["val_acc"] for line in run.metrics)
    assert "on val (30 images)" in dlvc("test", "runs/one", "--split", "val").stdout
    assert "no split called" in dlvc("test", "one", "--split", "extra", code=2).stderr


def test_files_folders_and_patterns_are_classified(dlvc, trained):
    shutil.copytree(trained / "images" / "test", dlvc.folder / "holiday")
    save_image(dlvc.folder / "big.jpg", 0, 5, (300, 200))
    rows = dlvc.json("predict", "one", "big.jpg", "holiday", "holiday/left/*.png")
    assert len(rows) == 21, "a file that is named twice is classified once"
    for row in rows:
        assert sum(row["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        assert row["label"] == max(row["probabilities"], key=row["probabilities"].get)
    truth = dlvc.json("test", "one")
    hits = sum(row["label"] in row["path"] for row in rows[1:])
    assert hits / 20 == truth["accuracy"], "predict and test see the same images"
    table = dlvc("predict", "one", "big.jpg").stdout
    assert "big.jpg" in table and "left" in table


def test_a_bad_image_is_named_and_the_others_are_classified(dlvc):
    save_image(dlvc.folder / "good.png", 1, 5)
    (dlvc.folder / "bad.png").write_bytes(b"no image")
    done = dlvc("predict", "one", "good.png", "bad.png", "--json", code=1)
    assert "bad.png" in done.stderr and "good.png" in done.stdout
    assert "nothing.png" in dlvc("predict", "one", "nothing.png", code=2).stderr


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


def test_a_comparison_has_the_options_that_differ_and_an_image(dlvc):
    done = dlvc("compare", "one", "two")
    header = done.stdout.splitlines()[0]
    assert "aug" in header and "wd" in header and "lr" not in header.split()
    image = Image.open(dlvc.folder / "comparison.png")
    assert min(image.size) > 300 and len(set(image.convert("L").tobytes())) > 20
    rows = dlvc.json("compare", "one", "two")
    assert [len(row["metrics"]) for row in rows] == [3, 3]
    assert "PNG" in dlvc("compare", "one", "--out", "curves.txt", code=2).stderr


def test_runs_that_differ_in_much_are_told_apart_by_what_was_asked_for(dlvc, trained):
    dlvc_cli.train(
        "cnn", data=f"folder:{trained / 'images'}", weights=trained / "runs" / "one", dropout=0.2,
        max_steps=1, out=dlvc.folder / "runs" / "fine", view="quiet",
    )  # fmt: skip
    header, one, fine, *_ = dlvc("compare", "one", "fine").stdout.splitlines()
    assert header.split()[:3] == ["run", "options", "state"]
    assert "--lr 0.05" in one and "--dropout 0.2" in fine and "--weights" in fine
    assert "--data" not in one + fine and "--epochs" not in one


def test_a_run_draws_its_curves(dlvc):
    for name in ("loss.png", "accuracy.png"):
        image = Image.open(dlvc.folder / "runs" / "one" / name)
        assert min(image.size) > 300 and len(set(image.convert("L").tobytes())) > 20


def test_a_run_can_be_moved_and_its_data_named_anew(dlvc, trained, tmp_path):
    before = dlvc.json("test", "one")
    elsewhere = tmp_path / "another place" / "renamed"
    shutil.move(dlvc.folder / "runs" / "one", elsewhere)
    data = tmp_path / "copied images"
    shutil.copytree(trained / "images", data)
    assert dlvc.json("test", elsewhere, "--data", f"folder:{data}") == before
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
    assert "no weights" in dlvc("test", "one", code=2).stderr
    (run / "run.json").write_text("{")
    assert "run.json" in dlvc("test", "one", code=1).stderr
    rows = {row["name"]: row["state"] for row in dlvc.json("list", "runs")}
    assert rows == {"one": "damaged", "two": "finished"}
    assert "damaged" in dlvc("list", "runs").stdout


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
