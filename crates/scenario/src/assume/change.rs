//! An assumption at work on the claims of one scenario.

use super::choose::Draw;
use super::stay::{DAYS_MAX, change_stay};
use super::transfer::{Target, is_elsewhere, transfer};
use super::{Assumption, Coding, Destination, Kind};
use crate::codes::{X104, X105, X106};
use crate::file::Scenarios;
use dianzhi_batch::{Became, ClaimChange, ClaimRecord, Header, Inputs, RejectCode};
use dianzhi_core::{Condition, Decimal, Text};
use dianzhi_policy::{Diagnostic, Place};

/// An assumption with the share that it has this time.
pub(crate) struct Assumed<'a> {
    scenarios: &'a Scenarios,
    assumption: &'a Assumption,
    share: Decimal,
    /// The hospitals that cases go to.
    targets: Vec<Target>,
    /// Stands behind the ids of copies.
    mark: String,
}

/// What tells one claim, visit and person from another: a copy is another's stay.
const OF_COPY: [&str; 3] = ["setl_id", "mdtrt_id", "psn_no"];

impl<'a> Assumed<'a> {
    pub(crate) fn new(
        scenarios: &'a Scenarios,
        assumption: &'a Assumption,
        share: Decimal,
        inputs: &Inputs,
    ) -> Assumed<'a> {
        let targets = match &assumption.kind {
            Kind::Transfer { to, .. } => to.targets(inputs),
            _ => Vec::new(),
        };
        Assumed {
            scenarios,
            assumption,
            share,
            targets,
            mark: format!("+{}", assumption.id),
        }
    }

    fn place(&self) -> Place {
        self.scenarios.place_of(self.assumption, "id")
    }

    /// Whether the assumption is about a case whose conditions hold.
    fn concerns(&self, record: &ClaimRecord<'_>) -> bool {
        match &self.assumption.kind {
            Kind::Volume | Kind::Stay { .. } => true,
            Kind::Coding(coding) => coding.concerns(record),
            Kind::Transfer { .. } => is_elsewhere(&self.targets, record),
        }
    }

    fn cannot(&self, setl_id: &str, why: &Text) -> Diagnostic {
        let id = &self.assumption.id;
        let text = Text::new(
            format!("假设 {id} 无法用于记录 {setl_id}：{}", why.zh),
            format!("assumption {id} cannot be made of record {setl_id}: {}", why.en),
        );
        let (zh, en) = match self.shortest_stay() {
            Some(days) => {
                let when = format!("when = {{ act_ipt_days = {{ from = \"{days}\" }} }}");
                (format!("，例如 {when}"), format!(", as {when}"))
            }
            None => Default::default(),
        };
        let help = Text::new(
            format!("在 when 中排除这样的病例{zh}，或改变假设"),
            format!("leave such cases out by when{en}, or assume something else"),
        );
        let label = Text::new("假设在此", "the assumption");
        Diagnostic::error(X105.id, text, help).also(self.place(), label)
    }

    /// The days of the shortest stay that a day is left of; `None` where no stay becomes too short.
    fn shortest_stay(&self) -> Option<i64> {
        match &self.assumption.kind {
            Kind::Stay { days, .. } => (1..=DAYS_MAX)
                .find(|before| days.after(*before) >= 1)
                .filter(|days| *days > 1),
            _ => None,
        }
    }

    /// Adds a case like this one, or takes it away.
    fn change_volume(&self, record: &mut ClaimRecord<'_>) -> Became {
        if self.share.is_sign_negative() {
            return Became::Removed;
        }
        for field in OF_COPY {
            let own = record.get(field);
            if !own.is_empty() {
                record.set(field, format!("{own}{}", self.mark));
            }
        }
        Became::Copied
    }

    /// A copy of the name that this one's would have, which no other copy may take.
    fn is_copied_already(&self, setl_id: &str) -> bool {
        self.assumption.kind == Kind::Volume && self.share > Decimal::ZERO && setl_id.ends_with(&self.mark)
    }

    fn copied_already(&self, setl_id: &str) -> Diagnostic {
        let id = &self.assumption.id;
        let text = Text::new(
            format!("记录 {setl_id} 已是名为 {id} 的假设的副本：新的副本会与它同号"),
            format!(
                "record {setl_id} is a copy by an assumption named {id} already; new copies would have the ids of such"
            ),
        );
        let help = Text::new(
            "给假设另取一个 id，或以原始病例为基准",
            "give the assumption another id, or take the original claims for the baseline",
        );
        Diagnostic::error(X106.id, text, help).also(self.place(), Text::new("假设在此", "the assumption"))
    }

    /// The columns that it needs, each with another that does as well.
    fn needed(&self) -> Vec<(&str, &'static str)> {
        const OF_TABLES: [&str; 4] = ["level", "alliance", "kind", "stability"];
        let asked = self.assumption.when.iter().map(|condition| condition.field.as_str());
        let mut needed: Vec<(&str, &'static str)> = asked
            .filter(|field| !OF_TABLES.contains(field))
            .map(|field| match field {
                "act_ipt_days" => (field, "adm_time"),
                "maindiag_code" => (field, "diag_codes"),
                _ => (field, ""),
            })
            .collect();
        match &self.assumption.kind {
            Kind::Stay { .. } => needed.push(("act_ipt_days", "adm_time")),
            Kind::Coding(Coding::Diagnosis(_)) => needed.push(("diag_codes", "")),
            Kind::Volume | Kind::Coding(Coding::Groups(_)) | Kind::Transfer { .. } => {}
        }
        needed
    }
}

