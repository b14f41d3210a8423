// r, z from [x, h]·Wrz + b; h̃ = φ([x, r⊙h]·Wh + b); h = (1 − z)h + z h̃. Source: brainstate.nn.GRUCell.

struct Gates {
    r: f32,
    z: f32,
}

struct Candidate {
    h: f32,
}

fn gru_gate(x: Gates, h: Gates, unit: Unit) -> Gated {
    return Gated(sigmoid(x.r + h.r) * unit.h, x.z + h.z);
}

fn gru_step(x: Candidate, h: Candidate, kept: f32, unit: Unit) -> Unit {
    let z = gate(kept);
    return Unit(fma(z.shut, unit.h, z.open * activation(x.h + h.h)), unit.c, unit.bias);
}
