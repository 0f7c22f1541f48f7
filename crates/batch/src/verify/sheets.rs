//! The published tables, read row by row with the csv crate.

use super::check::Findings;
use super::figures::{count, fixed};
use csv::ByteRecord;
use dianzhi_core::{Policy, Text};
use std::fs::File;
use std::path::Path;

/// The columns of claims.csv; the last one only where the policy has `[auxiliary]`.
pub(crate) const HOSPITALS: &[&str] = &[
    "pool",
    "fixmedins_code",
    "cases",
    "points",
    "medfee_sumamt",
    "hifp_pay",
    "due",
    "ratio",
    "band",
    "compensation",
    "cleared",
    "deposit",
    "deposit_returned",
    "prepaid",
    "final_payment",
];
/// The columns of hospitals.csv under a policy.
pub(crate) fn hospitals_header(policy: &Policy) -> Vec<&'static str> {
    let caps: &[&str] = if policy.has_caps() { &["cap", "compared"] } else { &[] };
    let capitation: &[&str] = match policy.methods.capitation[..] {
        [] => &[],
        _ => &["capitation"],
    };
    let alliances: &[&str] = match policy.alliances[..] {
        [] => &[],
        _ => &["alliance_part"],
    };
    [HOSPITALS, caps, capitation, alliances].concat()
}

pub(crate) const POOLS: &[&str] = &[
    "pool",
    "budget",
    "reserve",
    "distributable",
    "cases",
    "points",
    "point_value",
    "due",
    "remainder",
    "compensation",
    "cleared",
    "left_in_fund",
];
/// The columns of pools.csv under a policy.
pub(crate) fn pools_header(policy: &Policy) -> Vec<&'static str> {
    let shared: &[&str] = match policy.pool_clearing {
        Some(_) => &["to_hospitals", "kept_by_fund"],
        None => &[],
    };
    let capitation: &[&str] = match policy.methods.capitation[..] {
        [] => &[],
        _ => &["capitation_amount", "capitation"],
    };
    [POOLS, shared, capitation].concat()
}

pub(crate) const BUDGETS: &[&str] = &[
    "id",
    "parent",
    "budget",
    "changes",
    "cases",
    "due",
    "cleared",
    "left_in_fund",
];
pub(crate) const REJECTS: &[&str] = &["file", "line", "setl_id", "field", "code", "message", "record"];

/// Opens a published table whose header must be `header`.
///
/// # Errors
/// Why it cannot be read as that table.
pub(crate) fn open_records(path: &Path, header: &[&str]) -> Result<csv::Reader<File>, Text> {
    let name = name_of(path);
    let file = File::open(path)
        .map_err(|e| Text::new(format!("{name} 读不到：{e}"), format!("{name} cannot be read: {e}")))?;
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 20).from_reader(file);
    let found = reader.byte_headers().map_err(|e| malformed(&name, &e))?;
    if found.iter().eq(header.iter().map(|field| field.as_bytes())) {
        return Ok(reader);
    }
    Err(other_header(&name, header))
}

/// Opens a published table whose header begins with `first`; a richer policy has columns behind.
///
/// # Errors
/// Why it cannot be read as that table.
pub(crate) fn open_from(path: &Path, first: &[&str]) -> Result<(csv::Reader<File>, Vec<String>), Text> {
    let name = name_of(path);
    let mut reader = csv::Reader::from_path(path).map_err(|e| malformed(&name, &e))?;
    let found = reader.headers().map_err(|e| malformed(&name, &e))?;
    let found: Vec<String> = found.iter().map(str::to_owned).collect();
    if found.len() >= first.len() && found.iter().zip(first).all(|(found, first)| found == first) {
        return Ok((reader, found));
    }
    Err(other_header(&name, first))
}

fn other_header(name: &str, header: &[&str]) -> Text {
    let header = header.join(",");
    Text::new(
        format!("{name} 的表头应为 {header}"),
        format!("the header of {name} should be {header}"),
    )
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// A table that is no CSV from end to end.
pub(crate) fn malformed(name: &str, source: &csv::Error) -> Text {
    Text::new(
        format!("{name} 不合格式：{source}"),
        format!("{name} is malformed: {source}"),
    )
}

/// One published row and where it stands.
pub(super) struct SheetRow<'a> {
    pub(super) file: &'a str,
    /// From 1, the header not counted.
    pub(super) number: u64,
    /// Its line in the file, the header's being 1.
    pub(super) line: u64,
    pub(super) header: &'a [&'a str],
    pub(super) record: &'a ByteRecord,
}

impl SheetRow<'_> {
    pub(super) fn field(&self, name: &str) -> &[u8] {
        let column = self.header.iter().position(|field| *field == name);
        column.and_then(|i| self.record.get(i)).unwrap_or_default()
    }

    pub(super) fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(self.field(name)).into_owned()
    }

    /// `claims.csv line 3: what`
    pub(super) fn names(&self, what: &str) -> Text {
        let (file, line) = (self.file, self.line);
        Text::new(
            format!("{file} 第 {line} 行的 {what}"),
            format!("{file} line {line}: {what}"),
        )
    }

    /// A figure; 0 stands in for one that is noted as malformed.
    pub(super) fn fixed(&self, name: &str, places: u32, findings: &mut Findings) -> i128 {
        fixed(self.field(name), places).unwrap_or_else(|| {
            self.is_no_figure(name, findings);
            0
        })
    }

    pub(super) fn money(&self, name: &str, findings: &mut Findings) -> i128 {
        self.fixed(name, 2, findings)
    }

    pub(super) fn count(&self, name: &str, findings: &mut Findings) -> u64 {
        count(self.field(name)).unwrap_or_else(|| {
            self.is_no_figure(name, findings);
            0
        })
    }

    /// Money, or nothing at all.
    pub(super) fn money_or_none(&self, name: &str, findings: &mut Findings) -> Option<i128> {
        (!self.field(name).is_empty()).then(|| self.money(name, findings))
    }

    fn is_no_figure(&self, name: &str, findings: &mut Findings) {
        findings.found(|| {
            let (found, what) = (self.text(name), self.names(name));
            Text::new(
                format!("{}“{found}”不是规定写法的数值", what.zh),
                format!("{what} \"{found}\" is no figure with its decimals"),
            )
        });
    }
}

/// Hands every row of a published table to `each`; `None` where it is not one, which is noted.
pub(super) fn for_each_row(
    path: &Path,
    header: &[&str],
    findings: &mut Findings,
    mut each: impl FnMut(&SheetRow<'_>, &mut Findings) -> bool,
) -> Option<u64> {
    let file = name_of(path);
    let mut reader = match open_records(path, header) {
        Ok(reader) => reader,
        Err(why) => {
            findings.found(|| why);
            return None;
        }
    };
    let mut record = ByteRecord::new();
    let mut number = 0;
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => return Some(number),
            Ok(true) => {
                number += 1;
                let row = SheetRow {
                    file: &file,
                    number,
                    line: record.position().map_or(number + 1, csv::Position::line),
                    header,
                    record: &record,
                };
                if !each(&row, findings) {
                    return None;
                }
            }
            Err(e) => {
                findings.found(|| malformed(&file, &e));
                return None;
            }
        }
    }
}
