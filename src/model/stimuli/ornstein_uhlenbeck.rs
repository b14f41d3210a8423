//! `ornstein_uhlenbeck`: the exact update of the process (Gillespie, Phys. Rev. E 54, 2084, 1996), with normal numbers
//! by the inverse of their distribution (Wichura, "Algorithm AS 241", Appl. Statist. 37(3), 1988).

use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::number::Number;

fields!(Params { mean, sigma, tau });
fields!(State { x });

pub(crate) struct Equations;

impl StimulusEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// What is left of x after a step, and what a standard normal number adds.
    type Derived<N: Number> = [N; 2];
    const RANDOM: bool = true;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 2] {
        let h = dt / p.tau;
        let spread = (N::of(2.0) * h).exp_step(N::of(-1.0)).root();
        [(-h).exponential(), p.sigma * spread]
    }

    #[inline(always)]
    fn step<N: Number>(
        p: &Params<N>,
        [kept, spread]: &[N; 2],
        s: State<N>,
        _site: Site,
        random: N::Word,
        _data: &[u32],
    ) -> (State<N>, N) {
        let x = s.x.fma(*kept, *spread * N::normal_of(random));
        (State { x }, p.mean + x)
    }
}
