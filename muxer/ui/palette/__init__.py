"""The command palette: one line in which everything can be found, said and done."""
