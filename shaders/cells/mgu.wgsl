// f from [x, h]·Wf + b; h̃ = φ([x, f⊙h]·Wh + b); h = (1 − f)h + f h̃. Source: brainstate.nn.MGUCell.

struct Gates {
    f: f32,
}

struct Candidate {
    h: f32,
}

fn mgu_gate(x: Gates, h: Gates, unit: Unit) -> Gated {
    let f = x.f + h.f;
    return Gated(sigmoid(f) * unit.h, f);
}

fn mgu_step(x: Candidate, h: Candidate, kept: f32, unit: Unit) -> Unit {
    let f = gate(kept);
    return Unit(fma(f.shut, unit.h, f.open * activation(x.h + h.h)), unit.c, unit.bias);
}
