//! Criterion benches, one file per question: `cargo bench -p benches`.
//!
//! * `kernel`: what does one case cost, priced and paid?
//! * `settle`: what does a whole region-year cost, files in, run directory out?
//!
//! How figures are taken and the record of them: docs/BENCHMARKS.md.
