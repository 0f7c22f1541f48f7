//! What does one case cost in the kernel: class and points, and the payment from a point value?
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use dianzhi::engine::{Case, CompiledPolicy, Fen, PoolId, Silent, Totals, example};
use std::hint::black_box;

const CASES: u64 = 1_000;

/// Cases of every class: about 4 % low, 3 % high, 2 % ungrouped.
fn cases(policy: &CompiledPolicy) -> Vec<Case> {
    let case = |i: u64| {
        let group = match i % 50 {
            0 => None,
            n if n % 3 == 0 => Some("RA11"),
            n if n % 7 == 0 => Some("IJ1Z"),
            _ => Some("ES25"),
        };
        let cost = match i % 100 {
            0..4 => 150_000,
            4..7 => 2_500_000,
            _ => 700_000 + i64::try_from(i * 7919 % 200_000).unwrap_or(0),
        };
        let hospital = if i.is_multiple_of(3) { "H002" } else { "H001" };
        policy.case(group, hospital, "310", Fen(cost), Fen(cost * 7 / 10))
    };
    (0..CASES).filter_map(case).collect()
}

fn kernel(c: &mut Criterion) {
    let Ok(policy) = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()) else {
        return;
    };
    let cases = cases(&policy);
    let mut totals = Totals::default();
    let points: Vec<_> = cases
        .iter()
        .filter_map(|case| policy.points(case, &mut Silent).ok())
        .collect();
    for (case, points) in cases.iter().zip(&points) {
        totals.add(case, points.points);
    }
    let Ok(price) = policy.pool_price(PoolId(0), &totals, &mut Silent) else {
        return;
    };

    let mut group = c.benchmark_group("kernel");
    group.throughput(Throughput::Elements(CASES));
    group.bench_function("points", |b| {
        b.iter(|| {
            for case in &cases {
                let _ = black_box(policy.points(black_box(case), &mut Silent));
            }
        });
    });
    group.bench_function("points, standard, due", |b| {
        b.iter_batched(
            || (),
            |()| {
                for case in &cases {
                    let paid = policy.points(black_box(case), &mut Silent).and_then(|points| {
                        let standard = policy.standard(points.points, &price, &mut Silent)?;
                        policy.payment(case, standard, &mut Silent)
                    });
                    let _ = black_box(paid);
                }
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, kernel);
criterion_main!(benches);
