//! The self-test of a driver: small kernels with known results, because some drivers compute wrongly in silence.
//!
//! This file runs the tests and knows none of them: the table is in `cases.rs`.

mod cases;

use super::{Binding, Gpu, Limits, Usage, adapter, known_bad};
use crate::{Error, Result};
use serde::Serialize;

/// What one test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The test's name.
    pub test: &'static str,
    /// Whether the driver did as it should.
    pub passed: bool,
    /// What hangs on it.
    pub need: Need,
    /// What was computed.
    pub detail: String,
}

/// What hangs on a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// All results.
    Required,
    /// Whether runs use something of the device that they can do without.
    Optional(Feature),
    /// Nothing: it only informs.
    Informs,
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Required => "required",
            Self::Optional(_) => "optional",
            Self::Informs => "informs",
        })
    }
}

/// What runs use where a device has it, and can do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Operations among the invocations of a subgroup. Without them a kernel of its own delivers spikes, and products of
    /// recurrent cells go through workgroup memory.
    Subgroups,
    /// Memory that the invocations of a workgroup share, and the barriers around the use of that and of storage. Networks need
    /// none; without it products of recurrent cells go through subgroups, and their steps are dispatched one by one.
    WorkgroupMemory,
}

impl Feature {
    fn offered(self, limits: &Limits) -> bool {
        match self {
            Self::Subgroups => limits.subgroups(),
            Self::WorkgroupMemory => limits.max_workgroup_memory > 0,
        }
    }

    pub(super) fn remove(self, limits: &mut Limits) {
        match self {
            Self::Subgroups => (limits.min_subgroup, limits.max_subgroup) = (0, 0),
            Self::WorkgroupMemory => limits.max_workgroup_memory = 0,
        }
    }
}

impl std::fmt::Display for Feature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Subgroups => "subgroups",
            Self::WorkgroupMemory => "workgroup memory",
        })
    }
}

/// What a device goes on without, for its driver gets it wrong. Its text says so, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// What is not used.
    pub feature: Feature,
    /// Which test failed, and what to install.
    pub reason: String,
}

impl std::fmt::Display for Lack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "going on without {}: {}", self.feature, self.reason)
    }
}

/// A test: dispatches of one entry point, and what they must find.
struct Case {
    name: &'static str,
    need: Need,
    /// Texts of WGSL, joined in this order.
    text: &'static [&'static str],
    entry: &'static str,
    /// Binding 0, `array<u32>`, read only.
    given: fn() -> Vec<u32>,
    /// Words of binding 1, `array<u32>`, which are judged. (Binding 2 has [`COUNTS`] words for atomics.)
    found: usize,
    workgroups: [u32; 3],
    /// One dispatch each, with its [`immediates`].
    steps: u32,
    judge: Judge,
}

/// From what was given and found: what can be said of it, as an error if it is wrong.
type Judge = fn(given: &[u32], found: &[u32]) -> std::result::Result<String, String>;

/// Words that all kernels may count in.
const COUNTS: usize = 16;
/// The second word of the immediate data: the bits of 1.0.
const SALT: u32 = 0x3f80_0000;
/// Words of immediate data, as many as any kernel has.
pub(crate) const IMMEDIATES: usize = 13;

/// The immediate data of a dispatch: its number, [`SALT`], and more without a meaning.
fn immediates(step: u32) -> [u32; IMMEDIATES] {
    let mut words = [0; IMMEDIATES];
    for (word, at) in words.iter_mut().zip(0..) {
        *word = step.wrapping_add(at).wrapping_mul(0x9e37_79b9);
    }
    (words[0], words[1]) = (step, SALT);
    words
}

/// Runs all tests of what the device has, the required ones first.
///
/// # Errors
/// [`Error::DeviceLost`] and the like; a failed test is a [`Finding`].
pub fn examine(gpu: &Gpu) -> Result<Vec<Finding>> {
    let mut findings = vec![version(gpu)];
    for case in cases::ALL.iter().filter(|case| case.applies(gpu)) {
        findings.push(case.run(gpu)?);
    }
    findings.sort_by_key(|finding| finding.need);
    Ok(findings)
}

