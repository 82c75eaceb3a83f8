"""The monthly mail: a job that a cron or a cluster's CronJob starts, `python -m services.report.monthly`."""
