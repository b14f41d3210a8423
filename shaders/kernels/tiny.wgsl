// What is not carried on from step to step, of neurons and of recurrent cells.

/// 2⁻¹⁰⁰, by its bits.
const TINY = 0x0d800000u;

/// x, but 0 of its sign where it is tiny: so nothing is carried on from step to step whose products would be subnormal, which
/// devices may take for 0 or not.
fn without_tiny(x: f32) -> f32 {
    let bits = bitcast<u32>(x);
    return bitcast<f32>(select(bits, bits & 0x80000000u, (bits & 0x7fffffffu) < TINY));
}
