//! Synthetic region-years: claims, groups, hospitals, prepayments and a region file, from a seed.
//!
//! The data looks like a city's inpatient year (skewed costs, outliers, ungrouped cases, thrifty
//! and spendthrift hospitals) and is made up from end to end; every row of it is clean. The same
//! seed gives the same bytes on every machine: whole numbers only, and a generator whose output is
//! fixed by its specification.
//!
//! The steps, in order: plan of the region → hospitals → groups, priced so that a case
//! costs the region's mean → claims → prepayments → region file with budgets that fit.
#![forbid(unsafe_code)]
#![deny(clippy::float_arithmetic, clippy::disallowed_types)]

mod bill;
mod calendar;
mod claims;
mod decimals;
mod error;
mod folder;
mod groups;
mod hospitals;
mod line;
mod mdc;
mod people;
mod plan;
mod prepayments;
mod random;
mod records;
mod refit;
mod spread;
mod totals;

pub use error::SynthError;

use dianzhi_core::{Fen, Text};
use random::{Random, Stream};
use std::io::Write;
use std::path::Path;

/// Most claims of one region-year.
pub const CLAIMS_MAX: u64 = 100_000_000;

/// The region file that is followed where none is given: DRG points with the difference method
/// (点数法、差额法), for a city that does not exist.
pub const DEFAULT_REGION: &str = include_str!("region.toml");

/// What to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Rows of claims.csv, 1 to [`CLAIMS_MAX`].
    pub claims: u64,
    /// Any number; the same one gives the same bytes.
    pub seed: u64,
    /// Text of a region file to follow; none takes [`DEFAULT_REGION`]. Its year, insurance types,
    /// decimals, mean cost, scale and methods shape the data; its `files`, `budget` and (with
    /// pricing by rate) `base_rate` are set to fit, and everything else, comments too, is kept.
    pub region: Option<String>,
}

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Rows of claims.csv.
    pub claims: u64,
    /// Rows of groups.csv.
    pub groups: u64,
    /// Rows of hospitals.csv.
    pub hospitals: u64,
    /// Pools of region.toml.
    pub pools: u64,
    /// Σ `medfee_sumamt`.
    pub medical_cost: Fen,
    /// Σ `hifp_pay`.
    pub fund_billed: Fen,
}

impl Summary {
    /// One line for people.
    #[must_use]
    pub fn text(&self) -> Text {
        let Summary {
            claims,
            groups,
            hospitals,
            pools,
            medical_cost,
            fund_billed,
        } = self;
        let [claims, groups, hospitals, pools] = [claims, groups, hospitals, pools].map(|n| grouped(&n.to_string()));
        let [medical_cost, fund_billed] = [medical_cost, fund_billed].map(|fen| grouped(&fen.to_string()));
        Text::new(
            format!(
                "{claims} 个病例，{groups} 个病组，{hospitals} 家医疗机构，{pools} 个资金池；\
                 总费用 {medical_cost} 元，统筹基金 {fund_billed} 元（合成数据）"
            ),
            format!(
                "{claims} claims, {groups} groups, {hospitals} hospitals, {pools} pools; \
                 medical cost {medical_cost} yuan, pooled fund {fund_billed} yuan (synthetic data)"
            ),
        )
    }
}

