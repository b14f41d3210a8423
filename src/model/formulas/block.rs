//! Blocks of neurons that a CPU steps together: a model's equations in loops over numbers side by side.
//!
//! A block has its model's parameters and state, typed, and what is derived from them; whoever steps it sees columns. Each call is one
//! loop, compiled for the instructions that the CPU has. Knows no plan: values come from a function of field and neuron.

mod neuron;
mod port;
mod projection;
mod stimulus;
#[cfg(test)]
mod tests;

pub(crate) use neuron::{Inputs, NeuronBlock};
pub(crate) use port::{OutputBlock, SynapseBlock};
pub(crate) use projection::ProjectionBlock;
pub(crate) use stimulus::{Drawing, StimulusBlock};

use super::{
    Fields, NeuronEquations, OutputEquations, ProjectionEquations, Sink, Source, StimulusEquations, SynapseEquations,
};
use crate::number::{Arch, F32s, F64s, Lanes, WordLanes};
use crate::shader::FieldKind;
use std::marker::PhantomData;

/// A model's loops over numbers side by side, in f32 and in f64.
#[derive(Clone, Copy)]
pub struct Compiled {
    loops: Loops,
    /// Names of its parameters and of its state's variables, and how the device holds them.
    fields: [Names; 2],
}

type Names = &'static [(&'static str, FieldKind)];

#[derive(Clone, Copy)]
enum Loops {
    Neuron(Makers<dyn NeuronBlock<F32s>, dyn NeuronBlock<F64s>>),
    Synapse(Makers<dyn SynapseBlock<F32s>, dyn SynapseBlock<F64s>>),
    Output(Makers<dyn OutputBlock<F32s>, dyn OutputBlock<F64s>>),
    Stimulus(Makers<dyn StimulusBlock<F32s>, dyn StimulusBlock<F64s>>),
    Projection(Makers<dyn ProjectionBlock<F32s>, dyn ProjectionBlock<F64s>>),
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Compiled").field(&self.fields).finish()
    }
}

/// Makes a block of neurons with these parameters, for steps of so many milliseconds; its state is 0.
pub(crate) type Make<B> = fn(&Given<'_>, f64) -> Box<B>;

struct Makers<A: ?Sized, B: ?Sized>(Make<A>, Make<B>);

impl<A: ?Sized, B: ?Sized> Clone for Makers<A, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: ?Sized, B: ?Sized> Copy for Makers<A, B> {}

/// The values that a block of neurons has for a parameter set.
pub(crate) struct Given<'a> {
    /// Neurons.
    pub(crate) size: usize,
    /// Have all the same values?
    pub(crate) shared: bool,
    /// The value of a field (by its place among them) for a neuron of the block.
    pub(crate) value: &'a dyn Fn(usize, usize) -> f64,
}

pub(crate) fn of_neuron<E: NeuronEquations>(_: &E) -> Compiled {
    let fields = [<E::Params<F32s> as Fields<F32s>>::FIELDS, <E::State<F32s> as Fields<F32s>>::FIELDS];
    Compiled { loops: Loops::Neuron(Makers(neuron::make::<E, F32s>, neuron::make::<E, F64s>)), fields }
}

pub(crate) fn of_synapse<E: SynapseEquations>(_: &E) -> Compiled {
    let fields = [<E::Params<F32s> as Fields<F32s>>::FIELDS, <E::State<F32s> as Fields<F32s>>::FIELDS];
    Compiled { loops: Loops::Synapse(Makers(port::make_synapse::<E, F32s>, port::make_synapse::<E, F64s>)), fields }
}

pub(crate) fn of_output<E: OutputEquations>(_: &E) -> Compiled {
    let fields = [<E::Params<F32s> as Fields<F32s>>::FIELDS, &[]];
    Compiled { loops: Loops::Output(Makers(port::make_output::<E, F32s>, port::make_output::<E, F64s>)), fields }
}

pub(crate) fn of_stimulus<E: StimulusEquations>(_: &E) -> Compiled {
    let fields = [<E::Params<F32s> as Fields<F32s>>::FIELDS, <E::State<F32s> as Fields<F32s>>::FIELDS];
    Compiled { loops: Loops::Stimulus(Makers(stimulus::make::<E, F32s>, stimulus::make::<E, F64s>)), fields }
}

pub(crate) fn of_projection<E: ProjectionEquations>(_: &E) -> Compiled {
    let fields = [<E::Params<F32s> as Fields<F32s>>::FIELDS, <E::State<F32s> as Fields<F32s>>::FIELDS];
    Compiled { loops: Loops::Projection(Makers(projection::make::<E, F32s>, projection::make::<E, F64s>)), fields }
}

/// A type of numbers that models are compiled for.
pub(crate) trait Precision: Lanes {
    /// A neuron's.
    fn neuron(model: Compiled) -> Option<Make<dyn NeuronBlock<Self>>>;
    /// A synapse's.
    fn synapse(model: Compiled) -> Option<Make<dyn SynapseBlock<Self>>>;
    /// An output's.
    fn output(model: Compiled) -> Option<Make<dyn OutputBlock<Self>>>;
    /// A stimulus'.
    fn stimulus(model: Compiled) -> Option<Make<dyn StimulusBlock<Self>>>;
    /// A projection's.
    fn projection(model: Compiled) -> Option<Make<dyn ProjectionBlock<Self>>>;
}

