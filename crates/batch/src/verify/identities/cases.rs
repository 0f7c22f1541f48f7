//! claims.csv, row by row.

use super::{ByHospital, Sums};
use crate::error::Failure;
use crate::output::claims_csv::columns;
use crate::progress::Progress;
use crate::verify::check::Findings;
use crate::verify::figures::{fraction, written};
use crate::verify::sheets::{SheetRow, for_each_row};
use dianzhi_core::model::{Book, ModelPrice, exact, fen, rounded};
use dianzhi_core::{Deviation, FundShareMethod, PayIn, PricingMethod, Remainder, RoundingMode, Text, Threshold};
use dianzhi_policy::Region;
use num_rational::BigRational;
use std::collections::BTreeMap;
use std::path::Path;

/// What claims.csv adds up to.
pub(super) struct Cases {
    pub(super) rows: u64,
    pub(super) sums: ByHospital,
    /// What is paid apart, by hospital code.
    pub(super) apart: BTreeMap<Vec<u8>, ApartSums>,
    /// By route and position of the pool.
    pub(super) routes: BTreeMap<(Vec<u8>, usize), RouteSums>,
    /// Cases of which a rule found something: their row, and what it says.
    pub(super) adjusted: BTreeMap<Vec<u8>, AdjustedRow>,
}

/// What claims.csv says of a case of which a rule found something; points in their units.
pub(super) struct AdjustedRow {
    pub(super) row: u64,
    pub(super) before: i128,
    pub(super) points: i128,
    pub(super) words: Vec<u8>,
}

/// What the cases have apart, in fen.
#[derive(Clone, Copy, Default)]
pub(super) struct ApartSums {
    /// Cases that have something apart.
    pub(super) cases: u64,
    pub(super) cost: i128,
    pub(super) due: i128,
}

/// Sums over the cases of a route in one pool: points in their units, money in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RouteSums {
    pub(super) cases: u64,
    pub(super) points: i128,
    pub(super) others: i128,
    pub(super) standard: i128,
    pub(super) due: i128,
    pub(super) over: i128,
}

/// What a row has.
struct Figures {
    pool: usize,
    points: i128,
    standard: i128,
    others: i128,
    due: i128,
}

/// Reads claims.csv and checks each row by itself; `None` where it cannot be read to its end.
pub(super) fn read(
    run_dir: &Path,
    region: &Region,
    prices: Option<&[ModelPrice]>,
    findings: &mut Findings,
    progress: &Progress,
) -> Result<Option<Cases>, Failure> {
    let rules = Rules::new(region, prices);
    let mut sums = ByHospital::new();
    let mut apart: BTreeMap<Vec<u8>, ApartSums> = BTreeMap::new();
    let mut routes: BTreeMap<(Vec<u8>, usize), RouteSums> = BTreeMap::new();
    let mut adjusted = BTreeMap::new();
    let is_routed = !region.policy.routes.is_empty();
    // 128 bits of BLAKE3 of each id: no two ids share them by chance.
    let mut ids: Vec<u128> = Vec::new();
    let mut stopped = Ok(());
    let header = columns(&region.policy);
    let rows = for_each_row(&run_dir.join("claims.csv"), &header, findings, |row, findings| {
        if row.number.is_multiple_of(1 << 16) {
            stopped = progress.check();
        }
        findings.saw();
        ids.push(id_key(row.field("setl_id")));
        if let Some(of) = rules.row(row, findings) {
            let key = (of.pool, row.field("fixmedins_code").to_vec());
            let sum: &mut Sums = sums.entry(key).or_default();
            sum.cases += 1;
            sum.points += of.points;
            sum.others += of.others;
            sum.due += of.due;
            if is_routed {
                let over = row.money_or_none("patient_over", findings).unwrap_or(0);
                let sum = routes.entry((row.field("route").to_vec(), of.pool)).or_default();
                sum.add(&of, over);
            }
        }
        if let Some(of) = rules.adjusted(row, findings) {
            adjusted.insert(row.field("setl_id").to_vec(), of);
        }
        if let Some((cost, due)) = rules.apart(row, findings) {
            let sum = apart.entry(row.field("fixmedins_code").to_vec()).or_default();
            sum.cases += 1;
            sum.cost += cost;
            sum.due += due;
        }
        stopped.is_ok()
    });
    stopped?;
    ids.sort_unstable();
    let twice = ids.windows(2).filter(|pair| pair[0] == pair[1]).count();
    if twice > 0 {
        findings.found(|| {
            Text::new(
                format!("claims.csv 中有 {twice} 行的 setl_id 重复"),
                format!("claims.csv: {twice} rows repeat a setl_id"),
            )
        });
    }
    Ok(rows.map(|rows| Cases {
        rows,
        sums,
        apart,
        routes,
        adjusted,
    }))
}

