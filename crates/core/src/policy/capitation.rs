//! `[[capitation]]` 按人头: so much a year for every person enrolled with a hospital.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// One class of people paid for by head: 家庭医生签约, 门诊特殊疾病, 门诊统筹, 产前检查.
///
/// a = ⟦heads × per_head [× age factor] × risk factor⟧m a row of the enrolment table; ⟦a × first_payment⟧m is
/// paid at once, the rest by the assessment. Source: 渠县“十四五”全民医疗保障规划 chapter 3; 80 % at first and
/// 20 % by assessment (published, document to be checked); rates are the region's policy.
///
/// ```
/// use dianzhi_core::{AgeFactor, Capitation, Decimal};
/// let class = Capitation {
///     id: "chronic".to_owned(),
///     per_head: "333.33".parse()?,
///     age_factors: vec![AgeFactor { band: "60+".to_owned(), factor: "1.37".parse()? }],
///     first_payment: "0.8".parse()?,
/// };
/// let (_, factor) = class.age_factor("60+").unwrap();
/// let exact = class.per_head * factor * Decimal::from(91);
/// assert_eq!(exact.round_dp(2).to_string(), "41556.25");
/// assert!(class.age_factor("0-6").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Capitation {
    /// Name for routes and for the enrolment table.
    pub id: String,
    /// Yuan a head and year.
    pub per_head: Decimal,
    /// Factors by age band; without any, the enrolment table has no bands.
    pub age_factors: Vec<AgeFactor>,
    /// The share paid whatever the assessment; the rest is paid by it.
    pub first_payment: Decimal,
}

/// What the rate of an age band is multiplied by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeFactor {
    /// The band as the enrolment table writes it, as `0-6`.
    pub band: String,
    /// Above 0.
    pub factor: Decimal,
}

impl Capitation {
    /// The factor of a band and its position; `None` where the band is none of this class. An
    /// empty band has the factor 1 where the class has no bands.
    #[must_use]
    pub fn age_factor(&self, band: &str) -> Option<(Option<usize>, Decimal)> {
        if band.is_empty() && self.age_factors.is_empty() {
            return Some((None, Decimal::ONE));
        }
        let at = self.age_factors.iter().position(|age| age.band == band)?;
        Some((Some(at), self.age_factors[at].factor))
    }
}
