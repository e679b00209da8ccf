"""``dlvc show`` as users call it."""

from __future__ import annotations

import shutil

from helpers.folders import make_folder


def test_a_page_has_the_facts_and_the_parameters(dlvc):
    heading, *lines = dlvc("show", "one-cycle").stdout.splitlines()
    assert heading.split() == ["one-cycle", "schedules"]
    assert any(line.split()[:2] == ["plugin", "dlvc-optim"] for line in lines)
    assert any(line.startswith("pct ") and "0.3" in line for line in lines)


def test_all_kinds_of_a_name_are_shown(dlvc, make_plugin):
    source = """
        from dlvc_cli import LossSpec, OpSpec, hookimpl

        @hookimpl
        def dlvc_ops():
            return [OpSpec(name="both", summary="An op.", factory="nowhere:op")]

        @hookimpl
        def dlvc_losses():
            return [LossSpec(name="both", summary="A loss.", factory="nowhere:loss")]
    """
    make_plugin("twofold", source)
    assert [row["kind"] for row in dlvc.json("show", "both")] == ["ops", "losses"]


def test_what_there_is_not_is_said(dlvc):
    refused = dlvc("show", "nonsense", code=2)
    assert "nothing called 'nonsense'" in refused.stderr and "dlvc list" in refused.stderr


def test_a_model_s_layers_are_a_table(dlvc):
    text = dlvc("show", "cnn", "--image-size", "64").stdout
    assert "_cn5   Conv2d  512x4x4     1,180,160" in text
    assert "1,569,602 with 2 classes, 6.28 MB" in text and "with --feature-extract 1,026" in text
    (row,) = dlvc.json("show", "cnn", "--classes", "10")
    assert row["parameter_count"] == 1569602 + 8 * 513 and row["image_size"] == [32, 32]
    assert [module["name"] for module in row["modules"]] == row["layers"]
    refused = dlvc("show", "crop", "--depth", "3", code=2).stderr
    assert "--depth is for models, and crop is none" in refused
    assert "Did you mean size?" in dlvc("show", "crop:siz=4", code=2).stderr


def test_a_folder_is_shown_with_its_prefix_and_without(dlvc):
    make_folder(dlvc.folder / "photos", {"train": 3, "val": 1})
    shutil.rmtree(dlvc.folder / "photos" / "val" / "left")
    text = dlvc("show", "photos").stdout
    assert text == dlvc("show", "folder:photos").stdout
    lines = [line.split() for line in text.splitlines()]
    assert ["left", "3", "0", "0.0%"] in lines and ["all", "6", "1", "100.0%"] in lines
    assert "all 32x32" in text and "no images of the class left" in text
    (row,) = dlvc.json("show", "photos")
    assert row["classes"] == ["left", "right"] and row["splits"]["val"]["counts"] == [0, 1]
    assert "no folder" in dlvc("show", "folder:photo", code=2).stderr


def test_a_family_s_member_is_called_what_it_was_asked_for_by(dlvc):
    make_folder(dlvc.folder, {"train": 2, "val": 1})
    for words, name in (("x**2+y**2", "formula:x**2+y**2"), (".", "folder:.")):
        heading, *lines = dlvc("show", words).stdout.splitlines()
        assert heading.split()[0] == name
        again, *others = dlvc("show", name).stdout.splitlines()
        assert (again, others) == (heading, lines), "the heading is a name that show takes"
    # A long path is folded.
    assert f"Imagefilesin{dlvc.folder}." in "".join("".join(lines).split())


def test_the_help_says_what_each_option_shows(dlvc):
    text = " ".join(dlvc("show", "--help", COLUMNS="200").stdout.split())
    assert "Which parameters --feature-extract would train." in text
    assert "Which parameters freezing up to this layer leaves to train." in text
    assert "down to this depth. Default 2." in text and "tells apart. Default 2." in text
    shown = dlvc("show", "cnn", "--depth", "2", "--classes", "2").stdout
    assert dlvc("show", "cnn").stdout == shown, "these are the defaults"


def test_near_misses_are_suggested_whatever_is_named(dlvc):
    run = dlvc.folder / "runs" / "first"
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}")
    for words, meant in (
        ("lst", "list"),
        ("Train cnn", "train"),
        ("list modles", "models"),
        ("show resnt", "resnet"),
        ("show runs/frist", "first"),
        ("test frist", "first"),
        ("runs rename First x", "first"),
        ("gd Schaffer", "schaffer"),
        ("train cnn --optimiser adam", "--optimizer"),
        ("train cnn --learning-rate 1", "--lr"),
        ("train cnn --fit Crop", "crop"),
        ("train cnn --aug crop:paddng=4", "pad"),
        ("gd schaffer --sweep LR=0.1,0.2", "lr"),
    ):
        assert f"Did you mean {meant}" in dlvc(*words.split(), code=2).stderr, words
    assert "a comma too many" in dlvc("train", "cnn", "--aug", "flip,,crop", code=2).stderr


def test_a_name_that_a_family_lists_is_shown_in_full_only(dlvc, make_plugin):
    source = """
        from dlvc_cli import FamilySpec, OpSpec, hookimpl

        def find(name):
            return OpSpec(name=name, summary="An op.", factory="nowhere:op")

        @hookimpl
        def dlvc_families():
            more = {"find": find, "knows": lambda name: name == "twirl"}
            search = lambda pattern: [find("twirl")]
            return [FamilySpec(name="zoo", summary="Ops.", of="ops", search=search, **more)]
    """
    make_plugin("zoo", source)
    assert "Did you mean zoo:twirl?" in dlvc("show", "twirl", code=2).stderr
    assert dlvc("show", "zoo:twirl").stdout.startswith("zoo:twirl")
