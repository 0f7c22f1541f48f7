//! One case, as the kernel takes it.

use crate::compiled::{CompiledPolicy, GroupId, HospitalId, MethodId, PoolId, PriceId};
use crate::{Decimal, Fen};
use std::fmt;

/// Digits of a [`CaseFactor`], and decimals.
const DIGITS_MAX: u32 = 18;

/// One inpatient case, checked: what the kernel prices.
///
/// Made by [`CompiledPolicy::case`], or by [`Case::new`] from ids of the same compiled policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// The group, `None` for an ungrouped case (未入组).
    pub group: Option<GroupId>,
    /// The hospital.
    pub hospital: HospitalId,
    /// The pool.
    pub pool: PoolId,
    medical_cost: Fen,
    fund_billed: Fen,
    /// For fund share `reimbursement-ratio` and `scaled-ratio`.
    pub benefit: Benefit,
    /// Counts where the policy has `[auxiliary]`.
    pub factor: CaseFactor,
    /// How it is paid.
    pub method: MethodId,
    /// What its method needs beside the cost.
    pub detail: CaseDetail,
}

/// What methods other than by group need of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseDetail {
    /// Days of the stay, for `[[per_diem]]` and split long stays.
    pub days: u32,
    /// The row of the prices table, for `[[by_disease]]`.
    pub price: Option<PriceId>,
    /// What is taken off the cost, for `[[by_item]]`.
    pub deducted: Fen,
}

/// What fund share `reimbursement-ratio` or `scaled-ratio` needs of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Benefit {
    /// 全自费 + 超限价 + 先行自付 + 起付线: `fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + act_pay_dedc`.
    pub patient_items: Fen,
    /// Reimbursement ratio 报销比例 `pool_prop_selfpay` × 10^`ratio_places`.
    pub ratio: u64,
    /// Decimals of `ratio`.
    pub ratio_places: u8,
}

/// What the auxiliary catalogues (辅助目录) of a DIP directory multiply a case's disease score by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseFactor {
    units: u64,
    places: u8,
}

impl CaseFactor {
    /// No catalogue says otherwise.
    pub const ONE: CaseFactor = CaseFactor { units: 1, places: 0 };

    /// An exact factor; `None` unless it is above zero, with at most 18 digits and 18 decimals.
    ///
    /// ```
    /// use dianzhi_core::CaseFactor;
    /// let factor = CaseFactor::new("1.250".parse().unwrap()).unwrap();
    /// assert_eq!(factor.to_string(), "1.25");
    /// assert!(CaseFactor::new("0".parse().unwrap()).is_none());
    /// ```
    #[must_use]
    pub fn new(factor: Decimal) -> Option<CaseFactor> {
        let plain = factor.normalize();
        let units = u64::try_from(plain.mantissa()).ok()?;
        let places = u8::try_from(plain.scale()).ok()?;
        let fits = (1..10u64.pow(DIGITS_MAX)).contains(&units) && u32::from(places) <= DIGITS_MAX;
        fits.then_some(CaseFactor { units, places })
    }

    /// As a decimal, without zeros at its end.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::from_i128_with_scale(self.units.into(), self.places.into())
    }

    /// Its digits: the factor is `units` ÷ 10^`places`.
    #[must_use]
    pub fn units(self) -> u64 {
        self.units
    }

    /// Its decimals, without zeros at their end.
    #[must_use]
    pub fn places(self) -> u8 {
        self.places
    }

    #[inline]
    pub(crate) fn is_one(self) -> bool {
        self == CaseFactor::ONE
    }

    /// The product of two; `None` where it has too many digits.
    pub(crate) fn times(self, other: CaseFactor) -> Option<CaseFactor> {
        let units = i128::from(self.units) * i128::from(other.units);
        let scale = u32::from(self.places) + u32::from(other.places);
        CaseFactor::new(Decimal::try_from_i128_with_scale(units, scale).ok()?)
    }

    /// Its numerator and its denominator, a power of ten.
    pub(crate) fn fraction(self) -> (u128, u128) {
        (self.units.into(), 10u128.pow(self.places.into()))
    }
}

impl Default for CaseFactor {
    fn default() -> CaseFactor {
        CaseFactor::ONE
    }
}

impl fmt::Display for CaseFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decimal().fmt(f)
    }
}

impl Case {
    /// A case; `None` unless `medical_cost` is above zero and `fund_billed` between zero and it.
    #[inline]
    #[must_use]
    pub fn new(
        group: Option<GroupId>,
        hospital: HospitalId,
        pool: PoolId,
        medical_cost: Fen,
        fund_billed: Fen,
    ) -> Option<Case> {
        let sound = medical_cost.0 > 0 && fund_billed.0 >= 0 && fund_billed <= medical_cost;
        sound.then_some(Case {
            group,
            hospital,
            pool,
            medical_cost,
            fund_billed,
            benefit: Benefit::default(),
            factor: CaseFactor::ONE,
            method: MethodId::BY_GROUP,
            detail: CaseDetail::default(),
        })
    }

    /// The case as the rules of groups see it, in the place of its own group, factor and cost.
    pub(crate) fn as_paid_by_group(&self, group: Option<GroupId>, factor: CaseFactor, medical_cost: Fen) -> Case {
        Case {
            group,
            factor,
            medical_cost,
            ..*self
        }
    }

    /// Total fee `medfee_sumamt`, above zero.
    #[inline]
    #[must_use]
    pub fn medical_cost(&self) -> Fen {
        self.medical_cost
    }

    /// What the pooled fund was billed, `hifp_pay`.
    #[inline]
    #[must_use]
    pub fn fund_billed(&self) -> Fen {
        self.fund_billed
    }

    /// What others than the pooled fund paid.
    #[inline]
    #[must_use]
    pub fn others(&self) -> Fen {
        Fen(self.medical_cost.0 - self.fund_billed.0)
    }
}

impl CompiledPolicy {
    /// A case from codes; a group code that the table does not know makes it ungrouped.
    /// `None` where the hospital or the insurance type is unknown or the amounts contradict.
    #[must_use]
    pub fn case(
        &self,
        group: Option<&str>,
        hospital: &str,
        insutype: &str,
        medical_cost: Fen,
        fund_billed: Fen,
    ) -> Option<Case> {
        let group = group.and_then(|code| self.group(code));
        Case::new(
            group,
            self.hospital(hospital)?,
            self.pool(insutype)?,
            medical_cost,
            fund_billed,
        )
    }
}
