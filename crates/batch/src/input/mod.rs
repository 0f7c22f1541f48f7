//! Inputs: the region file, the reference tables and the claim files, found, opened and checked.

pub(crate) mod adjustments;
mod coefficient_tables;
mod doubt;
pub(crate) mod encoding;
pub(crate) mod find;
mod grouped_by;
pub(crate) mod header;
pub(crate) mod names;
pub(crate) mod opinions;
pub(crate) mod procurement;
pub(crate) mod records;
mod refused;
pub(crate) mod source;
pub(crate) mod table;
pub(crate) mod tables;
mod watched;

pub(crate) use doubt::{Doubt, suspicious_encoding};

use crate::codes::{W101, W108};
use crate::error::{Failure, warning};
use crate::grouping::{GroupBy, is_added};
use adjustments::{PenaltyRow, ReasonRow, ReviewRow};
use dianzhi_core::{
    Bonus, Coefficient, CompiledPolicy, Enrolment, Group, Hospital, HospitalId, InstitutionCap, PoolId, Price, Text,
};
use dianzhi_policy::fields::Table as Kind;
use dianzhi_policy::{Diagnostic, Region};
use encoding::Encoding;
use header::Header;
use procurement::ProcurementRow;
use refused::{compile_error, unknown_names};
use source::{Fingerprint, Hasher, InputFile, Role};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use table::Table;
use tables::{CapRow, Lined, PrepaymentRow};
use watched::Watched;

/// Everything a settlement needs but the claims themselves, read and checked.
#[derive(Debug)]
pub struct Inputs {
    /// The region file.
    pub region: Region,
    /// The policy compiled with its tables.
    pub policy: Arc<CompiledPolicy>,
    /// Groups and their lines.
    pub groups: Lined<Group>,
    /// Hospitals and their lines.
    pub hospitals: Lined<Hospital>,
    /// Prepayments and their lines.
    pub prepayments: Lined<PrepaymentRow>,
    /// Prices of diseases and their lines.
    pub prices: Lined<Price>,
    /// Institution caps and their lines.
    pub caps: Lined<CapRow>,
    /// People paid for by head and their lines.
    pub enrolment: Lined<Enrolment>,
    /// What was decided of special cases and their lines.
    pub reviews: Lined<ReviewRow>,
    /// Readmissions for a good reason, by `setl_id`, and their lines.
    pub reasons: Lined<ReasonRow>,
    /// Points taken away and their lines.
    pub penalties: Lined<PenaltyRow>,
    /// Procured drugs and their lines.
    pub procurement: Lined<ProcurementRow>,
    /// Hospital coefficients and their lines.
    pub coefficients: Lined<Coefficient>,
    /// Bonuses of hospital coefficients and their lines.
    pub bonuses: Lined<Bonus>,
    /// What groups the claims without a group code, where the region file names it.
    pub grouping: Option<Arc<GroupBy>>,
    /// The claim files, in the order they are read.
    pub claims: Vec<InputFile>,
    /// The region file and the tables with what they held.
    pub tables: Vec<(InputFile, Fingerprint)>,
    /// How the headers of the tables were understood.
    pub mappings: Vec<Mapping>,
    /// What is worth a look.
    pub warnings: Vec<Diagnostic>,
    pub(crate) with_sha256: bool,
    pub(crate) watched: Vec<Watched>,
}

/// How the header of one file was understood.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The file.
    pub file: String,
    /// What it is for.
    pub role: Role,
    /// Its encoding.
    pub encoding: Encoding,
    /// Its columns.
    pub header: Header,
}

/// Where the inputs are, if not where the region file says.
#[derive(Clone, Debug, Default)]
pub struct InputOptions {
    /// Claim files in place of `files.claims`: paths or patterns, relative to the working folder.
    pub claims: Vec<String>,
    /// Where the reference tables are, if not where `[files]` says.
    pub tables: BTreeMap<Role, PathBuf>,
    /// Also take the SHA-256 of every file.
    pub sha256: bool,
}

impl Inputs {
    /// Reads a region file and its tables, and finds its claim files.
    ///
    /// # Errors
    /// [`Failure::Refused`] with every mistake of the region file, or of the tables.
    pub fn load(region_file: &Path, options: &InputOptions) -> Result<Inputs, Failure> {
        let watched = Watched::new(&region_file.to_string_lossy(), region_file);
        let mut inputs = Inputs::of_region(Region::load(region_file)?, options)?;
        inputs.watched.push(watched);
        Ok(inputs)
    }

