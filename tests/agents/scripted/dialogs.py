"""What waits for a person."""

from typing import NamedTuple


class Dialog(NamedTuple):
    """Something that waits for a person."""

    kind: str
    asked: str
    rows: tuple[str, ...]
    choices: tuple[str, ...]

    def drawn(self, picked: int) -> list[str]:
        picks = [f" {'❯' if at == picked else ' '} {at + 1}. {what}" for at, what in enumerate(self.choices)]
        return [*self.rows, *picks, "", " Esc to cancel · Enter to confirm"]


def permission(command: str) -> Dialog:
    program = command.partition(" ")[0]
    rows = (" Bash command", "", f"   {command}", f"   Run {program}", "", " Do you want to proceed?")
    more = f"Yes, and don't ask again for {program} commands"
    return Dialog("permission", command, rows, ("Yes", more, "No, and tell it what to do differently (esc)"))


QUESTION = Dialog("question", "Which colour should it be?", (" ☐ Colour", "", " Which colour should it be?", ""),
                  ("Red", "Blue", "Type something"))  # fmt: skip
TRUST = Dialog("trust", "Do you trust the files in this folder?", (" Do you trust the files in this folder?", ""),
               ("Yes, I trust this folder", "No, exit"))  # fmt: skip
