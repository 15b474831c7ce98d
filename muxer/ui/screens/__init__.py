"""Textual screens that lie over the panes: dialogs and lists. All input goes to the open one; Escape closes it."""
