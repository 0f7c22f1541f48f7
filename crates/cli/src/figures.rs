//! Figures for people: thousands separators, and counts with the right word behind them.

use dianzhi::engine::{FenSum, Fixed};

/// A decimal with a comma between thousands.
pub(crate) fn grouped(figure: &str) -> String {
    let (sign, rest) = match figure.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", figure),
    };
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.chars().count() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out += fraction;
    }
    out
}

/// Money in yuan with its two decimals.
pub(crate) fn yuan(fen: i128) -> String {
    grouped(&FenSum(fen).to_string())
}

/// A count.
pub(crate) fn count(n: u64) -> String {
    grouped(&n.to_string())
}

/// A ratio of millionths, with all its decimals.
pub(crate) fn ratio(millionths: i128) -> String {
    let fixed = Fixed {
        units: millionths,
        places: 6,
    };
    fixed.to_string()
}

/// `1 record`, `2 records`.
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands() {
        for (plain, shown) in [
            ("0", "0"),
            ("999.00", "999.00"),
            ("1000.5", "1,000.5"),
            ("-1234567.891234", "-1,234,567.891234"),
            ("-100", "-100"),
        ] {
            assert_eq!(grouped(plain), shown);
        }
        assert_eq!(yuan(-123_456), "-1,234.56");
        assert_eq!(counted(1, "record", "records"), "1 record");
        assert_eq!(counted(1_200, "record", "records"), "1,200 records");
        assert_eq!(ratio(900_000), "0.900000");
    }
}
