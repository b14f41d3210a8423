"""How far a run is: a line on a terminal, a bar in a notebook."""

from __future__ import annotations

import sys
import time
from typing import Any, Callable


def teller(dt_ms: float, wanted: bool | None) -> Callable[[int, int], None] | None:
    """What is told of the steps that are done; None where nobody looks."""
    shell = _notebook()
    if wanted is False or (wanted is None and shell is None and not sys.stderr.isatty()):
        return None
    return _Notebook(dt_ms) if shell is not None else _Terminal(dt_ms)


def _notebook() -> Any:
    """The shell of a notebook, if this is one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if shell is not None and type(shell).__name__ == "ZMQInteractiveShell" else None


class _Teller:
    def __init__(self, dt_ms: float) -> None:
        self.dt_ms = dt_ms
        self.start = time.monotonic()

    def text(self, done: int, of: int) -> str:
        elapsed = time.monotonic() - self.start
        left = elapsed * (of - done) / max(done, 1)
        factor = elapsed / max(done * self.dt_ms / 1e3, 1e-12)
        return f"{done * self.dt_ms:g} of {of * self.dt_ms:g} ms, realtime factor {factor:.3g}, {left:.0f} s left"


class _Terminal(_Teller):
    def __call__(self, done: int, of: int) -> None:
        line = "" if done >= of else f"{'█' * (24 * done // max(of, 1)):24} {self.text(done, of)}"
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()


class _Notebook(_Teller):
    def __init__(self, dt_ms: float) -> None:
        super().__init__(dt_ms)
        self.shown: Any = None

    def __call__(self, done: int, of: int) -> None:
        from IPython.display import HTML, display

        bar = HTML(f'<progress value="{done}" max="{of}"></progress> {self.text(done, of)}')
        if self.shown is None:
            self.shown = display(bar, display_id=True)
        else:
            self.shown.update(HTML("") if done >= of else bar)
