//! Rows that were built before, in a folder: one file for each network, named by all that its rows follow from.
//!
//! What cannot be read or written there is a warning: the network runs without.

use crate::replace::replace;
use crate::rows::{self, Built, Failure, Request, cache};
use crate::{Error, Warning};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The rows of a request, from the folder if they are there; else they are built, and left there.
///
/// # Errors
/// As [`rows::build`].
pub(super) fn built(
    folder: &Path,
    request: Request<'_>,
    warnings: &mut Vec<Warning>,
) -> std::result::Result<Built, Failure> {
    let path = folder.join(format!("{}.rows", cache::key(&request)));
    match read(&path, &request) {
        Ok(Some(built)) => return built,
        Ok(None) => {}
        Err(error) => {
            let problem = match error.kind() {
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => "it is damaged".to_owned(),
                _ => error.to_string(),
            };
            warnings.push(warning(&path, &format!("cannot be used: {problem}, and the network is built anew")));
        }
    }
    let built = rows::build(request)?;
    let written = std::fs::create_dir_all(folder)
        .map_err(|source| Error::File { action: "create", path: folder.to_owned(), source })
        .and_then(|()| {
            replace(&path, |file| {
                let mut file = BufWriter::with_capacity(1 << 20, file);
                cache::write(&built, &mut file).and_then(|()| file.flush())
            })
        });
    if let Err(error) = written {
        let problem = match error {
            Error::File { source, .. } => source.to_string(),
            other => other.to_string(),
        };
        warnings.push(warning(&path, &format!("cannot be written: {problem}")));
    }
    Ok(built)
}

/// None where there is no such file.
fn read(path: &Path, request: &Request<'_>) -> io::Result<Option<std::result::Result<Built, Failure>>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let length = file.metadata()?.len();
    cache::read(request, &mut file, length).map(Some)
}

fn warning(path: &Path, problem: &str) -> Warning {
    Warning::new(
        "cache",
        format!("{} {problem}", path.display()),
        "a folder that can be written, with room for the rows",
    )
}
