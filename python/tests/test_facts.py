"""What there is."""

import json
import re

import pytest

import neuropil
from neuropil import Model, NeuropilError, devices, doctor, models, schema


def test_devices_end_with_the_cpu():
    found = devices()
    assert found[-1]["name"] == "cpu" and found[-1]["index"] is None
    assert [device["index"] for device in found[:-1]] == list(range(len(found) - 1))


def test_the_doctor_tests_the_cpu():
    (name, findings), = doctor("cpu").items()
    assert name.startswith("the CPU engine in ") and all(finding.passed for finding in findings) and findings
    with pytest.raises(NeuropilError):
        doctor("reference")


def test_models_have_their_parameters(networks):
    (lif,) = models("lif_ref")
    assert lif["kind"] == "neuron" and "tau_ref" in [param["name"] for param in lif["params"]]
    assert {model["name"] for model in models()} >= {"lif", "expon", "coba", "poisson_input"}
    path = networks.parent / "examples/own_neuron.wgsl"
    (own,) = models(path)
    (same,) = models(Model("own_neuron", path.read_text()))
    assert own["params"] == same["params"] and own["name"] == "own_neuron"
    with pytest.raises(NeuropilError, match="did you mean `lif_ref`"):
        models("lif_rf")


def test_the_schema_is_json():
    assert "properties" in json.loads(schema())


def test_the_version_is_there():
    assert re.fullmatch(r"\d+\.\d+\.\d+", neuropil.__version__)


def test_the_commit_stands_alone():
    # None where the build could not know, as outside of a repository.
    assert neuropil.__commit__ is None or re.fullmatch(r"[0-9a-f]{40}(-dirty)?", neuropil.__commit__)
