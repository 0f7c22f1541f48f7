//! The way of a record through the changes.

use super::{Became, ChangeCount, ClaimRecord, Columns, Rewriter};
use crate::claims::admit::{Admission, GroupFound};
use crate::claims::checks::{Checks, Verdict};
use crate::claims::feed::ClaimFile;
use crate::claims::records::{RawBlock, Scratch, for_each_record};
use crate::claims::reject::RejectCode;
use crate::claims::row::Row;
use crate::error::{Failure, place};
use crate::input::encoding::{Encoding, encode};
use crate::input::header::Header;
use crate::input::records::Fields;
use crate::input::source::lines_before;
use crate::output::buffer::{Out, RowBuffer};
use crate::routing::Known;
use dianzhi_core::Fen;
use dianzhi_policy::Diagnostic;

/// What is known of an accepted record.
struct Seen<'r> {
    cost: Fen,
    known: Known<'r>,
}

/// A record that no change sees.
enum Unseen {
    Rejected(RejectCode, &'static str),
    /// The run that reads it stops and names it.
    DoesNotFit,
}

/// One file's records on their way.
struct Pass<'p> {
    rewriter: &'p Rewriter<'p>,
    header: &'p Header,
    columns: &'p Columns,
    encoding: Encoding,
    counts: Vec<ChangeCount>,
    out: &'p mut RowBuffer,
}

/// Takes the records of a block through the changes: how many there were, and what each change did.
pub(super) fn pass_block(
    rewriter: &Rewriter<'_>,
    encoding: Encoding,
    raw: &RawBlock,
    file: &ClaimFile<Columns>,
    scratch: &mut Scratch,
    out: &mut RowBuffer,
) -> Result<(u64, Vec<ChangeCount>), Failure> {
    let mut pass = Pass {
        rewriter,
        header: &file.header,
        columns: &file.layout,
        encoding,
        counts: vec![ChangeCount::default(); rewriter.changes.len()],
        out,
    };
    let mut read = 0;
    let mut failed: Option<(u32, Diagnostic)> = None;
    let columns = file.layout.layout.columns;
    let known = || Ok::<_, Failure>(encoding);
    for_each_record(raw, columns, scratch, known, |record| {
        read += 1;
        if failed.is_some() {
            return;
        }
        let seen = record.row.map(|row| (row, rewriter.see_source(&row, pass.columns)));
        match seen {
            Some((row, Ok(seen))) => {
                if let Err(diagnostic) = pass.go(record.raw, &row, &seen, 0) {
                    failed = Some((record.line, diagnostic));
                }
            }
            _ => pass.write(record.raw),
        }
    })?;
    let counts = pass.counts;
    match failed {
        None => Ok((read, counts)),
        Some((line, diagnostic)) => {
            let before = lines_before(&file.input, raw.offset)?;
            let at = place(&file.input.name, before + u64::from(line) + 1);
            Err(diagnostic.at(at).into())
        }
    }
}

impl Rewriter<'_> {
    /// What the checks make of a record as it was read, beside others of its id.
    fn see_source<'r>(&'r self, row: &Row<'r>, columns: &Columns) -> Result<Seen<'r>, Unseen> {
        let seen = self.see(row, columns)?;
        if !self.contradictory.is_empty() {
            let id = row.get(columns.layout.setl_id).bytes();
            if self.contradictory.contains(String::from_utf8_lossy(id).as_ref()) {
                return Err(Unseen::Rejected(RejectCode::E113, ""));
            }
        }
        Ok(seen)
    }

    /// What the checks make of a record.
    fn see<'r>(&'r self, row: &Row<'r>, columns: &Columns) -> Result<Seen<'r>, Unseen> {
        let layout = &columns.layout;
        let accepted = match self.checks.judge(row, layout) {
            Verdict::Accepted(accepted) => accepted,
            Verdict::Rejected(code, field) => return Err(Unseen::Rejected(code, field)),
            Verdict::DoesNotFit => return Err(Unseen::DoesNotFit),
        };
        let group = if self.checks.is_plain() {
            Checks::own_group(accepted.group, row, layout)
        } else {
            match self.checks.admit(row, layout, &accepted) {
                Admission::In(admitted) => admitted.group,
                Admission::Out(code, field) => return Err(Unseen::Rejected(code, field)),
                Admission::DoesNotFit(_) => return Err(Unseen::DoesNotFit),
            }
        };
        let (group, group_code) = match group {
            GroupFound::Known(group) => (Some(group), &b""[..]),
            GroupFound::None => (None, &b""[..]),
            GroupFound::Unknown(code) => (None, code),
        };
        Ok(Seen {
            cost: Fen(accepted.cost),
            known: Known {
                insutype: accepted.insutype,
                hospital: accepted.hospital,
                group,
                group_code,
                cost: accepted.cost,
            },
        })
    }
}

