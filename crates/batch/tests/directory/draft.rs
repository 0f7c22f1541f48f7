//! What the plan and the draft say beside the history: basic types, names, the days of years; and how their mistakes
//! are told.
//!
//! Seen to fail: with basic types left out; with days of discharge not held against their year; with names looked up
//! by codes with their point; with `J18.9` and `J189` as one combination of which one spelling was written; with the
//! help of S121 left as it was.

use super::*;
use dianzhi_policy::Diagnostic;

/// Runs the plan; what is told, whether it was published or not.
fn told(folder: &Path) -> Vec<Diagnostic> {
    let out = folder.join("told");
    let options = HistoryOptions {
        replace: true,
        ..HistoryOptions::default()
    };
    match directory(&folder.join("plan.toml"), &out, &options, &Progress::default()) {
        Ok(DirectoryOutcome::Published(made) | DirectoryOutcome::AlreadyThere(made)) => made.warnings,
        Err(failure) => failure.diagnostics(),
    }
}

/// The one message of a code.
fn of<'d>(told: &'d [Diagnostic], code: &str) -> &'d Diagnostic {
    let all: Vec<&Diagnostic> = told.iter().filter(|one| one.code == code).collect();
    assert_eq!(all.len(), 1, "{code}: {told:?}");
    all[0]
}

fn file_and_line(told: &Diagnostic) -> (String, u64) {
    let place = told.place.as_ref().unwrap();
    (place.file.replace('\\', "/"), place.line)
}

fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file}: {from}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

/// Three cases of a core type, two of another subcategory that the draft's basic type takes.
fn with_basic(folder: &Path, basic: &str) {
    let mut cases = vec![drawn("I21.000", &["36.0700"], 40_000); 3];
    cases.extend(vec![drawn("I21.100", &["36.0700"], 30_000); 2]);
    cases.push(drawn("I21.100", &["88.5500"], 6_000));
    write(folder, &cases, HEADERS[0], RULES[0]);
    std::fs::write(folder.join("draft/types.tsv"), basic).unwrap();
}

const TYPES: &str = "code\tkind\tdx\tpx\ttreatment\tmean_cost\tname\n\
    JC-1\tbasic\tI20|I21\t36.0600|36.0700\t\t\t冠脉支架\n\
    I21.9\tcore\tI21.9\t\t\t1.00\t去年的核心病种\n\
    JC-2\tbasic\tZ51\t99.2500\t\t5000.00\t化疗\n";

#[test]
fn basic_types_are_the_drafts_and_get_scores() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    // As an editor may save it.
    with_basic(folder, &format!("\u{feff}{}", TYPES.replace('\n', "\r\n")));
    let published = made(folder, "made", 2, 1 << 16);
    let types = std::fs::read_to_string(folder.join("made/dip/types.tsv")).unwrap();
    let expected = "code\tkind\tdx\tpx\ttreatment\tmean_cost\tname\n\
        I21.0:36.0700\tcore\tI21.0\t36.0700\t\t40000.00\tI21.0 36.0700\n\
        JC-1\tbasic\tI20|I21\t36.0600|36.0700\t\t\t冠脉支架\n\
        I21:diagnostic\tmixed\tI21\t\tdiagnostic\t\tI21 综合病种 诊断性操作\n";
    assert_eq!(types, expected);
    let report = rows(&folder.join("made/report-types.csv"));
    let basic = &report["JC-1"];
    assert_eq!(
        (
            basic["cases"].as_str(),
            basic["mean"].as_str(),
            basic["exact_cases"].as_str()
        ),
        ("2", "30000.00", "")
    );
    // (3 · 40,000 + 2 · 30,000 + 6,000) ÷ 6 = 31,000
    assert_eq!(rows(&folder.join("made/groups.csv"))["JC-1"]["base_points"], "967.7419");
    let summary = published.run.summary;
    assert_eq!((summary.basic, summary.basic_cases), (1, 2));
    assert!(of(&published.warnings, "W178").text.en.ends_with("JC-2"));
}

#[test]
fn a_code_of_the_history_is_no_other_types() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    with_basic(folder, &TYPES.replace("JC-1", "I21.0:36.0700"));
    let found = told(folder);
    assert_eq!(file_and_line(of(&found, "S115")), ("draft/types.tsv".to_owned(), 2));
    with_basic(folder, TYPES);
    change(folder, "draft/directory.toml", "BLANK", "I21:diagnostic");
    let found = told(folder);
    // The third line of the draft's directory.toml.
    assert_eq!(
        file_and_line(of(&found, "S115")),
        ("draft/directory.toml".to_owned(), 3)
    );
    // A mistake of the draft's own rows is where it stands, behind rows that are not looked at.
    with_basic(folder, &TYPES.replace("\tZ51\t", "\tZ51.000\t"));
    assert_eq!(
        file_and_line(of(&told(folder), "S114")),
        ("draft/types.tsv".to_owned(), 4)
    );
    // A core type of three characters and a mixed one fit the same cases, and this order has nothing that tells them
    // apart.
    let cases = vec![drawn("J18.900", &[], 100); 3];
    let header = "dx_characters = 3\nunlisted_operations = \"surgical\"\norder = [\"procedures\"]\n";
    write(folder, &cases, header, RULES[0]);
    std::fs::remove_file(folder.join("draft/types.tsv")).unwrap();
    let found = told(folder);
    let told = of(&found, "S116");
    assert_eq!(file_and_line(told), ("draft/directory.toml".to_owned(), 6));
    assert!(told.help.en.contains("mean-cost"));
}

