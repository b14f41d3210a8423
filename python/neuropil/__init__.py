"""Large networks of spiking neurons, and gated recurrent cells, on any GPU and on the CPU.

>>> import neuropil
>>> recording = neuropil.Network.read("networks/coba.toml").run()
>>> recording.rate("exc", start=200)

Networks are built in the words of network files (`Network`), run (`Simulation`), and give what they recorded (`Recording`).
"""

from . import units
from ._neuropil import __commit__, __version__
from ._words import Model
from .cells import Cell, Rnn
from .distributions import exponential, lognormal, normal, truncated_normal, uniform
from .ensembles import ensemble
from .errors import DeviceError, InputError, NeuropilError, NeuropilWarning, RunError
from .facts import Finding, devices, doctor, models, schema
from .network import Network, Population
from .plans import Plan, Schedule
from .recording import Picture, Recording, Spikes, Trace
from .simulation import Simulation, State, Synapses
from .sweeps import Item, Sweep, sweep
from .units import Hz, Mohm, Quantity, kHz, mA, mM, mS, mV, ms, mm, nA, nF, nS, pA, pF, quantity, s, uF, uS, um, us

__all__ = [
    "Cell", "DeviceError", "Finding", "Hz", "InputError", "Item", "Model", "Mohm", "Network", "NeuropilError", "NeuropilWarning", "Picture", "Plan", "Population",
    "Quantity", "Recording", "Rnn", "RunError", "Schedule", "Simulation", "Spikes", "State", "Sweep", "Synapses", "Trace", "__commit__", "__version__", "devices", "doctor",
    "ensemble", "exponential", "kHz", "lognormal", "mA", "mM", "mS", "mV", "mm", "models", "ms", "nA", "nF", "nS", "normal", "pA", "pF", "quantity",
    "s", "schema", "sweep", "truncated_normal", "uF", "uS", "um", "uniform", "units", "us",
]  # fmt: skip
