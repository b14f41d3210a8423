//! The word that somebody may have meant who wrote another.

/// "` (did you mean `weight`?)`" where one of these words is near, else nothing.
pub(in crate::network) fn did_you_mean<'a>(word: &str, legal: impl IntoIterator<Item = &'a str>) -> String {
    let near = legal.into_iter().map(|other| (distance(word, other), other));
    // A third of what was written may be wrong: in short words one character.
    let near = near.filter(|(distance, _)| *distance <= (word.chars().count() / 3).max(1));
    let nearest = near.min_by_key(|(distance, _)| *distance);
    nearest.map_or_else(String::new, |(_, other)| format!(" (did you mean `{other}`?)"))
}

/// How many characters are left out, put in, exchanged for another or with their neighbour to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let [one, other]: [Vec<char>; 2] = [one, other].map(|word| word.chars().collect());
    // Of what precedes each place of `other`: to the whole of what precedes the place of `one`, that before, and that before it.
    let (mut before, mut last) = (Vec::new(), (0..=other.len()).collect::<Vec<_>>());
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                let before: &Vec<usize> = &before;
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_counts_changes_and_exchanges_of_neighbours() {
        for (one, other, expected) in [
            ("", "", 0),
            ("weight", "", 6),
            ("weight", "weight", 0),
            ("wieght", "weight", 1),
            ("weigt", "weight", 1),
            ("weigthh", "weight", 2),
            ("exc→inh", "exc→ihn", 1),
            ("rate", "tau", 3),
        ] {
            assert_eq!((distance(one, other), distance(other, one)), (expected, expected), "{one} {other}");
        }
    }

    #[test]
    fn the_nearest_is_offered_where_it_is_near() {
        let legal = ["weight", "delay", "weights"];
        assert_eq!(did_you_mean("wieght", legal), " (did you mean `weight`?)");
        assert_eq!(did_you_mean("weihgts", legal), " (did you mean `weights`?)");
        assert_eq!(did_you_mean("dely", legal), " (did you mean `delay`?)");
        assert_eq!(did_you_mean("tau", legal), "");
    }
}
