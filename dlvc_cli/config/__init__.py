"""Configurations: frozen plain values, the only form in which options travel.

Every option is defined once, as a field of ``TrainConfig`` (``train``) or ``DescentConfig``
(``descent``): its type, core default, range and help (``options``). The command line, presets,
configuration files, ``run.json`` and Python calls are all made of, or read into, these fields.

``resolve``        what was asked for -> a complete ``TrainConfig``
``plan``           ... -> the plugin objects that it names, all checked
``metrics``        figures of a split that are asked for, called at one door
``monitor``        what decides which epoch is the best
``weight_source``  where a network's first weights come from
``tta``            what ``--tta`` takes
``device``         what ``--device`` takes, as far as can be told without torch
``idle``           values that would leave nothing to train
``command_line``   the command that makes a run again

Nothing here imports torch or reads an image, so every mistake in a request is told before any work.
"""
