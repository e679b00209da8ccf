"""Specs check themselves."""

from __future__ import annotations

import pytest

from dlvc_cli import ModelSpec, WeightsSpec
from dlvc_cli.errors import SpecError


def test_a_model_s_weights_are_a_tuple():
    """``(WeightsSpec(...))`` without a comma is none; the listing of all models must go on."""
    weights = WeightsSpec(name="own", source="here", factory="here:fetch")
    with pytest.raises(SpecError, match="weights of tiny must be a tuple"):
        ModelSpec(name="tiny", summary="", factory="a:b", split="a:c", weights=weights)
