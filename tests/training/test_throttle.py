"""Flags that are read a few steps late, and the same in every process."""

from __future__ import annotations

import torch

from dlvc_cli.training.throttle import LateAnswers


def test_a_flag_is_read_so_many_steps_after_it_was_handed_in():
    late = LateAnswers(torch.device("cpu"), steps=3)
    flag = torch.zeros(())
    found = []
    for step in range(10):
        # In place, as a collective call writes.
        flag.fill_(step == 2)
        found.append(late.read(flag))
    assert found == [step == 5 for step in range(10)]
