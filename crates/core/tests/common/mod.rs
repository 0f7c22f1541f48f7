//! Random policies and region-years for the tests of this crate, each drawn from one seed.
#![allow(dead_code, reason = "every test file uses a part of it")]

pub(crate) mod adjusted;
pub(crate) mod against;
mod alliance;
pub(crate) mod apart;
mod budgets;
pub(crate) mod capitation;
pub(crate) mod cleared;
pub(crate) mod coefficients;
pub(crate) mod defective;
mod draw;
pub(crate) mod evaluator;
mod factors;
pub(crate) mod funds;
mod maker;
mod methods;
pub(crate) mod outliers;
pub(crate) mod property;
pub(crate) mod steps;
mod support;
pub(crate) mod trees;
pub(crate) mod tried;

use dianzhi_core::{
    ApartPart, Benefit, Bonus, Case, CaseFactor, Claim, Coefficient, CompiledPolicy, Decimal, Fen, FenSum,
    FundShareMethod, Group, Hospital, InstitutionCap, Policy, PoolId, Prepayment, Price, PricingMethod, Remainder,
    SettleError, Settlement, settle,
};
pub(crate) use draw::Draw;
use maker::Maker;

/// The largest amount of a claim, 9,999,999,999.99 yuan.
pub(crate) const CLAIM_FEN_MAX: i64 = 999_999_999_999;

/// How large the figures of a year are and how many decimals they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// A few fen and few decimals: ties everywhere.
    Small,
    /// As in a real year.
    Usual,
    /// Twelve decimals wherever the contract allows them.
    Fine,
    /// Amounts up to the contract's limits, and many decimals.
    Huge,
    /// Amounts of a case up to what its type holds, far beyond the contract.
    Giant,
}

/// Every size, the quick ones more often.
pub(crate) const SIZES: [Size; 8] = [
    Size::Small,
    Size::Small,
    Size::Small,
    Size::Usual,
    Size::Usual,
    Size::Fine,
    Size::Huge,
    Size::Giant,
];
/// Sizes where nothing overflows.
pub(crate) const CALM: [Size; 3] = [Size::Small, Size::Usual, Size::Fine];

/// A claim as drawn.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    /// May be empty or unknown.
    pub(crate) group: String,
    /// Of its auxiliary catalogues.
    pub(crate) factor: Decimal,
    pub(crate) hospital: String,
    pub(crate) pool: usize,
    pub(crate) medical_cost: i64,
    pub(crate) fund_billed: i64,
    pub(crate) patient_items: i64,
    pub(crate) ratio: Decimal,
    pub(crate) way: methods::Way,
}

/// A prepayment as drawn.
#[derive(Clone, Debug)]
pub(crate) struct PrepaidRow {
    pub(crate) pool: usize,
    pub(crate) hospital: String,
    pub(crate) fen: i64,
}

/// A region-year: a policy, its tables, its claims and prepayments.
#[derive(Clone, Debug)]
pub(crate) struct Year {
    pub(crate) seed: u64,
    pub(crate) policy: Policy,
    pub(crate) groups: Vec<Group>,
    pub(crate) hospitals: Vec<Hospital>,
    pub(crate) prices: Vec<Price>,
    pub(crate) claims: Vec<Row>,
    pub(crate) prepaid: Vec<PrepaidRow>,
    /// Institution caps, in the form of prepayments.
    pub(crate) caps: Vec<PrepaidRow>,
    /// People paid for by head.
    pub(crate) enrolment: Vec<capitation::EnrolmentRow>,
    /// Hospital coefficients, and their bonuses.
    pub(crate) coefficients: Vec<Coefficient>,
    pub(crate) bonuses: Vec<Bonus>,
}

impl Year {
    /// A year of one of these sizes, with up to so many claims.
    pub(crate) fn draw(seed: u64, sizes: &[Size], claims_max: usize) -> Year {
        let year = Year::drawn(Draw::new(seed), seed, sizes, claims_max);
        let year = factors::drawn(year, &mut Draw::new(!seed));
        budgets::drawn(year, &mut Draw::new(seed ^ budgets::APART))
    }

    /// A year whose cases are paid by every method.
    pub(crate) fn draw_mixed(seed: u64, sizes: &[Size], claims_max: usize) -> Year {
        let year = methods::drawn(Year::draw(seed, sizes, claims_max), &mut Draw::new(seed ^ 0x5eed));
        let year = methods::by_cost(year, &mut Draw::new(seed ^ 0xb1c0));
        let year = capitation::drawn(year, &mut Draw::new(seed ^ 0xcab1));
        apart::drawn(year, &mut Draw::new(seed ^ apart::APART))
    }

    /// A year whose outliers go by every rule there is.
    pub(crate) fn draw_outliers(seed: u64, sizes: &[Size], claims_max: usize) -> Year {
        outliers::drawn(Year::draw(seed, sizes, claims_max), &mut Draw::new(seed ^ 0x0411))
    }

    /// The same of a year whose cases are paid by every method.
    pub(crate) fn draw_outliers_mixed(seed: u64, sizes: &[Size], claims_max: usize) -> Year {
        outliers::drawn(Year::draw_mixed(seed, sizes, claims_max), &mut Draw::new(seed ^ 0x0411))
    }

