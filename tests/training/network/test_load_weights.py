"""Networks that start from weights learned elsewhere: what is loaded, what learns, what doesn't."""

from __future__ import annotations

import pytest
import torch
from helpers.folders import QUIET
from helpers.transfer import Listener, best, changed, make_weights
from torch import nn
from torchvision.models import get_model_weights

import dlvc_cli as dlvc
from dlvc_cli import DataError
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.network.load_weights import transfer_weights

pytestmark = pytest.mark.usefixtures("own_folder")


HEADS = {
    "resnet": "fc",
    "alexnet": "classifier.6",
    "vgg": "classifier.6",
    "squeezenet": "classifier.1",
    "densenet": "classifier",
    "inception": "fc",
}


# The least images that each can do with make these quick; VGG's weights alone are 500 MB.
SIZES = {"alexnet": 63, "vgg": 32, "inception": 299}


SLOW = ("vgg", "inception")


MISSION = [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in HEADS]


@pytest.mark.parametrize("model", MISSION)
def test_pretrained_models_of_the_mission(monkeypatch, tmp_path, few, model):
    """From the place where torchvision keeps what it has downloaded, and from the file itself."""
    spec = registry().find("models", model).spec
    upstream = get_model_weights((spec.aliases or (model,))[0])["IMAGENET1K_V1"]
    file = tmp_path / "torch" / "hub" / "checkpoints" / upstream.url.rpartition("/")[2]
    before = make_weights(model, file)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    heard = Listener()
    options = {"data": few, "image_size": SIZES.get(model, 64), "lr": 0.1, "threads": 1}
    options |= {"feature_extract": True}
    run = dlvc.train(model, pretrained=True, epochs=2, view=heard, **options)
    assert "1,000 classes is replaced by a new one for 2" in heard.texts
    record, after = run.record, best(run)
    head = {name for name in after if name.startswith(HEADS[model] + ".")}
    # Inception's auxiliary head is for other classes too, and takes no part.
    aux = {name for name in after if name.startswith("AuxLogits.fc")}
    assert changed(before, after) == head | aux
    trained = sum(after[name].numel() for name in head)
    assert record["model"]["trainable"] == trained
    assert record["config"]["normalize"] == "weights"
    assert record["input"]["mean"] == pytest.approx(list(spec.weights[0].mean))
    assert run.test().accuracy == run.status["best_acc"]
    # Without features computed once, too: AlexNet's and VGG's frozen part has dropout in it.
    full = dlvc.train(model, weights=file, feature_cache=False, epochs=2, view="quiet", **options)
    # The file itself is as good as the cache that it lies in.
    assert full.record["weights"]["digest"] == record["weights"]["digest"]
    again = best(full)
    for name in head:
        size = float(after[name].abs().max())
        torch.testing.assert_close(again[name], after[name], rtol=0, atol=1e-4 * size)
    assert changed(before, again) == head | aux


def test_the_course_s_own_file_goes_on_where_it_was(folder, course):
    data = f"folder:{folder}"
    run = dlvc.train("cnn", data=data, weights="best_model.pth", lr=1e-60, epochs=1, **QUIET)
    assert not changed(course, best(run))
    # Its images were normalised by the training set's own statistics.
    assert run.config.normalize == "data" and run.config.weights.endswith("/best_model.pth")
    kept = Listener()
    dlvc.train("cnn", data=data, weights="best_model.pth", max_steps=1, view=kept, threads=1)
    assert "The head is kept" in kept.texts


def test_weights_that_do_not_fit_are_refused_and_listed(tmp_path, few, course):
    def refused(state: dict) -> str:
        torch.save(state, tmp_path / "wrong.pth")
        with pytest.raises(DataError) as error:
            dlvc.train("cnn", data=few, weights="wrong.pth", **QUIET)
        return str(error.value)

    lacking = {name: value for name, value in course.items() if name != "_cn3.bias"}
    assert "missing: _cn3.bias" in refused(lacking)
    assert "unexpected: extra.weight" in refused(course | {"extra.weight": torch.zeros(2)})
    small = course | {"_cn1.weight": torch.zeros(16, 3, 3, 3)}
    assert "_cn1.weight 16x3x3x3 instead of 32x3x3x3" in refused(small)
    with pytest.raises(DataError, match="of another model than resnet"):
        dlvc.train("resnet", data=few, weights=tmp_path / "best_model.pth", **QUIET)
    half_a_head = {name: value for name, value in course.items() if name != "_fc1.bias"}
    assert "missing: _fc1.bias" in refused(half_a_head)
    assert not (tmp_path / "runs").exists()


