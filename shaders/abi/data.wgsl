// Words that a plan has laid out: what stimuli read, and values of single neurons.

var<storage, read> data: array<u32>;
