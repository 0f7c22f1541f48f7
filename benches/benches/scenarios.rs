//! What does a scenario cost over claims that are in memory, by reform and by number of claims?
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use benches::year;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dianzhi::policy::Region;
use dianzhi::{Claims, InputOptions, Inputs, Progress, ReadOptions, Reading, Settled};

/// What each changes in the region file of the synthetic year: a piece of its text, and what stands there instead.
const REFORMS: [(&str, &str, &str); 4] = [
    ("overspend-share", "fund_share = \"0.5\"", "fund_share = \"0.7\""),
    ("surplus-floor", "surplus_floor = \"0.85\"", "surplus_floor = \"0.9\""),
    ("high-threshold", "high = { ratio = \"2.0\"", "high = { ratio = \"3.0\""),
    (
        "largest-remainder",
        "remainder = \"fund\"",
        "remainder = \"largest-remainder\"",
    ),
];

fn scenarios(c: &mut Criterion) {
    let scratch = tempfile::tempdir().expect("a folder for the years");
    let mut group = c.benchmark_group("scenario");
    group.sample_size(10);
    let options = ReadOptions {
        threads: Some(1),
        ..ReadOptions::default()
    };
    let quiet = Progress::default();
    for count in [100_000, 1_000_000] {
        let path = year(&scratch.path().join(count.to_string()), count);
        let baseline = Inputs::load(&path, &InputOptions::default()).expect("a synthetic region");
        let mut claims = Claims::read(&baseline, &options, &quiet).expect("a synthetic year");
        group.throughput(Throughput::Elements(count));
        for (name, from, to) in REFORMS {
            let text = &baseline.region.text;
            assert!(text.contains(from), "the synthetic region file has no {from}");
            let region = Region::parse(&path, text.replacen(from, to, 1)).expect("a reform of it");
            let inputs = Inputs::of_region(region, &InputOptions::default()).expect("its tables");
            let differs = Reading::of(&inputs).differs_in(&Reading::of(&baseline));
            assert!(differs.is_empty(), "{name} keeps the same of the claims");
            let mut kept = Some(claims);
            group.bench_function(BenchmarkId::new(name, count), |b| {
                b.iter(|| {
                    let settled = kept
                        .take()
                        .map(|claims| Settled::with_cuts(&inputs, claims, Some(1), &quiet));
                    kept = settled.map(|settled| settled.expect("it settles").into_claims());
                });
            });
            claims = kept.take().expect("the claims come back");
        }
    }
    group.finish();
}

criterion_group!(benches, scenarios);
criterion_main!(benches);
