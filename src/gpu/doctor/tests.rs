//! That each self-test can fail, and what becomes of a device that fails one.

use super::*;
use crate::gpu::tests::gpu;

/// A test that always fails.
const WRONG: Case = Case {
    name: "wrong",
    need: Need::Required,
    text: &["@compute @workgroup_size(1) fn wrong(", ") {}"],
    entry: "wrong",
    given: || vec![0],
    found: 1,
    workgroups: [1, 1, 1],
    steps: 1,
    judge: |_, found| Err(format!("it gave {}", found[0])),
};

/// What is said of a failed test.
fn complaint(gpu: &Gpu, problem: &str) -> String {
    let (name, driver) = (&gpu.info().name, gpu.info().driver_text());
    format!(
        "the driver of {name} ({driver}) fails the self-test `wrong`: {problem}. Update the driver, or choose another device"
    )
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn nothing_is_wrong_here() {
    let gpu = gpu();
    let tested = self_test(&gpu).unwrap();
    assert!(tested.same_device(&gpu));
    assert_eq!((tested.lacks(), tested.limits()), (&[][..], gpu.limits()));
    let findings = examine(&gpu).unwrap();
    assert_eq!(findings.len(), cases::ALL.iter().filter(|case| case.applies(&gpu)).count() + 1);
    assert!(findings.is_sorted_by_key(|finding| finding.need));
    for finding in findings {
        println!("{finding:?}");
        assert!(finding.passed || finding.need == Need::Informs);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn one_wrong_bit_anywhere_fails_any_test_on_which_something_hangs() {
    let gpu = gpu();
    for case in cases::ALL.iter().filter(|case| case.need != Need::Informs && case.applies(&gpu)) {
        let (given, found) = case.compute(&gpu).unwrap();
        (case.judge)(&given, &found).unwrap();
        // The second half of what `order` finds is the last but one dispatch's.
        let judged = if case.name == "order" { found.len() / 2 } else { found.len() };
        for at in (0..judged).step_by(judged.div_ceil(40)).chain([judged - 1]) {
            let mut wrong = found.clone();
            wrong[at] ^= 1 << (at % 32);
            (case.judge)(&given, &wrong).unwrap_err();
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn an_operation_that_does_something_else_fails_its_test() {
    let gpu = gpu();
    for (name, right, wrong) in [
        ("immediates", "now.word_12", "now.word_11"),
        ("atomics", "atomicOr(", "atomicMax("),
        ("atomics", "-i32(id.x)", "max(-i32(id.x), 0)"),
        ("atomics", "atomicStore(&counts.sums[id.x], 0)", "atomicStore(&counts.sums[id.x], 1)"),
        ("barriers", "local.z * 16u + local.y", "local.y"),
        ("barriers", "group.z * groups.x", "group.z"),
        ("rounds", "storageBarrier();", ""),
        ("rounds", "held[13]", "held[12]"),
        ("subgroups", "subgroup * lanes + lane", "subgroup * lanes + min(lane, 1u)"),
        ("subgroups", "subgroupBallot(left != 0u)", "subgroupBallot(left > 1u)"),
        ("subgroups", "subgroupShuffle(left, speaker)", "left"),
        ("subgroups", "subgroupShuffle(own, speaker)", "own"),
        ("subgroups", "subgroupBroadcast(x, 2u)", "subgroupBroadcast(x, 1u)"),
    ] {
        let case = cases::ALL.iter().find(|case| case.name == name).unwrap();
        if !case.applies(&gpu) {
            continue;
        }
        let text = case.text.concat();
        assert_eq!(text.matches(right).count(), 1, "{right}");
        let text: &'static str = text.replace(right, wrong).leak();
        let finding = Case { text: vec![text].leak(), ..*case }.run(&gpu).unwrap();
        assert!(!finding.passed && !finding.detail.contains("refused"), "{wrong}: {finding:?}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_failed_test_names_the_driver_and_what_to_do() {
    let gpu = gpu();
    let finding = WRONG.run(&gpu).unwrap();
    assert_eq!(judge(&gpu, &[finding]).unwrap_err().to_string(), complaint(&gpu, "it gave 0"));
    let refused = Case { text: &["nonsense"], ..WRONG };
    let finding = refused.run(&gpu).unwrap();
    assert!(!finding.passed && finding.detail.starts_with("the device refused kernel `wrong`: "), "{finding:?}");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_can_be_done_without_is_left_out_and_told() {
    let gpu = gpu();
    let finding = |need| Case { need, ..WRONG }.run(&gpu).unwrap();
    let informs = judge(&gpu, &[finding(Need::Informs)]).unwrap();
    assert_eq!((informs.lacks(), informs.limits()), (&[][..], gpu.limits()));

    let less = judge(&gpu, &[finding(Need::Optional(Feature::Subgroups))]).unwrap();
    let told: Vec<_> = less.lacks().iter().map(ToString::to_string).collect();
    assert_eq!(told, [format!("going on without subgroups: {}", complaint(&gpu, "it gave 0"))]);
    assert_eq!(less.limits(), &Limits { min_subgroup: 0, max_subgroup: 0, ..gpu.limits().clone() });
    // The adapter is what it was, and what is left out is not tested again.
    assert_eq!(less.info(), gpu.info());
    let subgroups = Case { need: Need::Optional(Feature::Subgroups), ..WRONG };
    assert!(!subgroups.applies(&less));
    assert!(examine(&less).unwrap().iter().all(|finding| finding.test != "subgroups"));

    let least = judge(&less, &[finding(Need::Optional(Feature::WorkgroupMemory))]).unwrap();
    assert_eq!(
        least.lacks().iter().map(|lack| lack.feature).collect::<Vec<_>>(),
        [Feature::Subgroups, Feature::WorkgroupMemory]
    );
    assert_eq!(least.limits(), &Limits { max_workgroup_memory: 0, ..less.limits().clone() });
}
