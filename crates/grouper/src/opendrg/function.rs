//! What the functions of MDCs, ADRGs and splits begin with: lists, labels, and what is done with them.

use super::formula::{Names, OWN, VALID, texts};
use super::meaning::condition;
use super::source::{Misread, Reading};
use super::syntax::{Expr, Stmt, What, statements};
use super::token::lines;
use crate::scheme::Condition;
use rustc_hash::FxHashSet;

/// Codes of the own lists and their labels, in the order of the lists' names.
pub(super) type Lists = [Vec<(String, String)>; OWN.len()];

/// The lists that a function sets.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables<'a> {
    set: Vec<(&'a str, Vec<String>)>,
    /// The list that collects labels: its name, the labelled codes, the labels.
    labels: Option<(&'a str, &'a str, &'a str)>,
}

/// The statements of a source's functions by name. Beside functions it has imports only.
pub(super) fn functions(source: &str) -> Reading<Vec<(&str, Vec<Stmt<'_>>)>> {
    let mut found = Vec::new();
    for stmt in statements(&lines(source)?)? {
        match stmt.what {
            What::Import => {}
            What::Define(name, body) => found.push((name, body)),
            _ => return Err(unread(&stmt)),
        }
    }
    Ok(found)
}

/// The statements of a source's function `group`.
pub(super) fn group(source: &str) -> Reading<Vec<Stmt<'_>>> {
    let mut found = functions(source)?;
    match (found.pop(), found.is_empty()) {
        (Some(("group", body)), true) => Ok(body),
        _ => Err(Misread::new(1, "def group(record)")),
    }
}

/// A statement that is not understood.
pub(super) fn unread(stmt: &Stmt<'_>) -> Misread {
    let part = match &stmt.what {
        What::Import => "import".to_owned(),
        What::Define(name, _) => format!("def {name}"),
        What::Set(to, value) => format!("{to}={value}"),
        What::If(branches, _) => branches
            .first()
            .map_or(String::new(), |(asked, _)| format!("if {asked}")),
        What::For(name, over, _) => format!("for {name} in {over}"),
        What::Return(value) => format!("return {value}"),
        What::Break => "break".to_owned(),
        What::Do(expr) => expr.to_string(),
    };
    Misread::new(stmt.line, &part)
}

/// Whether a statement only says something to the reader of messages.
pub(super) fn is_message(stmt: &Stmt<'_>) -> bool {
    matches!(&stmt.what, What::Do(Expr::Call(of, _)) if matches!(**of, Expr::Name("message" | "output")))
}

/// `return ''`
pub(super) fn is_return_of_nothing(stmt: &Stmt<'_>) -> bool {
    stmt.what == What::Return(Expr::Text(""))
}

/// `x.y(record)`: x and y.
pub(super) fn call<'a>(expr: &Expr<'a>) -> Option<(&'a str, &'a str)> {
    match expr {
        Expr::Call(of, arguments) if *arguments == [Expr::Name("record")] => match &**of {
            Expr::Field(module, function) => match **module {
                Expr::Name(module) => Some((module, function)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

impl<'a> Variables<'a> {
    /// Takes a statement that sets a list; `false`: it sets none.
    pub(super) fn take(&mut self, stmt: &Stmt<'a>) -> Reading<bool> {
        let What::Set(Expr::Name(name), value) = &stmt.what else {
            return Ok(false);
        };
        match value {
            Expr::List(items) => {
                let codes = texts(items).ok_or_else(|| unread(stmt))?;
                // Departments never decide; where they did, nobody knows how.
                if *name == "dept_list" && !codes.is_empty() {
                    return Err(unread(stmt));
                }
                self.set.retain(|(known, _)| known != name);
                self.set.push((name, codes));
            }
            Expr::Each { .. } => {
                let (codes, labels) = labelled(value).ok_or_else(|| unread(stmt))?;
                let (of, by) = (self.codes(codes).len(), self.codes(labels).len());
                if codes != OWN[2] || of > by {
                    return Err(unread(stmt));
                }
                self.labels = Some((name, codes, labels));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(super) fn codes(&self, name: &str) -> &[String] {
        let found = self.set.iter().find(|(known, _)| *known == name);
        found.map_or(&[], |(_, codes)| codes)
    }

    /// The condition that an expression says here.
    pub(super) fn condition(&self, expr: &Expr<'a>, line: usize) -> Reading<Condition> {
        let lists: Vec<&str> = self.set.iter().map(|(name, _)| *name).chain([VALID]).collect();
        let names = Names {
            labels: self.labels.map(|(name, ..)| name),
            lists: &lists,
        };
        condition(expr, names).map_err(|part| Misread::new(line, &part))
    }

    /// The own lists. Labels stand at the codes, each once: the first counts.
    pub(super) fn own(&self) -> Lists {
        OWN.map(|name| match self.labels {
            Some((_, codes, labels)) if name == codes => {
                let mut found: Vec<(String, String)> = Vec::new();
                let mut seen = FxHashSet::default();
                for (code, label) in self.codes(codes).iter().zip(self.codes(labels)) {
                    if seen.insert(code) {
                        found.push((code.clone(), label.clone()));
                    }
                }
                found
            }
            Some((_, _, labels)) if name == labels => Vec::new(),
            _ => {
                let plain = |code: &String| (code.clone(), String::new());
                self.codes(name).iter().map(plain).collect()
            }
        })
    }
}

/// `[labels[codes.index(x)] for x in record.ssList if x in codes]`: codes and labels.
fn labelled<'a>(expr: &Expr<'a>) -> Option<(&'a str, &'a str)> {
    let Expr::Each {
        value,
        name,
        over,
        only: Some(only),
    } = expr
    else {
        return None;
    };
    let Expr::Item(labels, at) = &**value else {
        return None;
    };
    let (Expr::Name(labels), Expr::Call(index, given)) = (&**labels, &**at) else {
        return None;
    };
    let Expr::Field(codes, "index") = &**index else {
        return None;
    };
    let Expr::Name(list) = **codes else {
        return None;
    };
    let is_so = *given == [Expr::Name(name)]
        && super::formula::field(over) == Some("ssList")
        && **only == Expr::Compare(Box::new(Expr::Name(name)), vec![("in", Expr::Name(list))]);
    is_so.then_some((list, labels))
}
