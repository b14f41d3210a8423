"""What is given wrongly is refused, in words that say what is wrong; what is given unusually is taken as it is meant."""

import copy
import datetime
import decimal
import pickle

import numpy as np
import pytest

from neuropil import Cell, InputError, Model, Network, Rnn, State, mA, ms, mV, sweep
from neuropil.units import uV


def driven() -> Network:
    net = Network(dt="0.1 ms", duration="10 ms", seed=1)
    net.population("cells", 4, "lif")
    net.stimulus("current", "cells", value=2 * mA, name="drive")
    net.record("cells", ["spikes", "v"])
    return net


@pytest.fixture(scope="module")
def simulation():
    return driven().simulation(device="cpu", batch=2)


@pytest.fixture(scope="module")
def recording():
    return driven().run(device="cpu")


WHOLE = "must be a whole number from"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"batch": 0}, f"batch: `batch` {WHOLE} 1 to 4294967295, found 0"),
        ({"batch": 1.5}, f"batch: `batch` {WHOLE} 1 to 4294967295, found 1.5"),
        ({"batch": True}, f"batch: `batch` {WHOLE} 1 to 4294967295, found True"),
        ({"batch": None}, f"batch: `batch` {WHOLE} 1 to 4294967295, found None"),
        ({"batch": 2**32}, f"batch: `batch` {WHOLE} 1 to 4294967295, found 4294967296"),
        ({"seed": -1}, f"seed: `seed` {WHOLE} 0 to 18446744073709551615, found -1"),
        ({"seed": 2**64}, f"seed: `seed` {WHOLE} 0 to 18446744073709551615, found 18446744073709551616"),
        ({"seed": "a"}, f"seed: `seed` {WHOLE} 0 to 18446744073709551615, found 'a'"),
        ({"threads": 0}, f"threads: `threads` {WHOLE} 1 to 4294967295, found 0"),
        ({"schedule": 5}, "schedule: found 5; legal: windowed, direct, resident, or None"),
        ({"schedule": "x"}, "schedule: there is no `x`; legal: windowed, direct, resident"),
        ({"arithmetic": None}, "arithmetic: found None; legal: portable, fast"),
        ({"allow_nonfinite": "no"}, "allow_nonfinite: found 'no'; legal: True, False"),
        ({"timeout": 5}, "timeout: 5 has no unit, expected time (s)"),
        ({"timeout": "1 mV"}, "timeout: 1 mV has dimension voltage, expected time (s)"),
        ({"timeout": np.ones(3) * ms}, "timeout: one number of s is needed, found an array of shape [3]"),
        ({"timeout": "0 s"}, "timeout: 0 s; legal: a time above 0"),
        ({"device": None}, "device: found None; legal: auto, cpu, cpu:f64, reference, an adapter's index or a part of its name"),
    ],
)
def test_options(options, text):
    with pytest.raises(InputError) as caught:
        driven().simulation(**{"device": "cpu", **options})
    assert str(caught.value) == text
    assert caught.value.field == next(iter(options)) and caught.value.problem


LEGAL = "device, batch, seed, threads, schedule, arithmetic, timeout, allow_nonfinite, cache, learn"


@pytest.mark.parametrize(("name", "meant"), [("dev", " (did you mean `device`?)"), ("tmeout", " (did you mean `timeout`?)"), ("xyz", "")])
def test_options_that_there_are_not(name, meant):
    text = f"{name}: there is no option `{name}`{meant}; legal: {LEGAL}"
    for call in (driven().run, driven().simulation, driven().plan, lambda **options: sweep(driven(), **options)):
        with pytest.raises(InputError) as caught:
            call(**{name: "cpu"})
        assert str(caught.value) == text


def test_what_options_may_be_of_numpy():
    found = driven().simulation(device="cpu", batch=np.int64(2), seed=np.uint8(3), allow_nonfinite=np.True_)
    assert found.batch == 2


