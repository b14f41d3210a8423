//! The four states of Brunel's network (2000, Fig. 8), told by how fast neurons fire, how irregularly, and in what rhythm together: those of
//! the paper's own simulations (Table 1), and the figures that the manual has.

use crate::device::{cpu, run};
use crate::tolerances::{BRUNEL_AGAIN, BRUNEL_ASYNCHRONOUS, BRUNEL_FAST, BRUNEL_SLOW};
use neuropil::cpu::Precision;
use neuropil::network::NetworkFile;
use std::f64::consts::TAU;
use std::ops::Range;
use std::path::Path;

/// What the manual says of a state: its line without the name, from the left.
struct Line([String; 7]);

impl Line {
    fn of(state: &str) -> Self {
        let manual = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sweeps.md")).unwrap();
        assert!(manual.contains("--set let.J='0.1 mV' --set let.v_reset='10 mV' --set let.g=5 --set let.eta=2\n"));
        let line = manual.lines().find_map(|line| line.strip_prefix(&format!("| {state} |"))).unwrap();
        let cells: Vec<_> = line.split('|').map(|cell| cell.trim().to_owned()).collect();
        Self(cells[..7].to_vec().try_into().unwrap())
    }

    fn number(&self, cell: usize) -> f64 {
        self.0[cell].parse().unwrap()
    }

    /// Is what was found what the manual says was found, and, where the paper has a figure, that figure within a tolerance? `cell` is that of
    /// the paper.
    fn check(&self, cell: usize, found: f64, tolerance: f64) {
        let here = self.number(cell + 1);
        assert!((found / here - 1.0).abs() <= BRUNEL_AGAIN, "{found} Hz, not {here} Hz as the manual says");
        if !self.0[cell].is_empty() {
            let published = self.number(cell);
            assert!((found / published - 1.0).abs() <= tolerance, "{found} Hz, published {published} Hz");
        }
    }

    fn check_rate(&self, seen: &Seen, tolerance: f64) {
        self.check(2, seen.rate, tolerance);
        let here = self.number(6);
        assert!((seen.cv - here).abs() <= 0.01, "CV {}, not {here} as the manual says", seen.cv);
    }

    fn check_rhythm(&self, hz: f64, tolerance: f64) {
        self.check(4, hz, tolerance);
    }

    /// The network of the state on the CPU, up to an end in ms and seen from a beginning on.
    fn seen(&self, [from, end]: [u32; 2], bin_steps: u32) -> Seen {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/brunel.toml");
        let mut file = NetworkFile::read(path).unwrap();
        for (name, value) in [("J", "0.1 mV"), ("v_reset", "10 mV"), ("g", &self.0[0]), ("eta", &self.0[1])] {
            file.set(&format!("let.{name}"), value).unwrap();
        }
        let recording = run(&file.network, &cpu(Precision::F32), 10 * end);
        let [exc, inh] = &recording.populations[..] else { panic!("two populations") };
        let [rate, inh_rate] = [exc, inh].map(|population| recording.rate_hz(population, from.into()).unwrap());
        // Both are driven alike, and have as many sources.
        assert!((inh_rate / rate - 1.0).abs() < 0.03, "{rate} and {inh_rate} Hz");
        let course = recording.population_rate(exc, bin_steps, None).unwrap().hz;
        let seen = Seen {
            rate,
            cv: recording.cv_isi(exc, from.into()).unwrap(),
            course: course[(10 * from / bin_steps) as usize..].to_vec(),
            bin: f64::from(bin_steps) * 0.1,
        };
        println!("{:.2} Hz, CV {:.3}, contrast {:.2}", seen.rate, seen.cv, seen.contrast());
        seen
    }
}

/// What excitatory neurons do.
struct Seen {
    /// [Hz] the mean
    rate: f64,
    /// of the intervals between a neuron's spikes, the mean over neurons
    cv: f64,
    /// [Hz] rate of the population by time
    course: Vec<f64>,
    /// [ms] from one number of that to the next
    bin: f64,
}

impl Seen {
    fn mean(&self) -> f64 {
        self.course.iter().sum::<f64>() / self.course.len() as f64
    }

    /// [Hz²] Covariance of the population's rate with itself so many bins later.
    fn covariance(&self, lag: usize) -> f64 {
        let mean = self.mean();
        let pairs = self.course.iter().zip(&self.course[lag..]);
        pairs.map(|(one, other)| (one - mean) * (other - mean)).sum::<f64>() / (self.course.len() - lag) as f64
    }

