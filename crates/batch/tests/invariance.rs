//! What must not change a byte: threads, block size, how the rows are spread over files, packing.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use dianzhi_batch::{Outcome, Progress, ReadOptions, SettleOptions, settle};
use std::fs;
use std::io::Write;
use std::path::Path;

const OUTPUTS: [&str; 4] = ["claims.csv", "hospitals.csv", "pools.csv", "rejects.csv"];

/// A synthetic year whose claims also hold quotes, newlines, blank lines, faults and duplicates. The
/// second half has no quotes, so that its blocks go the fast path where they are small.
fn year(folder: &Path) -> Vec<Vec<u8>> {
    let options = dianzhi_synth::Options {
        claims: 700,
        seed: 7,
        region: None,
    };
    dianzhi_synth::generate(&options, folder).unwrap();
    let text = fs::read_to_string(folder.join("claims.csv")).unwrap();
    let mut lines = text.lines();
    let mut records = vec![format!("{},备注\n", lines.next().unwrap()).into_bytes()];
    for (i, line) in lines.enumerate() {
        let note = match i % 9 {
            0 if i < 350 => "\"第一行\n第二行,\"\"引号\"\"\"",
            1 => "备注",
            _ => "",
        };
        let mut record = match i % 97 {
            13 => line.replacen(",310,", ",999,", 1).replacen(",390,", ",999,", 1),
            29 => line.replacen("2026-", "2026/13/", 2),
            31 => format!("{line},多一列"),
            41 if i < 350 => line.replacen("21", "2\"1", 1),
            _ => line.to_owned(),
        };
        record.push(',');
        record.push_str(note);
        record.push_str(if i % 5 == 0 { "\r\n" } else { "\n" });
        if i % 50 == 0 {
            record.push('\n');
        }
        records.push(record.clone().into_bytes());
        if i % 61 == 0 {
            records.push(record.into_bytes());
        }
        if i % 67 == 0 {
            records.push(format!("{line},其他内容\n").into_bytes());
        }
    }
    records
}

/// Writes the records into so many files, the header in each, and points the region file at them.
fn spread(folder: &Path, records: &[Vec<u8>], cuts: &[usize], reversed: bool) {
    let (header, rows) = records.split_first().unwrap();
    let mut files = Vec::new();
    let mut start = 0;
    for end in cuts.iter().copied().chain([rows.len()]) {
        let name = format!("part-{:02}.csv", files.len());
        let mut file = fs::File::create(folder.join(&name)).unwrap();
        file.write_all(header).unwrap();
        rows[start..end].iter().for_each(|row| file.write_all(row).unwrap());
        files.push(name);
        start = end;
    }
    if reversed {
        files.reverse();
    }
    let region = fs::read_to_string(folder.join("region.toml")).unwrap();
    let key = region.lines().find(|line| line.starts_with("claims")).unwrap();
    let list = files
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect::<Vec<_>>()
        .join(", ");
    fs::write(
        folder.join("region.toml"),
        region.replace(key, &format!("claims = [{list}]")),
    )
    .unwrap();
}

fn run(folder: &Path, out: &Path, threads: usize, block_bytes: usize) -> Vec<Vec<u8>> {
    let options = SettleOptions {
        read: ReadOptions {
            threads: Some(threads),
            block_bytes,
        },
        replace: true,
        ..SettleOptions::default()
    };
    let Outcome::Published(published) =
        settle(&folder.join("region.toml"), out, &options, &Progress::default()).unwrap()
    else {
        panic!("a run with --replace is always published");
    };
    assert!(published.run.records.rejected_total() > 30, "the faults are there");
    OUTPUTS.iter().map(|file| fs::read(out.join(file)).unwrap()).collect()
}

/// Without file and line, which say where a row stood.
fn without_places(rejects: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(rejects);
    reader
        .records()
        .map(|row| row.unwrap().iter().skip(2).map(str::to_owned).collect())
        .collect()
}

#[test]
fn threads_and_blocks_change_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("year");
    let records = year(&folder);
    spread(&folder, &records, &[], false);
    let out = scratch.path().join("run");
    let once = run(&folder, &out, 1, 512 << 10);
    for threads in [1, 2, 3, 7, 16] {
        for block_bytes in [1, 64, 1_000, 4_096, 65_537] {
            let again = run(&folder, &out, threads, block_bytes);
            assert!(once == again, "{threads} threads, blocks of {block_bytes} bytes");
        }
    }
}

#[test]
fn spreading_the_rows_over_files_changes_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("year");
    let records = year(&folder);
    let out = scratch.path().join("run");
    spread(&folder, &records, &[], false);
    let once = run(&folder, &out, 2, 8 << 10);
    for cuts in [&[0][..], &[1, 2, 3], &[350], &[100, 100, 600]] {
        spread(&folder, &records, cuts, false);
        let again = run(&folder, &out, 2, 8 << 10);
        assert!(once[..3] == again[..3], "cut at {cuts:?}");
        assert_eq!(without_places(&once[3]), without_places(&again[3]), "cut at {cuts:?}");
    }
    // The comparison can fail: the same rows in another order are another claims.csv.
    spread(&folder, &records, &[350], true);
    assert!(once[0] != run(&folder, &out, 2, 8 << 10)[0]);
}

