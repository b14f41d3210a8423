"""What runs would take."""

import pytest

from neuropil import InputError, Network, NeuropilWarning, mA, mV, ms


def net() -> Network:
    built = Network(dt=0.1 * ms, duration="20 ms", seed=3)
    built.population("cells", 100, "lif", ports={"in": {"output": "delta"}})
    built.projection("cells", "cells", "in", {"fixed_indegree": 10}, weight=0.1 * mV, delay=1 * ms)
    built.stimulus("current", "cells", value=2 * mA, name="drive")
    return built


def test_a_plan_has_what_it_prints(device):
    plan = net().plan(device=device, batch=3)
    text = str(plan)
    assert repr(plan) == text == plan.text
    assert text.startswith(f"for {plan.device}\n100 neurons in 1 population, 1000 synapses\n")
    assert "\ntime step 0.1 ms, batch 3\nwindow 10 steps (delays 10 to 10 steps" in text
    assert (plan.neurons, plan.synapses, plan.batch, plan.dt, plan.window) == (100, 1000, 3, 0.1, 10)
    assert plan.lowering_bytes > 0 and plan.running_bytes > 0 and plan.warnings == []


def test_a_device_has_a_program_and_schedules():
    plan = net().plan(device="0")
    assert plan.device_bytes > 0
    assert [schedule.name.split(":")[0] for schedule in plan.schedules] == ["windowed", "direct", "resident"]
    (taken,) = [schedule for schedule in plan.schedules if schedule.taken is not None]
    begun = net().run(device="0").schedule
    assert begun == f"{taken.name}: {taken.taken}"
    # Buffers, kernels and dispatches are the program's.
    program, schedules = str(plan).split("\nschedules\n")
    assert "update" in program and "dispatch" in program
    for schedule in plan.schedules:
        said = schedule.taken or "possible" if schedule.impossible is None else f"not possible: {schedule.impossible}"
        assert f"  {schedule.name:<15} {said}\n" in schedules
    (other,) = net().plan(device="0", schedule="windowed:64").schedules[:1]
    assert other.name == "windowed:64" and other.taken is not None and other.tried == []


def test_the_cpu_has_none():
    plan = net().plan(device="cpu")
    assert plan.schedules == [] and plan.device_bytes == 0 and "schedules" not in str(plan)


def test_a_simulation_s_plan_is_that_of_its_network(device):
    simulation = net().simulation(device=device)
    assert str(simulation.plan()) == str(net().plan(device=device))
    simulation.run("5 ms")
    assert simulation.plan().synapses == 1000


def test_a_plan_is_refused_as_a_run_is():
    broken = net()
    broken.set("population[cells].params.tau", 5 * mV)
    with pytest.raises(InputError) as caught:
        broken.plan(device="cpu")
    assert str(caught.value) == "population[cells].params.tau: 5 mV has dimension voltage, expected time (ms)"
    late = net()
    late.stimulus("current", "cells", value=1 * mA, start="5 s", stop="6 s")
    with pytest.warns(NeuropilWarning) as warned:
        plan = late.plan(device="cpu")
    assert [str(warning.message) for warning in warned] == plan.warnings != [] and warned[0].filename == __file__
