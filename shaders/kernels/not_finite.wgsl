// Tells the host of state that is infinite or no number. Bits are what is tested: compilers may take x == x for granted.

/// All bits of a number but its sign, and those of infinity; all above are no numbers.
const MAGNITUDE = 0x7fffffffu;
const INFINITE = 0x7f800000u;

/// Words of the report: the complement of the number of the first dispatch that found any; what its neurons are, in all;
/// and the complement of the first value's number there, times 4, and its kind: no number, infinity, or the negative one.
const NOT_FINITE_IN = 2u;
const NOT_FINITE_NEURONS = 3u;
const NOT_FINITE_FIRST = 4u;

/// Notes a neuron, with the first of its variables that is not finite. A buffer has less than 2³⁰ words, so the complement
/// is never 0; and dispatches come one after the other, so a later one finds the note of the first.
fn report_not_finite(place: Place, variable: u32, bits: u32) {
    let dispatch = ~(window.list * SLABS + SLAB_NUMBER);
    if (atomicMax(&report[NOT_FINITE_IN], dispatch) > dispatch) {
        return;
    }
    atomicAdd(&report[NOT_FINITE_NEURONS], 1u);
    let value = (place.batch * SLAB + place.id) * VARIABLES + variable;
    let kind = select(select(1u, 2u, bits > MAGNITUDE), 0u, (bits & MAGNITUDE) > INFINITE);
    atomicMax(&report[NOT_FINITE_FIRST], ~(4u * value + kind));
}
