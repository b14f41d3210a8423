"""What runs recorded: spikes and traces as NumPy arrays, figures, pictures."""

from __future__ import annotations

import base64
import html
import math
import os
from typing import TYPE_CHECKING, Any, Iterator

import numpy as np
import numpy.typing as npt

from . import _given, _interrupted
from .errors import refused
from .units import measured

if TYPE_CHECKING:
    import pandas

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.uint32]


def _ms(field: str, time: Any) -> float:
    """A time [ms]; a bare number is one already."""
    if isinstance(time, (int, float, np.integer, np.floating)) and not isinstance(time, (bool, np.timedelta64)):
        if math.isnan(time):
            raise refused(field, "found nan", "a time, as \"20 ms\" or 20")
        return float(time)
    return measured(time, "ms", field)


class Spikes:
    """The spikes of one population, sorted by step, then batch item, then neuron. Its arrays look into the recording and are read-only."""

    def __init__(self, recording: Recording, name: str) -> None:
        """``recording[name]`` makes it."""
        self._recording = recording
        #: The population's name.
        self.name = name
        #: Its number of neurons, recorded or not.
        self.size: int = dict(recording._recorded.populations())[name]
        #: ``[n]`` the step of each spike, counted from the start of the simulation.
        self.step: Counts
        #: ``[n]`` the neuron of each spike: its number in the population.
        self.neuron: Counts
        #: ``[n]`` the batch item of each spike.
        self.item: Counts
        #: The neurons of which spikes are recorded, ascending.
        self.recorded: Counts
        self.step, self.neuron, self.item, self.recorded = recording._recorded.spikes(name)

    @property
    def t(self) -> Floats:
        """``[n]`` [ms] the time of each spike: that of the beginning of its step. Made anew on each access."""
        return self.step.astype(np.float64) * self._recording.dt

    def of_item(self, item: int) -> tuple[Floats, Counts]:
        """Times [ms] and neurons of the spikes of one batch item: ``[n]`` each."""
        own = self.item == _given.whole("item", item, 0, self._recording.batch - 1)
        return self.t[own], self.neuron[own]

    def rate(self, start: Any = 0.0) -> float | None:
        """[Hz] the mean rate of a recorded neuron from a time [ms] on; None where there is nothing to count."""
        return self._recording.rate(self.name, start)

    def cv(self, start: Any = 0.0) -> float | None:
        """The coefficient of variation of intervals from a time [ms] on, averaged over neurons with at least 5 of them; None if there are
        none."""
        return self._recording.cv(self.name, start)

    def __len__(self) -> int:
        return len(self.step)

    def __repr__(self) -> str:
        return f"<Spikes of {self.name}: {len(self)} of {len(self.recorded)} neurons>"


class Trace:
    """A variable of some neurons over time. Its arrays look into the recording and are read-only."""

    def __init__(self, recording: Recording, population: str, variable: str) -> None:
        """`Recording.trace` makes it."""
        (values, step, neurons), unit = recording._recorded.trace_of(population, variable)
        self._dt = recording.dt
        #: The population's name.
        self.population = population
        #: The variable, as ``v`` or ``ampa.g``.
        self.variable = variable
        #: The unit of the values.
        self.unit: str = unit
        #: ``[T, n]``, with several batch items ``[T, batch, n]``.
        self.values: npt.NDArray[np.float32] = values[:, 0, :] if recording.batch == 1 else values
        #: ``[T]`` the step after which each sample was taken.
        self.step: Counts = step
        #: ``[n]`` the neurons: their numbers in the population.
        self.neurons: Counts = neurons

    @property
    def t(self) -> Floats:
        """``[T]`` [ms] the time of each sample: the end of its step. Made anew on each access."""
        return (self.step.astype(np.float64) + 1.0) * self._dt

    def to_dataframe(self) -> pandas.DataFrame:
        """The samples as a pandas table: ``t_ms``, ``neuron``, ``item``, and the value in a column as ``v [mV]``; a line for each."""
        import pandas

        values = self.values.reshape(len(self.step), -1, len(self.neurons))
        of, items, n = values.shape
        lines = {
            "t_ms": np.repeat(self.t, items * n),
            "neuron": np.tile(self.neurons, of * items),
            "item": np.tile(np.repeat(np.arange(items, dtype=np.uint32), n), of),
        }
        return pandas.DataFrame({**lines, self.variable if self.unit == "1" else f"{self.variable} [{self.unit}]": values.ravel()})

    def __repr__(self) -> str:
        return f"<Trace {self.population}.{self.variable} [{self.unit}] {self.values.shape}>"


