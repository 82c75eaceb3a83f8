"""Background jobs of a person: their state, and cancelling them. kit.jobs stores them, kit.job_worker runs them."""
