"""What runs would take, before anything is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class Schedule(NamedTuple):
    """A way in which a device could go through the windows of a network."""

    #: ``windowed``, ``direct`` or ``resident``; with the size of its workgroups, as ``direct:256``, where it is possible.
    name: str
    #: Why it is not possible; None where it is.
    impossible: str | None
    #: Why a run begins with it; None where it does not.
    taken: str | None
    #: What of it a run that is long enough tries, with the sizes of workgroups.
    tried: list[str]


@dataclass(frozen=True, repr=False)
class Plan:
    """What a run would take, as ``neuropil plan`` prints it (``print(plan)``), and what of it hosts ask for."""

    #: What is printed.
    text: str
    #: For whom: an adapter's name, ``the CPU engine`` or ``the reference``.
    device: str
    #: Neurons of an item.
    neurons: int
    #: Synapses of an item; of all together where each has its own.
    synapses: int
    #: Items that run side by side.
    batch: int
    #: [ms] the time step.
    dt: float
    #: [steps] the window: the smallest delay, within which no spike can reach anybody.
    window: int
    #: [bytes] of the host's memory while the network is lowered.
    lowering_bytes: int
    #: [bytes] of the host's memory while it runs; recordings come on top.
    running_bytes: int
    #: [bytes] of a device's memory; 0 on the CPU.
    device_bytes: int
    #: The schedules of a device; empty on the CPU.
    schedules: list[Schedule]
    #: What is legal but suspicious in the network.
    warnings: list[str]

    @classmethod
    def _of(cls, found: dict[str, Any]) -> Plan:
        return cls(**{**found, "schedules": [Schedule(*schedule) for schedule in found["schedules"]]})

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text
