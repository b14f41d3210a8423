//! Values as a network file writes them, and where they are put.

use crate::network::file;
use crate::shorten::shortened;
use crate::{Error, Result};
use std::fmt;
use std::str::FromStr;
use toml::de::DeValue;

/// [characters] As much of a value is quoted that cannot be read.
const SHOWN: usize = 60;

/// A value in the words of a network file: `0.2`, `{ normal = ["-55 mV", "2 mV"] }`, `"3 nS"`. A string needs no quotation marks:
/// `3 nS`. Quantities and all else that becomes a [`Value`](crate::network::Value) become this too.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Written(String);

impl Written {
    /// It without what is white around it.
    pub(in crate::network) fn text(&self) -> &str {
        self.0.trim()
    }

    /// What it means, as a value of the field `field`.
    pub(in crate::network) fn read(&self, field: &str) -> Result<DeValue<'_>> {
        let text = self.text();
        match DeValue::parse(text) {
            Ok(value) => Ok(value.into_inner()),
            Err(error) if text.starts_with(['"', '\'', '[', '{']) => {
                let problem = format!("`{}` is not TOML: {}", shortened(text, SHOWN), error.message());
                Err(Error::field(field, problem, ""))
            }
            Err(_) => Ok(DeValue::String(text.into())),
        }
    }

    /// It as TOML, on one line.
    pub(in crate::network) fn in_toml(&self, field: &str) -> Result<String> {
        let text = self.text();
        Ok(match self.read(field)? {
            DeValue::String(text) => file::string(&text),
            _ => text.replace(['\n', '\r'], " "),
        })
    }

    /// A value that stands in a network file as `text`: without quotation marks, where it means the same.
    pub(in crate::network) fn of(text: &str, value: &DeValue<'_>) -> Self {
        let bare = value.as_str().map(|bare| Self(bare.to_owned()));
        let same = |bare: &Self| bare.read("").is_ok_and(|read| read.as_str() == value.as_str());
        bare.filter(same).unwrap_or_else(|| Self(text.to_owned()))
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Written {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Written {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// A value with the path that it is put at: `projection[exc→inh.ampa].weight=3 nS`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Setting {
    /// The path.
    pub path: String,
    /// The value.
    pub value: Written,
}

impl FromStr for Setting {
    type Err = String;

    /// Reads `PATH=VALUE`. Whether the path exists, and what it may be told, a network says.
    ///
    /// # Errors
    /// A sentence: the sign or one of its sides is missing.
    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "PATH=VALUE, as dt=0.1ms or 'projection[0].weight=3 nS'";
        let Some((path, value)) = text.split_once('=') else {
            return Err(format!("there is no `=`; legal: {expected}"));
        };
        for (what, side) in [("path before", path), ("value behind", value)] {
            if side.trim().is_empty() {
                return Err(format!("there is no {what} the `=`; legal: {expected}"));
            }
        }
        Ok(Self { path: path.trim().to_owned(), value: value.trim().into() })
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.path, self.value)
    }
}
