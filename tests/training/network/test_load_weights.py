"""Networks that start from weights learned elsewhere: what is loaded, what learns, what doesn't."""

from __future__ import annotations

import shutil
import zipfile

import pytest
import safetensors.torch
import torch
from helpers.folders import QUIET, make_folder
from helpers.transfer import Listener, best, changed, make_weights
from torch import nn
from torchvision.models import get_model_weights

import dlvc_cli as dlvc
from dlvc_cli import BadOption, DataError, ModelSpec, PluginError, RunError, WeightsSpec
from dlvc_cli.config.resolve import resolve_training
from dlvc_cli.errors import SpecError
from dlvc_cli.registry.registry import guarded, registry
from dlvc_cli.training.network.freezing import what_learns
from dlvc_cli.training.network.layers import describe_layers
from dlvc_cli.training.network.load_weights import transfer_weights

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


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def few(tmp_path):
    return f"folder:{make_folder(tmp_path / 'few', {'train': 4, 'val': 2})}"


@pytest.fixture
def course(tmp_path):
    """A student's ``best_model.pth`` of the course's network, for two classes."""
    return make_weights("cnn", tmp_path / "best_model.pth", classes=2)


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


def test_the_published_names_of_densenet_are_read_from_a_file(tmp_path, few):
    state = make_weights("densenet", tmp_path / "new.pth")
    old = {
        name.replace("norm1", "norm.1").replace("norm2", "norm.2")
        .replace("conv1", "conv.1").replace("conv2", "conv.2")
        if "denselayer" in name
        else name: value
        for name, value in state.items()
        if not name.endswith("num_batches_tracked")
    }  # fmt: skip
    torch.save(old, tmp_path / "old.pth")
    run = dlvc.train(
        "densenet", data=few, weights="old.pth", feature_extract=True, image_size=32,
        max_steps=1, **QUIET,
    )  # fmt: skip
    assert changed(state, best(run)) == {"classifier.weight", "classifier.bias"}


def test_the_course_s_own_file_goes_on_where_it_was(folder, course):
    data = f"folder:{folder}"
    run = dlvc.train("cnn", data=data, weights="best_model.pth", lr=0.0, epochs=1, **QUIET)
    assert not changed(course, best(run))
    # Its images were normalised by the training set's own statistics.
    assert run.config.normalize == "data" and run.config.weights.endswith("/best_model.pth")
    kept = Listener()
    dlvc.train("cnn", data=data, weights="best_model.pth", max_steps=1, view=kept, threads=1)
    assert "The head is kept" in kept.texts


def test_safetensors_and_what_training_scripts_wrap(tmp_path, folder, course):
    safetensors.torch.save_file(course, tmp_path / "plain.safetensors")
    wrapped = {f"module.{name}": value for name, value in course.items()}
    torch.save({"epoch": 3, "state_dict": wrapped}, tmp_path / "wrapped.pth")
    # As the cache of the Hugging Face hub keeps it: a link to a file without a suffix.
    shutil.copy("plain.safetensors", "b10b")
    for file in ("plain.safetensors", "wrapped.pth", "b10b"):
        run = dlvc.train("cnn", data=f"folder:{folder}", weights=file, lr=0.0, max_steps=1, **QUIET)
        assert not changed(course, best(run))


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
        "cnn", data=few, weights="headless.pth", lr=0.0, max_steps=1, view=heard, threads=1
    )
    assert "no head: a new one for 2 classes" in heard.texts
    assert changed(course, best(run)) == {"_fc1.weight", "_fc1.bias"}


