// r, z from [x, h]·Wrz + b; h̃ = φ(x·Wh + b + r⊙(h·Wh + bias)); h = (1 − z)h + z h̃.

struct Gates {
    r: f32,
    z: f32,
    h: f32,
}

fn gru_after_step(x: Gates, h: Gates, unit: Unit) -> Unit {
    let z = gate(x.z + h.z);
    let candidate = activation(fma(sigmoid(x.r + h.r), h.h + unit.bias, x.h));
    return Unit(fma(z.shut, unit.h, z.open * candidate), unit.c, unit.bias);
}
