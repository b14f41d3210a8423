//! Single neurons against values computed by hand and by formula.

use super::tiny::{LIF, Tiny, constants, each, model, spikes};
use crate::model::{ModelKind, exp_relative};
use crate::plan::{Column, Target};

/// The published values have 7 or 8 digits and come from f32.
const PRINTED: f64 = 1e-8;

fn driven(name: &str, params: Vec<Column>, init: &[f64], current: Column, size: u32) -> Tiny {
    let mut tiny = Tiny::neurons(name, size, params, constants(init));
    tiny.stimulus(0, model(ModelKind::Stimulus, "current"), Target::Current, vec![current]);
    tiny
}

fn steps_of(spikes: &[(u32, u32)], neuron: u32) -> Vec<u32> {
    spikes.iter().filter(|spike| spike.1 == neuron).map(|spike| spike.0).collect()
}

#[test]
fn lif_charges_by_exponential_euler() {
    let mut lif = driven("lif", constants(&LIF), &[0.0], Column::Constant(2.0), 1).build();
    for expected in [0.03960265, 0.07842112, 0.11647093, 0.1537673, 0.19032516] {
        lif.run(1, &mut |_| ()).unwrap();
        let v = lif.value(0, 0, 0, 0);
        assert!((v - expected).abs() < PRINTED, "V = {v}, expected {expected}");
    }
}

#[test]
fn lif_fires_every_35_steps() {
    let mut lif = driven("lif", constants(&LIF), &[0.0], Column::Constant(2.0), 1).build();
    let steps = steps_of(&spikes(&mut lif, 150, 0), 0);
    assert_eq!(steps, [34, 69, 104, 139]);
}

#[test]
fn lif_ref_is_held_after_a_spike() {
    let mut params = constants(&LIF);
    params.push(Column::Constant(49.0)); // ⌈5 ms / 0.1 ms⌉ − 1
    let mut lif_ref = driven("lif_ref", params, &[0.0, 0.0], Column::Constant(2.0), 1).build();
    let steps = steps_of(&spikes(&mut lif_ref, 300, 0), 0);
    assert_eq!(steps, [34, 118, 202, 286]);
}

/// Interspike interval in steps of a LIF of τ = 20 ms, V_th = 20 mV without a refractory period, at dt = 0.1 ms.
fn interval(drive: f64) -> u32 {
    (20.0 / 0.1 * (drive / (drive - 20.0)).ln()).ceil() as u32
}

const DRIVES: [f64; 5] = [21.0, 25.0, 30.0, 40.0, 80.0];

#[test]
fn lif_follows_its_f_i_curve() {
    let params = constants(&[20.0, 1.0, 20.0, 0.0, 0.0, 1.0]);
    let mut lif = driven("lif", params, &[0.0], each(&DRIVES), 5).build();
    let fired = spikes(&mut lif, 3000, 0);
    for (neuron, drive) in DRIVES.into_iter().enumerate() {
        let m = interval(drive);
        let expected: Vec<u32> = (m - 1..3000).step_by(m as usize).collect();
        assert_eq!(steps_of(&fired, neuron as u32), expected, "R·I = {drive} mV");
    }
}

#[test]
fn lif_ref_follows_its_f_i_curve() {
    let params = constants(&[20.0, 1.0, 20.0, 0.0, 0.0, 1.0, 19.0]); // ⌈2 ms / 0.1 ms⌉ − 1
    let mut lif_ref = driven("lif_ref", params, &[0.0, 0.0], each(&DRIVES), 5).build();
    let fired = spikes(&mut lif_ref, 3000, 0);
    for (neuron, (drive, isi)) in DRIVES.into_iter().zip([628, 341, 239, 158, 77]).enumerate() {
        let expected: Vec<u32> = (interval(drive) - 1..3000).step_by(isi).collect();
        assert_eq!(steps_of(&fired, neuron as u32), expected, "R·I = {drive} mV");
    }
}

/// A conductance of 0.5 mS towards 0 mV, on a membrane of R = 1 kΩ.
fn conductance(v_th: f64, v: f64) -> Tiny {
    let mut tiny = Tiny::neurons("lif", 1, constants(&[20.0, 1000.0, v_th, -60.0, -60.0, 1.0]), constants(&[v]));
    tiny.port(0, None, ("coba", constants(&[0.0])), 1);
    tiny
}

#[test]
fn a_conductance_enters_the_jacobian() {
    let mut lif = conductance(-50.0, -60.0).build();
    let mut state = lif.state().unwrap();
    state.ring[0] = 1; // 0.5 mS
    lif.restore(&state).unwrap();
    lif.run(1, &mut |_| ()).unwrap();
    let v = lif.value(0, 0, 0, 0);
    // The published value is an f32; a frozen current would give −59.850374.
    assert_eq!(v as f32, -59.850559f64 as f32);
}

#[test]
fn currents_see_v_after_the_reset_and_what_is_stored_is_before_it() {
    let mut lif = conductance(-50.0, -45.0).build();
    let mut state = lif.state().unwrap();
    state.ring[0] = 1;
    lif.restore(&state).unwrap();
    assert_eq!(lif.value(0, 0, 0, 0), -45.0);
    lif.run(1, &mut |_| ()).unwrap();
    // From −60 mV, not from −45: τ V' = −(V + 60) + 0.5·(0 − V).
    let expected = -60.0 + 0.1 * exp_relative(0.1 * -1.5 / 20.0) * 30.0 / 20.0;
    let v = lif.value(0, 0, 0, 0);
    assert!((v - expected).abs() < 1e-12, "V = {v}, expected {expected}");
}

#[test]
fn a_jump_comes_after_the_integration() {
    let mut tiny = Tiny::neurons("lif", 1, constants(&[20.0, 1.0, 100.0, 0.0, 0.0, 0.0]), constants(&[10.0]));
    tiny.kick(0, &[0]);
    let mut lif = tiny.build();
    lif.run(1, &mut |_| ()).unwrap();
    let expected = 10.0 * (-0.1f64 / 20.0).exp() + 1.0;
    assert!((lif.value(0, 0, 0, 0) - expected).abs() < 1e-12);
}

#[test]
fn reaching_the_threshold_exactly_is_a_spike() {
    // From rest at 0 a jump of 1 mV reaches V_th = 1 mV.
    let mut tiny = Tiny::neurons("lif", 1, constants(&LIF), constants(&[0.0]));
    tiny.kick(0, &[3]);
    assert_eq!(spikes(&mut tiny.build(), 10, 0), [(3, 0)]);
}
