//! The generated part of an update kernel: `Neuron`, a neuron with its ports and stimuli, and how it is loaded, advanced
//! and stored. Models are called by their contracts' names; nothing of a model's text is touched.

mod sources;

use super::finite;
use super::values::Values;
use crate::model::Definition;
use crate::plan::{Column, Plan, PopulationPlan, SlabPlan, Target};
use crate::recording::Period;
use crate::shader::{Field, FieldKind, Fragment, Reflection, renamed};
use std::fmt::Write;

/// A slab's glue.
pub(super) struct Glue {
    /// WGSL text.
    pub(super) text: String,
    /// The body of `derive_of`: what is computed once; empty if nothing is.
    pub(super) derive: String,
    /// `population_of`.
    pub(super) population_of: String,
    /// Name of the state variable `i` of the slab inside `Neuron`, and how it is held.
    pub(super) variables: Vec<(String, FieldKind)>,
}

/// The fragments that a kernel calls, each with its tag.
pub(super) type Fragments<'a> = Vec<(&'a Fragment, String)>;

/// Writes a slab's glue, the words that it reads into `values`, and the fragments that it calls to those of its kernel.
pub(super) fn glue<'a>(
    plan: &'a Plan,
    slab: usize,
    values: &mut Values<'a, '_>,
    fragments: &mut Fragments<'a>,
) -> Glue {
    let slab_index = slab;
    let slab = &plan.slabs[slab];
    let mut writer = Writer {
        values,
        fragments,
        variables: Vec::new(),
        members: String::new(),
        params: String::new(),
        derive: String::new(),
        load: String::new(),
        advance: String::new(),
        onto: String::new(),
    };
    let couples = plan.gathers.iter().any(|it| it.port.is_none() && slab.populations.contains(&it.post));
    let gathers = |port| plan.gathers.iter().any(|it| it.port == Some(port) && slab.populations.contains(&it.post));
    let neuron_takes = writer.neuron(slab, &gathers, couples);
    writer.stimuli(slab);
    writer.ports(slab);
    writer.stimulus_states(slab);
    if couples {
        writer.advance += "    let through = gather_currents(place, step, stored, (*neuron).s.v, Current(current, slope));\n    \
                           current = through.value;\n    slope = through.slope;\n";
    }
    let neuron = &slab.neuron;
    let (update, threshold) = (writer.call(neuron, "update"), writer.call(neuron, "threshold"));
    if !writer.onto.is_empty() {
        // Said of the state before the update.
        let held = if neuron.has("held") {
            format!("{}(n, (*neuron).s)", writer.call(neuron, "held"))
        } else {
            "false".to_owned()
        };
        let _ = writeln!(writer.advance, "    let held = {held};");
    }
    let _ = write!(
        writer.advance,
        "    (*neuron).s = {update}({neuron_takes}, (*neuron).s, Input(current, slope, jump), now);\n\
             {}",
        writer.onto,
    );
    for (variable, _) in writer.variables.iter().filter(|(_, kind)| *kind == FieldKind::F32) {
        let _ = writeln!(writer.advance, "    (*neuron).{variable} = without_tiny((*neuron).{variable});");
    }
    writer.after_spikes(plan, slab_index, &threshold);
    let others = writer.values.populations().iter().skip(1);
    let firsts: Vec<u32> = others.map(|population| population.first_in_slab).collect();
    let population_of = format!("fn population_of(id: u32) -> u32 {{\n{}}}\n\n", population_of(&firsts, 0));
    let text = writer.finish(slab) + &population_of;
    Glue { text, derive: writer.derive, population_of, variables: writer.variables }
}

struct Writer<'a, 'v, 'd> {
    values: &'v mut Values<'a, 'd>,
    fragments: &'v mut Fragments<'a>,
    variables: Vec<(String, FieldKind)>,
    members: String,
    /// Parameters, as `advance` has them.
    params: String,
    /// What is derived of them, where it does not follow from constants.
    derive: String,
    load: String,
    advance: String,
    /// What adds arrivals to state variables, after the update.
    onto: String,
}

