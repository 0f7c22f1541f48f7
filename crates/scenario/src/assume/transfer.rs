//! Cases in other hospitals.

use super::Destination;
use super::amounts::{fen, move_bill, scaled};
use super::choose::Draw;
use dianzhi_batch::{Became, ClaimRecord, Inputs};
use dianzhi_core::{Decimal, Text};

/// A hospital that cases go to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    code: String,
    name: String,
}

/// What a claim says of its hospital beside the code: what is not known of the other one is not said.
const OF_HOSPITAL: [&str; 2] = ["hosp_lv", "hi_setl_lv"];

impl Destination {
    /// The hospitals of a region that it names, by code, so that the order of the table has no say.
    pub(crate) fn targets(&self, inputs: &Inputs) -> Vec<Target> {
        let hospitals = inputs.policy.hospitals().iter();
        let named = hospitals.filter(|hospital| match self {
            Destination::Level(level) => hospital.level == *level,
            Destination::Hospitals(codes) => codes.contains(&hospital.code),
        });
        let target = |hospital: &dianzhi_core::Hospital| Target {
            code: hospital.code.clone(),
            name: hospital.name.clone(),
        };
        let mut targets: Vec<Target> = named.map(target).collect();
        targets.sort();
        targets
    }
}

/// Whether a case is not there yet.
pub(crate) fn is_elsewhere(targets: &[Target], record: &ClaimRecord<'_>) -> bool {
    let own = record.get("fixmedins_code");
    !targets.iter().any(|target| target.code == own)
}

/// Takes a case to the hospital that chance says.
///
/// # Errors
/// Why it cannot be there.
pub(crate) fn transfer(
    record: &mut ClaimRecord<'_>,
    targets: &[Target],
    draw: Draw,
    cost_factor: Decimal,
) -> Result<Became, Text> {
    let Some(target) = targets.get(draw.place_among(targets.len())) else {
        return Ok(Became::NotConcerned);
    };
    record.set("fixmedins_code", target.code.clone());
    record.set("fixmedins_name", target.name.clone());
    for field in OF_HOSPITAL {
        record.set(field, String::new());
    }
    let cost = record.medical_cost().0;
    let moved = scaled(cost.into(), cost_factor.mantissa(), 10i128.pow(cost_factor.scale()));
    let moved = fen(moved)?;
    if moved.0 != cost {
        move_bill(record, moved)?;
    }
    Ok(Became::Changed)
}
