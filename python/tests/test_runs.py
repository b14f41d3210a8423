"""Runs: continued, looked at, changed, interrupted, in threads."""

import _thread
import gc
import signal
import subprocess
import sys
import textwrap
import threading
import time
import types

import numpy as np
import pytest

from neuropil import InputError, Network, NeuropilError, NeuropilWarning, RunError, State, _neuropil, mA, ms, mV, sweep
from neuropil._progress import of_time, shown
from neuropil.simulation import how as neuropil_how


def driven(value="2 mA") -> Network:
    net = Network(dt=0.1 * ms, duration="100 ms", seed=1, name="driven")
    net.population("cells", 10, "lif")
    net.stimulus("current", "cells", value=value, name="drive")
    net.record("cells", ["spikes", "v"], every=1 * ms)
    return net


def test_a_run_has_the_documented_spikes(device):
    recording = driven().run(device=device)
    spikes = recording["cells"]
    # As the crate's first example: the first spike in step 34, then one every 35 steps, from each of the ten.
    assert len(spikes) == 10 * 28
    np.testing.assert_array_equal(np.unique(spikes.step), 34 + 35 * np.arange(28))
    np.testing.assert_allclose(spikes.t[:10], 3.4)
    assert spikes.rate() == pytest.approx(280.0)
    assert spikes.cv() == 0.0
    assert recording.device and recording.duration == pytest.approx(100.0)


def test_runs_continue(device):
    whole = driven().run(device=device)
    simulation = driven().simulation(device=device)
    parts = [simulation.run("30 ms"), simulation.run(70 * ms)]
    assert (parts[0] + parts[1]).hash == whole.hash
    simulation.reset()
    assert simulation.run().hash == whole.hash
    with pytest.raises(NeuropilError):
        parts[1] + parts[0]


def test_states_are_saved_and_restored(device, tmp_path):
    simulation = driven().simulation(device=device)
    simulation.run("33 ms")
    state = simulation.state()
    assert state.step == 330
    state.save(tmp_path / "state.npz")
    later = simulation.run("50 ms").hash
    again = State.load(tmp_path / "state.npz")
    assert again == state
    other = driven().simulation(device=device)
    other.restore(again)
    assert other.run("50 ms").hash == later
    with pytest.raises(InputError):
        Network.parse('dt = "0.1 ms"\n[[population]]\nname = "a"\nsize = 1\nmodel = "lif"\n').simulation(
            device=device
        ).restore(state)


def test_what_was_set_stays(device):
    simulation = driven().simulation(device=device)
    first = simulation.state()
    whole = simulation.run("20 ms").hash
    simulation.set("stimulus[drive].value", "3 mA")
    simulation.reset()
    assert simulation.get("stimulus[drive].value") == "3 mA" and simulation.run("20 ms").hash != whole
    again, fresh = simulation.state(), driven().simulation(device=device)
    with pytest.raises(InputError):
        fresh.restore(again)
    fresh.set("stimulus[drive].value", "3 mA")
    fresh.restore(again)
    simulation.restore(first)
    assert simulation.get("stimulus[drive].value") == "3 mA" and simulation.run("20 ms").hash != whole


def test_states_have_what_was_given(device, tmp_path):
    net = driven()
    net.population("others", 5, "lif", ports={"in": {"output": {"coba": "10 mV"}}})
    net.projection("cells", "others", "in", connect="all_to_all", weight="2 mS", delay="1 ms", model="ampa")
    net.record("others", ["v"])
    simulation = net.simulation(device=device)
    simulation.run("20 ms")
    simulation.state().save(tmp_path / "state.npz")
    later = simulation.run("5 ms")
    assert later.trace("others", "v").values.max() > 0.0
    other = net.simulation(device=device)
    other.restore(State.load(tmp_path / "state.npz"))
    again = other.run("5 ms")
    assert again.hash == later.hash
    np.testing.assert_array_equal(again.trace("others", "v").values, later.trace("others", "v").values)


def test_gap_junctions_have_neither_port_nor_delay(device):
    net = driven()
    net.population("others", 5, "lif")
    net.projection("cells", "others", None, connect="all_to_all", weight="2 S", model="gap_junction")
    net.record("others", ["v"])
    assert net.run("20 ms", device=device).trace("others", "v").values.max() > 0.0
    with pytest.raises(InputError, match="port"):
        net.projection("cells", "others", None, connect="all_to_all", weight="2 mS", delay="1 ms")


