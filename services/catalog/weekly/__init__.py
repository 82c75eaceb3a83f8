"""Weekly lists as catalog keeps them: reads them for a person, exports them, and takes them from recommend."""
