//! What stands around the search: the order of the MDCs, the retry, the codes of records without a group.

use super::formula::field;
use super::function::{group, is_message, unread};
use super::mdc::calls;
use super::source::{Misread, Reading};
use super::syntax::{Expr, Stmt, What, statements};
use super::token::body;
use crate::scheme::Ungrouped;

/// The codes of MDC, ADRG and DRG.
type Codes = [String; 3];

/// What the search gives that finds nothing.
const NOTHING: &str = "0000";

/// Reads `Grouper.py`: the MDCs in the order in which they are tried, and the line of each.
pub(super) fn order(source: &str) -> Reading<Vec<(String, usize)>> {
    let body = group(source)?;
    let mut found = Vec::new();
    calls(
        &body,
        |name, line| found.push((name.to_owned(), line)),
        |stmt, _| match stmt.what {
            What::Return(Expr::Text(NOTHING)) => Ok(()),
            _ => Err(unread(stmt)),
        },
    )?;
    Ok(found)
}

/// What a city makes of what the search gives.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) retry_other_procedures: bool,
    pub(super) ungrouped: Ungrouped,
}

/// Reads `Grouper_….py`, and of `Base.py` the functions that make results, where the city has them.
pub(super) fn style(grouper: &str, base: &str) -> Result<Style, (InFile, Misread)> {
    let in_grouper = |misread| (InFile::Grouper, misread);
    let in_base = |misread| (InFile::Base, misread);
    let lines = body(grouper, "group").map_err(in_grouper)?;
    let lines = lines.ok_or_else(|| in_grouper(Misread::new(1, "def group(self,record)")))?;
    let stmts = statements(&lines).map_err(in_grouper)?;
    let (retry, rest) = search(&stmts).map_err(in_grouper)?;
    let elsewhere = made_elsewhere(rest);
    let nothing = match elsewhere {
        None => codes_of_nothing(rest).map_err(in_grouper)?,
        Some(function) => {
            let lines = body(base, function).map_err(in_base)?;
            let lines = lines.ok_or_else(|| in_base(Misread::new(1, &format!("def {function}"))))?;
            codes_of_nothing(&statements(&lines).map_err(in_base)?).map_err(in_base)?
        }
    };
    let [mdc, adrg, group_code] = nothing;
    Ok(Style {
        retry_other_procedures: retry,
        ungrouped: Ungrouped {
            mdc,
            adrg,
            group_code,
            check_failed: check_failed(base).map_err(in_base)?,
        },
    })
}

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InFile {
    Grouper,
    Base,
}

/// `r=group(record)` and the retry, if there is one; and what follows.
fn search<'s, 'a>(stmts: &'s [Stmt<'a>]) -> Reading<(bool, &'s [Stmt<'a>])> {
    let Some((first, after)) = stmts.split_first() else {
        return Err(Misread::new(1, "def group(self,record)"));
    };
    let What::Set(result, search) = &first.what else {
        return Err(unread(first));
    };
    if *search != the_search() {
        return Err(unread(first));
    }
    match after.split_first() {
        Some((stmt, rest)) if is_retry(stmt, result) => Ok((true, rest)),
        _ => Ok((false, after)),
    }
}

/// `group(record)`
fn the_search() -> Expr<'static> {
    Expr::Call(Box::new(Expr::Name("group")), vec![Expr::Name("record")])
}

/// `r==…` or `r!=…` of nothing found.
fn is_nothing<'a>(result: &Expr<'a>, sign: &'static str) -> Expr<'a> {
    Expr::Compare(Box::new(result.clone()), vec![(sign, Expr::Text(NOTHING))])
}

/// Nothing found and several procedures: the search again with each but the first alone, until it finds.
fn is_retry(stmt: &Stmt<'_>, result: &Expr<'_>) -> bool {
    let What::If(branches, otherwise) = &stmt.what else {
        return false;
    };
    let [(Expr::And(asked), done)] = branches.as_slice() else {
        return false;
    };
    let [
        Stmt {
            what: What::For(name, Expr::Slice(over, Some(from), None), tried),
            ..
        },
    ] = done.as_slice()
    else {
        return false;
    };
    let [take_one, again, stop] = tried.as_slice() else {
        return false;
    };
    let record = Expr::Name("record");
    let alone = Expr::Named("ssList", Box::new(Expr::List(vec![Expr::Name(name)])));
    let replace = Expr::Field(Box::new(record.clone()), "_replace");
    let is_stop = match &stop.what {
        What::If(branches, otherwise) => match branches.as_slice() {
            [(asked, done)] => {
                otherwise.is_empty()
                    && *asked == is_nothing(result, "!=")
                    && matches!(done.as_slice(), [Stmt { what: What::Break, .. }])
            }
            _ => false,
        },
        _ => false,
    };
    otherwise.is_empty()
        && asked.first() == Some(&is_nothing(result, "=="))
        && asked[1..].iter().all(asks_for_procedures)
        && field(over) == Some("ssList")
        && **from == Expr::Number("1")
        && take_one.what == What::Set(record, Expr::Call(Box::new(replace), vec![alone]))
        && again.what == What::Set(result.clone(), the_search())
        && is_stop
}

