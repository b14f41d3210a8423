//! Parameters and state as structs of a model's own, whatever a number is: `fields!` declares them.

use crate::number::{Lanes, Number};
use crate::shader::FieldKind;

/// Where the values of fields come from, in order.
pub(crate) trait Source<N: Number> {
    /// The next, which is a number.
    fn number(&mut self) -> N;
    /// The next, which is a whole number.
    fn word(&mut self) -> N::Word;
}

/// Where they go, in order.
pub(crate) trait Sink<N: Number> {
    /// The next, which is a number.
    fn number(&mut self, value: N);
    /// The next, which is a whole number.
    fn word(&mut self, value: N::Word);
}

/// Parameters or state: named values in the order of the WGSL struct.
pub(crate) trait Fields<N: Number>: Copy + Send + Sync + 'static {
    /// Names, and how the device holds them.
    const FIELDS: &'static [(&'static str, FieldKind)];

    /// Reads all.
    fn read(source: &mut impl Source<N>) -> Self;
    /// Writes all.
    fn write(self, sink: &mut impl Sink<N>);
    /// `yes` where the mask holds, `no` elsewhere.
    fn select(mask: N::Mask, yes: Self, no: Self) -> Self;
    /// The same, without numbers whose products a device may take for 0 or not.
    fn without_tiny(self) -> Self
    where
        N: Lanes;
    /// A number of them by its place among all fields; `None` for a whole number.
    fn number_mut(&mut self, field: usize) -> Option<&mut N>;
    /// A whole number of them.
    fn word_mut(&mut self, field: usize) -> Option<&mut N::Word>;
}

impl<N: Number> Fields<N> for () {
    const FIELDS: &'static [(&'static str, FieldKind)] = &[];

    #[inline(always)]
    fn read(_source: &mut impl Source<N>) -> Self {}

    #[inline(always)]
    fn write(self, _sink: &mut impl Sink<N>) {}

    #[inline(always)]
    fn select(_mask: N::Mask, _yes: Self, _no: Self) -> Self {}

    #[inline(always)]
    fn without_tiny(self) -> Self
    where
        N: Lanes,
    {
    }

    #[inline(always)]
    fn number_mut(&mut self, _field: usize) -> Option<&mut N> {
        None
    }

    #[inline(always)]
    fn word_mut(&mut self, _field: usize) -> Option<&mut N::Word> {
        None
    }
}

/// `fields! { Params { tau, r, held: word } }`: a struct with these fields, numbers but for those that are said to be words.
macro_rules! fields {
    ($name:ident { $($field:ident $(: $word:ident)?),+ $(,)? }) => {
        pub(crate) struct $name<N: $crate::number::Number> {
            $(pub(super) $field: $crate::model::formulas::fields!(@type N $($word)?),)+
        }

        impl<N: $crate::number::Number> Clone for $name<N> {
            #[inline(always)]
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<N: $crate::number::Number> Copy for $name<N> {}

        impl<N: $crate::number::Number> $crate::model::formulas::Fields<N> for $name<N> {
            const FIELDS: &'static [(&'static str, $crate::shader::FieldKind)] =
                &[$((stringify!($field), $crate::model::formulas::fields!(@kind $($word)?))),+];

            #[inline(always)]
            fn read(source: &mut impl $crate::model::formulas::Source<N>) -> Self {
                Self { $($field: $crate::model::formulas::fields!(@call source $($word)?),)+ }
            }

            #[inline(always)]
            fn write(self, sink: &mut impl $crate::model::formulas::Sink<N>) {
                $($crate::model::formulas::fields!(@write sink, self.$field, $($word)?);)+
            }

            #[inline(always)]
            fn select(mask: N::Mask, yes: Self, no: Self) -> Self {
                Self { $($field: $crate::model::formulas::fields!(@select N, mask, yes.$field, no.$field, $($word)?),)+ }
            }

            #[inline(always)]
            fn without_tiny(self) -> Self
            where
                N: $crate::number::Lanes,
            {
                Self { $($field: $crate::model::formulas::fields!(@tiny self.$field, $($word)?),)+ }
            }

            #[inline(always)]
            fn number_mut(&mut self, field: usize) -> Option<&mut N> {
                let mut at = 0;
                $(
                    if at == field {
                        return $crate::model::formulas::fields!(@number self.$field, $($word)?);
                    }
                    at += 1;
                )+
                debug_assert!(at > 0);
                None
            }

            #[inline(always)]
            fn word_mut(&mut self, field: usize) -> Option<&mut N::Word> {
                let mut at = 0;
                $(
                    if at == field {
                        return $crate::model::formulas::fields!(@word self.$field, $($word)?);
                    }
                    at += 1;
                )+
                debug_assert!(at > 0);
                None
            }
        }
    };
    (@type $n:ident) => { $n };
    (@type $n:ident word) => { <$n as $crate::number::Number>::Word };
    (@kind) => { $crate::shader::FieldKind::F32 };
    (@kind word) => { $crate::shader::FieldKind::U32 };
    (@call $source:ident) => { $source.number() };
    (@call $source:ident word) => { $source.word() };
    (@write $sink:ident, $value:expr,) => { $sink.number($value) };
    (@write $sink:ident, $value:expr, word) => { $sink.word($value) };
    (@select $n:ident, $mask:ident, $yes:expr, $no:expr,) => { $n::select($mask, $yes, $no) };
    (@select $n:ident, $mask:ident, $yes:expr, $no:expr, word) => {
        <$n::Word as $crate::number::Word>::select($mask, $yes, $no)
    };
    (@tiny $value:expr,) => { $value.without_tiny() };
    (@tiny $value:expr, word) => { $value };
    (@number $value:expr,) => { Some(&mut $value) };
    (@number $value:expr, word) => { None };
    (@word $value:expr,) => { None };
    (@word $value:expr, word) => { Some(&mut $value) };
}

pub(crate) use fields;