macro_rules! precision {
    ($numbers:ident, $which:tt) => {
        impl Precision for $numbers {
            fn neuron(model: Compiled) -> Option<Make<dyn NeuronBlock<Self>>> {
                if let Loops::Neuron(makers) = model.loops { Some(makers.$which) } else { None }
            }

            fn synapse(model: Compiled) -> Option<Make<dyn SynapseBlock<Self>>> {
                if let Loops::Synapse(makers) = model.loops { Some(makers.$which) } else { None }
            }

            fn output(model: Compiled) -> Option<Make<dyn OutputBlock<Self>>> {
                if let Loops::Output(makers) = model.loops { Some(makers.$which) } else { None }
            }

            fn stimulus(model: Compiled) -> Option<Make<dyn StimulusBlock<Self>>> {
                if let Loops::Stimulus(makers) = model.loops { Some(makers.$which) } else { None }
            }

            fn projection(model: Compiled) -> Option<Make<dyn ProjectionBlock<Self>>> {
                if let Loops::Projection(makers) = model.loops { Some(makers.$which) } else { None }
            }
        }
    };
}

precision!(F32s, 0);
precision!(F64s, 1);

/// Values of a chunk of neurons, field by field. Lanes behind the last neuron repeat it.
struct Chunk<'a> {
    given: &'a Given<'a>,
    first: usize,
    field: usize,
}

impl Chunk<'_> {
    fn value(&self, lane: usize) -> f64 {
        (self.given.value)(self.field, (self.first + lane).min(self.given.size.saturating_sub(1)))
    }
}

impl<N: Lanes> Source<N> for Chunk<'_> {
    fn number(&mut self) -> N {
        let numbers = N::from_lanes(|lane| self.value(lane));
        self.field += 1;
        numbers
    }

    fn word(&mut self) -> N::Word {
        let words = N::Word::from_lanes(|lane| self.value(lane) as u32);
        self.field += 1;
        words
    }
}

/// Values of all chunks, or of one that stands for all.
struct Shared<F> {
    values: Vec<F>,
    /// Distance between the values of two chunks: 0 where all share one.
    stride: usize,
}

impl<F> Shared<F> {
    fn given<N: Lanes>(given: &Given<'_>) -> Self
    where
        F: Fields<N>,
    {
        let chunks = if given.shared { 1 } else { given.size.div_ceil(N::WIDTH) };
        let chunk = |chunk| F::read(&mut Chunk { given, first: chunk * N::WIDTH, field: 0 });
        Self { values: (0..chunks).map(chunk).collect(), stride: usize::from(!given.shared) }
    }

    /// What follows from these.
    fn map<G>(&self, f: impl FnMut(&F) -> G) -> Shared<G> {
        Shared { values: self.values.iter().map(f).collect(), stride: self.stride }
    }

    #[inline(always)]
    fn of(&self, chunk: usize) -> &F {
        &self.values[chunk * self.stride]
    }
}

/// The state of one model of a block's neurons.
pub(crate) trait StateBlock {
    /// The value of a variable of a neuron.
    fn value(&self, variable: usize, neuron: usize) -> f64;
    /// Sets it.
    fn set_value(&mut self, variable: usize, neuron: usize, value: f64);
    /// Is all of it finite?
    fn is_finite(&self) -> bool;
}

/// State, chunk by chunk.
struct States<N, F> {
    chunks: Vec<F>,
    size: usize,
    numbers: PhantomData<N>,
}

/// All fields 0.
struct Zeros;

impl<N: Lanes> Source<N> for Zeros {
    fn number(&mut self) -> N {
        N::of(0.0)
    }

    fn word(&mut self) -> N::Word {
        crate::number::Word::of(0)
    }
}

impl<N: Lanes, F: Fields<N>> States<N, F> {
    fn new(size: usize) -> Self {
        Self { chunks: vec![F::read(&mut Zeros); size.div_ceil(N::WIDTH)], size, numbers: PhantomData }
    }

    /// Lanes behind the last neuron do not count: spikes never reset them.
    #[inline(always)]
    fn are_finite(&self) -> bool {
        let mut finite = Finite(true);
        let Some((last, others)) = self.chunks.split_last() else { return true };
        others.iter().for_each(|chunk| chunk.write(&mut finite));
        let there = N::mask(lanes_there::<N>(self.size, others.len()));
        F::select(there, *last, F::read(&mut Zeros)).write(&mut finite);
        finite.0
    }
}

impl<N: Lanes, F: Fields<N>> StateBlock for States<N, F> {
    fn value(&self, variable: usize, neuron: usize) -> f64 {
        let (mut fields, lane) = (self.chunks[neuron / N::WIDTH], neuron % N::WIDTH);
        match fields.number_mut(variable) {
            Some(numbers) => numbers.lane(lane),
            None => fields.word_mut(variable).map_or(0.0, |words| words.lane(lane).into()),
        }
    }

    /// Lanes behind the last neuron get its values.
    fn set_value(&mut self, variable: usize, neuron: usize, value: f64) {
        let (fields, lane) = (&mut self.chunks[neuron / N::WIDTH], neuron % N::WIDTH);
        let lanes = lane..if neuron + 1 == self.size { N::WIDTH } else { lane + 1 };
        for lane in lanes {
            if let Some(numbers) = fields.number_mut(variable) {
                numbers.set_lane(lane, value);
            } else if let Some(words) = fields.word_mut(variable) {
                words.set_lane(lane, value as u32);
            }
        }
    }

    fn is_finite(&self) -> bool {
        Arch::new().dispatch(
            #[inline(always)]
            || self.are_finite(),
        )
    }
}

struct Finite(bool);

impl<N: Lanes> Sink<N> for Finite {
    #[inline(always)]
    fn number(&mut self, value: N) {
        self.0 &= value.is_finite();
    }

    #[inline(always)]
    fn word(&mut self, _value: N::Word) {}
}

/// The lanes of a chunk that are neurons, a bit for each.
#[inline(always)]
fn lanes_there<N: Lanes>(size: usize, chunk: usize) -> u32 {
    let there = (size - chunk * N::WIDTH).min(N::WIDTH);
    u32::MAX >> (32 - there)
}
