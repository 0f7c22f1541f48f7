//! `[deviation]`: which cases are outliers by their cost ratio 倍率, and what becomes of them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Most tiers that a bound may have; real ones have three.
pub const TIERS_MAX: usize = 64;

/// `[deviation]`: from which cost ratio 倍率 on a case is an outlier.
///
/// x = medfee ÷ mean_cost. Low: points = ⟦P × x⟧p; high: ⟦P × (1 + (x − high) × share)⟧p, and as
/// [`OutlierCoefficient`] says. Source: national DIP rule, x below 0.5 and above 2 (published, article to be
/// checked); bounds and coefficients are the region's policy.
///
/// ```
/// use dianzhi_core::{CompiledPolicy, Fen, Points, Silent, example};
/// let policy = example::policy();
/// let compiled = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals())?;
/// let found = |cost| {
///     let case = compiled.case(Some("ES25"), "H001", "310", Fen(cost), Fen(0)).unwrap();
///     let found = compiled.points(&case, &mut Silent).unwrap();
///     (found.class.as_str(), found.points)
/// };
/// // x = 0.4: 100.99 × 0.4; x = 3: 100.99 × (3 − 2 + 1)
/// assert_eq!(found(360_000), ("low", Points(403_960)));
/// assert_eq!(found(2_700_000), ("high", Points(2_019_800)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deviation {
    /// What the cost of a case is held against.
    pub compare_with: Yardstick,
    /// 低倍率
    pub low: Threshold,
    /// 高倍率
    pub high: Threshold,
    /// `high.share`: the share of what lies above the high bound that is paid.
    pub high_share: Decimal,
    /// 极高倍率: a bound above the high one.
    pub extreme: Option<Extreme>,
}

/// `deviation.compare_with`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Yardstick {
    /// The mean cost of the group.
    #[default]
    GroupMean,
    /// The mean cost × the hospital coefficient, as the standard of a normal case has it.
    Standard,
}

/// A bound on the cost ratio, the side it belongs to, and what becomes of the coefficient beyond it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// The bound of every case that no tier fits.
    pub ratio: Decimal,
    /// Whether a case exactly at the bound is an outlier.
    pub inclusive: bool,
    /// Bounds of their own for some hospitals and groups; the first that fits decides.
    pub tiers: Vec<ThresholdTier>,
    /// What becomes of the hospital coefficient beyond the bound.
    pub coefficient: OutlierCoefficient,
}

/// One of the `tiers` of a bound: it fits where every condition that it has holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThresholdTier {
    /// The hospital's level.
    pub level: Option<String>,
    /// The most base points (weight, in a region by rate) of the group.
    pub base_points_to: Option<Decimal>,
    /// The bound.
    pub ratio: Decimal,
}

/// `low.coefficient`, `high.coefficient`: the coefficient in the points of an outlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutlierCoefficient {
    /// It does not count.
    #[default]
    Dropped,
    /// All points are multiplied by it.
    Kept,
    /// At the bound the points are those of a normal case, from where they go on without a jump.
    Carried,
}

/// `deviation.extreme` 极高倍率: beyond this bound a high outlier is paid no more for its cost.
///
/// Source: x above 5 is extreme, national DIP rule; there only the hospital coefficient counts, Jining's DIP
/// (both published, articles to be checked).
///
/// ```
/// use dianzhi_core::{CompiledPolicy, Extreme, ExtremePay, Fen, Points, Silent, example};
/// let mut policy = example::policy();
/// policy.deviation.extreme = Some(Extreme { ratio: 5.into(), inclusive: false, pay: ExtremePay::Normal });
/// let compiled = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals())?;
/// let points = |cost| {
///     let case = compiled.case(Some("ES25"), "H001", "310", Fen(cost), Fen(0)).unwrap();
///     compiled.points(&case, &mut Silent).unwrap().points
/// };
/// // At 5 times 100.99 × (5 − 2 + 1); a fen more, 100.99 × 1.05.
/// assert_eq!((points(4_500_000), points(4_500_001)), (Points(4_039_600), Points(1_060_395)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extreme {
    /// The bound, at or above every high one.
    pub ratio: Decimal,
    /// Whether a case exactly at the bound is beyond it.
    pub inclusive: bool,
    /// What it is paid instead.
    pub pay: ExtremePay,
}

/// `extreme.pay`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExtremePay {
    /// What a normal case is paid.
    Normal,
    /// What a case exactly at the bound is paid.
    AtThreshold,
}

impl OutlierCoefficient {
    /// The word used in region files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            OutlierCoefficient::Dropped => "dropped",
            OutlierCoefficient::Kept => "kept",
            OutlierCoefficient::Carried => "carried",
        }
    }
}

impl Deviation {
    /// Whether nothing goes beyond two bounds on the group's mean cost and the plain formulas.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let plain = |side: &Threshold| side.tiers.is_empty() && side.coefficient == OutlierCoefficient::Dropped;
        plain(&self.low)
            && plain(&self.high)
            && self.compare_with == Yardstick::GroupMean
            && self.high_share == Decimal::ONE
            && self.extreme.is_none()
    }
}

impl Threshold {
    /// A bound without tiers, beyond which the coefficient is dropped.
    #[must_use]
    pub fn flat(ratio: Decimal, inclusive: bool) -> Threshold {
        Threshold {
            ratio,
            inclusive,
            tiers: Vec::new(),
            coefficient: OutlierCoefficient::Dropped,
        }
    }

    /// Every bound there is: that of the rest, then those of the tiers.
    pub fn ratios(&self) -> impl Iterator<Item = Decimal> + '_ {
        std::iter::once(self.ratio).chain(self.tiers.iter().map(|tier| tier.ratio))
    }

    /// The tier that decides for these cases, by position; `None` leaves it to `ratio`. Without a
    /// level or base points for cases whose own no tier names.
    pub(crate) fn deciding(&self, level: Option<&str>, base_points: Option<Decimal>) -> Option<usize> {
        self.tiers.iter().position(|tier| {
            let of_level = tier.level.as_deref().is_none_or(|own| Some(own) == level);
            let of_points = |most| base_points.is_some_and(|points| points <= most);
            of_level && tier.base_points_to.is_none_or(of_points)
        })
    }

    /// The bound of a tier, or of the rest.
    pub(crate) fn bound(&self, tier: Option<usize>) -> Decimal {
        let tier = tier.and_then(|at| self.tiers.get(at));
        tier.map_or(self.ratio, |tier| tier.ratio)
    }
}

/// The key of a bound, of `low` or `high`.
pub(crate) fn ratio_key(side: &str, tier: Option<usize>) -> String {
    match tier {
        Some(at) => format!("deviation.{side}.tiers[{at}].ratio"),
        None => format!("deviation.{side}.ratio"),
    }
}
