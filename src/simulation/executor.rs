//! Whoever executes a plan, behind one face: a device, the CPU engine or the reference.

use crate::backend::Backend;
use crate::plan::{Ended, Plan, State, Watch};
use crate::recording::Recording;
use crate::reference::Reference;
use crate::sim::{Engine, EngineOptions};
use crate::{Result, Warning, cpu};
use std::sync::Arc;

pub(super) enum Executor {
    Device(Box<Engine>),
    Cpu(Box<cpu::Engine>),
    Reference(Box<Reference>),
}

impl Executor {
    pub(super) fn new(plan: Arc<Plan>, backend: &Backend, options: &EngineOptions) -> Result<Self> {
        Ok(match backend {
            Backend::Gpu(gpu) => Self::Device(Box::new(Engine::new(gpu, plan, options)?)),
            Backend::Cpu { precision, .. } => Self::Cpu(Box::new(cpu::Engine::new(plan, *precision, options)?)),
            Backend::Reference => {
                let (allow, interrupt) = (options.allow_nonfinite, &options.interrupt);
                Self::Reference(Box::new(Reference::new(plan)?.allow_nonfinite(allow).interrupted_by(interrupt)))
            }
        })
    }

    /// An executor of a network with other synapses, which knows what this one has learnt.
    pub(super) fn after(&self, plan: Arc<Plan>, backend: &Backend, options: &EngineOptions) -> Result<Self> {
        match (self, backend) {
            (Self::Device(engine), Backend::Gpu(gpu)) => Ok(Self::Device(Box::new(engine.after(gpu, plan, options)?))),
            _ => Self::new(plan, backend, options),
        }
    }

    pub(super) fn restore(&mut self, state: &State) -> Result<()> {
        match self {
            Self::Device(engine) => engine.restore(state),
            Self::Cpu(engine) => engine.restore(state),
            Self::Reference(reference) => reference.restore(state),
        }
    }

    /// As [`restore`](Self::restore), with a state in which items that have ended are as they were.
    pub(super) fn restore_some(&mut self, state: &State) -> Result<()> {
        let watch = self.watch().clone();
        let restored = self.restore(state);
        *self.watch() = watch;
        restored
    }

    /// Goes on for another executor of such a network: items that have ended there have ended here.
    pub(super) fn stand_in(&mut self, other: &mut Self) {
        std::mem::swap(self.watch(), other.watch());
        if let (Self::Device(engine), Self::Device(other)) = (self, other) {
            engine.tell_as(other);
        }
    }

    pub(super) fn seen(&self) -> &Watch {
        match self {
            Self::Device(engine) => &engine.watch,
            Self::Cpu(engine) => &engine.watch,
            Self::Reference(reference) => &reference.watch,
        }
    }

    fn watch(&mut self) -> &mut Watch {
        match self {
            Self::Device(engine) => &mut engine.watch,
            Self::Cpu(engine) => &mut engine.watch,
            Self::Reference(reference) => &mut reference.watch,
        }
    }

    pub(super) fn run(&mut self, steps: u32, progress: &mut dyn FnMut(u32)) -> Result<Recording> {
        match self {
            Self::Device(engine) => engine.run(steps, progress),
            Self::Cpu(engine) => engine.run(steps, progress),
            Self::Reference(reference) => reference.run(steps, progress),
        }
    }

    /// What was suspicious in the last run.
    pub(super) fn warnings(&self) -> &[Warning] {
        match self {
            Self::Device(engine) => engine.warnings(),
            Self::Cpu(engine) => engine.warnings(),
            Self::Reference(reference) => reference.warnings(),
        }
    }

    pub(super) fn ended(&self) -> Vec<Ended> {
        match self {
            Self::Device(engine) => engine.ended(),
            Self::Cpu(engine) => engine.ended(),
            Self::Reference(reference) => reference.ended(),
        }
    }

    pub(super) fn state(&self) -> Result<State> {
        match self {
            Self::Device(engine) => engine.state(),
            Self::Cpu(engine) => engine.state(),
            Self::Reference(reference) => reference.ready("state").and_then(|()| reference.state()),
        }
    }

    /// A variable, by population and its own number, of some items and neurons.
    pub(super) fn read(&self, place: (usize, usize), items: &[u32], neurons: &[u32]) -> Result<Vec<f64>> {
        match self {
            Self::Device(engine) => engine.read(place, items, neurons),
            Self::Cpu(engine) => engine.read(place, items, neurons),
            Self::Reference(reference) => reference.read(place, items, neurons),
        }
    }
}
