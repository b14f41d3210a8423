//! PyTorch's names of tensors: `PREFIX.PART_lLAYER`, with `_reverse` behind where a layer runs backwards.

/// The parts of a layer.
pub(super) const WEIGHT_IH: &str = "weight_ih";
pub(super) const WEIGHT_HH: &str = "weight_hh";
pub(super) const BIAS_IH: &str = "bias_ih";
pub(super) const BIAS_HH: &str = "bias_hh";
/// A projection of h.
pub(super) const WEIGHT_HR: &str = "weight_hr";

/// A name in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name<'a> {
    /// Empty, or with a dot at its end.
    pub prefix: &'a str,
    pub part: &'a str,
    pub layer: usize,
    pub reverse: bool,
}

impl<'a> Name<'a> {
    /// `None` for a name that is not PyTorch's.
    pub fn parse(name: &'a str) -> Option<Self> {
        let (prefix, last) = name.split_at(name.rfind('.').map_or(0, |dot| dot + 1));
        let (forward, reverse) = last.strip_suffix("_reverse").map_or((last, false), |forward| (forward, true));
        let (part, digits) = forward.rsplit_once("_l")?;
        let layer = digits.parse().ok().filter(|layer: &usize| layer.to_string() == digits)?;
        [WEIGHT_IH, WEIGHT_HH, BIAS_IH, BIAS_HH, WEIGHT_HR].contains(&part).then_some(Self {
            prefix,
            part,
            layer,
            reverse,
        })
    }
}

/// Whether a name is PyTorch's.
pub fn is_name(name: &str) -> bool {
    Name::parse(name).is_some()
}
