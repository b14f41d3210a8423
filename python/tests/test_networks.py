"""Networks that are built in Python, read, written and refused."""

import pickle
import sys

import numpy as np
import pytest

from neuropil import InputError, Model, Network, mA, mm, ms, mV


def test_coba_is_that_of_the_file(networks):
    sys.path.insert(0, str(networks.parent / "python/examples"))
    try:
        from coba import coba
    finally:
        sys.path.pop(0)
    built, read = coba(), Network.read(networks / "coba.toml")
    assert built.paths() == read.paths()

    def said(net):
        found = {}
        for path in net.paths():
            try:
                found[path] = net.get(path)
            except InputError:
                # A path of what the network may have, and has not.
                continue
        return found

    assert said(built) == said(read) and len(said(read)) > 50


def small() -> Network:
    net = Network(dt=0.1 * ms, duration="20 ms", seed=3)
    net.population("exc", 10, "lif", ports={"in": {"output": "delta"}})
    net.stimulus("current", "exc", value=2 * mA, name="drive")
    return net


def test_parts_lists_and_arrays():
    net = small()
    exc = net.populations["exc"]
    assert exc[2:5] == "exc[2..5]" and len(exc) == 10
    pairs = np.array([[0, 1], [1, 2], [2, 0]])
    added = net.projection(exc[0:5], exc, "in", {"list": pairs}, weight=np.array([1.0, 2.0, 3.0]) * mV, delay=[0.5 * ms][0])
    assert added == range(0, 1)
    simulation = net.simulation(device="reference")
    synapses = simulation.synapses(0)
    np.testing.assert_array_equal(synapses.pre, [0, 1, 2])
    np.testing.assert_array_equal(synapses.post, [1, 2, 0])
    np.testing.assert_array_equal(synapses.weight, [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(synapses.delay, [0.5] * 3)


def test_parts_are_given_input_and_recorded():
    net = small()
    exc = net.populations["exc"]
    net.stimulus("current", exc[0:5], value="1 mA")
    net.record(exc[-3:], "v", every=1 * ms)
    assert net.get("stimulus[1].target") == "exc" and net.get("stimulus[1].neurons") == "[0, 1, 2, 3, 4]"
    trace = net.run("5 ms", device="reference").trace("exc", "v")
    np.testing.assert_array_equal(trace.neurons, [7, 8, 9])
    assert pickle.loads(pickle.dumps(exc[1:3])).neurons == range(1, 3)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (
            lambda net, exc: net.stimulus("current", exc[0:5], value=1 * mA, neurons=[0]),
            "target: `neurons` is given for `exc[0..5]`, which says them; legal: `exc` with `neurons`, or the part alone",
        ),
        (
            lambda net, exc: net.record([exc[0:5], exc], "v"),
            "population: a part of a population stands alone, found several populations; legal: one part, or whole populations",
        ),
        (
            lambda net, exc: net.stimulus("spike_times", exc[0:5], times=np.arange(5) * ms, weight=1 * mV),
            "target: `neurons` of `spike_times` are those of its spikes, found a part, `exc[0..5]`; legal: `exc`, and numbers in it as "
            "`neurons`",
        ),
        (lambda net, exc: exc[5:20], "exc[5:20]: it has no neurons, or not all of them; legal: a part of exc[0:10]"),
        (lambda net, exc: exc[-11:], "exc[-11:]: it has no neurons, or not all of them; legal: a part of exc[0:10]"),
        (lambda net, exc: exc[5:5], "exc[5:5]: it has no neurons, or not all of them; legal: a part of exc[0:10]"),
    ],
)
def test_parts_that_are_refused(wrong, text):
    net = small()
    with pytest.raises(InputError) as caught:
        wrong(net, net.populations["exc"])
    assert str(caught.value) == text and repr(net) == repr(small())


