//! `dianzhi check`: reads and validates everything, prices nothing, publishes nothing.

use super::{input_options, max_rejects, path, read_options, watched};
use crate::console::Console;
use crate::figures::{count, counted};
use crate::lang::{pick, text};
use crate::summary::{RegionYear, grouped_claims};
use crate::table::printable;
use crate::warnings::of_inputs;
use clap::ArgMatches;
use dianzhi::engine::{Lang, Text};
use dianzhi::policy::Diagnostic;
use dianzhi::policy::fields::Table;
use dianzhi::{Claims, Failure, GroupedClaims, Inputs, Mapping, MaxRejects, RejectCode, Role, codes};
use serde::Serialize;
use std::collections::BTreeMap;

/// Examples of each code.
const EXAMPLES: usize = 3;

/// Checks and reports.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let (progress, shown) = watched(matches, console);
    let read = Inputs::load(path(matches, "region"), &input_options(matches, false)).and_then(|inputs| {
        let claims = Claims::read(&inputs, &read_options(matches), &progress)?;
        Ok((inputs, claims))
    });
    drop(shown);
    let (inputs, claims) = match read {
        Ok(read) => read,
        Err(failure) => return console.failure(&failure, json),
    };
    let report = Report::of(&inputs, &claims);
    if json {
        console.json(&report);
    } else {
        console.data(&report.render(console.lang));
    }
    console.diagnostics(&report.warnings);
    if let Some(failure) = too_many(max_rejects(matches), &claims) {
        // The report above is the JSON of this command; the error goes to people.
        return console.failure(&failure, false);
    }
    u8::from(report.rejected > 0)
}

fn too_many(most: Option<MaxRejects>, claims: &Claims) -> Option<Failure> {
    let rejected = claims.rejects.len() as u64;
    let most = most.filter(|most| most.is_passed(rejected, claims.read))?;
    let read = claims.read;
    let diagnostic = Diagnostic::error(
        codes::R101.id,
        text(
            format!("读入 {read} 条，会拒绝 {rejected} 条，超过 --max-rejects {most}"),
            format!("{rejected} of {read} records would be rejected, more than --max-rejects {most}"),
        ),
        text("逐条原因见上", "see above for the reasons"),
    );
    Some(diagnostic.into())
}

/// What was found.
#[derive(Serialize)]
struct Report {
    region: RegionYear,
    files: Vec<FileReport>,
    read: u64,
    accepted: u64,
    rejected: u64,
    rejects: Vec<RejectReport>,
    /// What the scheme makes of the claims without a group code.
    #[serde(skip_serializing_if = "Option::is_none")]
    grouped: Option<GroupedClaims>,
    unknown_groups: BTreeMap<String, u64>,
    warnings: Vec<Diagnostic>,
}

/// One file as understood.
#[derive(Serialize)]
struct FileReport {
    file: String,
    role: Role,
    encoding: &'static str,
    rows: u64,
    columns: Vec<ColumnReport>,
    /// Headings that are no field of this table.
    unused: Vec<String>,
}

#[derive(Serialize)]
struct ColumnReport {
    heading: String,
    field: String,
}

/// The records that one check rejects.
#[derive(Serialize)]
struct RejectReport {
    code: &'static str,
    records: u64,
    meaning: Text,
    examples: Vec<Example>,
}

#[derive(Serialize)]
struct Example {
    file: String,
    line: u64,
    field: &'static str,
    setl_id: String,
}

impl Report {
    fn of(inputs: &Inputs, claims: &Claims) -> Report {
        let rows_of = |role: Role| match role {
            Role::Groups => inputs.groups.values.len() as u64,
            Role::Hospitals => inputs.hospitals.values.len() as u64,
            Role::Prepayments => inputs.prepayments.values.len() as u64,
            Role::Prices => inputs.prices.values.len() as u64,
            Role::Caps => inputs.caps.values.len() as u64,
            Role::Enrolment => inputs.enrolment.values.len() as u64,
            Role::Reviews => inputs.reviews.values.len() as u64,
            Role::Reasons => inputs.reasons.values.len() as u64,
            Role::Penalties => inputs.penalties.values.len() as u64,
            Role::Procurement => inputs.procurement.values.len() as u64,
            Role::Coefficients => inputs.coefficients.values.len() as u64,
            Role::Bonuses => inputs.bonuses.values.len() as u64,
            Role::Region | Role::Claims | Role::Scheme | Role::Directory | Role::Adjustments | Role::Names => 0,
        };
        let tables = inputs
            .mappings
            .iter()
            .map(|mapping| file_report(mapping, rows_of(mapping.role)));
        let mappings = claims.mappings();
        let read = claims.read_by_file();
        let claim_files = mappings
            .iter()
            .zip(read)
            .map(|(mapping, rows)| file_report(mapping, rows));
        let rejects = claims.rejected_by_code().into_iter();
        Report {
            region: RegionYear::of(&inputs.region),
            files: tables.chain(claim_files).collect(),
            read: claims.read,
            accepted: claims.accepted(),
            rejected: claims.rejects.len() as u64,
            rejects: rejects.map(|(code, n)| reject_report(claims, code, n)).collect(),
            grouped: claims.grouped.clone(),
            unknown_groups: claims.unknown_groups.clone(),
            warnings: of_inputs(&inputs.warnings, claims),
        }
    }