    /// Whether the inputs still stand as they stood before they were read.
    ///
    /// # Errors
    /// F105 for every one that does not.
    pub fn unchanged(&self) -> Result<(), Failure> {
        let changed: Vec<Diagnostic> = self
            .watched
            .iter()
            .filter_map(|input| input.unchanged().err())
            .collect();
        if changed.is_empty() {
            Ok(())
        } else {
            Err(changed.into())
        }
    }

    /// The same, of a region file that was read already.
    ///
    /// # Errors
    /// As [`load`](Inputs::load).
    pub fn of_region(region: Region, options: &InputOptions) -> Result<Inputs, Failure> {
        let region_file = region.path.clone();
        let file_name = region_file
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let region_input = InputFile {
            role: Role::Region,
            name: file_name,
            path: region_file,
        };
        let mut hasher = Hasher::new(options.sha256);
        hasher.update(region.text.as_bytes());
        let mut inputs = Loader {
            region: &region,
            with_sha256: options.sha256,
            elsewhere: &options.tables,
            tables: vec![(region_input, hasher.fingerprint())],
            mappings: Vec::new(),
            mistakes: Vec::new(),
            warnings: Vec::new(),
            watched: Vec::new(),
        };
        let groups = inputs.table(Role::Groups, Kind::Groups, &region.files.groups, tables::groups);
        let hospitals = inputs.table(Role::Hospitals, Kind::Hospitals, &region.files.hospitals, |t| {
            tables::hospitals(t, &region.policy)
        });
        let prepayments = match (&region.files.prepayments, &hospitals) {
            (Some(file), Some(hospitals)) => inputs.table(Role::Prepayments, Kind::Prepayments, file, |t| {
                tables::prepayments(t, &region.policy, &hospitals.values)
            }),
            _ => Some(Lined::default()),
        };
        let prices = match &region.files.prices {
            Some(file) => inputs.table(Role::Prices, Kind::Prices, file, |t| tables::prices(t, &region.policy)),
            None => Some(Lined::default()),
        };
        let caps = match (&region.files.caps, &hospitals) {
            (Some(file), Some(hospitals)) => inputs.table(Role::Caps, Kind::Caps, file, |t| {
                tables::caps(t, &region.policy, &hospitals.values)
            }),
            _ => Some(Lined::default()),
        };
        let enrolment = match (&region.files.enrolment, &hospitals) {
            (Some(file), Some(hospitals)) => inputs.table(Role::Enrolment, Kind::Enrolment, file, |t| {
                tables::enrolment(t, &region.policy, &hospitals.values)
            }),
            _ => Some(Lined::default()),
        };
        let files = &region.files;
        let reviews = inputs.table_if(&files.reviews, Role::Reviews, Kind::Reviews, adjustments::reviews);
        let reasons = inputs.table_if(
            &files.readmission_reasons,
            Role::Reasons,
            Kind::Reasons,
            adjustments::reasons,
        );
        let penalties = inputs.table_if(
            &files.penalties,
            Role::Penalties,
            Kind::Penalties,
            adjustments::penalties,
        );
        let procurement = match (&region.files.procurement, &hospitals) {
            (Some(file), Some(hospitals)) => inputs.table(Role::Procurement, Kind::Procurement, file, |t| {
                procurement::procurement(t, &region.policy, &hospitals.values)
            }),
            _ => Some(Lined::default()),
        };
        let coefficients = match (&region.files.coefficients, &hospitals, &groups) {
            (Some(file), Some(hospitals), Some(groups)) => {
                inputs.table(Role::Coefficients, Kind::Coefficients, file, |t| {
                    coefficient_tables::coefficients(t, &hospitals.values, &groups.values)
                })
            }
            _ => Some(Lined::default()),
        };
        let bonuses = match (&region.files.bonuses, &hospitals) {
            (Some(file), Some(hospitals)) => inputs.table(Role::Bonuses, Kind::Bonuses, file, |t| {
                coefficient_tables::bonuses(t, &region.policy, &hospitals.values)
            }),
            _ => Some(Lined::default()),
        };
        let names = unknown_names(&region, groups.as_ref(), hospitals.as_ref(), bonuses.as_ref());
        inputs.mistakes.extend(names);
        let grouping = inputs.grouping();
        let claims = if options.claims.is_empty() {
            inputs.find(&region.files.claims, region.dir(), region.dir())
        } else {
            inputs.find(&options.claims, Path::new(""), region.dir())
        };
        let Loader {
            tables,
            mappings,
            mistakes,
            warnings,
            watched,
            ..
        } = inputs;
        let mut warnings = warnings;
        warnings.extend(groups.as_ref().and_then(|groups| finer_than_points(&region, groups)));
        let (
            Some(groups),
            Some(hospitals),
            Some(prepayments),
            Some(prices),
            Some(caps),
            Some(enrolment),
            Some(reviews),
            Some(reasons),
            Some(penalties),
            true,
        ) = (
            groups,
            hospitals,
            prepayments,
            prices,
            caps,
            enrolment,
            reviews,
            reasons,
            penalties,
            mistakes.is_empty(),
        )
        else {
            return Err(mistakes.into());
        };
        let (Some(coefficients), Some(bonuses), Some(procurement)) = (coefficients, bonuses, procurement) else {
            return Err(mistakes.into());
        };
        let periods: Vec<_> = region.periods.iter().map(|period| &period.policy).collect();
        let lines = [
            (Role::Groups, &*groups.lines),
            (Role::Hospitals, &hospitals.lines),
            (Role::Prices, &prices.lines),
            (Role::Caps, &caps.lines),
            (Role::Enrolment, &enrolment.lines),
            (Role::Coefficients, &coefficients.lines),
            (Role::Bonuses, &bonuses.lines),
        ];
        let policy = CompiledPolicy::dated(&periods, &groups.values, &hospitals.values, &prices.values)
            .and_then(|policy| policy.with_caps(&institution_caps(&caps)))
            .and_then(|policy| policy.with_enrolment(&enrolment.values))
            .and_then(|policy| policy.with_coefficients(&coefficients.values, &bonuses.values))
            .map_err(|e| compile_error(&region, &lines, &tables, &e))?;
        Ok(Inputs {
            region,
            policy: Arc::new(policy),
            groups,
            hospitals,
            prepayments,
            prices,
            caps,
            enrolment,
            reviews,
            reasons,
            penalties,
            procurement,
            coefficients,
            bonuses,
            grouping: grouping.map(Arc::new),
            claims,
            tables,
            mappings,
            warnings,
            with_sha256: options.sha256,
            watched,
        })
    }
}

