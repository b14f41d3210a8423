//! What a spike brings of a weight where its projection has a model: the part that its amplitude says, as a whole number, so that
//! sums stay exact and their order does not matter.

/// The amplitude of a spike that brings whole weights: amplitudes are counted in parts of 2^-16.
pub(crate) const WHOLE: u32 = 1 << 16;

/// Of a count the part that an amplitude of at most [`WHOLE`] says, the nearest whole number to it, of its sign.
#[inline(always)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "both products are below 2^32, and the size of what comes of it no larger than the count's"
)]
pub(super) fn released(count: i32, amplitude: u32) -> i32 {
    let size = count.unsigned_abs();
    let (high, low) = (size >> 16, size & 0xffff);
    let part = (high * amplitude + ((low * amplitude + (1 << 15)) >> 16)).cast_signed();
    let sign = count >> 31;
    (part ^ sign) - sign
}

/// The amplitude of a fraction, which is 0 to 1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within bounds")]
pub(crate) fn amplitude(fraction: f64) -> u32 {
    let fraction = if fraction > 0.0 { fraction.min(1.0) } else { 0.0 };
    (fraction * f64::from(WHOLE) + 0.5) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_count_is_the_nearest_whole_number() {
        let counts = [0, 1, 2, 3, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x1_0001, 123_456_789, i32::MAX - 1, i32::MAX];
        for count in counts {
            for amplitude in [0, 1, 2, 0x7fff, 0x8000, 0x8001, 9830, 0xffff, WHOLE] {
                let exact = f64::from(count) * f64::from(amplitude) / f64::from(WHOLE);
                let found = released(count, amplitude);
                assert_eq!(f64::from(found), (exact + 0.5).floor(), "{count} at {amplitude}");
                assert_eq!(released(-count, amplitude), -found);
            }
            assert_eq!(released(count, WHOLE), count);
        }
    }

    #[test]
    fn amplitudes_are_parts_of_one() {
        let of = [-1.0, -0.0, 0.0, 0.15, 0.5, 1.0, 1.5, f64::NAN, f64::INFINITY].map(amplitude);
        assert_eq!(of, [0, 0, 0, 9830, 1 << 15, WHOLE, WHOLE, 0, WHOLE]);
    }
}
