//! The catalogue of this crate's diagnostic codes. Mistakes of the scenarios file's own shape have the
//! codes of region files ([`dianzhi_policy::codes`]). `W401` and on are remarks. A code is never reused.

pub use dianzhi_policy::codes::Code;

/// A name that the baseline does not have: a key to remove, a section to come before, a hospital of a county.
pub const X101: Code = Code {
    id: "X101",
    zh: "基准中没有此项",
    en: "the baseline does not have it",
};

/// `assume` names an assumption that the file does not have.
pub const X102: Code = Code {
    id: "X102",
    zh: "没有这个假设",
    en: "there is no such assumption",
};
/// An assumption names a hospital, level, group or the like that the region does not have.
pub const X103: Code = Code {
    id: "X103",
    zh: "假设所指的，地区中没有",
    en: "the region does not have what an assumption names",
};
/// A claims file lacks a column that an assumption needs.
pub const X104: Code = Code {
    id: "X104",
    zh: "缺少假设所需的列",
    en: "a column that an assumption needs is missing",
};
/// A record cannot become what an assumption makes of it.
pub const X105: Code = Code {
    id: "X105",
    zh: "病例不能如假设所说改变",
    en: "a case cannot change as assumed",
};
/// The claims hold copies by an assumption of this name already.
pub const X106: Code = Code {
    id: "X106",
    zh: "病例中已有同名假设的副本",
    en: "the claims hold copies of that name already",
};
/// An assumption concerns no case.
pub const W401: Code = Code {
    id: "W401",
    zh: "假设不涉及任何病例",
    en: "an assumption that concerns no case",
};

/// All of them, in order.
#[must_use]
pub fn all() -> &'static [Code] {
    &[X101, X102, X103, X104, X105, X106, W401]
}
