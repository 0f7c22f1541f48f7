//! One field that routes ask for: from its text to the routes whose conditions on it hold.

use super::columns::RouteColumns;
use super::days::stated_days;
use super::number::{Ranges, is_number};
use super::{Bits, Known};
use crate::claims::codes_index::CodeIndex;
use crate::claims::layout::Column;
use crate::claims::row::Row;
use crate::grouping::stay::codes;
use dianzhi_core::{Condition, Pattern, Test, parse_decimal};
use memchr::memchr3_iter;

/// The conditions that all routes have on one field.
pub(super) struct FieldBits {
    pub(super) name: String,
    kind: FieldKind,
    /// Every route.
    all: Bits,
    /// Routes that do not ask for it.
    unasked: Bits,
    /// Whether a text that begins with this byte may be one of the exact ones or have a prefix.
    begins: [bool; 256],
    /// Those bytes, where they are three or fewer.
    few: Option<[u8; 3]>,
    exact: CodeIndex,
    /// Routes that accept the text at this position.
    exact_bits: Vec<Bits>,
    prefixes: Vec<(Vec<u8>, Bits)>,
    ranges: Ranges,
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
        let kind = match name {
            "diag_codes" | "oprn_codes" => FieldKind::List,
            "maindiag_code" => FieldKind::MainDiagnosis,
            "act_ipt_days" => FieldKind::Days,
            "medfee_sumamt" => FieldKind::Cost,
            _ => FieldKind::Text,
        };
        let units = if matches!(kind, FieldKind::Cost) { 100 } else { 1 };
        let mut unasked = all;
        let mut begins = [false; 256];
        let mut texts: Vec<&String> = Vec::new();
        let mut exact_bits: Vec<Bits> = Vec::new();
        let mut prefixes: Vec<(Vec<u8>, Bits)> = Vec::new();
        let mut ranges = Ranges::default();
        for (route, condition) in asked {
            unasked &= !(1 << route);
            match &condition.test {
                Test::Between { from, to } => ranges.push((*from, *to), units, 1 << route),
                Test::AnyOf(patterns) => {
                    for pattern in patterns {
                        let (Pattern::Exact(text) | Pattern::Prefix(text)) = pattern;
                        match text.as_bytes().first() {
                            Some(&first) => begins[usize::from(first)] = true,
                            // Every text has the empty prefix.
                            None => begins = [true; 256],
                        }
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
        let firsts: Vec<u8> = (0..=u8::MAX).filter(|&first| begins[usize::from(first)]).collect();
        let few = match (&firsts[..], ranges.is_empty()) {
            (&[a], true) => Some([a, a, a]),
            (&[a, b], true) => Some([a, b, b]),
            (&[a, b, c], true) => Some([a, b, c]),
            _ => None,
        };
        FieldBits {
            name: name.to_owned(),
            kind,
            all,
            unasked,
            begins,
            few,
            exact: CodeIndex::new(texts.into_iter()),
            exact_bits,
            prefixes,
            ranges,
        }
    }

    /// Whether a route asks for this field.
    pub(super) fn is_asked_by(&self, route: usize) -> bool {
        self.unasked & 1 << route == 0
    }

    /// The routes whose conditions hold of a row.
    pub(super) fn of_row(&self, row: &Row<'_>, column: Column, columns: &RouteColumns, known: &Known<'_>) -> Bits {
        let bytes = row.get(column).bytes();
        match self.kind {
            FieldKind::List if !bytes.is_empty() => self.of_list(bytes),
            FieldKind::MainDiagnosis if bytes.is_empty() => {
                let listed = std::str::from_utf8(row.get(columns.diagnoses).bytes()).unwrap_or("");
                self.of_text(codes(listed, false).next().unwrap_or("").as_bytes())
            }
            FieldKind::Text | FieldKind::List | FieldKind::MainDiagnosis => self.of_text(bytes),
            FieldKind::Days => {
                let days = columns
                    .days
                    .days(row)
                    .map_or(0, |days| self.ranges.of_whole(days.into()));
                days | self.of_words(bytes)
            }
            FieldKind::Cost => self.ranges.of_whole(known.cost) | self.of_words(bytes),
        }
    }

    /// The same of any code of a list.
    fn of_list(&self, list: &[u8]) -> Bits {
        if list.is_ascii() {
            return match self.few {
                Some([a, b, c]) => self.of_begun_in(list, memchr3_iter(a, b, c, list)),
                None => self.of_begun_in(list, 0..=list.len()),
            };
        }
        let listed = std::str::from_utf8(list).unwrap_or("");
        codes(listed, false).fold(self.unasked, |bits, code| bits | self.of_text(code.as_bytes()))
    }

    /// The same of the codes of an ASCII list that begin at one of these positions.
    fn of_begun_in(&self, list: &[u8], positions: impl Iterator<Item = usize>) -> Bits {
        let separates = |byte: &u8| matches!(byte, b'|' | b',' | b';');
        let mut bits = self.unasked;
        for at in positions {
            if at == 0 || separates(&list[at - 1]) {
                let end = list[at..].iter().position(separates);
                bits |= self.of_text(&list[at..end.map_or(list.len(), |behind| at + behind)]);
                // More cannot hold.
                if bits == self.all {
                    break;
                }
            }
        }
        bits
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
            // An amount, or the record would not be here; too short for more decimals than a number has.
            FieldKind::Cost if bytes.len() <= 14 => false,
            _ => !is_number(bytes),
        }
    }

    /// The routes whose conditions hold of a text.
    pub(super) fn of_text(&self, text: &[u8]) -> Bits {
        let bits = self.of_words(text);
        if self.ranges.is_empty() {
            return bits;
        }
        bits | self.ranges.of_text(text)
    }

    #[inline]
    fn of_words(&self, text: &[u8]) -> Bits {
        match text.first() {
            Some(&first) if !self.begins[usize::from(first)] => self.unasked,
            _ => self.of_begun(text),
        }
    }

    fn of_begun(&self, text: &[u8]) -> Bits {
        let mut bits = self.unasked;
        if !self.exact_bits.is_empty()
            && let Some(at) = self.exact.get(text)
        {
            bits |= self.exact_bits.get(at as usize).copied().unwrap_or(0);
        }
        for (prefix, of) in &self.prefixes {
            if !text.is_empty() && text.starts_with(prefix) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern() -> impl Strategy<Value = Pattern> {
        prop_oneof![
            "[A-E]{0,2}".prop_map(Pattern::Prefix),
            "[A-E]{0,2}".prop_map(Pattern::Exact),
            Just(Pattern::Exact("术".to_owned())),
        ]
    }

    /// Seen red with the last code left out where the list ends with a separator.
    #[test]
    fn a_list_may_begin_and_end_with_nothing() {
        let test = Test::AnyOf(vec![Pattern::Exact(String::new())]);
        let condition = Condition {
            field: "oprn_codes".to_owned(),
            test,
        };
        let field = FieldBits::new("oprn_codes", &[(0, &condition)], 1);
        let held = ["A|", "|A", "A||B", "A|B"].map(|list| field.of_list(list.as_bytes()));
        assert_eq!(held, [1, 1, 1, 0]);
    }

    proptest! {
        /// Every code of a list by itself, whatever the way through it. Seen red with the last code left
        /// out, and with a code that begins within another one.
        #[test]
        fn a_list_holds_what_one_of_its_codes_holds(
            tests in proptest::collection::vec(proptest::collection::vec(pattern(), 1..3), 1..4),
            list in "[A-E|,;；术]{0,9}",
        ) {
            let conditions: Vec<Condition> = tests
                .iter()
                .map(|patterns| Condition { field: "oprn_codes".to_owned(), test: Test::AnyOf(patterns.clone()) })
                .collect();
            let asked: Vec<(usize, &Condition)> = conditions.iter().enumerate().collect();
            let field = FieldBits::new("oprn_codes", &asked, 0b1111);
            let listed: Vec<&str> = if list.is_empty() { vec![""] } else { codes(&list, false).collect() };
            let expected = asked
                .iter()
                .filter(|(_, condition)| listed.iter().any(|code| holds(&condition.test, code)))
                .fold(field.unasked, |bits, (route, _)| bits | 1 << route);
            let found = if list.is_empty() { field.of_text(b"") } else { field.of_list(list.as_bytes()) };
            prop_assert_eq!(found, expected);
        }
    }
}