def test_a_closed_loop_reads_and_sets(device):
    simulation = driven("0 mA").simulation(device=device)
    simulation.run("10 ms", progress=False)
    assert simulation.read("cells", "v").shape == (10,)
    simulation.write("cells", "v", np.linspace(-5, 4, 10))
    np.testing.assert_array_equal(simulation.read("cells", "v", neurons=[9, 0]), [4.0, -5.0])
    simulation.set("stimulus[drive].value", np.linspace(0, 3, 10) * mA)
    recording = simulation.run_steps(1000)
    counts = np.bincount(recording["cells"].neuron, minlength=10)
    assert counts[0] == 0 and counts[-1] > counts[5] > 0
    simulation.set({"stimulus[drive].value": "0 mA", "population[cells].params.tau": 15 * ms})
    assert simulation.get("population[cells].params.tau") == "15 ms"
    with pytest.raises(InputError, match="a network keeps it while it runs"):
        simulation.set("population[cells].size", 5)


def test_batches_are_the_seeds(device):
    net = Network(dt="0.1 ms", duration="50 ms", seed=5)
    net.population("cells", 20, "lif")
    net.stimulus("poisson_input", "cells", sources=100, rate="1 kHz", weight="0.3 mV")
    both = net.run(device=device, batch=2)
    assert both.batch == 2 and both.items()[1].hash == net.run(device=device, seed=6).hash
    assert both.items()[0].hash == net.run(device=device).hash


@pytest.mark.parametrize(("given", "steps"), [("20.05 ms", 201), (20.04 * ms, 200), ("0.02005 s", 201)])
def test_a_duration_that_is_rounded_is_told(given, steps):
    simulation = driven().simulation(device="reference")
    said = f"duration: {given} is no whole number of steps of 0.1 ms, and is rounded to {steps}; give a multiple of dt"
    with pytest.warns(NeuropilWarning) as caught:
        assert simulation.run(given).steps == steps
    assert [str(warning.message) for warning in caught] == [said] and caught[0].filename == __file__
    with pytest.warns(NeuropilWarning) as caught:
        sweep(driven(), seeds=[1], duration=given, device="reference")
    assert [str(warning.message) for warning in caught] == [said]


@pytest.mark.filterwarnings("error:duration")
def test_a_duration_of_whole_steps_is_none_that_is_rounded():
    assert [driven().run(given, device="reference").steps for given in ("0.3 ms", 20 * ms, "0 ms")] == [3, 200, 0]


def test_without_duration_the_error_says_so():
    net = driven()
    net = Network.parse('dt = "0.1 ms"\n[[population]]\nname = "a"\nsize = 1\nmodel = "lif"\n')
    with pytest.raises(InputError, match="the network has no `duration`, and none was given"):
        net.run(device="reference")
    with pytest.raises(InputError) as caught:
        net.run("5 mV", device="reference")
    assert str(caught.value) == "run: 5 mV has dimension voltage, expected time (ms)"


def test_an_unknown_device():
    with pytest.raises(NeuropilError):
        driven().run(device="no such device")


