//! The cells of a file in PyTorch's layout.

use super::names::{BIAS_HH, BIAS_IH, Name, WEIGHT_HH, WEIGHT_HR, WEIGHT_IH};
use super::{MODULES, Module, OTHER_GRU, OTHER_GRU_LEGAL, module_of, needs};
use crate::Result;
use crate::rnn::file::archive::Archive;
use crate::rnn::file::{StoredLayer, own, times};
use crate::rnn::{Affine, CellKind, Weights};

/// Reads the layers, from the one that reads x on.
pub fn read(archive: &mut Archive, kind: CellKind) -> Result<Vec<StoredLayer>> {
    let there = archive.names();
    let prefix = check_names(archive, &there)?;
    let module = module(archive, kind, &prefix)?;

    let parsed: Vec<_> = there.iter().filter_map(|name| Name::parse(name)).collect();
    let layers = parsed.iter().map(|name| name.layer).max().map_or(0, |last| last.saturating_add(1));
    let biased = parsed.iter().any(|name| [BIAS_IH, BIAS_HH].contains(&name.part));
    let parts = if biased { &[WEIGHT_IH, WEIGHT_HH, BIAS_IH, BIAS_HH][..] } else { &[WEIGHT_IH, WEIGHT_HH] };
    for layer in 0..layers {
        // Stops at the first gap, however large a number a name has.
        for part in parts {
            let name = format!("{prefix}{part}_l{layer}");
            if !there.contains(&name) {
                return Err(archive.missing(&name, needs(kind).unwrap_or_default()));
            }
        }
    }

    let (first, n_out) = sizes(archive, &format!("{prefix}{WEIGHT_IH}_l0"), module)?;
    let rows = module.gates.len() * n_out;
    let n_in = |layer: usize| if layer == 0 { first } else { n_out };
    let shape = |part: &str, layer| match part {
        WEIGHT_IH => vec![rows, n_in(layer)],
        WEIGHT_HH => vec![rows, n_out],
        _ => vec![rows],
    };
    for layer in 0..layers {
        for part in parts {
            archive.require(&format!("{prefix}{part}_l{layer}"), &shape(part, layer))?;
        }
    }
    let reader = |layer| Reader { module, n_in: n_in(layer), n_out, weights: zeros(module, n_in(layer), n_out) };
    (0..layers).map(|layer| reader(layer).read(archive, &prefix, layer, biased)).collect()
}

/// The prefix that all names share, each of them one that a stack of cells can have.
fn check_names(archive: &Archive, there: &[String]) -> Result<String> {
    let mut parsed = there.iter().filter_map(|name| Name::parse(name).map(|parts| (name, parts)));
    let prefix = parsed.clone().next().map_or("", |(_, parts)| parts.prefix);
    if let Some((_, other)) = parsed.find(|(_, parts)| parts.prefix != prefix) {
        let problem = format!("it holds two modules, with the prefixes `{prefix}` and `{}`", other.prefix);
        return Err(archive.wrong(problem, "one prefix, or none"));
    }
    for name in there {
        let (problem, legal) = match Name::parse(name) {
            None => {
                let parts = [WEIGHT_IH, WEIGHT_HH, BIAS_IH, BIAS_HH].map(|part| format!("`{prefix}{part}_lK`"));
                ("is no tensor of a recurrent module of PyTorch", parts.join(", "))
            }
            Some(Name { part: WEIGHT_HR, .. }) => {
                ("is a projection of h, which no cell here has", "a module with proj_size=0".to_owned())
            }
            Some(Name { reverse: true, .. }) => {
                let problem = "is of a bidirectional module, which also runs backwards in time";
                (problem, "a module with bidirectional=False".to_owned())
            }
            Some(_) => continue,
        };
        return Err(archive.wrong(format!("{} {problem}", archive.described(name)), legal));
    }
    Ok(prefix.to_owned())
}

