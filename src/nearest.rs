//! What somebody most likely meant who wrote a name that there is not.

/// " (did you mean `seed`?)" where one of the names is near to the word; else nothing.
pub(crate) fn hint<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, names).map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

/// The name that is nearest to a word, the first of those that are alike, if it takes few changes: one, or in words of six letters
/// and more one for three letters. Upper and lower case are alike, and where that is all no other is nearer.
pub(crate) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
    let word = lower(word);
    let most = (word.len() / 3).max(1);
    let near = names.into_iter().filter_map(|name| {
        let name_in_lower = lower(name);
        // Whoever differs in length by more takes more changes; a word that is changed whole is another.
        let far = name_in_lower.len().abs_diff(word.len()) > most || name_in_lower.len().max(word.len()) <= most;
        let changes = if far { return None } else { distance(&word, &name_in_lower) };
        (changes <= most).then_some((changes, name))
    });
    near.min_by_key(|(changes, _)| *changes).map(|(_, name)| name)
}

/// How many letters are to be inserted, left out, replaced, or exchanged with their neighbour.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (row, &a) in from.iter().enumerate() {
        let mut this = vec![row + 1];
        for (column, &b) in to.iter().enumerate() {
            let replaced = above[column] + usize::from(a != b);
            let mut least = replaced.min(above[column + 1] + 1).min(this[column] + 1);
            if row > 0 && column > 0 && a == to[column - 1] && from[row - 1] == b {
                least = least.min(before[column - 1] + 1);
            }
            this.push(least);
        }
        before = std::mem::replace(&mut above, this);
    }
    above[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name() {
        let names = ["dt", "duration", "seed", "population", "stimulus", "tau_m", "tau_ref", "exc", "inh"];
        for (word, expected) in [
            ("sed", Some("seed")),
            ("sede", Some("seed")),
            ("Seed", Some("seed")),
            ("SED", Some("seed")),
            ("populatoin", Some("population")),
            ("populations", Some("population")),
            ("stimuli", Some("stimulus")),
            ("taum", Some("tau_m")),
            ("tau_rfe", Some("tau_ref")),
            ("hni", None),
            ("ihn", Some("inh")),
            ("td", Some("dt")),
            ("x", None),
            ("", None),
            ("something", None),
        ] {
            assert_eq!(nearest(word, names), expected, "{word}");
        }
        assert_eq!(nearest("a", ["b"]), None);
        assert_eq!(hint("sed", names), " (did you mean `seed`?)");
        assert_eq!(hint("nothing", names), "");
    }

    #[test]
    fn changes_are_counted() {
        let count = |from: &str, to: &str| distance(&from.chars().collect::<Vec<_>>(), &to.chars().collect::<Vec<_>>());
        assert_eq!(count("", "abc"), 3);
        assert_eq!(count("abc", "abc"), 0);
        assert_eq!(count("abcd", "acbd"), 1);
        assert_eq!(count("kitten", "sitting"), 3);
    }
}
