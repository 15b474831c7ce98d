"""A coding agent that only plays: it looks like a real one, obeys words in what it is told, and writes down every byte.

It needs nothing but Python's library, knows nothing of muxer, and makes the mistakes that real ones make: an Enter in a
dialog approves, one too soon after a paste is a newline, Esc fires no hook. `turns.DOES` lists the words it obeys.
"""

from pathlib import Path

PROGRAM = str(Path(__file__).with_name("__main__.py"))
"""What Python is given to run it, wherever that is."""