impl<'a> Writer<'a, '_, '_> {
    /// Returns what its update takes of parameters.
    fn neuron(&mut self, slab: &'a SlabPlan, gathers: &dyn Fn(usize) -> bool, couples: bool) -> String {
        let takes = self.params("n", &slab.neuron, |population| Some(&population.params));
        self.state("s", &slab.neuron);
        let (threshold, reset) = (self.call(&slab.neuron, "threshold"), self.call(&slab.neuron, "reset"));
        let stored = if couples { "    let stored = (*neuron).s.v;\n" } else { "" };
        let _ = write!(
            self.advance,
            "    let now = Step(step, DT);\n    \
                 let site = Site(place.neuron, place.batch, step, DT);\n{stored}    \
                 if ({threshold}(n, (*neuron).s)) {{\n        \
                     (*neuron).s = {reset}(n, (*neuron).s);\n    \
                 }}\n    \
                 var current = 0.0;\n    var slope = 0.0;\n    var jump = 0.0;\n",
        );
        for port in 0..slab.ports.len() {
            let unit = self.values.of_items(|population, item| population.ports[port].scale_of(item).weight(1));
            let _ =
                writeln!(self.advance, "    var arrived{port} = f32(take_arrivals(place, slot, {port}u)) * {unit};",);
            if gathers(port) {
                let _ = writeln!(self.advance, "    arrived{port} = gather_at({port}u, place, step, arrived{port});");
            }
        }
        takes
    }

    fn stimuli(&mut self, slab: &'a SlabPlan) {
        for (index, slot) in slab.stimuli.iter().enumerate() {
            let member = format!("q{index}");
            let takes =
                self.params(&member, &slot.model, |p| p.stimuli[index].as_ref().map(|stimulus| &stimulus.params));
            let active =
                self.values.column(|p| p.stimuli[index].as_ref().map(|stimulus| &stimulus.active), FieldKind::U32);
            let sum = match slot.target {
                Target::Current => "current".to_owned(),
                Target::Jump => "jump".to_owned(),
                Target::Port(port) => format!("arrived{port}"),
            };
            let mut body = String::new();
            let acts = |p: &PopulationPlan| p.stimuli[index].as_ref().map_or_else(Period::default, |it| it.steps);
            let mut bound = |word: fn(Period) -> u32, all: u32| {
                let bound = self.values.word(|population| word(acts(population)));
                (bound != format!("{all}u")).then_some(bound)
            };
            let (start, stop) = (bound(|steps| steps.start, 0), bound(|steps| steps.stop, u32::MAX));
            if slot.model.draws() {
                let stream = self
                    .values
                    .word(|population| population.stimuli[index].as_ref().map_or(0, |stimulus| stimulus.stream));
                let _ = writeln!(self.members, "    words{index}: vec4<u32>,");
                let word = format!("(*neuron).words{index}[step & 3u]");
                // A block of random words serves four steps.
                let first = start.as_ref().map_or(String::new(), |start| format!(" || step == {start}"));
                let _ = write!(
                    body,
                    "        if ((step & 3u) == 0u || step == window.step{first}) {{\n            \
                             (*neuron).words{index} = random_block(place, {stream}, step);\n        \
                         }}\n",
                );
                let _ = if slot.model.has("update") {
                    let (update, output) = (self.call(&slot.model, "update"), self.call(&slot.model, "output"));
                    write!(
                        body,
                        "        (*neuron).x{index} = {update}({takes}, (*neuron).x{index}, site, {word});\n        \
                                 {sum} += {output}({member}, (*neuron).x{index});\n",
                    )
                } else {
                    let sample = self.call(&slot.model, "sample");
                    writeln!(body, "        {sum} += {sample}({member}, site, {word});")
                };
            } else {
                let value = self.call(&slot.model, "value");
                let _ = writeln!(body, "        {sum} += {value}({member}, site);");
            }
            let mut conditions = Vec::new();
            if active != "1u" {
                let _ = writeln!(self.members, "    active{index}: u32,");
                let _ = writeln!(self.load, "    neuron.active{index} = {active};");
                conditions.push(format!("(*neuron).active{index} != 0u"));
            }
            conditions.extend(start.map(|start| format!("step >= {start}")));
            conditions.extend(stop.map(|stop| format!("step < {stop}")));
            let condition =
                if conditions.is_empty() { String::new() } else { format!("if ({}) ", conditions.join(" && ")) };
            let _ = writeln!(self.advance, "    {condition}{{\n{body}    }}");
        }
    }

    /// Their variables come after those of the ports.
    fn stimulus_states(&mut self, slab: &'a SlabPlan) {
        for (index, slot) in slab.stimuli.iter().enumerate().filter(|(_, slot)| slot.model.has("update")) {
            self.state(&format!("x{index}"), &slot.model);
        }
    }

