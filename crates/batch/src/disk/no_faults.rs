//! The touches of a build that is meant to be used: nothing happens to them.

use super::Touch;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Nothing is noted of a file.
pub(super) struct Noted;

#[inline(always)]
pub(super) fn note(_: &Path) -> Noted {
    Noted
}

#[inline(always)]
#[allow(clippy::unnecessary_wraps, reason = "the other build can fail")]
pub(super) fn touch(_: Touch, _: &Path) -> io::Result<()> {
    Ok(())
}

#[inline(always)]
#[allow(clippy::unnecessary_wraps, reason = "the other build can fail")]
pub(super) fn rename(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

#[inline(always)]
#[allow(clippy::unnecessary_wraps, reason = "the other build can fail")]
pub(super) fn read(_: &Noted) -> io::Result<()> {
    Ok(())
}

#[inline(always)]
pub(super) fn write(file: &mut File, _: &Noted, bytes: &[u8]) -> io::Result<usize> {
    file.write(bytes)
}

#[inline(always)]
pub(super) fn sync(_: Touch, _: &Noted, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    sync()
}

/// The bytes of a block, as they are.
pub(crate) fn block_bytes(bytes: usize) -> usize {
    bytes
}
