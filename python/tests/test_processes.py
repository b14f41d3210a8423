"""What is used from several threads and processes, and what ends in the middle."""

import multiprocessing
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

from neuropil import Cell, InputError, Network, Rnn, mA


def ran(program, expected, timeout=120):
    """Runs a program in an interpreter of its own, which may be let down but neither aborts nor hangs."""
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    assert (done.returncode, done.stdout) == (0, expected), done.stderr


FORKED = """
    import multiprocessing, sys
    from neuropil import Cell, InputError, Network, Rnn, mA

    def build():
        net = Network("0.1 ms", duration="5 ms")
        net.population("a", 3000, "lif", ports={{"in": {{"output": "delta"}}}})
        net.projection("a", "a", "in", {{"pairwise_bernoulli": 0.01}}, weight={{"normal": ["1 mV", "0.1 mV"]}}, delay="1 ms")
        net.stimulus("current", "a", value=2 * mA)
        return net

    def in_child(queue):
        for call in (lambda: build().run(device="{device}"), lambda: simulation.run("1 ms"), lambda: rnn.run([[0.0]])):
            try:
                queue.put(type(call()).__name__)
            except InputError as error:
                queue.put(str(error).split(",")[0])

    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    simulation, rnn = None, None
    if {first}:
        simulation, rnn = build().simulation(device="{device}"), Rnn(Cell("lstm", 1, 1), device="cpu")
    child = context.Process(target=in_child, args=(queue,))
    child.start()
    print([queue.get(timeout=60) for _ in range(3 if {first} else 1)])
    child.terminate()
    child.join()
"""


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system does not fork")
def test_a_forked_process_says_that_it_is_one(device):
    said = "process: it was forked from one in which neuropil has computed"
    ran(FORKED.format(device=device, first=True), f"{[said] * 3}\n")
    # Forked before anything was computed, it computes.
    ran(FORKED.format(device=device, first=False), "['Recording']\n")


def test_ctrl_c_ends_a_sweep_while_it_is_built():
    ran(
        """
        import _thread, threading
        from neuropil import Network, sweep
        net = Network("0.1 ms", duration="1 ms")
        net.population("a", 30000, "lif", ports={"in": {"output": "delta"}})
        net.projection("a", "a", "in", {"pairwise_bernoulli": 0.9}, weight={"normal": ["1 mV", "0.1 mV"]}, delay="1 ms")
        threading.Timer(0.5, _thread.interrupt_main).start()
        try:
            sweep(net, seeds=range(2), device="cpu")
        except KeyboardInterrupt:
            print("ended")
        """,
        "ended\n",
    )


def test_ctrl_c_returns_what_a_sweep_has():
    ran(
        """
        import _thread, threading, warnings
        from neuropil import Network, mA, sweep
        warnings.simplefilter("ignore")
        net = Network("0.1 ms", duration="2000 s")
        net.population("a", 100, "lif")
        net.stimulus("current", "a", value=2 * mA)
        # What is done once in a process is done.
        net.run("1 ms", device="cpu")
        threading.Timer(2.0, _thread.interrupt_main).start()
        found = sweep(net, seeds=range(4), at_once=2, device="cpu")
        print(len(found), all(item.recording.interrupted and item.recording.steps > 0 for item in found))
        """,
        "2 True\n",
    )


def test_an_exception_while_progress_is_shown_ends_a_run():
    ran(
        """
        import sys, warnings
        from neuropil import Network

        class Full:
            closed = False
            def write(self, text):
                if text != "\\r\\x1b[K":
                    raise OSError("the disk is full")
            def flush(self): ...

        net = Network("0.1 ms")
        net.population("a", 2000, "lif")
        said, sys.stderr = sys.stderr, Full()
        try:
            net.run("100000 s", device="cpu", progress=True)
        except OSError as error:
            print(error)
        sys.stderr = None
        print(net.run("1 ms", device="cpu", progress=True).steps, net.run("1 ms", device="cpu").steps)
        sys.stderr = said
        """,
        "the disk is full\n10 10\n",
    )


