// Equation:   n·weight in each step, with n ~ Binomial(sources, p), p = rate·dt, for the sampler binomial;
//             n ~ Normal of that mean and variance, rounded and kept within 0 to sources, for normal; auto is normal where
//             sources·p > 5 and sources·(1 − p) > 5, otherwise binomial; n ~ Poisson(sources·p) for poisson
// Step:       n is looked up by a uniform word in a table that the host computed from the distribution
//
// ```toml
// [[stimulus]]
// kind = "poisson_input"
// target = "cells"
// neurons = [0, 1]    # all if absent
// port = "in"         # what events enter; without it they jump V
// sources = 1000
// rate = "8 Hz"
// weight = "0.1 mV"
// sampler = "auto"    # or binomial, normal, poisson
// ```

// The table: [smallest count, b, 2^b − 1 thresholds in order]. A guide says for the upper bits of the word where to
// begin: most often there is nothing left to search.

/// Independent Poisson sources, summed: binomial counts of events a step (or as the sampler says), times the weight.
struct Params {
    /// [1] number of sources of each target neuron; range >= 0
    sources: u32,
    /// [Hz] rate of each source; range >= 0
    rate: f32,
    /// [target] weight of one event, in the port's unit, or in mV
    weight: f32,
    /// [word] place of the table
    table: u32,
    /// [word] the smallest count
    smallest: u32,
    /// [word] place of the guide: twice the thresholds that are passed for sure, plus 1 where there may be more
    guide: u32,
    /// [word] bits of a word that the guide ignores
    shift: u32,
}

fn poisson_input_sample(p: Params, site: Site, random: u32) -> f32 {
    let word = min(random, 0xfffffffeu);
    let entry = p.guide + (word >> p.shift);
    let begin = data_u32(entry);
    var passed = begin >> 1u;
    if ((begin & 1u) != 0u) {
        var end = data_u32(entry + 1u) >> 1u;
        while (passed < end) {
            let middle = (passed + end) >> 1u;
            if (data_u32(p.table + 2u + middle) <= word) {
                passed = middle + 1u;
            } else {
                end = middle;
            }
        }
    }
    return f32(p.smallest + passed) * p.weight;
}
