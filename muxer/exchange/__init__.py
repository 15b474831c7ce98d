"""What workspaces give each other: commits that are seen, announced, published, synced, promoted."""
