//! Rules that change points, by the second path, and the rows of adjustments.csv.

use super::records::{Record, Verdict};
use super::tables::Tables;
use crate::verify::figures::written;
use crate::verify::judge::Claim;
use crate::verify::rows::joined;
use dianzhi_core::Policy;
use dianzhi_core::model::{Book, ModelAdjustable, ModelAdjusted, ModelCase, ModelPayment, adjust};
use jiff::civil::{Date, date};
use num_rational::BigRational;

/// What the rules made of every accepted case, in input order.
pub(super) struct AdjustedYear {
    cases: Vec<Adjusted>,
}

struct Adjusted {
    setl_id: String,
    hospital: String,
    pool: usize,
    before: BigRational,
    found: ModelAdjusted,
}

impl AdjustedYear {
    /// `None` where more reviews are approved than may be.
    pub(super) fn of(
        books: &[Book<'_>],
        tables: &Tables,
        accepted: &[&Record<'_>],
        priced: &[(&ModelCase, ModelPayment)],
    ) -> Option<AdjustedYear> {
        let claims = accepted.iter().filter_map(|record| match &record.verdict {
            Verdict::Accepted(claim) => Some(claim),
            Verdict::Rejected(_) => None,
        });
        let of = |((case, paid), claim)| adjustable(books, tables, case, paid, claim);
        let cases: Vec<ModelAdjustable<'_>> = priced
            .iter()
            .map(|(case, paid)| (*case, paid))
            .zip(claims)
            .filter_map(of)
            .collect();
        let found = adjust(&books[0], &cases)?;
        let of = |((case, paid), found): (&(&ModelCase, ModelPayment), ModelAdjusted)| Adjusted {
            setl_id: case.setl_id.clone(),
            hospital: case.hospital.clone(),
            pool: case.pool,
            before: paid.points.clone(),
            found,
        };
        Some(AdjustedYear {
            cases: priced.iter().zip(found).map(of).collect(),
        })
    }

    /// The points of every case.
    pub(super) fn points(&self) -> impl Iterator<Item = BigRational> + '_ {
        self.cases.iter().map(|case| case.found.now(&case.before))
    }

    /// What claims.csv says of a case: its points before, and what was found.
    pub(super) fn of_claim(&self, i: usize, places: u32) -> (String, String) {
        let case = &self.cases[i];
        (written(&case.before, places), case.found.words.join("+"))
    }

    /// The rows of adjustments.csv.
    pub(super) fn rows(&self, policy: &Policy) -> Vec<String> {
        let places = policy.rounding.points;
        let has_excess = policy
            .adjust
            .high_cap
            .as_ref()
            .is_some_and(|cap| cap.excess_share.is_some());
        let mut rows = Vec::new();
        for case in &self.cases {
            let mut before = &case.before;
            let found = case.found.words.iter().zip(&case.found.by).zip(&case.found.points);
            for ((word, by), points) in found {
                let mut excess = [const { String::new() }; 5];
                let (other, quota) = match *word {
                    "readmission-earlier" | "readmission-later" | "readmission-merged" => {
                        (by.as_str(), [const { String::new() }; 4])
                    }
                    "penalty" | "review-refused" => ("", [const { String::new() }; 4]),
                    "beyond-high-excess" => {
                        if let Some(of) = &case.found.excess {
                            excess = [&of.points, &of.most, &of.before, &of.excess, &of.granted]
                                .map(|points| written(points, places));
                        }
                        ("", [by.clone(), String::new(), String::new(), String::new()])
                    }
                    _ => ("", quota_cells(by)),
                };
                let [whose, discharges, most, place] = &quota;
                let cells = [
                    case.setl_id.as_str(),
                    &case.hospital,
                    &policy.pools[case.pool].id,
                    word,
                    other,
                    whose,
                    discharges,
                    most,
                    place,
                    &written(before, places),
                    &written(points, places),
                ];
                let excess = excess.iter().map(String::as_str).filter(|_| has_excess);
                rows.push(joined(cells.into_iter().chain(excess)));
                before = points;
            }
        }
        rows
    }
}

/// The cells of a quota that the model tells as `whose period place/asked/most/discharges`.
fn quota_cells(by: &str) -> [String; 4] {
    let (whose, numbers) = by.rsplit_once(' ').unwrap_or_default();
    let mut numbers = numbers.split('/').map(str::to_owned);
    let mut next = || numbers.next().unwrap_or_default();
    let (place, _, most, discharges) = (next(), next(), next(), next());
    [whose.trim_end().to_owned(), discharges, most, place]
}

fn adjustable<'a>(
    books: &'a [Book<'a>],
    tables: &'a Tables,
    case: &'a ModelCase,
    paid: &'a ModelPayment,
    claim: &'a Claim,
) -> Option<ModelAdjustable<'a>> {
    let stay = claim.stay.as_ref()?;
    let number = |day: Date| i64::from((day - date(2000, 1, 1)).get_days());
    let review = tables.reviews.get(&case.setl_id);
    Some(ModelAdjustable {
        book: &books[claim.period],
        case,
        paid,
        person: &stay.person,
        admitted: stay.admitted.map(number),
        discharged: number(stay.discharged),
        month: (
            stay.discharged.year().into(),
            stay.discharged.month().unsigned_abs().into(),
        ),
        diagnosis: &stay.diagnosis,
        excused: tables.reasons.contains(&case.setl_id),
        review: review.map(|(approved, effect, value)| (*approved, *effect, value.clone())),
        penalty: tables.penalties.get(&case.setl_id).cloned(),
    })
}
