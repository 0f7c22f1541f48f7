//! The catalogue of this crate's diagnostic codes. Mistakes of the scenarios file's own shape have the
//! codes of region files ([`dianzhi_policy::codes`]). `W401` and on are remarks. A code is never reused.

pub use dianzhi_policy::codes::Code;

const fn code(id: &'static str, zh: &'static str, en: &'static str) -> Code {
    Code { id, zh, en }
}

/// A name that the baseline does not have: a key to remove, a section to come before, a hospital of a county.
pub const X101: Code = code("X101", "基准中没有此项", "the baseline does not have it");

/// `assume` names an assumption that the file does not have.
pub const X102: Code = code("X102", "没有这个假设", "there is no such assumption");
/// An assumption names a hospital, level, group or the like that the region does not have.
pub const X103: Code = code(
    "X103",
    "假设所指的，地区中没有",
    "the region does not have what an assumption names",
);
/// A claims file lacks a column that an assumption needs.
pub const X104: Code = code(
    "X104",
    "缺少假设所需的列",
    "a column that an assumption needs is missing",
);
/// A record cannot become what an assumption makes of it.
pub const X105: Code = code("X105", "病例不能如假设所说改变", "a case cannot change as assumed");
/// The claims hold copies by an assumption of this name already.
pub const X106: Code = code(
    "X106",
    "病例中已有同名假设的副本",
    "the claims hold copies of that name already",
);
/// An assumption concerns no case.
pub const W401: Code = code("W401", "假设不涉及任何病例", "an assumption that concerns no case");

/// All of them, in order.
#[must_use]
pub fn all() -> &'static [Code] {
    &[X101, X102, X103, X104, X105, X106, W401]
}
