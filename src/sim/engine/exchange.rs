//! Values that change while a network runs: words that kernels read are written where they stand; what stands in the kernels' texts
//! makes other kernels.

use super::{Engine, Window};
use crate::Result;
use crate::plan::Plan;
use crate::program::StageId;
use crate::sim::copies::joined;
use crate::sim::program::{NetworkProgram, Values};
use std::ops::Range;
use std::sync::Arc;

impl Engine {
    /// Goes on with a plan that differs from the present one in values alone. The state stays.
    ///
    /// # Errors
    /// As those of [`Engine::new`]. It has the values from before then; where the device failed, a state must be restored before another
    /// run.
    pub(crate) fn exchange(&mut self, plan: Arc<Plan>) -> Result<()> {
        if self.broken {
            // What a failed run has left under way is not waited for.
            self.executor.restart(self.step)?;
        }
        let gpu = self.executor.gpu().clone();
        let limits = gpu.limits();
        let old = self.values.take().unwrap_or_else(|| Values::of(&self.plan, &self.tuning, limits));
        let new = Values::of(&plan, &self.tuning, limits);
        let set = self.exchange_values(plan, &old, &new);
        self.values = Some(if set.is_ok() { new } else { old });
        set
    }

    /// The same, from these values to those.
    fn exchange_values(&mut self, plan: Arc<Plan>, old: &Values, new: &Values) -> Result<()> {
        if old.parts == new.parts && old.data.len() == new.data.len() {
            let changed = differing(&old.data, &new.data);
            if changed.is_empty() {
                self.plan = plan;
                return Ok(());
            }
            let set = self.write(&changed, &new.data).and_then(|()| self.derive_anew());
            if set.is_ok() {
                self.plan = plan;
            } else {
                // Of two errors the first says what is wrong.
                let _ = self.write(&changed, &old.data);
            }
            return set;
        }
        let gpu = self.executor.gpu().clone();
        let limits = gpu.limits();
        plan.check(limits, &gpu.info().name)?;
        let NetworkProgram { program, places } = NetworkProgram::new(&plan, &self.tuning, limits)?;
        let before = self.executor.exchange(&program, places.data)?;
        drop(program);
        let before = (before, std::mem::replace(&mut self.plan, plan), std::mem::replace(&mut self.places, places));
        let set = self.derive_anew().and_then(|()| self.executor.warm_up(self.places.window, &Window::NOTHING.clock()));
        if set.is_err() {
            let (code, plan, places) = before;
            self.executor.put_back(code, places.data);
            (self.plan, self.places) = (plan, places);
            (self.broken, self.derived) = (true, false);
        }
        set
    }

    fn write(&self, ranges: &[Range<usize>], words: &[u32]) -> Result<()> {
        ranges.iter().try_for_each(|range| self.executor.write(self.places.data, range.start, &words[range.clone()]))
    }

    /// Computes what is computed once, and again where words have changed from which it may follow.
    pub(super) fn derive(&mut self) -> Result<()> {
        if let Some(stage) = self.places.derive {
            self.derive_by(stage)?;
            #[cfg(test)]
            if self.fails_to_derive {
                return Err(crate::Error::Unfinished { expected: 1, reached: 0 });
            }
        }
        self.derived = true;
        Ok(())
    }

    fn derive_by(&mut self, stage: StageId) -> Result<()> {
        let once = Window { steps: 1, ..Window::NOTHING };
        // Compiling does not count.
        self.executor.warm_up(stage, &Window::NOTHING.clock())?;
        if self.executor.once(stage, &once.clock(), self.timeout)? { Ok(()) } else { Err(self.hung("derive", 0)) }
    }

    /// Computes what follows from parameters; if that fails, nobody knows what the next steps would be until a state is restored.
    fn derive_anew(&mut self) -> Result<()> {
        let broken = std::mem::replace(&mut self.broken, true);
        self.derived = false;
        self.derive()?;
        self.broken = broken;
        Ok(())
    }
}

/// Ranges with all words that differ.
fn differing(old: &[u32], new: &[u32]) -> Vec<Range<usize>> {
    joined(old.iter().zip(new).enumerate().filter(|(_, (old, new))| old != new).map(|(at, _)| at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::tests::gpu;
    use crate::network::{Current, Network, PoissonInput, Population, Written, uniform};
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
        for (path, unit, expected) in [
            ("population[cells].params.tau", "ms", [true, false, false, false]),
            ("stimulus[0].value", "mA", [true, false, false, false]),
            ("stimulus[1].rate", "Hz", [true, false, false, false]),
            ("stimulus[0].start", "ms", [true; 4]),
        ] {
            let compiled = [7.0, 6.0, 6.5, 5.75].map(|value| set(path, &format!("{value} {unit}")));
            assert_eq!(compiled, expected, "{path}");
        }
        assert!(!set("stimulus[0].value", "5.75 mA"), "nothing has changed");
        // What is kept of the values is what they are.
        let anew = Values::of(&engine.plan, &engine.tuning, gpu.limits());
        assert!(engine.values.is_some_and(|kept| kept.parts == anew.parts && kept.data == anew.data));
    }

    /// A driver fails when it has computed what follows from new values, once in kernels that stay, once in those that were compiled anew.
    #[test]
    #[cfg_attr(without_device, ignore = "there is no device")]
    fn values_from_before_act_where_new_ones_fail() {
        let gpu = gpu();
        let mut net = Network::new(0.1.ms());
        let spread = uniform(4.0.ms(), 6.0.ms());
        let cells = net.add(Population::new("cells", 300, crate::model::Lif::new().tau(spread)));
        net.stimulate(Current::new(&cells, 5.0.ma()));
        let options = LowerOptions { limits: gpu.limits().clone(), ..LowerOptions::default() };
        let plan = Arc::new(Plan::lower(&net, &options).unwrap());
        for (path, value) in [
            ("population[cells].params.tau", "{ uniform = [\"7 ms\", \"9 ms\"] }"),
            ("population[cells].params.r", "2 ohm"),
        ] {
            let mut engine = Engine::new(&gpu, plan.clone(), &EngineOptions::default()).unwrap();
            let initial = engine.state().unwrap();
            let expected = engine.run(100, &mut |_| ()).unwrap();
            let mut changed = net.clone();
            changed.set_running(path, &Written::from(value)).unwrap();
            let new = Arc::new(plan.with_population(std::slice::from_ref(&changed), 0).unwrap());
            engine.fails_to_derive = true;
            let left = "the device left work undone without reporting a failure";
            let error = engine.exchange(new.clone()).unwrap_err().to_string();
            assert!(error.starts_with(left), "{error}");
            assert_eq!(engine.plan.fingerprint, plan.fingerprint);
            let known = "run: an earlier run failed half-way; legal: restore a state first";
            assert_eq!(engine.run(1, &mut |_| ()).unwrap_err().to_string(), known);
            engine.fails_to_derive = false;
            engine.restore(&initial).unwrap();
            assert_eq!(engine.run(100, &mut |_| ()).unwrap(), expected, "{path}");
            engine.restore(&initial).unwrap();
            engine.exchange(new).unwrap();
            assert_ne!(engine.run(100, &mut |_| ()).unwrap(), expected, "{path}");
        }
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
