"""Built-in presets and trackers: the course's recipe, and a table for spreadsheets."""

from __future__ import annotations

from dlvc_cli import PackageSpec, Param, PresetSpec, TrackerSpec, hookimpl, path


@hookimpl
def dlvc_presets() -> list[PresetSpec]:
    # No learning rate: the course's 0.1 is sgd's own default, and a model may need a lower one.
    return [
        PresetSpec(
            name="course",
            summary="The course's recipe: SGD with Nesterov's momentum 0.9, 100 epochs.",
            options={
                "optimizer": "sgd",
                "momentum": 0.9,
                "nesterov": True,
                "batch_size": 128,
                "epochs": 100,
                "loss": "cross_entropy",
                "schedule": "constant",
            },
            default=True,
        ),
        PresetSpec(
            name="quick",
            summary="For a first run on toy-pets: small batches, a high learning rate that falls.",
            options={"batch_size": 32, "epochs": 36, "lr": 0.06, "schedule": "one-cycle"},
        ),
        PresetSpec(
            name="fast",
            summary="For fastcnn: a good network in a minute, after airbench; Muon, 14 epochs.",
            options={
                "optimizer": "muon:0.6:0.85:matrices=2.8:vectors=0.22:iterations=3:hold_norm=yes",
                "lr": 0.12,
                "batch_size": 250,
                "epochs": 14,
                "loss": "cross_entropy:smoothing=0.2",
                "aug": "flip:alternate,crop:pad=2:mode=reflect",
                "schedule": "linear",
                "precision": "fast",
            },
        ),
        # Adam's steps don't depend on the scale of a layer's gradients, which differ widely in a
        # network that starts from ImageNet beside a new head.
        PresetSpec(
            name="finetune",
            summary="For pretrained layers that are trained further: AdamW, cosine schedule.",
            options={
                "optimizer": "adamw",
                "batch_size": 128,
                "epochs": 100,
                "loss": "cross_entropy",
                "schedule": "cosine",
            },
            default=True,
            finetunes=True,
        ),
    ]


@hookimpl
def dlvc_trackers() -> list[TrackerSpec]:
    return [
        TrackerSpec(
            name="csv",
            summary="Append a row for each epoch to a CSV file, for spreadsheets.",
            factory="dlvc_recipes.csv_tracker:CsvTracker",
            params=(Param("path", path, help="the file; several runs may share one"),),
        ),
    ]


@hookimpl
def dlvc_packages() -> list[PackageSpec]:
    """The packages in examples/; a test holds this to what they offer."""
    return [
        PackageSpec(
            name="dlvc-sampler",
            summary="An example in dlvc's repository: ops, a loss, a model and a surface.",
            install="./examples/dlvc-sampler",
            offers={
                "ops": ("solarize", "swirl"),
                "losses": ("brier",),
                "models": ("patch-mlp",),
                "surfaces": ("eggholder",),
            },
        ),
        PackageSpec(
            name="dlvc-efficientnet-lite",
            summary="An example in dlvc's repository: models with their ImageNet weights.",
            install="./examples/dlvc-efficientnet-lite",
            offers={
                "models": ("efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2"),
            },
        ),
        PackageSpec(
            name="dlvc-slurm",
            summary="An example in dlvc's repository: studies on a Slurm cluster.",
            install="./examples/dlvc-slurm",
            offers={"executors": ("slurm",)},
        ),
    ]
