"""Weekly lists: the rule of each list, the pipeline that makes those of one person, and the task that makes them for
everybody."""
