//! alliances.csv against the policy, the hospitals and the pools: everything in it follows from them.

use super::hospitals::{HospitalRow, is_member};
use super::pools::PoolRow;
use crate::settle::alliance::COLUMNS;
use crate::verify::check::{Check, Findings};
use crate::verify::figures::{fraction, written};
use crate::verify::sheets::for_each_row;
use dianzhi_core::Text;
use dianzhi_core::model::{Book, ModelStatement};
use dianzhi_policy::Region;
use num_rational::BigRational;
use num_traits::Zero;
use std::path::Path;

/// `None` where the policy has no alliance.
pub(super) fn check(
    run_dir: &Path,
    region: &Region,
    pools: Option<&[PoolRow]>,
    hospitals: Option<&[HospitalRow]>,
) -> Option<Check> {
    let policy = &region.policy;
    if policy.alliances.is_empty() {
        return None;
    }
    let mut findings = Findings::default();
    let mut expected = policy
        .alliances
        .iter()
        .flat_map(|of| of.pools.iter().map(move |pool| (of, pool)));
    for_each_row(
        &run_dir.join("alliances.csv"),
        &COLUMNS,
        &mut findings,
        |row, findings| {
            findings.saw();
            let place = expected.next();
            let place = place
                .filter(|(of, id)| of.id.as_bytes() == row.field("alliance") && id.as_bytes() == row.field("pool"));
            let pool = place.and_then(|(_, id)| policy.pools.iter().position(|pool| pool.id == *id));
            let Some(pool) = pool else {
                findings.found(|| row.names("alliance, pool"));
                return true;
            };
            let mut money = |name: &str| row.money(name, findings);
            let [budget, reserve] = ["budget", "reserve"].map(&mut money);
            let [outside, inside, balance] = ["outside", "inside", "balance"].map(&mut money);
            let [kept, left] = ["kept", "left"].map(&mut money);
            let [bears, borne] = ["fund_bears", "members_bear"].map(&mut money);
            if let Some(of) = pools.and_then(|pools| pools.get(pool)) {
                findings.equal(|| row.names("budget"), &yuan(budget), &yuan(of.budget));
                findings.equal(|| row.names("reserve"), &yuan(reserve), &yuan(of.reserve));
            }
            findings.equal(
                || row.names("budget = reserve + outside + inside + kept + left − fund_bears − members_bear"),
                &yuan(budget),
                &yuan(reserve + outside + inside + kept + left - bears - borne),
            );
            if let Some(hospitals) = hospitals {
                let here: Vec<&HospitalRow> = hospitals.iter().filter(|hospital| hospital.pool == pool).collect();
                let parts: i128 = here.iter().map(|hospital| hospital.alliance_part).sum();
                findings.equal(
                    || row.names("Σ alliance_part = kept − members_bear"),
                    &yuan(kept - borne),
                    &yuan(parts),
                );
                let mut statements: Vec<ModelStatement> =
                    here.iter().map(|hospital| statement(region, hospital)).collect();
                // By the book, of what the hospitals were cleared at; members before their parts.
                let book = Book::new(policy, &[], &[]);
                let Some(of) = book.split(pool, &mut statements) else {
                    return true;
                };
                for (name, found, by_the_book) in [
                    ("outside", outside, &of.outside),
                    ("inside", inside, &of.inside),
                    ("balance", balance, &of.balance),
                    ("kept", kept, &of.kept),
                    ("left", left, &of.left),
                    ("fund_bears", bears, &of.fund_bears),
                    ("members_bear", borne, &of.members_bear),
                ] {
                    findings.equal(|| row.names(name), &yuan(found), &written(by_the_book, 2));
                }
                for (hospital, statement) in here.iter().zip(&statements) {
                    let code = String::from_utf8_lossy(&hospital.code);
                    findings.equal(
                        || {
                            Text::new(
                                format!("医院 {code} 的 alliance_part"),
                                format!("alliance_part of hospital {code}"),
                            )
                        },
                        &yuan(hospital.alliance_part),
                        &written(&statement.alliance_part, 2),
                    );
                }
            }
            true
        },
    );
    findings.holds(expected.next().is_none(), || {
        Text::new(
            "alliances.csv 缺少政策中的医共体",
            "alliances.csv lacks an alliance of the policy",
        )
    });
    Some(findings.into_check(Text::new(
        "医共体：预算收支到分相符，成员分配与政策一致",
        "alliances: every budget is accounted for to the fen, and split as the policy says",
    )))
}

/// A hospital as it was cleared, a member as it was before its part.
fn statement(region: &Region, row: &HospitalRow) -> ModelStatement {
    let is_member = is_member(region, row);
    let zero = BigRational::zero;
    ModelStatement {
        hospital: String::from_utf8_lossy(&row.code).into_owned(),
        cases: 0,
        due: fraction(row.due, 2),
        capitation: fraction(row.capitation, 2),
        compared: zero(),
        band: if is_member { "alliance" } else { "" },
        compensation: zero(),
        alliance_part: zero(),
        cleared: fraction(row.cleared, 2),
        deposit: zero(),
        deposit_returned: zero(),
        final_payment: zero(),
    }
}

fn yuan(fen: i128) -> String {
    written(&fraction(fen, 2), 2)
}
