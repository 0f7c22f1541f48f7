//! The history that is calibrated from: cases of one to three years, by position of their group and
//! hospital.

use dianzhi_core::{Decimal, GroupKind};

/// The group of a case that has none.
pub const NO_GROUP: u32 = u32::MAX;

/// One case of the history: 24 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its total cost in fen, above zero.
    pub cost: i64,
    /// Position of its group, or [`NO_GROUP`].
    pub group: u32,
    /// Position of its hospital.
    pub hospital: u32,
    /// Position of its pool.
    pub pool: u16,
    /// Position of its year, the oldest first.
    pub year: u16,
    /// Its days, 0 where they are not known.
    pub days: u32,
}

/// A stay that was paid per diem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRecord {
    /// Its total cost in fen.
    pub cost: i64,
    /// Its days, 1 or more.
    pub days: u32,
    /// Position of its pool.
    pub pool: u16,
    /// Position of its method.
    pub method: u32,
    /// Position of its hospital.
    pub hospital: u32,
    /// Position of its year.
    pub year: u16,
}

/// A group that the history or the present table has.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownGroup {
    /// Its code.
    pub code: String,
    /// Its name; the code where no table has one.
    pub name: String,
    /// Its kind.
    pub kind: GroupKind,
    /// What the present table has of it.
    pub present: Option<Present>,
}

/// What the present table has of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Present {
    /// Base points.
    pub base_points: Decimal,
    /// Mean cost in yuan.
    pub mean_cost: Decimal,
}

/// A hospital of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownHospital {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its level, as the latest table that has it says.
    pub level: String,
    /// Its present coefficient.
    pub present: Decimal,
    /// Whether the latest table has it.
    pub is_present: bool,
}

/// The cases of one to three years.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Number of years.
    pub years: usize,
    /// Ids of the pools.
    pub pools: Vec<String>,
    /// Ids of the methods that pay per diem.
    pub methods: Vec<String>,
    /// The groups: those of the present table first, in its order.
    pub groups: Vec<KnownGroup>,
    /// The hospitals.
    pub hospitals: Vec<KnownHospital>,
    /// The cases that are paid by group, in input order.
    pub records: Vec<Record>,
    /// The stays that are paid per diem.
    pub days: Vec<DayRecord>,
}
