"""The words of ``--tta``, refused before any work where they are others."""

from __future__ import annotations

import pytest

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.config.tta import check_tta, tta_text
from dlvc_cli.errors import BadOption


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("none", ()),
        ("", ()),
        ("flip", ("flip",)),
        ("flip,shift", ("flip", "shift")),
        ("shift, flip", ("flip", "shift")),
    ],
)
def test_what_is_meant(text: str, words: tuple[str, ...]) -> None:
    assert check_tta(text) == TrainConfig(model="cnn", tta=text).tta_words == words
    assert check_tta(tta_text(words)) == words


@pytest.mark.parametrize("text", ["mirror", "flip,flip", "flip,", "flip,none", " "])
def test_other_words_are_refused(text: str) -> None:
    for refuse in (check_tta, lambda text: TrainConfig(model="cnn", tta=text)):
        with pytest.raises(BadOption, match="--tta is flip, shift"):
            refuse(text)