class Harmful:
    def __reduce__(self):
        return (open, ("harm.txt", "w"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("code", "could run any code"),
        ("text", "holds no weights"),
        ("empty", "holds no weights"),
        ("image", "holds no weights"),
        ("zip", "holds no weights"),
        ("truncated", "is damaged"),
        ("truncated pickle", "is damaged"),
        ("list", "tensors by parameter name"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_files_that_are_no_weights_are_refused_plainly(tmp_path, few, content, says):
    file = tmp_path / "bad.pth"
    as_zip = content != "truncated pickle"
    torch.save({"a": torch.zeros(10000)}, file, _use_new_zipfile_serialization=as_zip)
    if content == "code":
        torch.save({"net": Harmful()}, file)
    elif content == "list":
        torch.save([1, 2], file)
    elif content == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a/b.txt", "no weights")
    elif content == "image":
        file.write_bytes((tmp_path / "few" / "train" / "left" / "000.png").read_bytes())
    elif content.startswith("truncated"):
        file.write_bytes(file.read_bytes()[: 200 if "pickle" in content else -5000])
    else:
        file.write_bytes(b"no weights" if content == "text" else b"")
    with pytest.raises(DataError, match=says) as error:
        dlvc.train("cnn", data=few, weights=file, **QUIET)
    assert str(error.value).startswith(str(file)) and len(str(error.value)) < 300 + len(str(file))
    assert not (tmp_path / "harm.txt").exists() and not (tmp_path / "runs").exists()


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


def test_features_and_head_must_do_what_the_model_does(dlvc, make_plugin, few):
    make_plugin(
        "halves",
        """
        from dlvc_cli import ModelSpec, hookimpl

        def build(num_classes):
            from torch import nn
            return nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.ReLU(),
                                 nn.Linear(12, num_classes))

        def split(network):
            return network[:2], network[3]

        @hookimpl
        def dlvc_models():
            return [ModelSpec(name="halves", summary="Wrongly split.", factory=build, split=split,
                              input_size=32)]
        """,
    )
    dlvc("train", "halves", "--data", few, "--max-steps", "1", "--out", "runs/one")
    words = ("train", "halves", "--data", few, "--weights", "runs/one", "--feature-extract")
    done = dlvc(*words, "--out", "runs/two", code=1)
    assert "head(features(images)) must give what model(images) gives" in done.stderr
    assert not (dlvc.folder / "runs" / "two").exists()


def test_another_run_gives_its_head_only_to_the_same_classes(tmp_path, folder):
    data = f"folder:{folder}"
    first = dlvc.train("cnn", data=data, epochs=1, image_size=48, **QUIET)
    other = tmp_path / "others"
    for split in ("train", "val"):
        for name, renamed in (("left", "port"), ("right", "starboard")):
            (other / split).mkdir(parents=True, exist_ok=True)
            (other / split / renamed).symlink_to(folder / split / name)
    for source in (first.name, first.path / "best.safetensors", first):
        same = dlvc.train("cnn", data=data, weights=source, lr=0.0, max_steps=1, **QUIET)
        assert not changed(best(first), best(same))
        # Images are prepared as the first run prepared its own.
        assert same.record["input"] == first.record["input"]
    new = dlvc.train("cnn", data=f"folder:{other}", weights=first.name, lr=0.0, epochs=1, **QUIET)
    assert changed(best(first), best(new)) == {"_fc1.weight", "_fc1.bias"}


@pytest.mark.parametrize(
    ("options", "body", "statistics"),
    [
        ({"feature_extract": True}, False, False),
        ({"feature_extract": True, "feature_cache": False}, False, False),
        ({"feature_extract": True, "frozen_bn": "train"}, False, True),
        ({}, True, False),
        ({"frozen_bn": "train"}, True, True),
    ],
)
def test_what_learns_and_what_stays(tmp_path, few, options, body, statistics):
    before = make_weights("resnet", tmp_path / "w.pth")
    run = dlvc.train(
        "resnet", data=few, weights="w.pth", image_size=32, epochs=1, **options, **QUIET
    )
    moved = changed(before, best(run))
    assert {"fc.weight", "fc.bias"} <= moved
    assert ("conv1.weight" in moved) is body and ("layer3.0.bn1.weight" in moved) is body
    assert ("layer3.0.bn1.running_var" in moved) is statistics


def test_layers_before_the_named_one_are_frozen(tmp_path, few):
    before = make_weights("resnet", tmp_path / "w.pth")
    run = dlvc.train(
        "resnet",
        data=few,
        weights="w.pth",
        freeze_until="layer4.1",
        image_size=32,
        epochs=1,
        **QUIET,
    )
    moved = {name.rpartition(".")[0] for name in changed(before, best(run))}
    assert moved == {f"layer4.1.{part}" for part in ("conv1", "bn1", "conv2", "bn2")} | {"fc"}


def test_an_auxiliary_head_is_as_new_as_the_head():
    """Inception's is called in training only, and trains the layers before it."""
    given = {"model": "inception", "weights": "IMAGENET1K_V1", "freeze_until": "Mixed_6a"}
    config = resolve_training(registry(), given).config
    model = registry().choose("models", "inception")
    network = model.build(num_classes=2)
    learning = what_learns(config, model, network)
    trained = {n.partition(".")[0] for n, p in network.named_parameters() if p.requires_grad}
    late = {f"Mixed_{name}" for name in ("6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c")}
    assert trained == late | {"AuxLogits", "fc"}
    learning.train_mode()
    assert network.AuxLogits.training and not network.Mixed_5d.training
    assert "AuxLogits" not in describe_layers("inception", 2)["layers"]


def test_a_model_that_cannot_be_divided_is_still_counted():
    known = describe_layers("timm:deit_tiny_distilled_patch16_224", 2)
    assert known["parameter_count"] > 5e6 and "from scratch" in known["problem"]


def test_a_model_that_needs_a_parameter_is_shown(dlvc, make_plugin):
    make_plugin(
        "sized",
        """
        from dlvc_cli import ModelSpec, Param, hookimpl

        @hookimpl
        def dlvc_models():
            return [ModelSpec(name="sized", summary="Of some width.", factory="sized:build",
                              split="sized:split", params=(Param("width", type=int),),
                              input_size=32)]
        """,
    )
    (row,) = dlvc.json("show", "sized")
    assert "width" in row["problem"] and row["parameters"][0]["name"] == "width"


def test_a_head_alone_left_to_train_is_told(tmp_path, few):
    make_weights("cnn", tmp_path / "w.pth")
    heard = Listener()
    options = {"weights": "w.pth", "freeze_until": "_fc1", "max_steps": 1, "threads": 1}
    dlvc.train("cnn", data=few, view=heard, **options)
    assert "--feature-extract does the same" in heard.texts


def test_a_checkpoint_is_no_file_of_weights(tmp_path, few):
    run = dlvc.train("cnn", data=few, epochs=1, **QUIET)
    with pytest.raises(DataError, match="name the run"):
        dlvc.train("cnn", data=few, weights=run.path / "last.ckpt", **QUIET)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mean": 0.5},
        {"mean": (127, 127, 127)},
        {"std": (0, 0, 0)},
        {"input_size": 0},
        {"num_classes": -1},
        {"factory": "nowhere"},
    ],
)
def test_weights_that_are_wrongly_described_are_refused(wrong):
    with pytest.raises(SpecError, match=next(iter(wrong))):
        WeightsSpec(**{"name": "own", "source": "here", "factory": "here:fetch"} | wrong)


def test_a_model_s_weights_are_a_tuple():
    """``(WeightsSpec(...))`` without a comma is none; the listing of all models must go on."""
    weights = WeightsSpec(name="own", source="here", factory="here:fetch")
    with pytest.raises(SpecError, match="weights of tiny must be a tuple"):
        ModelSpec(name="tiny", summary="", factory="a:b", split="a:c", weights=weights)


def test_a_path_that_leads_nowhere_names_the_plugin():
    offer = registry().find("models", "cnn")
    with pytest.raises(PluginError, match=r"cnn of plugin dlvc-models failed: AttributeError"):
        guarded(offer, "dlvc_models:spilt")


@pytest.mark.parametrize(
    ("layer", "says"), [("layer5", "Did you mean layer4"), ("xyz", "It has conv1, bn1")]
)
def test_a_layer_that_is_not_there_is_refused_with_those_that_are(tmp_path, few, layer, says):
    make_weights("resnet", tmp_path / "w.pth")
    with pytest.raises(BadOption, match=says):
        dlvc.train("resnet", data=few, weights="w.pth", freeze_until=layer, **QUIET)
    assert not (tmp_path / "runs").exists()


def test_head_and_pretrained_layers_have_rates_of_their_own(tmp_path, folder, course):
    """One step of plain descent against autograd by hand."""
    options = {"optimizer": "gd", "batch_size": 80, "max_steps": 1}
    run = dlvc.train(
        "cnn", data=f"folder:{folder}", weights="best_model.pth", lr=0.5, lr_backbone=0.25,
        schedule="constant", **options, **QUIET,
    )  # fmt: skip
    network = registry().choose("models", "cnn").build(num_classes=2)
    network.load_state_dict(course)
    images, labels = _everything(run)
    nn.functional.cross_entropy(network(images), labels).backward()
    after = best(run)
    for name, parameter in network.named_parameters():
        rate = 0.5 if name.startswith("_fc1") else 0.25
        expected = parameter.detach() - rate * parameter.grad
        torch.testing.assert_close(after[name], expected, atol=1e-6, rtol=1e-4)
    assert run.metrics[-1]["lr"] == 0.5


def _everything(run: dlvc.Run) -> tuple[torch.Tensor, torch.Tensor]:
    """The run's training images as its network sees them."""
    from dlvc_cli.config.plan import plan_use
    from dlvc_cli.events import drain
    from dlvc_cli.training.record import preprocessing_of
    from dlvc_cli.training.setup import open_run_dataset, read_run_data

    preprocessing = preprocessing_of(run.record)
    plan = plan_use(registry(), run.config)
    dataset = open_run_dataset(plan, preprocessing)
    events = read_run_data(plan, dataset, preprocessing, ("train",))
    data = drain(events, lambda event: None)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (preprocessing.mean, preprocessing.std))
    decoded = data.splits["train"]
    return (decoded.images.float() / 255 - mean) / std, decoded.targets


