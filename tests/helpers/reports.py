"""Made-up runs for the tests of reports: written as a training writes them, without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.runs.predictions import Predictions, write_predictions

__all__ = ["made_run", "open_report"]


def made_run(path: Path, classes: list[str], *, epochs: int = 6, seed: int = 0) -> RunDir:
    """A finished run whose best epoch is the last; 40 validation images."""
    path.mkdir(parents=True)
    run, random = RunDir(path), np.random.default_rng(seed)
    targets = np.arange(40, dtype=np.int32) % len(classes)
    logits = random.normal(size=(40, len(classes))) + 2 * np.eye(len(classes))[targets]
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    kept = Predictions("val", epochs, "", targets, shares.astype(np.float32))
    best = float(kept.correct.mean())
    counts = np.bincount(targets, minlength=len(classes)).tolist()
    run.write_record(
        {
            "id": "made",
            "created": "2026-01-01T00:00:00+00:00",
            "command": "dlvc train cnn --data 'folder:<b>pets</b>' --wd 1e-05",
            "config": TrainConfig(model="cnn", data="folder:<b>pets</b>", batch_size=8).to_dict(),
            "seed": 0,
            "stream_version": 2,
            "device": "CPU",
            "precision": "fp32",
            "threads": 1,
            "notices": [],
            "versions": {"python": "3.11"},
            "model": {"name": "cnn", "plugin": "dlvc-models", "parameters": 10, "trainable": 10},
            "data": {
                "name": "folder:<b>pets</b>",
                "classes": classes,
                "images": {"train": 80, "val": 40},
                "class_counts": {"val": counts},
                "fingerprints": {"val": "sha256:0"},
                "skipped": {},
                "plugin": "dlvc-datasets",
                "reading": 2,
            },
            "input": {
                "stored_size": [8, 8],
                "input_size": [8, 8],
                "mean": [0.5, 0.5, 0.5],
                "std": [0.25, 0.25, 0.25],
            },
        }
    )
    lines: list[dict[str, Any]] = [
        {
            "epoch": k,
            "train_loss": 1 / k,
            "val_loss": 1.5 / k,
            "train_acc": best * k / epochs,
            "val_acc": best * k / epochs,
            "val_acc_last_batch": k / epochs,
        }
        for k in range(1, epochs + 1)
    ]
    run.write_metrics(lines)
    status = {"state": "finished", "reason": "done", "epoch": epochs, "epochs": epochs}
    run.write_status(
        status | {"best_acc": best, "best_epoch": epochs, "test_acc": None, "seconds": 9.0}, lines
    )
    write_predictions(run.predictions_file(), kept, "made")
    return run


def open_report(browser: Any, target: Path, **screen: Any) -> Any:
    """Open a page, which may neither ask for anything nor complain."""
    context = browser.new_context(**screen)
    page = context.new_page()
    page.trouble = []
    page.on("console", lambda message: page.trouble.append(message.text))
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("request", lambda request: page.trouble.append(request.url))
    page.goto(target.as_uri())
    assert page.trouble == [target.as_uri()]
    return page