/// Base points with more decimals than points: used as they stand, and told once.
fn finer_than_points(region: &Region, groups: &Lined<Group>) -> Option<Diagnostic> {
    let places = region.policy.rounding.points;
    let is_finer = |group: &Group| group.base_points.normalize().scale() > places;
    let count = groups.values.iter().filter(|group| is_finer(group)).count();
    let first = groups.values.iter().position(is_finer)?;
    let file = &region.files.groups;
    let text = Text::new(
        format!(
            "{count} 个病组的 base_points 多于 rounding.points 规定的 {places} 位小数，按原值计算，只在得出点数时舍入"
        ),
        format!(
            "base_points of {count} groups have more than the {places} decimals of rounding.points; they are used as they stand and only the case's points are rounded"
        ),
    );
    let help = Text::new(
        "若政策规定基准点数先舍入，请在表中写舍入后的值",
        "if the policy rounds base points first, write the rounded values in the table",
    );
    Some(warning(W108, text, help).at(crate::error::place(file, groups.lines.get(first).copied().unwrap_or(1))))
}

fn institution_caps(rows: &Lined<CapRow>) -> Vec<InstitutionCap> {
    let cap = |row: &CapRow| InstitutionCap {
        pool: PoolId(u16::try_from(row.pool).unwrap_or(u16::MAX)),
        hospital: HospitalId(u32::try_from(row.hospital).unwrap_or(u32::MAX)),
        cap: row.cap,
    };
    rows.values.iter().map(cap).collect()
}

/// The key of `[files]` that names a table.
fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Claims => "claims",
        Kind::Groups => "groups",
        Kind::Hospitals => "hospitals",
        Kind::Prepayments => "prepayments",
        Kind::Prices => "prices",
        Kind::Caps => "caps",
        Kind::Enrolment => "enrolment",
        Kind::Reviews => "reviews",
        Kind::Reasons => "readmission_reasons",
        Kind::Penalties => "penalties",
        Kind::Procurement => "procurement",
        Kind::Coefficients => "coefficients",
        Kind::Bonuses => "bonuses",
        Kind::Adjustments => "adjustments",
        Kind::Names => "names",
    }
}

