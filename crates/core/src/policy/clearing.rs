//! `[clearing]` and `[[clearing_for]]`: the rules of the yearly clearing 年终清算.

use super::Policy;
use super::breaches::Breaches;
use crate::BreachKind;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `[clearing]`: 年终清算 of a hospital. r is booked ÷ due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clearing {
    /// What booked cost is compared with, and paid from: S.
    pub compare: Compare,
    /// 结余留用: what a hospital keeps of its surplus.
    pub surplus: Surplus,
    /// The most that a hospital keeps, as a share of its due.
    pub surplus_cap: Option<Decimal>,
    /// 合理超支分担: bands of overspend, rising.
    pub overspend: Vec<OverspendBand>,
    /// The most that a hospital is compensated, as a share of its due.
    pub compensation_cap: Option<Decimal>,
    /// Whether bands count part by part, or one of them for the whole.
    pub sharing: Sharing,
    /// Whether r exactly at a surplus band's `from`, or at the floor, lies in that band.
    pub from_inclusive: bool,
    /// Whether r exactly at an overspend band's `up_to` lies in that band.
    pub up_to_inclusive: bool,
    /// 质量保证金: the share of the clearing held back.
    pub quality_deposit: Decimal,
    /// 考核: how the deposit comes back.
    pub assessment: Assessment,
    /// 考核、信用与预算挂钩: what part of its cap a hospital has by its score; all of it where this is left
    /// out.
    pub cap_assessment: Option<Assessment>,
    /// 考核结果与结余留用挂钩: what part of its surplus a hospital keeps by its score; all of it where
    /// this is left out.
    pub surplus_assessment: Option<Assessment>,
}

/// `compare`: what booked cost is compared with, and paid from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compare {
    /// Σ due: the regional points budget 区域总额预算 alone.
    #[default]
    Due,
    /// The hospital's cap 机构总额控制 alone; a hospital without one cannot be cleared.
    InstitutionCap,
    /// The lower of both 区域总额预算与机构总额控制相结合; Σ due where a hospital has no cap.
    Lower,
}

/// What a hospital keeps of its surplus 结余留用.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Surplus {
    /// `surplus_floor` and `surplus_keep`: below the floor nothing, from it on one share of all.
    Floor {
        /// The least r with which something is kept.
        floor: Decimal,
        /// The share of the surplus that is kept.
        keep: Decimal,
    },
    /// `surplus_bands`, falling from r = 1.
    Bands(Vec<SurplusBand>),
}

/// One band of surplus and the hospital's share in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurplusBand {
    /// Lower end, as a ratio of booked to due; its upper end is the band before's, 1 for the first.
    pub from: Decimal,
    /// The share that the hospital keeps of what lies in the band.
    pub keep: Decimal,
}

/// One band of overspend and the fund's share in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverspendBand {
    /// Upper end, as a ratio of booked to due.
    pub up_to: Decimal,
    /// The fund's share of what lies in the band.
    pub fund_share: Decimal,
}

/// `sharing`: how bands count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sharing {
    /// Each band shares the part that lies in it.
    #[default]
    Progressive,
    /// The band in which r lies shares the whole surplus, or the whole overspend up to the last
    /// `up_to`.
    Whole,
}

/// What part an assessment score is worth: q, between 0 and 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assessment {
    /// By the score itself: 1 from `full_from`, 0 below `none_below`, score ÷ 100 between.
    Score {
        /// Score from which q is 1.
        full_from: Decimal,
        /// Score below which q is 0.
        none_below: Decimal,
    },
    /// `steps`, falling: the share of the first one that the score reaches, 0 below all of them.
    Steps(Vec<ScoreStep>),
    /// `by = "credit_score"`: the same by the hospital's credit score 信用得分.
    Credit(Box<Assessment>),
}

/// `by` of an assessment: which score of a hospital it looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreBy {
    /// 考核得分
    #[default]
    AssessmentScore,
    /// 信用得分
    CreditScore,
}

impl Assessment {
    /// Which score of a hospital it looks at.
    #[must_use]
    pub fn by(&self) -> ScoreBy {
        match self {
            Assessment::Credit(_) => ScoreBy::CreditScore,
            _ => ScoreBy::AssessmentScore,
        }
    }

    /// What a score is worth, whichever score it is.
    ///
    /// ```
    /// use dianzhi_core::{Assessment, ScoreBy};
    /// let plain = Assessment::Steps(Vec::new());
    /// let by_credit = Assessment::Credit(Box::new(plain.clone()));
    /// assert_eq!(by_credit.by(), ScoreBy::CreditScore);
    /// assert_eq!(by_credit.scale(), &plain);
    /// ```
    #[must_use]
    pub fn scale(&self) -> &Assessment {
        match self {
            Assessment::Credit(scale) => scale.scale(),
            scale => scale,
        }
    }
}

