//! Tests on the adapter that `auto` means. Without one they fail, unless they are built to be ignored.

mod elementary;
pub(crate) mod given;
mod kept;
mod portable;

use super::*;
use crate::Error;

/// The device of all tests: opened once, since each opening takes milliseconds.
pub(crate) fn gpu() -> Gpu {
    use std::sync::LazyLock;
    static GPU: LazyLock<std::result::Result<Gpu, String>> =
        LazyLock::new(|| Gpu::open(&DeviceChoice::Auto).map_err(|error| error.to_string()));
    GPU.clone().unwrap_or_else(|why| panic!("this test needs a device: {why}"))
}

/// A kernel of one word: `found[0] = found[0] * 3 + now`, and a second buffer that it only reads.
const COUNT: &str = "
    var<immediate> now: u32;
    @group(0) @binding(0) var<storage, read_write> found: array<u32>;
    @group(0) @binding(1) var<storage, read> given: array<u32>;
    @compute @workgroup_size(1) fn count() { found[0] = found[0] * 3u + now + given[0]; }
    @compute @workgroup_size(64) fn fill(@builtin(global_invocation_id) id: vec3<u32>) {
        if (id.x < arrayLength(&found)) { found[id.x] = now + id.x; }
    }";

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn odd_sizes_come_back_as_written() {
    let gpu = gpu();
    for len in [0usize, 1, 2, 3, 5, 63, 1021] {
        let bytes: Vec<u8> = (0..len).map(|i| (i * 7 + 1) as u8).collect();
        let buffer = gpu.buffer_of("bytes", &bytes, Usage::Storage).unwrap();
        assert_eq!(gpu.read(&buffer, 0..len).unwrap(), bytes);
        let halves: Vec<u16> = (0..len).map(|i| (i * 77 + 1) as u16).collect();
        let buffer = gpu.buffer_of("halves", &halves, Usage::StorageParts).unwrap();
        assert_eq!(gpu.read(&buffer, 0..len).unwrap(), halves);
        let words: Vec<[f32; 3]> = (0..len).map(|i| [i as f32, 0.5, -1.0]).collect();
        let buffer = gpu.buffer_of("triples", &words, Usage::Storage).unwrap();
        assert_eq!(gpu.read(&buffer, 0..len).unwrap(), words);
        if len > 2 {
            assert_eq!(gpu.read(&buffer, 1..len - 1).unwrap(), words[1..len - 1]);
            gpu.write(&buffer, len - 1, &[[9.0; 3]]).unwrap();
            assert_eq!(gpu.read(&buffer, len - 2..len).unwrap(), [words[len - 2], [9.0; 3]]);
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_is_larger_than_a_piece_comes_back_as_written() {
    let gpu = gpu();
    let words: Vec<u32> = (0..(33 << 20) + 5).map(|i: u32| i.wrapping_mul(0x9e37_79b9)).collect();
    let buffer = gpu.buffer_of("a large table", &words, Usage::StorageParts).unwrap();
    assert!(gpu.read(&buffer, 0..words.len()).unwrap() == words, "a word differs");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn illegal_ranges_are_refused() {
    let gpu = gpu();
    let buffer = gpu.buffer::<u32>("a table", 10, Usage::Storage).unwrap();
    assert_eq!(
        gpu.write(&buffer, 8, &[1, 2, 3]).unwrap_err().to_string(),
        "elements 8..11 of a table: the range leaves the buffer; legal: within 0..10"
    );
    assert_eq!(
        gpu.read(&buffer, 3..12).unwrap_err().to_string(),
        "elements 3..12 of a table: the range leaves the buffer; legal: within 0..10"
    );
    let bytes = gpu.buffer::<u8>("bytes", 10, Usage::Storage).unwrap();
    assert_eq!(
        gpu.read(&bytes, 1..5).unwrap_err().to_string(),
        "elements 1..5 of bytes: the range does not begin and end at whole words of 4 bytes; legal: within 0..10"
    );
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_thousand_dispatches_of_a_pass_depend_on_one_another() {
    let gpu = gpu();
    let kernel = gpu.compile("count", COUNT, "count").unwrap();
    let found = gpu.buffer_of("a counter", &[7u32, 7], Usage::Storage).unwrap();
    let given = gpu.buffer_of("an addend", &[5u32], Usage::Storage).unwrap();
    let group = gpu.bind(&kernel, &[&found, &given]).unwrap();
    let mut recorder = gpu.recorder("count");
    recorder.clear(&found, 0..1);
    let mut pass = recorder.pass("count");
    for step in 0..1000u32 {
        pass.dispatch(&kernel, &group, &step.to_le_bytes(), [1, 1, 1]);
        pass.dispatch(&kernel, &group, &step.to_le_bytes(), [1, 0, 1]);
    }
    drop(pass);
    recorder.copy(&found, 0..1, &found, 1);
    // A copy within one buffer is refused; the recording is dropped, and nothing of it happens.
    assert!(matches!(recorder.submit(), Err(Error::Validation { .. })));
    assert_eq!(gpu.read(&found, 0..2).unwrap(), [7, 7]);

    let copied = gpu.buffer::<u32>("a copy", 3, Usage::Storage).unwrap();
    let mut recorder = gpu.recorder("count");
    recorder.clear(&found, 0..1);
    let mut pass = recorder.pass("count");
    for step in 0..1000u32 {
        pass.dispatch(&kernel, &group, &step.to_le_bytes(), [1, 1, 1]);
    }
    drop(pass);
    recorder.copy(&found, 0..2, &copied, 1);
    let ticket = recorder.submit().unwrap();
    gpu.wait(&ticket).unwrap();
    let expected = (0..1000u32).fold(0u32, |x, step| x.wrapping_mul(3).wrapping_add(step + 5));
    assert_eq!(gpu.read(&copied, 0..3).unwrap(), [0, expected, 7]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn kernels_are_compiled_once_and_share_their_bind_groups() {
    let gpu = gpu();
    let count = gpu.compile("count", COUNT, "count").unwrap();
    assert_eq!(gpu.compile("again", COUNT, "count").unwrap().id, count.id);
    let fill = gpu.compile("fill", COUNT, "fill").unwrap();
    assert_ne!(fill.id, count.id);
    let found = gpu.buffer::<u32>("found", 256, Usage::StorageParts).unwrap();
    let given = gpu.buffer_of("given", &[1u32], Usage::Storage).unwrap();
    let align = gpu.limits().min_offset_alignment as usize / 4;
    let part = found.slice(align..align + 3).unwrap();
    let group = gpu.bind(&fill, &[&part, &given]).unwrap();
    let mut recorder = gpu.recorder("both");
    let mut pass = recorder.pass("both");
    pass.dispatch(&fill, &group, &100u32.to_le_bytes(), [1, 1, 1]);
    pass.dispatch(&count, &group, &100u32.to_le_bytes(), [1, 1, 1]);
    drop(pass);
    recorder.submit().unwrap();
    assert_eq!(gpu.read(&found, align - 1..align + 4).unwrap(), [0, 401, 101, 102, 0]);
    assert_eq!(
        gpu.bind(&fill, &[&found.slice(1..4).unwrap(), &given]).unwrap_err().to_string(),
        format!("the buffers of kernel `fill`: found is bound from byte 4; legal: a multiple of {}", align * 4)
    );
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn mistakes_in_a_recording_are_returned_by_submit() {
    let gpu = gpu();
    let kernel = gpu.compile("count", COUNT, "count").unwrap();
    let one = gpu.buffer::<u32>("one", 1, Usage::Storage).unwrap();
    let group = gpu.bind(&kernel, &[&one, &gpu.buffer::<u32>("two", 1, Usage::Storage).unwrap()]).unwrap();
    let submitted = |groups, immediates: &[u8]| {
        let mut recorder = gpu.recorder("mistake");
        recorder.pass("mistake").dispatch(&kernel, &group, immediates, groups);
        recorder.submit().unwrap_err().to_string()
    };
    let most = gpu.limits().max_workgroups;
    assert_eq!(
        submitted([most + 1, 1, 1], &[0; 4]),
        format!("a dispatch of kernel `count`: [{}, 1, 1] workgroups; legal: at most {most} each", most + 1)
    );
    assert_eq!(submitted([1; 3], &[0; 8]), "a dispatch of kernel `count`: 8 bytes of immediate data; legal: 4");
    assert_eq!(
        gpu.bind(&kernel, &[&one]).unwrap_err().to_string(),
        "the buffers of kernel `count`: 1 are given; legal: 2"
    );
    // One buffer for reading and writing at once.
    let both = gpu.bind(&kernel, &[&one, &one]).unwrap();
    let mut recorder = gpu.recorder("alias");
    recorder.pass("alias").dispatch(&kernel, &both, &[0; 4], [1; 3]);
    assert!(matches!(recorder.submit(), Err(Error::Validation { .. })));
    gpu.check().unwrap();
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_refused_kernel_is_an_error() {
    let gpu = gpu();
    for text in ["fn broken(", "@compute @workgroup_size(1) fn main() { let x: f32 = 1u; }", ""] {
        match gpu.compile("broken", text, "main") {
            Err(Error::Validation { action, .. }) => assert_eq!(action, "kernel `broken`"),
            other => panic!("{other:?}"),
        }
    }
    gpu.check().unwrap();
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_cannot_fit_is_refused_before_it_is_asked_for() {
    let gpu = gpu();
    let limits = gpu.limits().clone();
    let name = &gpu.info().name;
    let len = (limits.max_binding / 4 + 1) as usize;
    let needed = len as u64 * 4;
    assert_eq!(
        gpu.buffer::<u32>("the ring", len, Usage::Storage).unwrap_err().to_string(),
        format!(
            "the ring needs {needed} bytes, but max_storage_buffer_binding_size of {name} is {}",
            limits.max_binding
        )
    );
    match gpu.buffer::<u64>("the table", usize::MAX, Usage::StorageParts) {
        Err(Error::TooLarge { needed: u64::MAX, limit, .. }) => assert_eq!(limit, limits.max_buffer),
        other => panic!("{:?}", other.map(|buffer| buffer.len())),
    }
    if limits.max_binding < limits.max_buffer && limits.max_binding < 1 << 30 {
        let parts = gpu.buffer::<u32>("the table", len, Usage::StorageParts).unwrap();
        let kernel = gpu.compile("count", COUNT, "count").unwrap();
        match gpu.bind(&kernel, &[&parts, &parts]) {
            Err(Error::TooLarge { what, .. }) => assert_eq!(what, "the table"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn exhausted_memory_is_an_error() {
    let gpu = gpu();
    if gpu.info().kind != AdapterKind::Software {
        println!("skipped: the memory of {} is not to be filled by a test", gpu.info().name);
        return;
    }
    // Untouched memory costs nothing here; the driver's budget still counts it.
    let len = gpu.limits().max_buffer as usize / 4;
    let mut held = Vec::new();
    for _ in 0..256 {
        match gpu.buffer::<u32>("a huge table", len, Usage::StorageParts) {
            Ok(buffer) => held.push(buffer),
            Err(Error::OutOfMemory { what, bytes }) => {
                assert_eq!((what.as_str(), bytes), ("a huge table", len as u64 * 4));
                held.clear();
                return gpu.check().unwrap();
            }
            Err(other) => panic!("{other}"),
        }
    }
    println!("skipped: this driver gives out more memory than there is");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn two_readbacks_under_way_arrive_in_their_order() {
    let gpu = gpu();
    let kernel = gpu.compile("fill", COUNT, "fill").unwrap();
    let found = gpu.buffer::<u32>("found", 1000, Usage::Storage).unwrap();
    let group = gpu.bind(&kernel, &[&found, &gpu.buffer::<u32>("given", 1, Usage::Storage).unwrap()]).unwrap();
    let mut ring = Readback::<u32>::new(&gpu, "found", 1000, 2).unwrap();
    let start = |ring: &mut Readback<u32>, round: u32| {
        let mut recorder = gpu.recorder("fill");
        recorder.pass("fill").dispatch(&kernel, &group, &(round * 1000).to_le_bytes(), [16, 1, 1]);
        ring.record(&mut recorder, &found, 0..(round as usize * 100) % 1001).unwrap();
        recorder.submit().unwrap();
    };
    start(&mut ring, 0);
    for round in 0..20u32 {
        start(&mut ring, round + 1);
        assert_eq!((ring.in_flight(), ring.has_room()), (2, false));
        let expected: Vec<u32> = (0..(round * 100) % 1001).map(|i| round * 1000 + i).collect();
        assert_eq!(ring.wait().unwrap(), expected);
    }
    let mut recorder = gpu.recorder("dropped");
    ring.record(&mut recorder, &found, 0..1).unwrap();
    assert_eq!(
        ring.record(&mut recorder, &found, 0..1).unwrap_err().to_string(),
        "the read-back of found: 2 are under way already; legal: wait for the oldest first"
    );
    drop(recorder);
    ring.wait().unwrap();
    assert_eq!(ring.wait().unwrap_err().to_string(), "the read-back of found: its recording was not submitted");
    assert_eq!(ring.wait().unwrap_err().to_string(), "the read-back of found: none is under way");
    start(&mut ring, 1);
    assert_eq!(ring.wait().unwrap().len(), 100);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_lost_device_is_an_error_everywhere() {
    let gpu = Gpu::open(&DeviceChoice::Auto).unwrap();
    let found = gpu.buffer::<u32>("found", 10, Usage::Storage).unwrap();
    let mut ring = Readback::<u32>::new(&gpu, "found", 10, 1).unwrap();
    let mut recorder = gpu.recorder("lost");
    ring.record(&mut recorder, &found, 0..10).unwrap();
    gpu.inner.device.destroy();
    // The library may take the work of a device that is gone; whoever waits for it hears of the loss.
    let _ = recorder.submit();
    let waited = ring.wait().map(drop);
    assert!(matches!(waited, Err(Error::DeviceLost { .. })), "{waited:?}");
    assert!(matches!(gpu.read(&found, 0..10), Err(Error::DeviceLost { .. })));
    assert!(matches!(gpu.write(&found, 0, &[1]), Err(Error::DeviceLost { .. })));
    assert!(matches!(gpu.buffer::<u32>("more", 10, Usage::Storage), Err(Error::DeviceLost { .. })));
    assert!(matches!(gpu.check(), Err(Error::DeviceLost { .. })));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn uniform_data_reach_the_kernel() {
    let gpu = gpu();
    let text = "
        struct Params { a: vec4<u32>, b: u32 }
        @group(0) @binding(0) var<uniform> params: Params;
        @group(0) @binding(1) var<storage, read_write> found: array<u32>;
        @compute @workgroup_size(1) fn main() { found[0] = params.a.z + params.b; }";
    let kernel = gpu.compile("uniform", text, "main").unwrap();
    let params = gpu.buffer_of("parameters", &[1u32, 2, 3, 4, 5, 0, 0, 0], Usage::Uniform).unwrap();
    let found = gpu.buffer::<u32>("found", 1, Usage::Storage).unwrap();
    let group = gpu.bind(&kernel, &[&params, &found]).unwrap();
    let mut recorder = gpu.recorder("uniform");
    recorder.pass("uniform").dispatch(&kernel, &group, &[], [1; 3]);
    recorder.submit().unwrap();
    assert_eq!(gpu.read(&found, 0..1).unwrap(), [8]);
    let swapped = gpu.bind(&kernel, &[&found, &params]);
    assert!(matches!(swapped, Err(Error::Validation { .. })));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn passes_are_timed() {
    let gpu = gpu();
    let kernel = gpu.compile("count", COUNT, "count").unwrap();
    let two = ["one", "two"].map(|what| gpu.buffer::<u32>(what, 1, Usage::Storage).unwrap());
    let group = gpu.bind(&kernel, &[&two[0], &two[1]]).unwrap();
    let timing = gpu
        .time("count", |pass| {
            for _ in 0..100 {
                pass.dispatch(&kernel, &group, &[0; 4], [1; 3]);
            }
        })
        .unwrap();
    assert_eq!(timing.on_device, gpu.limits().timestamps);
    assert!(timing.ns > 0.0);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn dispatches_are_timed_one_by_one() {
    let gpu = gpu();
    let kernel = gpu.compile("count", COUNT, "count").unwrap();
    let two = ["one", "two"].map(|what| gpu.buffer::<u32>(what, 1, Usage::Storage).unwrap());
    let group = gpu.bind(&kernel, &[&two[0], &two[1]]).unwrap();
    let clocks = gpu.clocks();
    assert_eq!(gpu.limits().timestamps, clocks.contains(&Clock::EachPass));
    let without = gpu.limited(Limits { timestamps: false, ..gpu.limits().clone() });
    assert_eq!((without.clocks(), clocks.last()), (vec![Clock::Wall], Some(&Clock::Wall)));
    for clock in clocks {
        let most = if clock == Clock::Wall { 20 } else { clock.most() };
        gpu.write(&two[0], 0, &[0]).unwrap();
        let mut recorded = Vec::new();
        let times = gpu.time_each("count", clock, most, |pass, number| {
            recorded.push(number);
            pass.dispatch(&kernel, &group, bytemuck::bytes_of(&1u32), [1; 3]);
        });
        let times = times.unwrap();
        assert_eq!(recorded, (0..most).collect::<Vec<_>>(), "{clock}");
        assert!(times.len() == most && times.iter().all(|ns| *ns >= 0.0) && times.iter().sum::<f64>() > 0.0, "{clock}");
        // Each was done once: x becomes 3 x + 1.
        let expected = (0..most).fold(0u32, |x, _| x.wrapping_mul(3).wrapping_add(1));
        assert_eq!(gpu.read(&two[0], 0..1).unwrap(), [expected], "{clock}");
        assert_eq!(gpu.time_each("count", clock, 0, |_, _| ()).unwrap(), [0.0; 0]);
        let error = gpu.time_each("count", clock, clock.most() + 1, |_, _| ()).unwrap_err();
        let expected =
            format!("count: {} dispatches are to be timed; legal: at most {}", clock.most() + 1, clock.most());
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn adapters_are_listed_in_the_order_of_preference() {
    let all = adapters();
    assert!(!all.is_empty(), "this test needs a device");
    for (index, info) in all.iter().enumerate() {
        assert_eq!(info.index, index);
    }
    assert!(all.is_sorted_by_key(|info| info.kind));
    println!("{}", serde_json::to_string_pretty(&all).unwrap());
}
