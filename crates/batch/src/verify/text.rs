//! Bytes as text, one character after the other: which encoding a file has, and what is no
//! character of it (docs/SETTLEMENT.md §3).

use crate::input::encoding::{A3A0, Encoding};
use dianzhi_policy::EncodingChoice;
use encoding_rs::GB18030;

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
const GB18030_MARK: &[u8] = b"\x84\x31\x95\x33";

/// The encoding of a whole file, and the bytes of its mark.
pub(super) fn encoding_of(bytes: &[u8], choice: EncodingChoice) -> (Encoding, usize) {
    let encoding = match choice {
        EncodingChoice::Utf8 => Encoding::Utf8,
        EncodingChoice::Gb18030 => Encoding::Gb18030,
        EncodingChoice::Auto if bytes.starts_with(UTF8_MARK) => Encoding::Utf8,
        EncodingChoice::Auto if bytes.starts_with(GB18030_MARK) => Encoding::Gb18030,
        EncodingChoice::Auto => by_lines(bytes),
    };
    let mark = match encoding {
        Encoding::Utf8 => UTF8_MARK,
        Encoding::Gb18030 => GB18030_MARK,
    };
    let length = if bytes.starts_with(mark) { mark.len() } else { 0 };
    (encoding, length)
}

/// The first 1,000 lines with a byte beyond ASCII decide.
fn by_lines(bytes: &[u8]) -> Encoding {
    let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_ascii());
    let (mut seen, mut valid) = (0u32, 0u32);
    for line in lines.take(1_000) {
        seen += 1;
        if std::str::from_utf8(line).is_ok() {
            valid += 1;
        }
    }
    if valid * 2 >= seen {
        Encoding::Utf8
    } else {
        Encoding::Gb18030
    }
}

/// Bytes as text; `None` where one of them is part of no character.
pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> Option<String> {
    let mut text = String::with_capacity(bytes.len());
    let sound = walk(bytes, encoding, |piece| match piece {
        Ok(decoded) => {
            text.push_str(decoded);
            true
        }
        Err(_) => false,
    });
    sound.then_some(text)
}

/// Bytes as text in which every byte that is part of no character stands as `\xhh`.
pub(super) fn decode_escaped(bytes: &[u8], encoding: Encoding) -> String {
    let mut text = String::with_capacity(bytes.len());
    walk(bytes, encoding, |piece| {
        match piece {
            Ok(decoded) => text.push_str(decoded),
            Err(byte) => text.push_str(&format!("\\x{byte:02x}")),
        }
        true
    });
    text
}

/// Hands out text and bytes that are part of no character, until `take` says no.
fn walk(bytes: &[u8], encoding: Encoding, mut take: impl FnMut(Result<&str, u8>) -> bool) -> bool {
    let mut rest = bytes;
    while !rest.is_empty() {
        let ascii = rest.iter().take_while(|byte| byte.is_ascii()).count();
        if ascii > 0 {
            let (plain, after) = rest.split_at(ascii);
            rest = after;
            // ASCII is UTF-8.
            if !take(Ok(std::str::from_utf8(plain).unwrap_or_default())) {
                return false;
            }
            continue;
        }
        let (length, character) = match encoding {
            Encoding::Utf8 => utf8_character(rest),
            Encoding::Gb18030 => gb18030_character(rest),
        };
        let (here, after) = rest.split_at(length);
        rest = after;
        let goes_on = match character {
            Some(text) => take(Ok(&text)),
            None => here.iter().all(|&byte| take(Err(byte))),
        };
        if !goes_on {
            return false;
        }
    }
    true
}

/// The character at the start of `bytes`, or the bytes there that are none.
fn utf8_character(bytes: &[u8]) -> (usize, Option<String>) {
    for length in 1..=bytes.len().min(4) {
        if let Ok(text) = std::str::from_utf8(&bytes[..length]) {
            return (length, Some(text.to_owned()));
        }
    }
    // One byte at a time: what follows may be a character.
    (1, None)
}

fn gb18030_character(bytes: &[u8]) -> (usize, Option<String>) {
    if bytes.starts_with(b"\xa3\xa0") {
        return (2, Some(A3A0.to_owned()));
    }
    let length = match bytes {
        [0x81..=0xfe, 0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, ..] => 4,
        [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, ..] => 2,
        _ => return (1, None),
    };
    match GB18030.decode_without_bom_handling_and_without_replacement(&bytes[..length]) {
        Some(text) => (length, Some(text.into_owned())),
        None => (1, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::encoding as engine;
    use proptest::prelude::*;

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            any::<u8>(),
            Just(0x80u8),
            Just(0xff),
            0x30u8..0x3a,
            0x81u8..0xff,
            Just(b'a'),
        ];
        prop_oneof![
            proptest::collection::vec(byte, 0..40),
            "\\PC{0,12}".prop_map(String::into_bytes),
            "\\PC{0,12}".prop_map(|text| GB18030.encode(&text).0.into_owned()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn the_engine_decodes_alike(bytes in bytes()) {
            for encoding in [Encoding::Utf8, Encoding::Gb18030] {
                let theirs = engine::decode(&bytes, encoding).map(|text| text.into_owned());
                prop_assert_eq!(decode(&bytes, encoding), theirs);
                prop_assert_eq!(decode_escaped(&bytes, encoding), engine::decode_escaped(&bytes, encoding));
            }
        }
    }
}