/// One step of an [`Assessment`] by table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreStep {
    /// The least score of the step.
    pub from: Decimal,
    /// q of the step.
    pub share: Decimal,
}

/// `[[clearing_for]]`: other rules of clearing for some pools.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClearingFor {
    /// The ids of the pools.
    pub pools: Vec<String>,
    /// Their rules, all of them: nothing is taken over from `[clearing]`.
    pub clearing: Clearing,
}

/// The rules that a pool is cleared by, and the section they stand in.
#[derive(Clone, Debug)]
pub struct ClearingOf<'p> {
    /// The rules.
    pub rules: &'p Clearing,
    /// `clearing` or `clearing_for[0]`.
    pub section: String,
}

impl Policy {
    /// Whether any pool is compared with institution caps.
    #[must_use]
    pub fn has_caps(&self) -> bool {
        let apart = self.clearing_for.iter().map(|apart| &apart.clearing);
        apart.chain([&self.clearing]).any(|rules| rules.compare != Compare::Due)
    }

    /// Whether any assessment of hospitals goes by credit, so that each needs a credit score.
    #[must_use]
    pub fn has_credit(&self) -> bool {
        let apart = self.clearing_for.iter().map(|apart| &apart.clearing);
        let all = apart.chain([&self.clearing]);
        let assessments = all.flat_map(|rules| {
            let others = [&rules.surplus_assessment, &rules.cap_assessment];
            others.into_iter().flatten().chain([&rules.assessment])
        });
        let of_points = self.support.as_ref().and_then(|support| support.assessment.as_ref());
        of_points.is_some_and(|of| of.by == ScoreBy::CreditScore)
            || assessments.into_iter().any(|of| of.by() == ScoreBy::CreditScore)
    }

    /// The rules that the pool at a position is cleared by.
    ///
    /// ```
    /// use dianzhi_core::{example, ClearingFor};
    /// let mut policy = example::policy();
    /// let mut clearing = policy.clearing.clone();
    /// clearing.quality_deposit = 0.into();
    /// policy.clearing_for.push(ClearingFor { pools: vec!["resident".to_owned()], clearing });
    /// assert_eq!(policy.clearing_of(0).section, "clearing");
    /// assert_eq!(policy.clearing_of(1).section, "clearing_for[0]");
    /// ```
    #[must_use]
    pub fn clearing_of(&self, pool: usize) -> ClearingOf<'_> {
        let id = self.pools.get(pool).map(|pool| &pool.id);
        let apart = self
            .clearing_for
            .iter()
            .position(|apart| id.is_some_and(|id| apart.pools.contains(id)));
        match apart {
            Some(i) => ClearingOf {
                rules: &self.clearing_for[i].clearing,
                section: format!("clearing_for[{i}]"),
            },
            None => ClearingOf {
                rules: &self.clearing,
                section: "clearing".to_owned(),
            },
        }
    }
}

impl Breaches {
    pub(super) fn clearings(&mut self, policy: &Policy) {
        self.clearing("clearing", &policy.clearing);
        for (i, apart) in policy.clearing_for.iter().enumerate() {
            self.clearing_pools(policy, i, apart);
            self.clearing(&format!("clearing_for[{i}]"), &apart.clearing);
        }
    }

    fn clearing_pools(&mut self, policy: &Policy, i: usize, apart: &ClearingFor) {
        let key = format!("clearing_for[{i}].pools");
        if apart.pools.is_empty() {
            self.range(&key, "[]", "至少列一个资金池", "a list of at least one pool");
            self.remedy(
                "列出用此办法清算的资金池的 id",
                "list the ids of the pools that are cleared so",
            );
        }
        for (k, id) in apart.pools.iter().enumerate() {
            let here = format!("{key}[{k}]");
            if !policy.pools.iter().any(|pool| &pool.id == id) {
                self.unknown(&here, id, "[[pool]]", policy.pools.iter().map(|pool| &pool.id));
            }
            let before = policy.clearing_for[..=i].iter().enumerate().find_map(|(j, earlier)| {
                let until = if j == i { k } else { earlier.pools.len() };
                let at = earlier.pools[..until].iter().position(|other| other == id)?;
                Some(format!("clearing_for[{j}].pools[{at}]"))
            });
            if let Some(other) = before {
                self.twice(&here, &other, id);
            }
        }
    }

