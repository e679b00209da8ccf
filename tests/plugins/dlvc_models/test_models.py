"""What the plugin offers, under which names, and that describing it is light."""

from __future__ import annotations

from dlvc_models import dlvc_families
from helpers.models import SPECS, in_a_process


def test_describing_models_imports_nothing_heavy() -> None:
    out = in_a_process(
        """
        import sys, dlvc_models
        [repr(spec) for spec in [*dlvc_models.dlvc_models(), *dlvc_models.dlvc_families()]]
        heavy = "torch torchvision timm numpy skimage matplotlib PIL dlvc_models.timm_index"
        print(sorted(set(heavy.split()) & set(sys.modules)))
        """
    )
    assert out.strip() == "[]"


def test_the_models_of_the_course_have_their_bare_names() -> None:
    aliases = {name: spec.aliases for name, spec in SPECS.items() if spec.aliases}
    assert aliases == {
        "resnet": ("resnet18",),
        "vgg": ("vgg11_bn",),
        "squeezenet": ("squeezenet1_1",),
        "densenet": ("densenet121",),
        "inception": ("inception_v3",),
    }
    assert {"cnn", "alexnet", "resnet50", "vgg16", "densenet161", "squeezenet1_0"} <= set(SPECS)
    assert [family.name for family in dlvc_families()] == ["timm"]
