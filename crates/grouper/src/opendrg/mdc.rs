//! MDCs: the list, the gate, the body regions, the order of the ADRGs, the ambiguous branch.

use super::adrg::returned;
use super::formula::MDC;
use super::function::{Variables, call, group, is_message, is_return_of_nothing, unread};
use super::source::{Misread, Reading};
use super::syntax::{Expr, Stmt, What};
use crate::scheme::{Atom, Compare, Condition, Figure};

/// A file of `MDC`.
#[derive(Debug, Default)]
pub(super) struct Mdc {
    pub(super) gate: Condition,
    /// Codes and the body region of each.
    pub(super) diagnoses: Vec<(String, String)>,
    /// Rules in order, and the line of each.
    pub(super) rules: Vec<(String, usize)>,
    /// The ambiguous branch: its condition, its code, its line, and how many rules stand before it.
    pub(super) branch: Option<(Condition, String, usize, usize)>,
}

/// Reads a file of `MDC`.
pub(super) fn mdc(source: &str) -> Reading<Mdc> {
    let body = group(source)?;
    let mut variables = Variables::default();
    let mut rest = body.as_slice();
    while let Some((stmt, after)) = rest.split_first() {
        if !variables.take(stmt)? {
            break;
        }
        rest = after;
    }
    let (mut mdc, after) = gate(&variables, rest)?;
    let (regions, after) = match Regions::of(after) {
        Some((regions, after)) => (Some(regions), after),
        None => (None, after),
    };
    if let Some(regions) = &regions {
        mdc.gate.0.push(regions.atom());
    }
    mdc.diagnoses = diagnoses(variables.codes(MDC), regions.as_ref())
        .ok_or_else(|| Misread::new(body.first().map_or(1, |stmt| stmt.line), MDC))?;
    steps(&mut mdc, &variables, after)?;
    Ok(mdc)
}

/// Calls in order, and what is done with what they give: `r=X.group(record)`, `if r: return r`.
/// Other statements are handed to `other`.
pub(super) fn calls<'s, 'a>(
    body: &'s [Stmt<'a>],
    mut each: impl FnMut(&'a str, usize),
    mut other: impl FnMut(&'s Stmt<'a>, usize) -> Reading<()>,
) -> Reading<()> {
    let mut count = 0;
    let mut rest = body.iter();
    while let Some(stmt) = rest.next() {
        match &stmt.what {
            What::Set(result @ Expr::Name(_), value) => {
                let Some((name, "group")) = call(value) else {
                    return Err(unread(stmt));
                };
                let next = rest.next().ok_or_else(|| unread(stmt))?;
                if !is_return_if_any(next, result) {
                    return Err(unread(next));
                }
                each(name, stmt.line);
                count += 1;
            }
            _ if is_message(stmt) => {}
            _ => other(stmt, count)?,
        }
    }
    Ok(())
}

/// `if r: return r`
fn is_return_if_any(stmt: &Stmt<'_>, result: &Expr<'_>) -> bool {
    let What::If(branches, otherwise) = &stmt.what else {
        return false;
    };
    match branches.as_slice() {
        [(asked, done)] if asked == result && otherwise.is_empty() => {
            matches!(done.as_slice(), [Stmt { what: What::Return(given), .. }] if given == result)
        }
        _ => false,
    }
}

/// `if not (…): return ''`
fn gate<'s, 'a>(variables: &Variables<'a>, rest: &'s [Stmt<'a>]) -> Reading<(Mdc, &'s [Stmt<'a>])> {
    let Some((stmt, after)) = rest.split_first() else {
        return Err(Misread::new(1, "…"));
    };
    let mut mdc = Mdc::default();
    match &stmt.what {
        What::If(branches, otherwise) => match branches.as_slice() {
            [(Expr::Not(asked), done)]
                if otherwise.is_empty() && matches!(done.as_slice(), [only] if is_return_of_nothing(only)) =>
            {
                mdc.gate = variables.condition(asked, stmt.line)?;
            }
            _ => return Err(unread(stmt)),
        },
        _ => return Err(unread(stmt)),
    }
    Ok((mdc, after))
}

fn steps(mdc: &mut Mdc, variables: &Variables<'_>, body: &[Stmt<'_>]) -> Reading<()> {
    let mut rules = Vec::new();
    let mut branch = None;
    calls(
        body,
        |name, line| rules.push((name.to_owned(), line)),
        |stmt, count| match &stmt.what {
            What::If(branches, otherwise) if otherwise.is_empty() && branch.is_none() => {
                let [(asked, done)] = branches.as_slice() else {
                    return Err(unread(stmt));
                };
                let code = returned(done).ok_or_else(|| unread(stmt))?;
                let condition = variables.condition(asked, stmt.line)?;
                branch = Some((condition, code.to_owned(), stmt.line, count));
                Ok(())
            }
            What::Return(Expr::Text("")) => Ok(()),
            _ => Err(unread(stmt)),
        },
    )?;
    mdc.rules = rules;
    mdc.branch = branch;
    Ok(())
}

/// Headings of body regions inside the list, and how many of them the record's diagnoses must lie in.
struct Regions<'a> {
    /// What headings end with.
    ending: &'a str,
    at_least: i32,
}

