//! From an expression to a formula of things asked of a record, negations carried to its leaves.

use super::syntax::Expr;
use crate::scheme::{Atom, CodeKind, Compare, Figure, List, OWN_LISTS, Which};

/// Things asked, joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Formula<'a> {
    One(Asked<'a>),
    All(Vec<Formula<'a>>),
    Any(Vec<Formula<'a>>),
}

/// One thing asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked<'a> {
    Always,
    Atom(Atom),
    /// A label among those of the record's procedures.
    Label(&'a str),
    /// Whether there is a procedure at all.
    Procedures(bool),
    /// Codes behind the main one.
    Others(CodeKind),
    /// The figure is given.
    Given(Figure),
}

/// What names mean where an expression stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Names<'n, 'a> {
    /// The name of the list of labels, if there is one.
    pub(super) labels: Option<&'a str>,
    /// The lists that there are.
    pub(super) lists: &'n [&'a str],
}

/// The list of valid procedures.
pub(super) const VALID: &str = "SS_VALID";
/// The list of an MDC.
pub(super) const MDC: &str = "mdc_zd";
/// The lists of an ADRG, or of a split, in the order of the tables' names for them.
pub(super) const OWN: [&str; 5] = ["adrg_zd", "adrg_zd1", "adrg_ss", "adrg_ss1", "adrg_ss2"];

/// The part that is not understood, as text.
pub(super) type Asking<T> = Result<T, String>;

/// Reads `expr`, or where not `positive` its negation.
pub(super) fn formula<'a>(expr: &Expr<'a>, positive: bool, names: Names<'_, 'a>) -> Asking<Formula<'a>> {
    let each = |all: &[Expr<'a>]| -> Asking<Vec<_>> { all.iter().map(|one| formula(one, positive, names)).collect() };
    match expr {
        Expr::Not(of) => formula(of, !positive, names),
        Expr::And(all) if positive => Ok(Formula::All(each(all)?)),
        Expr::Or(all) if !positive => Ok(Formula::All(each(all)?)),
        Expr::And(any) | Expr::Or(any) => Ok(Formula::Any(each(any)?)),
        Expr::Compare(first, others) => {
            let mut all = Vec::new();
            let mut left = &**first;
            for (sign, right) in others {
                let asked = compared(left, sign, right, names).and_then(|asked| signed(asked, positive));
                all.push(Formula::One(asked.ok_or_else(|| expr.to_string())?));
                left = right;
            }
            if all.len() == 1 {
                return Ok(all.swap_remove(0));
            }
            // Not all of a chain of comparisons: that never occurs.
            positive.then_some(Formula::All(all)).ok_or_else(|| expr.to_string())
        }
        _ => {
            let asked = simple(expr, names).and_then(|asked| signed(asked, positive));
            asked.map(Formula::One).ok_or_else(|| expr.to_string())
        }
    }
}

/// Something asked, or its negation where it has one.
fn signed(asked: Asked<'_>, positive: bool) -> Option<Asked<'_>> {
    if positive {
        return Some(asked);
    }
    match asked {
        Asked::Always => Some(Asked::Atom(Atom::Never)),
        Asked::Atom(Atom::Never) => Some(Asked::Always),
        Asked::Procedures(some) => Some(Asked::Procedures(!some)),
        Asked::Atom(Atom::Codes {
            kind,
            which,
            lists,
            negated,
        }) => Some(Asked::Atom(Atom::Codes {
            kind,
            which,
            lists,
            negated: !negated,
        })),
        _ => None,
    }
}

/// What is asked without a comparison.
fn simple<'a>(expr: &Expr<'a>, names: Names<'_, 'a>) -> Option<Asked<'a>> {
    match expr {
        Expr::Name("True") => Some(Asked::Always),
        Expr::Name("False") => Some(Asked::Atom(Atom::Never)),
        Expr::Field(..) => match field(expr)? {
            "ssList" => Some(Asked::Procedures(true)),
            // A weight of 0 is as good as none.
            "weight" => Some(Asked::Atom(Atom::Figure {
                figure: Figure::Weight,
                compare: Compare::NotEqual,
                value: 0,
            })),
            _ => None,
        },
        Expr::Call(of, arguments) => match (&**of, arguments.as_slice()) {
            (Expr::Name("intersect"), [a, b]) => {
                let ((kind, which), other) = match codes(a) {
                    Some(asked) => (asked, b),
                    None => (codes(b)?, a),
                };
                listed(kind, which, other, names)
            }
            (Expr::Name(name @ ("has_mcc" | "has_cc")), [main, others]) => {
                let of_diagnoses = main_of(main) == Some(CodeKind::Diagnosis)
                    && codes(others) == Some((CodeKind::Diagnosis, Which::Other));
                let mcc = *name == "has_mcc";
                of_diagnoses.then_some(Asked::Atom(Atom::Complication { mcc, cc: !mcc }))
            }
            _ => None,
        },
        _ => None,
    }
}

fn compared<'a>(left: &Expr<'a>, sign: &str, right: &Expr<'a>, names: Names<'_, 'a>) -> Option<Asked<'a>> {
    match sign {
        "in" => member(left, right, names),
        "not in" => signed(member(left, right, names)?, false),
        "!=" if *right == Expr::Name("None") => figure(left).map(Asked::Given),
        _ => {
            let compare = compare(sign)?;
            let (asked, compare, with) = match right {
                Expr::Field(..) | Expr::Call(..) => (right, mirrored(compare), left),
                _ => (left, compare, right),
            };
            with_value(asked, compare, with)
        }
    }
}