#[test]
fn types_are_named_by_the_tables_of_names() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let mut cases = vec![drawn("I21.000", &["36.0700", "88.5500"], 40_000); 3];
    cases.extend([drawn("I21.100", &["36.0700"], 30_000), drawn("J18.900", &[], 3_000)]);
    write(folder, &cases, HEADERS[0], RULES[0]);
    change(
        folder,
        "plan.toml",
        "draft = \"draft\"\n",
        "draft = \"draft\"\nnames = [\"dx.csv\", \"px.csv\"]\n",
    );
    let diagnoses = "诊断代码,诊断名称\ni210,急性前壁心肌梗死\nI21,急性心肌梗死\nI21,急性心肌梗死\n";
    std::fs::write(folder.join("dx.csv"), diagnoses).unwrap();
    std::fs::write(folder.join("px.csv"), "code,name\n36.0700,冠状动脉支架置入术\n").unwrap();
    let published = made(folder, "made", 1, 1 << 16);
    let names: BTreeMap<String, String> = rows(&folder.join("made/groups.csv"))
        .into_iter()
        .map(|(code, row)| (code, row["name"].clone()))
        .collect();
    // What has no name keeps its code.
    assert_eq!(
        names["I21.0:36.0700+88.5500"],
        "急性前壁心肌梗死 冠状动脉支架置入术+88.5500"
    );
    assert_eq!(names["I21:surgical"], "急性心肌梗死 综合病种 相关手术");
    assert_eq!(names["J18:conservative"], "J18 综合病种 保守治疗");
    let inputs: Vec<&str> = published.run.inputs.iter().map(|input| input.path.as_str()).collect();
    assert!(inputs.contains(&"dx.csv") && inputs.contains(&"px.csv"));
    std::fs::write(folder.join("px.csv"), "code,name\n36.0700,甲\n360700,乙\n,丙\n").unwrap();
    let found = told(folder);
    // The mistake of a row hides those of the table.
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["T106"]);
    std::fs::write(folder.join("px.csv"), "code,name\n36.0700,甲\n360700,乙\n").unwrap();
    assert_eq!(file_and_line(of(&told(folder), "T107")), ("px.csv".to_owned(), 3));
}

/// A diagnosis with the point and without it is one: its type names both spellings.
#[test]
fn the_point_makes_no_second_diagnosis() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let mut cases = vec![drawn("J18.900", &[], 3_000); 2];
    cases.extend([
        drawn("J18900", &[], 6_000),
        drawn("", &[], 10),
        drawn("", &["36.0700"], 10),
    ]);
    write(folder, &cases, HEADERS[0], RULES[0]);
    let published = made(folder, "made", 1, 1 << 16);
    let types = std::fs::read_to_string(folder.join("made/dip/types.tsv")).unwrap();
    let row = "J18.9\tcore\tJ18.9|J189\t\t\t4000.00\tJ18.9 保守治疗\n";
    assert_eq!(types.lines().count(), 2);
    assert!(types.ends_with(row), "{types}");
    assert_eq!(published.run.summary.core_cases, 3);
    let report = rows(&folder.join("made/report.csv"));
    // A record without a diagnosis is none.
    assert_eq!(report["combinations"]["value"], "1");
}

/// Claims of two years with their days of discharge.
fn dated(folder: &Path, years: [&[&str]; 2], more: [&str; 2]) {
    write(folder, &[drawn("J18.900", &[], 10)], HEADERS[0], RULES[1]);
    for (year, days) in years.iter().enumerate() {
        let mut claims = "setl_id,maindiag_code,diag_codes,oprn_codes,medfee_sumamt,dscg_time\n".to_owned();
        for (at, day) in days.iter().enumerate() {
            writeln!(claims, "S{year}{at},J18.900,,,10.00,{day}").unwrap();
        }
        std::fs::write(folder.join(format!("{year}.csv")), claims).unwrap();
        let section = format!("[[year]]\nclaims = [\"{year}.csv\"]\n");
        change(folder, "plan.toml", &section, &format!("{section}{}", more[year]));
    }
}

