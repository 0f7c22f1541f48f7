//! Whether a short field has the shape of an amount or a ratio as they are usually written: sixteen
//! bytes as two words, and no branch, so that what is odd in many fields is gathered and asked once.

use crate::claims::window::{halves, parse_eight};

/// Sixteen bytes as words, the first byte lowest.
type Words = [u64; 2];

/// What is odd in fields: the high bits of bytes that are not what they should be.
#[derive(Clone, Copy, Default)]
pub(crate) struct Odd(u64);

impl Odd {
    #[inline(always)]
    pub(crate) fn is_there(self) -> bool {
        self.0 & 0x8080_8080_8080_8080 != 0
    }
}

/// For every length below sixteen which bytes are the field's, and what each is compared with.
struct Shape {
    of: [(Words, Words); 16],
    /// Added to the difference of a byte, this reaches its high bit where the difference is too large.
    to_the_limit: Words,
}

/// Nothing passes: bytes that are masked away are compared with this.
const NEVER: Words = [u64::MAX; 2];

/// A digit may be up to 9 above the nought, a mark is what it is.
const DIGIT: u8 = 0x80 - 10;
const MARK: u8 = 0x80 - 1;

const fn words(bytes: [u8; 16]) -> Words {
    let all = u128::from_le_bytes(bytes);
    // The halves of 128 bits.
    #[allow(clippy::cast_possible_truncation)]
    let words = [all as u64, (all >> 64) as u64];
    words
}

/// At the end of the sixteen bytes: one to ten digits, a point and two decimals; or nothing.
static AMOUNT: Shape = {
    let mut of = [([0; 2], NEVER); 16];
    of[0].1 = [0; 2];
    let mut length = 4;
    while length <= 13 {
        let (mut mask, mut marks) = ([0; 16], [0; 16]);
        let mut at = 16 - length;
        while at < 16 {
            mask[at] = 0xff;
            marks[at] = if at == POINT { b'.' } else { b'0' };
            at += 1;
        }
        of[length] = (words(mask), words(marks));
        length += 1;
    }
    let mut limits = [DIGIT; 16];
    limits[POINT] = MARK;
    Shape {
        of,
        to_the_limit: words(limits),
    }
};
const POINT: usize = 13;

/// At the beginning of the sixteen bytes: a nought, a point and decimals; a nought; or nothing.
static RATIO: Shape = {
    let mut of = [([0; 2], NEVER); 16];
    of[0].1 = [0; 2];
    let mut length = 1;
    while length <= 15 {
        let (mut mask, mut marks) = ([0; 16], [0; 16]);
        let mut at = 0;
        while at < length {
            mask[at] = 0xff;
            marks[at] = if at == 1 { b'.' } else { b'0' };
            at += 1;
        }
        if length != 2 {
            of[length] = (words(mask), words(marks));
        }
        length += 1;
    }
    let mut limits = [DIGIT; 16];
    (limits[0], limits[1]) = (MARK, MARK);
    Shape {
        of,
        to_the_limit: words(limits),
    }
};

impl Shape {
    /// How far each byte is from what it should be, and adds to `odd` where that is too far. Only
    /// the lowest four bits of the length count.
    #[inline(always)]
    fn compare(&self, text: &[u8; 16], length: u32, odd: &mut Odd) -> Words {
        let (mask, marks) = &self.of[length as usize & 15];
        let (low, high) = halves(text);
        let off = [(low & mask[0]) ^ marks[0], (high & mask[1]) ^ marks[1]];
        for (off, limit) in off.iter().zip(self.to_the_limit) {
            // A carry comes only out of a byte that has its own high bit set already.
            odd.0 |= off.wrapping_add(limit) | off;
        }
        off
    }
}

/// Adds what keeps the bytes before a position from being an amount of some length below sixteen
/// from 0 up, or empty.
#[inline(always)]
pub(crate) fn see_amount(text: &[u8; 16], length: u32, odd: &mut Odd) {
    AMOUNT.compare(text, length, odd);
}

/// The same, and the amount in fen, which means nothing where there is something odd.
#[inline(always)]
pub(crate) fn usual_amount(text: &[u8; 16], length: u32, odd: &mut Odd) -> i64 {
    let [low, high] = AMOUNT.compare(text, length, odd);
    // The five digits before the point move up over it.
    let digits = (high & 0x0000_00ff_ffff_ffff) << 8 | high & 0xffff_0000_0000_0000;
    let mut fen = parse_eight(digits);
    if low != 0 {
        fen = fen.wrapping_add(parse_eight(low).wrapping_mul(10_000_000));
    }
    fen.cast_signed()
}

/// Adds what keeps the bytes from a position on from being a ratio of some length below sixteen from
/// 0 to below 1, or empty.
#[inline(always)]
pub(crate) fn see_ratio(text: &[u8; 16], length: u32, odd: &mut Odd) {
    RATIO.compare(text, length, odd);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::values::{Ratio, money, ratio};
    use proptest::prelude::*;

    fn at_the_end(text: &str) -> [u8; 16] {
        let mut bytes = [b'7'; 16];
        bytes[16 - text.len()..].copy_from_slice(text.as_bytes());
        bytes
    }

    fn at_the_beginning(text: &str) -> [u8; 16] {
        let mut bytes = [b'7'; 16];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        bytes
    }

    fn length(text: &str) -> u32 {
        u32::try_from(text.len()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]
        #[test]
        fn a_usual_amount_is_an_amount(text in "[0-9]{0,11}[./,:]?[0-9:/a]{0,3}") {
            let (mut odd, mut seen) = (Odd::default(), Odd::default());
            let fen = usual_amount(&at_the_end(&text), length(&text), &mut odd);
            see_amount(&at_the_end(&text), length(&text), &mut seen);
            prop_assert_eq!(odd.is_there(), seen.is_there());
            if !odd.is_there() && !text.is_empty() {
                prop_assert_eq!(Some(fen), money(text.as_bytes()));
            }
        }

        #[test]
        fn amounts_are_usual(fen in 0..=crate::claims::values::MONEY_FEN_MAX) {
            let text = format!("{}.{:02}", fen / 100, fen % 100);
            let mut odd = Odd::default();
            prop_assert_eq!(usual_amount(&at_the_end(&text), length(&text), &mut odd), fen);
            prop_assert!(!odd.is_there());
        }

        #[test]
        fn a_usual_ratio_is_a_ratio(text in "[01]?[./]?[0-9:a]{0,13}") {
            let mut odd = Odd::default();
            see_ratio(&at_the_beginning(&text), length(&text), &mut odd);
            if !odd.is_there() && !text.is_empty() {
                prop_assert!(matches!(ratio(text.as_bytes()), Some(Ratio::Sound { .. })), "{}", text);
            }
        }
    }

    #[test]
    fn ratios_are_usual() {
        for text in ["", "0", "0.5", "0.85", "0.00", "0.123456789012"] {
            let mut odd = Odd::default();
            see_ratio(&at_the_beginning(text), length(text), &mut odd);
            assert!(!odd.is_there(), "{text}");
        }
    }
}
