//! The files of a comparison. No clock, host or thread count in them, so that the same comparison gives
//! the same bytes.
#![allow(
    clippy::disallowed_types,
    reason = "serde's flatten expands to visitors of every number type"
)]

use crate::assume::Assumption;
use crate::compare::Compared;
use crate::figures::{Figures, Table};
use crate::file::Header;
use crate::inequality::{Split, pairs, shown};
use dianzhi_batch::{ChangeCount, Engine, Fingerprint, Records, RunInput, RunOutput, push_record};
use dianzhi_core::FenSum;
use serde::Serialize;

/// The version of scenarios.json's layout.
pub const SCENARIOS_FORMAT: u32 = 1;

/// scenarios.json
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScenariosReport {
    /// Layout of this file.
    pub format: u32,
    /// Who compared.
    pub engine: Engine,
    /// `[comparison]`
    pub title: String,
    /// Likewise.
    pub author: String,
    /// Likewise.
    pub policy: String,
    /// Likewise.
    pub date: String,
    /// The scenarios file.
    pub file: SourceFile,
    /// The baseline's region file.
    pub baseline: SourceFile,
    /// Records of the baseline.
    pub records: Records,
    /// Every other input of the baseline and of the scenarios, each once.
    pub inputs: Vec<RunInput>,
    /// Whether there is a run of the baseline and of every scenario beside its region file.
    pub runs: bool,
    /// The scenarios, in order.
    pub scenarios: Vec<ScenarioReport>,
    /// Every output but this file and the runs.
    pub outputs: Vec<RunOutput>,
}

/// A file of TOML that the comparison was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceFile {
    /// Where it was, relative to the folder of the comparison.
    pub path: String,
    /// Its bytes.
    #[serde(flatten)]
    pub fingerprint: Fingerprint,
}

/// One scenario in scenarios.json.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScenarioReport {
    /// Its id.
    pub id: String,
    /// Its header.
    pub title: String,
    /// Likewise.
    pub author: String,
    /// Likewise.
    pub policy: String,
    /// Likewise.
    pub date: String,
    /// Its records; the baseline's where both share a reading.
    pub records: Records,
    /// What is assumed, in the order that it was carried out in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<AssumptionReport>,
    /// In which parts claims are read otherwise than the baseline's; empty where both share a reading.
    pub read_anew_for: Vec<&'static str>,
    /// Whether every figure is the baseline's.
    pub is_equal: bool,
    /// Hospitals with cases.
    pub hospitals: u64,
    /// Those that are paid more.
    pub winners: u64,
    /// Those that are paid less.
    pub losers: u64,
    /// Σ of what the winners gain.
    pub gains: String,
    /// Σ of what the losers lose.
    pub losses: String,
    /// Gini of payment against cost in the baseline.
    pub gini_baseline: String,
    /// And in the scenario.
    pub gini: String,
}

impl ScenarioReport {
    pub(crate) fn of(
        id: &str,
        header: &Header,
        read_anew_for: Vec<&'static str>,
        records: Records,
        compared: &Compared,
    ) -> ScenarioReport {
        let all = &compared.all;
        ScenarioReport {
            id: id.to_owned(),
            title: header.title.clone(),
            author: header.author.clone(),
            policy: header.policy.clone(),
            date: header.date.to_string(),
            records,
            assumptions: Vec::new(),
            read_anew_for,
            is_equal: compared.is_empty(),
            hospitals: all.hospitals,
            winners: all.winners,
            losers: all.losers,
            gains: FenSum(all.gains).to_string(),
            losses: FenSum(all.losses).to_string(),
            gini_baseline: shown(all.gini_baseline),
            gini: shown(all.gini),
        }
    }
}

/// One assumption of a scenario in scenarios.json.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AssumptionReport {
    /// Its id.
    pub id: String,
    /// What is assumed.
    pub title: String,
    /// Where the figure comes from.
    pub source: String,
    /// What changes.
    pub kind: &'static str,
    /// Picks the cases.
    pub seed: u64,
    /// The share of the cases concerned that should change.
    pub share: String,
    /// Cases before it.
    pub cases_before: u64,
    /// Those that it is about.
    pub concerned: u64,
    /// Those that chance picked.
    pub chosen: u64,
    /// Those that changed, were copied or removed.
    pub changed: u64,
    /// Cases behind it.
    pub cases_after: u64,
    /// Σ `medfee_sumamt` before it.
    pub cost_before: String,
    /// The same behind it.
    pub cost_after: String,
}

impl AssumptionReport {
    pub(crate) fn of(assumption: &Assumption, count: &ChangeCount) -> AssumptionReport {
        AssumptionReport {
            id: assumption.id.clone(),
            title: assumption.title.clone(),
            source: assumption.source.clone(),
            kind: assumption.kind.as_str(),
            seed: assumption.seed,
            share: assumption.share.to_string(),
            cases_before: count.cases_before,
            concerned: count.concerned,
            chosen: count.chosen,
            changed: count.changed,
            cases_after: count.cases_after,
            cost_before: FenSum(count.cost_before).to_string(),
            cost_after: FenSum(count.cost_after).to_string(),
        }
    }
}

