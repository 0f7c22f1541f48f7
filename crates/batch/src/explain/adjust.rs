//! What rules made of a case's points: the steps, the other stay, the table rows, the quota.

use super::origin::Origins;
use super::{Explainer, Section, section, taken_again};
use crate::claims::block::ClaimBlock;
use crate::error::Failure;
use crate::input::source::Role;
use crate::settle::adjust::row_place;
use dianzhi_core::{AfterApart, Case, CompiledPolicy, ExcessUse, Finding, Fixed, QuotaUse, Side, Text, Trace};

impl Explainer<'_> {
    /// The section of a case whose points a rule changed or looked at, and what is to be said of it.
    pub(super) fn adjusted(
        &self,
        policy: &CompiledPolicy,
        block: &ClaimBlock,
        position: usize,
        case: &Case,
        origins: &Origins<'_>,
    ) -> Result<(Option<Section>, Vec<Text>), Failure> {
        let id = String::from_utf8_lossy(block.id(position)).into_owned();
        let mut notes = Vec::new();
        if let Some(at) = origins.reason {
            let row = &self.inputs.reasons.values[at];
            let (file, line) = row_place(self.inputs, Role::Reasons, at);
            notes.push(Text::new(
                format!("再次住院有正当理由，不计：{file}:{line} {}", row.reason),
                format!("no readmission, for a good reason: {file}:{line} {}", row.reason),
            ));
        }
        let Some(adjusted) = block.adjusted(position) else {
            return Ok((None, notes));
        };
        let (class, before, findings) = (policy.class(case), adjusted.before, &adjusted.findings);
        let mut trace = Trace::default();
        let is_rest = block.apart(position).next().is_some();
        match is_rest {
            true => policy.adjusted(case, class, before, findings, &mut AfterApart(&mut trace)),
            false => policy.adjusted(case, class, before, findings, &mut trace),
        }
        .map_err(taken_again)?;
        for finding in findings {
            notes.push(self.finding(finding, &id, origins));
        }
        let steps = (!trace.steps.is_empty()).then(|| section("点数调整", "Adjustment", &trace.steps, origins));
        Ok((steps, notes))
    }

    fn finding(&self, finding: &Finding, id: &str, origins: &Origins<'_>) -> Text {
        let row = |role, at: Option<usize>| {
            let (file, line) = row_place(self.inputs, role, at.unwrap_or_default());
            format!("{file}:{line}")
        };
        match finding {
            Finding::Readmission {
                side: Side::Earlier,
                other,
            } => Text::new(
                format!("同一人不久再次住院：下一次为 {other}"),
                format!("the person was admitted again too soon: the next stay is {other}"),
            ),
            Finding::Readmission {
                side: Side::Later,
                other,
            } => Text::new(
                format!("同一人不久前住过院：前一次为 {other}"),
                format!("the person was discharged not long before: the stay before is {other}"),
            ),
            Finding::Merged { into } => Text::new(
                format!("与 {into} 合并计一例，计其点数，本次不计"),
                format!("one case with {into}, whose points count; this stay has none"),
            ),
            Finding::ReviewRefused => {
                let row = row(Role::Reviews, origins.review);
                Text::new(
                    format!("特例单议未通过（{row}），按一般病例支付"),
                    format!("special-case review: refused ({row}); paid as usual"),
                )
            }
            Finding::ReviewGranted { quota, .. } => {
                let row = row(Role::Reviews, origins.review);
                let (zh, en) = in_line(quota);
                Text::new(
                    format!("特例单议通过（{row}）：{zh}"),
                    format!("special-case review: approved ({row}); {en}"),
                )
            }
            Finding::ReviewBeyondQuota(quota) => {
                let row = row(Role::Reviews, origins.review);
                let (zh, en) = in_line(quota);
                Text::new(
                    format!("特例单议通过（{row}）而超出名额，按一般病例支付：{zh}"),
                    format!("special-case review: approved ({row}) beyond the quota, paid as usual; {en}"),
                )
            }
            Finding::BeyondHighCap(quota) => {
                let (zh, en) = in_line(quota);
                Text::new(
                    format!("高倍率病例超出例数上限，按正常病例计点：{zh}"),
                    format!("a high outlier beyond their quota, paid as a normal case; {en}"),
                )
            }
            Finding::BeyondHighExcess(of) => {
                let places = self.inputs.policy.policy().rounding.points;
                let (zh, en) = in_turn(of, places);
                Text::new(
                    format!("高倍率病例超出正常病例的点数超过上限，按正常病例加余额计点：{zh}"),
                    format!(
                        "a high outlier beyond the points for their excess, paid as a normal case and what is left; {en}"
                    ),
                )
            }
            Finding::Penalty { .. } => {
                let what = origins
                    .penalty
                    .map(|at| self.inputs.penalties.values[at].finding.as_str());
                let (row, what) = (row(Role::Penalties, origins.penalty), what.unwrap_or(id));
                Text::new(format!("违规扣点（{row}）：{what}"), format!("penalty ({row}): {what}"))
            }
        }
    }
}

/// The quota, the place of the case, and what is used and left.
fn in_line(quota: &QuotaUse) -> (String, String) {
    let QuotaUse {
        whose,
        period,
        discharges,
        quota: most,
        asked,
        place,
        ..
    } = quota;
    let whose = format!("{whose} {period}");
    let (whose, left) = (whose.trim_end(), quota.left());
    let used = asked.min(most);
    (
        format!(
            "{whose} 出院 {discharges} 例，名额 {most} 例，符合条件 {asked} 例，本例排第 {place}，已用 {used} 例，余 {left} 例"
        ),
        format!(
            "{whose}: {discharges} discharges, a quota of {most}, {asked} qualify, this one is number {place}; {used} used, {left} left"
        ),
    )
}

/// The points for the excess of high outliers, what is gone of them and what the case gets.
fn in_turn(of: &ExcessUse, places: u32) -> (String, String) {
    let whose = format!("{} {}", of.whose, of.period);
    let whose = whose.trim_end();
    let [all, most, asked, before, excess, granted] =
        [of.points, of.most, of.asked, of.before, of.excess, of.granted()].map(|units| Fixed { units, places });
    (
        format!(
            "{whose} 全部病例调整前 {all} 点，高倍率超出部分至多 {most} 点，合计要 {asked} 点，排在前面的已得 {before} 点，本例超出 {excess} 点，得 {granted} 点"
        ),
        format!(
            "{whose}: {all} points of all cases as priced, at most {most} for the excess of high outliers, {asked} asked for; {before} went to those before, this one has {excess} in excess and gets {granted}"
        ),
    )
}
