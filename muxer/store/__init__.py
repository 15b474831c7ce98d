"""What survives: facts in one SQLite file, and the log of everything that changed."""
