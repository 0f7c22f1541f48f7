//! What groups records: a scheme package or a DIP directory.

use super::explain::{ExplainedStay, explained, explained_of_type};
use crate::claims::layout::Layout;
use crate::claims::row::Row;
use crate::error::error;
use dianzhi_core::Text;
use dianzhi_grouper::dip::{Catalogue, DipDirectory};
use dianzhi_grouper::error::S109;
use dianzhi_grouper::{DipGrouper, DipGrouping, GroupOptions, Grouper, Reason, Record, Scheme, Status};
use dianzhi_policy::{Diagnostic, Diagnostics, Region};
use std::borrow::Cow;
use std::path::Path;

/// A scheme or a directory, ready to group.
#[derive(Debug)]
pub enum GroupBy {
    /// A DRG scheme package.
    Scheme(Box<Grouper>),
    /// A DIP directory.
    Directory(Box<DipGrouper>),
}

const BY_SCHEME: &[&str] = &["mdc", "adrg", "group_code", "status", "reason"];
const BY_DIRECTORY: &[&str] = &["kind", "auxiliary", "factor", "group_code", "status", "reason"];

/// Whether a grouping adds a column of this name to joined rows: nobody need be told that a settlement
/// passes it over. But a factor is money, and a settlement takes it from the directory alone.
pub(crate) fn is_added(heading: &str, has_factors: bool) -> bool {
    let is_added = BY_SCHEME.contains(&heading) || BY_DIRECTORY.contains(&heading);
    is_added && (has_factors || heading != "factor")
}

/// What is said of one record: the cells that it gets, and why.
pub(crate) struct Found<'g> {
    pub(crate) status: Status,
    /// In the order of [`GroupBy::columns`], as many as there are before `status`.
    pub(crate) cells: [Cow<'g, str>; 4],
    pub(crate) group_code: &'g str,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) mended: u32,
}

impl GroupBy {
    /// A scheme from a package or a folder of tables.
    ///
    /// # Errors
    /// Every mistake of the scheme, each with its file and line.
    pub fn scheme(path: &Path, options: GroupOptions) -> Result<GroupBy, Diagnostics> {
        if is_directory(path) {
            return Err(a_directory(path).into());
        }
        Ok(GroupBy::Scheme(Box::new(Grouper::load(path)?.with(options))))
    }

    /// A directory from its folder.
    ///
    /// # Errors
    /// Every mistake of the directory, each with its file and line.
    pub fn directory(path: &Path, options: GroupOptions) -> Result<GroupBy, Diagnostics> {
        Ok(GroupBy::Directory(Box::new(DipGrouper::load(path)?.with(options))))
    }

    /// The scheme of a region file from its package's bytes; `name` is for messages.
    pub(crate) fn of_package(name: &str, bytes: &[u8], region: &Region) -> Result<GroupBy, Diagnostics> {
        let scheme = Scheme::of_package(name, bytes)?;
        Ok(GroupBy::Scheme(Box::new(Grouper::new(scheme, options_of(region)))))
    }

    /// The directory of a region file from its files.
    pub(crate) fn of_tables(tables: Vec<(String, Vec<u8>)>, region: &Region) -> Result<GroupBy, Diagnostics> {
        let directory = DipDirectory::of_tables(tables)?;
        let options = options_of(region);
        Ok(GroupBy::Directory(Box::new(DipGrouper::new(directory, options))))
    }

