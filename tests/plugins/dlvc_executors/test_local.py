"""The executor ``local``."""

from __future__ import annotations

import os

import pytest
from dlvc_executors.local import LocalExecutor

from dlvc_cli.contract.executor_checks import EXECUTOR_CHECKS


@pytest.mark.parametrize("check", EXECUTOR_CHECKS)
def test_it_keeps_to_the_contract(check, tmp_path):
    assert list(check(LocalExecutor(), tmp_path)) == []


def test_jobs_share_the_cores(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert [LocalExecutor().threads(jobs) for jobs in (1, 2, 3, 8, 9)] == [8, 4, 2, 1, 1]
