//! A short field in two words: its last sixteen bytes as they stand in the block, with what lies
//! before the field cleared. Amounts and codes are read from these without a loop over bytes.

/// A field of at most sixteen bytes, at the end of sixteen; zeros before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    /// The first eight bytes, the first one lowest.
    pub(crate) low: u64,
    /// The last eight bytes: a field of at most eight is all here.
    pub(crate) high: u64,
    pub(crate) length: u32,
}

/// For each length, ones over the last so many of sixteen bytes.
const MASKS: [(u64, u64); 17] = {
    let mut masks = [(0, 0); 17];
    let mut length = 1usize;
    while length <= 16 {
        let (in_low, in_high) = (length.saturating_sub(8), if length < 8 { length } else { 8 });
        masks[length] = (last_bytes(in_low), last_bytes(in_high));
        length += 1;
    }
    masks
};

/// Ones over the last so many bytes of a word.
const fn last_bytes(count: usize) -> u64 {
    if count == 0 { 0 } else { u64::MAX << (8 * (8 - count)) }
}

impl Window {
    /// The window over `text[start..end]`; `None` where the field is longer.
    #[inline(always)]
    pub(crate) fn new(text: &[u8], start: usize, end: usize) -> Option<Window> {
        let length = u32::try_from(end - start).ok()?;
        if length > 16 {
            return None;
        }
        let bytes: [u8; 16] = match text.get(..end).and_then(|before| before.last_chunk()) {
            Some(bytes) => *bytes,
            None => at_the_start(text.get(start..end)?),
        };
        Window::at_the_end(&bytes, length)
    }

    /// The window over so many bytes at the end of sixteen; `None` where there are not so many.
    #[inline(always)]
    pub(crate) fn at_the_end(bytes: &[u8; 16], length: u32) -> Option<Window> {
        let (low_mask, high_mask) = *MASKS.get(length as usize)?;
        let (low, high) = halves(bytes);
        Some(Window {
            low: low & low_mask,
            high: high & high_mask,
            length,
        })
    }

    /// The window over a text by itself.
    pub(crate) fn of(text: &[u8]) -> Option<Window> {
        Window::new(text, 0, text.len())
    }

    /// Whether both hold the same field: as `==`, decided by one branch.
    #[inline(always)]
    pub(crate) fn is(&self, other: Window) -> bool {
        (self.low ^ other.low) | (self.high ^ other.high) | u64::from(self.length ^ other.length) == 0
    }

    /// Ones where the field has bytes.
    #[inline]
    pub(crate) fn mask(&self) -> (u64, u64) {
        MASKS.get(self.length as usize).copied().unwrap_or_default()
    }
}

/// A field with fewer than sixteen bytes before its end: the text's first ones.
#[cold]
fn at_the_start(field: &[u8]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[16 - field.len()..].copy_from_slice(field);
    bytes
}

#[inline]
pub(crate) fn halves(bytes: &[u8; 16]) -> (u64, u64) {
    let all = u128::from_le_bytes(*bytes);
    // The halves of 128 bits.
    #[allow(clippy::cast_possible_truncation)]
    let halves = (all as u64, (all >> 64) as u64);
    halves
}

/// Bytes that are no decimal digit after `^ b'0'`: not zero where there is one.
#[inline]
pub(crate) fn not_digits(xored: u64) -> u64 {
    // 10 and more reach the high bit with 0x76 added. A carry comes only out of a byte that has
    // its own high bit set already.
    (xored.wrapping_add(0x7676_7676_7676_7676) | xored) & 0x8080_8080_8080_8080
}

/// Eight digits, the first one lowest, each as its value: the number they write.
#[inline]
pub(crate) fn parse_eight(digits: u64) -> u64 {
    let fours = pairs_in_lanes(digits).wrapping_mul(100 * (1 << 16) + 1) >> 16 & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(10_000 * (1 << 32) + 1) >> 32
}

/// Eight digits, the first one lowest, each as its value: the four numbers below 100 they write.
#[inline]
pub(crate) fn pairs(digits: u64) -> [u8; 4] {
    let [first, _, second, _, third, _, fourth, _] = pairs_in_lanes(digits).to_le_bytes();
    [first, second, third, fourth]
}

/// A product by 10 · 2^8 + 1 adds ten times the lower digit of a lane to the upper one (and so on
/// for hundreds and ten thousands above); what runs out at the top is not looked at.
#[inline]
fn pairs_in_lanes(digits: u64) -> u64 {
    digits.wrapping_mul(10 * (1 << 8) + 1) >> 8 & 0x00ff_00ff_00ff_00ff
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn holds_the_field_and_nothing_else(text in proptest::collection::vec(any::<u8>(), 0..60), a in 0usize..60, b in 0usize..60) {
            let (start, end) = (a.min(b).min(text.len()), a.max(b).min(text.len()));
            let field = &text[start..end];
            let window = Window::new(&text, start, end);
            prop_assert_eq!(window.is_some(), field.len() <= 16);
            if let Some(window) = window {
                let mut bytes = [0; 16];
                bytes[16 - field.len()..].copy_from_slice(field);
                prop_assert_eq!((window.low, window.high), halves(&bytes));
                prop_assert_eq!(window.length as usize, field.len());
                prop_assert_eq!(Some(window), Window::of(field));
            }
        }

        #[test]
        fn digits(number in 0u64..100_000_000) {
            let text = format!("{number:08}");
            let word = u64::from_le_bytes(text.as_bytes().try_into().unwrap()) ^ 0x3030_3030_3030_3030;
            prop_assert_eq!(not_digits(word), 0);
            prop_assert_eq!(parse_eight(word), number);
        }

        #[test]
        fn what_is_no_digit_shows(bytes in any::<[u8; 8]>()) {
            let word = u64::from_le_bytes(bytes) ^ 0x3030_3030_3030_3030;
            prop_assert_eq!(not_digits(word) == 0, bytes.iter().all(u8::is_ascii_digit));
        }
    }
}
