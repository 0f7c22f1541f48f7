//! The axes along which regions differ (RULES §9), each value of each axis settled from files and
//! held against figures worked out by hand from the rule's text. Every run is verified as well.
//!
//! The axes of the kernel alone, of assessments and of tables with a test file of their own stand
//! there: the bounds of `axis_10`, and `axis_21`, in core.

#[path = "../common/mod.rs"]
mod common;

mod budget;
mod clearing;
mod dates;
mod funds;
mod methods;
mod monthly;
mod outliers;
mod penalties;
mod pricing;
mod value;
mod year;
