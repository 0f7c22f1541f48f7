//! Whether one question answers another: what holds whenever others hold, and what never can.

use super::{Lint, Scope, has};
use crate::codes::CodeId;
use crate::scheme::{Atom, CodeKind, Compare, Condition, Entry, Figure, List, Which};

/// An atom with its lists looked up.
#[derive(Clone, Debug)]
pub(super) enum Question<'s> {
    Codes {
        kind: CodeKind,
        which: Which,
        /// Sorted.
        codes: Vec<CodeId>,
        negated: bool,
    },
    /// Labels are asked of a list of the rule's own.
    Labels(&'s [Vec<String>], &'s [Entry]),
    /// Regions are asked of the MDC; rules of one MDC are compared only.
    Plain(&'s Atom),
}

impl<'s> Lint<'s> {
    pub(super) fn questions(&self, condition: &'s Condition, scope: Scope<'s>) -> Vec<Question<'s>> {
        let question = |atom: &'s Atom| match atom {
            Atom::Codes {
                kind,
                which,
                lists,
                negated,
            } => Some(Question::Codes {
                kind: *kind,
                which: *which,
                codes: self.union(*kind, lists, scope),
                negated: *negated,
            }),
            Atom::Labels(alternatives) => {
                let labelled = scope.entries(self.scheme, &List::Own("ss".into()));
                Some(Question::Labels(alternatives, labelled))
            }
            Atom::OwnLists => None,
            other => Some(Question::Plain(other)),
        };
        condition.0.iter().filter_map(question).collect()
    }
}

/// Whether every record for which all of `known` holds also answers `asked` with yes. It may say
/// no where a cleverer look would say yes, never the other way about.
pub(super) fn implied(known: &[Question<'_>], asked: &Question<'_>) -> bool {
    known.iter().any(|known| implies(known, asked))
}

fn implies(known: &Question<'_>, asked: &Question<'_>) -> bool {
    match (known, asked) {
        (
            Question::Codes {
                kind,
                which,
                codes,
                negated,
            },
            Question::Codes {
                kind: asked_kind,
                which: asked_which,
                codes: asked_codes,
                negated: asked_negated,
            },
        ) => {
            if kind != asked_kind || negated != asked_negated {
                return false;
            }
            if *negated {
                // None of many codes anywhere: none of fewer in one place.
                (which == asked_which || *which == Which::Any) && subset(asked_codes, codes)
            } else {
                (which == asked_which || *asked_which == Which::Any) && subset(codes, asked_codes)
            }
        }
        (Question::Labels(known, of), Question::Labels(asked, asked_of)) => {
            let same = |(a, b): (&Entry, &Entry)| (a.code, &a.label) == (b.code, &b.label);
            known == asked && of.len() == asked_of.len() && of.iter().zip(*asked_of).all(same)
        }
        (Question::Plain(known), Question::Plain(asked)) => plainly(known, asked),
        _ => false,
    }
}

fn plainly(known: &Atom, asked: &Atom) -> bool {
    match (known, asked) {
        (Atom::Complication { mcc, cc }, Atom::Complication { mcc: m, cc: c }) => (*m || !mcc) && (*c || !cc),
        (Atom::Leaving(ways), Atom::Leaving(asked)) => ways.iter().all(|way| asked.contains(way)),
        (
            Atom::Figure { figure, compare, value },
            Atom::Figure {
                figure: asked_figure,
                compare: asked_compare,
                value: asked_value,
            },
        ) => figure == asked_figure && stricter(*figure, (*compare, *value), (*asked_compare, *asked_value)),
        _ => known == asked,
    }
}

/// Whether every number that compares so compares as asked too.
fn stricter(figure: Figure, known: (Compare, i32), asked: (Compare, i32)) -> bool {
    let (from, to) = span(figure, known);
    let (asked_from, asked_to) = span(figure, asked);
    match (known.0, asked.0) {
        (Compare::NotEqual, _) => known == asked,
        (_, Compare::NotEqual) => {
            let (value, _) = span(figure, (Compare::Equal, asked.1));
            value < from || to < value
        }
        _ => asked_from <= from && to <= asked_to,
    }
}

/// The whole numbers that a comparison lets through, but for `!=`. Hours are kept in minutes.
fn span(figure: Figure, (compare, value): (Compare, i32)) -> (i64, i64) {
    let unit = if figure == Figure::IcuHours { 60 } else { 1 };
    let value = i64::from(value) * unit;
    match compare {
        Compare::Equal => (value, value),
        Compare::NotEqual => (i64::MIN, i64::MAX),
        Compare::Less => (i64::MIN, value - 1),
        Compare::AtMost => (i64::MIN, value),
        Compare::More => (value + 1, i64::MAX),
        Compare::AtLeast => (value, i64::MAX),
    }
}

fn subset(some: &[CodeId], all: &[CodeId]) -> bool {
    some.len() <= all.len() && some.iter().all(|&code| has(all, code))
}

/// Whether no record can answer all with yes.
pub(super) fn never(all: &[Question<'_>]) -> bool {
    all.iter()
        .any(|question| matches!(question, Question::Plain(Atom::Never)))
        || [CodeKind::Diagnosis, CodeKind::Procedure]
            .into_iter()
            .any(|kind| no_code(all, kind))
        || FIGURES.into_iter().any(|figure| no_number(all, figure))
}

const FIGURES: [Figure; 7] = [
    Figure::Sex,
    Figure::Age,
    Figure::AgeDays,
    Figure::Weight,
    Figure::Stay,
    Figure::IcuHours,
    Figure::Regions,
];

/// The codes left for the main one, or for one of any, after all that is asked of them: none.
fn no_code(all: &[Question<'_>], of: CodeKind) -> bool {
    let asked = |place: Option<Which>, is_negated: bool| {
        all.iter().filter_map(move |question| match question {
            Question::Codes {
                kind,
                which,
                codes,
                negated,
            } if *kind == of && *negated == is_negated && place.is_none_or(|place| place == *which) => {
                Some((*which, codes))
            }
            _ => None,
        })
    };
    let excluded = |which: Which, code: CodeId| {
        let covers = |other: Which| other == which || other == Which::Any;
        asked(None, true).any(|(other, codes)| covers(other) && has(codes, code))
    };
    let alone = asked(None, false).any(|(which, codes)| codes.iter().all(|&code| excluded(which, code)));
    let mut mains = asked(Some(Which::Main), false).map(|(_, codes)| codes);
    let together = mains.next().is_some_and(|first| {
        let rest: Vec<&Vec<CodeId>> = mains.collect();
        let fits = |code: &CodeId| rest.iter().all(|codes| has(codes, *code)) && !excluded(Which::Main, *code);
        !first.iter().any(fits)
    });
    alone || together
}

fn no_number(all: &[Question<'_>], of: Figure) -> bool {
    let spans = all.iter().filter_map(|question| match question {
        Question::Plain(Atom::Figure { figure, compare, value }) if *figure == of => Some(span(of, (*compare, *value))),
        _ => None,
    });
    let (from, to) = spans.fold((i64::MIN, i64::MAX), |(from, to), (a, b)| (from.max(a), to.min(b)));
    from > to
}
