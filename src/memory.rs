//! The host's memory: whether there is room for something, asked before it is taken.
//!
//! A program whose allocation is refused ends at once; one that was promised more than there is ends later, when it uses it.
//! So whatever grows with a user's numbers asks here first, and an error comes of it. Knows nothing of who asks.

use crate::{Error, Result};
use std::hint::black_box;
use sysinfo::System;

/// [bytes] that are taken without asking.
const NEGLIGIBLE: u64 = 1 << 20;
/// [bytes] of addresses that must stay free beside what is asked for: allocators reserve some for each thread.
const SPARE: usize = 64 << 20;

/// Is there room for so many bytes?
///
/// # Errors
/// [`Error::HostMemory`] with these words, if not; nothing was taken then.
pub fn needs(bytes: u64, what: &str, hint: &str) -> Result<()> {
    if bytes < NEGLIGIBLE {
        return Ok(());
    }
    let refused =
        |available| Error::HostMemory { what: what.to_owned(), needed: bytes, available, hint: hint.to_owned() };
    let available = available();
    if bytes > available {
        return Err(refused(Some(available)));
    }
    // A process may have less than the system: the room is asked for, and given back untouched.
    let room = usize::try_from(bytes).ok().and_then(|bytes| bytes.checked_add(SPARE));
    let mut probe = Vec::<u8>::new();
    let granted = room.is_some_and(|room| probe.try_reserve_exact(room).is_ok());
    black_box(&probe);
    if granted { Ok(()) } else { Err(refused(None)) }
}

/// A number of bytes for people.
pub fn shown(count: u64) -> String {
    const UNITS: [(&str, f64); 4] = [("TiB", 40.0), ("GiB", 30.0), ("MiB", 20.0), ("KiB", 10.0)];
    let sizes = UNITS.map(|(unit, power)| (unit, count as f64 / power.exp2()));
    let fitting = sizes.into_iter().find(|(_, size)| *size >= 1.0);
    fitting.map_or_else(|| format!("{count} B"), |(unit, size)| format!("{size:.1} {unit}"))
}

/// Asks for many things one after the other: what would be taken without asking is asked for together with later ones.
#[derive(Default)]
pub struct Tally(u64);

impl Tally {
    /// # Errors
    /// As [`needs`].
    pub fn needs(&mut self, bytes: u64, what: &str, hint: &str) -> Result<()> {
        self.0 = self.0.saturating_add(bytes);
        if self.0 >= NEGLIGIBLE {
            needs(std::mem::take(&mut self.0), what, hint)?;
        }
        Ok(())
    }
}

/// Makes room for `more` elements, and for as many again as there are, so that few calls have anything to do.
///
/// # Errors
/// As [`needs`]; the elements are as they were.
pub fn grow<T>(elements: &mut Vec<T>, more: usize, what: &str, hint: &str) -> Result<()> {
    let wanted = elements.len().saturating_add(more);
    if wanted <= elements.capacity() {
        return Ok(());
    }
    let room = wanted.max(elements.capacity().saturating_mul(2));
    let bytes = bytes_of::<T>((room - elements.capacity()) as u64);
    needs(bytes, what, hint)?;
    elements.try_reserve_exact(room - elements.len()).map_err(|_| Error::HostMemory {
        what: what.to_owned(),
        needed: bytes,
        available: None,
        hint: hint.to_owned(),
    })
}

/// [bytes] of so many elements.
pub fn bytes_of<T>(elements: u64) -> u64 {
    elements.saturating_mul(size_of::<T>() as u64)
}

/// [bytes] that the system, or the group of processes that this one belongs to, still has. All there can be, where it
/// does not tell.
fn available() -> u64 {
    let mut system = System::new();
    system.refresh_memory();
    let free = match system.available_memory() {
        0 => u64::MAX,
        memory => memory.saturating_add(system.free_swap()),
    };
    match system.cgroup_limits() {
        // Cached files count as the group's, but give way.
        Some(group) if group.total_memory < system.total_memory() => {
            free.min(group.total_memory.saturating_sub(group.rss))
        }
        _ => free,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_granted_and_what_is_not_is_refused() {
        needs(64 << 20, "a small table", "nothing").unwrap();
        let error = needs(1 << 60, "a huge table", "a smaller one").unwrap_err();
        let Error::HostMemory { needed: 1_152_921_504_606_846_976, available: Some(available), .. } = error else {
            panic!("{error:?}");
        };
        assert!((64 << 20..1 << 60).contains(&available), "{available}");
        assert_eq!(
            error.to_string(),
            format!(
                "a huge table needs 1152921504606846976 bytes of the host's memory, of which {available} are available; \
                 what helps: a smaller one"
            )
        );
        assert_eq!(error.exit_status(), 2);
    }

    #[test]
    fn what_comes_in_small_parts_is_asked_for_in_all() {
        let mut tally = Tally::default();
        let mut ask = |bytes| tally.needs(bytes, "a part", "fewer parts");
        ask(NEGLIGIBLE - 2).unwrap();
        ask(1).unwrap();
        let error = ask(1 << 60).unwrap_err();
        assert!(matches!(error, Error::HostMemory { needed, .. } if needed == (1 << 60) + NEGLIGIBLE - 1), "{error:?}");
        // Each is asked for once.
        ask(NEGLIGIBLE - 1).unwrap();
    }

    #[test]
    fn elements_that_find_no_room_stay_as_they_were() {
        let mut elements = vec![1u64, 2, 3];
        let error = grow(&mut elements, 1 << 58, "a list", "a shorter one").unwrap_err();
        assert!(matches!(error, Error::HostMemory { needed: 2_305_843_009_213_693_952.., .. }), "{error:?}");
        assert_eq!(elements, [1, 2, 3]);
        grow(&mut elements, 1, "a list", "a shorter one").unwrap();
        assert_eq!((elements.len(), elements.capacity()), (3, 6));
        grow(&mut elements, 100, "a list", "a shorter one").unwrap();
        assert_eq!((elements, bytes_of::<u64>(u64::MAX)), (vec![1, 2, 3], u64::MAX));
    }
}
