//! The list of benches: one line each.

use super::{Bench, Measurement, cells, deliver, host, models, networks, plasticity, update};
use crate::Result;
use crate::cpu::Precision;
use crate::gpu::Gpu;
use crate::rnn::CellKind;
use crate::sim::Schedule;

/// A bench and how it is measured.
pub(super) struct Case {
    pub bench: Bench,
    /// On a device; none where it is of the CPU engine alone.
    pub device: Option<OnDevice>,
    /// With the CPU engine; none where it is of devices alone.
    pub cpu: Option<OnCpu>,
}

type OnDevice = fn(&Gpu, &Bench) -> Result<Vec<Measurement>>;
type OnCpu = fn(Precision, &Bench) -> Result<Vec<Measurement>>;

impl Case {
    /// It can be measured with the CPU engine too; what then stands beside it is the same without a device's words.
    const fn and_on_cpu(self, measure: OnCpu) -> Self {
        Self { cpu: Some(measure), ..self }
    }
}

const COPY: &str = "a copy of the same words";
const ATOMICS: &str = "integer atomics alone, on the same targets";
const EMPTY: &str = "as many empty dispatches, or meetings of threads";
const STATIC: &str = "the same without a model";
const PRODUCTS: &str = "the same products, without gates and state";

/// All of them.
pub(super) const ALL: &[Case] = &[
    case("update", "1,000,000 lif_ref, windows of 1 step", COPY, |gpu, bench| update::measure(gpu, bench, 1, false))
        .and_on_cpu(|precision, bench| host::update(precision, bench, 1, false)),
    case("update_window", "the same, windows of 16 steps", COPY, |gpu, bench| update::measure(gpu, bench, 16, false))
        .and_on_cpu(|precision, bench| host::update(precision, bench, 16, false)),
    case("update_poisson", "the same, each with a Poisson drive of 2.5 events a step", COPY, |gpu, bench| {
        update::measure(gpu, bench, 16, true)
    })
    .and_on_cpu(|precision, bench| host::update(precision, bench, 16, true)),
    Case {
        bench: Bench { name: "deliver", what: "10,000,000 synapses", floor: "plain additions, on the same targets" },
        device: None,
        cpu: Some(host::deliver),
    },
    case("deliver_separate", "10,000,000 synapses, a delivery kernel", ATOMICS, |gpu, bench| {
        deliver::measure(gpu, bench, Schedule::Windowed)
    }),
    case("deliver_direct", "the same, delivered by the update kernel", ATOMICS, |gpu, bench| {
        deliver::measure(gpu, bench, Schedule::Direct)
    }),
    case(
        "models",
        "a neuron with each synapse, output and stimulus of the catalogue, windows of 16 steps",
        "the same neuron without it",
        models::measure,
    ),
    case("coba", "Vogels-Abbott, conductances: 4,000 neurons", EMPTY, |gpu, bench| {
        networks::measure(gpu, bench, include_str!("../../networks/coba.toml"))
    })
    .and_on_cpu(|precision, bench| host::network(precision, bench, include_str!("../../networks/coba.toml"))),
    case("cuba", "Vogels-Abbott, currents: 4,000 neurons", EMPTY, |gpu, bench| {
        networks::measure(gpu, bench, include_str!("../../networks/cuba.toml"))
    })
    .and_on_cpu(|precision, bench| host::network(precision, bench, include_str!("../../networks/cuba.toml"))),
    case("brunel", "Brunel: 12,500 neurons, 15.6 million synapses", EMPTY, |gpu, bench| {
        networks::measure(gpu, bench, include_str!("../../networks/brunel.toml"))
    })
    .and_on_cpu(|precision, bench| host::network(precision, bench, include_str!("../../networks/brunel.toml"))),
    case("plasticity_stp", "10,000 Poisson sources, 1,000,000 synapses of model stp", STATIC, |gpu, bench| {
        plasticity::measure(gpu, bench, "stp")
    })
    .and_on_cpu(|precision, bench| plasticity::on_cpu(precision, bench, "stp")),
    case("plasticity_std", "the same of model std", STATIC, |gpu, bench| plasticity::measure(gpu, bench, "std"))
        .and_on_cpu(|precision, bench| plasticity::on_cpu(precision, bench, "std")),
    case("plasticity_tsodyks2", "the same of model tsodyks2", STATIC, |gpu, bench| {
        plasticity::measure(gpu, bench, "tsodyks2")
    })
    .and_on_cpu(|precision, bench| plasticity::on_cpu(precision, bench, "tsodyks2")),
    case(
        "plasticity_ampa",
        "10,000 Poisson sources, 1,000,000 synapses of model ampa, read in each step",
        STATIC,
        |gpu, bench| plasticity::measure(gpu, bench, "ampa"),
    )
    .and_on_cpu(|precision, bench| plasticity::on_cpu(precision, bench, "ampa")),
    case("plasticity_gabaa", "the same of model gabaa", STATIC, |gpu, bench| plasticity::measure(gpu, bench, "gabaa"))
        .and_on_cpu(|precision, bench| plasticity::on_cpu(precision, bench, "gabaa")),
    case("plasticity_bio_nmda", "the same of model bio_nmda", STATIC, |gpu, bench| {
        plasticity::measure(gpu, bench, "bio_nmda")
    })
    .and_on_cpu(|precision, bench| plasticity::on_cpu(precision, bench, "bio_nmda")),
    case("plasticity_gap_junction", "the same of gap junctions", STATIC, |gpu, bench| {
        plasticity::measure(gpu, bench, "gap_junction")
    })
    .and_on_cpu(|precision, bench| plasticity::on_cpu(precision, bench, "gap_junction")),
    case("cell_vanilla", "100 steps of a vanilla cell, n inputs and units", PRODUCTS, |gpu, bench| {
        cells::measure(gpu, bench, CellKind::Vanilla)
    })
    .and_on_cpu(|precision, bench| host::cells(precision, bench, CellKind::Vanilla)),
    case("cell_gru", "100 steps of a gru cell, n inputs and units", PRODUCTS, |gpu, bench| {
        cells::measure(gpu, bench, CellKind::Gru)
    })
    .and_on_cpu(|precision, bench| host::cells(precision, bench, CellKind::Gru)),
    case("cell_gru_after", "100 steps of a gru_after cell, n inputs and units", PRODUCTS, |gpu, bench| {
        cells::measure(gpu, bench, CellKind::GruAfter)
    })
    .and_on_cpu(|precision, bench| host::cells(precision, bench, CellKind::GruAfter)),
    case("cell_mgu", "100 steps of a mgu cell, n inputs and units", PRODUCTS, |gpu, bench| {
        cells::measure(gpu, bench, CellKind::Mgu)
    })
    .and_on_cpu(|precision, bench| host::cells(precision, bench, CellKind::Mgu)),
    case("cell_lstm", "100 steps of a lstm cell, n inputs and units", PRODUCTS, |gpu, bench| {
        cells::measure(gpu, bench, CellKind::Lstm)
    })
    .and_on_cpu(|precision, bench| host::cells(precision, bench, CellKind::Lstm)),
    case("cell_ur_lstm", "100 steps of a ur_lstm cell, n inputs and units", PRODUCTS, |gpu, bench| {
        cells::measure(gpu, bench, CellKind::UrLstm)
    })
    .and_on_cpu(|precision, bench| host::cells(precision, bench, CellKind::UrLstm)),
    case(
        "steps",
        "a step of a cell, many in one dispatch, without the input's part",
        "the same steps, dispatched one by one",
        cells::steps,
    ),
    case(
        "product",
        "a product of rows with [512, 2048], in all variants",
        "the variant that is chosen",
        cells::variants,
    ),
];

const fn case(name: &'static str, what: &'static str, floor: &'static str, measure: OnDevice) -> Case {
    Case { bench: Bench { name, what, floor }, device: Some(measure), cpu: None }
}
