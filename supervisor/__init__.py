"""Process supervisor of fleet.py: starts Segue's processes on one machine and restarts them when they fail.

It manages their commands, log files and health checks. It imports only the standard library and kit.topology, so that
it still runs when a service or a dependency is broken.
"""
