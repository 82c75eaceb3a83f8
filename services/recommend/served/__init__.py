"""The release being served: opened files, tables and vectors that every stage reads."""
