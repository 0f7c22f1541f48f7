//! hospitals.csv: its order, and each clearing by itself.

use crate::verify::check::Findings;
use crate::verify::figures::{fraction, written};
use crate::verify::sheets::{for_each_row, hospitals_header};
use dianzhi_core::RoundingMode;
use dianzhi_core::Text;
use dianzhi_core::model::{Book, ModelClearing, exact, rounded};
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
    /// Its institution cap, where the policy has any.
    pub(super) cap: Option<i128>,
    /// What booked cost is compared with: S.
    pub(super) compared: i128,
    /// What it is due by head.
    pub(super) capitation: i128,
    /// Its part of what its alliance keeps or bears.
    pub(super) alliance_part: i128,
}

/// Reads hospitals.csv; `None` where it cannot be read to its end.
pub(super) fn read(run_dir: &Path, region: &Region, findings: &mut Findings) -> Option<Vec<HospitalRow>> {
    let policy = &region.policy;
    let mut rows: Vec<HospitalRow> = Vec::new();
    let has_caps = policy.has_caps();
    let header = hospitals_header(policy);
    for_each_row(&run_dir.join("hospitals.csv"), &header, findings, |row, findings| {
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
        let capitation = match policy.methods.capitation[..] {
            [] => 0,
            _ => row.money("capitation", findings),
        };
        let alliance_part = match policy.alliances[..] {
            [] => 0,
            _ => row.money("alliance_part", findings),
        };
        let (cap, compared) = match has_caps {
            true => (row.money_or_none("cap", findings), row.money("compared", findings)),
            false => (None, due + capitation),
        };
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
            cap,
            compared,
            capitation,
            alliance_part,
        });
        true
    })?;
    Some(rows)
}

/// What a clearing must satisfy, as far as hospitals.csv and the policy tell.
pub(super) fn clearing(region: &Region, rows: &[HospitalRow], findings: &mut Findings) {
    let book = Book::new(&region.policy, &[], &[]);
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
        let cap = row.cap.map(|cap| fraction(cap, 2));
        let compared = book.compared(row.pool, &fraction(row.due + row.capitation, 2), cap.as_ref());
        findings.holds(compared == Some(fraction(row.compared, 2)), || name("compared"));
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
        let granted = fraction(row.compensation, 2);
        let is_claimed = !granted.is_negative() && granted <= expected.claimed;
        findings.holds(is_claimed, || name("compensation"));
    }
}

/// Whether a hospital is a member of the alliance whose pool it is cleared in.
pub(super) fn is_member(region: &Region, row: &HospitalRow) -> bool {
    let alliance = region.policy.alliance_of(row.pool);
    let mut members = alliance.into_iter().flat_map(|(_, alliance)| &alliance.members);
    members.any(|member| member.fixmedins_code.as_bytes() == row.code)
}

struct Expected {
    ratio: String,
    band: &'static str,
    /// Its compensation before the reserve is looked at.
    claimed: BigRational,
    cleared: BigRational,
    deposit: BigRational,
}

fn expected(region: &Region, row: &HospitalRow) -> Expected {
    let rules = region.policy.clearing_of(row.pool).rules;
    let money = |value: &BigRational| rounded(value, 2, region.policy.rounding.mode);
    let book = Book::new(&region.policy, &[], &[]);
    let (due, billed) = (fraction(row.compared, 2), fraction(row.fund_billed, 2));
    let by_the_book = match is_member(region, row) {
        true => ModelClearing {
            band: "alliance",
            cleared: &due + fraction(row.alliance_part, 2),
            compensation: BigRational::zero(),
        },
        false => book.cleared_by(row.pool, &due, &billed),
    };
    let ratio = if due.is_positive() {
        written(&rounded(&(&billed / &due), 6, RoundingMode::HalfUp), 6)
    } else {
        String::new()
    };
    // The reserve may grant less than what is claimed, never more.
    let claimed = by_the_book.compensation;
    let band = by_the_book.band;
    let mut cleared = by_the_book.cleared + fraction(row.compensation, 2);
    if rules.surplus_assessment.is_some() && band == "surplus" {
        // Scores are among the inputs: here only that some part of the surplus is kept.
        cleared = fraction(row.cleared, 2).min(cleared).max(billed);
    }
    let deposit = money(&(cleared.clone().max(BigRational::zero()) * exact(rules.quality_deposit)));
    Expected {
        ratio,
        band,
        claimed,
        cleared,
        deposit,
    }
}
