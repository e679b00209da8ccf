"""Records of runs, as ``run.json`` holds them."""

from __future__ import annotations

from typing import Any


def record_of(model: str = "cnn", data: str = "pets", epochs: int = 7) -> dict[str, Any]:
    """A whole record of a run, without its format."""
    return {
        "id": "0123",
        "created": "2026-01-02T03:04:05+00:00",
        "command": f"dlvc train {model}",
        "config": {"model": model, "data": data, "epochs": epochs, "tracker": []},
        "seed": 0,
        "device": "CPU",
        "threads": 1,
        "versions": {"python": "3.11"},
        "notices": [],
        "model": {"parameters": 10, "trainable": 10},
        "data": {
            "classes": ["cat", "dog"],
            "images": {"train": 4},
            "fingerprints": {"train": "sha256:0"},
            "skipped": {},
        },
        "input": {
            "stored_size": [32, 32],
            "input_size": [32, 32],
            "mean": [0.5, 0.5, 0.5],
            "std": [0.2, 0.2, 0.2],
        },
    }
