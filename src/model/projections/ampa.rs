//! `ampa` and `gabaa`: receptors kept at the source, with transmitter in pulses. Source: `brainstate.nn.AMPA`, `brainstate.nn.GABAa`
//! (Destexhe, Mainen & Sejnowski, J. Comput. Neurosci. 1, 195, 1994). They differ in what their parameters are by default.

use crate::model::formulas::{ProjectionEquations, fields};
use crate::model::typed::typed_projection;
use crate::number::{Number, Word};
use crate::units::Quantity;
use uom::si::f64::{Frequency, MolarConcentration, Time};

typed_projection! {
    /// A graded projection: AMPA receptors, kept at the source.
    Ampa = "ampa" {
        /// Rate of binding, a quantity such as `Quantity::parse("0.98 1/(ms*mM)")`; default 0.98 /(ms mM).
        alpha: Quantity,
        /// Rate of unbinding; default 0.18 /ms.
        beta: Frequency,
        /// Transmitter while it is there; default 0.5 mM.
        t: MolarConcentration,
        /// How long transmitter is there after a spike; default 0.5 ms.
        t_dur: Time,
    }
}

typed_projection! {
    /// A graded projection: GABA_A receptors, kept at the source.
    GabaA = "gabaa" {
        /// Rate of binding, a quantity such as `Quantity::parse("0.53 1/(ms*mM)")`; default 0.53 /(ms mM).
        alpha: Quantity,
        /// Rate of unbinding; default 0.18 /ms.
        beta: Frequency,
        /// Transmitter while it is there; default 1 mM.
        t: MolarConcentration,
        /// How long transmitter is there after a spike; default 1 ms.
        t_dur: Time,
    }
}

fields!(Params { alpha, beta, t, t_dur: word });
fields!(State { g, left: word });

pub(crate) struct Equations;

/// Is there transmitter in this step, and for how many steps after it?
#[inline(always)]
pub(super) fn transmitter<N: Number>(left: N::Word, lasts: N::Word, spiked: N::Mask) -> (N::Mask, N::Word) {
    let left = N::Word::select(spiked, lasts, left);
    let none = left.equals(N::Word::of(0));
    let on = N::Word::of(0).below(left);
    (on, N::Word::select(none, left, left.minus(N::Word::of(1))))
}

impl ProjectionEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// The rate of binding while transmitter is there, and how far a step goes then, and without.
    type Derived<N: Number> = [N; 3];
    const GRADED: bool = true;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 3] {
        let rate = p.alpha * p.t;
        [rate, dt.exp_step(-rate - p.beta), dt.exp_step(-p.beta)]
    }

    #[inline(always)]
    fn value<N: Number>(s: &State<N>) -> N {
        s.g
    }

    #[inline(always)]
    fn update<N: Number>(p: &Params<N>, [rate, far, far_without]: &[N; 3], s: State<N>, spiked: N::Mask) -> State<N> {
        let (on, left) = transmitter::<N>(s.left, p.t_dur, spiked);
        let slope = N::select(on, *rate * (N::of(1.0) - s.g), N::of(0.0)) - p.beta * s.g;
        State { g: s.g + N::select(on, *far, *far_without) * slope, left }
    }
}