/// `record.ssList`, `len(record.ssList)>1`: without several there is nothing to try again.
fn asks_for_procedures(asked: &Expr<'_>) -> bool {
    match asked {
        Expr::Compare(length, others) => {
            let is_length = matches!(&**length, Expr::Call(of, given)
                if **of == Expr::Name("len") && given.len() == 1 && field(&given[0]) == Some("ssList"));
            is_length && *others == [(">", Expr::Number("1"))]
        }
        other => field(other) == Some("ssList"),
    }
}

/// The function of `Base.py` that makes the result, where that is all that is left to do.
fn made_elsewhere<'a>(rest: &[Stmt<'a>]) -> Option<&'a str> {
    let mut rest = rest.iter().filter(|stmt| !is_message(stmt));
    match (&rest.next()?.what, rest.next()) {
        (What::Return(Expr::Call(of, _)), None) => match **of {
            Expr::Name(function) if function != "GroupResult" => Some(function),
            _ => None,
        },
        _ => None,
    }
}

/// The codes for nothing found; those for something found must be what the tables' semantics give.
fn codes_of_nothing(stmts: &[Stmt<'_>]) -> Reading<Codes> {
    let mut rest = stmts.iter().filter(|stmt| !is_message(stmt));
    let (Some(stmt), None) = (rest.next(), rest.next()) else {
        return Err(stmts.first().map_or_else(|| Misread::new(1, "…"), unread));
    };
    let What::If(branches, otherwise) = &stmt.what else {
        return Err(unread(stmt));
    };
    let Some(((Expr::Compare(result, others), done), more)) = branches.split_first() else {
        return Err(unread(stmt));
    };
    if *others != [("==", Expr::Text(NOTHING))] {
        return Err(unread(stmt));
    }
    let nothing = plain_codes(done).ok_or_else(|| unread(stmt))?;
    for (asked, done) in more {
        let expected = match part_of(asked, result) {
            // No ADRG is called 00: rules of such names are refused.
            Some("00") => continue,
            Some("QY") => [mdc_of(result), Expr::Text("QY"), (**result).clone()],
            _ => return Err(unread(stmt)),
        };
        if codes(done) != Some(&expected) {
            return Err(unread(stmt));
        }
    }
    let three = Expr::Slice(result.clone(), None, Some(Box::new(Expr::Number("3"))));
    let found = [mdc_of(result), three, (**result).clone()];
    if codes(otherwise) == Some(&found) {
        Ok(nothing)
    } else {
        Err(unread(stmt))
    }
}

/// `'MDC'+r[0]`
fn mdc_of<'a>(result: &Expr<'a>) -> Expr<'a> {
    let first = Expr::Item(Box::new(result.clone()), Box::new(Expr::Number("0")));
    Expr::Join("+", Box::new(Expr::Text("MDC")), Box::new(first))
}

/// `r[1:3]=='…'`: the text.
fn part_of<'a>(asked: &Expr<'a>, result: &Expr<'a>) -> Option<&'a str> {
    let Expr::Compare(part, others) = asked else {
        return None;
    };
    let [("==", Expr::Text(text))] = others.as_slice() else {
        return None;
    };
    let number = |digit| Some(Box::new(Expr::Number(digit)));
    let is_part = **part == Expr::Slice(Box::new(result.clone()), number("1"), number("3"));
    is_part.then_some(text)
}

/// `return GroupResult(…, mdc, adrg, drg)`: the last three.
fn codes<'s, 'a>(done: &'s [Stmt<'a>]) -> Option<&'s [Expr<'a>]> {
    match done {
        [
            Stmt {
                what: What::Return(Expr::Call(of, given)),
                ..
            },
        ] if **of == Expr::Name("GroupResult") && given.len() == 6 => Some(&given[3..]),
        _ => None,
    }
}

fn plain_codes(done: &[Stmt<'_>]) -> Option<Codes> {
    match codes(done)? {
        [Expr::Text(mdc), Expr::Text(adrg), Expr::Text(drg)] => Some([mdc, adrg, drg].map(|code| (*code).to_owned())),
        _ => None,
    }
}

/// What a record that fails the check gets, where the city says it otherwise than of others.
fn check_failed(base: &str) -> Reading<Option<String>> {
    let Some(lines) = body(base, "create_result_check")? else {
        return Ok(None);
    };
    let stmts = statements(&lines)?;
    match plain_codes(&stmts) {
        Some([mdc, adrg, drg]) if mdc == adrg && adrg == drg => Ok(Some(mdc)),
        _ => Err(stmts
            .first()
            .map_or_else(|| Misread::new(1, "def create_result_check"), unread)),
    }
}
