//! Characters: detection and decoding against a decoder that takes one character at a time.

use super::{engine, slow};
use crate::input::encoding::Encoding;
use encoding_rs::GB18030;

/// Any bytes in both encodings.
///
/// Seen to catch: a lone 0x80 read as €; two bytes named where one is bad; A3A0 read as a blank;
/// detection by the first line alone.
pub fn encoding(data: &[u8]) {
    for encoding in [Encoding::Utf8, Encoding::Gb18030] {
        let decoded = engine::decode(data, encoding);
        assert_eq!(decoded, slow::decode(data, encoding), "{encoding:?}");
        let escaped: String = slow::characters(data, encoding)
            .into_iter()
            .map(|found| found.unwrap_or_else(|byte| format!("\\x{byte:02x}")))
            .collect();
        assert_eq!(engine::decode_escaped(data, encoding), escaped, "{encoding:?}");
        assert!(decoded.is_none_or(|text| text == escaped));
    }
    assert_eq!(engine::detect(data), slow::detect(data));
    if let Ok(text) = std::str::from_utf8(data) {
        let (encoded, _, lossy) = GB18030.encode(text);
        // For some characters the standard's editions have a private one and a public one in turn.
        let private = text.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c));
        if !lossy && !private {
            let back = engine::decode(&encoded, Encoding::Gb18030);
            assert_eq!(back.as_deref(), Some(text), "through GB18030 and back");
        }
    }
}