def test_a_file_without_a_head_gets_one(tmp_path, few, course):
    torch.save({n: v for n, v in course.items() if not n.startswith("_fc1")}, "headless.pth")
    heard = Listener()
    run = dlvc.train(
        "cnn", data=few, weights="headless.pth", lr=1e-60, max_steps=1, view=heard, threads=1
    )
    assert "no head: a new one for 2 classes" in heard.texts
    assert changed(course, best(run)) == {"_fc1.weight", "_fc1.bias"}


def test_a_head_of_several_layers_keeps_those_that_fit():
    def build(classes: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Sequential(nn.Flatten(), nn.Linear(12, 8)),
            nn.Sequential(nn.Linear(8, 6), nn.Linear(6, classes)),
        )

    network, learned = build(2), build(1000).state_dict()
    features, head = network
    said = transfer_weights(network, (features, head), learned, "a file", "mlp", seed=0)
    assert "The last layer of its head for 1,000 classes is replaced by a new one for 2" in said
    assert changed(learned, network.state_dict()) == {"1.1.weight", "1.1.bias"}


def test_another_run_gives_its_head_only_to_the_same_classes(tmp_path, folder):
    data = f"folder:{folder}"
    first = dlvc.train("cnn", data=data, epochs=1, image_size=48, **QUIET)
    other = tmp_path / "others"
    for split in ("train", "val"):
        for name, renamed in (("left", "port"), ("right", "starboard")):
            (other / split).mkdir(parents=True, exist_ok=True)
            (other / split / renamed).symlink_to(folder / split / name)
    for source in (first.name, first.path / "best.safetensors", first):
        same = dlvc.train("cnn", data=data, weights=source, lr=1e-60, max_steps=1, **QUIET)
        assert not changed(best(first), best(same))
        # Images are prepared as the first run prepared its own.
        assert same.record["input"] == first.record["input"]
    new = dlvc.train("cnn", data=f"folder:{other}", weights=first.name, lr=1e-60, epochs=1, **QUIET)
    assert changed(best(first), best(new)) == {"_fc1.weight", "_fc1.bias"}


def test_quiet_is_quiet_while_weights_are_fetched(dlvc, make_plugin, few):
    make_plugin(
        "loud",
        """
        import sys
        from dlvc_cli import ModelSpec, WeightsSpec, hookimpl

        def build(num_classes):
            from torch import nn
            return nn.Sequential(nn.Flatten(), nn.Linear(3072, num_classes))

        def fetch():
            print("Downloading", file=sys.stderr)
            return build(1000).state_dict()

        @hookimpl
        def dlvc_models():
            weights = WeightsSpec(name="own", source="here", factory=fetch, input_size=32,
                                  mean=(0, 0, 0), std=(1, 1, 1))
            return [ModelSpec(name="loud", summary="Loud.", factory=build, input_size=32,
                              split=lambda net: (net[:1], net[1]), weights=(weights,))]
        """,
    )
    words = ("train", "loud", "--data", few, "--pretrained", "--max-steps", "1")
    assert "Downloading" in dlvc(*words).stderr
    assert dlvc(*words, "--quiet").stderr == ""


def test_weights_that_are_not_finite_are_refused(few, tmp_path):
    state = make_weights("cnn", tmp_path / "lost.pth", classes=2)
    next(iter(state.values())).view(-1)[0] = float("nan")
    torch.save(state, tmp_path / "lost.pth")
    with pytest.raises(DataError, match=r"lost.pth: _cn1.weight holds numbers that are not finite"):
        dlvc.train("cnn", data=few, weights="lost.pth", **QUIET)
    assert not (tmp_path / "runs").exists()