impl<'a> Regions<'a> {
    /// Where it is read that diagnoses are counted by region, and what follows.
    fn of<'s>(body: &'s [Stmt<'a>]) -> Option<(Regions<'a>, &'s [Stmt<'a>])> {
        // Messages may stand before; they end there.
        let start = body.iter().position(|stmt| !is_message(stmt))?;
        let [set_map, set_region, walk, set_matched, set_found, count, after @ ..] = &body[start..] else {
            return None;
        };
        let (map, value) = set(set_map)?;
        let (region, first) = set(set_region)?;
        let (What::For(code, Expr::Name(MDC), walked), Expr::Nothing, Expr::Text("")) = (&walk.what, value, first)
        else {
            return None;
        };
        let ending = heading(walked, code, map, region)?;
        let (matched, value) = set(set_matched)?;
        let (found, counted) = set(set_found)?;
        let is_so = is_matched(value, map) && is_counted(counted, map, matched);
        let at_least = if is_so {
            fewest(count, matched, found)?
        } else {
            return None;
        };
        Some((Regions { ending, at_least }, after))
    }

    fn atom(&self) -> Atom {
        Atom::Figure {
            figure: Figure::Regions,
            compare: Compare::AtLeast,
            value: self.at_least,
        }
    }
}

/// `name=value`
fn set<'s, 'a>(stmt: &'s Stmt<'a>) -> Option<(&'a str, &'s Expr<'a>)> {
    match &stmt.what {
        What::Set(Expr::Name(name), value) => Some((name, value)),
        _ => None,
    }
}

/// A code that ends so is the heading of those that follow: what it ends with.
fn heading<'a>(walked: &[Stmt<'a>], code: &str, map: &str, region: &str) -> Option<&'a str> {
    let [
        Stmt {
            what: What::If(branches, otherwise),
            ..
        },
    ] = walked
    else {
        return None;
    };
    let ([(Expr::Call(ends, given), then)], [Stmt { what: otherwise, .. }]) =
        (branches.as_slice(), otherwise.as_slice())
    else {
        return None;
    };
    let ([Stmt { what: then, .. }], [Expr::Text(ending)]) = (then.as_slice(), given.as_slice()) else {
        return None;
    };
    let code = Expr::Name(code);
    let key = Expr::Item(Box::new(Expr::Name(map)), Box::new(code.clone()));
    let is_so = **ends == Expr::Field(Box::new(code.clone()), "endswith")
        && *then == What::Set(Expr::Name(region), code)
        && *otherwise == What::Set(key, Expr::Name(region));
    is_so.then_some(ending)
}

/// `set(record.zdList).intersection(map.keys())`
fn is_matched(expr: &Expr<'_>, map: &str) -> bool {
    let name = |name| Box::new(Expr::Name(name));
    let codes = Expr::Field(name("record"), "zdList");
    let all = Expr::Call(name("set"), vec![codes]);
    let keys = Expr::Call(Box::new(Expr::Field(name(map), "keys")), Vec::new());
    *expr == Expr::Call(Box::new(Expr::Field(Box::new(all), "intersection")), vec![keys])
}

/// `set([map.get(x) for x in matched])`
fn is_counted(expr: &Expr<'_>, map: &str, matched: &str) -> bool {
    let Expr::Call(of, given) = expr else {
        return false;
    };
    let (
        [
            Expr::Each {
                value,
                name,
                over,
                only: None,
            },
        ],
        Expr::Name("set"),
    ) = (given.as_slice(), &**of)
    else {
        return false;
    };
    let get = Expr::Field(Box::new(Expr::Name(map)), "get");
    **over == Expr::Name(matched) && **value == Expr::Call(Box::new(get), vec![Expr::Name(name)])
}

/// `if matched: if len(found)<n: return '' else: return ''`: n.
fn fewest(count: &Stmt<'_>, matched: &str, found: &str) -> Option<i32> {
    let What::If(branches, otherwise) = &count.what else {
        return None;
    };
    let is_nothing = |done: &[Stmt<'_>]| {
        let rest: Vec<_> = done.iter().filter(|stmt| !is_message(stmt)).collect();
        matches!(rest.as_slice(), [only] if is_return_of_nothing(only))
    };
    let [(asked, done)] = branches.as_slice() else {
        return None;
    };
    let mut rest = done.iter().filter(|stmt| !is_message(stmt));
    let (What::If(inner, inner_otherwise), None) = (&rest.next()?.what, rest.next()) else {
        return None;
    };
    let [(Expr::Compare(length, others), done)] = inner.as_slice() else {
        return None;
    };
    let [("<", Expr::Number(number))] = others.as_slice() else {
        return None;
    };
    let is_so = *asked == Expr::Name(matched)
        && is_nothing(otherwise)
        && is_nothing(done)
        && inner_otherwise.is_empty()
        && **length == Expr::Call(Box::new(Expr::Name("len")), vec![Expr::Name(found)]);
    is_so.then(|| number.parse().ok())?
}

/// The list with the region of each code; `None` where a code stands before the first heading.
fn diagnoses(codes: &[String], regions: Option<&Regions<'_>>) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut region = String::new();
    for code in codes {
        match regions {
            Some(regions) if code.ends_with(regions.ending) => region.clone_from(code),
            Some(_) if region.is_empty() => return None,
            _ => found.push((code.clone(), region.clone())),
        }
    }
    Some(found)
}