/// Runs the tests on which something hangs, and returns the device that a run may use: without what its driver gets wrong,
/// where a run can do without that ([`Gpu::lacks`]).
///
/// # Errors
/// [`Error::WrongDriver`] names the first required test that failed, and says what to install.
pub fn self_test(gpu: &Gpu) -> Result<Gpu> {
    let mut usable = gpu.clone();
    for case in cases::ALL.iter().filter(|case| case.need != Need::Informs && case.applies(gpu)) {
        usable = judge(&usable, &[case.run(gpu)?])?;
    }
    Ok(usable)
}

/// The device that a run may use after these findings.
///
/// # Errors
/// As [`self_test`].
pub fn judge(gpu: &Gpu, findings: &[Finding]) -> Result<Gpu> {
    let mut lacks = Vec::new();
    for finding in findings.iter().filter(|finding| !finding.passed) {
        match finding.need {
            Need::Required => return Err(wrong(gpu, finding)),
            Need::Optional(feature) => lacks.push(Lack { feature, reason: wrong(gpu, finding).to_string() }),
            Need::Informs => {}
        }
    }
    Ok(gpu.without(lacks))
}

fn wrong(gpu: &Gpu, finding: &Finding) -> Error {
    Error::WrongDriver {
        adapter: gpu.info().name.clone(),
        driver: gpu.info().driver_text(),
        test: finding.test,
        problem: finding.detail.clone(),
        hint: adapter::better_driver(gpu.info()),
    }
}

fn version(gpu: &Gpu) -> Finding {
    let bad = known_bad(gpu.info());
    let driver = gpu.info().driver_text();
    // Not required: a repaired build of an old version passes the tests that matter.
    Finding { test: "version", passed: bad.is_none(), need: Need::Informs, detail: bad.unwrap_or(driver) }
}

impl Case {
    /// Whether the device has what is tested. A kernel that uses what it does not have would not even compile.
    fn applies(&self, gpu: &Gpu) -> bool {
        match self.need {
            Need::Optional(feature) => feature.offered(gpu.limits()),
            Need::Required | Need::Informs => true,
        }
    }

    fn run(&self, gpu: &Gpu) -> Result<Finding> {
        let verdict = match self.compute(gpu) {
            Ok((given, found)) => (self.judge)(&given, &found),
            // A kernel that every driver should take is refused: that is a finding, too.
            Err(Error::Validation { action, message }) => Err(format!("the device refused {action}: {message}")),
            Err(other) => return Err(other),
        };
        let (passed, detail) = match verdict {
            Ok(detail) => (true, detail),
            Err(detail) => (false, detail),
        };
        Ok(Finding { test: self.name, passed, need: self.need, detail })
    }

    fn compute(&self, gpu: &Gpu) -> Result<(Vec<u32>, Vec<u32>)> {
        let pipeline = gpu.compile(self.name, &self.text.concat(), self.entry)?;
        let given = (self.given)();
        let input = gpu.buffer_of("what a self-test is given", &given, Usage::Storage)?;
        let output = gpu.buffer::<u32>("what a self-test finds", self.found, Usage::Storage)?;
        let counts = gpu.buffer::<u32>("the counters of a self-test", COUNTS, Usage::Storage)?;
        // Not every module has all of them.
        let group = gpu.bind(&pipeline, &[&input as &dyn Binding, &output, &counts][..pipeline.bindings()])?;
        let mut recorder = gpu.recorder(self.name);
        let mut pass = recorder.pass(self.name);
        for step in 0..self.steps {
            let told = immediates(step);
            let told = &bytemuck::bytes_of(&told)[..pipeline.immediates()];
            pass.dispatch(&pipeline, &group, told, self.workgroups);
        }
        drop(pass);
        recorder.submit()?;
        let found = gpu.read(&output, 0..self.found)?;
        Ok((given, found))
    }
}

#[cfg(test)]
mod tests;
