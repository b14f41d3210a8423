//! Positions, kernels and delays by distance of a network file.

use super::shape::{Argument, Named};
use super::tree::Node;
use super::values::{UNIT, array, list, numbers, quantity, unit};
use crate::Result;
use crate::network::{Array, Kernel, Layout, Mask, Positions};

const fn named(name: &'static str, argument: Argument, meaning: &'static str) -> Named {
    Named { name, argument, meaning }
}

/// How neurons may be laid out; one of these says it.
pub(crate) const LAYOUTS: [Named; 4] = [
    named(
        "grid",
        Argument::Sides,
        "in the middles of equal parts of the extent, so many along each side; the last index runs fastest",
    ),
    named("random", Argument::True, "anywhere in the extent, uniformly; drawn from the wiring seed"),
    named("values", Argument::Numbers, "the coordinates of each neuron, `[n, dimensions]`, or `[n]` in one"),
    named("npy", Argument::File, "the same, from a NumPy file"),
];

/// What may be said beside.
pub(crate) const SPACE: [(&str, &str); 2] = [
    ("extent", "the length of each side of the space, whose middle is the origin"),
    ("periodic", "is what leaves the space on one side there on the opposite one? default: false"),
];

/// How probabilities may fall off with distance.
pub(crate) const KERNELS: [Named; 3] = [
    named("gaussian", Argument::Quantity, "exp(−d²/2σ²), by its σ"),
    named("exponential", Argument::Quantity, "exp(−d/λ), by its λ"),
    named("box", Argument::Quantity, "1 up to this distance, and 0 beyond"),
];

/// Who may be connected at all.
pub(crate) const MASKS: [Named; 3] = [
    named("circular", Argument::Quantity, "up to this distance; as is `mask` of a length"),
    named("doughnut", Argument::Quantities(2), "beyond the first distance, up to the second"),
    named("rectangular", Argument::Lengths, "in a box around the neuron, with a side of this length in each dimension"),
];

const POSITIONS: &str = "a table with one of grid, random, values, npy, or an array of lengths";
const KERNEL: &str = "a table with one of gaussian, exponential, box";
const MASK: &str = "a length, or a table with one of circular, doughnut, rectangular";

/// `{ grid = [20, 20], extent = ["1 mm", "1 mm"], periodic = true }`.
pub(super) fn positions(node: &Node<'_>) -> Result<Positions> {
    if node.value.get_ref().is_array() {
        return Ok(Positions { layout: Layout::Given(array(node)?), extent: Vec::new(), periodic: false });
    }
    let table = node.table(POSITIONS)?;
    let layouts: Vec<_> = LAYOUTS.iter().filter_map(|layout| table.get(layout.name)).collect();
    let legal: Vec<_> =
        LAYOUTS.iter().map(|layout| layout.name).chain(SPACE.map(|(name, _)| name)).chain([UNIT.0]).collect();
    table.only(&legal)?;
    let [layout] = layouts.as_slice() else { return Err(node.unexpected(POSITIONS)) };
    let measured = matches!(layout.key, "values" | "npy");
    if let Some(unit) = table.get(UNIT.0).filter(|_| !measured) {
        return Err(unit.error(format!("`unit` is of coordinates, and {} says none", layout.key)));
    }
    let layout = match layout.key {
        "grid" => Layout::Grid(list(layout, "whole numbers such as [20, 20]", |node| node.whole_u32(1))?),
        "random" if layout.value.get_ref().as_bool() == Some(true) => Layout::Random,
        "random" => return Err(layout.unexpected("true")),
        "values" => {
            let (values, shape) = numbers(layout)?;
            Layout::Given(Array::Inline { values, shape, unit: unit(&table)? })
        }
        _ => Layout::Given(Array::Npy { path: layout.file(layout.str("a file's path")?), unit: unit(&table)? }),
    };
    let extent = table.get("extent").map(|node| list(&node, "lengths such as [\"1 mm\", \"1 mm\"]", quantity));
    let periodic = table.get("periodic").map_or(Ok(false), |node| node.boolean())?;
    Ok(Positions { layout, extent: extent.transpose()?.unwrap_or_default(), periodic })
}

/// `{ gaussian = "100 um" }`.
pub(super) fn kernel(node: &Node<'_>) -> Result<Kernel> {
    let table = node.table(KERNEL)?;
    table.only(&KERNELS.map(|kernel| kernel.name))?;
    let kernels: Vec<Node<'_>> = table.all().collect();
    let [kernel] = kernels.as_slice() else { return Err(node.unexpected(KERNEL)) };
    let length = quantity(kernel)?;
    Ok(match kernel.key {
        "gaussian" => Kernel::Gaussian(length),
        "exponential" => Kernel::Exponential(length),
        _ => Kernel::Box(length),
    })
}

/// `"300 um"`, or `{ doughnut = ["100 um", "300 um"] }`.
pub(super) fn mask(node: &Node<'_>) -> Result<Mask> {
    if !node.value.get_ref().is_table() {
        return quantity(node).map(Mask::Circular);
    }
    let table = node.table(MASK)?;
    table.only(&MASKS.map(|mask| mask.name))?;
    let masks: Vec<Node<'_>> = table.all().collect();
    let [mask] = masks.as_slice() else { return Err(node.unexpected(MASK)) };
    Ok(match mask.key {
        "circular" => Mask::Circular(quantity(mask)?),
        "doughnut" => {
            let expected = "two lengths such as [\"100 um\", \"300 um\"]";
            let radii = list(mask, expected, quantity)?;
            Mask::Doughnut(radii.try_into().map_err(|_| mask.unexpected(expected))?)
        }
        _ => Mask::Rectangular(list(mask, "lengths such as [\"200 um\", \"100 um\"]", quantity)?),
    })
}
