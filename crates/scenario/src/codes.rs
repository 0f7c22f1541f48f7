//! The catalogue of this crate's diagnostic codes. Mistakes of the scenarios file's own shape have the
//! codes of region files ([`dianzhi_policy::codes`]). A code is never reused.

pub use dianzhi_policy::codes::Code;

/// A name that the baseline does not have: a key to remove, a section to come before, a hospital of a county.
pub const X101: Code = Code {
    id: "X101",
    zh: "基准中没有此项",
    en: "the baseline does not have it",
};

/// All of them, in order.
#[must_use]
pub fn all() -> &'static [Code] {
    &[X101]
}
