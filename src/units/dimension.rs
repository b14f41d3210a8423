//! Dimensions: what kind of thing a unit measures, as exponents of the SI base units.

use std::fmt;

/// Exponents of the SI base units that neuroscience needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Dimension {
    /// Exponent of the kilogram.
    pub kg: i8,
    /// Exponent of the metre.
    pub m: i8,
    /// Exponent of the second.
    pub s: i8,
    /// Exponent of the ampere.
    pub a: i8,
    /// Exponent of the mole.
    pub mol: i8,
}

/// The dimensions that have a name, with the unit that models count them in.
const NAMED: [(Dimension, &str, &str); 11] = [
    (Dimension::TIME, "time", "ms"),
    (Dimension::VOLTAGE, "voltage", "mV"),
    (Dimension::CURRENT, "current", "mA"),
    (Dimension::RESISTANCE, "resistance", "ohm"),
    (Dimension::CONDUCTANCE, "conductance", "mS"),
    (Dimension::CAPACITANCE, "capacitance", "pF"),
    (Dimension::FREQUENCY, "frequency", "Hz"),
    (Dimension::CONCENTRATION, "concentration", "mM"),
    (Dimension::LENGTH, "length", "mm"),
    (Dimension::VELOCITY, "velocity", "m/s"),
    (Dimension::NONE, "dimensionless", "1"),
];

impl Dimension {
    /// A pure number.
    pub const NONE: Self = Self::new(0, 0, 0, 0, 0);
    /// Time: s.
    pub const TIME: Self = Self::new(0, 0, 1, 0, 0);
    /// Electric potential: V.
    pub const VOLTAGE: Self = Self::new(1, 2, -3, -1, 0);
    /// Electric current: A.
    pub const CURRENT: Self = Self::new(0, 0, 0, 1, 0);
    /// Electric resistance: ohm.
    pub const RESISTANCE: Self = Self::new(1, 2, -3, -2, 0);
    /// Electric conductance: S.
    pub const CONDUCTANCE: Self = Self::new(-1, -2, 3, 2, 0);
    /// Capacitance: F.
    pub const CAPACITANCE: Self = Self::new(-1, -2, 4, 2, 0);
    /// Frequency: Hz.
    pub const FREQUENCY: Self = Self::new(0, 0, -1, 0, 0);
    /// Amount of substance per volume: M.
    pub const CONCENTRATION: Self = Self::new(0, -3, 0, 0, 1);
    /// Length: m.
    pub const LENGTH: Self = Self::new(0, 1, 0, 0, 0);
    /// Velocity: m/s.
    pub const VELOCITY: Self = Self::new(0, 1, -1, 0, 0);

    /// The dimension with these exponents of kg, m, s, A and mol.
    pub const fn new(kg: i8, m: i8, s: i8, a: i8, mol: i8) -> Self {
        Self { kg, m, s, a, mol }
    }

    /// Its name, as `voltage`; exponents of base units where it has none, as `m·s^-1`.
    pub fn name(&self) -> String {
        match NAMED.iter().find(|(dimension, _, _)| dimension == self) {
            Some((_, name, _)) => (*name).to_owned(),
            None => self.exponents(),
        }
    }

    fn exponents(&self) -> String {
        let bases = [("kg", self.kg), ("m", self.m), ("s", self.s), ("A", self.a), ("mol", self.mol)];
        let written = bases.iter().filter(|(_, exponent)| *exponent != 0).map(|(base, exponent)| match exponent {
            1 => (*base).to_owned(),
            _ => format!("{base}^{exponent}"),
        });
        written.collect::<Vec<_>>().join("·")
    }

    /// The dimension of a product; none where an exponent leaves the range of `i8`.
    pub(super) fn times(self, other: Self) -> Option<Self> {
        self.join(other, i8::checked_add)
    }

    /// The dimension of a power; none where an exponent leaves the range of `i8`.
    pub(super) fn power(self, exponent: i8) -> Option<Self> {
        self.join(Self::new(exponent, exponent, exponent, exponent, exponent), i8::checked_mul)
    }

    fn join(self, other: Self, join: fn(i8, i8) -> Option<i8>) -> Option<Self> {
        Some(Self {
            kg: join(self.kg, other.kg)?,
            m: join(self.m, other.m)?,
            s: join(self.s, other.s)?,
            a: join(self.a, other.a)?,
            mol: join(self.mol, other.mol)?,
        })
    }
}

impl fmt::Display for Dimension {
    /// The name with the unit that models count it in: `voltage (mV)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMED.iter().find(|(dimension, _, _)| dimension == self) {
            Some((Self::NONE, name, _)) => f.write_str(name),
            Some((_, name, unit)) => write!(f, "{name} ({unit})"),
            None => f.write_str(&self.exponents()),
        }
    }
}