struct Loader<'a> {
    region: &'a Region,
    elsewhere: &'a BTreeMap<Role, PathBuf>,
    with_sha256: bool,
    tables: Vec<(InputFile, Fingerprint)>,
    mappings: Vec<Mapping>,
    mistakes: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
    watched: Vec<Watched>,
}

impl Loader<'_> {
    /// A table that the region file may name; empty where it does not.
    fn table_if<T>(
        &mut self,
        file: &Option<String>,
        role: Role,
        kind: Kind,
        read: impl FnOnce(&Table) -> Result<Lined<T>, Vec<Diagnostic>>,
    ) -> Option<Lined<T>> {
        match file {
            Some(file) => self.table(role, kind, file, read),
            None => Some(Lined::default()),
        }
    }

    fn table<T>(
        &mut self,
        role: Role,
        kind: Kind,
        file: &str,
        read: impl FnOnce(&Table) -> Result<T, Vec<Diagnostic>>,
    ) -> Option<T> {
        let input = InputFile {
            role,
            name: file.to_owned(),
            path: self.place_of(role, file),
        };
        self.watched.push(Watched::new(&input.name, &input.path));
        let choice = self.region.files.encoding;
        let table = Table::read(&input, kind, choice, &self.region.columns, self.with_sha256);
        let values = table.and_then(|table| {
            let values = read(&table)?;
            Ok((table, values))
        });
        match values {
            Err(mistakes) => {
                self.refuse_at(&format!("files.{}", kind_key(kind)), mistakes);
                None
            }
            Ok((table, values)) => {
                self.warnings.extend(unknown_columns(&table.header, kind, file, false));
                if table.encoding == Encoding::Utf8 && self.looks_like_gbk(&table) {
                    self.warnings.push(suspicious_encoding(file));
                }
                self.tables.push((input, table.fingerprint));
                self.mappings.push(Mapping {
                    file: table.file,
                    role,
                    encoding: table.encoding,
                    header: table.header,
                });
                Some(values)
            }
        }
    }

    /// Where an input is: as the region file says, unless it was named elsewhere.
    fn place_of(&self, role: Role, file: &str) -> PathBuf {
        let elsewhere = self.elsewhere.get(&role).cloned();
        elsewhere.unwrap_or_else(|| self.region.dir().join(file))
    }

    /// Notes mistakes of a file; those without a place are told at the key that names it.
    fn refuse_at(&mut self, key: &str, mistakes: Vec<Diagnostic>) {
        let named_at = self.region.place(key);
        let placed = mistakes.into_iter().map(|mistake| match &named_at {
            Some(place) if mistake.place.is_none() => mistake.at(place.clone()),
            _ => mistake,
        });
        self.mistakes.extend(placed);
    }

    fn looks_like_gbk(&self, table: &Table) -> bool {
        let cells = table
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .chain(&table.header.headings);
        let mut doubt = Doubt::default();
        for cell in cells {
            doubt.see(cell.as_bytes());
        }
        doubt.is_gbk_like()
    }

    /// The claim files of patterns; from now on they must stay as they are.
    fn find(&mut self, patterns: &[String], base: &Path, region_dir: &Path) -> Vec<InputFile> {
        let (found, mistakes) = find::find(patterns, base, region_dir, &find::named_by_region());
        self.mistakes.extend(mistakes);
        let watched = found.iter().map(|input| Watched::new(&input.name, &input.path));
        self.watched.extend(watched);
        found
    }
}

/// A warning that names a file's unknown columns, if it has any. `has_factors`: a column of factors
/// is no news, for the directory gives them anew.
pub(crate) fn unknown_columns(header: &Header, kind: Kind, file: &str, has_factors: bool) -> Option<Diagnostic> {
    let unknown: Vec<&str> = header
        .headings
        .iter()
        .enumerate()
        .filter(|(i, _)| !header.is_known(*i, kind))
        .map(|(_, heading)| heading.as_str())
        // What `group --join` wrote itself is no surprise.
        .filter(|heading| kind != Kind::Claims || !is_added(heading, has_factors))
        .collect();
    let list = unknown.join(", ");
    (!unknown.is_empty()).then(|| {
        warning(
            W101,
            Text::new(
                format!("{file} 中的列 {list} 未知，不参与计算"),
                format!("{file}: unknown columns, not used: {list}"),
            ),
            Text::new(
                "若其中有需要的字段，在 [columns]（dianzhi group 用 --column）写明",
                "if one of them is a field that is needed, name it under [columns] (for dianzhi group: by --column)",
            ),
        )
    })
}
