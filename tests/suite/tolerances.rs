//! Every tolerance of the tests, with its reason. Whole numbers (spikes, counts, synaptic sums, steps) have none.

// One window, from the same state.

/// [of the distance from reset to threshold] V after one window on the device, against f64. V of COBA lies near 60 mV,
/// where an f32 has steps of 3.8e-6 mV, over a threshold 10 mV away: one rounding is 2e-7 of that distance, and a
/// window has up to 32 steps with two or three roundings each.
pub const V_WINDOW: f64 = 1e-5;
/// [of the largest g in the population] A synapse's g after one window: one rounding (6e-8) and one inexact
/// exponential (1e-7) in each of up to 15 steps.
pub const G_WINDOW: f64 = 2e-6;

/// [as [`V_WINDOW`]] The same in f64 on the CPU: a rounding of 60 mV is 7e-16 of that distance, and both may round each of the
/// window's operations otherwise, or take another exponential. (Measured: 1.4e-15.)
pub const V_WINDOW_F64: f64 = 2e-14;
/// [as [`G_WINDOW`]] The same in f64 on the CPU, where a rounding is 1.1e-16.
pub const G_WINDOW_F64: f64 = 1e-14;

/// [of the range that it covers in a run] A variable of a neuron or a stimulus after one step on the device, against f64:
/// some ten roundings of 6e-8, which count tenfold in the exponent of an upswing. (Measured: 2.5e-6 there, 4e-7 elsewhere.)
pub const STEP: f64 = 1e-5;
/// [as [`STEP`]] The same in f64 on the CPU: some ten roundings of 1.1e-16, tenfold in the exponent of an upswing. (Measured: 6.5e-16.)
pub const STEP_F64: f64 = 1e-14;
/// [relative] A whole number as an f32, in units of a power of two: one rounding, up or down.
pub const ONE_ROUNDING: f64 = 1.2e-7;

// Many steps, each from the one before.

/// [of the distance from reset to threshold] V over a run without any feedback. The leak forgets a rounding within some
/// hundred steps, so errors do not grow with time.
pub const V_RUN: f64 = 2e-5;
/// [of the value, or of 1 where it is smaller] The whole state of the CPU engine in f64 after up to 400 steps of its own, against the
/// reference: some hundred roundings of 1e-16 of values up to 1e5 times the smallest, enlarged by upstrokes.
pub const CPU_RUN: f64 = 1e-9;
/// [as [`CPU_RUN`]] The same of networks that are drawn, where upstrokes with a step of 1 ms enlarge roundings ten thousand times more.
/// (Measured: 2e-8.)
pub const DRAWN_RUN: f64 = 1e-5;
/// [of the distance from reset to threshold] How close to the threshold V must lie where a run of its own on the device
/// first decides otherwise than f64. Synapses and membrane hold the roundings of some hundred steps together.
pub const V_FREE: f64 = 1e-4;
/// [as [`V_FREE`]] The same in f64 on the CPU: some hundred roundings of 1e-15.
pub const V_FREE_F64: f64 = 1e-12;
/// [mV] V against values that are printed with eight digits: half of the last, and the roundings of five steps in f32.
pub const V_PRINTED: f64 = 1e-7;
/// [mV] V after one step from -60 mV, printed with eight digits: an f32 there has steps of 3.8e-6 mV.
pub const V_CONDUCTANCE: f64 = 1e-5;
/// [relative] V and g against a formula in f64, over up to 100 steps in f32.
pub const FORMULA: f64 = 5e-6;

/// [of the distance to the threshold, or of the largest |r|] Readouts over golden traces: one rounding of f32 is 6e-8; a step
/// has some ten, sums of 12 products among them, and the leak forgets them within some ten steps.
pub const READOUT: f64 = 1e-5;
/// Currents and voltages of about 1 that stimuli cause, against f64 (f32 rounds to 6e-8, some hundred times in the memory of a
/// neuron; a normal number is off by up to 2e-6).
pub const SOURCE_VALUES: f32 = 2e-5;

// Recurrent cells.

