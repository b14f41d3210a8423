//! Quantities in Rust source: `20.0.ms()` as a `uom` quantity, and the way from `uom` into [`Quantity`].
//!
//! `uom` counts in SI base units. Both ways move the decimal point, so `20.0.ms()` is exactly 20 ms again.

use super::quantity::shift_point;
use super::{Quantity, Unit};
use uom::si::f64::{
    Capacitance, ElectricCurrent, ElectricPotential, ElectricalConductance, ElectricalResistance, Frequency, Length,
    MolarConcentration, Time, Velocity,
};

/// A type that stands for one dimension, so that the compiler checks what a setter is given.
pub trait Physical: Copy + Into<Quantity> {
    /// The unit that models count it in.
    fn unit() -> Unit;
}

impl Physical for f64 {
    fn unit() -> Unit {
        Unit::ONE
    }
}

macro_rules! physical {
    ($($quantity:ty, $base:ty, $unit:expr;)*) => {$(
        impl From<$quantity> for Quantity {
            /// In the unit that models count in.
            fn from(quantity: $quantity) -> Self {
                let unit = $unit;
                Quantity::new(shift_point(quantity.get::<$base>(), -unit.exponent()), &unit)
            }
        }
        impl Physical for $quantity {
            fn unit() -> Unit {
                $unit
            }
        }
    )*};
}

physical! {
    Time, uom::si::time::second, Unit::MILLISECOND;
    ElectricPotential, uom::si::electric_potential::volt, Unit::MILLIVOLT;
    ElectricCurrent, uom::si::electric_current::ampere, Unit::MILLIAMPERE;
    ElectricalResistance, uom::si::electrical_resistance::ohm, Unit::OHM;
    ElectricalConductance, uom::si::electrical_conductance::siemens, Unit::MILLISIEMENS;
    Capacitance, uom::si::capacitance::farad, Unit::PICOFARAD;
    Frequency, uom::si::frequency::hertz, Unit::HERTZ;
    MolarConcentration, uom::si::molar_concentration::mole_per_cubic_meter, Unit::MILLIMOLAR;
    Length, uom::si::length::meter, Unit::MILLIMETRE;
    Velocity, uom::si::velocity::meter_per_second, Unit::METRE_PER_SECOND;
}

macro_rules! literals {
    ($($quantity:ty, $base:ty: $($(#[$doc:meta])* $name:ident $exponent:literal,)*;)*) => {
        /// Quantities from plain numbers.
        ///
        /// ```
        /// use neuropil::units::{Literal, Quantity};
        /// assert_eq!(Quantity::from(20.0.ms()), Quantity::parse("20 ms").unwrap());
        /// assert_eq!(0.1.megaohm(), 100.0.kohm());
        /// ```
        pub trait Literal {
            $($(
                $(#[$doc])*
                fn $name(self) -> $quantity;
            )*)*
        }

        impl Literal for f64 {
            $($(
                fn $name(self) -> $quantity {
                    <$quantity>::new::<$base>(shift_point(self, $exponent))
                }
            )*)*
        }
    };
}

literals! {
    Time, uom::si::time::second:
        /// Seconds.
        s 0,
        /// Milliseconds.
        ms -3,
        /// Microseconds.
        us -6,;
    ElectricPotential, uom::si::electric_potential::volt:
        /// Volts.
        volt 0,
        /// Millivolts.
        mv -3,
        /// Microvolts.
        uv -6,;
    ElectricCurrent, uom::si::electric_current::ampere:
        /// Milliamperes.
        ma -3,
        /// Microamperes.
        ua -6,
        /// Nanoamperes.
        na -9,
        /// Picoamperes.
        pa -12,;
    ElectricalResistance, uom::si::electrical_resistance::ohm:
        /// Ohms.
        ohm 0,
        /// Kiloohms.
        kohm 3,
        /// Megaohms (not milliohms).
        megaohm 6,
        /// Gigaohms.
        gigaohm 9,;
    ElectricalConductance, uom::si::electrical_conductance::siemens:
        /// Siemens.
        siemens 0,
        /// Millisiemens.
        millisiemens -3,
        /// Microsiemens.
        microsiemens -6,
        /// Nanosiemens (`ns` would read as nanoseconds).
        nanosiemens -9,;
    Capacitance, uom::si::capacitance::farad:
        /// Microfarads.
        uf -6,
        /// Nanofarads.
        nf -9,
        /// Picofarads.
        pf -12,;
    Frequency, uom::si::frequency::hertz:
        /// Hertz.
        hz 0,
        /// Kilohertz.
        khz 3,;
    MolarConcentration, uom::si::molar_concentration::mole_per_cubic_meter:
        /// Moles per litre.
        molar 3,
        /// Millimoles per litre.
        millimolar 0,
        /// Micromoles per litre.
        micromolar -3,;
    Length, uom::si::length::meter:
        /// Millimetres.
        mm -3,
        /// Micrometres.
        um -6,;
    Velocity, uom::si::velocity::meter_per_second:
        /// Metres per second: millimetres per millisecond.
        m_per_s 0,;
}