def test_a_callback_may_ask_for_what_it_must_not():
    # A handler of signals runs while a simulation does, and asks for it.
    ran(
        """
        import signal
        from neuropil import InputError, Network
        net = Network("0.1 ms")
        net.population("a", 2000, "lif")
        simulation = net.simulation(device="cpu")
        asked = []
        def handler(*_):
            try:
                simulation.run("1 ms")
            except InputError as error:
                asked.append(str(error))
            raise KeyboardInterrupt
        signal.signal(signal.SIGINT, handler)
        import _thread, threading
        simulation.run("1 ms")
        threading.Timer(0.5, _thread.interrupt_main).start()
        print(simulation.run("100000 s").interrupted, asked)
        """,
        "True ['simulation: it is in use by another thread; legal: a simulation of its own for each thread']\n",
    )


def test_who_is_refused_takes_no_interrupt_of_who_runs():
    # Threads ask for a simulation all the time while it runs, and Ctrl-C comes.
    ran(
        """
        import _thread, threading
        from neuropil import Network, NeuropilError
        net = Network("0.1 ms")
        net.population("a", 2000, "lif")
        simulation = net.simulation(device="cpu")
        stop = threading.Event()
        def ask():
            while not stop.wait(0.0005):
                try:
                    simulation.run_steps(1)
                except NeuropilError:
                    pass
        for _ in range(10):
            thread = threading.Thread(target=ask)
            threading.Timer(0.2, lambda: (thread.start(), _thread.interrupt_main())).start()
            recording = simulation.run("100000 s", progress=False)
            stop.set(); thread.join(); stop.clear()
            assert recording.interrupted
        print("ended")
        """,
        "ended\n",
    )


def test_arrays_outlive_the_simulation_they_are_of():
    net = Network("0.1 ms", duration="20 ms")
    net.population("cells", 10, "lif")
    net.stimulus("current", "cells", value=2 * mA)
    net.record("cells", ["v", "spikes"])
    kept = []
    for seed in range(50):
        recording = net.run(device="cpu", seed=seed)
        kept.append((recording.trace("cells", "v").values, recording["cells"].neuron))
        del recording
    first = kept[0]
    for values, neuron in kept:
        np.testing.assert_array_equal(values, first[0])
        np.testing.assert_array_equal(neuron, first[1])


def test_cells_in_use_are_refused_elsewhere():
    rnn = Rnn(Cell("lstm", 64, 128), device="cpu")
    x = np.zeros((500, 64), np.float32)
    found, stop = [], threading.Event()

    def run():
        while not stop.is_set():
            try:
                rnn.run(x)
            except InputError:
                # The other one was looking.
                continue

    thread = threading.Thread(target=run)
    thread.start()
    deadline = time.monotonic() + 60
    while not found and time.monotonic() < deadline:
        try:
            rnn.reset()
        except InputError as error:
            found.append(str(error))
        time.sleep(0.001)
    stop.set()
    thread.join()
    assert found == ["rnn: it is in use by another thread; legal: one of its own for each thread"]


@pytest.mark.skipif(sys.platform != "linux", reason="room is set by RLIMIT_AS")
def test_what_is_too_much_is_refused():
    # Whatever the machine has, this process gets 8 GiB.
    ran(
        """
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
        import numpy
        from neuropil import Cell, InputError, Network, Rnn, ms

        def net(size):
            made = Network("0.1 ms", duration="1 ms")
            made.population("a", size, "lif", ports={"in": {"output": "delta"}})
            return made

        def connected(rule, size=10**6, delay="1 ms"):
            made = net(size)
            made.projection("a", "a", "in", rule, weight="1 mV", delay=delay)
            return made.run(device="cpu")

        def traced():
            made = net(1000)
            made.record("a", "v")
            return made.run("100000 s", device="cpu")

        for call in (
            lambda: net(2**32 - 1).run(device="cpu"),
            lambda: net(10).run(device="cpu", batch=2**32 - 1),
            lambda: connected("all_to_all"),
            lambda: connected({"fixed_total_number": 10**18}),
            lambda: connected({"fixed_indegree": 1}, 10, "100000 s"),
            lambda: net(10).stimulus("current", "a", neurons=range(2**32 - 1), value="1 mA"),
            traced,
            lambda: Network("0.1 ms").population("a", 10, "lif", params={"tau": numpy.broadcast_to(20.0, 10**12) * ms}),
            lambda: Rnn(Cell("lstm", 2, 3), device="cpu").run(numpy.broadcast_to(numpy.float32(0), (10**13, 2))),
        ):
            try:
                call()
            except (InputError, MemoryError) as error:
                print(type(error).__name__)
        """,
        "InputError\n" * 7 + "MemoryError\n" * 2,
    )
