"""Reports of runs and studies: self-contained pages that ask nothing of the network.

``report_file``      sections and data as one file
``run_sections``     a run's: what was asked for, results, where its figures come from
``study_sections``   a study's: table, findings, figures; ``comparison_sections`` runs side by side
``curve_data``       curves as the page's scripts draw them
``last_batch_story`` how the last batch comes to read more than the whole split
``class_sections``   confusion matrix, classes, calibration
``image_sections``   the most wrong images, and what training made of some
``saliency_section`` where in images it finds what speaks for a class

``assets`` are ``report.css`` and the scripts: ``opening`` of the page,
``curve_drawing`` with the chart of ``page_parts``, ``sorting`` of tables.
"""
