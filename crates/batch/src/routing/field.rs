//! One field that routes ask for: from its text to the routes whose conditions on it hold.

use super::columns::{RouteColumns, days, stated_days};
use super::{Bits, Known};
use crate::claims::codes_index::CodeIndex;
use crate::claims::layout::Column;
use crate::claims::row::Row;
use crate::grouping::stay::codes;
use dianzhi_core::{Condition, Decimal, Pattern, Test, parse_decimal};

/// The conditions that all routes have on one field.
pub(super) struct FieldBits {
    pub(super) name: String,
    kind: FieldKind,
    /// Routes that do not ask for it.
    pub(super) unasked: Bits,
    exact: CodeIndex,
    /// Routes that accept the text at this position.
    exact_bits: Vec<Bits>,
    prefixes: Vec<(Vec<u8>, Bits)>,
    ranges: Vec<(Option<Decimal>, Option<Decimal>, Bits)>,
}

enum FieldKind {
    Text,
    /// Codes with separators between them.
    List,
    /// The main diagnosis: the first of all where its own column is empty.
    MainDiagnosis,
    Days,
    Cost,
}

impl FieldBits {
    pub(super) fn new(name: &str, asked: &[(usize, &Condition)], all: Bits) -> FieldBits {
        let mut unasked = all;
        let mut texts: Vec<&String> = Vec::new();
        let mut exact_bits: Vec<Bits> = Vec::new();
        let mut prefixes: Vec<(Vec<u8>, Bits)> = Vec::new();
        let mut ranges = Vec::new();
        for (route, condition) in asked {
            unasked &= !(1 << route);
            match &condition.test {
                Test::Between { from, to } => ranges.push((*from, *to, 1 << route)),
                Test::AnyOf(patterns) => {
                    for pattern in patterns {
                        match pattern {
                            Pattern::Exact(text) => match texts.iter().position(|known| *known == text) {
                                Some(at) => exact_bits[at] |= 1 << route,
                                None => {
                                    texts.push(text);
                                    exact_bits.push(1 << route);
                                }
                            },
                            Pattern::Prefix(text) => prefixes.push((text.clone().into_bytes(), 1 << route)),
                        }
                    }
                }
            }
        }
        FieldBits {
            name: name.to_owned(),
            kind: match name {
                "diag_codes" | "oprn_codes" => FieldKind::List,
                "maindiag_code" => FieldKind::MainDiagnosis,
                "act_ipt_days" => FieldKind::Days,
                "medfee_sumamt" => FieldKind::Cost,
                _ => FieldKind::Text,
            },
            unasked,
            exact: CodeIndex::new(texts.into_iter()),
            exact_bits,
            prefixes,
            ranges,
        }
    }

    /// The routes whose conditions hold of a row.
    pub(super) fn of_row(&self, row: &Row<'_>, column: Column, columns: &RouteColumns, known: &Known<'_>) -> Bits {
        let bytes = row.get(column).bytes();
        let text = || std::str::from_utf8(bytes).unwrap_or("");
        match self.kind {
            FieldKind::Text => self.of_text(bytes),
            FieldKind::List if bytes.is_empty() => self.of_text(b""),
            FieldKind::List => {
                codes(text(), false).fold(self.unasked, |bits, code| bits | self.of_text(code.as_bytes()))
            }
            FieldKind::MainDiagnosis if bytes.is_empty() => {
                let listed = std::str::from_utf8(row.get(columns.diagnoses).bytes()).unwrap_or("");
                self.of_text(codes(listed, false).next().unwrap_or("").as_bytes())
            }
            FieldKind::MainDiagnosis => self.of_text(bytes),
            FieldKind::Days => self.of_number(days(row, columns).map(Decimal::from)) | self.of_words(bytes),
            FieldKind::Cost => self.of_number(Some(Decimal::new(known.cost, 2))) | self.of_words(bytes),
        }
    }

    /// Whether a route asks for a number and the field holds something else.
    pub(super) fn is_no_number(&self, row: &Row<'_>, column: Column) -> bool {
        if self.ranges.is_empty() {
            return false;
        }
        let bytes = row.get(column).bytes();
        match self.kind {
            _ if bytes.is_empty() => false,
            FieldKind::Days => stated_days(bytes).is_none(),
            _ => std::str::from_utf8(bytes)
                .ok()
                .is_none_or(|text| parse_decimal(text).is_err()),
        }
    }

    /// The routes whose conditions hold of a text.
    pub(super) fn of_text(&self, text: &[u8]) -> Bits {
        let bits = self.of_words(text);
        if self.ranges.is_empty() {
            return bits;
        }
        let number = std::str::from_utf8(text).ok().and_then(|text| parse_decimal(text).ok());
        bits | self.of_number(number)
    }

    fn of_words(&self, text: &[u8]) -> Bits {
        let mut bits = self.unasked;
        if let Some(at) = self.exact.get(text) {
            bits |= self.exact_bits.get(at as usize).copied().unwrap_or(0);
        }
        for (prefix, of) in &self.prefixes {
            if !text.is_empty() && text.starts_with(prefix) {
                bits |= of;
            }
        }
        bits
    }

    fn of_number(&self, number: Option<Decimal>) -> Bits {
        let Some(number) = number else { return self.unasked };
        let mut bits = self.unasked;
        for (from, to, of) in &self.ranges {
            if from.is_none_or(|from| from <= number) && to.is_none_or(|to| number <= to) {
                bits |= of;
            }
        }
        bits
    }
}

/// Whether a condition holds of a text that is no list.
pub(super) fn holds(test: &Test, text: &str) -> bool {
    match test {
        Test::AnyOf(patterns) => patterns.iter().any(|pattern| pattern.fits(text)),
        Test::Between { from, to } => parse_decimal(text)
            .is_ok_and(|number| from.is_none_or(|from| from <= number) && to.is_none_or(|to| number <= to)),
    }
}
