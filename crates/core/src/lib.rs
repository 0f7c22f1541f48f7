//! The arithmetic of DRG and DIP hospital payment (病组／病种分值付费): groups and points, pools
//! and point values, what the fund owes for a case, and the yearly clearing of a hospital.
//!
//! Pure and exact: no I/O, no clock, no threads, no floats. Money is whole [`Fen`], points are
//! whole units of the policy's decimals, and every step that a policy defines rounds once, by
//! name. An intermediate that does not fit is an error, never a wrapped number.
#![forbid(unsafe_code)]
#![deny(clippy::float_arithmetic, clippy::disallowed_types)]

mod adjust;
mod apart;
mod budgets;
mod capitation;
mod case;
mod clearing;
mod compiled;
mod decimal;
mod divide;
mod due;
pub mod example;
mod fund;
mod identities;
mod kernel;
pub mod model;
mod money;
mod policy;
mod pool;
mod procurement;
mod rounding;
mod rule;
mod settle;
mod tables;
mod text;
mod trace;

pub use adjust::{
    AdjustError, Adjustable, Adjusted, Discharged, Discharges, ExcessUse, Finding, QuotaUse, Readmitted, Review,
    ReviewEffect, Side, Stay, StayOf, excess_most, quota_of, readmissions,
};
pub use apart::{ApartFrom, ApartId, ApartPart, Rest};
pub use budgets::BudgetRow;
pub use capitation::{CapitationAccount, Enrolment};
pub use case::{Benefit, Case, CaseDetail, CaseFactor};
pub use clearing::{
    AllianceStatement, Band, ClearingError, HospitalStatement, HospitalYear, InstitutionCap, PoolAccount,
};
pub use compiled::{
    CompileAt, CompileError, CompiledPolicy, GroupId, HospitalId, MethodId, Payer, PayerId, PoolId, PriceId,
};
pub use decimal::{DECIMAL_DIGITS_MAX, DECIMAL_PLACES_MAX, DecimalError, parse_decimal, rational};
pub use due::CasePayment;
pub use fund::{FundSpending, FundStatement};
pub use identities::BrokenIdentity;
pub use kernel::{CaseClass, CasePoints, CaseWorth, Worth};
pub use money::{Fen, FenSum, Fixed, Points};
pub use policy::{
    Adjust, HighCap, LevelCap, LevelQuota, OverQuota, Quota, QuotaOf, QuotaPeriod, READMISSION_DAYS_MAX, Readmission,
    SameStay, SpecialReview,
};
pub use policy::{
    AgeFactor, Alliance, AllianceMember, AmountFrom, Apart, Assessment, AtMost, Auxiliary, BUDGET_FEN_MAX, BUDGETS_MAX,
    BY_GROUP, BonusAs, Bonuses, Breach, BreachKind, Budget, BudgetChange, BudgetNode, BudgetTree, ByCost, ByDisease,
    ByGroup, ByItem, Capitation, Charge, Clearing, ClearingFor, ClearingOf, CoefficientStep, Coefficients,
    CombineBonuses, Compare, CompareWith, Condition, DayRate, Deviation, Extreme, ExtremePay, Fund, FundPrepayment,
    FundShare, FundShareMethod, GroupAs, GroupKind, Grown, HIFP_PAY, Insured, LongStay, Methods, MissingCoefficient,
    Monthly, MonthlyOf, OutlierCoefficient, OverspendBand, PLACES_MAX, Pattern, PayIn, PerDiem, PointValueBounds,
    Policy, Pool, PoolClearing, Pricing, PricingMethod, Procurement, PublicHealth, ROUTES_MAX, Remainder, Remedy,
    Rounding, Route, ScoreBy, ScoreStep, Sharing, Support, SupportAssessment, SupportBonuses, Surplus, SurplusBand,
    TIERS_MAX, Test, Threshold, ThresholdTier, WarningTier, Yardstick,
};
pub use pool::{
    Bound, HeldAt, LastSlice, MoneyTotals, PoolError, PoolPrice, RemainderSlices, Totals, largest_remainders,
    trace_extra_fen,
};
pub use procurement::{ProcuredDrug, ProcurementKept};
pub use rounding::{RoundingMode, round};
pub use rule::{Rule, TooLarge};
pub use rust_decimal::Decimal;
pub use settle::{Claim, Facts, Prepayment, SettleError, SettledCase, Settlement, settle, settle_adjusted};
pub use tables::{Bonus, Coefficient, Group, Hospital, Price};
pub use text::{Lang, Text};
pub use trace::{AfterApart, HospitalTrace, Input, Origin, RoundedTo, Silent, Step, Trace, Tracer};
