//! Lines of comma-separated values, as RFC 4180 writes them, but that no value has a line of its own: a line is whole or it is not.

/// A line without its end.
pub fn line<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> String {
    let quoted = fields.into_iter().map(|field| {
        let text = field.as_ref().replace(['\n', '\r'], " ");
        if text.contains(['"', ',']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    });
    quoted.collect::<Vec<_>>().join(",")
}

/// The fields of a line; `None` where quotation marks are not as they should be.
pub fn fields(line: &str) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let field;
        (field, rest) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted)?,
            None => {
                let (field, rest) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                (field.to_owned(), rest)
            }
        };
        fields.push(field);
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None => return rest.is_empty().then_some(fields),
        }
    }
}

/// A field behind its first quotation mark, and what follows its last.
fn quoted_field(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"')?;
        field.push_str(part);
        match after.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => return Some((field, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let cases: [(&[&str], &str); 4] = [
            (&["item", "1 nS", ""], "item,1 nS,"),
            (&["{ normal = [\"1 mV\", \"2 mV\"] }", "x"], "\"{ normal = [\"\"1 mV\"\", \"\"2 mV\"\"] }\",x"),
            (&["", "a,b"], ",\"a,b\""),
            (&["\"\""], "\"\"\"\"\"\""),
        ];
        for (given, expected) in cases {
            assert_eq!(line(given), expected);
            assert_eq!(fields(expected).unwrap(), given);
        }
        assert_eq!(line(["two\nlines"]), "two lines");
        for wrong in ["\"open", "\"closed\"too late", "\"a\"\"", "a,\"b"] {
            assert_eq!(fields(wrong), None, "{wrong}");
        }
    }
}