    fn ports(&mut self, slab: &'a SlabPlan) {
        for (port, models) in slab.ports.iter().enumerate() {
            let mut g = format!("arrived{port}");
            if let Some(synapse) = &models.synapse {
                let (params, state) = (format!("p{port}"), format!("g{port}"));
                let takes = self.params(&params, synapse, |population| Some(&population.ports[port].synapse_params));
                self.state(&state, synapse);
                let (update, output) = (self.call(synapse, "update"), self.call(synapse, "output"));
                let _ = writeln!(
                    self.advance,
                    "    (*neuron).{state} = {update}({takes}, (*neuron).{state}, arrived{port}, now);"
                );
                g = format!("{output}({params}, (*neuron).{state})");
            }
            let member = format!("o{port}");
            if models.output.has("jump") {
                let jump = self.call(&models.output, "jump");
                let Some(variable) = models.onto else {
                    let _ = writeln!(self.advance, "    jump += {jump}({g});");
                    continue;
                };
                let name = &slab.neuron.reflection.state[variable].name;
                let _ = writeln!(self.advance, "    let onto{port} = {jump}({g});");
                let _ = writeln!(self.onto, "    (*neuron).s.{name} += select(onto{port}, 0.0, held);");
            } else {
                self.params(&member, &models.output, |population| Some(&population.ports[port].output_params));
                let function = self.call(&models.output, "current");
                let _ = write!(
                    self.advance,
                    "    let current{port} = {function}({member}, {g}, (*neuron).s.v);\n    \
                         current += current{port}.value;\n    slope += current{port}.slope;\n",
                );
            }
        }
    }

    /// The tag of a model's names; its fragment is taken in at the first call.
    fn tag(&mut self, model: &'a Definition) -> String {
        if let Some((_, tag)) = self.fragments.iter().find(|(fragment, _)| std::ptr::eq(*fragment, &model.fragment)) {
            return tag.clone();
        }
        let tag = format!("m{}x", self.fragments.len());
        self.fragments.push((&model.fragment, tag.clone()));
        tag
    }

    /// A function of a model, as it is called in this kernel.
    fn call(&mut self, model: &'a Definition, suffix: &str) -> String {
        renamed(&self.tag(model), &format!("{}_{suffix}", model.name()))
    }

