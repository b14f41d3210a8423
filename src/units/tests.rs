//! Units and quantities: what is read, converted exactly, and refused.

use super::*;

fn in_unit(text: &str, unit: &str) -> Result<f64, String> {
    Quantity::parse(text)?.in_unit(&Unit::parse(unit)?)
}

#[test]
fn numbers_stay_as_written() {
    for (text, unit, expected) in [
        ("20 ms", "ms", 20.0),
        ("-50 mV", "mV", -50.0),
        ("0.1 ms", "ms", 0.1),
        ("0.1 ms", "us", 100.0),
        ("0.07 s", "ms", 70.0),
        ("0.3 s", "ms", 300.0),
        ("20 ms", "s", 0.02),
        ("6 nS", "mS", 6e-6),
        ("100 Mohm", "ohm", 1e8),
        ("100 MΩ", "kΩ", 1e5),
        ("100 M\u{2126}", "Gohm", 0.1),
        ("2 µA", "uA", 2.0),
        ("2 \u{3bc}A", "mA", 0.002),
        ("250 pF", "nF", 0.25),
        ("1 mM", "M", 0.001),
        ("1 mM", "mol/m^3", 1.0),
        ("1 M", "mmol/m^3", 1e6),
        ("8 Hz", "1/s", 8.0),
        ("8 Hz", "1/ms", 0.008),
        ("0.98 1/(ms*mM)", "ms^-1·mM^-1", 0.98),
        ("0.18 /ms", "kHz", 0.18),
        ("3 mV/ms", "V / s", 3.0),
        ("2 kg", "g", 2000.0),
        ("20ms", "ms", 20.0),
        ("+.5e+1 V", "V", 5.0),
        ("5. mm", "um", 5000.0),
        ("1e-3", "1", 1e-3),
        ("2 (ms^2)/ms", "ms", 2.0),
        ("0 ms", "s", 0.0),
    ] {
        assert_eq!(in_unit(text, unit), Ok(expected), "{text} in {unit}");
    }
}

#[test]
fn si_values_have_one_rounding() {
    assert_eq!(Quantity::parse("-50 mV").map(|q| q.si()), Ok(-0.05));
    assert_eq!(Quantity::parse("5 pA").map(|q| q.si()), Ok(5e-12));
    assert_eq!(Unit::MILLISECOND.factor(), 1e-3);
}

#[test]
fn arrays_convert_in_place() {
    let mut numbers = [20.0, 0.1, -3.0];
    assert_eq!(Unit::MILLISECOND.convert(&mut numbers, &Unit::MILLISECOND), Ok(()));
    assert_eq!(numbers, [20.0, 0.1, -3.0]);
    assert_eq!(Unit::MILLISECOND.convert(&mut numbers, &Unit::SECOND), Ok(()));
    assert_eq!(numbers, [0.02, 0.0001, -0.003]);
    assert_eq!(Unit::SECOND.convert(&mut numbers, &Unit::MILLISECOND), Ok(()));
    assert_eq!(numbers, [20.0, 0.1, -3.0]);
    let refused = Unit::SECOND.convert(&mut numbers, &Unit::MILLIVOLT);
    assert_eq!(refused, Err("expected voltage (mV), found time (s)".to_owned()));
    assert_eq!(numbers, [20.0, 0.1, -3.0]);
}

