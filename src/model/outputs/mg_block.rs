//! `mg_block`: I = g·B(V)·(E − V), with the part B of channels that magnesium leaves open. Its slope has both: that of the drive,
//! and that of B. Source: `brainstate.nn.MgBlock`; Jahr & Stevens 1990, J. Neurosci. 10:3178.

use crate::model::formulas::{Action, OutputEquations, fields};
use crate::model::twin::Current;
use crate::number::Number;

fields!(Params { e, cc_mg, alpha, beta, v_offset });

pub(crate) struct Equations;

impl OutputEquations for Equations {
    type Params<N: Number> = Params<N>;
    const CONDUCTANCE: bool = true;

    #[inline(always)]
    fn act<N: Number>(p: &Params<N>, g: N, v: N) -> Action<N> {
        // mS·mV is µA.
        let siemens = N::of(1e-3) * g;
        // B, with one division.
        let open = p.beta / (p.beta + p.cc_mg * (p.alpha * (p.v_offset - v)).exponential());
        let drive = p.e - v;
        let conductance = siemens * open;
        let slope = conductance * (p.alpha * (N::of(1.0) - open) * drive - N::of(1.0));
        Action::Current(Current { value: conductance * drive, slope })
    }
}