#[test]
fn packing_changes_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("year");
    let records = year(&folder);
    let out = scratch.path().join("run");
    spread(&folder, &records, &[], false);
    let once = run(&folder, &out, 2, 8 << 10);
    let plain = fs::read(folder.join("part-00.csv")).unwrap();
    let region = fs::read_to_string(folder.join("region.toml")).unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(&plain).unwrap();
    let packed = [
        ("part-00.csv.gz", gz.finish().unwrap()),
        ("part-00.csv.zst", zstd::encode_all(&plain[..], 3).unwrap()),
    ];
    for (name, bytes) in packed {
        fs::write(folder.join(name), bytes).unwrap();
        fs::write(folder.join("region.toml"), region.replace("part-00.csv", name)).unwrap();
        let again = run(&folder, &out, 2, 8 << 10);
        assert!(once[..3] == again[..3], "{name}");
        assert_eq!(without_places(&once[3]), without_places(&again[3]), "{name}");
    }
}

/// The same year with every rule that changes points: persons that come again, half of the claims
/// approved for a quota of a tenth by quarter, a hundredth as high outliers and not all of their excess,
/// and penalties.
fn year_with_adjustments(folder: &Path) -> Vec<Vec<u8>> {
    let mut records = year(folder);
    let text: Vec<String> = records
        .iter()
        .map(|record| String::from_utf8(record.clone()).unwrap())
        .collect();
    let header: Vec<&str> = text[0].trim_end().split(',').collect();
    let id = header.iter().position(|name| *name == "setl_id").unwrap();
    let mut reviews = "setl_id,outcome,effect,value\n".to_owned();
    let mut penalties = "setl_id,finding,multiple\n".to_owned();
    let mut met = std::collections::BTreeSet::new();
    for (i, record) in text.iter().enumerate().skip(1) {
        // A person for every forty records, at the end, where quotes and newlines of before are done with.
        let end = record.trim_end_matches(['\r', '\n']).len();
        records[i] = format!("{},P{}{}", &record[..end], i % 40, &record[end..]).into_bytes();
        let id = record.split(',').nth(id).unwrap();
        // A record that does not decode has no id that its reject could tell.
        let decodes = !record.contains("多一列") && record.matches('"').count() % 2 == 0;
        if !decodes || !met.insert(id.to_owned()) {
            continue;
        }
        match i % 2 {
            0 => reviews += &format!("{id},approved,by-item,\n"),
            _ if i % 21 == 0 => penalties += &format!("{id},高套编码,1\n"),
            _ => {}
        }
    }
    let names = text[0].trim_end();
    let names = names.replace("psn_no", "psn_no_2");
    records[0] = format!("{names},psn_no\n").into_bytes();
    fs::write(folder.join("reviews.csv"), reviews).unwrap();
    fs::write(folder.join("penalties.csv"), penalties).unwrap();
    let region = fs::read_to_string(folder.join("region.toml")).unwrap();
    let groups = region.lines().find(|line| line.starts_with("groups")).unwrap();
    let files = format!("{groups}\nreviews = \"reviews.csv\"\npenalties = \"penalties.csv\"");
    let sections = r#"
[readmission]
days = 31
same = "adrg"
same_hospital = false
earlier_share = "0.5"
later_share = "0.9"
[special_review]
quota = "0.1"
quota_of = "hospital"
period = "quarter"
over_quota = "largest-excess"
[high_cap]
quota = "0.01"
excess_share = "0.0005"
quota_of = "pool"
"#;
    fs::write(
        folder.join("region.toml"),
        region.replacen(groups, &files, 1) + sections,
    )
    .unwrap();
    records
}

#[test]
fn threads_blocks_and_files_change_no_adjustment() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("year");
    let records = year_with_adjustments(&folder);
    spread(&folder, &records, &[], false);
    let out = scratch.path().join("run");
    let run = |threads, block_bytes| {
        let outputs = run(&folder, &out, threads, block_bytes);
        let adjustments = fs::read_to_string(out.join("adjustments.csv")).unwrap();
        (outputs, adjustments)
    };
    let once = run(1, 512 << 10);
    for word in [
        "readmission-earlier",
        "readmission-later",
        "review-granted",
        "review-beyond-quota",
        "beyond-high-cap",
        "beyond-high-excess",
        "penalty",
    ] {
        assert!(once.1.contains(word), "no {word}");
    }
    for (threads, block_bytes) in [(1, 64), (2, 1_000), (7, 4_096), (16, 1)] {
        let again = run(threads, block_bytes);
        assert!(once == again, "{threads} threads, blocks of {block_bytes} bytes");
    }
    for cuts in [&[1, 2, 3][..], &[350], &[100, 100, 600]] {
        spread(&folder, &records, cuts, false);
        let again = run(2, 8 << 10);
        assert!(once.0[..3] == again.0[..3] && once.1 == again.1, "cut at {cuts:?}");
    }
    // The files in another order: other rows, the same points of every claim.
    spread(&folder, &records, &[350], true);
    let again = run(2, 8 << 10);
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert!(once.1 != again.1);
    assert_eq!(sorted(&once.1), sorted(&again.1));
    let checked = dianzhi_batch::verify(&out, None, None, &Progress::default()).unwrap();
    assert!(checked.is_sound(), "{checked:#?}");
}
