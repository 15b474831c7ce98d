"""What a client does about signals: fatal ones end it wherever it is, the others are read from a pipe.

Part of the client that must start in 30 ms: `_signal` is `signal` without the enums, which cost 5 ms.
"""

import _signal  # type: ignore[import-not-found]
import os

FATAL = (_signal.SIGTERM, _signal.SIGHUP, _signal.SIGINT, _signal.SIGQUIT)
CONTINUED, STOP_ASKED, RESIZED = _signal.SIGCONT, _signal.SIGTSTP, _signal.SIGWINCH


class Ended(Exception):
    """The client is done: its last words and its exit status."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.words, self.status = words, status


class Signals:
    """Ours between entering and leaving; what stood before is put back."""

    __slots__ = ("_before", "_wakeup", "_write", "pipe")

    def __enter__(self) -> "Signals":  # noqa: PYI034 - Self would cost the import of typing
        self.pipe, self._write = os.pipe()
        os.set_blocking(self.pipe, False)
        os.set_blocking(self._write, False)
        self._wakeup = _signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        self._before = [(number, _signal.getsignal(number)) for number in (*FATAL, CONTINUED, STOP_ASKED, RESIZED)]
        for number in (CONTINUED, STOP_ASKED, RESIZED):
            _signal.signal(number, _wake)
        for number in FATAL:
            _signal.signal(number, _end)
        return self

    def __exit__(self, *_: object) -> None:
        _signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before:
            _signal.signal(number, handler)
        os.close(self.pipe)
        os.close(self._write)

    def heard(self) -> bytes:
        """The numbers of the signals that came since it was last asked."""
        try:
            return os.read(self.pipe, 4096)
        except BlockingIOError:
            return b""

    def ignore_fatal(self) -> None:
        """From here on nothing interrupts us."""
        for number in FATAL:
            _signal.signal(number, _signal.SIG_IGN)

    def stop(self) -> None:
        """Stop our whole job as ctrl+z does. Returns when it is continued."""
        _signal.signal(STOP_ASKED, _signal.SIG_DFL)
        os.kill(0, STOP_ASKED)
        _signal.signal(STOP_ASKED, _wake)
        self.heard()


def _end(number: int, _: object) -> None:
    raise Ended("[terminated]", 128 + number)


def _wake(_: int, __: object) -> None:
    """Python itself writes the number to the pipe."""