/// `left in right`
fn member<'a>(left: &Expr<'a>, right: &Expr<'a>, names: Names<'_, 'a>) -> Option<Asked<'a>> {
    if let Some(kind) = main_of(left) {
        return listed(kind, Which::Main, right, names);
    }
    match (left, right) {
        (Expr::Text(label), Expr::Name(list)) if names.labels == Some(list) => Some(Asked::Label(label)),
        (Expr::Text(code), _) => {
            let (kind, which) = codes(right)?;
            Some(asked_codes(kind, which, List::Inline(vec![(*code).to_owned()])))
        }
        (Expr::Field(..), Expr::List(ways)) if field(left) == Some("leavingType") => {
            Some(Asked::Atom(Atom::Leaving(texts(ways)?)))
        }
        _ => None,
    }
}

/// Codes of one kind against a list.
fn listed<'a>(kind: CodeKind, which: Which, list: &Expr<'_>, names: Names<'_, 'a>) -> Option<Asked<'a>> {
    let list = match list {
        Expr::Name(name) if names.lists.contains(name) => {
            let (of, list) = named(name)?;
            (of == kind).then_some(list)?
        }
        Expr::List(items) => List::Inline(texts(items)?),
        _ => return None,
    };
    Some(asked_codes(kind, which, list))
}

/// A list by its name, and what it is of.
fn named(name: &str) -> Option<(CodeKind, List)> {
    match name {
        VALID => Some((CodeKind::Procedure, List::Valid)),
        MDC => Some((CodeKind::Diagnosis, List::Mdc)),
        _ => {
            let at = OWN.iter().position(|own| *own == name)?;
            let kind = if at < 2 {
                CodeKind::Diagnosis
            } else {
                CodeKind::Procedure
            };
            Some((kind, List::Own(OWN_LISTS[at].to_owned())))
        }
    }
}

fn asked_codes<'a>(kind: CodeKind, which: Which, list: List) -> Asked<'a> {
    Asked::Atom(Atom::Codes {
        kind,
        which,
        lists: vec![list],
        negated: false,
    })
}

/// A figure or a word compared with a value.
fn with_value<'a>(asked: &Expr<'_>, compare: Compare, with: &Expr<'_>) -> Option<Asked<'a>> {
    let atom = match (field(asked), with) {
        (Some("gender"), Expr::Number(sex @ ("1" | "2")) | Expr::Text(sex @ ("1" | "2")))
            if compare == Compare::Equal =>
        {
            Atom::Figure {
                figure: Figure::Sex,
                compare,
                value: sex.parse().ok()?,
            }
        }
        (Some("dept"), Expr::Text(department)) if compare == Compare::Equal => {
            Atom::Department((*department).to_owned())
        }
        (_, Expr::Number(value)) => {
            if let Some(kind) = length_of(asked) {
                let is_some = compare == Compare::More && *value == "1";
                return is_some.then_some(Asked::Others(kind));
            }
            Atom::Figure {
                figure: figure(asked)?,
                compare,
                value: value.parse().ok()?,
            }
        }
        _ => return None,
    };
    Some(Asked::Atom(atom))
}

fn compare(sign: &str) -> Option<Compare> {
    Some(match sign {
        "==" => Compare::Equal,
        "!=" => Compare::NotEqual,
        "<" => Compare::Less,
        "<=" => Compare::AtMost,
        ">" => Compare::More,
        ">=" => Compare::AtLeast,
        _ => return None,
    })
}

/// How `b` stands to `a` where `a` stands so to `b`.
fn mirrored(compare: Compare) -> Compare {
    match compare {
        Compare::Less => Compare::More,
        Compare::AtMost => Compare::AtLeast,
        Compare::More => Compare::Less,
        Compare::AtLeast => Compare::AtMost,
        same => same,
    }
}

/// `record.x`
pub(super) fn field<'a>(expr: &Expr<'a>) -> Option<&'a str> {
    match expr {
        Expr::Field(of, name) if **of == Expr::Name("record") => Some(name),
        _ => None,
    }
}

/// `record.age`, `int(record.age)`
fn figure(expr: &Expr<'_>) -> Option<Figure> {
    let inside = match expr {
        Expr::Call(of, arguments) if **of == Expr::Name("int") && arguments.len() == 1 => &arguments[0],
        other => other,
    };
    Some(match field(inside)? {
        "age" => Figure::Age,
        "ageDay" => Figure::AgeDays,
        "weight" => Figure::Weight,
        "inHospitalTime" => Figure::Stay,
        "icuHours" => Figure::IcuHours,
        _ => return None,
    })
}

fn kind(expr: &Expr<'_>) -> Option<CodeKind> {
    match field(expr)? {
        "zdList" => Some(CodeKind::Diagnosis),
        "ssList" => Some(CodeKind::Procedure),
        _ => None,
    }
}

/// `record.zdList[0]`
fn main_of(expr: &Expr<'_>) -> Option<CodeKind> {
    match expr {
        Expr::Item(of, at) if **at == Expr::Number("0") => kind(of),
        _ => None,
    }
}

/// `record.zdList`, `record.zdList[1:]`
fn codes(expr: &Expr<'_>) -> Option<(CodeKind, Which)> {
    match expr {
        Expr::Slice(of, Some(from), None) if **from == Expr::Number("1") => Some((kind(of)?, Which::Other)),
        _ => Some((kind(expr)?, Which::Any)),
    }
}

/// `len(record.zdList)`
fn length_of(expr: &Expr<'_>) -> Option<CodeKind> {
    match expr {
        Expr::Call(of, arguments) if **of == Expr::Name("len") && arguments.len() == 1 => kind(&arguments[0]),
        _ => None,
    }
}

/// A list of texts.
pub(super) fn texts(items: &[Expr<'_>]) -> Option<Vec<String>> {
    let text = |item: &Expr<'_>| match item {
        Expr::Text(text) => Some((*text).to_owned()),
        _ => None,
    };
    items.iter().map(text).collect()
}
