//! What is written is read again; what is damaged is not; and every network has a key of its own.

use super::*;
use crate::draw::Law;
use crate::network::Sides;
use crate::network::{Precision, Storage};
use crate::rows::tests::{Cut, WHOLE, built, cuts, list, rows, sides, wiring, with_request, within};
use crate::rows::{Progress, Table};

const CUT: Cut = Cut { block_bits: Some(4), threads: None, binding: 5000 };

fn network() -> Vec<Wiring> {
    let mut wirings = cuts::network();
    wirings[0].storage = Storage::Procedural;
    wirings[3].storage = Storage::Procedural;
    wirings
}

fn written(wirings: &[Wiring], built: &Built) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(built, &mut bytes).unwrap();
    assert!(bytes.len() > 1000, "{} wirings", wirings.len());
    bytes
}

fn read_back(wirings: &[Wiring], cut: Cut, mut bytes: &[u8]) -> io::Result<Built> {
    let length = bytes.len() as u64;
    with_request(wirings, cut, &Progress::default(), |request| read(&request, &mut bytes, length)).map(Result::unwrap)
}

#[test]
fn rows_are_read_as_they_were_built() {
    let wirings = network();
    let whole = built(&wirings, CUT);
    let bytes = written(&wirings, &whole);
    for binding in [5000, u64::MAX] {
        let again = read_back(&wirings, Cut { binding, ..CUT }, &bytes).unwrap();
        assert_eq!(
            (&again.scales, &again.synapses, &again.projections),
            (&whole.scales, &whole.synapses, &whole.projections)
        );
        let of = |table: &Table| (table.count, table.block_bits, table.max_delay, table.longest, table.min_delay);
        assert_eq!(of(&again.table), of(&whole.table));
        assert_eq!((&again.table.blocks, &again.table.strips), (&whole.table.blocks, &whole.table.strips));
        assert!(again.table.entries == whole.table.entries && again.table.starts == whole.table.starts);
        // Parts are a device's own.
        assert_eq!(again.table.parts == whole.table.parts, binding == 5000);
        for (source, size) in [(0, 70), (1, 150), (2, 41)] {
            assert_eq!(rows(&again, source, size), rows(&whole, source, size), "held and drawn");
        }
    }
}

#[test]
fn what_is_damaged_is_not_read() {
    let wirings = network();
    let bytes = written(&wirings, &built(&wirings, CUT));
    let refused = |damaged: &[u8], what: &str| {
        let kind = read_back(&wirings, CUT, damaged).err().map(|error| error.kind());
        assert!(matches!(kind, Some(io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)), "{what}: {kind:?}");
    };
    for at in (0..bytes.len()).filter(|at| *at < 2500 || at % 131 == 0 || *at + 20 > bytes.len()) {
        for bit in [0, 3, 7] {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            refused(&damaged, &format!("bit {bit} of byte {at}"));
        }
    }
    for length in (0..bytes.len()).filter(|at| *at < 300 || at % 997 == 0 || *at + 9 > bytes.len()) {
        refused(&bytes[..length], &format!("{length} bytes"));
    }
    // Two words that change places.
    let mut damaged = bytes.clone();
    let at = bytes.len() - 2000;
    let (one, other) = damaged[at..].split_at_mut(4);
    one.swap_with_slice(&mut other[..4]);
    assert_ne!(damaged, bytes);
    refused(&damaged, "words that change places");
}

#[test]
fn all_that_rows_follow_from_shows_in_the_key() {
    let key_of = |wiring: &Wiring, cut: Cut| {
        let wirings = [super::super::tests::wiring(Rule::OneToOne, sides(3, 3)), wiring.clone()];
        with_request(&wirings, cut, &Progress::default(), |request| key(&request))
    };
    let one = || wiring(Rule::FixedOutdegree(2), sides(3, 3));
    let each = |values: &[f64]| Values::Each(values.into());
    let law = |sd| Values::Drawn(Law::Normal { mean: 1.0, sd });
    let others = [
        one(),
        Wiring { index: 4, ..one() },
        Wiring { seed: 43, ..one() },
        Wiring { port: 1, ..one() },
        wiring(Rule::FixedIndegree(2), sides(3, 3)),
        wiring(Rule::FixedOutdegree(3), sides(3, 3)),
        wiring(Rule::FixedTotalNumber(2), sides(3, 3)),
        wiring(Rule::PairwiseBernoulli(0.2), sides(3, 3)),
        wiring(Rule::PairwiseBernoulli(0.2f64.next_up()), sides(3, 3)),
        wiring(Rule::AllToAll, sides(3, 3)),
        wiring(Rule::OneToOne, sides(3, 3)),
        wiring(list(&[[0, 1], [1, 2]]), sides(3, 3)),
        wiring(list(&[[0, 1], [2, 1]]), sides(3, 3)),
        Wiring { sides: Sides { multapses: false, ..sides(3, 3) }, ..one() },
        Wiring { pre: 1, ..wiring(Rule::FixedOutdegree(2), within(3)) },
        Wiring { pre: 1, sides: Sides { autapses: true, ..within(3) }, ..one() },
        Wiring { sides: Sides { first_pre: 1, ..sides(3, 3) }, ..one() },
        Wiring { sides: Sides { first_post: 1, ..sides(3, 3) }, ..one() },
        Wiring { weights: Values::Constant(1.0f64.next_up()), ..one() },
        Wiring { weights: law(0.1), ..one() },
        Wiring { weights: law(0.1f64.next_up()), ..one() },
        Wiring { weights: each(&[1.0, 2.0]), ..one() },
        Wiring { weights: each(&[2.0, 1.0]), ..one() },
        Wiring { delays: Values::Constant(2), ..one() },
        Wiring { delays: law(0.1).steps(), ..one() },
        Wiring { delays: Values::Each([1, 2].into()), ..one() },
        Wiring { precision: None, ..one() },
        Wiring { precision: Some(Precision::Compact), ..one() },
        Wiring { storage: Storage::Procedural, ..one() },
        Wiring { modelled: Some(0), ..one() },
        wiring(Rule::FixedOutdegree(2), sides(3, 4)),
    ];
    let mut keys: Vec<_> = others.iter().map(|wiring| key_of(wiring, WHOLE)).collect();
    keys.push(key_of(&one(), CUT));
    keys.push(key_of(&one(), Cut { block_bits: None, ..CUT }));
    keys.push(key_of(&one(), Cut { threads: Some(2), ..CUT }));
    assert!(keys.iter().all(|key| key.len() == 64));
    // What a device may bind does not.
    assert_eq!(key_of(&one(), Cut { binding: 7, ..WHOLE }), keys[0]);
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all, "two have one key");
}

impl Values<f64> {
    /// The same law, of delays.
    fn steps(self) -> Values<u32> {
        let Self::Drawn(law) = self else { panic!("it is a law") };
        Values::Drawn(law)
    }
}
