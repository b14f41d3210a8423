// i, g, f, o from [x, h]·W + b; c = σ(f + 1)c + σ(i)φ(g); h = σ(o)φ(c). Source: brainstate.nn.LSTMCell.

struct Gates {
    i: f32,
    g: f32,
    f: f32,
    o: f32,
}

fn lstm_step(x: Gates, h: Gates, unit: Unit) -> Unit {
    let c = fma(sigmoid(x.f + h.f + 1.0), unit.c, sigmoid(x.i + h.i) * activation(x.g + h.g));
    return Unit(sigmoid(x.o + h.o) * activation(c), c, unit.bias);
}