def test_a_resumed_run_does_not_need_the_weights_any_more(tmp_path, folder):
    data = f"folder:{folder}"
    make_weights("resnet", tmp_path / "w.pth")
    options = {"weights": "w.pth", "image_size": 32, "feature_extract": True, "aug": "flip"}
    whole = dlvc.train("resnet", data=data, epochs=4, **options, **QUIET)
    part = dlvc.train("resnet", data=data, epochs=2, **options, **QUIET)
    (tmp_path / "w.pth").unlink()
    dlvc.train(resume=part, epochs=4, view="quiet")
    assert [m["val_loss"] for m in part.metrics] == [m["val_loss"] for m in whole.metrics]
    one, other = best(whole), best(part)
    assert all(torch.equal(one[name], other[name]) for name in one)
    part.test(), part.predict(folder / "val" / "left" / "000.png")


def test_a_run_cut_off_before_its_first_checkpoint_starts_from_the_same_weights(tmp_path, few):
    make_weights("cnn", tmp_path / "w.pth", classes=2)
    run = dlvc.train("cnn", data=few, weights="w.pth", epochs=1, **QUIET)
    done = best(run)
    for file in ("last.ckpt", "best.safetensors", "metrics.jsonl"):
        (run.path / file).unlink()
    (run.path / "status.json").write_text('{"state": "running", "epoch": 0}')
    dlvc.train(resume=run, view="quiet")
    assert not changed(done, best(run))
    (run.path / "last.ckpt").unlink()
    (run.path / "status.json").write_text('{"state": "running", "epoch": 0}')
    make_weights("cnn", tmp_path / "w.pth", classes=2, seed=8)
    with pytest.raises(RunError, match="has changed"):
        dlvc.train(resume=run, view="quiet")


