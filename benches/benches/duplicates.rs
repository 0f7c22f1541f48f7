//! What does it cost to know that no id stands twice, and what does reading cost where some do?
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use benches::year;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dianzhi::{Claims, InputOptions, Inputs, Progress, ReadOptions};
use dianzhi_batch::internals::{id_hash, repeated_ids};
use std::hint::black_box;

/// Claims of a block of about 512 KiB.
const BLOCK: u64 = 2_000;

/// Hashes of ids like a region's: a prefix, then digits in no order; none twice.
fn hashes(claims: u64) -> Vec<Box<[u64]>> {
    // The factor shares no divisor with 10^13, so no number comes twice.
    let id = |i: u64| format!("SYN2026{:013}", i * 7_654_321_987 % 10_000_000_000_000);
    let block = |start: u64| {
        let ids = start..(start + BLOCK).min(claims);
        ids.map(|i| id_hash(id(i).as_bytes())).collect()
    };
    (0..claims.div_ceil(BLOCK)).map(|b| block(b * BLOCK)).collect()
}

/// Looking through the hashes of all ids: what every run pays.
fn none_repeated(c: &mut Criterion) {
    let mut group = c.benchmark_group("duplicates");
    group.sample_size(20);
    for claims in [100_000, 1_000_000] {
        let hashes = hashes(claims);
        for threads in [1, 2] {
            group.throughput(Throughput::Elements(claims));
            group.bench_function(BenchmarkId::new(format!("none, {threads} threads"), claims), |b| {
                b.iter(|| {
                    let found = repeated_ids(black_box(&hashes), Some(threads)).expect("threads start");
                    assert_eq!(found, 0, "no id stands twice");
                });
            });
        }
    }
    group.finish();
}

/// Reading a file in which some records stand twice: the blocks that hold them are read again.
fn some_repeated(c: &mut Criterion) {
    const CLAIMS: u64 = 100_000;
    let scratch = tempfile::tempdir().expect("a folder for the year");
    let folder = scratch.path().join("year");
    let region = year(&folder, CLAIMS);
    let claims_csv = folder.join("claims.csv");
    let text = std::fs::read_to_string(&claims_csv).expect("the claims are text");
    let inputs = Inputs::load(&region, &InputOptions::default()).expect("a synthetic year loads");
    let options = ReadOptions {
        threads: Some(1),
        ..ReadOptions::default()
    };
    let mut group = c.benchmark_group("duplicates");
    group.sample_size(10).throughput(Throughput::Elements(CLAIMS));
    for (name, every) in [
        ("read, none twice", None),
        ("read, 1 in 1000 twice", Some(1_000)),
        ("read, 1 in 10 twice", Some(10)),
    ] {
        let repeats = text.lines().skip(1).step_by(every.unwrap_or(usize::MAX));
        let more: String = repeats
            .filter(|_| every.is_some())
            .flat_map(|line| [line, "\n"])
            .collect();
        std::fs::write(&claims_csv, format!("{text}{more}")).expect("the claims can be written");
        group.bench_function(name, |b| {
            b.iter(|| Claims::read(&inputs, &options, &Progress::default()).expect("a synthetic year is read"));
        });
    }
    group.finish();
}

criterion_group!(benches, none_repeated, some_repeated);
criterion_main!(benches);
