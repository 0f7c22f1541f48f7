//! adjustments.csv against the cases, and every quota against those that got a part of it.

use super::cases::Cases;
use crate::settle::adjust::columns;
use crate::verify::check::{Check, Findings};
use crate::verify::sheets::{SheetRow, for_each_row};
use dianzhi_core::Text;
use dianzhi_policy::Region;
use std::collections::BTreeMap;
use std::path::Path;

/// What adjustments.csv says of one case, its rows taken together.
struct Told {
    before: i128,
    points: i128,
    words: Vec<u8>,
}

/// What the rows of one cap by points have in common.
struct Excess {
    of_all: i128,
    most: i128,
    /// Whether a row has got a part.
    is_shared: bool,
}

pub(super) fn check(run_dir: &Path, region: &Region, cases: &Cases) -> Check {
    let mut findings = Findings::default();
    let places = region.policy.rounding.points;
    let mut told: BTreeMap<Vec<u8>, Told> = BTreeMap::new();
    // Granted by whose quota: how many, and the quota.
    let mut granted: BTreeMap<Vec<u8>, (u64, u64)> = BTreeMap::new();
    let mut excess: BTreeMap<Vec<u8>, Excess> = BTreeMap::new();
    for_each_row(
        &run_dir.join("adjustments.csv"),
        &columns(&region.policy.adjust),
        &mut findings,
        |row, findings| {
            findings.saw();
            let word = row.field("adjustment").to_vec();
            let before = row.fixed("points_before", places, findings);
            let points = row.fixed("points", places, findings);
            let id = row.field("setl_id").to_vec();
            match told.get_mut(&id) {
                Some(so_far) => {
                    if so_far.points != before {
                        findings.found(|| row.names("points_before"));
                    }
                    so_far.points = points;
                    so_far.words.push(b'+');
                    so_far.words.extend_from_slice(&word);
                }
                None => {
                    let words = word.clone();
                    told.insert(id, Told { before, points, words });
                }
            }
            let is_paid_as_usual = matches!(&*word, b"review-refused" | b"review-beyond-quota");
            if is_paid_as_usual && points != before {
                findings.found(|| row.names("points"));
            }
            if word == b"readmission-merged" && points != 0 {
                findings.found(|| row.names("points"));
            }
            if matches!(&*word, b"review-granted" | b"review-beyond-quota" | b"beyond-high-cap") {
                let (place, quota) = (row.count("place", findings), row.count("quota", findings));
                let is_within = word == b"review-granted";
                if (place <= quota) != is_within || place == 0 || quota > row.count("discharges", findings) {
                    findings.found(|| row.names("place, quota, discharges"));
                }
                if is_within {
                    let of = granted.entry(row.field("quota_of").to_vec()).or_insert((0, quota));
                    of.0 += 1;
                    if of.0 > of.1 || of.1 != quota {
                        findings.found(|| row.names("quota"));
                    }
                }
            }
            if word == b"beyond-high-excess" {
                beyond_excess(row, before - points, places, &mut excess, findings);
            }
            true
        },
    );
    for (id, of) in &cases.adjusted {
        let agrees = told
            .remove(id)
            .is_some_and(|told| (told.before, told.points, &told.words) == (of.before, of.points, &of.words));
        findings.holds(agrees, || {
            let (row, id) = (of.row, String::from_utf8_lossy(id));
            Text::new(
                format!("claims.csv 第 {row} 行 {id} 的 points_before、points、adjustment"),
                format!("points_before, points and adjustment of {id}, row {row} of claims.csv"),
            )
        });
    }
    for id in told.keys() {
        findings.found(|| {
            let id = String::from_utf8_lossy(id);
            Text::new(
                format!("adjustments.csv 有 {id}，claims.csv 没有写明它的调整"),
                format!("adjustments.csv has {id}, of which claims.csv says nothing"),
            )
        });
    }
    findings.into_check(Text::new(
        "点数调整与病例相符，名额没有超过",
        "what was changed of points is what the cases say, and no quota is passed",
    ))
}

/// A high outlier whose excess was cut by so much: what those before it left is what it got, so that the
/// points for the excess are used up and never passed; and one at most has got a part.
fn beyond_excess(
    row: &SheetRow<'_>,
    cut: i128,
    places: u32,
    seen: &mut BTreeMap<Vec<u8>, Excess>,
    findings: &mut Findings,
) {
    let mut figure = |name| row.fixed(name, places, findings);
    let (of_all, most, before) = (figure("points_of_all"), figure("excess_most"), figure("excess_before"));
    let (own, granted) = (figure("excess"), figure("excess_granted"));
    let is_cut = granted >= 0 && granted < own && own - granted == cut;
    if !is_cut || before < 0 || before + granted != most || most > of_all {
        findings.found(|| row.names("excess_most, excess_before, excess, excess_granted"));
    }
    let of = seen.entry(row.field("quota_of").to_vec()).or_insert(Excess {
        of_all,
        most,
        is_shared: false,
    });
    if (of.of_all, of.most) != (of_all, most) || (of.is_shared && granted > 0) {
        findings.found(|| row.names("points_of_all, excess_most, excess_granted"));
    }
    of.is_shared |= granted > 0;
}
