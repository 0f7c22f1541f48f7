//! `by_cost` of a `[[by_group]]`: stays that are paid by what they cost against their group, as those
//! that were not completed (未完成住院过程的病例).

use super::{
    ByGroup, CompareWith,
    breaches::{BreachKind, Breaches},
};
use serde::{Deserialize, Serialize};

/// `by_cost`: points = ⟦P [× k] × medfee ÷ mean_cost⟧p, with a most.
///
/// Source: stays that were not completed, base points × coefficient × cost ÷ mean cost, at most the base
/// points: 浙医保联发〔2019〕21号 (article to be checked).
///
/// ```
/// use dianzhi_core::{AtMost, ByCost, ByGroup, CompareWith, CompiledPolicy, Fen, Points, Silent, example};
/// let mut policy = example::policy();
/// policy.methods.by_group = vec![ByGroup {
///     id: "incomplete".to_owned(),
///     factor: 1.into(),
///     compare_with: CompareWith::Type,
///     groups_as: Vec::new(),
///     long_stay: None,
///     by_cost: Some(ByCost { coefficient: true, at_most: Some(AtMost::Base) }),
/// }];
/// let compiled = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals())?;
/// let points = |cost| {
///     let mut case = compiled.case(Some("ES25"), "H001", "310", Fen(cost), Fen(0)).unwrap();
///     case.method = compiled.method("incomplete").unwrap();
///     compiled.worth(&case, &mut Silent).unwrap().worth.points()
/// };
/// // 100.99 × 1.05 × 3,000 ÷ 9,000 = 35.3465; and never more than 100.99
/// assert_eq!((points(300_000), points(900_000)), (Points(353_465), Points(1_009_900)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByCost {
    /// Whether the hospital coefficient counts.
    pub coefficient: bool,
    /// The most that it comes to; `None` for no bound.
    pub at_most: Option<AtMost>,
}

/// `by_cost.at_most`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AtMost {
    /// The group's points at the method's factor: P.
    Base,
    /// Those with the hospital coefficient: P × k.
    Normal,
}

impl AtMost {
    /// The word used in region files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            AtMost::Base => "base",
            AtMost::Normal => "normal",
        }
    }
}

impl Breaches {
    pub(super) fn by_cost(&mut self, i: usize, method: &ByGroup) {
        if method.by_cost.is_none() {
            return;
        }
        let key = |name: &str| format!("by_group[{i}].{name}");
        if method.compare_with == CompareWith::SubType {
            self.add(
                BreachKind::Contradiction,
                &key("by_cost"),
                Some(&key("compare_with")),
                "按费用计点的病例没有倍率，compare_with 应为 \"group\"".to_owned(),
                "a case paid by its cost has no cost ratio: compare_with must be \"group\"".to_owned(),
            );
        }
        if method.long_stay.is_some() {
            self.add(
                BreachKind::Contradiction,
                &key("by_cost"),
                Some(&key("long_stay")),
                "by_cost 与 long_stay 不能并用".to_owned(),
                "by_cost and long_stay cannot stand together".to_owned(),
            );
        }
    }
}
