//! adjustments.csv (docs/SETTLEMENT.md §6).

use crate::claims::read::Claims;
use crate::output::format::push_record;
use crate::settle::price::case;
use dianzhi_core::{Adjust, CompiledPolicy, ExcessUse, Finding, Fixed, QuotaUse, Silent, TooLarge};

const COLUMNS: [&str; 11] = [
    "setl_id",
    "fixmedins_code",
    "pool",
    "adjustment",
    "other_setl_id",
    "quota_of",
    "discharges",
    "quota",
    "place",
    "points_before",
    "points",
];

/// Behind the others, where high outliers are capped by points.
const OF_EXCESS: [&str; 5] = [
    "points_of_all",
    "excess_most",
    "excess_before",
    "excess",
    "excess_granted",
];

/// The columns of adjustments.csv under these rules.
pub(crate) fn columns(rules: &Adjust) -> Vec<&'static str> {
    let more = if rules.counts_points() { &OF_EXCESS[..] } else { &[] };
    [&COLUMNS, more].concat()
}

/// adjustments.csv: what every rule found of a claim, in input order and the order of the rules.
pub(crate) fn csv(policy: &CompiledPolicy, claims: &Claims) -> Result<Vec<u8>, TooLarge> {
    let columns = columns(&policy.policy().adjust);
    let mut out = (columns.join(",") + "\n").into_bytes();
    let places = policy.policy().rounding.points;
    for block in &claims.blocks {
        for (i, adjusted) in &block.adjusted {
            let i = *i as usize;
            let claim = &block.claims[i];
            let (of_day, case) = case(policy, block, i, claim)?;
            let class = of_day.class(&case);
            let id = String::from_utf8_lossy(block.id(i));
            let hospital = policy.hospitals().get(claim.hospital as usize);
            let hospital = hospital.map_or("", |hospital| hospital.code.as_str());
            let pool = policy.policy().pools.get(usize::from(case.pool.0));
            let pool = pool.map_or("", |pool| pool.id.as_str());
            let mut before = adjusted.before;
            for known in 1..=adjusted.findings.len() {
                let so_far = &adjusted.findings[..known];
                let points = of_day.adjusted(&case, class, adjusted.before, so_far, &mut Silent)?;
                let finding = &so_far[known - 1];
                let Told {
                    other,
                    quota: [whose, discharges, quota, place],
                    excess,
                } = Told::of(finding, places);
                let fields = [
                    &*id,
                    hospital,
                    pool,
                    finding.word(),
                    other,
                    &whose,
                    &discharges,
                    &quota,
                    &place,
                    &before.display(places).to_string(),
                    &points.display(places).to_string(),
                ];
                let excess = excess.iter().map(String::as_str);
                push_record(&mut out, fields.into_iter().chain(excess).take(columns.len()));
                before = points;
            }
        }
    }
    Ok(out)
}

/// What a finding goes by, as the table has it; empty where it goes by something else.
#[derive(Default)]
struct Told<'f> {
    /// The other stay.
    other: &'f str,
    /// Whose quota, the discharges, the quota, the place.
    quota: [String; 4],
    /// The columns of [`OF_EXCESS`].
    excess: [String; 5],
}

impl Told<'_> {
    fn of(finding: &Finding, places: u32) -> Told<'_> {
        match finding {
            Finding::Readmission { other, .. } | Finding::Merged { into: other } => Told {
                other,
                ..Told::default()
            },
            Finding::ReviewGranted { quota, .. }
            | Finding::ReviewBeyondQuota(quota)
            | Finding::BeyondHighCap(quota) => Told {
                quota: of_quota(quota),
                ..Told::default()
            },
            Finding::BeyondHighExcess(of) => Told {
                quota: [
                    whose(&of.whose, &of.period),
                    String::new(),
                    String::new(),
                    String::new(),
                ],
                excess: of_excess(of, places),
                ..Told::default()
            },
            Finding::ReviewRefused | Finding::Penalty { .. } => Told::default(),
        }
    }
}

fn of_quota(quota: &QuotaUse) -> [String; 4] {
    let numbers = [quota.discharges, quota.quota, quota.place].map(|number| number.to_string());
    let [discharges, most, place] = numbers;
    [whose(&quota.whose, &quota.period), discharges, most, place]
}

fn of_excess(of: &ExcessUse, places: u32) -> [String; 5] {
    [of.points, of.most, of.before, of.excess, of.granted()].map(|units| Fixed { units, places }.to_string())
}

/// Whose quota it is, with its quarter or month.
fn whose(of: &str, period: &str) -> String {
    format!("{of} {period}").trim_end().to_owned()
}