impl ClaimChange for Assumed<'_> {
    fn when(&self) -> &[Condition] {
        &self.assumption.when
    }

    fn missing(&self, header: &Header, file: &str) -> Vec<Diagnostic> {
        let is_there = |field: &str| header.column(field).is_some();
        let needed = self.needed().into_iter();
        let missing = needed.filter(|(field, other)| !is_there(field) && !is_there(other));
        let told = |(field, other): (&str, &str)| {
            let id = &self.assumption.id;
            let (zh, en) = match other {
                "" => (String::new(), String::new()),
                other => (format!("，也没有 {other}"), format!(", nor {other}")),
            };
            let text = Text::new(
                format!("{file} 没有假设 {id} 所需的列 {field}{zh}"),
                format!("{file} has no column {field}{en}, which assumption {id} needs"),
            );
            let help = Text::new(
                format!("若该列另有名称，在地区文件的 [columns] 写 {field} = \"表头名称\"；否则改变假设"),
                format!(
                    "if the column has another heading, write {field} = \"the heading\" under [columns] of the region file; else assume something else"
                ),
            );
            Diagnostic::error(X104.id, text, help).at(self.place())
        };
        missing.map(told).collect()
    }

    /// A copy whose conditions do not hold would share its id with a new one all the same.
    fn look(&self, record: &ClaimRecord<'_>) -> Result<(), Diagnostic> {
        let setl_id = record.get("setl_id");
        match self.is_copied_already(setl_id) {
            true => Err(self.copied_already(setl_id)),
            false => Ok(()),
        }
    }

    fn change(&self, record: &mut ClaimRecord<'_>) -> Result<Became, Diagnostic> {
        let setl_id = record.get("setl_id");
        if !self.concerns(record) {
            return Ok(Became::NotConcerned);
        }
        let draw = Draw::of(self.assumption.seed, &self.assumption.id, setl_id);
        if !draw.is_picked(self.share) {
            return Ok(Became::NotChosen);
        }
        match &self.assumption.kind {
            Kind::Volume => Ok(self.change_volume(record)),
            Kind::Stay {
                days,
                cost_per_day_share,
            } => change_stay(record, days, *cost_per_day_share).map_err(|why| self.cannot(setl_id, &why)),
            Kind::Coding(coding) => Ok(coding.change(record)),
            Kind::Transfer { cost_factor, .. } => {
                transfer(record, &self.targets, draw, *cost_factor).map_err(|why| self.cannot(setl_id, &why))
            }
        }
    }

    fn rejected(&self, setl_id: &str, code: RejectCode, field: &str) -> Diagnostic {
        let (text, code) = (code.text(), code.as_str());
        let why = Text::new(
            format!("改后的记录会被拒绝，{code} {field}：{}", text.zh),
            format!("the changed record would be rejected, {code} {field}: {}", text.en),
        );
        self.cannot(setl_id, &why)
    }
}

impl Destination {
    /// The key that says it.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Destination::Level(_) => "to_level",
            Destination::Hospitals(_) => "to_hospitals",
        }
    }
}
