//! What does a case of history cost to calibrate from, once it is in memory: trimmed, summed, weighed, with
//! hospital coefficients and case mix?
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dianzhi::calibration::{
    CoefficientBy, CoefficientPlan, History, KnownGroup, KnownHospital, Measure, Plan, Record, TrimMethod, calibrate,
    example,
};
use dianzhi::engine::{Decimal, GroupKind, RoundingMode};
use std::hint::black_box;

const CASES: u32 = 300_000;
const GROUPS: u32 = 600;
const HOSPITALS: u32 = 60;

/// Three years of skewed costs, some groups a hundred times as frequent as others.
fn history() -> History {
    let group = |at: u32| KnownGroup {
        code: format!("G{at:03}"),
        name: String::new(),
        kind: GroupKind::Core,
        present: None,
    };
    let hospital = |at: u32| KnownHospital {
        code: format!("H{at:02}"),
        name: String::new(),
        level: (at % 3 + 1).to_string(),
        present: Decimal::ONE,
        is_present: true,
    };
    let case = |at: u32| {
        let mixed = u64::from(at).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        // Below 2^31.
        let drawn = u32::try_from(mixed).unwrap_or(0);
        let skew = (drawn % 997 + 1) * (drawn % 89 + 1) / 90;
        Record {
            cost: i64::from(200_000 + drawn % GROUPS * 3_000 + skew * 2_000),
            group: (drawn % GROUPS) * (drawn / GROUPS % GROUPS) / GROUPS,
            hospital: drawn / 7 % HOSPITALS,
            pool: 0,
            year: u16::try_from(at / (CASES / 3)).unwrap_or(2).min(2),
            days: 1 + drawn % 20,
        }
    };
    History {
        years: 3,
        pools: vec!["employee".to_owned()],
        groups: (0..GROUPS).map(group).collect(),
        hospitals: (0..HOSPITALS).map(hospital).collect(),
        records: (0..CASES).map(case).collect(),
        ..History::default()
    }
}

fn plan(method: TrimMethod) -> Plan {
    let mut plan = example::plan();
    plan.years = vec![1, 2, 7];
    plan.trimming.method = method;
    plan.coefficients = Some(CoefficientPlan {
        by: CoefficientBy::Hospital,
        measure: Measure::CaseMix,
        low: Decimal::new(8, 1),
        high: Decimal::new(12, 1),
        decimals: 4,
        mode: RoundingMode::HalfUp,
        cases_min: 30,
        not_for: Vec::new(),
        cmi: None,
    });
    plan
}

fn calibration(c: &mut Criterion) {
    let history = history();
    let mut group = c.benchmark_group("calibrate");
    group.sample_size(20);
    group.throughput(Throughput::Elements(CASES.into()));
    let methods = [
        ("untrimmed", TrimMethod::None),
        ("quartiles", TrimMethod::Iqr(Decimal::new(15, 1))),
        ("ln cost", TrimMethod::LogSd(Decimal::from(3))),
    ];
    for (name, method) in methods {
        let plan = plan(method);
        group.bench_function(name, |b| b.iter(|| calibrate(black_box(&history), &plan, &[])));
    }
    group.finish();
}

criterion_group!(benches, calibration);
criterion_main!(benches);