class Picture:
    """A PNG, which notebooks show."""

    def __init__(self, png: bytes) -> None:
        """`Recording.plot` makes it, of a file's bytes."""
        #: The file's bytes.
        self.png = png

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the file, whose name ends in ``.png``."""
        ending = os.path.splitext(os.fsdecode(path))[1]
        if ending.lower() != ".png":
            raise refused(os.fsdecode(path), f"a picture is a PNG, found the ending {ending!r}", ".png")
        with open(path, "wb") as file:
            file.write(self.png)

    def _repr_png_(self) -> bytes:
        return self.png


class Recording:
    """What one run, or several that continue each other, recorded. It has the spikes of each population, ``recording["exc"]``, and
    goes through the names of populations as a dictionary does. It never changes."""

    def __init__(self, recorded: Any) -> None:
        """Runs make it, of what the extension recorded."""
        self._recorded = recorded

    @property
    def dt(self) -> float:
        """[ms] the time step."""
        return float(self._recorded.dt_ms)

    @property
    def batch(self) -> int:
        """Number of batch items."""
        return int(self._recorded.batch)

    @property
    def first_step(self) -> int:
        """The first step: 0, or where the run that it continues had ended."""
        return int(self._recorded.first_step)

    @property
    def steps(self) -> int:
        """Number of steps."""
        return int(self._recorded.steps)

    @property
    def duration(self) -> float:
        """[ms] how much model time it covers."""
        return self.steps * self.dt

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended the run before its time. Who reads it has seen that it did: the next run is not interrupted for it."""
        if self._recorded.interrupted:
            _interrupted.seen()
        return bool(self._recorded.interrupted)

    @property
    def warnings(self) -> list[str]:
        """What was legal but suspicious, in the network and in the run, and what to look at where no neuron spiked."""
        return list(self._recorded.warnings)

    @property
    def populations(self) -> list[str]:
        """The names of all populations, in the network's order."""
        return [name for name, _ in self._recorded.populations()]

    @property
    def traces(self) -> list[Trace]:
        """All traces, in the order of the network's records."""
        return [Trace(self, *names) for names in self._recorded.traces()]

    @property
    def hash(self) -> str:
        """SHA-256 of all recorded spikes, as the program prints it: equal if and only if the spikes are."""
        return str(self._recorded.spike_hash())

    @property
    def device(self) -> str:
        """What computed it."""
        return str(self._recorded.about()[1])

    @property
    def run_s(self) -> float:
        """[s] wall-clock time of the steps."""
        return float(self._recorded.about()[3])

    @property
    def schedule(self) -> str | None:
        """How a device went through the windows, and why; None on the CPU."""
        found: str | None = self._recorded.schedule
        return found

    @property
    def stopped(self) -> list[tuple[int, int, float]]:
        """The items for which what the network runs `until` held: item, step, and rate [Hz]."""
        return list(self._recorded.stopped)

    def __getitem__(self, population: Any) -> Spikes:
        """The spikes of a population, called by its name."""
        self._recorded.spikes(str(population))
        return Spikes(self, str(population))

    def __iter__(self) -> Iterator[str]:
        return iter(self.populations)

    def __len__(self) -> int:
        return len(self.populations)

    def __contains__(self, population: object) -> bool:
        return str(population) in self.populations

    def trace(self, population: str, variable: str) -> Trace:
        """The trace of a variable of a population, as ``("exc", "v")``."""
        return Trace(self, str(population), str(variable))

    def rate(self, population: str, start: Any = 0.0) -> float | None:
        """[Hz] the mean rate of a recorded neuron, over batch items, from ``start`` [ms] on; None where there is nothing to count."""
        found: float | None = self._recorded.rate_hz(str(population), _ms("start", start))
        return found

    def cv(self, population: str, start: Any = 0.0) -> float | None:
        """The irregularity: the coefficient of variation of intervals from ``start`` [ms] on, averaged over the recorded neurons that
        have at least 5; None if there are none. 0 is a clock, 1 a Poisson process."""
        found: float | None = self._recorded.cv_isi(str(population), _ms("start", start))
        return found

    def rates(self, population: str, width: Any = 5.0, item: int | None = None) -> tuple[Floats, Floats]:
        """The rate of a population over time: the start [ms] and the mean rate of a recorded neuron [Hz] of bins of ``width`` [ms], of one
        batch item, or the mean of all: ``[bins]`` each. Empty where no neuron is recorded."""
        ms = _ms("width", width)
        if not 0 < ms < math.inf:
            raise refused("width", f"found {ms:g} ms", "a time above 0")
        of_item = None if item is None else _given.whole("item", item, 0, self.batch - 1)
        steps = min(max(round(ms / self.dt), 1), _given.U32)
        found = self._recorded.rate_over_time(str(population), steps, of_item)
        return found if found is not None else (np.empty(0), np.empty(0))

    def items(self) -> list[Recording]:
        """Each batch item as a recording of its own, which tells of itself what it would if it had been alone: what `save` writes has its
        seed, and of a sweep the values that were put; `stopped` calls it item 0."""
        return [Recording(item) for item in self._recorded.items()]

    def __add__(self, later: Recording) -> Recording:
        """This recording with what a run that continued it recorded."""
        if not isinstance(later, Recording):
            return NotImplemented
        return Recording(self._recorded.joined(later._recorded))

    def to_dataframe(self) -> pandas.DataFrame:
        """All spikes as a pandas table: ``population``, ``t_ms``, ``neuron`` and ``item``."""
        import pandas

        all_spikes = [self[name] for name in self.populations]
        names = pandas.Categorical.from_codes(
            np.repeat(np.arange(len(all_spikes)), [len(spikes) for spikes in all_spikes]), categories=self.populations
        )
        joined = {
            "t_ms": np.concatenate([spikes.t for spikes in all_spikes]),
            "neuron": np.concatenate([spikes.neuron for spikes in all_spikes]),
            "item": np.concatenate([spikes.item for spikes in all_spikes]),
        }
        return pandas.DataFrame({"population": names, **joined})

    def plot(self) -> Picture:
        """The picture that the program draws: who fired when, with a rate curve for each population; of batch item 0."""
        return Picture(bytes(self._recorded.raster()))

    #: `plot`, as the program calls it.
    raster = plot

    def save(self, folder: str | os.PathLike[str]) -> list[str]:
        """Writes a folder as ``neuropil run --out`` does; returns its files. Those of an earlier run are replaced. ``network.toml`` is
        there of a network that comes from a file and was not added to: `Network.save` writes one of any."""
        return [os.fsdecode(file) for file in self._recorded.save(os.fsdecode(folder))]

    def __copy__(self) -> Recording:
        return self

    def __deepcopy__(self, memo: Any) -> Recording:
        return self

    def __reduce__(self) -> Any:
        raise TypeError("a recording cannot be pickled: `save` writes it to a folder, and its arrays can be pickled")

    def _rows(self) -> list[tuple[str, str, str, str, str]]:
        def said(figure: float | None, digits: int) -> str:
            return "-" if figure is None else f"{figure:.{digits}f}"

        rows = []
        for name in self.populations:
            spikes = self[name]
            count = str(len(spikes)) if len(spikes.recorded) else "-"
            rows.append((name, str(spikes.size), count, said(self.rate(name), 3), said(self.cv(name), 2)))
        return rows

    def __repr__(self) -> str:
        rows = [("population", "size", "spikes", "rate [Hz]", "CV"), *self._rows()]
        wide = [max(len(row[column]) for row in rows) for column in range(5)]
        lines = ["  ".join(text.rjust(width) for text, width in zip(row, wide)) for row in rows]
        return "\n".join([f"{self._title()}", *lines])

    def _title(self) -> str:
        name, device, _, run_s = self._recorded.about()
        batch = f" x {self.batch}" if self.batch > 1 else ""
        early = ", interrupted" if self._recorded.interrupted else ""
        return f"{name}{batch}: {round(self.duration, 6):g} ms on {device} in {run_s:.2f} s{early}"

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{head}</th>" for head in ("population", "size", "spikes", "rate [Hz]", "CV"))
        rows = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in self._rows())
        png = base64.b64encode(self.plot().png).decode()
        return (
            f"<p>{html.escape(self._title())}</p><table><tr>{heads}</tr>{rows}</table>"
            f'<img width="800" src="data:image/png;base64,{png}">'
        )