MASK = "truth values are no numbers; legal: numpy.flatnonzero(mask), the numbers of those that are true"
NUMBERS = "legal: a whole number from 0 on, several, or None for all"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda it: it.run_steps(-1), f"steps: `steps` {WHOLE} 0 to 4294967295, found -1"),
        (lambda it: it.run_steps(1.5), f"steps: `steps` {WHOLE} 0 to 4294967295, found 1.5"),
        (lambda it: it.run(float("nan")), "quantity: nan is not a finite number"),
        (lambda it: it.run(np.arange(3) * ms), 'run: `[0. 1. 2.] ms` is not a finite number with a unit, such as "20 ms"'),
        (lambda it: it.read("cells", "v", neurons=-1), f"neurons: there is no number -1; {NUMBERS}"),
        (lambda it: it.read("cells", "v", neurons=[0.5]), f"neurons: found [0.5]; {NUMBERS}"),
        (lambda it: it.read("cells", "v", neurons="0..2"), f"neurons: found '0..2'; {NUMBERS}"),
        (lambda it: it.read("cells", "v", neurons=np.ones(4, bool)), f"neurons: {MASK}"),
        (lambda it: it.read("cells", "v", items=2), "items of the batch: there is no number 2; legal: 0 to 1"),
        (lambda it: it.read(5, "v"), "population: there is no `5`; legal: cells"),
        (lambda it: it.write("cells", "v", np.ones((2, 2))), "values of cells.v: its shape is [2, 2]; legal: [n]"),
        (lambda it: it.write("cells", "v", np.ones(3)), "variable cells.v: 3 values; legal: 4, one for each neuron"),
        (lambda it: it.write("cells", "v", np.ones(4) * ms), "values of cells.v: expected voltage (mV), found time (ms)"),
        (lambda it: it.write("cells", "v", 5 * mA), "values of cells.v: 5 mA has dimension current, expected voltage (mV)"),
        (lambda it: it.write("cells", "v", np.ones((2, 2)) * mV), "values of cells.v: its shape is [2, 2]; legal: [n]"),
        (
            lambda it: it.write("cells", "in.g", 5 * mA),
            'values of cells.in.g: found a quantity; legal: numbers in their unit, as `.to("mV")` has them',
        ),
        (lambda it: it.write("cells", "v", [0, 0, np.nan, 0]), "variable cells.v: value 2 is NaN; legal: numbers of at most 3.4e38 in size"),
        (
            lambda it: it.set("stimulus[drive].value", np.full(4, np.nan) * mA),
            "stimulus[drive].value: `values` must be a finite number, found nan",
        ),
        (
            lambda it: it.set("stimulus[drive].value", np.array([0, -np.inf, 0, 0]) * mA),
            "stimulus[drive].value: `values` must be a finite number, found -inf",
        ),
        (lambda it: it.get("dt", item=2), f"item: `item` {WHOLE} 0 to 1, found 2"),
        (lambda it: it.synapses(0, item=-1), f"item: `item` {WHOLE} 0 to 1, found -1"),
        (lambda it: it.set_rates(-1, [1.0]), f"stimulus: `stimulus` {WHOLE} 0 to 4294967295, found -1"),
    ],
)
def test_what_simulations_are_asked(simulation, call, text):
    with pytest.raises(InputError) as caught:
        call(simulation)
    assert str(caught.value) == text


@pytest.mark.parametrize(
    "call",
    [
        lambda it: it.write("cells", "v", np.ones(4, complex)),
        lambda it: it.write("cells", "v", np.array(["1"] * 4)),
        lambda it: it.write("cells", "v", np.array(["2020-01-01"] * 4, "M8[D]")),
        lambda it: it.write("cells", "v", np.ma.array([1.0, 2, 3, 4], mask=[0, 1, 0, 0])),
        lambda it: it.write("cells", "v", None),
        lambda it: it.run(datetime.timedelta(milliseconds=1)),
        lambda it: it.run(True),
        lambda it: it.set({"stimulus[drive].value": 1 * mA}, 2 * mA),
        lambda it: it.set("stimulus[drive].value", None),
        lambda it: it.restore(None),
        lambda it: type(it)("coba.toml"),
        lambda it: sweep(None, device="cpu"),
        lambda it: sweep(driven(), 5, device="cpu"),
        lambda it: Network("0.1 ms", name=5),
        lambda it: Model("a", 5),
        lambda it: Rnn([5], device="cpu"),
        lambda it: Cell.from_state_dict(None, "lstm"),
        lambda it: decimal.Decimal("0.1") * ms,
        lambda it: np.timedelta64(1, "ms") * ms,
        lambda it: it.set("dt", np.timedelta64(1, "ms")),
    ],
)
def test_what_is_of_another_type(simulation, call):
    with pytest.raises(TypeError, match="found|cannot|is nothing that a network file can say"):
        call(simulation)


def test_shapes_of_what_is_read(simulation):
    assert simulation.read("cells", "v", items=np.int64(1)).shape == (4,)
    assert simulation.read("cells", "v", items=[1]).shape == (1, 4)
    assert simulation.read("cells", "v", items=None, neurons=[0, 3]).shape == (2, 2)
    assert simulation.read("cells", "v", items=[]).shape == (0, 0)
    assert simulation.read("cells", "v", neurons=[]).shape == (0,)
    assert simulation.read("cells", "v", neurons=np.array([1, 2], ">u2")).shape == (2,)


