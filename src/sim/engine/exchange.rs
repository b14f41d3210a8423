//! Values that change while a network runs: words that kernels read are written where they stand; what stands in the kernels' texts
//! makes other kernels.

use super::{Engine, Window};
use crate::Result;
use crate::plan::Plan;
use crate::sim::program::{NetworkProgram, Values};
use std::ops::Range;
use std::sync::Arc;

/// Words between two that differ which are rather written, too, than left out by a write more.
const GAP: usize = 64;

impl Engine {
    /// Goes on with a plan that differs from the present one in values alone. The state stays.
    ///
    /// # Errors
    /// As those of [`Engine::new`]. Nothing has changed then, unless the device is lost.
    pub(crate) fn exchange(&mut self, plan: Arc<Plan>) -> Result<()> {
        if self.broken {
            // What a failed run has left under way is not waited for.
            self.executor.restart(self.step)?;
        }
        let gpu = self.executor.gpu().clone();
        let limits = gpu.limits();
        let [old, new] = [&self.plan, &plan].map(|plan| Values::of(plan, &self.tuning, limits));
        let same = old.parts == new.parts && old.data.len() == new.data.len();
        if same {
            let changed = differing(&old.data, &new.data);
            for range in &changed {
                self.executor.write(self.places.data, range.start, &new.data[range.clone()])?;
            }
            self.plan = plan;
            return if changed.is_empty() { Ok(()) } else { self.derive_anew() };
        }
        plan.check(limits, &gpu.info().name)?;
        let NetworkProgram { program, places } = NetworkProgram::new(&plan, &self.tuning, limits)?;
        self.executor.exchange(&program, places.data)?;
        drop(program);
        (self.plan, self.places) = (plan, places);
        self.derive_anew()?;
        self.executor.warm_up(self.places.window, &Window::NOTHING.clock())
    }

    /// Computes what follows from parameters; if that fails, nobody knows what the next steps would be.
    fn derive_anew(&mut self) -> Result<()> {
        let broken = std::mem::replace(&mut self.broken, true);
        self.derive()?;
        self.broken = broken;
        Ok(())
    }
}

/// Ranges with all words that differ.
fn differing(old: &[u32], new: &[u32]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in old.iter().zip(new).enumerate().filter(|(_, (old, new))| old != new) {
        let end = at.saturating_add(1);
        match found.last_mut() {
            Some(last) if at <= last.end.saturating_add(GAP) => last.end = end,
            _ => found.push(at..end),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::tests::gpu;
    use crate::network::{Current, Network, PoissonInput, Population, Written};
    use crate::options::EngineOptions;
    use crate::plan::LowerOptions;
    use crate::units::Literal;

    #[test]
    #[cfg_attr(without_device, ignore = "there is no device")]
    fn what_was_set_once_is_written_where_it_stands() {
        let gpu = gpu();
        let mut net = Network::new(0.1.ms());
        let cells = net.add(Population::new("cells", 100, "lif"));
        net.stimulate(Current::new(&cells, 0.5.ma()));
        net.stimulate(PoissonInput::new(&cells, 100, 5.0.hz(), 0.1.mv()));
        let options = LowerOptions { limits: gpu.limits().clone(), ..LowerOptions::default() };
        let plan = Arc::new(Plan::lower(&net, &options).unwrap());
        let mut engine = Engine::new(&gpu, plan, &EngineOptions::default()).unwrap();
        let mut set = |path: &str, value: &str| {
            net.set_running(path, &Written::from(value)).unwrap();
            let plan = match path.starts_with("population") {
                true => engine.plan.with_population(std::slice::from_ref(&net), 0).unwrap(),
                false => {
                    engine
                        .plan
                        .with_stimulus(std::slice::from_ref(&net), u32::from(path.starts_with("stimulus[1]")))
                        .unwrap()
                        .0
                }
            };
            // What compiling took is another time for each kernel.
            let before = engine.executor.compiling();
            engine.exchange(Arc::new(plan)).unwrap();
            engine.executor.compiling() != before
        };
        for path in ["population[cells].params.tau", "stimulus[0].value", "stimulus[1].rate"] {
            let unit = if path.ends_with("tau") {
                "ms"
            } else if path.ends_with("rate") {
                "Hz"
            } else {
                "mA"
            };
            let compiled = [7.0, 6.0, 6.5, 5.75].map(|value| set(path, &format!("{value} {unit}")));
            assert_eq!(compiled, [true, false, false, false], "{path}");
        }
        assert!(!set("stimulus[0].value", "5.75 mA"), "nothing has changed");
    }

    #[test]
    fn words_that_differ_are_found() {
        let old = vec![0; 300];
        let mut new = old.clone();
        for at in [3, 4, 4 + 65, 299] {
            new[at] = 1;
        }
        assert_eq!(differing(&old, &new), [3..70, 299..300]);
        assert_eq!(differing(&old, &old), [0..0; 0]);
    }
}
