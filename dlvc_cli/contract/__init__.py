"""All that a plugin's author reads. Read in this order:

``hooks``           the hooks, one for each kind of plugin object
``specs``           what a hook returns; ``weights``: what a model's weights are
``params``          parameters of an object, and the option strings that set them
``op``              what an op's factory may return beside a function
``batch`` ``draws`` what ops are handed: images, and counter-based random numbers
``formula``         what a surface's factory returns
``update_rule``     an optimiser's update for descent, in plain arithmetic
``learning_rates``  an optimiser's defaults, and what a schedule is asked
``data_sets``       what a data set is
``executors``       what runs the jobs of a study
``checks``          what holds of each kind's objects, a named check for each; those of schedules,
                    metrics, executors, optimisers and a model's ``initialise`` are in
                    ``schedule_checks``, ``metric_checks``, ``executor_checks``,
                    ``optimizer_checks`` and ``model_checks``

Behind these: ``described`` (what all specs have in common), ``field_types`` (that fields hold what
they say), ``factory`` (callables by import path), ``kinds`` (those there are, read off the hooks),
``search`` (how names are matched), ``suggestions`` (names that are like one that there isn't).
"""