def test_simulations_run_in_threads():
    expected = driven().run(device="cpu").hash
    found = []
    threads = [threading.Thread(target=lambda: found.append(driven().run(device="cpu", threads=1).hash)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_the_lock_is_released_while_it_computes():
    # Another thread counts while the reference computes for some time.
    ticks = []
    stop = threading.Event()
    thread = threading.Thread(target=lambda: [ticks.append(1) for _ in iter(lambda: stop.wait(0.001), True)])
    thread.start()
    net = Network(dt="0.1 ms", duration="300 ms")
    net.population("cells", 1000, "lif")
    net.run(device="reference")
    stop.set()
    thread.join()
    assert len(ticks) > 10


def test_a_simulation_in_use_is_refused_elsewhere():
    simulation = long().simulation(device="reference")
    found = []

    def other():
        try:
            simulation.state()
        except NeuropilError as error:
            found.append(str(error))
        _thread.interrupt_main()

    threading.Timer(0.3, other).start()
    recording = simulation.run("1000 s")
    assert recording.interrupted
    assert found == ["simulation: it is in use by another thread; legal: a simulation of its own for each thread"]


def long() -> Network:
    net = Network(dt="0.1 ms", seed=1)
    net.population("cells", 2000, "lif")
    net.stimulus("current", "cells", value="2 mA")
    return net


def test_ctrl_c_returns_what_was_recorded(device):
    simulation = long().simulation(device=device)
    simulation.run("10 ms")
    pressed = []
    threading.Timer(1.0, lambda: (pressed.append(time.monotonic()), _thread.interrupt_main())).start()
    recording = simulation.run("10000 s")
    waited = time.monotonic() - pressed[0]
    assert recording.interrupted and 0 < recording.steps < 100_000_000
    assert recording.warnings[-1].startswith("the run was interrupted at step ")
    assert len(recording["cells"]) > 0
    # Some 25 ms are under way; whoever measures says how long it was, and this is a machine with others on it.
    assert waited < 5.0
    step = simulation.state().step
    assert step == recording.first_step + recording.steps
    assert not simulation.run("10 ms").interrupted


def test_an_exception_of_a_handler_ends_a_run():
    class Enough(Exception):
        pass

    def handler(*_):
        raise Enough

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(Enough):
            long().run("10000 s", device="cpu")
    finally:
        signal.signal(signal.SIGALRM, before)


def test_ctrl_c_ends_building():
    program = """
        import _thread, threading
        from neuropil import Network
        net = Network(dt="0.1 ms")
        net.population("a", 30000, "lif", ports={"in": {"output": "delta"}})
        net.projection("a", "a", "in", {"pairwise_bernoulli": 0.9}, weight={"normal": ["1 mV", "0.1 mV"]}, delay="1 ms")
        threading.Timer(0.5, _thread.interrupt_main).start()
        try:
            net.simulation(device="cpu")
        except KeyboardInterrupt:
            print("ended")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=120)
    assert done.stdout == "ended\n", done.stderr


def test_a_panic_is_an_exception():
    with pytest.raises(NeuropilError, match="this is a bug in neuropil: .*asked for by a test"):
        _neuropil.panic_for_tests()


def test_progress_is_shown_where_it_is_wanted(capsys):
    long().run("20 ms", device="reference", progress=True)
    assert capsys.readouterr().err.endswith("\r\x1b[K"), "the line is taken back in the end"
    long().run("20 ms", device="reference")
    assert capsys.readouterr().err == "", "this is no terminal"


def test_progress_is_told():
    told = []
    simulation = _neuropil.Simulation(driven()._net, neuropil_how(device="reference"))
    simulation.run("50 ms", lambda done, of: told.append((done, of)))
    assert told[-1] == (500, 500)

    def fails(done, of):
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        simulation.run("50 ms", fails)


def test_what_is_suspicious_is_a_warning_at_the_caller_s_line():
    net = driven()
    net.stimulus("current", "cells", value=2 * mA, start="5 s", stop="6 s")
    with pytest.warns(NeuropilWarning) as caught:
        recording = net.run(device="reference")
    assert [str(warning.message) for warning in caught] == recording.warnings != []
    assert caught[0].filename == __file__
    with pytest.warns(NeuropilWarning, match="the run was interrupted at step"):
        threading.Timer(0.3, _thread.interrupt_main).start()
        assert long().run("1000 s", device="cpu").interrupted


def test_a_notebook_has_a_bar(monkeypatch):
    bars = []

    class Handle:
        def update(self, bar):
            bars.append(bar)

    def display(bar, display_id):
        bars.append(bar)
        return Handle()

    shell = type("ZMQInteractiveShell", (), {})()
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: shell
    of_display = types.ModuleType("IPython.display")
    of_display.HTML, of_display.display = str, display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", of_display)
    with shown(of_time(0.1), None) as tell:
        tell(100, 1000)
        tell(500, 1000)
        tell(1000, 1000)
    assert len(bars) == 3 and bars[-1] == ""
    assert bars[0].startswith('<progress value="100" max="1000"></progress> 10 of 100 ms, realtime factor ')


@pytest.mark.skipif(sys.platform != "linux", reason="the size of the process is asked of /proc")
def test_simulations_are_let_go_of():
    import resource

    def resident() -> int:
        gc.collect()
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    def many(turns):
        for _ in range(turns):
            long().run("0.5 ms", device="cpu", threads=1)

    many(20)
    before = resident()
    many(100)
    # What one of them holds is some 100 KB.
    assert resident() - before < 4 << 20


def test_what_is_not_finite_is_said_with_what_goes_on(device):
    net = Network(dt="0.1 ms", duration="10 ms")
    # One of them begins far below the parabola that its potential follows.
    net.population("cells", 2, "izhikevich", init={"v": np.array([-65, -3e38]) * mV})
    with pytest.raises(RunError, match=r"v of neuron 1 of population `cells` .* in Python allow_nonfinite=True\) goes on$"):
        net.run(device=device)
    with pytest.warns(NeuropilWarning):
        assert net.run(device=device, allow_nonfinite=True).steps == 100
