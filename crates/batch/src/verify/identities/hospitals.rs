//! hospitals.csv: its order, and each clearing by itself.

use crate::verify::check::Findings;
use crate::verify::figures::{fraction, written};
use crate::verify::sheets::{HOSPITALS, for_each_row};
use dianzhi_core::RoundingMode;
use dianzhi_core::Text;
use dianzhi_core::model::{exact, rounded};
use dianzhi_policy::Region;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use std::path::Path;

/// A row of hospitals.csv: points in their units, money in fen.
pub(super) struct HospitalRow {
    pub(super) pool: usize,
    pub(super) code: Vec<u8>,
    pub(super) cases: u64,
    pub(super) points: i128,
    pub(super) medical_cost: i128,
    pub(super) fund_billed: i128,
    pub(super) due: i128,
    pub(super) ratio: String,
    pub(super) band: String,
    pub(super) compensation: i128,
    pub(super) cleared: i128,
    pub(super) deposit: i128,
    pub(super) returned: i128,
    pub(super) prepaid: i128,
    pub(super) final_payment: i128,
}

/// Reads hospitals.csv; `None` where it cannot be read to its end.
pub(super) fn read(run_dir: &Path, region: &Region, findings: &mut Findings) -> Option<Vec<HospitalRow>> {
    let policy = &region.policy;
    let mut rows: Vec<HospitalRow> = Vec::new();
    for_each_row(&run_dir.join("hospitals.csv"), HOSPITALS, findings, |row, findings| {
        findings.saw();
        let pool = policy
            .pools
            .iter()
            .position(|pool| pool.id.as_bytes() == row.field("pool"));
        let Some(pool) = pool else {
            findings.found(|| row.names("pool"));
            return true;
        };
        let code = row.field("fixmedins_code").to_vec();
        if rows.last().is_some_and(|last| (last.pool, &last.code) >= (pool, &code)) {
            findings.found(|| row.names("pool, fixmedins_code (order)"));
        }
        let mut money = |name: &str| row.money(name, findings);
        let (medical_cost, fund_billed, due) = (money("medfee_sumamt"), money("hifp_pay"), money("due"));
        let (compensation, cleared) = (money("compensation"), money("cleared"));
        let (deposit, returned) = (money("deposit"), money("deposit_returned"));
        let (prepaid, final_payment) = (money("prepaid"), money("final_payment"));
        rows.push(HospitalRow {
            pool,
            code,
            cases: row.count("cases", findings),
            points: row.fixed("points", policy.rounding.points, findings),
            medical_cost,
            fund_billed,
            due,
            ratio: row.text("ratio"),
            band: row.text("band"),
            compensation,
            cleared,
            deposit,
            returned,
            prepaid,
            final_payment,
        });
        true
    })?;
    Some(rows)
}

/// What a clearing must satisfy, as far as hospitals.csv and the policy tell.
pub(super) fn clearing(region: &Region, rows: &[HospitalRow], findings: &mut Findings) {
    for row in rows {
        let pool = region.policy.pools.get(row.pool).map_or("", |pool| &pool.id);
        let code = String::from_utf8_lossy(&row.code);
        let name = |figure: &str| {
            Text::new(
                format!("资金池 {pool} 医院 {code} 的 {figure}"),
                format!("{figure} of hospital {code} in pool {pool}"),
            )
        };
        let yuan = |units: i128| written(&fraction(units, 2), 2);
        let expected = expected(region, row);
        findings.equal(|| name("ratio"), &row.ratio, &expected.ratio);
        findings.equal(|| name("band"), &row.band, &expected.band.to_owned());
        findings.equal(|| name("cleared"), &yuan(row.cleared), &written(&expected.cleared, 2));
        findings.equal(|| name("deposit"), &yuan(row.deposit), &written(&expected.deposit, 2));
        let owed = row.cleared - row.deposit + row.returned - row.prepaid;
        findings.equal(
            || name("final_payment = cleared − deposit + returned − prepaid"),
            &yuan(row.final_payment),
            &yuan(owed),
        );
        let within = |figure: i128, most: i128| (0..=most).contains(&figure);
        findings.holds(within(row.returned, row.deposit), || name("deposit_returned"));
        findings.holds(row.prepaid >= 0, || name("prepaid"));
        let most = if row.band == "overspend" { i128::MAX } else { 0 };
        findings.holds(within(row.compensation, most), || name("compensation"));
    }
}

struct Expected {
    ratio: String,
    band: &'static str,
    cleared: BigRational,
    deposit: BigRational,
}

fn expected(region: &Region, row: &HospitalRow) -> Expected {
    let rules = &region.policy.clearing;
    let money = |value: &BigRational| rounded(value, 2, region.policy.rounding.mode);
    let (due, billed) = (fraction(row.due, 2), fraction(row.fund_billed, 2));
    let compensation = fraction(row.compensation, 2);
    let (ratio, band, cleared) = if due.is_positive() {
        let ratio = &billed / &due;
        let shown = written(&rounded(&ratio, 6, RoundingMode::HalfUp), 6);
        if ratio < exact(rules.surplus_floor) {
            (shown, "under-floor", billed)
        } else if billed <= due {
            let kept = money(&(exact(rules.surplus_keep) * (&due - &billed)));
            (shown, "surplus", billed + kept)
        } else {
            (shown, "overspend", due + compensation)
        }
    } else {
        (String::new(), "none", due)
    };
    let deposit = money(&(cleared.clone().max(BigRational::zero()) * exact(rules.quality_deposit)));
    Expected {
        ratio,
        band,
        cleared,
        deposit,
    }
}
