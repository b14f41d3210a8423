// f, r, u, o from [x, h]·W; f = σ(f + b), r = σ(r − b); G = 2rf + (1 − 2r)f²; c = Gc + (1 − G)φ(u); h = σ(o)φ(c).
// Source: brainstate.nn.URLSTMCell.

struct Gates {
    f: f32,
    r: f32,
    u: f32,
    o: f32,
}

fn ur_lstm_step(x: Gates, h: Gates, unit: Unit) -> Unit {
    let f = gate(x.f + h.f + unit.bias);
    let r = gate(x.r + h.r - unit.bias);
    // G and 1 − G as sums of what is not negative: no difference of near numbers where gates saturate.
    let kept = f.open * (2.0 * r.open * f.shut + f.open);
    let added = f.shut * (f.shut + 2.0 * r.shut * f.open);
    let c = fma(kept, unit.c, added * activation(x.u + h.u));
    return Unit(sigmoid(x.o + h.o) * activation(c), c, unit.bias);
}
