"""Builds the stages of a chain in several processes at once (decision 0045).

schedule.py says which stage a free process builds next, process.py is another process that builds them, threads.py
divides the cores, jobs.py chooses the number of processes, build.py brings them together.
"""
