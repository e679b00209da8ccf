"""Memory that large tensors leave is there for the next ones."""

from __future__ import annotations

import platform

import pytest
from helpers.models import in_a_process

CODE = """
import os, resource, torch
from dlvc_cli.training.allocator import keep_freed_memory
if os.environ["KEEP"]:
    keep_freed_memory()

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def step():
    # 128 MiB in all, given up together at its end, as a step's maps are.
    return [torch.ones(4 << 20) for _ in range(8)] and None

# Until glibc has seen how large they are.
for _ in range(5):
    step()
before = faults()
for _ in range(5):
    step()
print(faults() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library isn't glibc")
def test_pages_are_asked_for_once() -> None:
    # Five times 128 MiB are 163,840 pages of 4 KiB, or 320 of 2 MiB.
    assert int(in_a_process(CODE, KEEP="1", MALLOC_ARENA_MAX="1")) < 100


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library isn't glibc")
def test_the_user_s_own_setting_stays() -> None:
    told = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_ARENA_MAX": "1"}
    assert int(in_a_process(CODE, KEEP="1", **told)) > 100
