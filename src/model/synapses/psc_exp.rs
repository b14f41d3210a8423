//! `psc_exp`: i⁺ = e^(−dt/τ) i + Δ, an exponential current that begins at the end of the step of arrival. Its output is the
//! constant current that moves a membrane of τ_m in the next step as the decaying one does.
//! Source: NEST's `iaf_psc_exp` (Rotter & Diesmann 1999, Biol. Cybern. 81:381).

use crate::model::formulas::{SynapseEquations, fields};
use crate::number::Number;

fields!(Params { tau, tau_m });
fields!(State { i, mean });

pub(crate) struct Equations;

impl SynapseEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// What is left of i after a step, and the constant current that acts as a unit of i does.
    type Derived<N: Number> = [N; 2];
    const UNIT: Option<&'static str> = Some("mA");

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 2] {
        // Longer steps change nothing, and would exceed f32.
        let [h, h_m] = [dt / p.tau, dt / p.tau_m].map(|h| h.least(N::of(1e30)));
        let kept = (-h).exponential();
        let near = kept * (h - h_m).exp_relative();
        // Far from 0 the first φ would exceed f32, and the factor before it be 0.
        let far = (-h_m).exponential() * (h_m - h).exp_relative();
        [kept, N::select((h - h_m).above(N::of(80.0)), far, near) / (-h_m).exp_relative()]
    }

    #[inline(always)]
    fn update<N: Number>([kept, weight]: &[N; 2], s: State<N>, arrivals: N) -> State<N> {
        State { i: *kept * s.i + arrivals, mean: *weight * s.i }
    }

    #[inline(always)]
    fn output<N: Number>(s: &State<N>) -> N {
        s.mean
    }
}
