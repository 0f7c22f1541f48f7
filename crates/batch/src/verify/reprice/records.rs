//! Every record of the claim files, judged by the second path.

use super::CHUNK;
use super::regroup::Regroup;
use super::reroute::Reroute;
use super::tables::Tables;
use crate::error::Failure;
use crate::input::source::Role;
use crate::progress::Progress;
use crate::verify::find::Loaded;
use crate::verify::judge::{Claim, Fault, Judge};
use crate::verify::reader::{Cut, Table};
use crate::verify::text::decode_escaped;
use dianzhi_core::Text;
use dianzhi_policy::Region;
use dianzhi_policy::fields::Table as Kind;
use rayon::iter::ParallelIterator;
use rayon::slice::{ParallelSlice, ParallelSliceMut};
use std::collections::BTreeMap;

/// A record and what becomes of it.
pub(super) struct Record<'a> {
    /// Position of its file among the claim files.
    pub(super) file: u32,
    pub(super) cut: Cut<'a>,
    /// `setl_id`, empty where the record could not be read.
    pub(super) id: Box<str>,
    pub(super) verdict: Verdict,
}

pub(super) enum Verdict {
    Accepted(Claim),
    Rejected(Fault),
}

pub(super) fn open<'a>(inputs: &'a [Loaded], region: &Region) -> Result<Vec<Table<'a>>, Text> {
    let claims = inputs.iter().filter(|input| input.role == Role::Claims);
    claims
        .map(|input| Table::open(&input.name, &input.bytes, Kind::Claims, region))
        .collect()
}

/// Judges every record by itself, in input order.
pub(super) fn judge<'a>(
    tables: &[Table<'a>],
    region: &Region,
    known: &Tables,
    grouping: Option<&Regroup>,
    reroute: Option<&Reroute<'_>>,
    progress: &Progress,
) -> Result<Vec<Record<'a>>, Failure> {
    let judge = Judge::new(region, known.hospitals.iter().map(|hospital| hospital.code.as_str()));
    let mut all = Vec::with_capacity(tables.iter().map(|table| table.records.len()).sum());
    for (file, table) in (0u32..).zip(tables) {
        let judged: Vec<Vec<Record<'a>>> = table
            .records
            .par_chunks(CHUNK)
            .map(|chunk| {
                progress.check()?;
                progress.add_read(chunk.len() as u64);
                Ok(chunk
                    .iter()
                    .map(|cut| record(&judge, grouping, reroute, table, file, *cut))
                    .collect())
            })
            .collect::<Result<_, Failure>>()?;
        all.extend(judged.into_iter().flatten());
    }
    Ok(all)
}

fn record<'a>(
    judge: &Judge<'_>,
    grouping: Option<&Regroup>,
    reroute: Option<&Reroute<'_>>,
    table: &Table<'a>,
    file: u32,
    cut: Cut<'a>,
) -> Record<'a> {
    let Some(fields) = table.fields(&cut) else {
        return Record {
            file,
            cut,
            id: "".into(),
            verdict: Verdict::Rejected(("E101", "")),
        };
    };
    let field = |name: &str| table.field(&fields, name);
    Record {
        file,
        cut,
        id: field("setl_id").into(),
        verdict: match judge.judge(field) {
            Ok(mut claim) => {
                if let Some(grouping) = grouping {
                    (claim.group, claim.factor) = grouping.place(&claim.group, field);
                }
                let routed = reroute.map_or(Ok(()), |reroute| reroute.route(&mut claim, field));
                let booked = routed.and_then(|()| judge.book(&mut claim, field));
                match booked.and_then(|()| reroute.map_or(Ok(()), |reroute| reroute.leaves_something(&claim))) {
                    Ok(()) => Verdict::Accepted(claim),
                    Err(fault) => Verdict::Rejected(fault),
                }
            }
            Err(fault) => Verdict::Rejected(fault),
        },
    }
}

/// E112 and E113 among the accepted, over all files, in input order.
pub(super) fn reject_duplicates(tables: &[Table<'_>], all: &mut [Record<'_>]) {
    let accepted = |i: &usize| matches!(all[*i].verdict, Verdict::Accepted(_));
    let mut by_id: Vec<usize> = (0..all.len()).filter(accepted).collect();
    by_id.par_sort_unstable_by(|&a, &b| (&all[a].id, a).cmp(&(&all[b].id, b)));
    let mut rejected = Vec::new();
    for same_id in by_id.chunk_by(|&a, &b| all[a].id == all[b].id) {
        if same_id.len() < 2 {
            continue;
        }
        // Contents met so far, and where first.
        let mut firsts: Vec<(BTreeMap<String, String>, usize)> = Vec::new();
        for &i in same_id {
            let content = content(tables, &all[i]);
            if firsts.iter().any(|(first, _)| *first == content) {
                rejected.push((i, "E112"));
            } else {
                firsts.push((content, i));
            }
        }
        if firsts.len() > 1 {
            rejected.extend(firsts.iter().map(|(_, i)| (*i, "E113")));
        }
    }
    for (i, code) in rejected {
        all[i].verdict = Verdict::Rejected((code, "setl_id"));
    }
}

/// The fields of a record by name; an empty one is as good as none.
fn content(tables: &[Table<'_>], record: &Record<'_>) -> BTreeMap<String, String> {
    let table = &tables[record.file as usize];
    let fields = table.fields(&record.cut).unwrap_or_default();
    let named = table.header.names.iter().cloned().zip(fields);
    named.filter(|(_, value)| !value.is_empty()).collect()
}

/// `file, line, setl_id, field, code, record` of a rejected record.
pub(super) fn reject_row(tables: &[Table<'_>], record: &Record<'_>) -> Option<[String; 6]> {
    let Verdict::Rejected((code, field)) = record.verdict else {
        return None;
    };
    let table = &tables[record.file as usize];
    Some([
        table.name.to_owned(),
        record.cut.line.to_string(),
        record.id.to_string(),
        field.to_owned(),
        code.to_owned(),
        decode_escaped(record.cut.raw, table.encoding),
    ])
}
