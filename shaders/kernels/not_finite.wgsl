// Tells the host of state that is infinite or no number. Bits are what is tested: compilers may take x == x for granted.

/// All bits of a number but its sign, and those of infinity; all above are no numbers.
const MAGNITUDE = 0x7fffffffu;
const INFINITE = 0x7f800000u;

/// Notes a neuron, with the first of its variables that is not finite. Each dispatch has a word of the report, or REPORTED, one
/// for each item of the batch; there the first value stays, as the complement of 4 times its number and its kind: no number, infinity, or the negative one. A
/// buffer has less than 2³⁰ words, so the complement is never 0.
///
/// One atomic: software drivers step through it lane by lane, even where no lane is to do it.
fn report_not_finite(place: Place, variable: u32, bits: u32) {
    let value = (place.batch * SLAB + place.id) * VARIABLES + variable;
    let kind = select(select(1u, 2u, bits > MAGNITUDE), 0u, (bits & MAGNITUDE) > INFINITE);
    let item = min(place.batch, REPORTED - 1u);
    atomicMax(&report[NOT_FINITE + window.index * SLABS * REPORTED + item], ~(4u * value + kind));
}