/// The module of this kind; an error if there is none, or if the file is of another.
fn module(archive: &Archive, kind: CellKind, prefix: &str) -> Result<&'static Module> {
    let name = format!("{prefix}{WEIGHT_HH}_l0");
    let shape = if archive.names().contains(&name) { archive.shape(&name)? } else { &[] };
    // Every module has its own number of gates.
    let found = MODULES
        .iter()
        .find(|module| matches!(*shape, [rows, n] if n > 0 && Some(rows) == module.gates.len().checked_mul(n)));
    match (found, module_of(kind)) {
        (Some(found), _) if found.kind == CellKind::GruAfter && kind == CellKind::Gru => {
            let problem = format!("`{name}` {shape:?} is of a {}: {OTHER_GRU}", found.name);
            Err(archive.wrong(problem, OTHER_GRU_LEGAL))
        }
        (Some(found), _) if found.kind != kind => {
            let problem = format!("`{name}` {shape:?} is of a {}, which is no {kind}", found.name);
            Err(archive.wrong(problem, format!("the cell {}", found.kind)))
        }
        (_, Some(module)) => Ok(module),
        (_, None) => {
            let problem = format!("PyTorch has no cell {kind}, but it holds {}", archive.listed());
            Err(archive.wrong(problem, own::needs(kind.definition())))
        }
    }
}

/// n_in and n_out, from the first matrix.
fn sizes(archive: &Archive, name: &str, module: &Module) -> Result<(usize, usize)> {
    let (shape, gates) = (archive.shape(name)?, module.gates.len());
    match *shape {
        [rows, n_in] if rows > 0 && rows % gates == 0 && n_in > 0 => Ok((n_in, rows / gates)),
        _ => {
            let legal = format!("[{}, n_in], where n_in and n_out are at least 1", times(gates));
            Err(archive.misshapen(name, shape, legal))
        }
    }
}

/// Our weights before any number is read: what the step adds by itself, taken from the biases.
fn zeros(module: &Module, n_in: usize, n_out: usize) -> Weights {
    let definition = module.kind.definition();
    let linears = definition.linears.iter().map(|linear| {
        let columns = linear.gates.len() * n_out;
        Affine { weight: vec![0.0; (n_in + n_out) * columns], bias: vec![0.0; columns] }
    });
    let mut linears: Vec<_> = linears.collect();
    for gate in module.gates {
        linears[gate.linear].bias[gate.column * n_out..][..n_out].fill(-gate.shift);
    }
    Weights { linears, vector: vec![0.0; if definition.vector.is_some() { n_out } else { 0 }] }
}

/// A layer while it is read.
struct Reader {
    module: &'static Module,
    n_in: usize,
    n_out: usize,
    weights: Weights,
}

impl Reader {
    fn read(mut self, archive: &mut Archive, prefix: &str, layer: usize, biased: bool) -> Result<StoredLayer> {
        let name = |part: &str| format!("{prefix}{part}_l{layer}");
        self.weight(archive, &name(WEIGHT_IH), 0, self.n_in)?;
        self.weight(archive, &name(WEIGHT_HH), self.n_in, self.n_out)?;
        if biased {
            self.bias(archive, &name(BIAS_IH), false)?;
            self.bias(archive, &name(BIAS_HH), true)?;
        }
        Ok(StoredLayer { n_in: self.n_in, n_out: self.n_out, weights: self.weights, h0: None, c0: None })
    }

    /// Enters a matrix of PyTorch, `[gates · n_out, inputs]`, in our rows from `first` on.
    fn weight(&mut self, archive: &mut Archive, name: &str, first: usize, inputs: usize) -> Result<()> {
        let n_out = self.n_out;
        archive.each(name, |index, value| {
            let (row, input) = (index / inputs, index % inputs);
            let (gate, unit) = (&self.module.gates[row / n_out], row % n_out);
            let affine = &mut self.weights.linears[gate.linear];
            let columns = affine.bias.len();
            affine.weight[(first + input) * columns + gate.column * n_out + unit] = gate.sign * value;
        })
    }

    /// Adds a bias of PyTorch, `[gates · n_out]`: that of the product with h if `hidden`.
    fn bias(&mut self, archive: &mut Archive, name: &str, hidden: bool) -> Result<()> {
        let n_out = self.n_out;
        archive.each(name, |row, value| {
            let (gate, unit) = (&self.module.gates[row / n_out], row % n_out);
            let ours = if hidden && gate.apart {
                &mut self.weights.vector[unit]
            } else {
                &mut self.weights.linears[gate.linear].bias[gate.column * n_out + unit]
            };
            *ours += gate.sign * value;
        })
    }
}
