//! Lets tests that need a device be ignored, and counted so, where there is none: `NEUROPIL_WITHOUT_DEVICE=1`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=NEUROPIL_WITHOUT_DEVICE");
    println!("cargo::rustc-check-cfg=cfg(without_device)");
    if std::env::var("NEUROPIL_WITHOUT_DEVICE").is_ok_and(|value| value == "1") {
        println!("cargo::rustc-cfg=without_device");
    }
}
