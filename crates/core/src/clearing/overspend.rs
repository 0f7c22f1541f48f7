//! Overspend sharing 合理超支分担: the fund's part of what a hospital booked above its due.

use super::measure::Measure;
use super::{Rules, fen};
use crate::decimal::rational;
use crate::rounding::round;
use crate::trace::input;
use crate::{Decimal, FenSum, Origin, Rule, Sharing, Step, TooLarge, Tracer};
use num_rational::BigRational;
use num_traits::Zero;

/// A compensation before the reserve is looked at, in fen, and the step that it comes from.
#[derive(Clone, Copy)]
pub(super) struct Claimed {
    pub(super) fen: i128,
    pub(super) step: Rule,
}

impl Rules<'_> {
    pub(super) fn compensation(&self, of: &Measure, tracer: &mut impl Tracer) -> Result<Claimed, TooLarge> {
        let claimed = match self.rules.sharing {
            Sharing::Progressive => self.compensation_by_bands(of, tracer)?,
            Sharing::Whole => self.compensation_whole(of, tracer)?,
        };
        let Some(cap) = self.rules.compensation_cap else {
            return Ok(claimed);
        };
        let step = Rule::CompensationCapped;
        let most = fen(&round(&(rational(cap) * of.due()), 0, self.mode()), step)?;
        let before = FenSum(claimed.fen);
        let capped = claimed.fen.min(most);
        tracer.step(|| Step {
            rule: step,
            inputs: vec![
                input("c", before, Origin::Step(claimed.step)),
                input("compensation_cap", cap, self.key("compensation_cap")),
                of.input(),
            ],
            expression: format!("min({before}, {cap} × {})", FenSum(of.due)),
            rounding: self.policy.policy.rounding.to_money(),
            result: FenSum(capped).to_string(),
        });
        Ok(Claimed { fen: capped, step })
    }

    fn compensation_by_bands(&self, of: &Measure, tracer: &mut impl Tracer) -> Result<Claimed, TooLarge> {
        let step = Rule::Compensation;
        let mut from = Decimal::ONE;
        let mut sum = BigRational::zero();
        for band in &self.rules.overspend {
            let top = (rational(band.up_to) * of.due()).min(of.booked());
            let part = (top - rational(from) * of.due()).max(BigRational::zero());
            sum += rational(band.fund_share) * part;
            from = band.up_to;
        }
        let c = fen(&round(&sum, 0, self.mode()), step)?;
        tracer.step(|| {
            let (due, booked) = (FenSum(of.due), FenSum(of.booked));
            let mut inputs = of.inputs();
            let mut parts = Vec::new();
            let mut from = Decimal::ONE;
            for (i, band) in self.rules.overspend.iter().enumerate() {
                let key = |name: &str| self.key(&format!("overspend[{i}].{name}"));
                inputs.push(input("up_to", band.up_to, key("up_to")));
                inputs.push(input("fund_share", band.fund_share, key("fund_share")));
                let (share, up_to) = (band.fund_share, band.up_to);
                parts.push(format!(
                    "{share} × max(0, min({booked}, {up_to} × {due}) − {from} × {due})"
                ));
                from = up_to;
            }
            Step {
                rule: step,
                inputs,
                expression: if parts.is_empty() {
                    "0".to_owned()
                } else {
                    parts.join(" + ")
                },
                rounding: self.policy.policy.rounding.to_money(),
                result: FenSum(c).to_string(),
            }
        });
        Ok(Claimed { fen: c, step })
    }

    /// The band in which r lies shares all of the overspend up to the last `up_to`; what lies
    /// above that is the hospital's, whose r then counts with the last band.
    fn compensation_whole(&self, of: &Measure, tracer: &mut impl Tracer) -> Result<Claimed, TooLarge> {
        let step = Rule::CompensationWhole;
        let bands = &self.rules.overspend;
        let lies_in = |up_to: Decimal| {
            let bound = rational(up_to) * of.due();
            of.booked() < bound || (self.rules.up_to_inclusive && of.booked() == bound)
        };
        let Some(last) = bands.len().checked_sub(1) else {
            tracer.step(|| Step {
                rule: step,
                inputs: of.inputs(),
                expression: "0".to_owned(),
                rounding: self.policy.policy.rounding.to_money(),
                result: FenSum(0).to_string(),
            });
            return Ok(Claimed { fen: 0, step });
        };
        let at = bands.iter().position(|band| lies_in(band.up_to)).unwrap_or(last);
        let (share, up_to) = (bands[at].fund_share, bands[last].up_to);
        let part = (rational(up_to) * of.due()).min(of.booked()) - of.due();
        let c = fen(&round(&(rational(share) * part), 0, self.mode()), step)?;
        tracer.step(|| {
            let (due, booked) = (FenSum(of.due), FenSum(of.booked));
            let mut inputs = of.inputs();
            let key = |i: usize, name: &str| self.key(&format!("overspend[{i}].{name}"));
            inputs.push(input("fund_share", share, key(at, "fund_share")));
            inputs.push(input("up_to", up_to, key(last, "up_to")));
            Step {
                rule: step,
                inputs,
                expression: format!("{share} × (min({booked}, {up_to} × {due}) − {due})"),
                rounding: self.policy.policy.rounding.to_money(),
                result: FenSum(c).to_string(),
            }
        });
        Ok(Claimed { fen: c, step })
    }
}
