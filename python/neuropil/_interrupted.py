"""That a run was interrupted, until somebody has seen it: whoever goes on unknowingly, as a loop does, is interrupted, too."""

from __future__ import annotations

import sys
import threading
from typing import Any

#: Who asked for the run, a cell of IPython or a frame, while it is not known that they have seen what became of it. The frame itself is
#: held: the address of one that is gone may be that of another.
_unseen: Any = None


def note() -> None:
    """A run of the main thread was interrupted."""
    global _unseen
    if _is_main():
        _unseen = _asking()


def seen() -> None:
    """Somebody has looked."""
    global _unseen
    if _is_main():
        _unseen = None


def heed() -> None:
    """Raises KeyboardInterrupt if an earlier run was interrupted, nobody has looked, and nobody has come to a new prompt since."""
    global _unseen
    if _unseen is None or not _is_main():
        return
    same, _unseen = _same(_unseen, _asking()), None
    if same:
        raise KeyboardInterrupt("an earlier run was interrupted, and `recording.interrupted` was not looked at")


def shell() -> Any:
    """The shell of IPython, if this runs in one."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _is_main() -> bool:
    # No other thread hears Ctrl-C.
    return threading.current_thread() is threading.main_thread()


def _asking() -> Any:
    """What another prompt has another one of: the number of the cell, or the frame of what was typed, or else the outermost one."""
    of_ipython = shell()
    if of_ipython is not None:
        return of_ipython.execution_count
    frame = outermost = sys._getframe()
    typed = None
    while frame is not None:
        outermost = frame
        # The prompt of Python 3.13 is itself written in Python, and lies around what is typed there.
        typed = frame if frame.f_code.co_filename.startswith(("<stdin>", "<python-input", "<console>")) else typed
        frame = frame.f_back  # type: ignore[assignment]
    return typed or outermost


def _same(one: Any, other: Any) -> bool:
    return one == other if isinstance(one, int) else one is other
