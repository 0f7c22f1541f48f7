//! `diff`: what changed from one published run to another, by cause, pool, hospital and case.

mod cases;
mod causes;
mod figures;
mod methods;
mod tables;

use crate::codes::F108;
use crate::error::{Failure, error};
use crate::input::source::Role;
use crate::output::run::Run;
use dianzhi_core::Text;
use serde::Serialize;
use std::path::Path;

/// What changed from a run A to a run B. Figures are exact decimals as text; a delta is B less A.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The engine's version, where it changed.
    pub engine: Option<Change>,
    /// Keys of the region file whose values changed, appeared or went.
    pub policy: Vec<PolicyChange>,
    /// Inputs that changed, appeared or went.
    pub inputs: Vec<InputChange>,
    /// Counts of records that changed: `read`, `accepted`, and the codes of rejects.
    pub records: Vec<CountChange>,
    /// Pools with a figure that changed, in the order of B, those only in A behind.
    pub pools: Vec<PoolChange>,
    /// Hospitals with a figure that changed, by the size of the change of their final payment.
    pub hospitals: Vec<HospitalChange>,
    /// Rows with a figure that changed in budgets.csv, routes.csv, capitation.csv, apart.csv, alliances.csv and the tables of funds.
    pub tables: Vec<RowChange>,
    /// Cases.
    pub cases: CaseChanges,
}

impl Difference {
    /// Whether the two runs are the same in all that they hold.
    ///
    /// ```
    /// assert!(dianzhi_batch::Difference::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let CaseChanges {
            only_in_a,
            only_in_b,
            changed,
            ..
        } = self.cases;
        let causes = self.engine.is_none() && self.policy.is_empty() && self.inputs.is_empty();
        let tables = self.records.is_empty() && self.pools.is_empty() && self.hospitals.is_empty();
        let tables = tables && self.tables.is_empty();
        causes && tables && only_in_a == 0 && only_in_b == 0 && changed == 0
    }
}

/// A value in A and in B.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// In A.
    pub old: String,
    /// In B.
    pub new: String,
}

/// A key of the region file that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyChange {
    /// Its path, such as `pool[1].budget`.
    pub key: String,
    /// Its value in A, where A has it.
    pub old: Option<String>,
    /// Its value in B, where B has it.
    pub new: Option<String>,
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputChangeKind {
    /// The same path holds something else.
    Changed,
    /// Only B has it.
    Added,
    /// Only A has it.
    Removed,
    /// The same content under another path.
    Renamed,
}

/// An input that is not the same in both runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputChange {
    /// What it is for.
    pub role: Role,
    /// Its path relative to the region file; in B, where both have it.
    pub path: String,
    /// What became of it.
    pub change: InputChangeKind,
    /// BLAKE3 in A; for a renamed input its path in A.
    pub old: Option<String>,
    /// BLAKE3 in B; for a renamed input its path in B.
    pub new: Option<String>,
}

/// A count that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CountChange {
    /// `read`, `accepted`, or a code such as `E105`.
    pub name: String,
    /// In A.
    pub old: u64,
    /// In B.
    pub new: u64,
}

/// A figure in A and in B.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// In A, where A has the row and the figure.
    pub old: Option<String>,
    /// In B, where B has the row and the figure.
    pub new: Option<String>,
    /// B less A; what is absent counts as 0.
    pub delta: String,
}

/// A pool with a figure that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PoolChange {
    /// The pool.
    pub pool: String,
    /// The figures that changed, by the columns of pools.csv.
    pub figures: Vec<FigureChange>,
}

/// A figure that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FigureChange {
    /// Its column.
    pub figure: String,
    /// Its values.
    #[serde(flatten)]
    pub moved: Moved,
}

/// A row with a figure that changed, of a table that only some policies have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowChange {
    /// The table, such as `routes.csv`.
    pub file: &'static str,
    /// What names the row: its first columns.
    pub row: Vec<String>,
    /// The figures that changed, by their columns.
    pub figures: Vec<FigureChange>,
    /// The keys of the region file that changed and that the row goes by, such as `apart[0].share`.
    pub keys: Vec<String>,
}

/// A hospital with a figure that changed, in one pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HospitalChange {
    /// The pool.
    pub pool: String,
    /// The hospital.
    pub fixmedins_code: String,
    /// S: Σ due.
    pub due: Moved,
    /// F: Σ `hifp_pay`.
    pub hifp_pay: Moved,
    /// Cleared.
    pub cleared: Moved,
    /// Final payment.
    pub final_payment: Moved,
    /// The clearing's band, where it changed; empty for a hospital that is not in that run.
    pub band: Option<Change>,
}

/// How the cases changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CaseChanges {
    /// Cases that only A has.
    pub only_in_a: u64,
    /// Cases that only B has.
    pub only_in_b: u64,
    /// Cases with the same figures in both.
    pub same: u64,
    /// Cases that are in both and changed.
    pub changed: u64,
    /// The changed cases by reason, in the order of [`Reason`]; reasons without a case are left out.
    pub reasons: Vec<ReasonSum>,
    /// The cases whose due changed most, the largest first.
    pub largest: Vec<CaseChange>,
}

/// Why a case changed: the first of these that its published columns show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The claim itself: what others paid, the insurance type or the hospital.
    Claim,
    /// The items that its route takes apart, or their shares.
    Apart,
    /// The funds whose payments its pool counts.
    Funds,
    /// Another route took it, with its method and pool.
    Route,
    /// Another pool pays the same insurance type.
    Pool,
    /// Another group.
    Group,
    /// Another factor of auxiliary catalogues.
    Factor,
    /// Another class of the case.
    Class,
    /// A rule that changes points found something else of it, or makes something else of it.
    Adjustment,
    /// Another cost ratio: the group's mean cost, or the claim's fee.
    Ratio,
    /// Other points: base points, coefficient, thresholds or shares.
    Points,
    /// The factor of a `[[by_group]]`, or what else it has changed.
    MethodFactor,
    /// The day rates of a `[[per_diem]]`, or what else it has changed.
    Rate,
    /// The price of a disease.
    Price,
    /// Payment by item: the cost, the deductions or the share.
    Items,
    /// The same points at another point value.
    PointValue,
    /// Only a fen by largest remainder.
    Remainder,
    /// The same standard with another due: the fund's share.
    Due,
}

/// The cases that changed for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonSum {
    /// The reason.
    pub reason: Reason,
    /// Cases.
    pub cases: u64,
    /// Σ |Δ due|, in yuan.
    pub due_moved: String,
}

/// A case that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseChange {
    /// `setl_id`
    pub setl_id: String,
    /// Why it changed.
    pub reason: Reason,
    /// Δ due, what is due for its items paid apart included, in yuan.
    pub due_delta: String,
    /// Its row in A.
    pub old: CaseFigures,
    /// Its row in B.
    pub new: CaseFigures,
}

/// The columns of claims.csv behind `setl_id`, as published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // named as the columns are
pub struct CaseFigures {
    pub fixmedins_code: String,
    pub insutype: String,
    pub pool: String,
    pub group_code: String,
    pub case_class: String,
    pub cost_ratio: String,
    pub points: String,
    pub standard: String,
    pub others: String,
    pub due: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub factor: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub apart_cost: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub apart_due: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub points_before: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub adjustment: String,
}

/// Compares two published runs; `top` is how many cases to show in full. Neither run is verified.
///
/// The rows of A are held in memory, about 130 bytes each; those of B are read past them.
///
/// # Errors
/// [`Failure::Refused`] with F108 where a directory is not a whole run.
///
/// ```no_run
/// let difference = dianzhi_batch::diff("2026-may".as_ref(), "2026-june".as_ref(), 10)?;
/// println!("{} cases changed", difference.cases.changed);
/// # Ok::<(), dianzhi_batch::Failure>(())
/// ```
pub fn diff(run_a: &Path, run_b: &Path, top: usize) -> Result<Difference, Failure> {
    let (a, b) = (Run::load(run_a)?, Run::load(run_b)?);
    let policies = [causes::toml(run_a, &a)?, causes::toml(run_b, &b)?];
    let pools = [tables::read_pools(run_a)?, tables::read_pools(run_b)?];
    let hospitals = [tables::read_hospitals(run_a)?, tables::read_hospitals(run_b)?];
    let remainder = cases::RemainderRule::new(&policies, &pools);
    let methods = methods::MethodRule::new(&policies);
    let policy = causes::policy(&policies[0], &policies[1]);
    let keys = methods::KeyRule::new(&policies, &policy);
    let mut tables = Vec::new();
    for table in tables::OTHERS {
        let rows = [table.read(run_a, &a)?, table.read(run_b, &b)?];
        tables.extend(table.changes(&rows, &keys));
    }
    let sheets = [cases::Sheet::new(run_a), cases::Sheet::new(run_b)];
    Ok(Difference {
        engine: causes::engine(&a, &b),
        inputs: causes::inputs(&a, &b),
        records: causes::records(&a, &b),
        pools: tables::pools(&pools[0], &pools[1]),
        hospitals: tables::hospitals(&hospitals[0], &hospitals[1]),
        tables,
        policy,
        cases: cases::compare(&sheets, &remainder, &methods, top)?,
    })
}

/// F108 for a directory that is not a whole run.
fn not_whole(run_dir: &Path, why: &Text) -> Failure {
    let shown = run_dir.display();
    let text = Text::new(
        format!("{shown} 不是完整的结算结果：{}", why.zh),
        format!("{shown} is not a whole run: {why}"),
    );
    let help = Text::new("给出 settle 发布的目录", "name a directory that settle published");
    error(F108, text, help).into()
}