impl RouteSums {
    fn add(&mut self, of: &Figures, over: i128) {
        self.cases += 1;
        self.points += of.points;
        self.others += of.others;
        self.standard += of.standard;
        self.due += of.due;
        self.over += over;
    }
}

fn id_key(id: &[u8]) -> u128 {
    let mut key = [0; 16];
    blake3::Hasher::new().update(id).finalize_xof().fill(&mut key);
    u128::from_le_bytes(key)
}

/// What one row must satisfy.
struct Rules<'a> {
    region: &'a Region,
    book: Book<'a>,
    prices: Option<&'a [ModelPrice]>,
    /// The thresholds of every period as cost ratios are published.
    thresholds: Vec<Thresholds>,
}

/// The least and the largest threshold that a period has for low and for high outliers: a row does
/// not tell the level of its hospital, nor the base points of its group.
struct Thresholds {
    low: (BigRational, BigRational),
    high: (BigRational, BigRational),
}

impl Thresholds {
    fn of(deviation: &Deviation) -> Thresholds {
        let ends = |side: &Threshold| {
            let published = |ratio| rounded(&exact(ratio), 6, RoundingMode::HalfUp);
            let least = side.ratios().min().unwrap_or(side.ratio);
            let largest = side.ratios().max().unwrap_or(side.ratio);
            (published(least), published(largest))
        };
        Thresholds {
            low: ends(&deviation.low),
            high: ends(&deviation.high),
        }
    }
}