/// assumptions.csv: what was assumed, and what it did.
pub(crate) fn assumptions_csv(scenarios: &[ScenarioReport]) -> Vec<u8> {
    let mut csv = Csv::new([
        "scenario",
        "assumption",
        "kind",
        "seed",
        "share",
        "cases_before",
        "concerned",
        "chosen",
        "changed",
        "cases_after",
        "medfee_before",
        "medfee_after",
    ]);
    for scenario in scenarios {
        for of in &scenario.assumptions {
            let counts = [of.cases_before, of.concerned, of.chosen, of.changed, of.cases_after];
            let mut cells = vec![
                scenario.id.clone(),
                of.id.clone(),
                of.kind.to_owned(),
                of.seed.to_string(),
                of.share.clone(),
            ];
            cells.extend(counts.map(|count| count.to_string()));
            cells.extend([of.cost_before.clone(), of.cost_after.clone()]);
            csv.row(&cells);
        }
    }
    csv.0
}

/// A header and rows.
pub(crate) struct Csv(pub(crate) Vec<u8>);

impl Csv {
    pub(crate) fn new<'c>(columns: impl IntoIterator<Item = &'c str>) -> Csv {
        let mut csv = Csv(Vec::new());
        push_record(&mut csv.0, columns);
        csv
    }

    pub(crate) fn row(&mut self, cells: &[String]) {
        push_record(&mut self.0, cells.iter().map(String::as_str));
    }
}

/// The changes of one table, scenario by scenario: `pools.csv` and its like.
pub(crate) fn changes_csv(table: &Table, at: usize, scenarios: &[(&str, &Compared)]) -> Vec<u8> {
    let behind = ["figure", "baseline", "value", "delta", "change"];
    let mut csv = Csv::new(["scenario"].into_iter().chain(table.keys.iter().copied()).chain(behind));
    for (id, compared) in scenarios {
        for change in compared.changes.get(at).into_iter().flatten() {
            let mut cells = vec![(*id).to_owned()];
            cells.extend(change.key.iter().cloned());
            cells.push(change.figure.to_owned());
            cells.extend([change.baseline, change.value, change.delta].map(|figure| figure.to_string()));
            cells.push(shown(change.change));
            csv.row(&cells);
        }
    }
    csv.0
}

/// winners.csv: who is paid otherwise, those who gain most first.
pub(crate) fn winners_csv(baseline: &Figures, scenarios: &[(&str, &Figures)]) -> Vec<u8> {
    let mut csv = Csv::new([
        "scenario",
        "rank",
        "fixmedins_code",
        "name",
        "level",
        "county",
        "medfee_sumamt",
        "baseline",
        "paid",
        "gain",
        "change",
    ]);
    for (id, figures) in scenarios {
        let all = pairs(&baseline.paid, &figures.paid).into_iter();
        let mut changed: Vec<_> = all.filter(|pair| pair.gain() != 0).collect();
        changed.sort_by(|a, b| b.gain().cmp(&a.gain()).then_with(|| a.code.cmp(b.code)));
        for (rank, pair) in (1u64..).zip(&changed) {
            let of = pair.any();
            let before = pair.baseline.map_or(0, |of| of.paid);
            let money = |fen: i128| FenSum(fen).to_string();
            csv.row(&[
                (*id).to_owned(),
                rank.to_string(),
                pair.code.to_owned(),
                of.name.clone(),
                of.level.clone(),
                of.county.clone(),
                money(of.medical_cost),
                money(before),
                money(pair.scenario.map_or(0, |of| of.paid)),
                money(pair.gain()),
                shown(crate::inequality::millionths(pair.gain(), before)),
            ]);
        }
    }
    csv.0
}

/// inequality.csv: all hospitals, then by level, then by county; those among whom somebody gains or loses.
pub(crate) fn inequality_csv(scenarios: &[(&str, &Compared)]) -> Vec<u8> {
    let mut csv = Csv::new([
        "scenario",
        "by",
        "of",
        "hospitals",
        "winners",
        "losers",
        "gains",
        "losses",
        "net",
        "gini_baseline",
        "gini",
        "gini_of_gains",
        "concentration_of_gains",
    ]);
    for (id, compared) in scenarios {
        let mut row = |by: &str, of: &str, split: &Split| {
            let money = |fen: i128| FenSum(fen).to_string();
            csv.row(&[
                (*id).to_owned(),
                by.to_owned(),
                of.to_owned(),
                split.hospitals.to_string(),
                split.winners.to_string(),
                split.losers.to_string(),
                money(split.gains),
                money(split.losses),
                money(split.gains - split.losses),
                shown(split.gini_baseline),
                shown(split.gini),
                shown(split.gini_of_gains),
                shown(split.concentration_of_gains),
            ]);
        };
        if !compared.all.is_empty() {
            row("all", "", &compared.all);
        }
        compared
            .by_level
            .iter()
            .for_each(|(level, split)| row("level", level, split));
        compared
            .by_county
            .iter()
            .for_each(|(county, split)| row("county", county, split));
    }
    csv.0
}
