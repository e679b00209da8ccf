"""What the plugin offers, and that describing it is light."""

from __future__ import annotations

import subprocess
import sys

from dlvc_cli.registry.registry import registry


def test_what_the_plugin_offers() -> None:
    offers = {offer.name: offer for offer in registry().offers("datasets")}
    assert {"pets", "cifar10", "toy-pets"} <= set(offers)
    ranked = {name: offer.spec.rank for name, offer in offers.items() if offer.plugin.builtin}
    assert ranked == {"pets": 10, "cifar10": None, "toy-pets": 100}
    assert "folder" in {family.name for family in registry().families("datasets")}
    choice = registry().choose("datasets", "pets:C:/my data/cifar")
    assert choice.values == {"path": "C:/my data/cifar"}


def test_describing_and_looking_for_a_copy_import_nothing_heavy() -> None:
    code = (
        "import sys, dlvc_datasets, dlvc_datasets.cifar_copy as c; from dlvc_datasets.folder "
        "import find; dlvc_datasets.dlvc_datasets(); c.available(); find('x'); "
        "print(sorted({'torch', 'numpy', 'PIL', 'rich'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr
