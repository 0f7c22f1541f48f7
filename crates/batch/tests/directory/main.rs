//! A directory made of history: grouping by it puts every case of the history where it was counted.
//!
//! Seen to fail: with the history grouped without its costs; with types numbered anew by one too many.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod draft;

use dianzhi_batch::{
    DirectoryOutcome, GroupBy, GroupFiles, HistoryOptions, Progress, PublishedDirectory, ReadOptions, directory,
    group_files,
};
use dianzhi_grouper::{DipGrouper, GroupOptions};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const DRAFT: &str = "code = \"drawn\"\nname = \"drawn\"\nblank = \"BLANK\"\n";
const OPERATIONS: &str =
    "code\tclass\n36.0700\tsurgical\n88.5500\tdiagnostic\n99.2500\ttherapeutic\n93.9400\texcluded\n";
const BANDS: &str = "catalogue\tlevel\tunit\tfrom\tto\ncci\t0\t\t0\t0\ncci\t1+\t\t1\t\nage\told\tyears\t70\t\n";
const CCI: &str = "dx\tscore\nN18\t2\n";
/// Basic types that some drafts have; core types of last year are not looked at.
const BASIC: &str = "code\tkind\tdx\tpx\ttreatment\n\
    JC-1\tbasic\tI21\t36.0700|88.5500\t\nOLD\tcore\tI21.000\t99.2500\t\nJC-2\tbasic\tJ18|K35\t\t\n\
    JC-3\tbasic\tA00-I99\t36.0700+99.2500\t\n";
const PLAN: &str = "[directory]\ntitle = \"drawn\"\ndraft = \"draft\"\n[weights]\nscale = \"1000\"\ndecimals = 4\n\
    mode = \"half-up\"\n[stability]\ncv_max = \"1\"\ncv_inclusive = true\ncases_min = 5\nsd = \"population\"\n";

/// A case as drawn.
#[derive(Clone, Debug)]
struct Drawn {
    main: &'static str,
    others: &'static str,
    procedures: Vec<&'static str>,
    age: u8,
    fen: i64,
    year: usize,
}

fn cases() -> impl Strategy<Value = Vec<Drawn>> {
    let mains = [
        "I21.000",
        "i21.001",
        "I21.100",
        "I21100",
        "I21",
        "J18.9",
        "J18.900x001",
        "K35",
        "?",
        "",
        "A00-B99",
        "Ｉ21.0",
    ];
    let procedures = [
        "36.0700", "88.5500", "99.2500", "93.9400", "11.1100", " 36.0700", "a+b", "-",
    ];
    let one = (
        prop::sample::select(mains.to_vec()),
        prop::sample::select(vec!["", "N18.900", "J96.0|N18"]),
        prop::collection::vec(prop::sample::select(procedures.to_vec()), 0..4),
        1u8..99,
        1i64..5_000_000,
        0usize..2,
    );
    let drawn = one.prop_map(|(main, others, procedures, age, fen, year)| Drawn {
        main,
        others,
        procedures,
        age,
        fen,
        year,
    });
    prop::collection::vec(drawn, 1..120)
}

fn write(folder: &Path, cases: &[Drawn], header: &str, rules: &str) {
    let draft = folder.join("draft");
    std::fs::create_dir_all(&draft).unwrap();
    std::fs::write(draft.join("directory.toml"), format!("{DRAFT}{header}")).unwrap();
    std::fs::write(draft.join("operations.tsv"), OPERATIONS).unwrap();
    std::fs::write(draft.join("bands.tsv"), BANDS).unwrap();
    std::fs::write(draft.join("cci.tsv"), CCI).unwrap();
    if header == HEADERS[1] || header == HEADERS[4] {
        std::fs::write(draft.join("types.tsv"), BASIC).unwrap();
    }
    let mut plan = format!("{PLAN}{rules}");
    for year in 0..2 {
        write!(plan, "[[year]]\nclaims = [\"{year}.csv\"]\nweight = {}\n", year * 6 + 1).unwrap();
        let mut claims = "setl_id,maindiag_code,diag_codes,oprn_codes,age,medfee_sumamt\n".to_owned();
        for (at, case) in cases.iter().enumerate().filter(|(_, case)| case.year == year) {
            let (yuan, cents) = (case.fen / 100, case.fen % 100);
            let procedures = case.procedures.join("|");
            writeln!(
                claims,
                "S{at},{},{},{procedures},{},{yuan}.{cents:02}",
                case.main, case.others, case.age
            )
            .unwrap();
        }
        std::fs::write(folder.join(format!("{year}.csv")), claims).unwrap();
    }
    std::fs::write(folder.join("plan.toml"), plan).unwrap();
}

/// The rules and headers that a history is tried with.
const RULES: [&str; 4] = [
    "[core]\ncases_min = 3\n",
    "[core]\ncases_min = 1\n",
    "[core]\ncases_min = 2\ncoverage = \"0.6\"\n[trimming]\nmethod = \"iqr\"\ntimes = \"1.5\"\n",
    "[core]\ncases_min = 4\n[auxiliary]\ntype_cases_min = 4\ncases_min = 2\ncv_min = \"0.3\"\ncv_fall = \"0.05\"\n\
     decimals = 4\nmode = \"half-up\"\n",
];
const HEADERS: [&str; 5] = [
    "dx_characters = 4\nunlisted_operations = \"conservative\"\norder = [\"procedures\", \"kind\", \"mean-cost\"]\n",
    "dx_characters = 3\nunlisted_operations = \"therapeutic\"\n",
    "dx_characters = 6\nunlisted_operations = \"surgical\"\nall_procedures = false\n",
    "dx_characters = 4\nunlisted_operations = \"diagnostic\"\norder = [\"mean-cost\"]\nall_procedures = false\n",
    "dx_characters = 4\nunlisted_operations = \"surgical\"\norder = [\"kind\", \"procedures\"]\n",
];

fn made(folder: &Path, out: &str, threads: usize, block_bytes: usize) -> Box<PublishedDirectory> {
    let options = HistoryOptions {
        read: ReadOptions {
            threads: Some(threads),
            block_bytes,
        },
        ..HistoryOptions::default()
    };
    let outcome = directory(
        &folder.join("plan.toml"),
        &folder.join(out),
        &options,
        &Progress::default(),
    );
    match outcome.unwrap() {
        DirectoryOutcome::Published(made) => made,
        DirectoryOutcome::AlreadyThere(_) => panic!("nothing was there before"),
    }
}

/// A table's rows by its first column, each cell by its heading.
fn rows(path: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headings = reader.headers().unwrap().clone();
    let cells = |row: csv::StringRecord| {
        let named = headings
            .iter()
            .zip(&row)
            .map(|(heading, cell)| (heading.to_owned(), cell.to_owned()));
        (row[0].to_owned(), named.collect())
    };
    reader.records().map(|row| cells(row.unwrap())).collect()
}

/// Group code, factor and cost of every case, as `dianzhi group` gives them by the published directory.
fn grouped(folder: &Path, cases: &[Drawn]) -> Vec<(String, String, i64)> {
    let by = GroupBy::directory(&folder.join("made/dip"), GroupOptions::default()).unwrap();
    let job = GroupFiles {
        claims: vec![folder.join("?.csv").display().to_string()],
        out: folder.join("grouped.csv"),
        ..GroupFiles::default()
    };
    group_files(&by, &job, &Progress::default()).unwrap();
    let found = rows(&folder.join("grouped.csv"));
    let of = |(at, case): (usize, &Drawn)| {
        let row = &found[&format!("S{at}")];
        (row["group_code"].clone(), row["factor"].clone(), case.fen)
    };
    cases.iter().enumerate().map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_case_is_where_it_was_counted(cases in cases(), rules in 0usize..4, header in 0usize..5) {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path();
        write(folder, &cases, HEADERS[header], RULES[rules]);
        let has_type = |case: &Drawn| !matches!(case.main, "" | "?");
        prop_assume!(cases.iter().any(has_type));
        let published = made(folder, "made", 2, 1 << 16);
        let mut counted: BTreeMap<String, (u64, u64, i128)> = BTreeMap::new();
        for (code, _, fen) in grouped(folder, &cases) {
            let of = counted.entry(code).or_default();
            of.0 += 1;
            of.2 += i128::from(fen);
        }
        let ungrouped = counted.remove("BLANK").map_or(0, |(cases, ..)| cases);
        prop_assert_eq!(ungrouped, published.run.summary.ungrouped);
        let types = rows(&folder.join("made/report-types.csv"));
        prop_assert_eq!(types.keys().collect::<Vec<_>>(), counted.keys().collect::<Vec<_>>());
        for (code, (cases, _, fen)) in &counted {
            prop_assert_eq!(&types[code]["cases"], &cases.to_string(), "{}", code);
            if rules != 2 {
                // Untrimmed: the sums of the years are whole fen within half a fen a case.
                let year = |at: usize| {
                    let mean = types[code][&format!("mean_{at}")].replace('.', "").parse::<i128>().unwrap_or(0);
                    mean * types[code][&format!("cases_{at}")].parse::<i128>().unwrap()
                };
                prop_assert!((year(1) + year(2) - fen).unsigned_abs() <= u128::from(*cases));
            }
        }
        // Each type has a score, and the directory has each type.
        let scores = rows(&folder.join("made/groups.csv"));
        prop_assert_eq!(scores.keys().collect::<Vec<_>>(), types.keys().collect::<Vec<_>>());
        let grouper = DipGrouper::load(&folder.join("made/dip")).unwrap();
        let (core, basic, mixed) = grouper.directory().counts();
        let summary = published.run.summary;
        let counts = (core as u64, basic as u64, mixed as u64);
        prop_assert_eq!(counts, (summary.core, summary.basic, summary.mixed));
        let basic_cases = counted.iter().filter(|(code, _)| code.starts_with("JC-"));
        prop_assert_eq!(basic_cases.map(|(_, (cases, ..))| cases).sum::<u64>(), summary.basic_cases);
        let remarks = grouper.directory().remarks();
        prop_assert!(remarks.iter().all(|remark| remark.code == "S119"), "{:?}", remarks);
    }

    /// No number of threads and no size of blocks changes a byte.
    #[test]
    fn the_same_bytes(cases in cases(), rules in 0usize..4) {
        prop_assume!(cases.iter().any(|case| !matches!(case.main, "" | "?")));
        let scratch = tempfile::tempdir().unwrap();
        write(scratch.path(), &cases, HEADERS[0], RULES[rules]);
        let one = made(scratch.path(), "one", 1, 1 << 20);
        let many = made(scratch.path(), "many", 3, 97);
        prop_assert_eq!(&one.run, &many.run);
        for output in &one.run.outputs {
            let read = |out: &str| std::fs::read(scratch.path().join(out).join(&output.file)).unwrap();
            prop_assert_eq!(read("one"), read("many"), "{}", output.file);
        }
    }
}

fn drawn(main: &'static str, procedures: &[&'static str], yuan: i64) -> Drawn {
    Drawn {
        main,
        others: "",
        procedures: procedures.to_vec(),
        age: 50,
        fen: yuan * 100,
        year: 0,
    }
}

/// Two cases of an unlisted spelling and of a procedure more than any core type has.
#[test]
fn what_core_types_leave_is_mixed_and_what_nobody_is_in_is_gone() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let mut cases = vec![drawn("I21.000", &["36.0700"], 40_000); 3];
    cases.extend([
        drawn("I21.000", &["88.5500", "36.0700"], 70_000),
        drawn("I21.000", &["93.9400"], 900),
        drawn("I21.100", &["36.0700"], 30_000),
    ]);
    write(folder, &cases, HEADERS[0], RULES[0]);
    made(folder, "made", 1, 1 << 16);
    let types = std::fs::read_to_string(folder.join("made/dip/types.tsv")).unwrap();
    // No I21:diagnostic, and I21:surgical for I21.1 alone.
    let expected = "code\tkind\tdx\tpx\ttreatment\tmean_cost\tname\n\
        I21.0:36.0700\tcore\tI21.0\t36.0700\t\t40000.00\tI21.0 36.0700\n\
        I21:conservative\tmixed\tI21\t\tconservative\t\tI21 综合病种 保守治疗\n\
        I21:surgical\tmixed\tI21\t\tsurgical\t\tI21 综合病种 相关手术\n";
    assert_eq!(types, expected);
    let report = rows(&folder.join("made/report-types.csv"));
    let core = &report["I21.0:36.0700"];
    assert_eq!(
        (
            core["cases"].as_str(),
            core["exact_cases"].as_str(),
            core["mean"].as_str()
        ),
        ("4", "3", "47500.00")
    );
    assert_eq!(report["I21:surgical"]["cases"], "1");
    let again = directory(
        &folder.join("plan.toml"),
        &folder.join("made"),
        &HistoryOptions::default(),
        &Progress::default(),
    );
    assert!(matches!(again, Ok(DirectoryOutcome::AlreadyThere(_))));
}

/// A record whose codes would end a cell, a row or a list of a table is counted and writes nothing amiss.
#[test]
fn codes_that_no_table_holds_make_no_core_type() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let mut cases = vec![drawn("I2\t1.0", &["36.0700"], 10); 4];
    cases.extend(vec![drawn("I21.000", &["36+07"], 10); 4]);
    cases.extend(vec![drawn("A00-B99", &["36.0700"], 10); 4]);
    cases.extend(vec![drawn("K35", &["36.0700"], 10); 4]);
    write(folder, &cases, HEADERS[0], RULES[0]);
    let published = made(folder, "made", 1, 1 << 16);
    let summary = published.run.summary;
    assert_eq!((summary.core, summary.mixed_cases, summary.ungrouped), (0, 12, 4));
}

/// A file that two years name, by whatever patterns, is told and not counted twice.
#[test]
fn a_file_is_of_one_year() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    write(folder, &[drawn("J18.900", &[], 10)], HEADERS[0], RULES[0]);
    let plan = std::fs::read_to_string(folder.join("plan.toml")).unwrap();
    std::fs::write(folder.join("plan.toml"), plan.replace("\"1.csv\"", "\"[01].csv\"")).unwrap();
    let options = HistoryOptions::default();
    let refused = directory(
        &folder.join("plan.toml"),
        &folder.join("made"),
        &options,
        &Progress::default(),
    );
    let found = refused.err().unwrap().diagnostics();
    assert_eq!((found.len(), found[0].code), (1, "F112"));
    assert!(!folder.join("made").exists());
}
