"""The parts of fleet.py, which starts Segue's processes on one machine and keeps them running.

It owns processes: their commands, their log files, whether they answer. It imports nothing of ours and only the
standard library, so that whatever is broken in a service, what restarts it still runs.
"""
