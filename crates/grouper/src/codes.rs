//! Codes as numbers: every diagnosis or procedure code that a scheme mentions gets one, in the
//! order of mention.

use rustc_hash::FxHashMap;

/// A code's number.
pub(crate) type CodeId = u32;

/// The codes of one kind, diagnoses or procedures, and their numbers.
///
/// Codes of up to 16 bytes, all but those of two parts, are held as two words: one multiplication
/// finds the slot, a comparison settles it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Codes {
    /// A power of two; at most three in four are taken.
    slots: Vec<Slot>,
    /// What is shifted out of 64 bits to leave the number of a slot.
    shift: u32,
    keys: Vec<[u64; 2]>,
    long: FxHashMap<Box<str>, CodeId>,
    text: String,
    /// Where each code ends in `text`.
    ends: Vec<u32>,
}

/// What is known of a slot's code without looking at its key.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// Its number plus one, 0 for an empty slot.
    number: u32,
    /// Its length, and part of its hash.
    mark: u32,
}

/// A code of 1 to 16 bytes.
#[derive(Clone, Copy, Debug)]
struct Key {
    /// Its first and its last bytes, which overlap; with the length they are the code.
    words: [u64; 2],
    hash: u64,
    mark: u32,
}

impl Key {
    #[inline]
    fn of(code: &[u8]) -> Option<Key> {
        let length = code.len();
        let words = match (code.first_chunk::<8>(), code.last_chunk::<8>()) {
            (Some(first), Some(last)) if length <= 16 => [u64::from_le_bytes(*first), u64::from_le_bytes(*last)],
            (Some(_), _) => return None,
            _ => match (code.first_chunk::<4>(), code.last_chunk::<4>()) {
                (Some(first), Some(last)) => {
                    let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
                    [u64::from(first) | u64::from(last) << 32, 0]
                }
                _ => {
                    let (&first, &last) = (code.first()?, code.last()?);
                    let middle = code[length / 2];
                    [u64::from(first) | u64::from(middle) << 8 | u64::from(last) << 16, 0]
                }
            },
        };
        let length = length as u64;
        // Only the highest bits of a product depend on all of its factor, so those find the slot.
        let hash = (words[0] ^ words[1].rotate_left(29) ^ length << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mark = u32::try_from(hash >> 8 & 0x00ff_ffff | length << 24).unwrap_or(0);
        Some(Key { words, hash, mark })
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
            Some(key) if !self.slots.is_empty() => self.find(&key).ok(),
            Some(_) => None,
            None => self.get_long(code),
        }
    }

    /// The numbers of the codes of a record, in order. The tables are larger than the nearest cache:
    /// looking for several codes at once lets their misses overlap.
    #[inline]
    pub(crate) fn get_all(&self, codes: &[&str], mut each: impl FnMut(usize, Option<CodeId>)) {
        const AT_ONCE: usize = 8;
        for (chunk, codes) in codes.chunks(AT_ONCE).enumerate() {
            let mut keys = [None; AT_ONCE];
            let mut slots = [Slot::default(); AT_ONCE];
            for ((key, slot), code) in keys.iter_mut().zip(&mut slots).zip(codes) {
                *key = Key::of(code.as_bytes());
                if let Some(key) = key {
                    *slot = self.slots.get(self.slot(key)).copied().unwrap_or_default();
                }
            }
            for (i, code) in codes.iter().enumerate() {
                let slot = slots[i];
                let found = match &keys[i] {
                    Some(key) if slot.mark == key.mark && self.is(slot, key) => Some(slot.number - 1),
                    _ => self.get(code),
                };
                each(chunk * AT_ONCE + i, found);
            }
        }
    }

    /// Where the search for a code begins.
    #[inline]
    fn slot(&self, key: &Key) -> usize {
        usize::try_from(key.hash >> self.shift).unwrap_or(0)
    }

    /// Whether a slot that is not empty holds a code.
    #[inline]
    fn is(&self, slot: Slot, key: &Key) -> bool {
        slot.number != 0 && self.keys[slot.number as usize - 1] == key.words
    }

    /// The number of an empty code, or a long one.
    #[inline(never)]
    fn get_long(&self, code: &str) -> Option<CodeId> {
        // An empty text is no code, whatever a table says.
        if code.is_empty() {
            None
        } else {
            self.long.get(code).copied()
        }
    }