/// [of the largest value] Modules of PyTorch in f32 over 11 steps, against f64 or f32: their states forget a rounding (6e-8,
/// ten of them in a step) within some steps. (Measured: 3e-7 in f64, 5e-7 on software drivers.)
pub const TORCH: f64 = 1e-5;
/// [of |h| or |c|, or of 1 where they are smaller] The reference after up to 30 steps, against traces that are printed with 12
/// decimals, from weights that are.
pub const CELL_REFERENCE: f64 = 1e-9;
/// [of |h| or |c|, or of 1 where they are smaller] The same through the program, which rounds x and what comes out to f32
/// (6e-8 each). (Measured: 1.2e-7.)
pub const CELL_PROGRAM: f64 = 1e-6;
/// h and c of about 0.1, against values that are printed with seven decimals.
pub const CELL_PRINTED: f64 = 1e-6;
/// [of |h| or |c|, or of [`CELL_FLOOR`] where they are smaller] Cells on the device over up to 30 steps. Each element comes
/// from sums in f32 whose terms have sizes of 5 or 6 together, a rounding is 6e-8 of these, and some cells pass on more than
/// they forget. Where no terms cancel and the gates are saturated, a sum of 25 is right to two roundings of 1e-6, and so is
/// e^−25 as a part of itself. (Measured on two software drivers: 5.4e-6 over brainstate's traces, where numpy in f32 has
/// 7.4e-6; 2.4e-6 over all kinds, functions and sizes; 1.8e-6 without a floor where no terms cancel.)
pub const CELL: f64 = 1e-5;
/// A tenth of the range of h. What lies below it terms that cancel have left, which no arithmetic in f32 gives to 1e-5 of
/// itself (numpy's is off by 6e-4 of it in the same traces): it is held to 1e-6, a few roundings of its terms.
pub const CELL_FLOOR: f64 = 0.1;
/// [as [`CELL`]] What weights that are rounded to f16 change over four steps: up to 5e-4 in each of some 16 terms.
/// (Measured: 0.7e-3 to 2.1e-3.)
pub const CELL_HALF: (f64, f64) = (1e-4, 1e-2);
/// [of the sum of the terms' sizes] A sum of up to 2100 products, in parts of up to 192: roundings of 6e-8 of what is
/// summed up so far, with either sign. (Measured: 1.6e-7.)
pub const SUM: f64 = 5e-7;

// Elementary functions.

/// [relative] Activation functions in f64, against the rounded value: some four roundings of 1.1e-16, which count 52-fold
/// in the exponent of gelu at -8.25.
pub const ACTIVATION: f64 = 2e-14;
/// [of |x| + |φ|] The same against brainstate, which subtracts numbers as large as x.
pub const ACTIVATION_SOURCE: f64 = 4e-16;

/// [units in the last place of f32] φ(z) and e^z over all z that matter: one each for the series, for joining it with
/// the power of two, and for the division. (Measured: 1.9 and 1.1 on llvmpipe.)
pub const EXP_ULPS: f64 = 3.0;
/// [units in the last place of f32] tanh x, which is made of φ by three more roundings. (Measured: 4.1 on llvmpipe.)
pub const TANH_ULPS: f64 = 6.0;
/// 2⁻¹⁰⁰: what a neuron holds below it counts as 0.
pub const SMALLEST: f64 = 7.888_609_052_210_118e-31;

// Statistics, each wide enough for what the seeds of the published values themselves scatter.

/// [standard errors] A statistic of a fixed seed; by chance one in two million would lie beyond.
pub const SIGMAS: f64 = 5.0;

/// [Hz] Published rates of the Vogels–Abbott networks, with their scatter over seeds.
pub const CUBA_RATE: (f64, f64) = (5.5, 0.3);
/// See [`CUBA_RATE`].
pub const COBA_RATE: (f64, f64) = (19.3, 1.5);
/// CV of inter-spike intervals. It is averaged over neurons with six spikes or more, so it depends on the time measured.
pub const CUBA_CV: (f64, f64) = (0.61, 0.03);
/// See [`CUBA_CV`].
pub const COBA_CV: (f64, f64) = (1.75, 0.1);
/// [relative] The Poisson-drive table. With 2,000 neurons over 2 s the figures themselves scatter by less than 0.5 %.
pub const DRIVE_RATE: f64 = 0.02;
/// [relative] The same at 9 Hz, where a rate of 3 Hz means few spikes, and changes by 10 % for 1 % of drive.
pub const DRIVE_RATE_LOW: f64 = 0.05;
/// [Hz, relative] Brunel's network in NEST 3.10 with the same parameters (35.2 Hz); one second of 12,500 neurons scatters
/// by 0.5 % from seed to seed.
pub const BRUNEL_RATE: (f64, f64) = (35.2, 0.02);
/// [relative] Rate and rhythm of Brunel's network in a state that he shows, against one simulation of his. Four seeds scatter
/// about 58.9 Hz and 183 Hz by 0.6 % and 1 % (standard deviations) in 0.3 s of the fast state, about 37.6 Hz by 1 % in 0.4 s of the
/// asynchronous one, and about 5.5 Hz and 22 Hz by 9 % and 12 % in 1 s of the slow one. The tests run as long or longer.
pub const BRUNEL_FAST: (f64, f64) = (0.05, 0.05);
pub const BRUNEL_SLOW: (f64, f64) = (0.2, 0.2);
pub const BRUNEL_ASYNCHRONOUS: f64 = 0.04;
/// [relative] The same run again, whose figures the manual rounds to two or three digits.
pub const BRUNEL_AGAIN: f64 = 0.02;

/// [relative], or [Hz] where that is more: rates of the microcircuit over 10 s, against either of NEST's two runs, which differ by 4 %
/// themselves.
pub const MICROCIRCUIT_RATE: f64 = 0.03;
pub const MICROCIRCUIT_RATE_HZ: f64 = 0.05;
/// CV of its intervals in 2 s, the mean over five times 2 s, against one of NEST.
pub const MICROCIRCUIT_CV: f64 = 0.03;