def test_arrays_of_parameters_and_of_neurons():
    net = Network(dt="0.1 ms")
    tau = np.linspace(10, 20, 4)
    net.population("exc", 4, "lif", params={"tau": tau * ms}, init={"v": np.zeros(4) * mV})
    net.stimulus("current", "exc", neurons=np.array([3, 1]), value=2 * mA)
    net.stimulus("current", "exc", neurons=range(0, 4, 2), value="1 mA")
    net.record("exc", "v", neurons=[0, 3], every=1 * ms)
    assert net.get("population[exc].params.tau").startswith("{ values = [")
    assert net.get("stimulus[0].neurons") == "[3, 1]"
    assert net.get("stimulus[1].neurons") == "[0, 2]"
    recording = net.run("5 ms", device="reference")
    assert recording.trace("exc", "v").values.shape == (5, 2)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (
            lambda net: net.population("inh", 0, "lif"),
            "population[inh].size: `size` must be a whole number from 1 to 4294967295, found 0",
        ),
        (
            lambda net: net.stimulus("current", "ecx", value=1 * mA),
            "stimulus[1].target: there is no population `ecx` (did you mean `exc`?); legal: exc",
        ),
        (lambda net: net.set("stimulus[drive].valeu", 1 * mA), None),
        (lambda net: Network(dt=1 * mV), "dt: 1 mV has dimension voltage, expected time (ms); legal: a time above 0"),
    ],
)
def test_what_is_wrong_is_said_as_the_program_says_it(wrong, text):
    net = small()
    with pytest.raises(InputError) as caught:
        wrong(net)
    if text is not None:
        assert str(caught.value) == text
    assert caught.value.field and repr(net) == repr(small())


XY = np.array([[0, 0.1], [0.2, 0], [0.3, 0.3], [0.5, 0.25]])


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (XY * mm, '{ values = [[0, 0.1], [0.2, 0], [0.3, 0.3], [0.5, 0.25]], unit = "mm" }'),
        ({"values": XY * mm}, '{ values = [[0, 0.1], [0.2, 0], [0.3, 0.3], [0.5, 0.25]], unit = "mm" }'),
        ({"values": XY, "unit": "mm"}, '{ values = [[0, 0.1], [0.2, 0], [0.3, 0.3], [0.5, 0.25]], unit = "mm" }'),
        ({"values": XY * mm, "unit": "mm"}, '{ values = [[0, 0.1], [0.2, 0], [0.3, 0.3], [0.5, 0.25]], unit = "mm" }'),
        (
            {"values": XY * mm, "extent": [2, 1] * mm, "periodic": True},
            '{ values = [[0, 0.1], [0.2, 0], [0.3, 0.3], [0.5, 0.25]], unit = "mm", extent = ["2 mm", "1 mm"], periodic = true }',
        ),
        ({"grid": np.array([2, 2]), "extent": np.array([2.0, 1.0]) * mm}, '{ grid = [2, 2], extent = ["2 mm", "1 mm"] }'),
        (XY[:, 0] * mm, '{ values = [0, 0.2, 0.3, 0.5], unit = "mm" }'),
    ],
)
def test_positions_are_taken_as_arrays(array, said):
    net = Network("0.1 ms", duration="1 ms")
    net.population("sheet", 4, "lif", positions=array)
    assert net.get("population[sheet].positions") == said
    net.run(device="reference")
    net.set("population[sheet].positions", array)
    assert net.get("population[sheet].positions") == said


def test_positions_of_another_shape_or_unit_are_refused():
    net = Network("0.1 ms", duration="1 ms")
    with pytest.raises(InputError) as caught:
        net.population("sheet", 3, "lif", positions=XY * mm)
    legal = "[3, 1], [3, 2] or [3, 3], the coordinates of each neuron"
    assert str(caught.value) == f"population[sheet].positions: the array has shape [4, 2]; legal: {legal}"
    with pytest.raises(InputError) as caught:
        net.population("others", 4, "lif", positions={"values": XY * mm, "unit": "um"})
    assert str(caught.value) == "values: they are in mm, and `unit` says something else; legal: one of the two"


def test_arrays_in_tables_are_as_lists():
    net = Network("0.1 ms")
    values = np.array([10.0, 15.0, 20.0, 25.0])
    params = {"tau": {"values": values, "unit": "ms"}, "v_th": {"normal": np.array([-50, 2]) * mV}, "tau_ref": {"values": values * ms}}
    net.population("cells", 4, "lif_ref", params=params)
    for name, said in (
        ("tau", '{ values = [10, 15, 20, 25], unit = "ms" }'),
        ("v_th", '{ normal = ["-50 mV", "2 mV"] }'),
        ("tau_ref", '{ values = [10, 15, 20, 25], unit = "ms" }'),
    ):
        assert net.get(f"population[cells].params.{name}") == said
    net.stimulus("poisson_input", "cells", sources=10, rate={"values": values, "unit": "Hz"}, weight="1 mV")
    assert net.get("stimulus[0].rate") == '{ values = [10, 15, 20, 25], unit = "Hz" }'
    with pytest.raises(TypeError, match="flatnonzero"):
        net.set("stimulus[0].rate", {"values": np.ones(4, bool)})


