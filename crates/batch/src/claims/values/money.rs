//! Amounts of money.

use super::split_point;
use crate::claims::window::{Window, not_digits, parse_eight};

/// The largest amount of a claim: 9,999,999,999.99 yuan.
pub(crate) const MONEY_FEN_MAX: i64 = 999_999_999_999;

const ZEROS: u64 = 0x3030_3030_3030_3030;
/// The same with a point before the last two.
const ZEROS_AND_POINT: u64 = 0x3030_2e30_3030_3030;
/// Where that point stands.
const POINT: u64 = 0x0000_ff00_0000_0000;

/// Money in fen; `None` where it is no number, has more than 2 decimals or passes the limit.
/// Zeros beyond the second decimal are allowed. A negative amount is read as one, however large.
pub(crate) fn money(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let fen = any_spelling(digits)?;
    if negative {
        return Some(-fen);
    }
    (fen <= MONEY_FEN_MAX).then_some(fen)
}

/// Money as it is usually written, with two decimals or with none, in fen; `None` for anything
/// else, which [`money`] decides.
#[inline]
pub(crate) fn plain_money(window: &Window) -> Option<i64> {
    let (low_mask, high_mask) = window.mask();
    let low = window.low ^ (ZEROS & low_mask);
    let high = window.high ^ (ZEROS_AND_POINT & high_mask);
    // Before the point at least one digit.
    if not_digits(low) | not_digits(high) | (high & POINT) != 0 || window.length < 4 {
        return whole_yuan(window);
    }
    // The digits before the point move up to it.
    let digits = (high & (POINT - 1)) << 8 | high & !(POINT | (POINT - 1));
    let mut fen = parse_eight(digits);
    if low != 0 {
        fen += parse_eight(low) * 10_000_000;
    }
    i64::try_from(fen).ok().filter(|fen| *fen <= MONEY_FEN_MAX)
}

/// Whether it is an amount of at most ten digits, a point and two decimals, which is never above the
/// limit; false says nothing.
#[inline]
pub(crate) fn is_plain_money(window: &Window) -> bool {
    let (low_mask, high_mask) = window.mask();
    let low = window.low ^ (ZEROS & low_mask);
    let high = window.high ^ (ZEROS_AND_POINT & high_mask);
    not_digits(low) | not_digits(high) | (high & POINT) == 0 && (4..=13).contains(&window.length)
}

/// One to eight digits without a point.
fn whole_yuan(window: &Window) -> Option<i64> {
    let digits = window.high ^ (ZEROS & window.mask().1);
    let plain = not_digits(digits) == 0 && (1..=8).contains(&window.length);
    // Below 10^8 yuan.
    plain.then(|| i64::try_from(parse_eight(digits)).unwrap_or(0) * 100)
}

fn digit(byte: u8) -> Option<i64> {
    let value = byte.wrapping_sub(b'0');
    (value < 10).then_some(i64::from(value))
}

/// Any spelling of an amount; amounts past the limit come out past it, without wrapping.
#[cold]
fn any_spelling(digits: &[u8]) -> Option<i64> {
    let (whole, places) = split_point(digits)?;
    if places.iter().skip(2).any(|&b| b != b'0') {
        return None;
    }
    let cents = places.iter().chain(b"00").take(2);
    let mut fen = 0i64;
    for &b in whole.iter().chain(cents) {
        fen = fen.saturating_mul(10).saturating_add(digit(b)?);
    }
    // So that negation cannot wrap either.
    Some(fen.min(i64::MAX / 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn money_spellings() {
        for (text, fen) in [
            ("0", 0),
            ("-0", 0),
            ("-0.00", 0),
            ("12", 1200),
            ("12.5", 1250),
            ("12.50000", 1250),
            ("0012.34", 1234),
            ("-12.34", -1234),
            ("9999999999.99", MONEY_FEN_MAX),
            ("0000000000000000000000000001.00", 100),
        ] {
            assert_eq!(money(text.as_bytes()), Some(fen), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            ".5",
            "5.",
            "1.005",
            "1,000.00",
            "1e3",
            " 1",
            "1 ",
            "+1",
            "１",
            "--1",
            "1-",
            "10000000000.00",
            "99999999999999999999999999",
            "1.2.3",
            "a.00",
            "1a.00",
            "1.a0",
        ] {
            assert_eq!(money(text.as_bytes()), None, "{text:?}");
        }
        // A negative amount is never above the limit; it is refused for its sign.
        assert!(money(b"-99999999999999999999.00").is_some_and(|fen| fen < 0));
    }

    fn spelling() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-9]{1,13}\\.[0-9]{2}",
            "[0-9]{1,11}[./:;,a-]?[0-9]{2}",
            "[0-9]{1,9}",
            "-?[0-9]{0,12}\\.?[0-9]{0,3}",
            "[0-9.,/:;eE+ \\-]{0,17}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]
        /// Seen to fail with the point unchecked (12/34 is read as an amount then).
        #[test]
        fn the_plain_path_says_what_the_other_says(text in spelling()) {
            let window = Window::of(text.as_bytes());
            let plain = window.as_ref().and_then(plain_money);
            if plain.is_some() {
                prop_assert_eq!(plain, money(text.as_bytes()));
            }
            if window.as_ref().is_some_and(is_plain_money) {
                prop_assert!(plain.is_some());
            }
        }

        #[test]
        fn the_usual_spelling_goes_the_plain_path(fen in 0..=MONEY_FEN_MAX) {
            let text = format!("{}.{:02}", fen / 100, fen % 100);
            let window = Window::of(text.as_bytes());
            prop_assert_eq!(window.as_ref().and_then(plain_money), Some(fen));
            prop_assert!(window.as_ref().is_some_and(is_plain_money));
        }
    }
}
