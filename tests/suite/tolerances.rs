//! Every tolerance of the tests, with its reason. Whole numbers (spikes, counts, synaptic sums, steps) have none.

// One window, from the same state.

/// [of the distance from reset to threshold] V after one window on the device, against f64. V of COBA lies near 60 mV,
/// where an f32 has steps of 3.8e-6 mV, over a threshold 10 mV away: one rounding is 2e-7 of that distance, and a
/// window has up to 32 steps with two or three roundings each.
pub const V_WINDOW: f64 = 1e-5;
/// [of the largest g in the population] A synapse's g after one window: one rounding (6e-8) and one inexact
/// exponential (1e-7) in each of up to 15 steps.
pub const G_WINDOW: f64 = 2e-6;

// Many steps, each from the one before.

/// [of the distance from reset to threshold] V over a run without any feedback. The leak forgets a rounding within some
/// hundred steps, so errors do not grow with time.
pub const V_RUN: f64 = 2e-5;
/// [of the distance from reset to threshold] How close to the threshold V must lie where a run of its own on the device
/// first decides otherwise than f64. Synapses and membrane hold the roundings of some hundred steps together.
pub const V_FREE: f64 = 1e-4;
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

// Elementary functions.

/// [units in the last place of f32] φ(z) and e^z over all z that matter: one each for the series, for joining it with
/// the power of two, and for the division. (Measured: 1.9 and 1.1 on llvmpipe.)
pub const EXP_ULPS: f64 = 3.0;
/// [units in the last place of f32] tanh x, which is made of φ by three more roundings. (Measured: 4.1 on llvmpipe.)
pub const TANH_ULPS: f64 = 6.0;
/// The smallest f32 in the usual form: below it devices may give 0.
pub const SMALLEST: f64 = 1.1754944e-38;

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
