//! Codes as numbers: every diagnosis or procedure code that a scheme mentions gets one, in the
//! order of mention.

/// A code's number.
pub(crate) type CodeId = u32;

/// The codes of one kind, diagnoses or procedures, and their numbers.
///
/// A slot holds all of a code of up to 12 bytes, all but one in fifty, beside its number: one
/// multiplication finds the slot, one look at memory settles it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Codes {
    /// A power of two; at most half are taken.
    slots: Vec<Slot>,
    /// What is shifted out of 64 bits to leave the position of a slot.
    shift: u32,
    text: String,
    /// Where each code ends in `text`.
    ends: Vec<u32>,
}

/// A code's key, and behind the last bits of it the code's number plus one: 0 in an empty slot.
#[derive(Clone, Copy, Debug, Default)]
struct Slot(u64, u64);

/// What a code is found by. Codes of up to [`WHOLE`] bytes that have the same key are the same.
#[derive(Clone, Copy, Debug)]
struct Key(u64, u64);

/// The longest code that is all in its key.
const WHOLE: usize = 12;
/// What a key has for the length of any longer code.
const LONGER: usize = 15;
/// Bits of a key's second word. Those above are a slot's number: more than a package can have codes.
const KEY_BITS: u32 = 36;
const KEY_MASK: u64 = (1 << KEY_BITS) - 1;

impl Key {
    /// Of a code that is neither very short nor longer than a key.
    #[inline]
    fn of(code: &[u8]) -> Option<Key> {
        let length = code.len();
        if !(4..=WHOLE).contains(&length) {
            return None;
        }
        // Four bytes from the front, four behind them and the last four, which overlap in a short
        // code: the same steps for every length.
        let last = length - 4;
        let (first, next, last) = (four(code, 0), four(code, last.min(4)), four(code, last));
        Some(Key(first | next << 32, last | (length as u64) << 32))
    }

    /// Of any code; nothing of an empty one.
    fn of_any(code: &[u8]) -> Option<Key> {
        let length = code.len();
        if let Some(key) = Key::of(code) {
            return Some(key);
        }
        let (&first, &last) = (code.first()?, code.last()?);
        if length <= WHOLE {
            let ends = u64::from(first) | u64::from(code[length / 2]) << 8 | u64::from(last) << 16;
            return Some(Key(ends, (length as u64) << 32));
        }
        let mixed = code.chunks(8).fold(length as u64, |mixed, part| {
            let mut bytes = [0; 8];
            bytes[..part.len()].copy_from_slice(part);
            (mixed.rotate_left(29) ^ u64::from_le_bytes(bytes)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        Some(Key(mixed, (LONGER as u64) << 32))
    }

    /// Only the highest bits of a product depend on all of its factor, so those find the slot.
    #[inline]
    fn hash(self) -> u64 {
        (self.0 ^ self.1.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn is_whole(self) -> bool {
        self.1 >> 32 != LONGER as u64
    }

    fn with_number(self, id: CodeId) -> Slot {
        Slot(self.0, self.1 | (u64::from(id) + 1) << KEY_BITS)
    }
}

/// Four bytes of a code.
#[inline]
fn four(code: &[u8], at: usize) -> u64 {
    let bytes = code.get(at..).and_then(|rest| rest.first_chunk());
    u64::from(bytes.copied().map_or(0, u32::from_le_bytes))
}

impl Slot {
    #[inline]
    fn is_empty(self) -> bool {
        self.1 == 0
    }

    /// One question, not two: codes often end alike.
    #[inline]
    fn has(self, key: Key) -> bool {
        (self.0 ^ key.0) | (self.1 & KEY_MASK ^ key.1) == 0
    }

    #[inline]
    fn number(self) -> CodeId {
        CodeId::try_from(self.1 >> KEY_BITS).unwrap_or(0).wrapping_sub(1)
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
        if let Some(key) = Key::of(code.as_bytes())
            && let Some(&slot) = self.slots.get(self.place(key))
            && slot.has(key)
        {
            return Some(slot.number());
        }
        self.get_behind(code)
    }

    /// The same of a code that is not where it should be, or an odd one.
    #[inline(never)]
    fn get_behind(&self, code: &str) -> Option<CodeId> {
        // An empty text is no code, whatever a table says.
        let key = Key::of_any(code.as_bytes())?;
        if self.slots.is_empty() {
            return None;
        }
        self.find(key, code).ok()
    }

    /// The number of a code, a new one if it has none yet.
    pub(crate) fn insert(&mut self, code: &str) -> CodeId {
        if let Some(id) = self.get(code) {
            return id;
        }
        if (self.ends.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        // An empty code is numbered too, and never found but here.
        let key = Key::of_any(code.as_bytes()).unwrap_or(Key(0, 0));
        let at = match self.find(key, code) {
            Ok(id) => return id,
            Err(at) => at,
        };
        let next = CodeId::try_from(self.ends.len()).unwrap_or(CodeId::MAX);
        self.slots[at] = key.with_number(next);
        self.text.push_str(code);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        next
    }

    /// Where the search for a code begins.
    #[inline]
    fn place(&self, key: Key) -> usize {
        usize::try_from(key.hash() >> self.shift).unwrap_or(0)
    }

    /// The number of a code, or the empty slot where it would stand.
    #[inline]
    fn find(&self, key: Key, code: &str) -> Result<CodeId, usize> {
        let mask = self.slots.len() - 1;
        let mut at = self.place(key);
        loop {
            let slot = self.slots[at];
            if slot.is_empty() {
                return Err(at);
            }
            if slot.has(key) && (key.is_whole() || self.text(slot.number()) == code) {
                return Ok(slot.number());
            }
            at = (at + 1) & mask;
        }
    }

    /// Makes room for so many codes at once.
    pub(crate) fn reserve(&mut self, codes: usize) {
        let size = (codes.max(1 << 9) * 2).next_power_of_two();
        if size > self.slots.len() {
            self.grow_to(size);
        }
    }

    #[cold]
    fn grow(&mut self) {
        self.grow_to((self.slots.len() * 2).max(1 << 10));
    }

    fn grow_to(&mut self, size: usize) {
        self.shift = u64::BITS - size.trailing_zeros();
        let before = std::mem::replace(&mut self.slots, vec![Slot::default(); size]);
        for slot in before.into_iter().filter(|slot| !slot.is_empty()) {
            let mut at = self.place(Key(slot.0, slot.1 & KEY_MASK));
            while !self.slots[at].is_empty() {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = slot;
        }
    }
}

/// A code as people write it, brought to the form in which codes are compared when they are not
/// compared verbatim: without blanks around it, narrow for wide letters and digits (全角), and
/// letters in one case. Codes of one scheme differ in more than that.
///
/// ```
/// assert_eq!(dianzhi_grouper::folded(" Ｉ21.0"), "i21.0");
/// ```
#[must_use]
pub fn folded(code: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    let narrowed: String = code.chars().map(narrow).collect();
    narrowed.trim().to_ascii_lowercase()
}

/// No code at all, or a dash in its place.
pub(crate) fn is_blank(code: &str) -> bool {
    matches!(code.trim(), "" | "-" | "--" | "—")
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
            for code in asked {
                prop_assert_eq!(table.get(code), map.get(code).copied());
            }
            prop_assert_eq!(table.get(""), None);
        }
    }
}
