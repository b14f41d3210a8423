"""How far a run is: a line on a terminal, a bar in a notebook."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import Any, Callable, Iterator

from ._interrupted import shell


@contextmanager
def shown(dt_ms: float, wanted: bool | None) -> Iterator[Callable[[int, int], None] | None]:
    """What is told of the steps that are done, and takes back what it showed, however the run ends; None where nobody looks."""
    told = _teller(dt_ms, wanted)
    try:
        yield told
    finally:
        if told is not None:
            told.end()


def _teller(dt_ms: float, wanted: bool | None) -> _Teller | None:
    notebook = _notebook()
    if wanted is False or (wanted is None and not notebook and not _terminal()):
        return None
    if notebook:
        return _Notebook(dt_ms)
    # A program without a console has none.
    return _Terminal(dt_ms) if sys.stderr is not None else None


def _notebook() -> bool:
    """Whether this is one."""
    return any(kind.__name__ == "ZMQInteractiveShell" for kind in type(shell()).__mro__)


def _terminal() -> bool:
    return sys.stderr is not None and not sys.stderr.closed and sys.stderr.isatty()


class _Teller(ABC):
    def __init__(self, dt_ms: float) -> None:
        self.dt_ms = dt_ms
        self.start = time.monotonic()

    def text(self, done: int, of: int) -> str:
        elapsed = time.monotonic() - self.start
        left = elapsed * (of - done) / max(done, 1)
        factor = elapsed / max(done * self.dt_ms / 1e3, 1e-12)
        return f"{done * self.dt_ms:g} of {of * self.dt_ms:g} ms, realtime factor {factor:.3g}, {left:.0f} s left"

    def __call__(self, done: int, of: int) -> None:
        # What is done is taken back at once.
        if done < of:
            self.show(done, of)

    @abstractmethod
    def show(self, done: int, of: int) -> None: ...

    @abstractmethod
    def end(self) -> None: ...


class _Terminal(_Teller):
    def show(self, done: int, of: int) -> None:
        self._write(f"{'█' * (24 * done // of):24} {self.text(done, of)}")

    def end(self) -> None:
        self._write("")

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()


class _Notebook(_Teller):
    def __init__(self, dt_ms: float) -> None:
        super().__init__(dt_ms)
        self.shown: Any = None

    def show(self, done: int, of: int) -> None:
        from IPython.display import HTML, display

        bar = HTML(f'<progress value="{done}" max="{of}"></progress> {self.text(done, of)}')
        if self.shown is None:
            self.shown = display(bar, display_id=True)
        else:
            self.shown.update(bar)

    def end(self) -> None:
        from IPython.display import HTML

        if self.shown is not None:
            self.shown.update(HTML(""))
