//! Kernels that are kept for whoever asks again.

use super::{COUNT, DeviceChoice, Gpu, Usage};

/// A host that runs one network after the other, each with kernels of its own, does not keep them all.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn kernels_that_nobody_asks_for_are_let_go() {
    // Its own device: others ask that of all tests for kernels at the same time.
    let gpu = Gpu::open(&DeviceChoice::Auto).unwrap();
    let text = |number: usize| COUNT.replace("* 3u", &format!("* {number}u"));
    let first = gpu.compile("the first", &text(0), "count").unwrap();
    let often = gpu.compile("often", &text(1), "count").unwrap();
    let (mut most, mut made) = (0, 0);
    for number in 2..200 {
        gpu.compile("another", &text(number), "count").unwrap();
        made = gpu.compile("often", &text(1), "count").unwrap().id;
        most = most.max(gpu.inner.kernels.kept()[0]);
    }
    assert_eq!(gpu.inner.kernels.kept(), [128, 128]);
    assert_eq!((most, made), (128, often.id), "what is asked for stays");
    // What is in use goes on, though it is made anew for others.
    assert_ne!(gpu.compile("the first", &text(0), "count").unwrap().id, first.id);
    let (found, given) = (
        gpu.buffer_of("found", &[5u32], Usage::Storage).unwrap(),
        gpu.buffer_of("given", &[2u32], Usage::Storage).unwrap(),
    );
    let group = gpu.bind(&first, &[&found, &given]).unwrap();
    let mut recorder = gpu.recorder("the first");
    recorder.pass("the first").dispatch(&first, &group, &7u32.to_le_bytes(), [1, 1, 1]);
    recorder.submit().unwrap();
    assert_eq!(gpu.read(&found, 0..1).unwrap(), [9], "5·0 + 7 + 2");
}
