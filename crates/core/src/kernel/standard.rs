//! What a number of points is paid: the payment standard (docs/SETTLEMENT.md §5.3).

use super::fits;
use crate::compiled::{CompiledPolicy, Factor};
use crate::pool::PoolPrice;
use crate::trace::{cut_to_fen, input};
use crate::{Fen, Origin, Points, Rule, Step, TooLarge, Tracer};

impl CompiledPolicy {
    /// The payment standard of a number of points (docs/SETTLEMENT.md §5.3, remainder `fund`).
    ///
    /// # Errors
    /// [`TooLarge`] where it passes an `i64` of fen.
    #[inline(always)]
    pub fn standard(&self, points: Points, price: &PoolPrice, tracer: &mut impl Tracer) -> Result<Fen, TooLarge> {
        let Factor { num, den } = self.fen_per_unit;
        let standard = den.mul_div(points.0.unsigned_abs(), price.point_value, num, self.mode());
        let standard = Fen(fits(standard, Rule::Standard)?).with_sign_of(points.0);
        tracer.step(|| Step {
            rule: Rule::Standard,
            inputs: vec![
                input("points", self.show(points), Origin::Latest("points")),
                input("V", price.show_value(self), Origin::Step(price.value_step())),
            ],
            expression: format!("{} × {}", self.show(points), price.show_value(self)),
            rounding: self.policy.rounding.to_money(),
            result: standard.to_string(),
        });
        Ok(standard)
    }

    /// The payment standard under `largest-remainder`, before the fen left over are handed out:
    /// points × N ÷ P cut down to the fen, and the part cut off, as a numerator over P.
    ///
    /// # Errors
    /// [`TooLarge`] where the standard passes an `i64` of fen.
    #[inline]
    pub fn standard_cut(
        &self,
        points: Points,
        price: &PoolPrice,
        tracer: &mut impl Tracer,
    ) -> Result<(Fen, u128), TooLarge> {
        if price.points == 0 {
            return Ok((Fen(0), 0));
        }
        let (cut, mut rest) = price.fen_per_unit.cut(points.0.unsigned_abs());
        let mut cut = Fen(fits(cut, Rule::StandardCut)?);
        let mut below = "";
        // Down is down below 0 too: what is cut off is never less than nothing.
        if points.0 < 0 {
            cut.0 = -cut.0;
            if rest > 0 {
                cut.0 -= 1;
                rest = price.points - rest;
                below = " − 0.01";
            }
        }
        tracer.step(|| Step {
            rule: Rule::StandardCut,
            inputs: vec![
                input("points", self.show(points), Origin::Latest("points")),
                input("N", price.show_numerator(), Origin::Step(Rule::Numerator)),
                input("P", price.show_points(self), Origin::Sum("points")),
            ],
            expression: format!(
                "{} × {} ÷ {}{below}",
                self.show(points),
                price.show_numerator(),
                price.show_points(self)
            ),
            rounding: cut_to_fen(),
            result: cut.to_string(),
        });
        Ok((cut, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PoolId, Silent, Totals, example};

    /// points × N passes 128 bits, the standard does not.
    #[test]
    fn a_share_is_cut_in_any_width() {
        let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
        let totals = Totals {
            points: 2 * 10i128.pow(20),
            medical_cost: 10i128.pow(20),
            ..Totals::default()
        };
        // D 19,000.00 and ΣO 10^18 yuan
        let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
        let points = Points(9 * 10i64.pow(18) + 1);
        // (9·10^18 + 1) × (10^20 + 1,900,000) ÷ (2·10^20)
        let cut = Fen(4_500_000_000_000_085_500);
        let rest = 10u128.pow(20) + 1_900_000;
        assert_eq!(policy.standard_cut(points, &price, &mut Silent), Ok((cut, rest)));
    }
}
