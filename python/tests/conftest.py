"""What tests share: the folder of networks, and who runs them."""

import os
import pathlib
import signal

import pytest

ROOT = pathlib.Path(__file__).parents[2]

# Whoever starts tests in the background may have told them not to hear Ctrl-C, which some of them send to themselves.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def networks() -> pathlib.Path:
    """The folder of ready networks."""
    return ROOT / "networks"


def devices() -> list[str]:
    """Who runs networks here: the oracle and the CPU engine, and a device, if there is to be one."""
    return ["reference", "cpu"] + ([] if os.environ.get("NEUROPIL_WITHOUT_DEVICE") == "1" else ["0"])


@pytest.fixture(params=devices())
def device(request: pytest.FixtureRequest) -> str:
    """Each of them."""
    return str(request.param)
