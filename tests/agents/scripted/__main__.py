"""Runs it, wherever it is started from."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
from tests.agents.scripted.agent import Agent
from tests.agents.scripted.options import options

if __name__ == "__main__":
    Agent(options()).run()
