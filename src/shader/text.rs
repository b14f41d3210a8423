//! Texts of neuropil's own WGSL, and constants at the head of a kernel.

/// A text with its path, which errors name.
pub(crate) type Text = (&'static str, &'static str);

/// The [`Text`] of a file in `shaders/`.
macro_rules! text {
    ($path:literal) => {
        (concat!("shaders/", $path), include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/shaders/", $path)))
    };
}
pub(crate) use text;

/// Whole numbers as WGSL.
pub(crate) fn constants<N: std::fmt::Display>(all: &[(&str, N)]) -> String {
    all.iter().map(|(name, value)| format!("const {name} = {value}u;\n")).collect()
}
