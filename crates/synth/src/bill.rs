//! What a stay costs and who pays it.

use crate::random::Random;

/// Deductible (起付线) at levels 1, 2, 3, in fen.
const DEDUCTIBLES: [u64; 3] = [30_000, 60_000, 100_000];
/// Reimbursement ratio (报销比例) at levels 1, 2, 3, in per cent.
const EMPLOYEE: [u64; 3] = [92, 88, 85];
const RETIRED: [u64; 3] = [92, 90, 88];
const RESIDENT: [u64; 3] = [85, 75, 65];
const RETIREMENT_AGE: u64 = 60;

/// The money of one claim, in fen.
pub(crate) struct Bill {
    pub(crate) cost: u64,
    /// 全自费
    pub(crate) outside_catalogue: u64,
    /// 超限价
    pub(crate) above_limit: u64,
    /// 先行自付
    pub(crate) paid_first: u64,
    /// 起付线
    pub(crate) deductible: u64,
    /// 报销比例 in hundredths.
    pub(crate) ratio: u64,
    /// 统筹基金
    pub(crate) fund: u64,
    /// 个人账户
    pub(crate) account: u64,
    /// 现金
    pub(crate) cash: u64,
}

impl Bill {
    /// Splits a cost as the scheme of the insured does.
    pub(crate) fn split(
        cost: u64,
        level: u8,
        resident: bool,
        age: u64,
        deductible_max: u64,
        random: &mut Random,
    ) -> Bill {
        let level = usize::from(level) - 1;
        let ratio = match (resident, age >= RETIREMENT_AGE) {
            (true, _) => RESIDENT[level],
            (false, true) => RETIRED[level],
            (false, false) => EMPLOYEE[level],
        };
        let outside_catalogue = cost * random.below(80) / 1000;
        let above_limit = if random.chance(400) {
            cost * random.below(16) / 1000
        } else {
            0
        };
        let paid_first = cost * random.between(20, 70) / 1000;
        let covered = cost - outside_catalogue - above_limit - paid_first;
        let deductible = DEDUCTIBLES[level].min(deductible_max).min(covered);
        let fund = ((covered - deductible) * ratio + 50) / 100;
        let rest = cost - fund;
        let account = if resident { 0 } else { rest * random.below(71) / 100 };
        Bill {
            cost,
            outside_catalogue,
            above_limit,
            paid_first,
            deductible,
            ratio,
            fund,
            account,
            cash: rest - account,
        }
    }
}
