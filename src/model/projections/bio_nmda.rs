//! `bio_nmda`: NMDA receptors of second order, kept at the source. Source: `brainpy.state.BioNMDA` (Destexhe, Mainen & Sejnowski,
//! J. Comput. Neurosci. 1, 195, 1994).

use super::ampa::transmitter;
use crate::model::formulas::{ProjectionEquations, fields};
use crate::model::typed::typed_projection;
use crate::number::Number;
use crate::units::Quantity;
use uom::si::f64::{Frequency, MolarConcentration, Time};

typed_projection! {
    /// A graded projection: NMDA receptors of second order, kept at the source.
    BioNmda = "bio_nmda" {
        /// Rate at which g opens for x = 1; default 2 /ms.
        alpha1: Frequency,
        /// Rate at which g closes; default 0.01 /ms.
        beta1: Frequency,
        /// Rate of binding, a quantity such as `Quantity::parse("1 1/(ms*mM)")`; default 1 /(ms mM).
        alpha2: Quantity,
        /// Rate of unbinding; default 0.5 /ms.
        beta2: Frequency,
        /// Transmitter while it is there; default 1 mM.
        t: MolarConcentration,
        /// How long transmitter is there after a spike; default 0.5 ms.
        t_dur: Time,
    }
}

fields!(Params { alpha1, beta1, alpha2, beta2, t, t_dur: word });
fields!(State { g, x, left: word });

pub(crate) struct Equations;

impl ProjectionEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// The rate of binding while transmitter is there, how far a step of x goes then, and without; a step.
    type Derived<N: Number> = [N; 4];
    const GRADED: bool = true;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 4] {
        let rate = p.alpha2 * p.t;
        [rate, dt.exp_step(-rate - p.beta2), dt.exp_step(-p.beta2), dt]
    }

    #[inline(always)]
    fn value<N: Number>(s: &State<N>) -> N {
        s.g
    }

    #[inline(always)]
    fn update<N: Number>(
        p: &Params<N>,
        [rate, far, far_without, h]: &[N; 4],
        s: State<N>,
        spiked: N::Mask,
    ) -> State<N> {
        let one = N::of(1.0);
        let (on, left) = transmitter::<N>(s.left, p.t_dur, spiked);
        let slope = N::select(on, *rate * (one - s.x), N::of(0.0)) - p.beta2 * s.x;
        let x = s.x + N::select(on, *far, *far_without) * slope;
        let rate = p.alpha1 * x;
        let slope = rate * (one - s.g) - p.beta1 * s.g;
        State { g: s.g + h.exp_step(-rate - p.beta1) * slope, x, left }
    }
}
