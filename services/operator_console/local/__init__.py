"""
One machine, one command: the embedded engines and the supervisor of the services.

In: a home folder. Out: running processes, and `run.json` that tells where they are.
"""