def test_what_is_written_may_be_a_quantity_or_one_for_all(simulation):
    for given, expected in ((5e3 * np.arange(4) * uV, [0, 5, 10, 15]), ("-3 mV", -3), (2 * mV, 2), (-1, -1), (np.float32(0.5), 0.5)):
        simulation.write("cells", "v", given)
        np.testing.assert_array_equal(simulation.read("cells", "v"), np.broadcast_to(expected, 4))


def test_arrays_of_every_layout():
    values = np.array([1.0, 2.0, 3.0, 4.0])
    read_only = values.copy()
    read_only.flags.writeable = False
    simulation = driven().simulation(device="reference")
    for given in (values.astype(">f8"), np.repeat(values, 2)[::2], read_only, values.astype(np.float16), [1, 2, 3, 4], range(1, 5)):
        simulation.write("cells", "v", np.zeros(4))
        simulation.write("cells", "v", given)
        np.testing.assert_array_equal(simulation.read("cells", "v"), values)
        net = Network("0.1 ms")
        net.population("cells", 4, "lif", params={"tau": np.asarray(given) * ms})
        assert net.get("population[cells].params.tau") == '{ values = [1, 2, 3, 4], unit = "ms" }'


def test_numbers_of_32_bits_are_what_one_writes():
    assert str(np.float32(0.1) * ms) == str(np.float16(0.1) * ms) == "0.1 ms"
    net = Network(dt=np.float32(0.1) * ms)
    net.population("cells", np.array(3), "lif", ports={"in": {"output": "delta"}})
    assert net.get("dt") == "0.1 ms" and len(net.populations["cells"]) == 3
    net.projection("cells", "cells", "in", {"pairwise_bernoulli": np.float32(0.1)}, weight="1 mV", delay="1 ms")
    assert net.get("projection[0].connect").startswith("{ pairwise_bernoulli = 0.1, ")


def test_masks_and_what_is_masked_is_no_list_of_neurons():
    net = driven()
    for given in (np.array([True, False, True, False]), np.ma.array([1.0, 2, 3, 4], mask=[0, 1, 0, 0])):
        with pytest.raises(TypeError, match=r"flatnonzero|filled"):
            net.stimulus("current", "cells", value=1 * mA, neurons=given)
    with pytest.raises(TypeError, match="filled"):
        np.ma.array([1.0, 2.0], mask=[0, 1]) * ms
    assert str(np.ma.array([1.0, 2.0]) * ms) == "[1. 2.] ms"
    with pytest.raises(InputError, match="^record\\[1\\].what: "):
        net.record("cells", 5)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda it: it.rates("cells", width=0), "width: found 0 ms; legal: a time above 0"),
        (lambda it: it.rates("cells", width="-1 ms"), "width: found -1 ms; legal: a time above 0"),
        (lambda it: it.rates("cells", width=float("inf")), "width: found inf ms; legal: a time above 0"),
        (lambda it: it.rates("cells", item=1), f"item: `item` {WHOLE} 0 to 0, found 1"),
        (lambda it: it["cells"].of_item(1), f"item: `item` {WHOLE} 0 to 0, found 1"),
        (lambda it: it.rate("cells", float("nan")), 'start: found nan; legal: a time, as "20 ms" or 20'),
        (lambda it: it.rate("cells", np.arange(2) * ms), "start: one number of ms is needed, found an array of shape [2]"),
        (lambda it: it.cv("cells", "5 mV"), "start: 5 mV has dimension voltage, expected time (ms)"),
        (lambda it: it[0], "recording: there is no population `0`; legal: cells"),
        (lambda it: it.trace("cells", 5), "recording: `5` of `cells` was not recorded; legal: cells.v"),
    ],
)
def test_what_recordings_are_asked(recording, call, text):
    with pytest.raises(InputError) as caught:
        call(recording)
    assert str(caught.value) == text


def test_recordings_are_asked_by_name_population_or_one_by_one(recording):
    cells = driven().populations["cells"]
    assert list(recording) == ["cells"] and "cells" in recording and cells in recording and 5 not in recording and len(recording) == 1
    assert recording.rate(cells, np.float32(5)) == recording.rate("cells", "5 ms")
    assert len(recording[cells]) == len(recording["cells"]) > 0
    assert len(recording.rates("cells", width=1e12)[1]) == 1
    with pytest.raises(TypeError):
        recording + None


def test_a_recording_of_nothing_is_shown():
    empty = driven().run("0 ms", device="cpu")
    assert "<td>cells</td>" in empty._repr_html_() and empty.rate("cells") is None and len(empty["cells"]) == 0
    assert empty.plot().png.startswith(b"\x89PNG") and empty.trace("cells", "v").values.shape == (0, 4)


