//! Who is ill: the same person has the same sex, age and insurance whenever it comes back.

use crate::groups::Group;
use crate::mdc::MdcSex;
use crate::plan::Insutype;
use crate::random::{Weights, mix};

/// Ages of the insured in hospital, four years each, from young to old.
const WORKING_AGES: [u64; 16] = [24, 29, 34, 39, 44, 48, 52, 55, 58, 61, 64, 67, 71, 75, 79, 85];
const ALL_AGES: [u64; 16] = [0, 4, 8, 15, 27, 38, 46, 51, 55, 59, 63, 67, 71, 75, 79, 85];

/// The people of the region.
pub(crate) struct People<'a> {
    seed: u64,
    insutypes: &'a [Insutype],
    shares: Weights,
}

/// One person.
pub(crate) struct Person {
    pub(crate) female: bool,
    pub(crate) age: u64,
    /// Position among the plan's insurance types.
    pub(crate) insutype: usize,
    /// Of the residents' scheme: lower ratios, no personal account.
    pub(crate) resident: bool,
}

impl<'a> People<'a> {
    pub(crate) fn new(insutypes: &'a [Insutype], seed: u64) -> People<'a> {
        let share = |insutype: &Insutype| match insutype.code.as_str() {
            "390" => 50,
            "310" => 45,
            "380" => 6,
            "391" => 4,
            "340" => 1,
            _ => 3,
        };
        People {
            seed,
            insutypes,
            shares: Weights::new(insutypes.iter().map(share)),
        }
    }

    pub(crate) fn person(&self, number: u64) -> Person {
        let traits = mix(number, self.seed);
        let insutype = self.shares.item((traits >> 8) % self.shares.total());
        let resident = matches!(self.insutypes[insutype].code.as_str(), "380" | "390" | "391" | "392");
        let ages = if resident { &ALL_AGES } else { &WORKING_AGES };
        let age = ages
            .iter()
            .cycle()
            .nth(usize::from((traits >> 56).to_le_bytes()[0] & 15))
            .unwrap_or(&50);
        Person {
            female: traits & 1 == 1,
            age: age + (traits >> 4) % 4,
            insutype,
            resident,
        }
    }
}

impl Person {
    /// Whether this group can be this person's.
    pub(crate) fn can_have(&self, group: &Group) -> bool {
        let (from, to) = group.mdc.ages;
        let sex = match group.mdc.sex {
            MdcSex::Any => true,
            MdcSex::Male => !self.female,
            MdcSex::Female => self.female,
        };
        sex && (from..=to).contains(&self.age)
    }
}
