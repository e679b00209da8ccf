"""What the command line and Python share: a run, a job, a descent."""
