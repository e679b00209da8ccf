"""Where a network's first weights come from."""

from __future__ import annotations

import pytest
from helpers.folders import QUIET

import dlvc_cli as dlvc
from dlvc_cli import BadOption

pytestmark = pytest.mark.usefixtures("own_folder")


def test_a_missing_run_s_weights_are_refused(few):
    with pytest.raises(BadOption, match="no file or run"):
        dlvc.train("cnn", data=few, weights="cnn-few-9", **QUIET)


@pytest.mark.parametrize("word", ["IMAGENET1K_V", "imagenet1k_v1", "IMAGNET1K_V1"])
def test_one_of_the_model_s_own_weights_is_suggested(few, word):
    with pytest.raises(BadOption, match=r"called '\w+'\. Did you mean IMAGENET1K_V1\?$"):
        dlvc.train("resnet", data=few, weights=word, **QUIET)
