//! `spikes.npz` and `traces.npz`: a recording as NumPy archives, which `numpy.load` opens.

use super::npy::{Word, write_header, write_values};
use crate::recording::{PopulationSpikes, Recording};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::Path;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Writes `<population>.step` and `<population>.neuron`, and with more than one batch item `<population>.batch`, of each
/// population that is recorded; of one that is in part also `<population>.recorded`, the neurons that are.
pub fn write_spikes(file: &mut File, recording: &Recording) -> io::Result<()> {
    let mut archive = Archive::new(file);
    for population in recording.populations.iter().filter(|population| !population.neurons.is_empty()) {
        let PopulationSpikes { name, neurons, spikes, .. } = population;
        let mut column = |what: &str, values: &[u32]| archive.column(&format!("{name}.{what}"), values);
        column("step", &spikes.step)?;
        column("neuron", &spikes.neuron)?;
        if recording.batch > 1 {
            column("batch", &spikes.batch)?;
        }
        if !population.is_whole() {
            column("recorded", neurons)?;
        }
    }
    archive.finish()
}

/// Writes `<population>.<variable>` of `[T, n]`, or `[T, batch, n]` with more than one batch item, and beside it
/// `….step` of `[T]` and `….neuron` of `[n]`.
pub fn write_traces(file: &mut File, recording: &Recording) -> io::Result<()> {
    let mut archive = Archive::new(file);
    for trace in &recording.traces {
        let name = archive.free_name(format!("{}.{}", trace.population, trace.variable));
        let mut shape = vec![trace.steps.len(), trace.neurons.len()];
        if trace.batch > 1 {
            shape.insert(1, trace.batch as usize);
        }
        archive.array(&name, &trace.values, &shape)?;
        archive.column(&format!("{name}.step"), &trace.steps)?;
        archive.column(&format!("{name}.neuron"), &trace.neurons)?;
    }
    archive.finish()
}

/// Is there an archive, of which all can be read as it was written?
pub fn is_whole(path: &Path) -> bool {
    let archive = File::open(path).ok().and_then(|file| ZipArchive::new(BufReader::new(file)).ok());
    archive.is_some_and(|mut archive| {
        (0..archive.len()).all(|index| {
            let array = archive.by_index(index).map_err(io_error);
            // At its end an array is held against its checksum.
            array.and_then(|mut array| io::copy(&mut array, &mut io::sink())).is_ok()
        })
    })
}

/// A file that fails once: what follows is swallowed. An archive that is given up is completed all the same, and would
/// print on standard error that it cannot be.
struct FailsOnce<'a> {
    file: &'a mut File,
    failed: bool,
}

impl Write for FailsOnce<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(bytes.len());
        }
        let written = self.file.write(bytes);
        // An interrupted write is tried again.
        self.failed = written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for FailsOnce<'_> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.file.seek(place)
    }
}

/// The operating system's own error, where there is one.
fn io_error(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    }
}

pub(super) struct Archive<'a> {
    zip: ZipWriter<BufWriter<FailsOnce<'a>>>,
    names: HashSet<String>,
}

impl<'a> Archive<'a> {
    pub(super) fn new(file: &'a mut File) -> Self {
        let file = BufWriter::new(FailsOnce { file, failed: false });
        Self { zip: ZipWriter::new(file), names: HashSet::new() }
    }

    /// `name`, or with a number behind it where two recorders chose the same variable: nothing recorded is dropped.
    fn free_name(&mut self, name: String) -> String {
        let mut free = name.clone();
        let mut number = 1;
        while !self.names.insert(free.clone()) {
            number += 1;
            free = format!("{name}#{number}");
        }
        free
    }

    fn column(&mut self, name: &str, values: &[u32]) -> io::Result<()> {
        self.array(name, values, &[values.len()])
    }

    fn array<T: Word>(&mut self, name: &str, values: &[T], shape: &[usize]) -> io::Result<()> {
        if shape.iter().product::<usize>() != values.len() {
            return Err(io::Error::other(format!("{name} has {} values, but shape {shape:?}", values.len())));
        }
        self.zip.start_file(format!("{name}.npy"), options(values.len())).map_err(io_error)?;
        write_header::<T>(&mut self.zip, shape)?;
        write_values(&mut self.zip, values)
    }

    /// Begins an array of so many numbers, which are added one part after the other.
    pub(super) fn begin<T: Word>(&mut self, name: &str, numbers: usize) -> io::Result<Parts<'_, 'a, T>> {
        let name = self.free_name(name.to_owned());
        // Those of eight bytes count twice.
        let words = numbers.saturating_mul(size_of::<T>()) / size_of::<u32>();
        self.zip.start_file(format!("{name}.npy"), options(words)).map_err(io_error)?;
        write_header::<T>(&mut self.zip, &[numbers])?;
        Ok(Parts { archive: self, missing: numbers, of: PhantomData })
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.zip.finish().map_err(io_error)?.flush()
    }
}

/// An array of an archive that is written one part after the other.
pub(super) struct Parts<'w, 'a, T> {
    archive: &'w mut Archive<'a>,
    /// Numbers that are still to come.
    missing: usize,
    of: PhantomData<T>,
}

impl<T: Word> Parts<'_, '_, T> {
    /// Adds the next numbers.
    pub(super) fn add(&mut self, values: &[T]) -> io::Result<()> {
        let missing = self.missing.checked_sub(values.len());
        self.missing =
            missing.ok_or_else(|| io::Error::other("there are more numbers than an array was said to have"))?;
        write_values(&mut self.archive.zip, values)
    }
}

/// The fastest deflate: it takes most of what there is to gain. The date is fixed, so that equal runs give equal files.
fn options(elements: usize) -> SimpleFileOptions {
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(1));
    // Room for the header, and for what deflate adds to noise.
    let large = elements > (u32::MAX as usize) / 5;
    options.large_file(large).last_modified_time(DateTime::default())
}
