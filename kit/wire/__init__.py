"""What travels between processes, one file per service. Limits are written here, once."""
