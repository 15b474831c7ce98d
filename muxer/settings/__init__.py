"""What a person may set, as data: actions, keymaps, themes. Read, checked and explained here; no screen is known."""
