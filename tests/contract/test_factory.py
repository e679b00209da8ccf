"""Factories named by a path."""

from __future__ import annotations

import pytest

from dlvc_cli import PluginError
from dlvc_cli.contract.factory import Factory
from dlvc_cli.registry.offers import guarded
from dlvc_cli.registry.registry import registry


def test_a_path_that_leads_nowhere_names_the_plugin():
    offer = registry().find("models", "cnn")
    with pytest.raises(PluginError, match=r"cnn of plugin dlvc-models failed: AttributeError"):
        guarded(offer, Factory("dlvc_models:spilt"))
