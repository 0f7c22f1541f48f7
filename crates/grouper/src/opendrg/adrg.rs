//! ADRGs, their splits, and splits with lists of their own.

use super::function::{Lists, Variables, call, functions, group, is_message, is_return_of_nothing, unread};
use super::source::{Misread, Reading};
use super::syntax::{Expr, Stmt, What};
use crate::scheme::{Atom, Condition};
use rustc_hash::FxHashMap;

/// A file of `ADRG`.
pub(super) struct Rule {
    pub(super) condition: Condition,
    pub(super) lists: Lists,
    pub(super) splits: Vec<Split>,
    pub(super) otherwise: Option<String>,
    /// The line that says it.
    pub(super) otherwise_line: usize,
}

/// A split of a rule: where it is defined, and what it gives.
pub(super) struct Split {
    pub(super) line: usize,
    pub(super) at: Place,
    pub(super) drg: String,
}

/// Where a split is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A function of a file of `DRG`.
    Function(String, String),
    /// A file of `DRG_EX`.
    File(String),
}

/// The splits of one file of `DRG` by the names of their functions.
pub(super) type Functions = FxHashMap<String, Reading<Condition>>;

/// A file of `DRG_EX`.
pub(super) struct Extra {
    pub(super) condition: Condition,
    pub(super) lists: Lists,
}

/// Reads a file of `ADRG`.
pub(super) fn rule(source: &str) -> Reading<Rule> {
    let body = group(source)?;
    let (variables, stmt, branches, otherwise) = after_lists(&body)?;
    let [(asked, done)] = branches else {
        return Err(unread(stmt));
    };
    if let Some(other) = otherwise.iter().find(|stmt| !is_return_of_nothing(stmt)) {
        return Err(unread(other));
    }
    let mut rule = Rule {
        condition: variables.condition(asked, stmt.line)?,
        lists: variables.own(),
        splits: Vec::new(),
        otherwise: None,
        otherwise_line: stmt.line,
    };
    for stmt in done.iter().filter(|stmt| !is_message(stmt)) {
        match &stmt.what {
            What::If(branches, otherwise) if otherwise.is_empty() => rule.splits.push(split(stmt, branches)?),
            What::Return(Expr::Text(code)) => {
                rule.otherwise = (!code.is_empty()).then(|| (*code).to_owned());
                rule.otherwise_line = stmt.line;
                // What stands behind is never reached.
                break;
            }
            _ => return Err(unread(stmt)),
        }
    }
    Ok(rule)
}

/// The lists of a function, and the branch behind them; what follows gives nothing.
type AfterLists<'s, 'a> = (
    Variables<'a>,
    &'s Stmt<'a>,
    &'s [(Expr<'a>, Vec<Stmt<'a>>)],
    &'s [Stmt<'a>],
);

fn after_lists<'s, 'a>(body: &'s [Stmt<'a>]) -> Reading<AfterLists<'s, 'a>> {
    let mut variables = Variables::default();
    for (i, stmt) in body.iter().enumerate() {
        if variables.take(stmt)? {
            continue;
        }
        let What::If(branches, otherwise) = &stmt.what else {
            return Err(unread(stmt));
        };
        if let Some(other) = body[i + 1..].iter().find(|stmt| !is_return_of_nothing(stmt)) {
            return Err(unread(other));
        }
        return Ok((variables, stmt, branches, otherwise));
    }
    Err(Misread::new(body.last().map_or(1, |stmt| stmt.line), "…"))
}

fn split(stmt: &Stmt<'_>, branches: &[(Expr<'_>, Vec<Stmt<'_>>)]) -> Reading<Split> {
    let found = match branches {
        [(asked, done)] => call(asked).zip(returned(done)),
        _ => None,
    };
    let ((module, function), drg) = found.ok_or_else(|| unread(stmt))?;
    let at = if function == "group" {
        Place::File(module.to_owned())
    } else {
        Place::Function(module.to_owned(), function.to_owned())
    };
    Ok(Split {
        line: stmt.line,
        at,
        drg: drg.to_owned(),
    })
}

/// The code that a block returns, if that is all it does.
pub(super) fn returned<'a>(done: &[Stmt<'a>]) -> Option<&'a str> {
    let mut rest = done.iter().filter(|stmt| !is_message(stmt));
    match (&rest.next()?.what, rest.next()) {
        (What::Return(Expr::Text(code)), None) if !code.is_empty() => Some(code),
        _ => None,
    }
}

/// Reads a file of `DRG`. A function of a name that was there before takes its place.
pub(super) fn splits(source: &str) -> Reading<Functions> {
    let mut found = Functions::default();
    for (name, body) in functions(source)? {
        let condition = match body.as_slice() {
            [
                Stmt {
                    line,
                    what: What::Return(expr),
                },
            ] => Variables::default().condition(expr, *line),
            [first, ..] => Err(unread(first)),
            [] => Err(Misread::new(1, name)),
        };
        found.insert(name.to_owned(), condition);
    }
    Ok(found)
}

/// Reads a file of `DRG_EX`.
pub(super) fn extra(source: &str) -> Reading<Extra> {
    let body = group(source)?;
    let (variables, stmt, branches, otherwise) = after_lists(&body)?;
    let is_true = |done: &[Stmt<'_>]| {
        let mut rest = done.iter().filter(|stmt| !is_message(stmt));
        let first = rest.next().map(|stmt| &stmt.what);
        first == Some(&What::Return(Expr::Name("True"))) && rest.next().is_none()
    };
    match branches {
        [(asked, done)] if is_true(done) && otherwise.is_empty() => {
            let mut condition = variables.condition(asked, stmt.line)?;
            condition.0.insert(0, Atom::OwnLists);
            Ok(Extra {
                condition,
                lists: variables.own(),
            })
        }
        _ => Err(unread(stmt)),
    }
}
