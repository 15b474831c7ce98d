"""An app that goes on when one of its dialogs fails: that dialog is closed, and the failure logged.

Textual ends the whole app for any exception. Its private names for that are used here: `App._handle_exception`, to
which every pump brings its own, and `App._dispatch_action`, which runs a dialog's key on the app's pump.
"""

import logging
from typing import Any
from weakref import WeakSet

from textual._context import active_message_pump
from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen
from textual.widget import Widget

log = logging.getLogger(__name__)

FAILED = "the dialog failed and was closed: see muxer logs"


class MendingApp(App[None], inherit_bindings=False):
    """What fails in a dialog costs that dialog, and those over it; any other failure ends the app."""

    def __init__(self, driver_class: type[Driver]) -> None:
        super().__init__(driver_class=driver_class)
        self._failed: WeakSet[Screen[Any]] = WeakSet()

    def dialog_failed(self) -> None:
        """Say so."""

    def _handle_exception(self, error: Exception) -> None:
        """A pump ended with this."""
        if not self._mended(active_message_pump.get(None), error):
            super()._handle_exception(error)

    async def _dispatch_action(self, namespace: DOMNode, action_name: str, params: Any) -> bool:
        """A key of a dialog."""
        try:
            return await super()._dispatch_action(namespace, action_name, params)
        except Exception as error:
            if not self._mended(namespace, error):
                raise
            return True

    def _mended(self, failed: object, error: Exception) -> bool:
        if not isinstance(failed, Widget):
            return False
        screen = next((one for one in failed.ancestors_with_self if isinstance(one, Screen)), None)
        if screen in self.screen_stack[:1]:
            return False
        log.error("the dialog %s failed", type(screen or failed).__name__, exc_info=error)
        if screen is not None:
            self._failed.add(screen)
            self.take_down_if_failed(screen)
        self.dialog_failed()
        return True

    def take_down_if_failed(self, screen: Screen[Any]) -> None:
        """From Python 3.12 on, tasks start at once: a screen can fail before it is laid on the stack."""
        while screen in self._failed and screen in self.screen_stack:
            self.pop_screen()