    /// The number of a code, a new one if it has none yet.
    pub(crate) fn insert(&mut self, code: &str) -> CodeId {
        if (self.ends.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let next = CodeId::try_from(self.ends.len()).unwrap_or(CodeId::MAX);
        let key = Key::of(code.as_bytes());
        match &key {
            Some(key) => match self.find(key) {
                Ok(id) => return id,
                Err(at) => {
                    self.slots[at] = Slot {
                        number: next + 1,
                        mark: key.mark,
                    };
                }
            },
            None => match self.long.get(code) {
                Some(&id) => return id,
                None => {
                    self.long.insert(code.into(), next);
                }
            },
        }
        self.keys.push(key.map_or([0; 2], |key| key.words));
        self.text.push_str(code);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        next
    }

    /// Where a code stands, or the empty slot where it would.
    #[inline]
    fn find(&self, key: &Key) -> Result<CodeId, usize> {
        let mask = self.slots.len() - 1;
        let mut at = self.slot(key);
        loop {
            let slot = self.slots[at];
            if slot.number == 0 {
                return Err(at);
            }
            if slot.mark == key.mark && self.is(slot, key) {
                return Ok(slot.number - 1);
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1 << 10);
        self.shift = u64::BITS - size.trailing_zeros();
        self.slots = vec![Slot::default(); size];
        let mut start = 0usize;
        for (id, &end) in (0u32..).zip(&self.ends) {
            let code = &self.text.as_bytes()[start..end as usize];
            start = end as usize;
            if let Some(key) = Key::of(code)
                && let Err(at) = self.find(&key)
            {
                self.slots[at] = Slot {
                    number: id + 1,
                    mark: key.mark,
                };
            }
        }
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
/// assert!(dianzhi_grouper::same_code("M91.001\t", "M91.001"));
/// ```
#[must_use]
pub fn same_code(a: &str, b: &str) -> bool {
    // Most codes of a record are plain and differ; only what may hide a difference is folded.
    let is_plain = |code: &str| code.is_ascii() && code.trim() == code;
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

    /// Any blank beside a code hides it, not the plain one alone. Seen to fail.
    #[test]
    fn the_same_code_for_people() {
        for beside in ["M91.001 ", "M91.001\t", "\u{3000}m91.001", "Ｍ91.001", "m91.001\r"] {
            assert!(
                same_code(beside, "M91.001") && same_code("M91.001", beside),
                "{beside:?}"
            );
        }
        assert!(!same_code("M91.00", "M91.001") && !same_code("M91.001\t", "M91.002"));
    }

    /// An empty place in a table is no code that an empty field could be. Seen to fail.
    #[test]
    fn an_empty_code_is_never_found() {
        let mut table = Codes::default();
        table.insert("");
        table.insert("A");
        assert_eq!((table.get(""), table.get("A")), (None, Some(1)));
        let mut all = Vec::new();
        table.get_all(&["", "A"], |_, id| all.push(id));
        assert_eq!(all, [None, Some(1)]);
    }

    /// The same of a whole scheme: its MDC has an empty row, and a record has no main diagnosis.
    #[test]
    fn an_empty_row_takes_no_record_without_a_diagnosis() {
        let scheme = crate::Scheme::of_tables(&[
            ("scheme.toml", "code = \"c\""),
            ("mdc.tsv", "mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\tBR2"),
            ("mdc_dx.tsv", "mdc\tcode\nMDCB\t\nMDCB\tI63"),
            ("adrg.tsv", "adrg\tcond\totherwise\nBR2\tdx0(zd)\tBR2"),
            ("adrg_codes.tsv", "adrg\tlist\tcode\nBR2\tzd\t\nBR2\tzd\tI63"),
            ("drg.tsv", "adrg\tdrg\tcond"),
            ("mcc.tsv", "code\tgroup"),
            ("cc.tsv", "code\tgroup"),
            ("cce.tsv", "code\tgroup"),
            ("ss_valid.tsv", "code\n"),
        ])
        .unwrap();
        for verbatim in [false, true] {
            let options = crate::GroupOptions {
                verbatim,
                translate: false,
            };
            let grouper = crate::Grouper::new(scheme.clone(), options);
            for (diagnoses, code) in [(&["I63"][..], "BR2"), (&[""], "0000"), (&[], "0000")] {
                let record = crate::Record {
                    sex: crate::Sex::Male,
                    age_years: crate::Given::Is(50),
                    diagnoses,
                    ..crate::Record::default()
                };
                assert_eq!(grouper.group(&record).group_code, code, "{diagnoses:?} {verbatim}");
            }
        }
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
            let asked: Vec<&str> = codes.iter().filter(|code| !code.is_empty()).flat_map(|code| [code.as_str(), &code[1..]]).collect();
            let mut all = Vec::new();
            table.get_all(&asked, |position, id| all.push((position, id)));
            let expected = asked.iter().enumerate().map(|(position, &code)| (position, map.get(code).copied()));
            prop_assert_eq!(all, expected.collect::<Vec<_>>());
            prop_assert_eq!(table.get(""), None);
        }
    }
}
