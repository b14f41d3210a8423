//! The shape of a product, and how its matrix is laid out for the device.

use crate::rnn::phase::Phase;

/// Quads that stand beside each other in one row of a panel.
pub(super) const PANEL: usize = 8;
/// Units of a quad.
pub(super) const QUAD: usize = 4;
/// Rows k are a multiple of this: no variant reads more of them at once.
pub(super) const DEPTH: usize = 8;
/// Numbers of a part of a sum are a multiple of this, and parts at most so many.
const PART: usize = 64;
const PARTS: usize = 16;

/// A product of rows of `k` numbers with a matrix `[k, gates · units]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    /// Numbers of a row of the operand.
    pub k: usize,
    pub units: usize,
    pub gates: usize,
}

impl Shape {
    /// The input's part of a product.
    pub(super) fn of_input(phase: &Phase<'_>) -> Self {
        Self { k: phase.cell().n_in(), units: phase.cell().n_out(), gates: phase.gates() }
    }

    /// The part of h, or of what takes its place.
    pub(super) fn of_h(phase: &Phase<'_>) -> Self {
        Self { k: phase.cell().n_out(), ..Self::of_input(phase) }
    }

    pub fn quads(self) -> usize {
        self.units.div_ceil(QUAD)
    }

    /// Quads of all panels.
    pub fn padded_quads(self) -> usize {
        self.quads().next_multiple_of(PANEL)
    }

    /// Rows of the packed matrix.
    pub fn padded_k(self) -> usize {
        self.k.next_multiple_of(DEPTH)
    }

    /// Numbers of a part of a sum. It depends on k alone, so that every variant adds up in the same order.
    pub fn part(self) -> usize {
        PART * self.k.div_ceil(PART * PARTS)
    }

    /// vec4s of a row of what the product gives.
    pub fn row(self) -> usize {
        self.quads() * self.gates
    }

    /// Numbers of the packed matrix.
    pub fn packed(self) -> usize {
        self.padded_quads() * self.padded_k() * self.gates * QUAD
    }

    /// Floating-point operations for so many rows, without padding.
    pub fn operations(self, rows: usize) -> f64 {
        2.0 * rows as f64 * self.k as f64 * (self.gates * self.units) as f64
    }

    /// The matrix as `shaders/kernels/product.wgsl` reads it, from its numbers at (row, gate, unit).
    pub fn pack<T: Default>(self, number: impl Fn(usize, usize, usize) -> T) -> Vec<T> {
        let mut packed = Vec::with_capacity(self.packed());
        for panel in 0..self.padded_quads() / PANEL {
            for k in 0..self.padded_k() {
                for quad in panel * PANEL..(panel + 1) * PANEL {
                    for gate in 0..self.gates {
                        for unit in quad * QUAD..(quad + 1) * QUAD {
                            let there = k < self.k && unit < self.units;
                            packed.push(if there { number(k, gate, unit) } else { T::default() });
                        }
                    }
                }
            }
        }
        packed
    }

    /// A vector of one number for each gate and unit, as a row of what the product gives.
    pub fn pack_row<T: Default>(self, number: impl Fn(usize, usize) -> T) -> Vec<T> {
        let places = (0..self.quads() * self.gates * QUAD).map(|at| {
            let (quad, gate, unit) = (at / QUAD / self.gates, at / QUAD % self.gates, at % QUAD);
            (gate, quad * QUAD + unit)
        });
        places.map(|(gate, unit)| if unit < self.units { number(gate, unit) } else { T::default() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_place() {
        let shape = Shape { k: 3, units: 37, gates: 3 };
        let packed = shape.pack(|k, gate, unit| 1 + k * 1000 + gate * 100 + unit);
        assert_eq!(packed.len(), 2 * 8 * 8 * 3 * 4);
        for k in 0..3 {
            for gate in 0..3 {
                for unit in 0..37 {
                    // As `weights_of` in the kernel has it.
                    let quad = unit / 4;
                    let at = ((quad / PANEL * shape.padded_k() + k) * PANEL + quad % PANEL) * 3 + gate;
                    assert_eq!(packed[at * 4 + unit % 4], 1 + k * 1000 + gate * 100 + unit);
                }
            }
        }
        assert_eq!(packed.iter().filter(|number| **number != 0).count(), 3 * 3 * 37);
        let row = shape.pack_row(|gate, unit| 1 + gate * 100 + unit);
        assert_eq!(row.len(), shape.row() * 4);
        assert_eq!((row[(9 * 3 + 2) * 4], row[(9 * 3 + 2) * 4 + 1]), (237, 0));
    }

    #[test]
    fn parts_depend_on_k_alone() {
        let part = |k| Shape { k, units: 1, gates: 1 }.part();
        assert_eq!([1, 64, 65, 1024, 1025, 4096].map(part), [64, 64, 64, 64, 128, 256]);
    }
}
