"""The commands, one module each: from options to a configuration, the api and a view.

``train``          trains: its options are the fields of ``TrainConfig``
``test``           a run's best network on a split
``predict``        classes of image files
``compare``        runs side by side
``report``         a run as one page
``reproduce``      a study from a file
``gd``             descends: its options are the fields of ``DescentConfig``
``list``           what there is of a kind
``show``           one object or run
``plugins``        the packages that objects come from
``cache``          features of images that have been computed
``typer_options``  gives a command an option for each field of a configuration
``tta_option``     ``--tta`` of the commands that use a run
``usage_errors``   what is said of words that a command doesn't take
``completion``     tab completion of names
``narrow_help``    help where the terminal is narrow
"""
