"""The running programs: what is alive, under which name, and what became of it."""