    /// Standard deviation of the population's rate over its mean.
    fn contrast(&self) -> f64 {
        self.covariance(0).sqrt() / self.mean()
    }

    /// [Hz] The frequency in a band that is strongest in the population's rate, and the correlation of the rate with itself a period
    /// later. The spectrum is Welch's: the mean over windows of so many ms, each beginning in the middle of the one before.
    fn rhythm(&self, band: Range<u32>, window: f64) -> (f64, f64) {
        let length = (window / self.bin).round() as usize;
        let taper = |index: usize| 0.5 - 0.5 * (TAU * index as f64 / length as f64).cos();
        let windows = (0..=self.course.len() - length).step_by(length / 2).map(|start| {
            let part = &self.course[start..start + length];
            let mean = part.iter().sum::<f64>() / length as f64;
            part.iter().enumerate().map(|(index, rate)| (rate - mean) * taper(index)).collect()
        });
        let windows: Vec<Vec<f64>> = windows.collect();
        let power = |hz: f64| -> f64 {
            let turn = TAU * hz * self.bin * 1e-3;
            let of = |window: &Vec<f64>| {
                let turned = |part: fn(f64) -> f64| {
                    window.iter().enumerate().map(|(index, rate)| rate * part(turn * index as f64)).sum::<f64>()
                };
                turned(f64::sin).powi(2) + turned(f64::cos).powi(2)
            };
            windows.iter().map(of).sum()
        };
        let spectrum = (2 * band.start..2 * band.end).map(|half| f64::from(half) / 2.0).map(|hz| (power(hz), hz));
        let (_, hz) = spectrum.max_by(|one, other| one.0.total_cmp(&other.0)).unwrap();
        let correlation = self.covariance((1e3 / hz / self.bin).round() as usize) / self.covariance(0);
        println!("{hz:.1} Hz, correlation {correlation:.2} after a period");
        (hz, correlation)
    }
}

/// Excitation wins: neurons fire as fast as delay and refractory period let them, like clocks, and nearly all at once.
#[test]
fn synchronous_regular() {
    let line = Line::of("synchronous regular");
    let seen = line.seen([100, 220], 1);
    line.check_rate(&seen, 0.0);
    assert!(seen.cv < 0.01, "CV {}", seen.cv);
    // Neurons that fire independently would have 0.05.
    assert!(seen.contrast() > 3.0, "{}", seen.contrast());
    // Who fires takes others along when the spike arrives, 1.5 ms later.
    let (hz, correlation) = seen.rhythm(100..1000, 100.0);
    line.check_rhythm(hz, 0.0);
    assert!((hz * 1.5e-3 - 1.0).abs() < 0.01 && correlation > 0.9, "{hz} Hz, {correlation}");
}

/// Inhibition and a strong drive: all take part in a fast rhythm, each neuron in a third of its periods, irregularly.
#[test]
fn synchronous_irregular_fast() {
    let line = Line::of("synchronous irregular, fast");
    let seen = line.seen([100, 500], 5);
    line.check_rate(&seen, BRUNEL_FAST.0);
    let (hz, correlation) = seen.rhythm(50..400, 100.0);
    line.check_rhythm(hz, BRUNEL_FAST.1);
    assert!(correlation > 0.6 && seen.cv > 0.6, "{correlation}, CV {}", seen.cv);
}

/// Inhibition and a drive that alone takes no neuron to its threshold: bursts, in each of which few neurons take part.
#[test]
fn synchronous_irregular_slow() {
    let line = Line::of("synchronous irregular, slow");
    let seen = line.seen([200, 2200], 10);
    line.check_rate(&seen, BRUNEL_SLOW.0);
    let (hz, _) = seen.rhythm(5..100, 200.0);
    line.check_rhythm(hz, BRUNEL_SLOW.1);
    assert!(seen.contrast() > 1.3 && seen.cv > 0.45, "{}, CV {}", seen.contrast(), seen.cv);
}

/// Inhibition and some drive: neurons fire irregularly, and what rhythm a network of this size has soon forgets its phase.
#[test]
fn asynchronous_irregular() {
    let line = Line::of("asynchronous irregular");
    let seen = line.seen([100, 600], 5);
    line.check_rate(&seen, BRUNEL_ASYNCHRONOUS);
    let (_, correlation) = seen.rhythm(50..400, 100.0);
    assert!(correlation < 0.4 && seen.contrast() < 0.8, "{correlation}, {}", seen.contrast());
    assert!(seen.cv > 0.3, "CV {}", seen.cv);
}