/// A comma between thousands.
fn grouped(figure: &str) -> String {
    let whole = figure.find('.').unwrap_or(figure.len());
    let mut out = String::new();
    for (i, c) in figure.chars().enumerate() {
        if i > 0 && i < whole && (whole - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Makes a region-year in the new folder `out`: region.toml, claims.csv, groups.csv,
/// hospitals.csv and prepayments.csv.
///
/// # Errors
/// [`SynthError`] where `out` exists or cannot be written, where the region text cannot be
/// followed, or where the numbers asked for pass a limit. Whatever was written is removed again.
///
/// ```
/// use dianzhi_synth::{Options, generate};
/// let home = tempfile::tempdir().unwrap();
/// let out = home.path().join("city");
/// let options = Options { claims: 100, seed: 1, region: None };
/// let summary = generate(&options, &out).unwrap();
/// assert_eq!(summary.claims, 100);
/// let claims = std::fs::read_to_string(out.join("claims.csv")).unwrap();
/// assert_eq!(claims.lines().count(), 101);
/// // The folder exists now, and nothing is ever overwritten.
/// assert!(generate(&options, &out).is_err());
/// ```
pub fn generate(options: &Options, out: &Path) -> Result<Summary, SynthError> {
    make(options, None, out)
}

/// The same for a region file that stands in a folder. Where it has `files.scheme` or `files.dip_directory`, the
/// claims are raw records without a group code, of diagnoses and procedures that the scheme or directory names, drawn
/// so that it groups them; groups.csv is the region's own, and what groups is copied beside it.
///
/// # Errors
/// As [`generate`]; and where a file that the region names cannot be read or no record is grouped.
///
/// ```
/// use dianzhi_synth::{Options, generate_in};
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/group-claims");
/// let region = std::fs::read_to_string(format!("{folder}/region.toml")).unwrap();
/// let home = tempfile::tempdir().unwrap();
/// let out = home.path().join("city");
/// generate_in(&Options { claims: 100, seed: 1, region: Some(region) }, folder.as_ref(), &out).unwrap();
/// assert!(out.join("scheme.dzs").is_file());
/// ```
pub fn generate_in(options: &Options, folder: &Path, out: &Path) -> Result<Summary, SynthError> {
    make(options, Some(folder), out)
}

fn make(options: &Options, folder: Option<&Path>, out: &Path) -> Result<Summary, SynthError> {
    let Options { claims, seed, .. } = *options;
    if claims == 0 || claims > CLAIMS_MAX {
        return Err(SynthError::ClaimsOutOfRange { claims });
    }
    let plan = plan::Plan::read(options.region.as_deref().unwrap_or(DEFAULT_REGION))?;
    let hospitals = hospitals::make(claims, &mut Random::new(seed, Stream::Hospitals));
    let records = match (&plan.grouped_by, folder) {
        (None, _) => None,
        (Some(by), None) => return Err(records::needs_a_folder(by.key())),
        (Some(_), Some(folder)) => {
            let mut random = Random::new(seed, Stream::Records);
            Some(records::Records::make(&plan, folder, &mut random)?)
        }
    };
    let made = match &records {
        Some(_) => groups::Groups::known(Vec::new()),
        None => groups::Groups::make(&plan, claims, &hospitals, &mut Random::new(seed, Stream::Groups))?,
    };

    let mut folder = folder::Folder::create(out)?;
    let groups = match &records {
        Some(records) => {
            copy(&mut folder, records.copied())?;
            &records.groups
        }
        None => {
            folder.file(refit::GROUPS, |file| made.write(plan.points_places, file))?;
            &made
        }
    };
    folder.file(refit::HOSPITALS, |file| hospitals::write(&hospitals, file))?;
    let people = people::People::new(&plan.insutypes, seed);
    let random = Random::new(seed, Stream::Claims);
    let maker = claims::Maker::new(&plan, &hospitals, (groups, records.as_ref()), people, claims, random);
    let totals = folder.file(refit::CLAIMS, |file| maker.write(file))?;

    let mut random = Random::new(seed, Stream::Budgets);
    let grouped_by = records.as_ref().map(|records| records.copied().name);
    let region = refit::region_text(&plan, grouped_by, &totals, &mut random)?;
    folder.file(refit::PREPAYMENTS, |file| {
        prepayments::write(&hospitals, &plan, &totals, &mut random, file)
    })?;
    folder.file("region.toml", |file| file.write_all(region.as_bytes()))?;
    folder.keep();

    let sum = |amount: fn(&totals::PoolTotals) -> u64| totals.pools.iter().map(amount).fold(0, u64::saturating_add);
    let fen = |sum| i64::try_from(sum).map(Fen).map_err(|_| SynthError::BudgetTooLarge);
    Ok(Summary {
        claims,
        groups: groups.list.len() as u64,
        hospitals: hospitals.len() as u64,
        pools: plan.pools.len() as u64,
        medical_cost: fen(sum(|pool| pool.medical_cost))?,
        fund_billed: fen(sum(|pool| pool.fund_billed))?,
    })
}

/// The region's own groups table and what groups by it.
fn copy(folder: &mut folder::Folder, copied: &records::Copied) -> Result<(), SynthError> {
    folder.file(refit::GROUPS, |file| file.write_all(&copied.groups))?;
    if copied.is_folder {
        folder.folder(copied.name)?;
    }
    for (name, bytes) in &copied.files {
        let name = match copied.is_folder {
            true => format!("{}/{name}", copied.name),
            false => copied.name.to_owned(),
        };
        folder.file(&name, |file| file.write_all(bytes))?;
    }
    Ok(())
}
