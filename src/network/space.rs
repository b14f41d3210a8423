//! Space: where neurons are, and what of a projection follows from how far apart they are.

use super::build::Typed;
use super::{Array, Connect, Value};
use crate::units::Quantity;
use uom::si::f64::{Length, Time, Velocity};

/// Where the neurons of a population are, in a space of 1 to 3 dimensions.
///
/// ```
/// use neuropil::network::{Connect, Kernel, Network, Population, Port, Positions, conduction};
/// use neuropil::units::Literal;
/// let mut net = Network::new(0.1.ms());
/// let sheet = Positions::grid([20, 20], [1.0.mm(), 1.0.mm()]).periodic();
/// let exc = net.add(Population::new("exc", 400, "lif").port("in", Port::delta()).positions(sheet));
/// let near = Connect::pairwise_bernoulli(0.8).kernel(Kernel::gaussian(100.0.um())).mask(300.0.um());
/// net.connect(&exc, &exc, "in", near, 0.5.mv(), conduction(0.3.m_per_s(), 0.5.ms()));
/// # net.check()?;
/// # Ok::<(), neuropil::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Positions {
    /// How they are laid out.
    pub layout: Layout,
    /// The length of each side of the space, whose middle is the origin; may be empty where positions are given one by one.
    pub extent: Vec<Quantity>,
    /// Is what leaves the space on one side there on the opposite one?
    pub periodic: bool,
}

/// How neurons are laid out in space.
#[derive(Debug, Clone, PartialEq)]
pub enum Layout {
    /// In the middles of equal parts of the space, so many along each side; the last index runs fastest.
    Grid(Vec<u32>),
    /// Anywhere, uniformly; drawn from the wiring seed.
    Random,
    /// Coordinates of each neuron, of shape `[n, dimensions]`, or `[n]` in one dimension.
    Given(Array),
}

impl Positions {
    /// Neurons in the middles of equal parts of a space of this extent, so many along each side; the last index runs fastest.
    pub fn grid(shape: impl IntoIterator<Item = u32>, extent: impl IntoIterator<Item = Length>) -> Self {
        Self::of(Layout::Grid(shape.into_iter().collect())).extent(extent)
    }

    /// Neurons anywhere in a space of this extent, drawn from the wiring seed.
    pub fn random(extent: impl IntoIterator<Item = Length>) -> Self {
        Self::of(Layout::Random).extent(extent)
    }

    /// Coordinates of each neuron, of shape `[n, dimensions]`.
    pub fn given(coordinates: Array) -> Self {
        Self::of(Layout::Given(coordinates))
    }

    fn of(layout: Layout) -> Self {
        Self { layout, extent: Vec::new(), periodic: false }
    }

    /// The length of each side of the space, whose middle is the origin.
    pub fn extent(mut self, extent: impl IntoIterator<Item = Length>) -> Self {
        self.extent = extent.into_iter().map(Into::into).collect();
        self
    }

    /// What leaves the space on one side is there on the opposite one.
    pub fn periodic(mut self) -> Self {
        self.periodic = true;
        self
    }

    /// How many dimensions there are, as far as that is said without looking into a file.
    pub(crate) fn dimensions(&self) -> Option<usize> {
        match &self.layout {
            Layout::Grid(shape) => Some(shape.len()),
            Layout::Given(Array::Inline { shape, .. }) => Some(dimensions_of(shape)),
            Layout::Given(Array::Npy { .. }) if self.extent.is_empty() => None,
            Layout::Random | Layout::Given(Array::Npy { .. }) => Some(self.extent.len()),
        }
    }
}

/// The dimensions of coordinates in an array of this shape.
pub(crate) fn dimensions_of(shape: &[usize]) -> usize {
    if let [_, dimensions] = shape { *dimensions } else { 1 }
}

/// How a probability falls off with distance, from 1 at none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kernel<L = Quantity> {
    /// exp(−d²/2σ²), by its σ.
    Gaussian(L),
    /// exp(−d/λ), by its λ.
    Exponential(L),
    /// 1 up to this distance, and 0 beyond.
    Box(L),
}

impl Kernel {
    /// exp(−d²/2σ²).
    pub fn gaussian(sigma: Length) -> Self {
        Self::Gaussian(sigma.into())
    }

    /// exp(−d/λ).
    pub fn exponential(lambda: Length) -> Self {
        Self::Exponential(lambda.into())
    }