    /// A model's parameters, under this name in `advance`; members of `Neuron` where they are no constants. So it is with what is derived
    /// of them, which is computed once. Returns both, as its update takes them.
    fn params(
        &mut self,
        member: &str,
        model: &'a Definition,
        columns: impl Fn(&'a PopulationPlan) -> Option<&'a Vec<Column>>,
    ) -> String {
        let structure = renamed(&self.tag(model), "Params");
        let mut values = Vec::new();
        for (index, field) in model.reflection.params.iter().enumerate() {
            values
                .push(self.values.column(|population| columns(population).map(|columns| &columns[index]), field.kind));
        }
        // Constants stand where they are used, for what follows from them is then computed once, when the kernel is made.
        let literal = |value: &str| !value.contains(['(', '[']);
        let fields = model.reflection.params.iter().zip(&values);
        let used = fields.map(|(field, value)| match literal(value) {
            true => value.clone(),
            false => format!("(*neuron).{member}.{}", field.name),
        });
        let _ = writeln!(self.params, "    let {member} = {structure}({});", used.collect::<Vec<_>>().join(", "));
        if !values.iter().all(|value| literal(value)) {
            let _ = writeln!(self.members, "    {member}: {structure},");
            let _ = writeln!(self.load, "    neuron.{member} = {structure}({});", values.join(", "));
        }
        let Reflection { derived, derived_from, .. } = &model.reflection;
        if derived.is_empty() {
            return member.to_owned();
        }
        let (derive, structure_of_derived) = (self.call(model, "derive"), renamed(&self.tag(model), "Derived"));
        let known = derived_from.iter().all(|&index| literal(&values[index]));
        let value = if known { format!("{derive}({member}, DT)") } else { format!("(*neuron).{member}d") };
        let _ = writeln!(self.params, "    let {member}d = {value};");
        if !known {
            let first = self.values.computed(derived.len());
            let items = self.values.items;
            let at = |index: usize| match items {
                1 => format!("{first}u + {index}u * SLAB + place.id"),
                _ => format!("{first}u + ({index}u * {items}u + place.batch) * SLAB + place.id"),
            };
            let _ = writeln!(self.derive, "    let {member} = {structure}({});", values.join(", "));
            let _ = writeln!(self.derive, "    let {member}d = {derive}({member}, DT);");
            for (index, field) in derived.iter().enumerate() {
                let name = &field.name;
                let _ = writeln!(self.derive, "    data[{}] = bitcast<u32>({member}d.{name});", at(index));
            }
            let read = |(index, field): (usize, &Field)| match field.kind {
                FieldKind::F32 => format!("data_f32({})", at(index)),
                FieldKind::U32 => format!("data_u32({})", at(index)),
            };
            let read: Vec<_> = derived.iter().enumerate().map(read).collect();
            let _ = writeln!(self.members, "    {member}d: {structure_of_derived},");
            let _ = writeln!(self.load, "    neuron.{member}d = {structure_of_derived}({});", read.join(", "));
        }
        format!("{member}, {member}d")
    }

    /// A member of `Neuron` for a model's state.
    fn state(&mut self, member: &str, model: &'a Definition) {
        let structure = renamed(&self.tag(model), "State");
        let _ = writeln!(self.members, "    {member}: {structure},");
        let read = |(index, field): (usize, &Field)| match field.kind {
            FieldKind::F32 => format!("bitcast<f32>(state[at + {index}u * SLAB])"),
            FieldKind::U32 => format!("state[at + {index}u * SLAB]"),
        };
        let values: Vec<_> = (self.variables.len()..).zip(&model.reflection.state).map(read).collect();
        let _ = writeln!(self.load, "    neuron.{member} = {structure}({});", values.join(", "));
        let fields = model.reflection.state.iter();
        self.variables.extend(fields.map(|field| (format!("{member}.{}", field.name), field.kind)));
    }

    fn finish(&mut self, slab: &SlabPlan) -> String {
        let mut store = String::new();
        for (index, (variable, kind)) in self.variables.iter().enumerate() {
            let value = match kind {
                FieldKind::F32 => format!("bitcast<u32>((*neuron).{variable})"),
                FieldKind::U32 => format!("(*neuron).{variable}"),
            };
            let _ = writeln!(store, "    state[at + {index}u * SLAB] = {value};");
        }
        let check = finite::test(&self.variables);
        let first_neuron = self.values.word(|population| population.first_in_slab);
        let population_size = self.values.word(|population| population.size);
        format!(
            "const FIRST_INLET = {first_inlet}u;\n\n\
             struct Neuron {{\n{members}}}\n\n\
             fn state_of(place: Place) -> u32 {{\n    \
                 return place.batch * VARIABLES * SLAB + place.id;\n}}\n\n\
             fn first_neuron(place: Place) -> u32 {{\n    return {first_neuron};\n}}\n\n\
             fn population_size(place: Place) -> u32 {{\n    return {population_size};\n}}\n\n\
             fn load(place: Place) -> Neuron {{\n    var neuron: Neuron;\n    let at = state_of(place);\n{load}    return neuron;\n}}\n\n\
             fn advance(neuron: ptr<function, Neuron>, place: Place, step: u32, slot: u32) -> bool {{\n{params}{advance}}}\n\n\
             fn store(neuron: ptr<function, Neuron>, place: Place) {{\n    let at = state_of(place);\n{store}}}\n\n\
             fn check(neuron: ptr<function, Neuron>, place: Place) {{\n{check}}}\n\n",
            first_inlet = slab.first_inlet,
            members = self.members,
            params = self.params,
            load = self.load,
            advance = self.advance,
        )
    }
}

/// The body of `population_of`: how many of these neuron numbers, the first of all populations but the first, are
/// reached; by halving.
#[expect(clippy::arithmetic_side_effects, reason = "a number of populations")]
fn population_of(firsts: &[u32], before: usize) -> String {
    match firsts.len() {
        0 => format!("    return {before}u;\n"),
        1 => format!("    return {before}u + u32(id >= {}u);\n", firsts[0]),
        len => {
            let (low, high) = firsts.split_at(len / 2);
            let first = high[0];
            let (low, high) = (population_of(low, before), population_of(&high[1..], before + len / 2 + 1));
            format!("    if (id < {first}u) {{\n{low}    }}\n{high}")
        }
    }
}
