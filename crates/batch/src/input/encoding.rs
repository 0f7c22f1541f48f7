//! Text encodings: which one a file has, and its bytes as characters.

use encoding_rs::{DecoderResult, GB18030};
use std::borrow::Cow;
use std::io::{BufRead, Read};

/// The encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// GB18030, which holds GBK and GB2312.
    Gb18030,
}

impl Encoding {
    /// The name as `files.encoding` writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Gb18030 => "gb18030",
        }
    }
}

/// Lines with a byte beyond ASCII that decide a file's encoding.
const DECIDING_LINES: u32 = 1_000;

/// Decides the encoding of the bytes from here on: UTF-8 if at least half of the first 1,000 lines
/// with a byte beyond ASCII are valid UTF-8, or if there are none.
pub(crate) fn detect(reader: impl Read) -> std::io::Result<Encoding> {
    let mut reader = std::io::BufReader::with_capacity(256 << 10, reader);
    let mut line = Vec::new();
    let (mut seen, mut valid) = (0u32, 0u32);
    while seen < DECIDING_LINES {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if !line.is_ascii() {
            seen += 1;
            valid += u32::from(simdutf8::basic::from_utf8(&line).is_ok());
        }
    }
    Ok(if valid * 2 >= seen {
        Encoding::Utf8
    } else {
        Encoding::Gb18030
    })
}

/// Bytes as UTF-8 text; `None` where they are not text of the encoding.
pub(crate) fn decode(bytes: &[u8], encoding: Encoding) -> Option<Cow<'_, str>> {
    match encoding {
        Encoding::Utf8 => simdutf8::basic::from_utf8(bytes).ok().map(Cow::Borrowed),
        Encoding::Gb18030 if bytes.is_ascii() => simdutf8::basic::from_utf8(bytes).ok().map(Cow::Borrowed),
        Encoding::Gb18030 => decode_gb18030(bytes).map(Cow::Owned),
    }
}

fn decode_gb18030(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len() * 2);
    let whole = decode_pieces(bytes, |piece| match piece {
        Piece::Text(decoded) => {
            text.push_str(decoded);
            true
        }
        Piece::NoCharacter(_) => false,
    });
    whole.then_some(text)
}

/// Text as bytes of an encoding, which [`decode`] reads again as that text.
pub(crate) fn encode(text: &str, encoding: Encoding) -> Cow<'_, [u8]> {
    if encoding == Encoding::Utf8 || text.is_ascii() {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    for (i, piece) in text.split(A3A0).enumerate() {
        if i > 0 {
            bytes.extend_from_slice(b"\xa3\xa0");
        }
        bytes.extend_from_slice(&GB18030.encode(piece).0);
    }
    Cow::Owned(bytes)
}

/// Bytes as text in which every byte that is part of no character stands as `\xhh`.
pub(crate) fn decode_escaped(bytes: &[u8], encoding: Encoding) -> String {
    let mut text = String::with_capacity(bytes.len());
    let escape = |text: &mut String, bytes: &[u8]| {
        for byte in bytes {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    };
    match encoding {
        Encoding::Utf8 => {
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                escape(&mut text, chunk.invalid());
            }
        }
        Encoding::Gb18030 => {
            decode_pieces(bytes, |piece| {
                match piece {
                    Piece::Text(decoded) => text.push_str(decoded),
                    Piece::NoCharacter(bytes) => escape(&mut text, bytes),
                }
                true
            });
        }
    }
    text
}

