//! Import of one city's folder of OpenDRG's Python edition, which the user has of their own.
//!
//! Its sources are made by a program and use a small part of Python. They are read as text, never
//! run: tokens, statements, then what the statements mean as tables (docs/SCHEME.md). A part that
//! has no such meaning is an error with file and line; nothing is guessed. From the tables on it
//! is the same path as that of any other scheme.

mod adrg;
mod city;
mod data;
mod expression;
mod formula;
mod function;
mod mdc;
mod meaning;
mod results;
mod show;
pub(crate) mod source;
mod syntax;
mod tables;
mod token;

use crate::scheme::{Header, Packed, Scheme};
use city::Sources;
use dianzhi_policy::Diagnostics;
use source::City;
use std::path::Path;

impl Scheme {
    /// Makes a scheme package from one city's folder of OpenDRG's Python edition, such as
    /// `drg_group/chs_drg_11`. Its sources are read, not run.
    ///
    /// # Errors
    /// Every part that is not understood, and every reference to nothing, with file and line.
    pub fn pack_opendrg(dir: &Path) -> Result<Packed, Diagnostics> {
        import(&City::new(dir))
    }
}

/// Reads a city's sources and packs the tables that they become.
pub(crate) fn import(city: &City) -> Result<Packed, Diagnostics> {
    let mut sources = Sources::read(city);
    let mut found = std::mem::take(&mut sources.found);
    // A folder without sources is the wrong one: its data files need not be missed too.
    if sources.mdcs.is_empty() && !found.is_empty() {
        return Err(Diagnostics(found));
    }
    let mut files = data::tables(city, &mut found);
    let Some(style) = sources.style.take().filter(|_| found.is_empty()) else {
        return Err(Diagnostics(found));
    };
    files.extend(tables::tables(&sources));
    let header = Header {
        code: city.code(),
        source: format!("OpenDRG, Python edition: {}", city.code()),
        ungrouped: style.ungrouped,
        retry_other_procedures: style.retry_other_procedures,
        ..Header::default()
    };
    files.push(tables::header(&header)?);
    let mut packed = Scheme::pack_files(files)?;
    packed.warnings = sources.warnings;
    Ok(packed)
}
