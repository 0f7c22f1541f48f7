//! run.json: what a run was made from and what it holds. No clock, host or thread count in it, so
//! that the same run gives the same bytes.
#![allow(
    clippy::disallowed_types,
    reason = "serde's flatten expands to visitors of every number type"
)]

use crate::claims::grouped::GroupedClaims;
use crate::claims::read::Claims;
use crate::codes::F108;
use crate::disk::File;
use crate::error::{Failure, error, unreadable};
use crate::input::Inputs;
use crate::input::source::{Fingerprint, InputFile, Role};
use dianzhi_core::{BudgetChange, BudgetRow, FenSum, Fixed, Policy, PoolAccount, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

/// The version of run.json's layout.
pub const RUN_FORMAT: u32 = 1;

/// A run, as run.json holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Layout of this file.
    pub format: u32,
    /// Who settled.
    pub engine: Engine,
    /// The region file.
    pub region: RunRegion,
    /// Every input, in the order it was read.
    pub inputs: Vec<RunInput>,
    /// Every output but this file.
    pub outputs: Vec<RunOutput>,
    /// Records.
    pub records: Records,
    /// Control totals, by pool in the order of the policy.
    pub pools: Vec<RunPool>,
    /// The budget tree, and pools that were reopened; empty where there is neither.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub budgets: Vec<RunBudget>,
}

/// The program that settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engine {
    /// Always `dianzhi`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Engine {
    /// This program.
    #[must_use]
    pub fn this() -> Engine {
        Engine {
            name: "dianzhi".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The region file of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRegion {
    /// Where it was, relative to the run directory.
    pub path: String,
    /// Its text, as read.
    pub text: String,
}

/// An input of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInput {
    /// What it was for.
    pub role: Role,
    /// Where it was, relative to the region file.
    pub path: String,
    /// What it held.
    #[serde(flatten)]
    pub fingerprint: Fingerprint,
    /// Where the run directory holds a copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<String>,
}

/// An output of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOutput {
    /// Its name in the run directory.
    pub file: String,
    /// What it holds.
    #[serde(flatten)]
    pub fingerprint: Fingerprint,
}

/// Records read, accepted and rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// Read from the claim files.
    pub read: u64,
    /// Settled.
    pub accepted: u64,
    /// Rejected, by code.
    pub rejected: BTreeMap<String, u64>,
    /// What the scheme made of those without a group code, where the region file names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grouped: Option<GroupedClaims>,
}

impl Records {
    /// Of claims that were read.
    #[must_use]
    pub fn of(claims: &Claims) -> Records {
        Records {
            read: claims.read,
            accepted: claims.accepted(),
            rejected: claims
                .rejected_by_code()
                .into_iter()
                .map(|(code, n)| (code.as_str().to_owned(), n))
                .collect(),
            grouped: claims.grouped.clone(),
        }
    }

    /// Rejected in all.
    #[must_use]
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().sum()
    }
}

/// Control totals of a pool, as text with its decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPool {
    /// The pool.
    pub pool: String,
    /// Cases.
    pub cases: u64,
    /// Points.
    pub points: String,
    /// Σ `medfee_sumamt`, in yuan.
    pub medfee_sumamt: String,
    /// Σ `hifp_pay`, in yuan.
    pub hifp_pay: String,
    /// Point value or base rate, in yuan.
    pub point_value: String,
    /// Σ due, in yuan.
    pub due: String,
    /// ΣA of what is paid by head, in yuan; only where the policy has `[[capitation]]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capitation_amount: Option<String>,
    /// Σ due by head, in yuan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capitation: Option<String>,
}

impl RunPool {
    pub(crate) fn of(inputs: &Inputs, account: &PoolAccount) -> RunPool {
        let policy = inputs.policy.policy();
        let money = |units| Fixed { units, places: 2 }.to_string();
        let totals = &account.totals;
        let has_heads = !policy.methods.capitation.is_empty();
        let by_head = |amount: FenSum| has_heads.then(|| amount.to_string());
        RunPool {
            pool: policy
                .pools
                .get(usize::from(account.pool.0))
                .map_or_else(String::new, |p| p.id.clone()),
            cases: totals.cases,
            points: Fixed {
                units: totals.points,
                places: policy.rounding.points,
            }
            .to_string(),
            medfee_sumamt: money(totals.medical_cost),
            hifp_pay: money(totals.fund_billed),
            point_value: account.price.display(policy.rounding.point_value).to_string(),
            due: money(totals.due),
            capitation_amount: by_head(account.price.capitation),
            capitation: by_head(account.capitation),
        }
    }
}

/// A node of the budget tree or a pool, with what it had in the year. Amounts as text, in yuan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunBudget {
    /// The node or the pool.
    pub id: String,
    /// Its parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The year's budget, with its changes.
    pub budget: String,
    /// What of it was added during the year, its parents' changes included.
    pub changes: String,
    /// Its own changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reopened: Vec<RunChange>,
}

/// A change of a budget during the year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunChange {
    /// The day, `YYYY-MM-DD`.
    pub on: String,
    /// Yuan added.
    pub add: String,
    /// Why.
    pub reason: String,
}

impl RunBudget {
    /// The tree where there is one, else the pools that were reopened.
    pub(crate) fn all(policy: &Policy, rows: &[BudgetRow]) -> Vec<RunBudget> {
        let node = |row: &BudgetRow| {
            let nodes = policy.budgets.iter().map(|node| (&node.id, &node.changes));
            let pools = policy.pools.iter().map(|pool| (&pool.id, &pool.changes));
            let own = nodes.chain(pools).find(|(id, _)| **id == row.id);
            let change = |change: &BudgetChange| RunChange {
                on: change.on.clone(),
                add: change.add.to_string(),
                reason: change.reason.clone(),
            };
            RunBudget {
                id: row.id.clone(),
                parent: row.parent.clone(),
                budget: row.budget.to_string(),
                changes: row.changes.to_string(),
                reopened: own.map_or_else(Vec::new, |(_, changes)| changes.iter().map(change).collect()),
            }
        };
        let all = rows.iter().map(node);
        if policy.budgets.is_empty() {
            return all.filter(|node| !node.reopened.is_empty()).collect();
        }
        all.collect()
    }
}

/// The inputs of a run as run.json lists them.
pub fn run_inputs<'a>(tables: impl IntoIterator<Item = (&'a InputFile, &'a Fingerprint)>) -> Vec<RunInput> {
    let input = |(input, fingerprint): (&InputFile, &Fingerprint)| RunInput {
        role: input.role,
        path: input.name.clone(),
        fingerprint: fingerprint.clone(),
        archived: None,
    };
    tables.into_iter().map(input).collect()
}

impl Run {
    /// Reads the run.json of a run directory.
    ///
    /// # Errors
    /// F108 where the directory is not a whole run.
    pub fn load(directory: &Path) -> Result<Run, Failure> {
        let shown = directory.display();
        let text = read(directory).map_err(|e| {
            no_run(
                format!("{shown} 不是完整的结算结果：run.json 读不到（{e}）"),
                format!("{shown} is not a whole run: run.json cannot be read ({e})"),
            )
        })?;
        Run::parse(directory, &text)
    }

    fn parse(directory: &Path, text: &str) -> Result<Run, Failure> {
        let shown = directory.display();
        let run: Run = serde_json::from_str(text).map_err(|e| {
            no_run(
                format!("{shown} 的 run.json 不合格式：{e}"),
                format!("run.json of {shown} is malformed: {e}"),
            )
        })?;
        if run.format != RUN_FORMAT {
            let found = run.format;
            return Err(no_run(
                format!("{shown} 的 run.json 版式为 {found}，本程序只读 {RUN_FORMAT}"),
                format!("run.json of {shown} has layout {found}; this program reads {RUN_FORMAT}"),
            ));
        }
        Ok(run)
    }

    /// The run in a directory that may hold none, or something else.
    ///
    /// # Errors
    /// F101 where run.json is there and cannot be read: it may be a run.
    pub(crate) fn find(directory: &Path) -> Result<Option<Run>, Failure> {
        match read(directory) {
            Ok(text) => Ok(Run::parse(directory, &text).ok()),
            Err(e) => match e.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::IsADirectory | io::ErrorKind::InvalidData => Ok(None),
                _ => Err(unreadable(&directory.join("run.json").to_string_lossy(), &e).into()),
            },
        }
    }

    /// run.json as written: indented, with a newline at its end.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// F108
fn no_run(zh: String, en: String) -> Failure {
    let help = Text::new("给出 settle 发布的目录", "name a directory that settle published");
    error(F108, Text::new(zh, en), help).into()
}

fn read(directory: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(&directory.join("run.json"))?.read_to_string(&mut text)?;
    Ok(text)
}
