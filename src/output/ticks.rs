//! Round numbers for the ticks of an axis.

/// About `most` round numbers from `low` to `high`, with their labels.
pub fn ticks(low: f64, high: f64, most: u32) -> Vec<(f64, String)> {
    let step = round_up((high - low) / f64::from(most.max(1)));
    if !(step > 0.0 && step.is_finite() && low.is_finite()) {
        return Vec::new();
    }
    let decimals = (-step.log10().floor()).clamp(0.0, 9.0) as usize;
    // The allowance keeps an end that is a tick but for rounding.
    let (first, last) = ((low / step - 1e-6).ceil(), (high / step + 1e-6).floor());
    let count = (last - first).clamp(-1.0, 100.0) as i64 + 1;
    let values = (0..count).map(|i| (first + i as f64) * step);
    values.map(|value| (value, format!("{:.decimals$}", value + 0.0))).collect()
}

/// The next of 1, 2, 5, 10, 20 … times a power of ten; 0 for what is not positive.
pub fn round_up(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 0.0;
    }
    let power = 10f64.powf(value.log10().floor());
    let mantissa = value / power;
    let rounded = [1.0, 2.0, 5.0].into_iter().find(|&round| mantissa <= round * (1.0 + 1e-9)).unwrap_or(10.0);
    rounded * power
}