#[test]
fn days_of_discharge_are_held_against_the_years() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let days: [&[&str]; 2] = [
        &["2024-01-01", "2025-01-01"],
        &["2024-12-31", "2025-12-31", "", "2025-02-30"],
    ];
    dated(folder, days, ["", ""]);
    let found = told(folder);
    let text = &of(&found, "W177").text.en;
    assert!(
        text.contains("number 2") && text.contains("2024-12-31") && text.contains("2025-01-01"),
        "{text}"
    );
    let report = rows(&folder.join("told/report.csv"));
    assert_eq!(report["last_discharge_2"]["value"], "2025-12-31");
    let said = [
        "year_start = \"2024-01-01\"\nyear_end = \"2024-12-31\"\n",
        "year_start = \"2025-01-01\"\nyear_end = \"2025-12-31\"\n",
    ];
    dated(folder, days, said);
    let found = told(folder);
    assert!(found.iter().all(|one| one.code != "W177"));
    let rejects = std::fs::read_to_string(folder.join("told/rejects.csv")).unwrap();
    let codes: Vec<&str> = rejects
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(4).unwrap())
        .collect();
    assert_eq!(codes, ["E107", "E107", "E102", "E105"]);
    // Half of it, days that end before they start, and years that overlap.
    for (more, code) in [
        (["year_start = \"2024-01-01\"\n", ""], "P109"),
        (["year_start = \"2024-12-31\"\nyear_end = \"2024-01-01\"\n", ""], "P108"),
        ([said[0], said[0]], "P109"),
    ] {
        dated(folder, days, more);
        assert_eq!(told(folder).iter().map(|one| one.code).collect::<Vec<_>>(), [code]);
    }
    // A file without the column cannot be held against its year.
    dated(folder, days, said);
    change(folder, "1.csv", "dscg_time", "day");
    assert_eq!(told(folder).iter().map(|one| one.code).collect::<Vec<_>>(), ["T102"]);
}

#[test]
fn mistakes_speak_of_the_plan() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let fresh = || write(folder, &vec![drawn("J18.900", &[], 10); 3], HEADERS[0], RULES[0]);
    fresh();
    change(folder, "plan.toml", "\"1.csv\"", "\"2*.csv\"");
    let found = told(folder);
    let missing = of(&found, "F102");
    assert!(
        missing.help.en.contains("year[1].claims") && missing.place.is_some(),
        "{missing:?}"
    );
    fresh();
    change(folder, "plan.toml", "[\"1.csv\"]", "[]");
    assert_eq!(of(&told(folder), "P106").text.en, "year[1].claims is an empty list");
    fresh();
    change(folder, "plan.toml", "draft = \"draft\"", "draft = \"nowhere\"");
    let found = told(folder);
    let missing = of(&found, "S109");
    assert!(
        missing.text.en.contains("nowhere") && missing.place.is_some(),
        "{missing:?}"
    );
    fresh();
    std::fs::remove_file(folder.join("draft/operations.tsv")).unwrap();
    assert!(of(&told(folder), "W176").text.en.contains("counts as conservative"));
    fresh();
    change(folder, "plan.toml", "decimals = 4", "decimals = 12");
    change(folder, "plan.toml", "scale = \"1000\"", "scale = \"100000000000\"");
    let found = told(folder);
    assert!(of(&found, "A131").help.en.contains("weights.decimals"), "{found:?}");
    write(folder, &vec![drawn("?", &[], 10); 3], HEADERS[0], RULES[0]);
    assert!(of(&told(folder), "A131").text.en.contains("category"));
    // Factors of three catalogues that no exact product can be made of.
    let mut cases = vec![drawn("J18.900", &[], 100_000); 12];
    for (at, case) in cases.iter_mut().enumerate() {
        case.age = if at % 2 == 0 { 80 } else { 50 };
        case.others = ["N18.900", "J96.000", ""][at % 3];
        case.fen = [700_001, 300][at % 2] * [7, 3, 1][at % 3];
    }
    let rules = RULES[3]
        .replace("decimals = 4", "decimals = 12")
        .replace("\"0.05\"", "\"0.0001\"");
    write(
        folder,
        &cases,
        &format!("{}[auxiliary]\ncombine = \"product\"\n", HEADERS[0]),
        &rules,
    );
    std::fs::write(folder.join("draft/severity.tsv"), "dx\tgrade\nJ96\tsevere\n").unwrap();
    let grades =
        "catalogue\tlevel\tgrade\tdeath\tstay_from\tstay_to\nseverity\tsevere\tsevere\t\t\t\nseverity\tmild\t\t\t\t\n";
    std::fs::write(folder.join("draft/grades.tsv"), grades).unwrap();
    let found = told(folder);
    assert!(of(&found, "S121").help.en.contains("auxiliary.decimals"), "{found:?}");
}

/// Every procedure that the draft lacks is told, those of the most cases first.
#[test]
fn unlisted_procedures_are_named() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let mut cases = vec![drawn("I21.000", &["11.1100"], 10); 3];
    cases.extend(vec![drawn("I21.000", &["a-b"], 10); 4]);
    write(folder, &cases, HEADERS[0], RULES[0]);
    let found = told(folder);
    let text = &of(&found, "W173").text.en;
    assert!(
        text.ends_with(": 2, which count as conservative: a-b, 11.1100"),
        "{text}"
    );
}
