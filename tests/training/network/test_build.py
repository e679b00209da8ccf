"""Every model of the course, and one of timm: a step, a save, a load, a resume, a prediction."""

from __future__ import annotations

import shutil

import pytest
import safetensors.torch
import torch
from helpers.folders import make_folder
from helpers.offered import offer

import dlvc_cli as dlvc
from dlvc_cli import ModelSpec, PluginError
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.network.build import build_network

MODELS = {
    "cnn": 32,
    "resnet": 32,
    "alexnet": 63,
    "vgg": 32,
    "squeezenet": 32,
    "densenet": 32,
    "inception": 299,
    "timm:mobilenetv3_small_050": 32,
}


SLOW = ("alexnet", "vgg", "densenet", "inception")


@pytest.mark.parametrize(
    "model", [pytest.param(m, marks=pytest.mark.slow) if m in SLOW else m for m in MODELS]
)
def test_a_model_trains_resumes_tests_and_predicts(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    images = make_folder(tmp_path / "images", {"train": 2, "val": 1})
    options = {"data": f"folder:{images}", "batch_size": 2, "epochs": 1, "threads": 2, "lr": 1e-6}
    try:
        run = dlvc.train(model, **options, view="quiet")
        assert run.record["input"]["input_size"] == [MODELS[model]] * 2
        spec = registry().find("models", model).spec
        assert run.record["model"]["parameters"] == count(
            spec.build(num_classes=2, **defaults(spec))
        )
        before = run.predict(images / "val" / "left" / "000.png")[0].probabilities
        assert set(before) == {"left", "right"} and sum(before.values()) == pytest.approx(1)
        assert run.test("val").accuracy == run.metrics[0]["val_acc"]
        again = dlvc.load_run(run.path)
        assert again.predict(images / "val" / "left" / "000.png")[0].probabilities == before
        resumed = dlvc.train(resume=run, epochs=2, view="quiet")
        assert len(resumed.metrics) == 2
        saved = safetensors.torch.load_file(resumed.path / "best.safetensors")
        assert all(torch.isfinite(value).all() for value in saved.values())
    finally:
        # VGG's runs take 1.5 GB.
        shutil.rmtree(tmp_path / "runs", ignore_errors=True)


def count(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def defaults(spec) -> dict:
    return {param.name: param.default for param in spec.params}


def test_a_model_is_named_by_plugin_alias_or_family(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = {"data": f"folder:{folder}", "max_steps": 1, "view": "quiet"}
    assert dlvc.train("dlvc-models/cnn", **options).config.model == "dlvc-models/cnn"
    with pytest.raises(dlvc.UsageError, match="timm:no_such_model"):
        dlvc.train("timm:no_such_model", **options)


@pytest.mark.parametrize("model", ["squeezenet", "resnet", "timm:mobilenetv3_small_050"])
def test_dropout_acts_on_what_enters_the_head(model):
    choice = registry().choose("models", model)
    network = build_network(choice, 2, 0.9, seed=0).train()
    plain = build_network(choice, 2, 0.0, seed=0).train()
    images = torch.randn(4, 3, 64, 64)
    outputs = []
    for each in (network, plain):
        torch.manual_seed(0)
        outputs.append(each(images))
    assert not torch.allclose(*outputs)


def test_a_network_whose_state_no_file_of_weights_can_hold_is_refused(monkeypatch):
    class Odd(torch.nn.Linear):
        def get_extra_state(self):
            return {"steps": 3}

        def set_extra_state(self, state):
            pass

    spec = ModelSpec(
        name="odd",
        summary="Odd.",
        factory=lambda num_classes: torch.nn.Sequential(Odd(3, num_classes)),
        split=lambda network: (network, network),
        input_size=8,
    )
    with pytest.raises(PluginError, match=r"has a dict called 0\._extra"):
        build_network(offer(monkeypatch, spec), 2, 0.0, seed=0)
