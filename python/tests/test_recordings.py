"""What runs recorded, in arrays, tables and pictures."""

import gc

import numpy as np
import pytest

from neuropil import InputError, Network, mA, ms


@pytest.fixture(scope="module")
def recording():
    net = Network(dt=0.1 * ms, duration="100 ms", seed=1, name="two <populations>")
    net.population("cells", 10, "lif")
    net.population("quiet", 5, "lif")
    net.stimulus("current", "cells", value=np.linspace(1.5, 3, 10) * mA)
    net.record("cells", "v", every=1 * ms, neurons=[7, 2])
    net.record("cells", "spikes")
    net.record("quiet", "spikes", neurons=[1, 3])
    return net.run(device="reference")


def test_arrays_look_into_the_recording(recording):
    one, other = recording["cells"], recording["cells"]
    assert one.step.dtype == one.neuron.dtype == one.item.dtype == np.uint32
    assert np.shares_memory(one.step, other.step), "nothing is copied"
    assert not one.step.flags.writeable and not one.step.flags.owndata
    assert np.all(np.diff(one.step.astype(int)) >= 0)
    trace = recording.trace("cells", "v")
    assert np.shares_memory(trace.values, recording.traces[0].values)
    assert trace.values.shape == (100, 2) and trace.values.dtype == np.float32 and trace.unit == "mV"
    np.testing.assert_array_equal(trace.neurons, [7, 2])
    np.testing.assert_allclose(trace.t[:2], [0.1, 1.1])


def test_traces_are_tables():
    pandas = pytest.importorskip("pandas")
    net = Network(dt="0.1 ms", duration="2 ms", seed=1)
    net.population("cells", 4, "lif", init={"v": {"normal": ["0 mV", "5 mV"]}})
    net.record("cells", "v", every=1 * ms, neurons=[3, 1])
    for batch in (1, 3):
        trace = net.run(device="reference", batch=batch).trace("cells", "v")
        table = trace.to_dataframe()
        assert list(table.columns) == ["t_ms", "neuron", "item", "v [mV]"] and len(table) == 2 * batch * 2
        values = trace.values.reshape(2, batch, 2)
        for index, line in table.iterrows():
            at, item, of = np.unravel_index(index, (2, batch, 2))
            assert (line["t_ms"], line["neuron"], line["item"]) == (trace.t[at], trace.neurons[of], item)
            assert line["v [mV]"] == values[at, item, of]
    assert isinstance(table, pandas.DataFrame)


def test_times_are_made_anew(recording):
    for what in (recording["cells"], recording.trace("cells", "v")):
        assert what.t is not what.t and not np.shares_memory(what.t, what.t)


def test_a_folder_has_the_file_of_a_network_that_comes_from_one(tmp_path):
    text = 'dt = "0.1 ms"\nduration = "1 ms"\n[[population]]\nname = "a"\nsize = 1\nmodel = "lif"\n'
    net = Network.parse(text)
    for changed in (False, True):
        if changed:
            net.population("b", 1, "lif")
        folder = tmp_path / str(changed)
        net.run(device="reference").save(folder)
        assert (folder / "network.toml").exists() is not changed


def test_arrays_outlive_the_recording():
    net = Network(dt=0.1 * ms, duration="20 ms")
    net.population("cells", 10, "lif")
    net.stimulus("current", "cells", value=2 * mA)
    steps = net.run(device="reference")["cells"].step
    before = steps.copy()
    gc.collect()
    np.testing.assert_array_equal(steps, before)


def test_figures_are_those_of_numpy(recording):
    spikes = recording["cells"]
    assert recording.rate("cells") == pytest.approx(len(spikes) / 10 / 0.1)
    late = spikes.t >= 50
    assert recording.rate("cells", start=50 * ms) == pytest.approx(late.sum() / 10 / 0.05)
    assert recording.rate("cells", start="50 ms") == recording.rate("cells", start=50)
    start, hz = recording.rates("cells", width="10 ms")
    np.testing.assert_allclose(start, np.arange(10) * 10)
    counts, _ = np.histogram(spikes.step, bins=np.arange(11) * 100)
    np.testing.assert_allclose(hz, counts / 10 / 0.01)
    cvs = [np.std(gaps) / np.mean(gaps) for n in range(10) for gaps in [np.diff(spikes.step[spikes.neuron == n].astype(float))] if len(gaps) >= 5]
    assert recording.cv("cells") == pytest.approx(np.mean(cvs))
    assert recording.cv("quiet") is None and recording.rate("quiet") == 0.0
    np.testing.assert_array_equal(recording["quiet"].recorded, [1, 3])


def test_names_that_there_are_not(recording):
    with pytest.raises(InputError) as caught:
        recording["cell"]
    assert str(caught.value) == "recording: there is no population `cell`; legal: cells, quiet"
    with pytest.raises(InputError) as caught:
        recording.trace("cells", "w")
    assert str(caught.value) == "recording: `w` of `cells` was not recorded; legal: cells.v"


def test_a_table_has_all_spikes(recording):
    pandas = pytest.importorskip("pandas")
    table = recording.to_dataframe()
    assert list(table.columns) == ["population", "t_ms", "neuron", "item"]
    assert len(table) == len(recording["cells"])
    assert isinstance(table["population"].dtype, pandas.CategoricalDtype) and set(table["population"]) == {"cells"}
    np.testing.assert_allclose(table["t_ms"], recording["cells"].t)


def test_the_picture_is_the_program_s(recording, tmp_path):
    picture = recording.plot()
    assert picture.png.startswith(b"\x89PNG")
    files = recording.save(tmp_path / "out")
    names = [file.rsplit("/", 1)[1] for file in files]
    assert names == ["summary.json", "spikes.npz", "traces.npz", "raster.png"]
    assert (tmp_path / "out/raster.png").read_bytes() == picture.png
    picture.save(tmp_path / "again.png")
    assert (tmp_path / "again.png").read_bytes() == picture.png
    with np.load(tmp_path / "out/spikes.npz") as saved:
        np.testing.assert_array_equal(saved["cells.step"], recording["cells"].step)


def test_notebooks_show_figures_and_the_picture(recording):
    shown = recording._repr_html_()
    assert "<td>cells</td>" in shown and "data:image/png;base64," in shown
    assert "two &lt;populations&gt;" in shown
    text = repr(recording).splitlines()
    assert text[0].startswith("two <populations>: 100 ms on reference in ")
    assert text[2].split()[:3] == ["cells", "10", str(len(recording["cells"]))]
