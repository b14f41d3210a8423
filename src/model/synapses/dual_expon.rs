//! `dual_expon`: the difference of two exponentials, with its peak as large as the weight. Its step is that of
//! g = norm·(decay − rise), written so that nothing cancels. Source: `brainstate.nn.DualExpon`.

use crate::model::formulas::{SynapseEquations, fields};
use crate::number::Number;

fields!(Params { tau_decay, tau_rise });
fields!(State { g, rise });

pub(crate) struct Equations;

impl SynapseEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// What is left of g and of the rise after a step, and what g gains of the rise.
    type Derived<N: Number> = [N; 3];

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 3] {
        let one = N::of(1.0);
        // Longer steps leave nothing, and steeper rises change nothing; both would exceed f32.
        let h = (dt / p.tau_decay).least(N::of(1e4));
        let y = ((p.tau_decay - p.tau_rise) / p.tau_rise).least(N::of(1e30));
        let kept = (-h).exponential();
        // ln(1 + y)/y, from a sum that may have lost y.
        let u = one + y;
        let slope = N::select(u.equals(one), one, u.logarithm() / (u - one));
        // norm is (1 + 1/y)·e^slope, and a_d − a_r is a_d·(1 − e^(−h·y)).
        let gained = u * slope.exponential() * h * (-h * y).exp_relative() * kept;
        [kept, (-dt / p.tau_rise).exponential(), gained]
    }

    #[inline(always)]
    fn update<N: Number>([kept, rise_kept, gained]: &[N; 3], s: State<N>, arrivals: N) -> State<N> {
        State { g: *kept * s.g + *gained * s.rise, rise: *rise_kept * s.rise + arrivals }
    }

    #[inline(always)]
    fn output<N: Number>(s: &State<N>) -> N {
        s.g
    }
}
