"""Where agents work: a worktree or a clone of a repository, or the folder itself."""
