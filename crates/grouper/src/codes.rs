//! Codes as numbers: every diagnosis or procedure code that a scheme mentions gets one, in the
//! order of mention.

use rustc_hash::FxHashMap;

/// A code's number.
pub(crate) type CodeId = u32;

/// The codes of one kind, diagnoses or procedures, and their numbers.
///
/// Codes of up to 24 bytes, all but a handful, are held as three words: one multiplication finds
/// the slot and a comparison settles it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Codes {
    /// Power of two; a number plus one, 0 for an empty slot.
    slots: Vec<u32>,
    keys: Vec<Key>,
    long: FxHashMap<Box<str>, CodeId>,
    text: String,
    /// Where each code ends in `text`.
    ends: Vec<u32>,
}

/// A code of at most 24 bytes and zeros behind it; one that ends in NUL has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key([u64; 3]);

impl Key {
    const NONE: Key = Key([u64::MAX; 3]);

    #[inline]
    fn of(code: &[u8]) -> Option<Key> {
        let mut bytes = [0u8; 24];
        let room = bytes.get_mut(..code.len())?;
        if code.last() == Some(&0) {
            return None;
        }
        room.copy_from_slice(code);
        let (words, _) = bytes.as_chunks::<8>();
        Some(Key([
            u64::from_le_bytes(words[0]),
            u64::from_le_bytes(words[1]),
            u64::from_le_bytes(words[2]),
        ]))
    }

    #[inline]
    fn slot(self, mask: usize) -> usize {
        let Key([a, b, c]) = self;
        let mixed = (a ^ b.rotate_left(31) ^ c.rotate_left(17)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = mixed ^ (mixed >> 32);
        usize::try_from(mixed).unwrap_or(0) & mask
    }
}

impl Codes {
    /// How many codes there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a code.
    pub(crate) fn text(&self, id: CodeId) -> &str {
        let at = id as usize;
        let Some(&end) = self.ends.get(at) else {
            return "";
        };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start as usize..end as usize]
    }

    /// The number of a code, as it stands.
    #[inline]
    pub(crate) fn get(&self, code: &str) -> Option<CodeId> {
        match Key::of(code.as_bytes()) {
            Some(key) if !self.slots.is_empty() && !code.is_empty() => self.find(key).ok(),
            Some(_) => None,
            None => self.long.get(code).copied(),
        }
    }

    /// The number of a code, a new one if it has none yet.
    pub(crate) fn insert(&mut self, code: &str) -> CodeId {
        if (self.keys.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let key = Key::of(code.as_bytes());
        let slot = match key {
            Some(key) => match self.find(key) {
                Ok(id) => return id,
                Err(slot) => Some(slot),
            },
            None => match self.long.get(code) {
                Some(&id) => return id,
                None => None,
            },
        };
        let id = CodeId::try_from(self.ends.len()).unwrap_or(CodeId::MAX);
        match slot {
            Some(slot) => self.slots[slot] = id + 1,
            None => {
                self.long.insert(code.into(), id);
            }
        }
        self.keys.push(key.unwrap_or(Key::NONE));
        self.text.push_str(code);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        id
    }

    /// Where a key stands, or the empty slot where it would.
    #[inline]
    fn find(&self, key: Key) -> Result<CodeId, usize> {
        let mask = self.slots.len() - 1;
        let mut at = key.slot(mask);
        loop {
            match self.slots[at] {
                0 => return Err(at),
                found if self.keys[found as usize - 1] == key => return Ok(found - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1 << 10);
        let mut slots = vec![0u32; size];
        for (id, &key) in (0u32..).zip(&self.keys) {
            if key != Key::NONE {
                let mut at = key.slot(size - 1);
                while slots[at] != 0 {
                    at = (at + 1) & (size - 1);
                }
                slots[at] = id + 1;
            }
        }
        self.slots = slots;
    }
}

/// A code as people write it, brought to the form in which codes are compared when they are not
/// compared verbatim: without blanks around it, narrow for wide letters and digits (全角), and
/// letters in one case. Codes of one scheme differ in more than that.
pub(crate) fn folded(code: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    let narrowed: String = code.chars().map(narrow).collect();
    narrowed.trim().to_ascii_lowercase()
}

/// Whether two codes are the same but for blanks around them, wide letters and letter case.
///
/// ```
/// assert!(dianzhi_grouper::same_code("m91.001 ", "M91.001"));
/// ```
#[must_use]
pub fn same_code(a: &str, b: &str) -> bool {
    // Most codes of a record are plain and differ; only what may hide a difference is folded.
    let is_plain = |code: &str| code.is_ascii() && !code.starts_with(' ') && !code.ends_with(' ');
    if is_plain(a) && is_plain(b) {
        a.eq_ignore_ascii_case(b)
    } else {
        folded(a) == folded(b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn folding() {
        assert_eq!(folded(" m91.001 "), "m91.001");
        assert_eq!(folded("Ａ０１．０００Ｘ００２\u{3000}"), "a01.000x002");
        assert_eq!(folded("B65.906+I98.3*"), "b65.906+i98.3*");
    }

    proptest! {
        #[test]
        fn numbers_as_a_map_gives_them(codes in proptest::collection::vec("[A-C][0-9.x+*]{0,27}|", 0..300)) {
            let mut map = BTreeMap::new();
            let mut table = Codes::default();
            prop_assert_eq!(table.get("A"), None);
            for code in codes.iter().filter(|code| !code.is_empty()) {
                let next = u32::try_from(map.len()).unwrap();
                let id = *map.entry(code.clone()).or_insert(next);
                prop_assert_eq!(table.insert(code), id);
            }
            prop_assert_eq!(table.len(), map.len());
            for (code, &id) in &map {
                prop_assert_eq!(table.get(code), Some(id));
                prop_assert_eq!(table.text(id), code.as_str());
                let shorter = &code[..code.len() - 1];
                prop_assert_eq!(table.get(shorter), map.get(shorter).copied());
                prop_assert_eq!(table.get(&format!("{code}\0")), None);
            }
            prop_assert_eq!(table.get(""), None);
        }
    }
}
