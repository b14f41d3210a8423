//! Texts that are too long for where they stand.

/// `text`, with an ellipsis in its middle if it has more than `longest` characters: names often differ at their ends.
pub(crate) fn shortened(text: &str, longest: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= longest {
        return text.to_owned();
    }
    let kept = longest.saturating_sub(1);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    letters[..head].iter().chain(&['…']).chain(&letters[letters.len() - tail..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_stay() {
        assert_eq!(shortened("exc", 5), "exc");
        assert_eq!(shortened("population 12", 9), "popu…n 12");
        assert_eq!(shortened("日本語の名前", 4), "日本…前");
    }
}