    /// A year whose hospital coefficients come out of tables.
    pub(crate) fn draw_coefficients(seed: u64, sizes: &[Size], claims_max: usize) -> Year {
        let year = match seed % 3 {
            0 => Year::draw(seed, sizes, claims_max),
            1 => Year::draw_outliers(seed, sizes, claims_max),
            _ => Year::draw_outliers_mixed(seed, sizes, claims_max),
        };
        coefficients::drawn(year, &mut Draw::new(seed ^ 0xc0ef))
    }

    /// A year that the bytes decide, for the fuzzer.
    pub(crate) fn draw_from(bytes: &[u8], claims_max: usize) -> Year {
        let year = Year::drawn(Draw::from_bytes(bytes, 0), 0, &SIZES, claims_max);
        // The same bytes from their end.
        let backwards: Vec<u8> = bytes.iter().rev().copied().collect();
        let year = factors::drawn(year, &mut Draw::from_bytes(&backwards, 0));
        budgets::drawn(year, &mut Draw::from_bytes(&backwards, budgets::APART))
    }

    fn drawn(mut draw: Draw, seed: u64, sizes: &[Size], claims_max: usize) -> Year {
        let size = draw.pick(sizes);
        Maker { draw, size }.year(seed, claims_max)
    }

    pub(crate) fn compiled(&self) -> CompiledPolicy {
        CompiledPolicy::with_prices(&self.policy, &self.groups, &self.hospitals, &self.prices)
            .and_then(|policy| {
                let caps = self.institution_caps(&policy);
                policy.with_caps(&caps)
            })
            .and_then(|policy| {
                let enrolled = self.enrolled(&policy);
                policy.with_enrolment(&enrolled)
            })
            .and_then(|policy| policy.with_coefficients(&self.coefficients, &self.bonuses))
            .unwrap_or_else(|error| panic!("seed {}: {error} at {:?}", self.seed, error.at))
    }

    fn institution_caps(&self, policy: &CompiledPolicy) -> Vec<InstitutionCap> {
        let cap = |row: &PrepaidRow| InstitutionCap {
            pool: PoolId(u16::try_from(row.pool).expect("few pools")),
            hospital: policy.hospital(&row.hospital).expect("a hospital of the year"),
            cap: FenSum(row.fen.into()),
        };
        self.caps.iter().map(cap).collect()
    }

    pub(crate) fn case(&self, policy: &CompiledPolicy, row: &Row) -> Case {
        let group = (!row.group.is_empty()).then_some(row.group.as_str());
        let insutype = &self.policy.pools[row.pool].insutype[0];
        let rest = self.rest(policy, row);
        let mut case = policy
            .case(group, &row.hospital, insutype, rest.medical_cost, rest.fund_billed)
            .expect("the drawn case is sound");
        case.benefit = Benefit {
            patient_items: Fen(row.patient_items),
            ratio: u64::try_from(row.ratio.mantissa()).expect("a share"),
            ratio_places: u8::try_from(row.ratio.scale()).expect("at most 12"),
        };
        case.factor = CaseFactor::new(row.factor).expect("the drawn factor is sound");
        row.way.apply(policy, &mut case);
        case
    }

    /// The items of every claim that are paid apart.
    pub(crate) fn parts(&self, policy: &CompiledPolicy) -> Vec<Vec<ApartPart>> {
        self.claims.iter().map(|row| self.rest(policy, row).parts).collect()
    }

    pub(crate) fn claims<'y>(&'y self, policy: &CompiledPolicy, parts: &'y [Vec<ApartPart>]) -> Vec<Claim<'y>> {
        let claim = |(row, parts): (&'y Row, &'y Vec<ApartPart>)| Claim {
            id: &row.id,
            case: self.case(policy, row),
            apart: parts,
        };
        self.claims.iter().zip(parts).map(claim).collect()
    }

    pub(crate) fn prepayments(&self, policy: &CompiledPolicy) -> Vec<Prepayment> {
        self.prepaid
            .iter()
            .map(|row| Prepayment {
                pool: PoolId(u16::try_from(row.pool).expect("few pools")),
                hospital: policy.hospital(&row.hospital).expect("a hospital of the year"),
                prepaid: FenSum(row.fen.into()),
            })
            .collect()
    }

    /// The year as the engine settles it.
    pub(crate) fn settle(&self) -> Result<Settlement, SettleError> {
        self.settle_under(&self.compiled())
    }

    pub(crate) fn settle_under(&self, policy: &CompiledPolicy) -> Result<Settlement, SettleError> {
        let parts = self.parts(policy);
        settle(policy, &self.claims(policy, &parts), &self.prepayments(policy))
    }

    /// The same year under a policy where points share out N whole: `fund-points` or `difference`,
    /// and no bound of the point value.
    pub(crate) fn by_points(mut self, remainder: Remainder) -> Year {
        self.policy.pricing.method = PricingMethod::Points;
        self.policy.rounding.remainder = remainder;
        if self.policy.fund_share.method.is_ratio() {
            self.policy.fund_share.method = FundShareMethod::Difference;
        }
        for pool in &mut self.policy.pools {
            pool.point_value = None;
        }
        self
    }
}