def test_an_error_of_a_model_is_that_of_lowering():
    net = Network(dt="0.1 ms", duration="1 ms")
    net.population("exc", 4, "lif", params={"tau": 5 * mV})
    with pytest.raises(InputError) as caught:
        net.run(device="reference")
    assert str(caught.value) == "population[exc].params.tau: 5 mV has dimension voltage, expected time (ms)"


def test_a_shape_that_does_not_fit():
    net = Network(dt="0.1 ms", duration="1 ms")
    net.population("exc", 4, "lif", params={"tau": np.ones(3) * ms})
    with pytest.raises(InputError, match=r"^population\[exc\]\.params\.tau: .*3.*4") as caught:
        net.run(device="reference")
    assert caught.value.field == "population[exc].params.tau"


def test_a_file_s_errors_have_their_lines(tmp_path):
    path = tmp_path / "net.toml"
    path.write_text('dt = "0.1 ms"\n[[population]]\nname = "exc"\nsize = "many"\nmodel = "lif"\n')
    with pytest.raises(InputError) as caught:
        Network.read(path)
    assert (caught.value.line, caught.value.column, caught.value.file) == (4, 8, str(path))
    assert str(caught.value).startswith(f"{path}:4:8: `size` must be a whole number")
    path.write_text('dt = "0.1 ms"\n[[population]]\nname = "exc"\nsize = 4\nmodel = "lif"\nparams = { tau = "5 mV" }\n')
    with pytest.raises(InputError) as caught:
        Network.read(path).run("1 ms", device="reference")
    assert caught.value.line == 6 and caught.value.field == "population[exc].params.tau"


def test_variables_of_a_file_are_set():
    net = Network.parse('dt = "0.1 ms"\n[let]\nn = 4\n[[population]]\nname = "exc"\nsize = "2 * n"\nmodel = "lif"\n')
    net.set("let.n", 5)
    assert net.populations["exc"].size == 10
    with pytest.raises(InputError):
        net.set("let.m", 5)
    # Once something is added, no file says what it is.
    net.population("inh", 1, "lif")
    with pytest.raises(InputError):
        net.set("let.n", 5)
    assert list(net.populations) == ["exc", "inh"]


def test_what_is_saved_is_read_again(tmp_path):
    net = small()
    net.population("many", 100, "lif", init={"v": np.arange(100) * mV})
    files = net.save(tmp_path / "net.toml")
    assert len(files) == 2
    again = Network.read(tmp_path / "net.toml")
    assert again.run(device="reference").hash == net.run(device="reference").hash


@pytest.mark.parametrize("size", [4, 100])
def test_the_folder_of_what_is_saved_is_made(tmp_path, monkeypatch, size):
    net = small()
    net.population("others", size, "lif", init={"v": np.arange(size) * mV})
    path = tmp_path / "new" / "folder" / "net.toml"
    assert str(path) in net.save(path)
    assert Network.read(path).populations["others"].size == size
    monkeypatch.chdir(tmp_path)
    assert "net.toml" in net.save("net.toml")


def test_a_copy_is_changed_by_itself():
    net = small()
    other = net.copy()
    other.set("stimulus[drive].value", 3 * mA)
    assert (net.get("stimulus[0].value"), other.get("stimulus[0].value")) == ("2 mA", "3 mA")


def test_a_model_of_one_s_own(networks):
    text = (networks.parent / "examples/own_neuron.wgsl").read_text()
    with pytest.raises(InputError) as caught:
        broken = Network(dt="0.1 ms", duration="1 ms")
        broken.population("cells", 2, Model("own_neuron", text.replace("return", "retrun", 1)))
        broken.run(device="0")
    assert caught.value.line is not None and caught.value.file.endswith("own_neuron.wgsl")
    assert text.splitlines()[caught.value.line - 1].replace("return", "retrun", 1) in str(caught.value)


def test_values_that_no_file_can_say():
    with pytest.raises(TypeError, match="is nothing that a network file can say"):
        small().set("dt", object())