    /// 1 up to this distance, and 0 beyond.
    pub fn box_within(radius: Length) -> Self {
        Self::Box(radius.into())
    }
}

impl<L> Kernel<L> {
    /// Its name, and its length.
    pub(crate) fn parts(&self) -> (&'static str, &L) {
        match self {
            Self::Gaussian(sigma) => ("gaussian", sigma),
            Self::Exponential(lambda) => ("exponential", lambda),
            Self::Box(radius) => ("box", radius),
        }
    }

    /// A kernel of the same kind, with another length.
    pub(crate) fn with<M>(&self, length: M) -> Kernel<M> {
        match self {
            Self::Gaussian(_) => Kernel::Gaussian(length),
            Self::Exponential(_) => Kernel::Exponential(length),
            Self::Box(_) => Kernel::Box(length),
        }
    }
}

/// Who may be connected at all, by where the other is as seen from a neuron. Who lies on an outer edge is within.
#[derive(Debug, Clone, PartialEq)]
pub enum Mask<L = Quantity> {
    /// Up to this distance.
    Circular(L),
    /// Beyond the first distance, up to the second.
    Doughnut([L; 2]),
    /// In a box around the neuron with sides of these lengths, one for each dimension.
    Rectangular(Vec<L>),
}

impl Mask {
    /// Beyond the inner radius, up to the outer one.
    pub fn doughnut(inner: Length, outer: Length) -> Self {
        Self::Doughnut([inner, outer].map(Into::into))
    }

    /// In a box around the neuron with sides of these lengths, one for each dimension.
    pub fn rectangular(sides: impl IntoIterator<Item = Length>) -> Self {
        Self::Rectangular(sides.into_iter().map(Into::into).collect())
    }
}

/// A circle (or sphere) of this radius.
impl From<Length> for Mask {
    fn from(radius: Length) -> Self {
        Self::Circular(radius.into())
    }
}

impl<L> Mask<L> {
    /// Its name, and its lengths.
    pub(crate) fn parts(&self) -> (&'static str, &[L]) {
        match self {
            Self::Circular(radius) => ("circular", std::slice::from_ref(radius)),
            Self::Doughnut(radii) => ("doughnut", radii),
            Self::Rectangular(sides) => ("rectangular", sides),
        }
    }

    /// A mask of the same kind, with other lengths.
    pub(crate) fn try_map<M, E>(&self, mut length: impl FnMut(&L) -> Result<M, E>) -> Result<Mask<M>, E> {
        Ok(match self {
            Self::Circular(radius) => Mask::Circular(length(radius)?),
            Self::Doughnut([inner, outer]) => Mask::Doughnut([length(inner)?, length(outer)?]),
            Self::Rectangular(sides) => Mask::Rectangular(sides.iter().map(length).collect::<Result<_, _>>()?),
        })
    }
}

/// Delays that follow from the distance between source and target: offset + distance/velocity, rounded to whole steps, 1 at least.
#[derive(Debug, Clone, PartialEq)]
pub struct Conduction {
    /// How fast a spike travels.
    pub velocity: Quantity,
    /// What passes whatever the distance.
    pub offset: Quantity,
}

/// Delays of offset + distance/velocity, for populations with positions.
pub fn conduction(velocity: Velocity, offset: Time) -> Typed<Time> {
    Typed::conducted(Conduction { velocity: velocity.into(), offset: offset.into() })
}

impl From<Conduction> for Value {
    fn from(conduction: Conduction) -> Self {
        Self::Conducted(conduction)
    }
}

/// What follows from where neurons are. For populations with positions.
impl Connect {
    /// Probabilities fall off with distance: that of `pairwise_bernoulli` is multiplied by the kernel; of the fixed degrees, partners are
    /// drawn in proportion to it.
    pub fn kernel(mut self, kernel: Kernel) -> Self {
        self.kernel = Some(kernel);
        self
    }

    /// Nobody is connected but within this mask: a distance, or one of another shape.
    pub fn mask(mut self, mask: impl Into<Mask>) -> Self {
        self.mask = Some(mask.into());
        self
    }

    /// Does each synapse have one from its target to its source, of the same weight and delay? For `all_to_all` and
    /// `pairwise_bernoulli` within a population.
    pub fn symmetric(mut self, symmetric: bool) -> Self {
        self.symmetric = symmetric;
        self
    }

    /// Does it ask how far apart neurons are?
    pub(crate) fn by_distance(&self) -> bool {
        self.kernel.is_some() || self.mask.is_some()
    }
}