def test_the_input_is_the_weights_native_size(tmp_path, few):
    make_weights("squeezenet", tmp_path / "w.pth")
    run = dlvc.train(
        "squeezenet", data=few, weights="w.pth", feature_extract=True, max_steps=1, **QUIET
    )
    assert run.record["input"]["input_size"] == [224, 224]
    assert run.record["input"]["stored_size"] == [32, 32]
    wide = make_folder(tmp_path / "wide", {"train": 3, "val": 2}, (20, 40))
    run = dlvc.train("squeezenet", data=f"folder:{wide}", weights="w.pth", max_steps=1, **QUIET)
    assert run.record["input"]["input_size"] == [224, 448]
    scratch = dlvc.train("squeezenet", data=few, max_steps=1, **QUIET)
    assert scratch.record["input"]["input_size"] == [32, 32]


def test_how_much_is_trained_is_shown(dlvc, tmp_path, few):
    make_weights("resnet", tmp_path / "w.pth")
    words = ("train", "resnet", "--data", few, "--weights", tmp_path / "w.pth", "--max-steps", "1")
    done = dlvc(*words, "--feature-extract", "--image-size", "32", "--out", "runs/one")
    assert "11.2M parameters (1,026 trained)" in done.stderr
    (row,) = dlvc.json("show", "one")
    assert (row["parameter_count"], row["trained"], row["weights"]) == (11177538, 1026, "w.pth")
    known = describe_layers("resnet", 2)
    assert (known["parameter_count"], known["trained_by_feature_extract"]) == (11177538, 1026)
    assert known["layers"] == ["conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "fc"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("cnn --pretrained", "no pretrained weights of its own"),
        ("resnet --pretrained --weights x", "exclude each other"),
        ("resnet --weights nonsense", "no file or run called 'nonsense'"),
        ("resnet --feature-extract", "--feature-extract needs pretrained weights"),
        ("resnet --freeze-until layer4", "needs pretrained weights"),
        ("resnet --lr-backbone 0.1", "needs pretrained weights"),
        ("resnet --frozen-bn eval", "needs pretrained weights"),
        ("resnet --pretrained --feature-extract --freeze-until layer4", "leave one out"),
        ("resnet --pretrained --feature-extract --lr-backbone 0.1", "the head alone"),
        ("resnet --pretrained --frozen-bn off", "eval"),
    ],
)
def test_contradictions_are_refused_before_any_work(dlvc, words, says):
    done = dlvc("train", *words.split(), "--data", "toy-pets", code=2)
    assert says in done.stderr and not (dlvc.folder / "runs").exists()


def test_what_is_said_last_about_the_weights_counts(course):
    """The command line before a file: one way to start displaces the other."""
    file = {"pretrained": True, "feature_extract": True, "model": "resnet"}
    given = {"model": "cnn", "weights": "best_model.pth", "freeze_until": "_cn3"}
    config = resolve_training(registry(), given, file).config
    assert config.weights and not config.pretrained and not config.feature_extract
    above = {"model": "vgg", "pretrained": True}
    config = resolve_training(registry(), above, given).config
    assert config.pretrained and not config.weights and config.freeze_until


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


def test_a_missing_run_s_weights_are_refused(few):
    with pytest.raises(BadOption, match="no file or run"):
        dlvc.train("cnn", data=few, weights="cnn-few-9", **QUIET)
