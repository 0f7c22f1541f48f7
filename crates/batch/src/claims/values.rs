//! Values of a claim as bytes: money, dates, ratios (docs/SETTLEMENT.md §3, "Numbers and dates").

mod day;
mod money;
mod ratio;
mod shape;

pub(crate) use day::{day, odd_time, usual_day};
#[cfg(test)]
pub(crate) use money::MONEY_FEN_MAX;
pub(crate) use money::{is_plain_money, money, plain_money};
pub(crate) use ratio::{Ratio, ratio};
pub(crate) use shape::{Odd, see_amount, see_ratio, usual_amount};

/// The digits before and behind the point; `None` where the text is no unsigned number.
fn split_point(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (whole, places) = match text.iter().position(|&b| b == b'.') {
        Some(at) if at + 1 < text.len() => (&text[..at], &text[at + 1..]),
        Some(_) => return None,
        None => (text, &[][..]),
    };
    let all_digits = whole.iter().chain(places).all(u8::is_ascii_digit);
    (!whole.is_empty() && all_digits).then_some((whole, places))
}
