//! Classes paid by head and the people enrolled, put into a drawn year from draws of their own.

use super::{Draw, Year};
use dianzhi_core::model::{ModelEnrolment, exact};
use dianzhi_core::{AgeFactor, Capitation, CompiledPolicy, Decimal, Enrolment, PoolId};

/// People enrolled as drawn.
#[derive(Clone, Debug)]
pub(crate) struct EnrolmentRow {
    pub(crate) pool: usize,
    pub(crate) hospital: String,
    pub(crate) class: String,
    pub(crate) age_band: String,
    pub(crate) heads: Decimal,
    pub(crate) risk_factor: Decimal,
}

pub(super) fn drawn(mut year: Year, draw: &mut Draw) -> Year {
    if draw.chance(40) {
        return year;
    }
    year.policy.methods.capitation = vec![
        Capitation {
            id: "sign-up".to_owned(),
            per_head: draw.decimal(0, 300, 2),
            age_factors: Vec::new(),
            first_payment: draw.share(),
        },
        Capitation {
            id: "outpatient".to_owned(),
            per_head: draw.decimal(0, 300, 2),
            age_factors: ["0-6", "7-59", "60+"]
                .map(|band| AgeFactor {
                    band: band.to_owned(),
                    factor: draw.decimal(0, 2, 2) + Decimal::new(1, 2),
                })
                .to_vec(),
            first_payment: Decimal::new(8, 1),
        },
    ];
    // Of most pools a small part, now and then more than there is.
    let most = draw.pick(&[2, 20, 20, 20, 400]);
    for pool in 0..year.policy.pools.len() {
        for hospital in &year.hospitals {
            for (class, bands) in [("sign-up", &[""][..]), ("outpatient", &["60+", "0-6"])] {
                if draw.chance(60) {
                    continue;
                }
                for band in bands {
                    year.enrolment.push(EnrolmentRow {
                        pool,
                        hospital: hospital.code.clone(),
                        class: class.to_owned(),
                        age_band: (*band).to_owned(),
                        heads: draw.decimal(0, most, 2),
                        risk_factor: draw.pick(&[Decimal::ONE, Decimal::new(125, 2)]),
                    });
                }
            }
        }
    }
    for row in &mut year.claims {
        if draw.chance(15) {
            row.way.method = draw.pick(&["sign-up", "outpatient"]).to_owned();
        }
    }
    year
}

impl Year {
    pub(super) fn enrolled(&self, policy: &CompiledPolicy) -> Vec<Enrolment> {
        let row = |row: &EnrolmentRow| Enrolment {
            pool: PoolId(u16::try_from(row.pool).expect("few pools")),
            hospital: policy.hospital(&row.hospital).expect("a hospital of the year"),
            class: row.class.clone(),
            age_band: row.age_band.clone(),
            heads: row.heads,
            risk_factor: row.risk_factor,
        };
        self.enrolment.iter().map(row).collect()
    }

    pub(crate) fn enrolled_by_the_book(&self) -> Vec<ModelEnrolment> {
        let row = |row: &EnrolmentRow| ModelEnrolment {
            pool: row.pool,
            hospital: row.hospital.clone(),
            class: row.class.clone(),
            age_band: row.age_band.clone(),
            heads: exact(row.heads),
            risk_factor: exact(row.risk_factor),
        };
        self.enrolment.iter().map(row).collect()
    }
}
