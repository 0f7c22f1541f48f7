//! The ranges of numbers that routes ask for. Nearly every number is a whole one of few digits, so every
//! range is kept as the whole numbers that it holds as well.

use super::Bits;
use dianzhi_core::{Decimal, parse_decimal};
use num_traits::ToPrimitive;

/// The ranges that all routes have on one field.
#[derive(Default)]
pub(super) struct Ranges(Vec<Range>);

struct Range {
    from: Option<Decimal>,
    to: Option<Decimal>,
    /// The least and the greatest whole number of units inside.
    least: i64,
    greatest: i64,
    of: Bits,
}

impl Ranges {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a range of these routes, both ends inside. `per_one` is what [`Ranges::of_whole`] counts in:
    /// 100 units to the yuan, 1 of anything else.
    pub(super) fn push(&mut self, (from, to): (Option<Decimal>, Option<Decimal>), per_one: u32, of: Bits) {
        let scaled = |bound: Decimal| bound.checked_mul(per_one.into());
        // Eighteen digits by a hundred pass an i64; no number of a claim does.
        let least = from.map_or(i64::MIN, |from| {
            let whole = scaled(from).and_then(|from| from.ceil().to_i64());
            whole.unwrap_or(if from.is_sign_negative() { i64::MIN } else { i64::MAX })
        });
        let greatest = to.map_or(i64::MAX, |to| {
            let whole = scaled(to).and_then(|to| to.floor().to_i64());
            whole.unwrap_or(if to.is_sign_negative() { i64::MIN } else { i64::MAX })
        });
        self.0.push(Range {
            from,
            to,
            least,
            greatest,
            of,
        });
    }

    /// The routes with a range that holds a whole number of units.
    pub(super) fn of_whole(&self, number: i64) -> Bits {
        let holds = |range: &&Range| range.least <= number && number <= range.greatest;
        self.0.iter().filter(holds).fold(0, |bits, range| bits | range.of)
    }

    /// The routes with a range that holds the number in a text; none where it is no number.
    pub(super) fn of_text(&self, text: &[u8]) -> Bits {
        if let Some(number) = whole(text) {
            return self.of_whole(number);
        }
        let Some(number) = number(text) else { return 0 };
        let holds =
            |range: &&Range| range.from.is_none_or(|from| from <= number) && range.to.is_none_or(|to| number <= to);
        self.0.iter().filter(holds).fold(0, |bits, range| bits | range.of)
    }
}

/// A number of one to nine digits and nothing else.
#[inline]
pub(super) fn whole(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    text.iter().try_fold(0i64, |number, &byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + i64::from(digit))
    })
}

/// Whether a text is a number.
pub(super) fn is_number(text: &[u8]) -> bool {
    whole(text).is_some() || number(text).is_some()
}

/// Any number.
pub(super) fn number(text: &[u8]) -> Option<Decimal> {
    std::str::from_utf8(text).ok().and_then(|text| parse_decimal(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal() -> impl Strategy<Value = Decimal> {
        (-5_000_000i64..5_000_000, 0u32..5).prop_map(|(units, places)| Decimal::new(units, places))
    }

    fn bound() -> impl Strategy<Value = Option<Decimal>> {
        prop_oneof![
            Just(None),
            decimal().prop_map(Some),
            Just(Some(Decimal::new(999_999_999_999_999_999, 0))),
            Just(Some(Decimal::new(-999_999_999_999_999_999, 0))),
        ]
    }

    proptest! {
        /// Seen red with `ceil` and `floor` taken for one another, and with `<` for `<=`.
        #[test]
        fn a_range_holds_the_same_however_a_number_is_read(from in bound(), to in bound(), number in -60_000i64..60_000) {
            let inside = |number: Decimal| from.is_none_or(|from| from <= number) && to.is_none_or(|to| number <= to);
            for per_one in [1u32, 100] {
                let mut ranges = Ranges::default();
                ranges.push((from, to), per_one, 0b100);
                let value = Decimal::from(number) / Decimal::from(per_one);
                prop_assert_eq!(ranges.of_whole(number), if inside(value) { 0b100 } else { 0 });
                if per_one == 1 {
                    prop_assert_eq!(ranges.of_text(number.to_string().as_bytes()), ranges.of_whole(number));
                    prop_assert_eq!(ranges.of_text(format!("{number}.00").as_bytes()), ranges.of_whole(number));
                }
            }
        }

        #[test]
        fn what_is_a_number_stays_one(text in "[0-9]{0,12}|-?[0-9]{0,3}[.][0-9]{0,3}|[0-9a/:]{1,4}") {
            let expected = parse_decimal(&text).is_ok();
            prop_assert_eq!(is_number(text.as_bytes()), expected);
            prop_assert_eq!(whole(text.as_bytes()).is_some_and(|n| Decimal::from(n) != parse_decimal(&text).unwrap()), false);
        }
    }

    #[test]
    fn the_ends_lie_inside() {
        let mut ranges = Ranges::default();
        ranges.push((Some(Decimal::new(15, 1)), Some(Decimal::new(30, 1))), 1, 1);
        let held =
            ["1", "1.4", "1.5", "2", "03", "3.0", "3.01", "4", "", "x"].map(|text| ranges.of_text(text.as_bytes()));
        assert_eq!(held, [0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
        // 1.5 to 3 yuan, in fen.
        let mut ranges = Ranges::default();
        ranges.push((Some(Decimal::new(15, 1)), Some(Decimal::new(30, 1))), 100, 1);
        assert_eq!([149, 150, 300, 301].map(|fen| ranges.of_whole(fen)), [0, 1, 1, 0]);
    }
}
