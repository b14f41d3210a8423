//! `tsodyks2`: facilitation and depression, from spike to spike. Source: NEST's `tsodyks2_synapse` (Tsodyks & Markram, PNAS 94, 719,
//! 1997; Fuhrmann et al., J. Neurophysiol. 87, 140, 2002).

use crate::model::formulas::{ProjectionEquations, fields};
use crate::model::typed::typed_projection;
use crate::number::{Number, Word};
use uom::si::f64::Time;

typed_projection! {
    /// Short-term plasticity of a projection, facilitation and depression, as NEST's `tsodyks2_synapse` has it.
    Tsodyks2 = "tsodyks2" {
        /// Fraction of x that the first spike releases; default 0.5.
        u: f64,
        /// Time constant of recovery; default 800 ms.
        tau_rec: Time,
        /// Time constant of facilitation, 0 for none; default 0 ms.
        tau_fac: Time,
    }
}

fields!(Params { u, tau_rec, tau_fac });
fields!(State { u, x, since: word });

pub(crate) struct Equations;

/// u and x at a spike in the step that begins in this state.
#[inline(always)]
fn at_spike<N: Number>(p: &Params<N>, [rec, fac]: &[N; 2], s: &State<N>) -> [N; 2] {
    let (h, one, far) = (N::of_word(s.since), N::of(1.0), N::of(1e30));
    let x = one + (s.x - s.x * s.u - one) * (-(h * *rec).least(far)).exponential();
    let u = p.u + s.u * (one - p.u) * (-(h * *fac).least(far)).exponential();
    let first = s.since.equals(Word::of(0));
    [N::select(first, p.u, u), N::select(first, one, x)]
}

impl ProjectionEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// dt/τ_rec and dt/τ_fac.
    type Derived<N: Number> = [N; 2];

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 2] {
        let none = p.tau_fac.equals(N::of(0.0));
        [dt / p.tau_rec, N::select(none, N::of(1e30), dt / p.tau_fac.greatest(N::of(1e-30)))]
    }

    #[inline(always)]
    fn amplitude<N: Number>(p: &Params<N>, derived: &[N; 2], s: &State<N>) -> N {
        let [u, x] = at_spike(p, derived, s);
        u * x
    }

    #[inline(always)]
    fn update<N: Number>(p: &Params<N>, derived: &[N; 2], s: State<N>, spiked: N::Mask) -> State<N> {
        let [u, x] = at_spike(p, derived, &s);
        let one_more = s.since.minus(Word::of(u32::MAX));
        let later = Word::select(s.since.equals(Word::of(0)), s.since, one_more);
        let since = Word::select(spiked, Word::of(1), later);
        State { u: N::select(spiked, u, s.u), x: N::select(spiked, x, s.x), since }
    }
}
