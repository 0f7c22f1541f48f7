//! Numbers: money, ratios and decimals of policies against the grammar and whole numbers of any size.

use super::engine::{self, Ratio};
use dianzhi_core::{DECIMAL_DIGITS_MAX, DECIMAL_PLACES_MAX, parse_decimal};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// 9,999,999,999.99 yuan.
const MONEY_FEN_MAX: i64 = 999_999_999_999;

/// Any bytes as an amount, a ratio and a decimal of a policy.
///
/// Seen to catch: a third decimal allowed in money; the limit of an amount one fen too high; 19
/// decimals of a ratio kept; a decimal of 19 digits.
pub fn decimal(data: &[u8]) {
    let number = Number::of(data);
    money(data, number.as_ref());
    ratio(data, number.as_ref());
    if let Ok(text) = std::str::from_utf8(data) {
        let expected = number.as_ref().filter(|number| {
            let whole = number.whole.trim_start_matches('0');
            number.places.len() <= DECIMAL_PLACES_MAX && whole.len() + number.places.len() <= DECIMAL_DIGITS_MAX
        });
        let found = parse_decimal(text).ok();
        let value = found.map(|decimal| {
            let one = BigInt::from(10).pow(decimal.scale());
            BigRational::new(decimal.mantissa().into(), one)
        });
        assert_eq!(value, expected.map(Number::value), "a decimal");
    }
}

fn money(data: &[u8], number: Option<&Number<'_>>) {
    let found = engine::money(data);
    let Some(number) = number.filter(|number| number.places.chars().skip(2).all(|digit| digit == '0')) else {
        assert_eq!(found, None, "no amount");
        return;
    };
    let fen = (number.value() * BigInt::from(100)).to_integer();
    if fen > MONEY_FEN_MAX.into() {
        assert_eq!(found, None, "above the limit");
    } else if fen.abs() > (i64::MAX / 2).into() {
        assert!(found.is_some_and(|fen| fen < 0), "a negative amount of any size is one");
    } else {
        assert_eq!(found, fen.to_i64(), "an amount");
    }
}

fn ratio(data: &[u8], number: Option<&Number<'_>>) {
    let found = engine::ratio(data);
    let Some(number) = number else {
        assert_eq!(found, None, "no ratio");
        return;
    };
    let value = number.value();
    if value.is_negative() || value > BigRational::one() {
        assert_eq!(found, Some(Ratio::OutOfRange));
    } else if value.is_zero() || value.is_one() || number.places.trim_end_matches('0').len() <= 18 {
        let Some(Ratio::Sound { units, places }) = found else {
            panic!("{value} is a ratio, found {found:?}");
        };
        assert!(places <= 18);
        assert_eq!(
            BigRational::new(units.into(), BigInt::from(10).pow(places.into())),
            value
        );
    } else {
        assert_eq!(found, Some(Ratio::TooLong));
    }
}

/// `-?[0-9]+(\.[0-9]+)?`, ASCII, nothing around it.
struct Number<'a> {
    negative: bool,
    whole: &'a str,
    places: &'a str,
}

impl Number<'_> {
    fn of(data: &[u8]) -> Option<Number<'_>> {
        let text = std::str::from_utf8(data).ok()?;
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        let mut parts = unsigned.split('.');
        let (whole, places) = (parts.next()?, parts.next());
        let sound = parts.next().is_none() && digits(whole) && places.is_none_or(digits);
        let places = places.unwrap_or("");
        sound.then_some(Number {
            negative,
            whole,
            places,
        })
    }

    fn value(&self) -> BigRational {
        let digits: BigInt = format!("{}{}", self.whole, self.places).parse().unwrap();
        let one = num_traits::pow(BigInt::from(10), self.places.len());
        BigRational::new(if self.negative { -digits } else { digits }, one)
    }
}
