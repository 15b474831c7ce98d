"""Coding agents: each CLI is a file of data, and what its hooks, titles and screens mean is read here."""
