//! The twins of the catalogue: its equations with one number in f64.

use super::{
    Action, Fields, NeuronEquations, OutputEquations, ProjectionEquations, Sink, Site, Source, StimulusEquations,
    SynapseEquations,
};
use crate::model::twin::{
    self, Current, Input, NeuronTwin, OutputTwin, ProjectionTwin, StimulusTwin, SynapseTwin, Unfit,
};

/// Values of one neuron, one after the other.
struct Values<'a>(std::slice::Iter<'a, f64>);

impl Source<f64> for Values<'_> {
    fn number(&mut self) -> f64 {
        self.0.next().copied().unwrap_or(0.0)
    }

    fn word(&mut self) -> u32 {
        self.number() as u32
    }
}

struct Into<'a>(std::slice::IterMut<'a, f64>);

impl Sink<f64> for Into<'_> {
    fn number(&mut self, value: f64) {
        if let Some(place) = self.0.next() {
            *place = value;
        }
    }

    fn word(&mut self, value: u32) {
        self.number(value.into());
    }
}

fn read<F: Fields<f64>>(values: &[f64]) -> F {
    F::read(&mut Values(values.iter()))
}

fn write(fields: impl Fields<f64>, values: &mut [f64]) {
    fields.write(&mut Into(values.iter_mut()));
}

impl<E: NeuronEquations> NeuronTwin for E {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        write(E::reset(&read(p), read(s)), s);
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let p = read(p);
        let derived = E::derive(&p, dt);
        let response = E::response(&p, &derived, input.slope);
        write(E::update(&p, &derived, &response, read(s), input), s);
    }

    fn held(&self, p: &[f64], s: &[f64]) -> bool {
        E::held::<f64>(&read(p), &read(s)).unwrap_or(false)
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        let (p, s) = (read(p), read(s));
        let distance = E::distance::<f64>(&p, &s);
        // At a threshold that must be exceeded it is just below 0.
        if distance >= 0.0 && !E::threshold::<f64>(&p, &s) { 0f64.next_down() } else { distance }
    }

    fn spikes(&self) -> bool {
        E::SPIKES
    }
}

impl<E: SynapseEquations> SynapseTwin for E {
    fn update(&self, p: &[f64], s: &mut [f64], arrivals: f64, dt: f64) {
        let derived = E::derive(&read(p), dt);
        write(E::update(&derived, read(s), arrivals), s);
    }

    fn output(&self, _p: &[f64], s: &[f64]) -> f64 {
        E::output(&read(s))
    }

    fn unit(&self) -> Option<&'static str> {
        E::UNIT
    }
}

impl<E: OutputEquations> OutputTwin for E {
    fn current(&self, p: &[f64], g: f64, v: f64) -> Option<Current> {
        match E::act(&read(p), g, v) {
            Action::Current(current) => Some(current),
            Action::Jump(_) => None,
        }
    }

    fn jump(&self, p: &[f64], g: f64) -> Option<f64> {
        match E::act(&read(p), g, 0.0) {
            Action::Current(_) => None,
            Action::Jump(jump) => Some(jump),
        }
    }
}

impl<E: StimulusEquations> StimulusTwin for E {
    fn advance(&self, p: &[f64], s: &mut [f64], site: twin::Site, random: u32, data: &[u32]) -> f64 {
        let p = read(p);
        let place = Site { batch: site.batch, step: site.step };
        let (state, number) = E::step(&p, &E::derive(&p, site.dt), read(s), place, random, data);
        write(state, s);
        number
    }

    fn words(&self, p: &[f64], dt: f64) -> Result<Vec<u32>, Unfit> {
        E::words(p, dt)
    }
}

impl<E: ProjectionEquations> ProjectionTwin for E {
    fn advance(&self, p: &[f64], s: &mut [f64], spiked: bool, dt: f64) -> f64 {
        let (p, state) = (read(p), read(s));
        let derived = E::derive(&p, dt);
        let amplitude = if spiked { E::amplitude(&p, &derived, &state) } else { 0.0 };
        write(E::update(&p, &derived, state, spiked), s);
        amplitude
    }

    fn value(&self, s: &[f64]) -> Option<f64> {
        E::GRADED.then(|| E::value(&read(s)))
    }
}
