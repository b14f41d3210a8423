"""How far a run is: a line on a terminal, a bar in a notebook."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import Any, Callable, Iterator

from ._interrupted import shell


#: What is said of so much that is done, of how much, after so many seconds.
Said = Callable[[int, int, float], str]


def of_time(dt_ms: float) -> Said:
    """Of steps of a run."""

    def said(done: int, of: int, elapsed: float) -> str:
        factor = elapsed / max(done * dt_ms / 1e3, 1e-12)
        return f"{done * dt_ms:g} of {of * dt_ms:g} ms, realtime factor {factor:.3g}"

    return said


def of_networks(count: int) -> Said:
    """Of the steps of so many networks."""
    return lambda done, of, elapsed: f"{done * count // of} of {count} networks"


@contextmanager
def shown(said: Said, wanted: bool | None) -> Iterator[Teller | None]:
    """What is told of the steps that are done, and takes back what it showed, however the run ends; None where nobody looks."""
    told = _teller(said, wanted)
    try:
        yield told
    finally:
        if told is not None:
            told.end()


def _teller(said: Said, wanted: bool | None) -> Teller | None:
    notebook = _notebook()
    if wanted is False or (wanted is None and not notebook and not _terminal()):
        return None
    if notebook:
        return _Notebook(said)
    # A program without a console has none.
    return _Terminal(said) if sys.stderr is not None else None


def _notebook() -> bool:
    """Whether this is one."""
    return any(kind.__name__ == "ZMQInteractiveShell" for kind in type(shell()).__mro__)


def _terminal() -> bool:
    return sys.stderr is not None and not sys.stderr.closed and sys.stderr.isatty()


class Teller(ABC):
    """Shows how far it is."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self._start = time.monotonic()

    def _text(self, done: int, of: int) -> str:
        elapsed = time.monotonic() - self._start
        left = elapsed * (of - done) / max(done, 1)
        return f"{self._said(done, of, elapsed)}, {left:.0f} s left"

    def __call__(self, done: int, of: int) -> None:
        # What is done is taken back at once.
        if done < of:
            self._show(done, of)

    @abstractmethod
    def _show(self, done: int, of: int) -> None: ...

    @abstractmethod
    def end(self) -> None:
        """Takes back what it showed; it may show more later."""


class _Terminal(Teller):
    def _show(self, done: int, of: int) -> None:
        self._write(f"{'█' * (24 * done // of):24} {self._text(done, of)}")

    def end(self) -> None:
        self._write("")

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()


class _Notebook(Teller):
    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self._shown: Any = None

    def _show(self, done: int, of: int) -> None:
        from IPython.display import HTML, display

        bar = HTML(f'<progress value="{done}" max="{of}"></progress> {self._text(done, of)}')
        if self._shown is None:
            self._shown = display(bar, display_id=True)
        else:
            self._shown.update(bar)

    def end(self) -> None:
        from IPython.display import HTML

        if self._shown is not None:
            self._shown.update(HTML(""))