impl Pass<'_> {
    /// Takes a record through the changes from `step` on and writes what is left of it.
    fn go(&mut self, raw: &[u8], row: &Row<'_>, seen: &Seen<'_>, step: usize) -> Result<(), Diagnostic> {
        for step in step..self.rewriter.changes.len() {
            let change = self.rewriter.changes[step];
            let asked = &self.columns.asked[step];
            let mut record = ClaimRecord::new(self.header, row, asked, seen.cost);
            change.look(&record)?;
            let became = match self.rewriter.conditions[step].of_claim(row, asked, &seen.known) {
                0 => Became::NotConcerned,
                _ => change.change(&mut record)?,
            };
            self.counts[step].see(became, seen.cost);
            match became {
                Became::NotConcerned | Became::NotChosen | Became::Same => {}
                Became::Removed => return Ok(()),
                Became::Changed => return self.go_on(&record, step),
                Became::Copied => {
                    self.go(raw, row, seen, step + 1)?;
                    return self.go_on(&record, step);
                }
            }
        }
        self.write(raw);
        Ok(())
    }

    /// Takes what a change made of a record on to the next.
    fn go_on(&mut self, record: &ClaimRecord<'_>, step: usize) -> Result<(), Diagnostic> {
        let line = record.line();
        let mut fields = Fields::default();
        // It was put together field by field, so that it splits into them.
        fields.split(&line);
        let row = Row {
            text: &fields.text,
            bounds: &fields.bounds,
            end: fields.bounds.last().copied().unwrap_or(0),
        };
        let text = String::from_utf8_lossy(&line);
        let raw = encode(&text, self.encoding);
        let rewriter = self.rewriter;
        match rewriter.see(&row, self.columns) {
            Ok(seen) => {
                self.counts[step].keep(seen.cost);
                self.go(&raw, &row, &seen, step + 1)
            }
            Err(Unseen::DoesNotFit) => {
                self.write(&raw);
                Ok(())
            }
            Err(Unseen::Rejected(code, field)) => {
                let id = record.get("setl_id");
                Err(self.rewriter.changes[step].rejected(id, code, field))
            }
        }
    }

    fn write(&mut self, raw: &[u8]) {
        let fits = self.out.row(|line| {
            line.push_all(raw);
            line.push_all(b"\n");
        });
        if !fits {
            self.out.push_row(raw);
            self.out.push_row(b"\n");
        }
    }
}

impl ChangeCount {
    /// Counts a record that came to the change, and that stays where it was not changed.
    fn see(&mut self, became: Became, cost: Fen) {
        self.cases_before += 1;
        self.cost_before += i128::from(cost.0);
        self.concerned += u64::from(became != Became::NotConcerned);
        self.chosen += u64::from(!matches!(became, Became::NotConcerned | Became::NotChosen));
        self.changed += u64::from(matches!(became, Became::Changed | Became::Removed | Became::Copied));
        if !matches!(became, Became::Changed | Became::Removed) {
            self.keep(cost);
        }
    }

    /// Counts a record behind the change.
    fn keep(&mut self, cost: Fen) {
        self.cases_after += 1;
        self.cost_after += i128::from(cost.0);
    }
}
