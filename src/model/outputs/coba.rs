//! `coba`: I = g (E − V), g in mS, V in mV, I in mA. Source: `brainstate.nn.COBA`.

use crate::model::formulas::{Action, OutputEquations, fields};
use crate::model::twin::Current;
use crate::number::Number;

fields!(Params { e });

pub(crate) struct Equations;

impl OutputEquations for Equations {
    type Params<N: Number> = Params<N>;
    const CONDUCTANCE: bool = true;

    #[inline(always)]
    fn act<N: Number>(p: &Params<N>, g: N, v: N) -> Action<N> {
        // mS·mV is µA.
        let siemens = N::of(1e-3) * g;
        Action::Current(Current { value: siemens * (p.e - v), slope: -siemens })
    }
}
