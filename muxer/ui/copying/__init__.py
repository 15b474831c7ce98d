"""Copy mode: a pane's history, frozen, to be read, searched and taken from."""
