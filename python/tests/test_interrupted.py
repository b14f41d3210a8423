"""Ctrl-C: a run that it ends returns what came, and whoever goes on without a look is ended, too."""

import _thread
import subprocess
import sys
import textwrap
import threading
import types

import pytest

from neuropil import Network, NeuropilWarning, Simulation, _interrupted, _neuropil, sweep, sweeps


def long(duration="10000 s") -> Network:
    net = Network(dt="0.1 ms", duration=duration, seed=1)
    net.population("cells", 2000, "lif")
    net.stimulus("current", "cells", value="2 mA")
    return net


def pressed(call):
    """What a call returns during whose first run Ctrl-C is pressed, once: when its network is built."""
    presses = iter([threading.Timer(0.3, _thread.interrupt_main)])
    executed = Simulation._executed

    def pressing(*given):
        for timer in presses:
            timer.start()
        return executed(*given)

    with pytest.MonkeyPatch.context() as patched, pytest.warns(NeuropilWarning, match="the run was interrupted at step [1-9]"):
        patched.setattr(Simulation, "_executed", pressing)
        return call()


WHY = "^an earlier run was interrupted, and `recording.interrupted` was not looked at$"
NEXT = [
    lambda: long("1 ms").run(device="cpu"),
    lambda: long("1 ms").simulation(device="cpu").run(),
    lambda: long("1 ms").simulation(device="cpu").run_steps(10),
    lambda: sweep(long("1 ms"), seeds=range(2), device="cpu"),
]


@pytest.mark.parametrize("then", NEXT)
def test_the_next_of_a_loop_is_ended(then):
    first = pressed(lambda: long().run(device="cpu"))
    assert first.steps > 0 and ", interrupted" in repr(first)
    with pytest.raises(KeyboardInterrupt, match=WHY):
        then()
    then()


@pytest.mark.parametrize("then", NEXT)
def test_whoever_looks_goes_on(then):
    assert pressed(lambda: long().run(device="cpu")).interrupted
    then()


@pytest.mark.filterwarnings("ignore:the run was interrupted")
def test_closed_loops_are_ended():
    simulation = long().simulation(device="cpu")
    calls = []

    def loop():
        for _ in range(1_000_000):
            calls.append(simulation.run_steps(20_000))

    # Whatever it hits: a run, or what is between two of them.
    threading.Timer(0.5, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        loop()
    assert len(calls) < 1_000_000 and simulation.run_steps(1).steps == 1
    threading.Timer(0.3, _thread.interrupt_main).start()
    with pytest.warns(NeuropilWarning, match="the run was interrupted at step [1-9]"):
        simulation.run_steps(4_000_000_000)
    with pytest.raises(KeyboardInterrupt, match=WHY):
        simulation.run_steps(1)


def test_sweeps_are_ended_and_say_so():
    found = pressed(lambda: sweep(long(), seeds=range(6), at_once=2, device="cpu"))
    assert [item.ended for item in found] == ["interrupted"] * 2 and repr(found) == "<Sweep of 2 networks, interrupted>"
    with pytest.raises(KeyboardInterrupt, match=WHY):
        long("1 ms").run(device="cpu")
    assert pressed(lambda: sweep(long(), seeds=range(6), at_once=2, device="cpu")).interrupted
    long("1 ms").run(device="cpu")


def test_what_ran_is_returned_where_the_next_is_built(monkeypatch):
    build, built = _neuropil.Simulation.ensemble, []

    def once(*given):
        if built:
            raise KeyboardInterrupt
        built.append(build(*given))
        return built[0]

    monkeypatch.setattr(sweeps._neuropil, "Simulation", types.SimpleNamespace(ensemble=once))
    with pytest.warns(NeuropilWarning, match="^the sweep was interrupted after 2 of 6 networks$"):
        found = sweep(long("1 ms"), seeds=range(6), at_once=2, device="cpu")
    assert len(found) == 2 and [item.ended for item in found] == [None, None] and found.interrupted
    with pytest.raises(KeyboardInterrupt):
        sweep(long("1 ms"), seeds=range(6), at_once=2, device="cpu")


def test_other_threads_have_nothing_to_do_with_it():
    pressed(lambda: long().run(device="cpu"))
    found = []

    def other():
        # Nor does one of them take the note away.
        _interrupted.seen()
        found.append(long("1 ms").run(device="cpu").steps)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert found == [10]
    with pytest.raises(KeyboardInterrupt, match=WHY):
        long("1 ms").run(device="cpu")


def test_another_cell_begins_anew(monkeypatch):
    shell = types.SimpleNamespace(execution_count=5)
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: shell
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    _interrupted.note()
    shell.execution_count += 1
    _interrupted.heed()
    shell.execution_count -= 1
    # It was forgotten, whatever comes then.
    _interrupted.heed()
    _interrupted.note()
    with pytest.raises(KeyboardInterrupt, match=WHY):
        _interrupted.heed()


PROMPTS = """
    from neuropil import _interrupted as it
    it.note()
    it.heed()
    print("went on")
    it.note(); it.heed()
    print("was ended before")
"""


@pytest.mark.parametrize("prompt", [["-i"], ["-c", "import code; code.interact(banner='')"]], ids=["python", "code"])
def test_another_prompt_begins_anew(prompt):
    typed = textwrap.dedent(PROMPTS)
    done = subprocess.run([sys.executable, *prompt], input=typed, capture_output=True, text=True, timeout=120)
    assert done.stdout.replace(">>> ", "").split("\n")[:2] == ["went on", "was ended before"], done.stderr
    assert done.stderr.count("KeyboardInterrupt: an earlier run was interrupted") == 1


def test_a_script_is_one_prompt():
    program = "from neuropil import _interrupted as it\nit.note()\ndef f():\n    it.heed()\nf()\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode != 0 and "KeyboardInterrupt: an earlier run was interrupted" in done.stderr
