"""Features in memory, each computed when it is first asked for."""

from __future__ import annotations

import torch

from dlvc_cli.training.features import lazy_features
from dlvc_cli.training.features.lazy_features import FeatureTable
from dlvc_cli.training.features.store import FeatureStore


def test_runs_that_overlap_write_each_image_once(tmp_path, monkeypatch):
    """Also in files of a limited size; other entries of the same images are others."""
    monkeypatch.setattr(lazy_features, "_FILE_SIZE", 40)
    entry, other = (FeatureStore({"weights": number}, {"model": "m"}) for number in (1, 2))
    tables = [FeatureTable(20, 1, torch.device("cpu")) for _ in range(2)]
    values = torch.randn(20, 4)
    for table, count in zip(tables, (10, 15), strict=True):
        table.lookup(torch.arange(count), lambda positions: values[positions])
        assert table.unsaved
        table.save([entry])
        assert not table.unsaved
    assert sum(len(rows) for rows in entry.rows()) == 15
    assert sorted(len(rows) for rows in entry.rows()) == [1, *[2] * 7]
    again = FeatureTable(20, 1, torch.device("cpu"))
    again.restore([entry])
    assert again.known(torch.arange(20)) == 15 and not list(other.rows())
    assert torch.equal(again.lookup(torch.arange(15), lambda positions: values), values[:15])