#[test]
fn a_multiple_of_a_unit_is_what_a_count_stands_for() {
    let multiple = |text| Unit::parse_multiple(text).unwrap();
    let mut counts = [2.0, -3.0, 0.0];
    multiple("0.275 mV").convert(&mut counts, &Unit::VOLT).unwrap();
    assert_eq!(counts, [0.55 / 1e3, -0.8250000000000001 / 1e3, 0.0]);
    let mut volts = [1.1];
    Unit::VOLT.convert(&mut volts, &multiple("0.275mV")).unwrap();
    assert_eq!(volts, [1100.0 / 0.275]);
    assert_eq!(Quantity::new(4.0, &multiple("-0.5 mV")), Quantity::parse("-2 mV").unwrap());
    assert_eq!(Quantity::new(4.0, &multiple("-0.5 mV")).to_string(), "-2 mV");
    assert_eq!(Quantity::parse("1.1 mV").unwrap().in_unit(&multiple("2 uV")), Ok(550.0));
    for (text, written, factor) in
        [("0.275 mV", "0.275 mV", 0.275e-3), ("mV", "mV", 1e-3), ("1 mV", "mV", 1e-3), ("1/ms", "1/ms", 1e3)]
    {
        assert_eq!((multiple(text).to_string().as_str(), multiple(text).factor()), (written, factor), "{text}");
    }
    assert_eq!(multiple("1 mV"), Unit::MILLIVOLT);
    assert_ne!(multiple("2 mV"), Unit::MILLIVOLT);
    let refused = multiple("0.275 mV").convert(&mut [], &Unit::SECOND);
    assert_eq!(refused, Err("expected time (s), found voltage (0.275 mV)".to_owned()));
    for (text, expected) in [
        ("0 mV", "`0 mV` is 0, so it is no unit".to_owned()),
        ("1e999 mV", "`1e999 mV` is not a finite number with a unit, such as \"20 ms\"".to_owned()),
        ("0.275 min", format!("`min` is not a unit; {LEGAL}")),
        ("min", format!("`min` is not a unit; {LEGAL}")),
        ("nan mV", format!("`nan` in `nan mV` is not a unit; {LEGAL}")),
    ] {
        assert_eq!(Unit::parse_multiple(text), Err(expected), "{text}");
    }
    // Elsewhere a unit has no number.
    assert_eq!(Unit::parse("0.275 mV"), Err(format!("`0` in `0.275 mV` is not a unit; {LEGAL}")));
}

#[test]
fn equal_means_the_same() {
    let parsed = |text| Quantity::parse(text).unwrap();
    assert_eq!(parsed("20 ms"), parsed("0.02 s"));
    assert_eq!(parsed("1 kohm"), parsed("1000 Ω"));
    assert_ne!(parsed("20 ms"), parsed("20 mV"));
    assert_ne!(parsed("20 ms"), parsed("20"));
    assert_ne!(parsed("20 ms"), parsed("20.000000000000004 ms"));
    assert_eq!(Unit::parse("1/s"), Ok(Unit::HERTZ));
    assert_ne!(Unit::parse("ms"), Ok(Unit::SECOND));
}

#[test]
fn literals_mean_what_they_say() {
    let parsed = |text| Quantity::parse(text).unwrap();
    for (literal, text) in [
        (Quantity::from(20.0.ms()), "20 ms"),
        (0.1.ms().into(), "0.1 ms"),
        (0.3.us().into(), "0.3 us"),
        (1.0.s().into(), "1 s"),
        ((-50.0).mv().into(), "-50 mV"),
        (0.3.volt().into(), "0.3 V"),
        (7.0.uv().into(), "7 uV"),
        (2.0.ma().into(), "2 mA"),
        (0.7.ua().into(), "0.7 uA"),
        (0.7.na().into(), "0.7 nA"),
        (350.0.pa().into(), "350 pA"),
        (1.0.ohm().into(), "1 ohm"),
        (0.7.kohm().into(), "0.7 kohm"),
        (100.0.megaohm().into(), "100 Mohm"),
        (0.3.gigaohm().into(), "0.3 Gohm"),
        (0.3.siemens().into(), "0.3 S"),
        (0.3.millisiemens().into(), "0.3 mS"),
        (0.3.microsiemens().into(), "0.3 uS"),
        (6.7.nanosiemens().into(), "6.7 nS"),
        (0.7.uf().into(), "0.7 uF"),
        (0.7.nf().into(), "0.7 nF"),
        (250.0.pf().into(), "250 pF"),
        (8.0.hz().into(), "8 Hz"),
        (0.3.molar().into(), "0.3 M"),
        (1.2.millimolar().into(), "1.2 mM"),
        (0.7.micromolar().into(), "0.7 uM"),
        (0.7.khz().into(), "0.7 kHz"),
        (0.5.into(), "0.5"),
    ] {
        assert_eq!(literal, parsed(text));
    }
    assert_eq!(Quantity::from(20.0.ms()).in_unit(&Unit::MILLISECOND), Ok(20.0));
    assert_eq!(Quantity::from(1.0.s()).to_string(), "1000 ms");
}

const LEGAL: &str = "legal: s, V, A, ohm (Ω), S, F, Hz, mol, M (molar), m, g, with a prefix f p n u (µ) m k M G or none; \
                     1; and expressions of these with * / ^ and parentheses";

