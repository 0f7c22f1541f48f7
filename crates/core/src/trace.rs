//! The tracer: the same functions that pay also explain.
//!
//! Every function of the arithmetic takes a [`Tracer`] and hands it each step it takes. With
//! [`Silent`] the closures are never run and compile to nothing; with [`Trace`] they are kept.

use crate::{HospitalId, Rounding, RoundingMode, Rule};
use serde::Serialize;

/// Takes the steps of a settlement, or leaves them.
pub trait Tracer {
    /// Takes one step. `make` is run only by a tracer that keeps steps.
    fn step(&mut self, make: impl FnOnce() -> Step);

    /// Says that the steps from here on are of this hospital's clearing.
    fn about(&mut self, _hospital: HospitalId) {}
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Tracer for Silent {
    #[inline(always)]
    fn step(&mut self, _make: impl FnOnce() -> Step) {}
}

/// Keeps every step, in order.
///
/// ```
/// use dianzhi_core::{example, Case, CompiledPolicy, Fen, Trace};
/// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
/// let case = policy.case(Some("ES25"), "H001", "310", Fen(900_000), Fen(600_000)).unwrap();
/// let mut trace = Trace::default();
/// policy.points(&case, &mut trace).unwrap();
/// assert_eq!(trace.steps.last().unwrap().expression, "100.9900 × 1.05");
/// assert_eq!(trace.steps.last().unwrap().result, "106.0395");
/// ```
#[derive(Clone, Debug, Default, Serialize)]
pub struct Trace {
    /// The steps taken.
    pub steps: Vec<Step>,
}

impl Tracer for Trace {
    fn step(&mut self, make: impl FnOnce() -> Step) {
        self.steps.push(make());
    }
}

/// Keeps the steps of one hospital's clearing.
#[derive(Clone, Debug)]
pub struct HospitalTrace {
    wanted: HospitalId,
    current: Option<HospitalId>,
    /// The steps taken.
    pub steps: Vec<Step>,
}

impl HospitalTrace {
    /// A tracer for the clearing of this hospital.
    #[must_use]
    pub fn new(wanted: HospitalId) -> HospitalTrace {
        HospitalTrace {
            wanted,
            current: None,
            steps: Vec::new(),
        }
    }
}

impl Tracer for HospitalTrace {
    fn step(&mut self, make: impl FnOnce() -> Step) {
        if self.current == Some(self.wanted) {
            self.steps.push(make());
        }
    }

    fn about(&mut self, hospital: HospitalId) {
        self.current = Some(hospital);
    }
}

/// Hands steps on whose figures come from elsewhere than they say: a factor, a cost or a group that
/// a method put in the place of the case's own.
pub(crate) struct Relabelled<'t, T> {
    pub(crate) inner: &'t mut T,
    pub(crate) has_factor: bool,
    pub(crate) has_cost: bool,
    pub(crate) group: Option<String>,
}

impl<T: Tracer> Tracer for Relabelled<'_, T> {
    fn step(&mut self, make: impl FnOnce() -> Step) {
        let Relabelled {
            inner,
            has_factor,
            has_cost,
            group,
        } = self;
        inner.step(|| {
            let mut step = make();
            if *has_factor {
                step.rule = match step.rule {
                    Rule::CostRatioSubType => Rule::CostRatioMethod,
                    Rule::PointsNormalFactor => Rule::PointsNormalMethod,
                    Rule::PointsHighSubType => Rule::PointsHighMethod,
                    other => other,
                };
            }
            for input in &mut step.inputs {
                let origin = match (&input.origin, group.as_ref()) {
                    (Origin::Auxiliary, _) if *has_factor => Origin::Step(Rule::MethodFactor),
                    (Origin::Claim("medfee_sumamt"), _) if *has_cost => Origin::Step(Rule::LongStayCost),
                    (Origin::Group(column), Some(code)) => Origin::OtherGroup {
                        code: code.clone(),
                        column,
                    },
                    _ => continue,
                };
                input.origin = origin;
            }
            step
        });
    }
}

/// Hands on the steps of a case whose items were taken apart: its cost and its booked fund are what
/// that left, and no longer the claim's.
pub struct AfterApart<'t, T>(pub &'t mut T);

impl<T: Tracer> Tracer for AfterApart<'_, T> {
    fn step(&mut self, make: impl FnOnce() -> Step) {
        self.0.step(|| {
            let mut step = make();
            for input in &mut step.inputs {
                input.origin = match input.origin {
                    Origin::Claim("medfee_sumamt") => Origin::Step(Rule::ApartCost),
                    Origin::Claim("hifp_pay") => Origin::Step(Rule::ApartBilled),
                    _ => continue,
                };
            }
            step
        });
    }
}

