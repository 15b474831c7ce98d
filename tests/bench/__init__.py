"""Benchmarks: the real muxer beside the real tmux, in one run and turn by turn, each figure with its target."""