@pytest.mark.parametrize(
    ("values", "options", "text"),
    [
        ({"seed": 5}, {}, "seed: found 5; legal: several of them, as a list, a range or an array times a unit"),
        ({"dt": "0.1 ms"}, {}, "dt: found '0.1 ms'; legal: several of them, as a list, a range or an array times a unit"),
        ({"dt": 1 * ms}, {}, "dt: found Quantity(1.0, 'ms'); legal: several of them, as a list, a range or an array times a unit"),
        ({}, {"seeds": 5}, "seeds: found 5; legal: several of them, as a list, a range or an array times a unit"),
        ({}, {"seeds": [-1]}, f"seeds: `seeds` {WHOLE} 0 to 18446744073709551615, found -1"),
        ({}, {"at_once": 0}, f"at_once: `at_once` {WHOLE} 1 to 4294967295, found 0"),
        ({}, {"at_once": -1}, f"at_once: `at_once` {WHOLE} 1 to 4294967295, found -1"),
        ({}, {"batch": 2}, "batch: the items of a sweep have their own; legal: `at_once`"),
        ({}, {"seed": 2}, "seed: the items of a sweep have their own; legal: `seeds`"),
        ({"dt": ["0.1 ms"], "seed": [1, 2]}, {"zipped": True}, "zipped: values of different numbers: 1, 2; legal: as many of each"),
    ],
)
def test_what_sweeps_are_asked(values, options, text):
    with pytest.raises(InputError) as caught:
        sweep(driven(), values, device="cpu", **options)
    assert str(caught.value) == text


def test_a_sweep_of_nothing_but_the_network():
    for zipped in (False, True):
        (item,) = sweep(driven(), zipped=zipped, device="cpu")
        assert item.values == {} and item.recording.hash == driven().run(device="cpu").hash


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: Cell("lstm", -1, 3), f"n_in: `n_in` {WHOLE} 1 to 4294967295, found -1"),
        (lambda: Cell("lstm", 1, 3, seed=2**64), f"seed: `seed` {WHOLE} 0 to 18446744073709551615, found 18446744073709551616"),
        (lambda: Rnn(Cell("lstm", 2, 3), batch=0, device="cpu"), f"batch: `batch` {WHOLE} 1 to 4294967295, found 0"),
        (lambda: Rnn(Cell("lstm", 2, 3), f16="no", device="cpu"), "f16: found 'no'; legal: True, False"),
        (lambda: Rnn(Cell("lstm", 2, 3), device="cpu").run(np.zeros((5, 3))), "x: its shape is [5, 3]; legal: [T, 2]"),
        (lambda: Rnn(Cell("lstm", 2, 3), batch=2, device="cpu").run(np.zeros((5, 2))), "x: its shape is [5, 2]; legal: [T, 2, 2]"),
        (lambda: Rnn(Cell("lstm", 2, 3), device="cpu").run(5), "x: its shape is []; legal: [T, 1, 2]"),
    ],
)
def test_what_cells_are_asked(call, text):
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == text


def test_a_state_dict_that_is_none_is_called_so():
    with pytest.raises(InputError, match="^state_dict: it has no tensors; legal: "):
        Cell.from_state_dict({}, "lstm")


def test_files_that_are_no_states(tmp_path):
    np.savez(tmp_path / "other.npz", a=1)
    (tmp_path / "text.npz").write_text("state")
    for name in ("other.npz", "text.npz"):
        with pytest.raises(InputError, match="it is no state: .*; legal: a file that `State.save` wrote"):
            State.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        State.load(tmp_path / "missing.npz")


def test_copies_are_changed_by_themselves(recording, simulation):
    net = driven()
    for other in (copy.copy(net), copy.deepcopy(net)):
        other.set("stimulus[drive].value", 5 * mA)
        assert net.get("stimulus[drive].value") == "2 mA" and other.get("stimulus[drive].value") == "5 mA"
    assert copy.deepcopy(recording) is recording and pickle.loads(pickle.dumps(20 * ms)) == 20 * ms
    state = simulation.state()
    assert pickle.loads(pickle.dumps(state)) == state == copy.deepcopy(state)
    for what, instead in ((net, "`save`"), (recording, "`save`"), (simulation, r"`state\(\)`")):
        with pytest.raises(TypeError, match=f"cannot be pickled: {instead}"):
            pickle.dumps(what)


def test_paths_of_bytes_and_of_all_letters(recording, tmp_path):
    (name, *_) = recording.save(str(tmp_path / "наука 🧠").encode())
    assert name == str(tmp_path / "наука 🧠" / "summary.json")
    assert driven().save(str(tmp_path / "é.toml").encode()) == [str(tmp_path / "é.toml")]


def test_names_of_all_letters():
    net = driven()
    net.name = "наука <b> 🧠"
    assert "наука &lt;b&gt; 🧠" in net.run(device="cpu")._repr_html_()
    with pytest.raises(InputError, match="`наука` is not a name"):
        net.population("наука", 1, "lif")
