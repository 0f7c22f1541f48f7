//! Assumptions about behaviour: more or fewer cases, longer or shorter stays, other codes, transfers.
//!
//! An assumption changes claims, so it is carried out on the records of the claim files and the changed
//! files are written beside the scenario's region file: everything behind that, checks, duplicates,
//! groups, routes, quotas, is what it always is, and anyone can read what was assumed. Nothing is
//! assumed that the scenarios file does not say (docs/SCENARIOS.md §5).

mod amounts;
mod carry;
mod change;
mod choose;
mod coding;
mod file;
mod names;
mod sensitivity;
mod stay;
mod transfer;

pub(crate) use carry::{carry_out, concerns_nobody};
pub(crate) use file::assumption;
pub(crate) use names::check_names;
pub(crate) use sensitivity::{Varied, sensitivity, sensitivity_csv};

use dianzhi_core::{Condition, Decimal};
use std::collections::BTreeMap;
use std::ops::Range;

/// `[[assumption]]`
#[derive(Clone, Debug, PartialEq)]
pub struct Assumption {
    /// Its name.
    pub id: String,
    /// What is assumed.
    pub title: String,
    /// Where the figure comes from.
    pub source: String,
    /// What changes.
    pub kind: Kind,
    /// Picks the cases, with the id.
    pub seed: u64,
    /// Whom it concerns: all conditions must hold, as those of a route.
    pub when: Vec<Condition>,
    /// The share of the cases concerned that change, from 0 to 1; of `volume` from −1, where below 0
    /// means cases that are not there.
    pub share: Decimal,
    /// What `share` is in turn in the sensitivity table; empty without one.
    pub values: Vec<Decimal>,
    /// Where its keys stand in the file, by path.
    pub(crate) places: BTreeMap<String, Range<usize>>,
}

/// What an assumption changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Cases come to be, or are not there.
    Volume,
    /// Stays are longer or shorter.
    Stay {
        /// By how much.
        days: Days,
        /// For each day more or less the cost changes by so much of the case's own mean cost a day,
        /// from 0 to 1.
        cost_per_day_share: Decimal,
    },
    /// Cases are coded otherwise, at the same cost.
    Coding(Coding),
    /// Cases go to other hospitals.
    Transfer {
        /// Where to.
        to: Destination,
        /// What a case costs there, as a multiple of what it cost.
        cost_factor: Decimal,
    },
}

/// How a stay changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Days {
    /// `days`: so many more, or fewer below 0.
    By(i64),
    /// `factor`: so many times as many, rounded to whole days half up.
    Times(Decimal),
}

/// How coding changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coding {
    /// `to`: the group code that stands in the place of another, of claims that carry one.
    Groups(BTreeMap<String, String>),
    /// `add_diagnosis`: a secondary diagnosis for whatever groups the claims.
    Diagnosis(String),
}

/// Where cases go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// `to_level`: a hospital of that level.
    Level(String),
    /// `to_hospitals`: one of these.
    Hospitals(Vec<String>),
}

impl Kind {
    /// The word of the file.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Kind::Volume => "volume",
            Kind::Stay { .. } => "stay",
            Kind::Coding(_) => "coding",
            Kind::Transfer { .. } => "transfer",
        }
    }
}