    fn render(&self, lang: Lang) -> String {
        let mut out = self.region.render(lang);
        for file in &self.files {
            out.push('\n');
            out += &file.render(lang);
        }
        let (read, accepted, rejected) = (count(self.read), count(self.accepted), count(self.rejected));
        out += &pick(
            lang,
            format!("\n读入 {read} 条记录，可接受 {accepted} 条，会拒绝 {rejected} 条\n"),
            format!(
                "\n{} read, {accepted} acceptable, {rejected} would be rejected\n",
                counted(self.read, "record", "records")
            ),
        );
        for reject in &self.rejects {
            let (code, n, meaning) = (reject.code, count(reject.records), reject.meaning.get(lang));
            out += &format!("  {code} ×{n}  {meaning}\n");
            for example in &reject.examples {
                let (file, line) = (printable(&example.file), example.line);
                let id = printable(&example.setl_id);
                let place = format!("{file}:{line} {}", example.field);
                out += format!("    {}  {id}", place.trim_end()).trim_end();
                out.push('\n');
            }
        }
        if let Some(claims) = &self.grouped {
            out += &grouped_claims(claims, lang);
        }
        out
    }
}

fn file_report(mapping: &Mapping, rows: u64) -> FileReport {
    let table = match mapping.role {
        Role::Groups => Table::Groups,
        Role::Hospitals => Table::Hospitals,
        Role::Prepayments => Table::Prepayments,
        Role::Prices => Table::Prices,
        Role::Caps => Table::Caps,
        Role::Enrolment => Table::Enrolment,
        Role::Reviews => Table::Reviews,
        Role::Reasons => Table::Reasons,
        Role::Penalties => Table::Penalties,
        Role::Procurement => Table::Procurement,
        Role::Coefficients => Table::Coefficients,
        Role::Bonuses => Table::Bonuses,
        Role::Adjustments => Table::Adjustments,
        Role::Names => Table::Names,
        Role::Region | Role::Claims | Role::Scheme | Role::Directory => Table::Claims,
    };
    let header = &mapping.header;
    let (mapped, unused): (Vec<_>, Vec<_>) = header
        .headings
        .iter()
        .zip(&header.names)
        .partition(|(_, name)| table.has(name));
    FileReport {
        file: mapping.file.clone(),
        role: mapping.role,
        encoding: mapping.encoding.as_str(),
        rows,
        columns: mapped
            .into_iter()
            .map(|(heading, field)| ColumnReport {
                heading: heading.clone(),
                field: field.clone(),
            })
            .collect(),
        unused: unused.into_iter().map(|(heading, _)| heading.clone()).collect(),
    }
}

fn reject_report(claims: &Claims, code: RejectCode, records: u64) -> RejectReport {
    let of_code = claims.rejects.iter().filter(|reject| reject.code == code);
    RejectReport {
        code: code.as_str(),
        records,
        meaning: code.text(),
        examples: of_code
            .take(EXAMPLES)
            .map(|reject| Example {
                file: claims.file_name(reject.file).to_owned(),
                line: reject.line,
                field: reject.field,
                setl_id: reject.setl_id.clone(),
            })
            .collect(),
    }
}

impl FileReport {
    fn render(&self, lang: Lang) -> String {
        let (zh, en) = match self.role {
            Role::Region => ("地区", "region"),
            Role::Groups => ("病组", "groups"),
            Role::Hospitals => ("医疗机构", "hospitals"),
            Role::Prepayments => ("预付", "prepayments"),
            Role::Prices => ("病种价格", "prices"),
            Role::Caps => ("总额控制指标", "institution caps"),
            Role::Enrolment => ("人数", "enrolment"),
            Role::Reviews => ("特例单议结果", "reviews"),
            Role::Reasons => ("再次住院理由", "reasons of readmissions"),
            Role::Penalties => ("违规扣点", "penalties"),
            Role::Procurement => ("集采药品", "procured drugs"),
            Role::Coefficients => ("机构系数", "hospital coefficients"),
            Role::Bonuses => ("机构系数加成", "coefficient bonuses"),
            Role::Adjustments => ("权重调整", "adjustments of weights"),
            Role::Names => ("编码名称", "names of codes"),
            Role::Scheme => ("分组方案", "scheme"),
            Role::Directory => ("病种目录", "DIP directory"),
            Role::Claims => ("病例", "claims"),
        };
        let (file, encoding) = (printable(&self.file), self.encoding);
        let mut out = pick(
            lang,
            format!("{zh} {file}：{} 行，{encoding}\n", count(self.rows)),
            format!("{en} {file}: {}, {encoding}\n", counted(self.rows, "row", "rows")),
        );
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| {
                let heading = printable(&column.heading);
                if column.heading == column.field {
                    heading
                } else {
                    format!("{heading} → {}", column.field)
                }
            })
            .collect();
        let comma = pick(lang, "，", ", ");
        out += &format!("  {}{}\n", pick(lang, "列：", "columns: "), columns.join(comma));
        if !self.unused.is_empty() {
            let unused: Vec<String> = self.unused.iter().map(|heading| printable(heading)).collect();
            out += &format!("  {}{}\n", pick(lang, "不用的列：", "unused: "), unused.join(comma));
        }
        out
    }
}