/// One step: what went in, what was done, what came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Which rule.
    pub rule: Rule,
    /// The figures that went in, with where each comes from.
    pub inputs: Vec<Input>,
    /// The rule's formula with this step's figures: whoever computes it and rounds as
    /// [`Step::rounding`] says gets [`Step::result`]. Written with `+ − × ÷ ( ) min max`.
    pub expression: String,
    /// The rounding, where the step has one.
    pub rounding: Option<RoundedTo>,
    /// What came out: money in yuan, points and point value with the policy's decimals.
    pub result: String,
}

/// A rounding as applied: its decimals and mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RoundedTo {
    /// The name: `points`, `point_value`, `money`, `ratio` or `coefficient`.
    pub name: &'static str,
    /// Decimals.
    pub places: u32,
    /// Mode.
    pub mode: RoundingMode,
}

impl Rounding {
    pub(crate) fn to_points(self) -> Option<RoundedTo> {
        rounded("points", self.points, self.mode)
    }

    pub(crate) fn to_point_value(self) -> Option<RoundedTo> {
        rounded("point_value", self.point_value, self.mode)
    }

    pub(crate) fn to_money(self) -> Option<RoundedTo> {
        rounded("money", 2, self.mode)
    }
}

/// A hospital coefficient, where the policy rounds it.
pub(crate) fn to_coefficient(places: u32, mode: RoundingMode) -> Option<RoundedTo> {
    rounded("coefficient", places, mode)
}

/// Ratios in the outputs have six decimals, half-up under every policy.
pub(crate) fn to_ratio() -> Option<RoundedTo> {
    rounded("ratio", 6, RoundingMode::HalfUp)
}

/// Money cut down to the fen, as largest remainders need it.
pub(crate) fn cut_to_fen() -> Option<RoundedTo> {
    rounded("money", 2, RoundingMode::Down)
}

/// A number of cases, cut down to whole ones.
pub(crate) fn whole_cases() -> Option<RoundedTo> {
    rounded("cases", 0, RoundingMode::Down)
}

/// Points cut down to their unit, whatever the policy's rounding.
pub(crate) fn cut_to_points(places: u32) -> Option<RoundedTo> {
    rounded("points", places, RoundingMode::Down)
}

/// Months that a fund can pay, as they are reported: half-up under every policy.
pub(crate) fn whole_months() -> Option<RoundedTo> {
    rounded("months", 0, RoundingMode::HalfUp)
}

#[allow(clippy::unnecessary_wraps, reason = "it fills an Option field")]
fn rounded(name: &'static str, places: u32, mode: RoundingMode) -> Option<RoundedTo> {
    Some(RoundedTo { name, places, mode })
}

/// A figure that went into a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    /// Its symbol in the formula.
    pub symbol: &'static str,
    /// The figure.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a figure comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "from", content = "name")]
pub enum Origin {
    /// A column of the claim.
    Claim(&'static str),
    /// A column of the claim that the policy names.
    Column(String),
    /// A column of the claim's group.
    Group(&'static str),
    /// A column of the group that the claim's group is paid as.
    OtherGroup {
        /// Its code.
        code: String,
        /// The column.
        column: &'static str,
    },
    /// A column of the prices table.
    Price(&'static str),
    /// The columns that the method takes off the cost.
    Deductions(Vec<String>),
    /// A column of the hospital.
    Hospital(&'static str),
    /// The auxiliary catalogues of the DIP directory.
    Auxiliary,
    /// The prepayments table.
    Prepayment(&'static str),
    /// The institution caps table.
    Cap(&'static str),
    /// A row of the coefficients table, by position.
    Coefficient(usize),
    /// A row of the bonuses table, by position.
    Bonus(usize),
    /// A row of the enrolment table, by position, and a column of it.
    Enrolment(usize, &'static str),
    /// A row of the procurement table, by position, and a column of it.
    Procurement(usize, &'static str),
    /// A column of the reviews table.
    Review(&'static str),
    /// A column of the penalties table.
    Penalty(&'static str),
    /// The points that the case was priced at.
    Priced,
    /// A key of the region file, as `pool[0].budget`.
    Policy(String),
    /// The point value of another pool, by its id.
    OtherPool(String),
    /// A sum over the pool's or the hospital's cases.
    Sum(&'static str),
    /// The result of an earlier step.
    Step(Rule),
    /// The latest result of this symbol, where several rules can give it.
    Latest(&'static str),
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "the callers hand over what they have just read"
)]
pub(crate) fn input(symbol: &'static str, value: impl ToString, origin: Origin) -> Input {
    Input {
        symbol,
        value: value.to_string(),
        origin,
    }
}