impl<'a> Rules<'a> {
    fn new(region: &'a Region, prices: Option<&'a [ModelPrice]>) -> Rules<'a> {
        Rules {
            region,
            book: Book::new(&region.policy, &[], &[]),
            prices,
            thresholds: (region.periods.iter())
                .map(|period| Thresholds::of(&period.policy.deviation))
                .collect(),
        }
    }

    /// Checks a row.
    fn row(&self, row: &SheetRow<'_>, findings: &mut Findings) -> Option<Figures> {
        let policy = &self.region.policy;
        let points = row.fixed("points", policy.rounding.points, findings);
        let standard = row.money("standard", findings);
        let others = row.money("others", findings);
        let due = row.money("due", findings);
        // Only a penalty takes more than there is.
        let is_taken = !policy.adjust.is_empty() && row.field("adjustment").ends_with(b"penalty");
        for (name, figure) in [("points", points), ("standard", standard), ("others", others)] {
            let off = match name {
                "others" => figure < 0,
                _ if is_taken => figure > 0,
                _ => figure < 0,
            };
            if off {
                findings.found(|| row.names(&format!("{name} {}", if is_taken { "> 0" } else { "< 0" })));
            }
        }
        self.class(row, findings);
        let insutype = row.field("insutype");
        let pays = |pool: &dianzhi_core::Pool| {
            pool.id.as_bytes() == row.field("pool") && pool.insutype.iter().any(|code| code.as_bytes() == insutype)
        };
        let pool = policy.pools.iter().position(pays);
        if pool.is_none() || !self.is_routed_soundly(row) {
            findings.found(|| row.names("pool, route, method"));
            return None;
        }
        let pool = pool?;
        if self.is_money(row) {
            // The standard and the method's share come from tables; the second path looks there.
            let within = (0..=standard).contains(&due) || due == standard - others;
            if points != 0 || !within {
                findings.found(|| row.names("points, standard, due"));
            }
        } else {
            self.due(row, standard, others, due, findings);
            self.standard(row, pool, points, standard, findings);
        }
        Some(Figures {
            pool,
            points,
            standard,
            others,
            due,
        })
    }

    /// What rules found of the case, where the policy has such; else its points are as priced.
    fn adjusted(&self, row: &SheetRow<'_>, findings: &mut Findings) -> Option<AdjustedRow> {
        let policy = &self.region.policy;
        if policy.adjust.is_empty() {
            return None;
        }
        let places = policy.rounding.points;
        let of = AdjustedRow {
            row: row.number,
            before: row.fixed("points_before", places, findings),
            points: row.fixed("points", places, findings),
            words: row.field("adjustment").to_vec(),
        };
        if of.before < 0 || (of.words.is_empty() && of.before != of.points) {
            findings.found(|| row.names("points_before, adjustment, points"));
        }
        (!of.words.is_empty()).then_some(of)
    }

    /// What the row has apart, where the policy has such items; its route must name some.
    fn apart(&self, row: &SheetRow<'_>, findings: &mut Findings) -> Option<(i128, i128)> {
        let policy = &self.region.policy;
        if policy.apart.is_empty() {
            return None;
        }
        let (cost, due) = (row.money("apart_cost", findings), row.money("apart_due", findings));
        let is_it = |route: &&dianzhi_core::Route| route.id.as_bytes() == row.field("route");
        let has_items = policy
            .routes
            .iter()
            .find(is_it)
            .is_some_and(|route| !route.apart.is_empty());
        let most = if has_items { cost } else { 0 };
        if cost < 0 || !(0..=most).contains(&due) || (!has_items && cost != 0) {
            findings.found(|| row.names("apart_cost, apart_due"));
        }
        (cost != 0 || due != 0).then_some((cost, due))
    }

    /// The route is one of the policy's, with its own method and a pool of its own.
    fn is_routed_soundly(&self, row: &SheetRow<'_>) -> bool {
        let routes = &self.region.policy.routes;
        let of_row = |route: &dianzhi_core::Route| {
            route.id.as_bytes() == row.field("route")
                && route.method.as_bytes() == row.field("method")
                && route.pools.iter().any(|pool| pool.as_bytes() == row.field("pool"))
        };
        routes.is_empty() || routes.iter().any(of_row)
    }

    /// Whether the row is paid in money and not by points.
    fn is_money(&self, row: &SheetRow<'_>) -> bool {
        let methods = &self.region.policy.methods;
        std::str::from_utf8(row.field("method")).is_ok_and(|id| methods.pay_in(id) == PayIn::Money)
    }

    /// The class, the group and the ratio go together.
    fn class(&self, row: &SheetRow<'_>, findings: &mut Findings) {
        let (class, ratio) = (row.field("case_class"), row.field("cost_ratio"));
        let agree = match class {
            b"ungrouped" => ratio.is_empty(),
            b"per-diem" | b"by-disease" | b"by-item" | b"capitated" => {
                ratio.is_empty() && !self.region.policy.routes.is_empty()
            }
            b"by-cost" => {
                ratio.is_empty() && !self.region.policy.routes.is_empty() && !row.field("group_code").is_empty()
            }
            b"normal" | b"low" | b"high" if !row.field("group_code").is_empty() => {
                let ratio = fraction(row.fixed("cost_ratio", 6, findings), 6);
                // A row does not tell its day: the thresholds of one period must agree.
                self.thresholds.iter().any(|Thresholds { low, high }| match class {
                    b"low" => ratio <= low.1,
                    b"high" => ratio >= high.0,
                    _ => ratio >= low.0 && ratio <= high.1,
                })
            }
            _ => false,
        };
        if !agree {
            findings.found(|| row.names("case_class, cost_ratio"));
        }
    }

    /// The due where the published columns alone decide it.
    fn due(&self, row: &SheetRow<'_>, standard: i128, others: i128, due: i128, findings: &mut Findings) {
        let share = &self.region.policy.fund_share;
        let expected = match share.method {
            FundShareMethod::FundPoints => standard,
            FundShareMethod::Difference => standard - others,
            // At most the standard, and never below zero where the method says so.
            FundShareMethod::ActualRatio => due.clamp(standard.min(0), standard.max(0)),
            FundShareMethod::ReimbursementRatio | FundShareMethod::ScaledRatio => {
                due.clamp(standard.min(0), due.max(0))
            }
        };
        let is_lifted = share.floor_at_zero && standard >= 0;
        let expected = if is_lifted { expected.max(0) } else { expected };
        if due != expected {
            findings.found(|| {
                let (what, expected) = (row.names("due"), written(&fraction(expected, 2), 2));
                let found = row.text("due");
                Text::new(
                    format!("{} 为 {found}，按本行其他列应为 {expected}", what.zh),
                    format!("{what} is {found}; by the row's other figures it should be {expected}"),
                )
            });
        }
    }

    /// The standard from the row's points and the pool's price.
    fn standard(&self, row: &SheetRow<'_>, pool: usize, points: i128, standard: i128, findings: &mut Findings) {
        let policy = &self.region.policy;
        let Some(price) = self.prices.and_then(|prices| prices.get(pool)) else {
            return;
        };
        let points = fraction(points, policy.rounding.points);
        let standard = fraction(standard, 2);
        let (expected, _) = self.book.standard(&points, price);
        let by_share = policy.rounding.remainder == Remainder::LargestRemainder
            && policy.pricing.method == PricingMethod::Points
            && price.points != BigRational::default();
        let holds = standard == expected || (by_share && standard == &expected + fen());
        if !holds {
            findings.found(|| {
                let (what, expected) = (row.names("standard"), written(&expected, 2));
                let found = row.text("standard");
                Text::new(
                    format!("{} 为 {found}，按点数和点值应为 {expected}", what.zh),
                    format!("{what} is {found}; by its points it should be {expected}"),
                )
            });
        }
    }
}
