"""Help on a narrow terminal."""

from __future__ import annotations

import re


def test_no_name_of_an_option_is_cut_at_forty_columns(dlvc):
    options = re.compile(r"--[a-z][a-z-]+")
    for words in (("train",), ("runs", "pack"), ()):
        wide = dlvc(*words, "--help", COLUMNS="160").stdout
        narrow = dlvc(*words, "--help", COLUMNS="40").stdout
        assert max(map(len, narrow.splitlines())) <= 40
        assert set(options.findall(wide)) <= set(options.findall(narrow))
        assert "…" not in narrow
        assert " ".join(wide.split()).count("Example: dlvc") == narrow.count("Example: dlvc") == 1
    assert "--wd" in dlvc("train", "--help", COLUMNS="40").stdout


def test_it_says_what_is_required_and_the_defaults(dlvc):
    narrow = " ".join(dlvc("predict", "--help", COLUMNS="40").stdout.split())
    assert "A run's name or folder. [required]" in narrow
    assert "--device <str> auto, cpu, cuda, cuda:1, mps. [default: auto]" in narrow
