// What a kernel that delivers stored rows reads of them.

@group(0) @binding(4) var<storage, read> starts: array<u32>;
@group(0) @binding(5) var<storage, read> entries: array<u32>;