    fn clearing(&mut self, section: &str, clearing: &Clearing) {
        let key = |name: &str| format!("{section}.{name}");
        match &clearing.surplus {
            Surplus::Floor { floor, keep } => {
                self.not_negative(&key("surplus_floor"), *floor);
                self.share(&key("surplus_keep"), *keep);
            }
            Surplus::Bands(bands) => self.surplus_bands(&key("surplus_bands"), bands),
        }
        if let Some(cap) = clearing.surplus_cap {
            self.share(&key("surplus_cap"), cap);
        }
        self.overspend(section, &clearing.overspend);
        if let Some(cap) = clearing.compensation_cap {
            self.share(&key("compensation_cap"), cap);
        }
        self.share(&key("quality_deposit"), clearing.quality_deposit);
        self.assessment(&key("assessment"), &clearing.assessment);
        if let Some(assessment) = &clearing.surplus_assessment {
            self.assessment(&key("surplus_assessment"), assessment);
        }
        if let Some(assessment) = &clearing.cap_assessment {
            self.assessment(&key("cap_assessment"), assessment);
            if clearing.compare == Compare::Due {
                self.add(
                    BreachKind::Contradiction,
                    &key("cap_assessment"),
                    Some(&key("compare")),
                    "cap_assessment 调整总额控制指标，而 compare 为 due，不与指标比较".to_owned(),
                    "cap_assessment is of the caps, and with compare due nothing is compared with them".to_owned(),
                );
            }
        }
    }

    /// Bands of overspend rise from 1.
    pub(super) fn overspend(&mut self, section: &str, bands: &[OverspendBand]) {
        let mut below = Decimal::ONE;
        for (i, band) in bands.iter().enumerate() {
            let key = format!("{section}.overspend[{i}].up_to");
            if band.up_to <= below {
                self.range(
                    &key,
                    band.up_to,
                    &format!("高于 {below}（各档从 1 起逐档升高）"),
                    &format!("above {below} (bands rise from 1)"),
                );
            }
            below = below.max(band.up_to);
            self.share(&format!("{section}.overspend[{i}].fund_share"), band.fund_share);
        }
    }

    pub(super) fn assessment(&mut self, key: &str, assessment: &Assessment) {
        let (full_from, none_below) = match assessment {
            Assessment::Credit(scale) => return self.assessment(key, scale),
            Assessment::Score { full_from, none_below } => (*full_from, *none_below),
            Assessment::Steps(steps) => return self.score_steps(&format!("{key}.steps"), steps),
        };
        self.not_negative(&format!("{key}.full_from"), full_from);
        self.not_negative(&format!("{key}.none_below"), none_below);
        if none_below > full_from {
            self.add(
                BreachKind::Contradiction,
                &format!("{key}.none_below"),
                Some(&format!("{key}.full_from")),
                format!("none_below {none_below} 高于 full_from {full_from}"),
                format!("none_below {none_below} is above full_from {full_from}"),
            );
        }
    }

    pub(super) fn score_steps(&mut self, key: &str, steps: &[ScoreStep]) {
        if steps.is_empty() {
            self.range(key, "[]", "至少写一档", "a list of at least one step");
            self.remedy(
                "例如 steps = [ { from = \"90\", share = \"1\" }, { from = \"80\", share = \"0.8\" } ]",
                "as steps = [ { from = \"90\", share = \"1\" }, { from = \"80\", share = \"0.8\" } ]",
            );
        }
        let mut above: Option<ScoreStep> = None;
        for (i, step) in steps.iter().enumerate() {
            let (from, share) = (format!("{key}[{i}].from"), format!("{key}[{i}].share"));
            self.not_negative(&from, step.from);
            self.share(&share, step.share);
            if let Some(above) = above.filter(|above| step.from >= above.from) {
                let above = above.from;
                self.range(
                    &from,
                    step.from,
                    &format!("低于 {above}（各档自高分起逐档降低）"),
                    &format!("below {above} (steps fall from the highest score)"),
                );
            }
            if let Some(above) = above.filter(|above| step.share > above.share) {
                self.add(
                    BreachKind::Contradiction,
                    &share,
                    Some(&format!("{key}[{}].share", i - 1)),
                    format!("share {} 高于前一档的 {}：得分低者反而多得", step.share, above.share),
                    format!(
                        "share {} is above the {} of the step before: a lower score would get more",
                        step.share, above.share
                    ),
                );
            }
            above = Some(*step);
        }
    }

    fn surplus_bands(&mut self, key: &str, bands: &[SurplusBand]) {
        if bands.is_empty() {
            self.range(key, "[]", "至少写一档", "a list of at least one band");
            self.remedy(
                "例如 surplus_bands = [ { from = \"0.85\", keep = \"1\" } ]；不分档时写 surplus_floor 和 surplus_keep",
                "as surplus_bands = [ { from = \"0.85\", keep = \"1\" } ]; without bands write surplus_floor and surplus_keep",
            );
        }
        let mut above = Decimal::ONE;
        for (i, band) in bands.iter().enumerate() {
            let from = format!("{key}[{i}].from");
            self.not_negative(&from, band.from);
            if band.from >= above {
                self.range(
                    &from,
                    band.from,
                    &format!("低于 {above}（各档从 1 起逐档降低）"),
                    &format!("below {above} (bands fall from 1)"),
                );
            }
            above = above.min(band.from);
            self.share(&format!("{key}[{i}].keep"), band.keep);
        }
    }
}
