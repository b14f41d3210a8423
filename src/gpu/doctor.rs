//! The self-test of a driver: small kernels with known results, because some drivers compute wrongly in silence.
//!
//! This file runs the tests and knows none of them: the table is in `cases.rs`.

mod cases;

use super::{Access, Gpu, Usage, adapter, known_bad};
use crate::{Error, Result};
use serde::Serialize;

/// What one test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The test's name.
    pub test: &'static str,
    /// Whether the driver did as it should.
    pub passed: bool,
    /// Whether results cannot be trusted where it fails; otherwise it only informs.
    pub required: bool,
    /// What was computed.
    pub detail: String,
}

/// A test: dispatches of one entry point, and what they must find.
struct Case {
    name: &'static str,
    required: bool,
    /// Texts of WGSL, joined in this order.
    text: &'static [&'static str],
    entry: &'static str,
    /// Binding 0, `array<u32>`, read only.
    given: fn() -> Vec<u32>,
    /// Words of binding 1, `array<u32>`, which are judged. (Binding 2 has [`COUNTS`] words for atomics.)
    found: usize,
    workgroups: u32,
    /// One dispatch each. The number of the dispatch and [`SALT`] are its immediate data.
    steps: u32,
    judge: Judge,
}

/// From what was given and found: what can be said of it, as an error if it is wrong.
type Judge = fn(given: &[u32], found: &[u32]) -> std::result::Result<String, String>;

/// Words that all kernels may count in.
const COUNTS: usize = 16;
/// The second word of the immediate data: the bits of 1.0.
const SALT: u32 = 0x3f80_0000;

/// Runs all tests, the required ones first.
///
/// # Errors
/// [`Error::DeviceLost`] and the like; a failed test is a [`Finding`].
pub fn examine(gpu: &Gpu) -> Result<Vec<Finding>> {
    let mut findings = vec![version(gpu)];
    for case in cases::ALL {
        findings.push(case.run(gpu)?);
    }
    findings.sort_by_key(|finding| !finding.required);
    Ok(findings)
}

/// Runs the required tests.
///
/// # Errors
/// [`Error::WrongDriver`] names the first that failed, and says what to install.
pub fn self_test(gpu: &Gpu) -> Result<()> {
    for case in cases::ALL.iter().filter(|case| case.required) {
        refuse(gpu, &case.run(gpu)?)?;
    }
    Ok(())
}

/// Refuses a driver that failed a required test.
///
/// # Errors
/// As [`self_test`].
pub fn judge(gpu: &Gpu, findings: &[Finding]) -> Result<()> {
    findings.iter().try_for_each(|finding| refuse(gpu, finding))
}

fn refuse(gpu: &Gpu, finding: &Finding) -> Result<()> {
    if finding.passed || !finding.required {
        return Ok(());
    }
    Err(Error::WrongDriver {
        adapter: gpu.info().name.clone(),
        driver: gpu.info().driver_text(),
        test: finding.test,
        problem: finding.detail.clone(),
        hint: adapter::better_driver(gpu.info()),
    })
}

fn version(gpu: &Gpu) -> Finding {
    let bad = known_bad(gpu.info());
    let driver = gpu.info().driver_text();
    // Not required: a repaired build of an old version passes the tests that matter.
    Finding { test: "version", passed: bad.is_none(), required: false, detail: bad.unwrap_or(driver) }
}

impl Case {
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
        Ok(Finding { test: self.name, passed, required: self.required, detail })
    }

    fn compute(&self, gpu: &Gpu) -> Result<(Vec<u32>, Vec<u32>)> {
        let access = [Access::ReadOnly, Access::ReadWrite, Access::ReadWrite];
        let pipeline = gpu.pipeline(self.name, &self.text.concat(), self.entry, &access, 8)?;
        let given = (self.given)();
        let input = gpu.buffer_of("what a self-test is given", &given, Usage::Storage)?;
        let output = gpu.buffer::<u32>("what a self-test finds", self.found, Usage::Storage)?;
        let counts = gpu.buffer::<u32>("the counters of a self-test", COUNTS, Usage::Storage)?;
        let group = gpu.bind(&pipeline, &[&input, &output, &counts])?;
        let mut recorder = gpu.recorder(self.name);
        let mut pass = recorder.pass(self.name);
        for step in 0..self.steps {
            pass.dispatch(&pipeline, &group, bytemuck::bytes_of(&[step, SALT]), [self.workgroups, 1, 1]);
        }
        drop(pass);
        recorder.submit()?;
        let found = gpu.read(&output, 0..self.found)?;
        Ok((given, found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::tests::gpu;

    #[test]
    #[cfg_attr(without_device, ignore = "there is no device")]
    fn nothing_is_wrong_here() {
        let gpu = gpu();
        self_test(&gpu).unwrap();
        let findings = examine(&gpu).unwrap();
        assert_eq!(findings.len(), cases::ALL.len() + 1);
        assert!(findings.is_sorted_by_key(|finding| !finding.required));
        for finding in findings {
            println!("{finding:?}");
            assert!(finding.passed || !finding.required);
        }
    }

    #[test]
    #[cfg_attr(without_device, ignore = "there is no device")]
    fn one_wrong_bit_fails_any_required_test() {
        let gpu = gpu();
        for case in cases::ALL.iter().filter(|case| case.required) {
            let (given, mut found) = case.compute(&gpu).unwrap();
            (case.judge)(&given, &found).unwrap();
            found[0] ^= 1;
            (case.judge)(&given, &found).unwrap_err();
        }
    }

    #[test]
    #[cfg_attr(without_device, ignore = "there is no device")]
    fn a_failed_test_names_the_driver_and_what_to_do() {
        let gpu = gpu();
        let case = Case {
            name: "wrong",
            required: true,
            text: &["@compute @workgroup_size(1) fn wrong(", ") {}"],
            entry: "wrong",
            given: || vec![0],
            found: 1,
            workgroups: 1,
            steps: 1,
            judge: |_, found| Err(format!("it gave {}", found[0])),
        };
        assert_eq!(
            refuse(&gpu, &case.run(&gpu).unwrap()).unwrap_err().to_string(),
            format!(
                "the driver of {} ({}) fails the self-test `wrong`: it gave 0. Update the driver, or choose another device",
                gpu.info().name,
                gpu.info().driver_text()
            )
        );
        let refused = Case { text: &["nonsense"], ..case };
        let finding = refused.run(&gpu).unwrap();
        assert!(!finding.passed && finding.detail.starts_with("the device refused kernel `wrong`: "), "{finding:?}");
    }
}
