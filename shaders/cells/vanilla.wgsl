// h = φ([x, h]·W + b). Source: brainstate.nn.ValinaRNNCell.

struct Gates {
    h: f32,
}

fn vanilla_step(x: Gates, h: Gates, unit: Unit) -> Unit {
    return Unit(activation(x.h + h.h), unit.c, unit.bias);
}