enum Piece<'a> {
    Text(&'a str),
    NoCharacter(&'a [u8]),
}

/// Hands out GB18030 bytes in pieces, characters and bytes that are none, until `take` says no.
///
/// 0x80 and 0xFF begin no character of GB18030; the decoder, made for the web, reads a lone 0x80
/// as €, so the bytes are cut there first.
fn decode_pieces(bytes: &[u8], mut take: impl FnMut(Piece<'_>) -> bool) -> bool {
    let mut rest = bytes;
    while !rest.is_empty() {
        let length = until_lone_byte(rest);
        if let (0, [0xa3, 0xa0, after @ ..]) = (length, rest) {
            if !take(Piece::Text(A3A0)) {
                return false;
            }
            rest = after;
            continue;
        }
        if length == 0 {
            if !take(Piece::NoCharacter(&rest[..1])) {
                return false;
            }
            rest = &rest[1..];
            continue;
        }
        if !decode_run(&rest[..length], &mut take) {
            return false;
        }
        rest = &rest[length..];
    }
    true
}

/// A3A0 of GB18030. The decoder, made for the web, reads it as the ideographic blank of A1A1, and
/// two ids would become one.
pub(crate) const A3A0: &str = "\u{e5e5}";

/// Bytes before the next 0x80 or 0xFF that stands where a character would begin, or the next A3A0.
fn until_lone_byte(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&lead) = bytes.get(at) {
        at += match (lead, bytes.get(at + 1), bytes.get(at + 2), bytes.get(at + 3)) {
            (0x80 | 0xff, ..) | (0xa3, Some(0xa0), ..) => return at,
            (0x81..=0xfe, Some(0x40..=0x7e | 0x80..=0xfe), ..) => 2,
            (0x81..=0xfe, Some(0x30..=0x39), Some(0x81..=0xfe), Some(0x30..=0x39)) => 4,
            _ => 1,
        };
    }
    at
}

fn decode_run(bytes: &[u8], take: &mut impl FnMut(Piece<'_>) -> bool) -> bool {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() * 3 + 16);
    let mut rest = bytes;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        match result {
            DecoderResult::InputEmpty => return take(Piece::Text(&text)),
            DecoderResult::OutputFull => text.reserve(rest.len() * 3 + 16),
            DecoderResult::Malformed(length, after) => {
                // The malformed bytes end `after` bytes before what was read. Only the first of them
                // is part of no character for certain: what follows may begin one of its own.
                let start = read - usize::from(after) - usize::from(length);
                let no_character = &rest[start..=start];
                if !take(Piece::Text(&text)) || !take(Piece::NoCharacter(no_character)) {
                    return false;
                }
                text.clear();
                rest = &rest[start + 1..];
                decoder = GB18030.new_decoder_without_bom_handling();
                continue;
            }
        }
        rest = &rest[read..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gb18030_has_no_lone_80_or_ff() {
        let (gbk, _, _) = GB18030.encode("备注");
        assert_eq!(decode(&gbk, Encoding::Gb18030).as_deref(), Some("备注"));
        for bad in [&b"a\x80b"[..], b"\xff", b"\x81", b"\xb1\xb8\xff"] {
            assert!(decode(bad, Encoding::Gb18030).is_none(), "{bad:?}");
        }
        assert_eq!(decode_escaped(b"a\x80b\xff", Encoding::Gb18030), "a\\x80b\\xff");
        assert_eq!(
            decode(b"S\xa3\xa0\xa1\xa1", Encoding::Gb18030).as_deref(),
            Some("S\u{e5e5}\u{3000}")
        );
        // 0x80 as a second byte is part of a character.
        assert!(decode(b"\x81\x80", Encoding::Gb18030).is_some());
    }

    /// Every character that two or four bytes can be. Seen to fail with A3A0 left to the encoder of the web.
    /// (Eighteen private ones, which no bytes are read as since 2022, come out as the public ones that took
    /// their places.)
    #[test]
    fn what_was_read_as_gb18030_is_written_as_what_is_read_so() {
        let reads_again = |bytes: &[u8]| {
            let Some(text) = decode(bytes, Encoding::Gb18030) else {
                return false;
            };
            let written = encode(&text, Encoding::Gb18030);
            assert!(
                decode(&written, Encoding::Gb18030).as_ref() == Some(&text),
                "{bytes:x?}"
            );
            true
        };
        let (mut two, mut four) = (0u32, 0u32);
        for lead in 0x81..=0xfe {
            for trail in 0x40..=0xfe {
                two += u32::from(reads_again(&[lead, trail]));
            }
            for second in 0x30..=0x39 {
                for third in 0x81..=0xfe {
                    for fourth in 0x30..=0x39 {
                        four += u32::from(reads_again(&[lead, second, third, fourth]));
                    }
                }
            }
        }
        assert!(two > 20_000 && four > 1_000_000, "{two} {four}");
    }

    #[test]
    fn bytes_of_no_character_are_shown() {
        assert_eq!(
            decode_escaped(b"ab\xffcd\xe5\x8c", Encoding::Utf8),
            "ab\\xffcd\\xe5\\x8c"
        );
        assert_eq!(decode_escaped(b"\xb1\xb8\x81,x", Encoding::Gb18030), "备\\x81,x");
    }

    #[test]
    fn half_of_the_lines_decide() {
        let (gbk, _, _) = GB18030.encode("备注");
        let mut bytes = b"a,b\n".repeat(5);
        assert_eq!(detect(&bytes[..]).unwrap(), Encoding::Utf8);
        bytes.extend_from_slice(&[&gbk[..], b"\n"].concat());
        assert_eq!(detect(&bytes[..]).unwrap(), Encoding::Gb18030);
        bytes.extend_from_slice("备注\n".as_bytes());
        assert_eq!(detect(&bytes[..]).unwrap(), Encoding::Utf8);
    }
}
