//! Surplus retention 结余留用: what a hospital keeps of what it was due and did not book.

use super::measure::Measure;
use super::{Rules, assessed_share, assessment_inputs, fen, score_of, whole};
use crate::decimal::rational;
use crate::rounding::round;
use crate::trace::input;
use crate::{Decimal, FenSum, Hospital, Origin, Rule, Sharing, Step, Surplus, SurplusBand, TooLarge, Tracer};
use num_rational::BigRational;
use num_traits::Zero;

/// A surplus as kept, in fen, and the step that it comes from.
pub(super) struct Kept {
    pub(super) fen: i128,
    pub(super) step: Rule,
}

impl Rules<'_> {
    /// Whether r lies below a bound that the band above it begins at.
    pub(super) fn lies_below(&self, of: &Measure, from: Decimal) -> bool {
        let bound = rational(from) * of.due();
        of.booked() < bound || (!self.rules.from_inclusive && of.booked() == bound)
    }

    /// The bound below which nothing of a surplus is kept, and its key; `None` where bands share
    /// part by part, and something is kept of every surplus.
    pub(super) fn floor(&self) -> Option<(Decimal, String)> {
        match (&self.rules.surplus, self.rules.sharing) {
            (Surplus::Floor { floor, .. }, _) => Some((*floor, "surplus_floor".to_owned())),
            (Surplus::Bands(bands), Sharing::Whole) => {
                let last = bands.len().checked_sub(1)?;
                Some((bands[last].from, format!("surplus_bands[{last}].from")))
            }
            (Surplus::Bands(_), Sharing::Progressive) => None,
        }
    }

    /// A step of its own: rounded half-even, the sum F + kept could go the other way at a tie.
    pub(super) fn surplus_kept(
        &self,
        of: &Measure,
        hospital: &Hospital,
        tracer: &mut impl Tracer,
    ) -> Result<Kept, TooLarge> {
        let kept = match (&self.rules.surplus, self.rules.sharing) {
            (Surplus::Floor { keep, .. }, _) => {
                self.kept_of_all(of, *keep, "surplus_keep", Rule::SurplusKept, tracer)?
            }
            (Surplus::Bands(bands), Sharing::Whole) => {
                let at = bands.iter().position(|band| !self.lies_below(of, band.from));
                let at = at.unwrap_or(bands.len().saturating_sub(1));
                let keep = bands.get(at).map_or(Decimal::ZERO, |band| band.keep);
                let key = format!("surplus_bands[{at}].keep");
                self.kept_of_all(of, keep, &key, Rule::SurplusKeptWhole, tracer)?
            }
            (Surplus::Bands(bands), Sharing::Progressive) => self.kept_by_bands(of, bands, tracer)?,
        };
        let kept = self.capped(of, kept, tracer)?;
        self.assessed(hospital, kept, tracer)
    }

    fn kept_of_all(
        &self,
        of: &Measure,
        keep: Decimal,
        key: &str,
        step: Rule,
        tracer: &mut impl Tracer,
    ) -> Result<Kept, TooLarge> {
        let kept = fen(&round(&(rational(keep) * of.surplus()), 0, self.mode()), step)?;
        tracer.step(|| {
            let mut inputs = of.inputs();
            let symbol = if step == Rule::SurplusKept {
                "surplus_keep"
            } else {
                "keep"
            };
            inputs.push(input(symbol, keep, self.key(key)));
            Step {
                rule: step,
                inputs,
                expression: format!("{keep} × ({} − {})", FenSum(of.due), FenSum(of.booked)),
                rounding: self.policy.policy.rounding.to_money(),
                result: FenSum(kept).to_string(),
            }
        });
        Ok(Kept { fen: kept, step })
    }

    fn kept_by_bands(&self, of: &Measure, bands: &[SurplusBand], tracer: &mut impl Tracer) -> Result<Kept, TooLarge> {
        let step = Rule::SurplusKeptByBands;
        let mut top = Decimal::ONE;
        let mut sum = BigRational::zero();
        for band in bands {
            let bottom = (rational(band.from) * of.due()).max(of.booked());
            sum += rational(band.keep) * (rational(top) * of.due() - bottom).max(BigRational::zero());
            top = band.from;
        }
        let kept = fen(&round(&sum, 0, self.mode()), step)?;
        tracer.step(|| {
            let (booked, due) = (FenSum(of.booked), FenSum(of.due));
            let mut inputs = of.inputs();
            let mut parts = Vec::new();
            let mut top = Decimal::ONE;
            for (i, band) in bands.iter().enumerate() {
                let SurplusBand { from, keep } = band;
                inputs.push(input("from", from, self.key(&format!("surplus_bands[{i}].from"))));
                inputs.push(input("keep", keep, self.key(&format!("surplus_bands[{i}].keep"))));
                parts.push(format!(
                    "{keep} × max(0, {top} × {due} − max({booked}, {from} × {due}))"
                ));
                top = *from;
            }
            Step {
                rule: step,
                inputs,
                expression: parts.join(" + "),
                rounding: self.policy.policy.rounding.to_money(),
                result: FenSum(kept).to_string(),
            }
        });
        Ok(Kept { fen: kept, step })
    }

    fn capped(&self, of: &Measure, kept: Kept, tracer: &mut impl Tracer) -> Result<Kept, TooLarge> {
        let Some(cap) = self.rules.surplus_cap else {
            return Ok(kept);
        };
        let step = Rule::SurplusCapped;
        let most = fen(&round(&(rational(cap) * of.due()), 0, self.mode()), step)?;
        let before = FenSum(kept.fen);
        let kept_now = kept.fen.min(most);
        tracer.step(|| Step {
            rule: step,
            inputs: vec![
                input("kept", before, Origin::Step(kept.step)),
                input("surplus_cap", cap, self.key("surplus_cap")),
                of.input(),
            ],
            expression: format!("min({before}, {cap} × {})", FenSum(of.due)),
            rounding: self.policy.policy.rounding.to_money(),
            result: FenSum(kept_now).to_string(),
        });
        Ok(Kept { fen: kept_now, step })
    }

    /// What is kept by assessment of what would be kept.
    fn assessed(&self, hospital: &Hospital, kept: Kept, tracer: &mut impl Tracer) -> Result<Kept, TooLarge> {
        let Some(assessment) = &self.rules.surplus_assessment else {
            return Ok(kept);
        };
        let step = Rule::SurplusAssessed;
        let (q, written) = assessed_share(assessment, score_of(assessment, hospital).0);
        let before = FenSum(kept.fen);
        let kept_now = fen(&round(&(whole(kept.fen) * q), 0, self.mode()), step)?;
        tracer.step(|| Step {
            rule: step,
            inputs: std::iter::once(input("kept", before, Origin::Step(kept.step)))
                .chain(assessment_inputs(
                    &format!("{}.surplus_assessment", self.section),
                    assessment,
                    score_of(assessment, hospital),
                ))
                .collect(),
            expression: format!("{before} × ({written})"),
            rounding: self.policy.policy.rounding.to_money(),
            result: FenSum(kept_now).to_string(),
        });
        Ok(Kept { fen: kept_now, step })
    }
}