#[test]
fn refusals_say_why() {
    for (text, expected) in [
        ("", "`` is not a finite number with a unit, such as \"20 ms\"".to_owned()),
        ("nan", "`nan` is not a finite number with a unit, such as \"20 ms\"".to_owned()),
        ("inf ms", "`inf ms` is not a finite number with a unit, such as \"20 ms\"".to_owned()),
        ("-inf", "`-inf` is not a finite number with a unit, such as \"20 ms\"".to_owned()),
        ("1e999 ms", "`1e999 ms` is not a finite number with a unit, such as \"20 ms\"".to_owned()),
        ("-1e-999 ms", "`-1e-999 ms` is too near to 0 to be told from it".to_owned()),
        ("ms", "`ms` is not a finite number with a unit, such as \"20 ms\"".to_owned()),
        ("- 5 ms", "`- 5 ms` is not a finite number with a unit, such as \"20 ms\"".to_owned()),
        ("5 min", format!("`min` is not a unit; {LEGAL}")),
        ("5 Ms.", format!("`Ms.` is not a unit; {LEGAL}")),
        ("5 e", format!("`e` is not a unit; {LEGAL}")),
        ("5e", format!("`e` is not a unit; {LEGAL}")),
        ("5e-", format!("`e` in `e-` is not a unit; {LEGAL}")),
        ("5 mV/foo", format!("`foo` in `mV/foo` is not a unit; {LEGAL}")),
        ("5 mV/", format!("`mV/` is not a unit; {LEGAL}")),
        ("5 (mV", format!("`(mV` is not a unit; {LEGAL}")),
        ("5 mV)", format!("`mV)` is not a unit; {LEGAL}")),
        ("5 ms^x", format!("`ms^x` is not a unit; {LEGAL}")),
        ("5 2", format!("`2` is not a unit; {LEGAL}")),
        ("5 ms^127*ms", "the unit `ms^127*ms` is beyond the range of numbers".to_owned()),
        ("5 (M^9)^99", "the unit `(M^9)^99` is beyond the range of numbers".to_owned()),
        (&format!("5 {}", "(".repeat(65)), "a unit has at most 64 characters, this one 65".to_owned()),
        (&format!("5 {}", "(".repeat(64)), format!("`{}` is not a unit; {LEGAL}", "(".repeat(64))),
    ] {
        assert_eq!(Quantity::parse(text).map(|q| q.to_string()), Err(expected), "{text}");
    }
    for (text, unit, expected) in [
        ("-50 mV", "ms", "-50 mV has dimension voltage, expected time (ms)"),
        ("20", "ms", "20 has no unit, expected time (ms)"),
        ("20 ms", "1", "20 ms has dimension time, expected a number without unit"),
        ("2 mV/ms", "mV", "2 mV/ms has dimension kg·m^2·s^-4·A^-1, expected voltage (mV)"),
        ("1e307 GV", "nV", "1e307 GV is too large to be counted in nV"),
        ("1e-320 nV", "GV", "1e-320 nV is too small to be counted in GV"),
    ] {
        assert_eq!(in_unit(text, unit), Err(expected.to_owned()));
    }
}

#[test]
fn dimensions_have_names() {
    for (unit, expected) in [
        ("s", "time (ms)"),
        ("V", "voltage (mV)"),
        ("A", "current (mA)"),
        ("ohm", "resistance (ohm)"),
        ("S", "conductance (mS)"),
        ("F", "capacitance (pF)"),
        ("Hz", "frequency (Hz)"),
        ("M", "concentration (mM)"),
        ("1", "dimensionless"),
        ("m/s^2", "m·s^-2"),
        ("A*ohm", "voltage (mV)"),
    ] {
        assert_eq!(Unit::parse(unit).map(|unit| unit.dimension().to_string()), Ok(expected.to_owned()));
    }
}

#[test]
fn quantities_print_as_written() {
    for (text, expected) in [("20 ms", "20 ms"), ("-0.5", "-0.5"), ("1e-12 A", "1e-12 A"), ("2.5e9 Hz", "2.5e9 Hz")] {
        assert_eq!(Quantity::parse(text).map(|quantity| quantity.to_string()), Ok(expected.to_owned()));
    }
}