    /// The columns that a record gets.
    pub(crate) fn columns(&self) -> &'static [&'static str] {
        match self {
            GroupBy::Scheme(_) => BY_SCHEME,
            GroupBy::Directory(_) => BY_DIRECTORY,
        }
    }

    /// The fields of a claim that it looks at, of those that a file may lack.
    pub(crate) fn asks(&self) -> Vec<&'static str> {
        match self {
            GroupBy::Scheme(_) => vec!["maindiag_code", "diag_codes", "oprn_codes", "gend"],
            GroupBy::Directory(grouper) => asked_by(grouper.directory().catalogues()),
        }
    }

    pub(crate) fn is_verbatim(&self) -> bool {
        match self {
            GroupBy::Scheme(grouper) => grouper.options().verbatim,
            GroupBy::Directory(grouper) => grouper.options().verbatim,
        }
    }

    /// What is said of a record.
    #[inline]
    pub(crate) fn group(&self, record: &Record<'_>) -> Found<'_> {
        match self {
            GroupBy::Scheme(grouper) => {
                let found = grouper.group(record);
                Found {
                    status: found.status,
                    cells: [found.mdc, found.adrg, found.group_code, ""].map(Cow::Borrowed),
                    group_code: found.group_code,
                    reasons: found.reasons,
                    mended: found.mended,
                }
            }
            GroupBy::Directory(grouper) => grouper.group(record).into(),
        }
    }

    /// Every step of grouping a row; of one whose DIP type was named beforehand, every step to its
    /// factor, or `None` where the directory does not have the type.
    pub(crate) fn explain(
        &self,
        row: &Row<'_>,
        columns: &Layout,
        file: &str,
        line: u64,
        of_type: Option<&[u8]>,
    ) -> Option<ExplainedStay> {
        let stay = columns.stay.read(row, self.is_verbatim());
        let setl_id = String::from_utf8_lossy(row.get(columns.setl_id).bytes());
        let told = match of_type {
            None => explained(self, &stay.record(), &setl_id),
            Some(code) => {
                let code = std::str::from_utf8(code).ok()?;
                explained_of_type(self, code, &stay.record(), &setl_id)?
            }
        };
        Some(ExplainedStay {
            file: file.to_owned(),
            line,
            ..told
        })
    }
}

impl<'g> From<DipGrouping<'g>> for Found<'g> {
    fn from(found: DipGrouping<'g>) -> Found<'g> {
        let factors = found.auxiliary.iter();
        let factors: Vec<String> = factors
            .map(|one| format!("{}:{}={}", one.catalogue.as_str(), one.level, one.factor))
            .collect();
        let kind = found.kind.map_or("", |kind| kind.as_str());
        Found {
            status: found.status,
            cells: [
                kind.into(),
                factors.join("|").into(),
                found.factor.to_string().into(),
                found.group_code.into(),
            ],
            group_code: found.group_code,
            reasons: found.reasons,
            mended: found.mended,
        }
    }
}

/// The fields of a claim that a DIP directory with these auxiliary catalogues looks at.
pub(crate) fn asked_by(catalogues: impl IntoIterator<Item = Catalogue>) -> Vec<&'static str> {
    let mut fields = vec!["maindiag_code", "diag_codes", "oprn_codes"];
    for catalogue in catalogues {
        fields.extend_from_slice(match catalogue {
            Catalogue::Cci => &[],
            Catalogue::Severity | Catalogue::Tumour | Catalogue::Death => &["act_ipt_days", "dscg_way"],
            Catalogue::Age => &["age"],
            Catalogue::Icu => &["icu_hours"],
            Catalogue::Stay => &["act_ipt_days"],
        });
    }
    let mut seen = Vec::new();
    fields.retain(|field| {
        let is_new = !seen.contains(field);
        seen.push(*field);
        is_new
    });
    fields
}

/// Whether a folder is a DIP directory and no scheme.
pub(crate) fn is_directory(path: &Path) -> bool {
    path.join("directory.toml").is_file() && !path.join("mdc.tsv").exists()
}

/// A DIP directory where a scheme should be.
pub(crate) fn a_directory(path: &Path) -> Diagnostic {
    let shown = path.display();
    error(
        S109,
        Text::new(
            format!("{shown} 是 DIP 病种目录，不是 DRG 分组方案"),
            format!("{shown} is a DIP directory, no DRG scheme"),
        ),
        Text::new(
            "group 用 --dip 代替 --scheme；地区文件用 files.dip_directory 代替 files.scheme",
            "give it to group by --dip in place of --scheme, and in a region file as files.dip_directory in place of files.scheme",
        ),
    )
}

fn options_of(region: &Region) -> GroupOptions {
    GroupOptions {
        verbatim: region.grouping.verbatim,
        translate: region.grouping.translate,
    }
}
