"""What it is started with."""

import argparse
import json


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripted", description="A coding agent that only plays.")
    parser.add_argument("prompt", nargs="?", default="")
    parser.add_argument("--log", required=True, help="the folder in which it writes down what it was told")
    parser.add_argument("--session", default="", help="the id of a new conversation")
    parser.add_argument("--resume", default="", help="the id of one to take up")
    parser.add_argument("--settings", default="", help="a file of hooks")
    parser.add_argument("--model", default="")
    parser.add_argument("--auto", action="store_true", help="ask nothing")
    parser.add_argument("--seed", help="be restless")
    parser.add_argument("--work", nargs=2, type=float, default=(0.2, 0.2), help="seconds that a turn takes")
    parser.add_argument("--boot", type=float, default=0.1, help="seconds that it takes to start")
    parser.add_argument("--guard", type=float, default=0.0, help="an Enter so soon after text is a newline")
    parser.add_argument("--bite", type=int, default=65536, help="bytes that it reads at once")
    parser.add_argument("--signs", default="title", help="title, status, notify; joined by commas")
    parser.add_argument("--trust", action="store_true", help="ask whether its folder is trusted")
    parser.add_argument("--alternate", action="store_true", help="use the alternate screen")
    parser.add_argument("--version", action="version", version="scripted 1.0")
    found = parser.parse_args()
    found.hooks = {}
    if found.settings:
        with open(found.settings, encoding="utf-8") as file:
            found.hooks = json.load(file).get("hooks", {})
    return found
