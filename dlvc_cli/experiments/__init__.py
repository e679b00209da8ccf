"""Studies: lists of experiments, what is expected of them, and what comes out. No typer, no rich.

study         a study, its experiments, what was reported of them: plain values
study_file    a study in a TOML file
kept_study    a study and its runs, as its folder remembers them
study_folders where such folders are, and how one is found
sweep         a study without a file: one request to train, varied
product       every combination of several options' values
findings      sentences about experiments that figures hold or refute
planned_runs  from a study to its runs, each with a configuration and a place
job_files     what a job is asked, what it writes, the error that it ends with
runner        runs what isn't finished, through an executor
safe_executor an executor whose failures fail one run, by name
cost          what an epoch of a run costs, by what decides on it
stopwatch     what the runs of a study cost: as earlier ones say, or measured
stopwatch_process   the process that measures
remaining     how long the rest takes
kept_table    what came out, from a table that was written
outcomes      what came out: a row an experiment, and what it is worth
"""
