"""What the items of a batch or a sweep say of themselves: what each would if it had been alone."""

import json

import pytest

from neuropil import Network, NeuropilWarning, mA, sweep


def noisy(**options):
    net = Network("0.1 ms", duration="30 ms", seed=3, **options)
    net.population("p", 20, "lif", ports={"in": {"output": "delta"}})
    net.projection("p", "p", "in", {"fixed_indegree": 3}, "0.1 mV", "1 ms")
    net.stimulus("current", "p", name="d", value="2 mA")
    net.stimulus("poisson_input", "p", sources=10, rate="1 kHz", weight="0.5 mV")
    return net


def summary(recording, folder):
    recording.save(folder)
    return json.loads((folder / "summary.json").read_text())


def test_an_item_of_a_batch_says_its_seed(tmp_path):
    items = noisy().run(batch=3, seed=7, device="cpu").items()
    said = [summary(item, tmp_path / str(number)) for number, item in enumerate(items)]
    assert [(it["seed"], it["wiring_seed"], it["batch"]) for it in said] == [(7, 3, 1), (8, 3, 1), (9, 3, 1)]
    for item, it in zip(items, said):
        alone = noisy().run(seed=it["seed"], device="cpu")
        assert alone.hash == item.hash == it["spike_hash"]
        assert summary(alone, tmp_path / "alone")["synapses"] == it["synapses"] == 60
    (again,) = items[2].items()
    assert summary(again, tmp_path / "again")["seed"] == 9


def test_items_with_wirings_of_their_own_say_them(tmp_path):
    net = noisy(wiring="own")
    whole = net.run(batch=2, device="cpu")
    said = [summary(item, tmp_path / str(number)) for number, item in enumerate(whole.items())]
    assert [(it["seed"], it["wiring_seed"], it["synapses"]) for it in said] == [(3, 3, 60), (4, 4, 60)]
    assert summary(whole, tmp_path / "whole")["synapses"] == 120


def test_an_item_of_a_sweep_says_its_values(tmp_path):
    found = sweep(noisy(), {"stimulus[d].value": ["1 mA", "3 mA"]}, seeds=[7, 8], device="cpu")
    for number, item in enumerate(found):
        said = summary(item.recording, tmp_path / str(number))
        assert (said["seed"], said["wiring_seed"], said["batch"]) == (item.seed, 3, 1)
        (put,) = said["set"]
        assert (put["path"], put["value"]) == ("stimulus[d].value", f'"{item.values["stimulus[d].value"]}"')
        net = noisy()
        net.set(put["path"], json.loads(put["value"]))
        assert net.run(seed=said["seed"], device="cpu").hash == said["spike_hash"]


def test_an_item_of_a_file_says_the_file_and_all_that_was_put(tmp_path):
    path = tmp_path / "net.toml"
    noisy().save(path)
    net = Network.read(path)
    net.set("stimulus[d].value", "2.5 mA")
    found = sweep(net, {"duration": ["20 ms"]}, seeds=[1, 2], device="cpu")
    said = summary(found[1].recording, tmp_path / "out")
    assert said["seed"] == 2 and said["network_file"]["path"] == str(path)
    assert [put["path"] for put in said["set"]] == ["stimulus[d].value", "duration"]
    assert (tmp_path / "out/network.toml").read_text() == path.read_text()


def test_each_item_says_whether_it_stopped(tmp_path):
    net = Network("0.1 ms", duration="50 ms")
    net.population("p", 2, "lif")
    net.stimulus("current", "p", name="d", value="2 mA")
    net.set("until", "spikes(p) >= 6")
    found = sweep(net, {"stimulus[d].value": [2 * mA, 4 * mA, 0.5 * mA]}, device="cpu")
    stopped = []
    for number, item in enumerate(found):
        net.set("stimulus[d].value", item.values["stimulus[d].value"])
        stopped.append(net.run(device="cpu").stopped)
        assert item.recording.stopped == stopped[-1]
        said = summary(item.recording, tmp_path / str(number))["stopped"]
        assert [it["item"] for it in said] == [0] * len(stopped[-1])
    assert [len(it) for it in stopped] == [1, 1, 0] and stopped[0] != stopped[1]


def test_each_item_has_its_own_warnings():
    net = Network("0.1 ms", duration="20 ms")
    net.population("cells", 2, "izhikevich")
    net.stimulus("current", "cells", value="20 mA")
    values = {"population[cells].init.v": ["-65 mV", "-3e38 mV", "-60 mV"]}
    with pytest.warns(NeuropilWarning, match="item 1 ended"):
        found = sweep(net, values, device="cpu")
    assert found[0].recording.warnings == found[2].recording.warnings == []
    (said,) = found[1].recording.warnings
    assert said.startswith("population[cells]: it ended: v of neuron 0 of population `cells` is NaN after ")
    assert said.endswith("; what it recorded from there on is left out")


SILENCE = (
    "no neuron spiked in 20 ms: look at the drive (stimuli, weights and their units) and at the thresholds; a record of `v` shows how "
    "near it came"
)


def test_silence_is_said(tmp_path):
    net = Network("0.1 ms", duration="20 ms")
    net.population("cells", 2, "lif")
    net.stimulus("current", "cells", name="d", value="0 mA")
    with pytest.warns(NeuropilWarning, match="no neuron spiked in 20 ms"):
        recording = net.run(device="cpu")
    assert recording.warnings == [SILENCE] and summary(recording, tmp_path / "out")["warnings"] == [SILENCE]
    # Of a batch those items say so who are silent, and of a whole run it matters who is silent at its end.
    found = sweep(net, {"stimulus[d].value": ["0 mA", "3 mA"]}, device="cpu")
    assert [item.recording.warnings for item in found] == [[SILENCE], []]
    simulation = net.simulation(device="cpu")
    with pytest.warns(NeuropilWarning):
        before = simulation.run()
    simulation.set("stimulus[d].value", "3 mA")
    later = simulation.run()
    assert later.warnings == (before + later).warnings == []


def test_a_picture_is_a_png(tmp_path):
    picture = noisy().run(device="cpu").plot()
    with pytest.raises(ValueError) as caught:
        picture.save(tmp_path / "x.svg")
    assert str(caught.value) == f"{tmp_path / 'x.svg'}: a picture is a PNG, found the ending '.svg'; legal: .png"
    assert not (tmp_path / "x.svg").exists()
    picture.save(tmp_path / "x.PNG")
