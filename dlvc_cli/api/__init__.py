"""What the command line and Python share.

``job``          a training: checked and planned, then run
``study_job``    several trainings: planned, run by an executor, and told in a table
``study_runs``   ``study``, and what came out of one
``one_voice``    which of several processes tells of an error
``absent_data``  data that is not there, refused, with the place that may be meant
``consumers``    who is told of its events: a view, trackers, and the curves in the end
``signals``      Ctrl-C, SIGTERM and SIGHUP: leaving at once, or a request to stop
``reports``      pages of runs, by command and at the end of a training
``run_images``   the images in a report
``run_saliency`` where in them its network finds what speaks for a class
``run_figures``  the curves of a run that was killed before it drew them
``run``          ``train``, ``load_run`` and a ``Run`` to use
``kept_test``    a test from what a run has kept of its images
``keywords``     the types of their keywords
``descend``      ``descend``, and what is known of a surface
``details``      what ``dlvc show`` tells of an object, folder or run
"""
