//! Calibration from files: the example and its page, the same bytes whatever the threads, the tables
//! settled by, and each mistake of the inputs named.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod of_a_year;

use dianzhi::{
    CalibrateOutcome, HistoryOptions, Outcome, Progress, PublishedCalibration, ReadOptions, SettleOptions, calibrate,
    settle, verify,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/calibrate")
}

fn calibrated(file: &Path, out: &Path, options: &HistoryOptions) -> Box<PublishedCalibration> {
    match calibrate(file, out, options, &Progress::default()).unwrap() {
        CalibrateOutcome::Published(published) => published,
        CalibrateOutcome::AlreadyThere(_) => panic!("nothing was there before"),
    }
}

/// A table's rows by their first columns joined, each with its cells by heading.
fn table(path: &Path, keys: usize) -> BTreeMap<String, BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| line.split(','));
    let header: Vec<&str> = lines.next().unwrap().collect();
    let rows = lines.map(|cells| {
        let cells: Vec<&str> = cells.collect();
        let row = header
            .iter()
            .zip(&cells)
            .map(|(name, cell)| (name.to_string(), cell.to_string()));
        (cells[..keys].join(","), row.collect())
    });
    rows.collect()
}

/// The figures that examples/calibrate/README.md tells.
#[test]
fn the_example_does_what_its_page_says() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("calibrated");
    let published = calibrated(&example().join("calibration.toml"), &out, &HistoryOptions::default());
    let total = &published.scopes[0].calibrated.total;
    assert_eq!(
        (total.cases.as_slice(), total.ungrouped.iter().sum::<u64>()),
        (&[800u64; 3][..], 30)
    );
    let report = table(&out.join("report.csv"), 1);
    let mean = &report["mean_cost_all"];
    assert_eq!(
        (mean["value"].as_str(), mean["present"].as_str()),
        ("9126.68", "9600.00")
    );
    assert_eq!(
        (mean["trimmed_share"].as_str(), report["riv"]["value"].as_str()),
        ("0.035021", "0.815768")
    );
    assert_eq!(report["rescaled_by"]["value"], "1.003736688692");
    assert_eq!(
        (
            report["stable_groups"]["value"].as_str(),
            report["groups_without_cases"]["value"].as_str()
        ),
        ("111", "53")
    );
    let groups = table(&out.join("groups.csv"), 1);
    assert_eq!(
        (groups.len(), groups["BC11"]["base_points"].as_str()),
        (257, "331.2331")
    );
    assert_eq!(groups["BC11"]["mean_cost"], "43934.79");
    let adjustments = table(&out.join("adjustments.csv"), 2);
    assert_eq!(adjustments["2,BC11"]["weight_before"], "481.3887");
    assert_eq!(
        (
            adjustments["1,IV23"]["status"].as_str(),
            adjustments["1,IV23"]["weight_after"].as_str()
        ),
        ("refused", "")
    );
    for coefficient in table(&out.join("report-coefficients.csv"), 1).values() {
        let value = &coefficient["coefficient"];
        assert!(
            value.is_empty() || ("0.8000"..="1.2000").contains(&value.as_str()),
            "{value}"
        );
    }
    let forecast = &table(&out.join("forecast.csv"), 1)["employee"];
    let values =
        ["value_low", "value", "value_high"].map(|name| forecast[name].parse::<dianzhi::engine::Decimal>().unwrap());
    assert!(values.is_sorted() && forecast["distributable"] == "2470000.00");
    // Once more: these very results are there. Something else is not overwritten.
    let again = calibrate(
        &example().join("calibration.toml"),
        &out,
        &HistoryOptions::default(),
        &Progress::default(),
    );
    assert!(matches!(again.unwrap(), CalibrateOutcome::AlreadyThere(_)));
    fs::write(out.join("groups.csv"), "other").unwrap();
    let failure = calibrate(
        &example().join("calibration.toml"),
        &out,
        &HistoryOptions::default(),
        &Progress::default(),
    );
    assert_eq!(failure.err().unwrap().diagnostics()[0].code, "F107");
}

#[test]
fn the_bytes_do_not_depend_on_threads_or_blocks() {
    let scratch = tempfile::tempdir().unwrap();
    let bytes = |name: &str, threads, block_bytes| {
        let out = scratch.path().join(name);
        let options = HistoryOptions {
            read: ReadOptions {
                threads: Some(threads),
                block_bytes,
            },
            ..HistoryOptions::default()
        };
        calibrated(&example().join("calibration.toml"), &out, &options);
        let mut files: Vec<PathBuf> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let named = files
            .iter()
            .map(|path| (path.file_name().unwrap().to_owned(), fs::read(path).unwrap()));
        named.collect::<Vec<_>>()
    };
    let first = bytes("a", 1, 512 << 10);
    assert!(first.len() > 10);
    assert_eq!(first, bytes("b", 3, 4 << 10));
}

/// The new tables settle a year, and the run verifies.
#[test]
fn the_results_are_tables_that_settle_takes() {
    let scratch = tempfile::tempdir().unwrap();
    let home = scratch.path();
    let by_group = fs::read_to_string(example().join("calibration.toml")).unwrap();
    let by_group = by_group
        .replace("by = \"hospital\"", "by = \"level-and-group\"")
        .replace("measure = \"case-mix\"", "#")
        .replace("region = \"", &format!("region = \"{}/", example().display()))
        .replace("file = \"", &format!("file = \"{}/", example().display()));
    fs::write(home.join("by-group.toml"), by_group).unwrap();
    calibrated(
        &example().join("calibration.toml"),
        &home.join("by-hospital"),
        &HistoryOptions::default(),
    );
    calibrated(
        &home.join("by-group.toml"),
        &home.join("by-group"),
        &HistoryOptions::default(),
    );
    fs::copy(example().join("2025/claims.csv"), home.join("claims.csv")).unwrap();
    let region = fs::read_to_string(example().join("2025/region.toml")).unwrap();
    let with_hospitals = region.replace("\"../", "\"by-hospital/");
    let with_coefficients = region
        .replace(
            "\"../groups.csv\"",
            "\"by-group/groups.csv\"\ncoefficients = \"by-group/coefficients.csv\"",
        )
        .replace(
            "\"../hospitals.csv\"",
            &format!("\"{}/hospitals.csv\"", example().display()),
        )
        + "\n[coefficients]\nmissing = \"one\"\n";
    for (name, text) in [("hospitals", with_hospitals), ("coefficients", with_coefficients)] {
        let file = home.join(format!("{name}.toml"));
        fs::write(&file, text).unwrap();
        let out = home.join(format!("run-{name}"));
        let outcome = settle(&file, &out, &SettleOptions::default(), &Progress::default()).unwrap();
        let Outcome::Published(run) = outcome else {
            panic!("nothing was there before");
        };
        assert_eq!((run.run.records.accepted, run.run.records.rejected_total()), (800, 0));
        assert!(verify(&out, None, None, &Progress::default()).unwrap().is_sound());
    }
}

/// Funds apart: each pool's groups by themselves, and together they are the whole.
#[test]
fn pools_apart() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("apart.toml");
    let text = fs::read_to_string(example().join("calibration.toml")).unwrap();
    let text = text
        .replace("funds = \"together\"", "funds = \"apart\"")
        .replace("region = \"", &format!("region = \"{}/", example().display()));
    let (before, behind) = text.split_once("[adjustments]").unwrap();
    let (_, behind) = behind.split_once("[coefficients]").unwrap();
    fs::write(&file, format!("{before}[coefficients]{behind}")).unwrap();
    let out = scratch.path().join("out");
    let published = calibrated(&file, &out, &HistoryOptions::default());
    let pools: Vec<&str> = published
        .scopes
        .iter()
        .filter_map(|scope| scope.pool.as_deref())
        .collect();
    assert_eq!(pools, ["employee", "resident"]);
    let cases: u64 = published
        .scopes
        .iter()
        .flat_map(|scope| &scope.calibrated.total.cases)
        .sum();
    assert_eq!(cases, 2_400);
    assert!(out.join("groups-employee.csv").is_file() && out.join("report-groups-resident.csv").is_file());
    // The forecast is of one pool.
    let rows = |pool: &str| table(&out.join(format!("forecast-{pool}.csv")), 1).len();
    assert_eq!((rows("employee"), rows("resident")), (1, 0));
}

/// With pools apart an opinion changes the weights of its pool and of no other.
/// Seen to fail where an opinion was of every pool.
#[test]
fn opinions_of_a_pool_are_its_own() {
    let scratch = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(example().join("calibration.toml")).unwrap();
    let text = text.replace("region = \"", &format!("region = \"{}/", example().display()));
    let text = text.replace("funds = \"together\"", "funds = \"apart\"");
    let file = scratch.path().join("calibration.toml");
    fs::write(&file, text).unwrap();
    let weight = |value: &str| {
        let rows = format!("1,resident,BC11,weight,{value},adopted,专家组,理由\n");
        let head = "round,pool,group_code,change,value,status,proposed_by,reason\n";
        fs::write(scratch.path().join("adjustments.csv"), head.to_owned() + &rows).unwrap();
        let out = scratch.path().join(value);
        let options = HistoryOptions::default();
        calibrate(&file, &out, &options, &Progress::default()).unwrap_or_else(|failure| panic!("{failure}"));
        let of = |pool: &str| fs::read_to_string(out.join(format!("groups-{pool}.csv"))).unwrap();
        let told = fs::read_to_string(out.join("adjustments-employee.csv")).unwrap();
        assert_eq!(told.lines().count(), 1, "{told}");
        (of("employee"), of("resident"))
    };
    let ((employee, resident), (same, other)) = (weight("300"), weight("400"));
    assert_eq!(employee, same);
    assert_ne!(resident, other);
}

/// What is wrong with a calibration is told at once, each with its place, and nothing is published.
#[test]
fn mistakes_are_named() {
    let scratch = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(example().join("calibration.toml")).unwrap();
    let text = text.replace("region = \"", &format!("region = \"{}/", example().display()));
    let codes = |text: &str, adjustments: &str| {
        let file = scratch.path().join("calibration.toml");
        fs::write(&file, text).unwrap();
        fs::write(scratch.path().join("adjustments.csv"), adjustments).unwrap();
        let out = scratch.path().join("out");
        let failure = calibrate(&file, &out, &HistoryOptions::default(), &Progress::default())
            .err()
            .unwrap();
        assert!(!out.exists());
        let found = failure.diagnostics();
        assert!(found.iter().all(|diagnostic| diagnostic.place.is_some()), "{found:?}");
        found.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>()
    };
    let head = "round,group_code,change,value,status,proposed_by,reason\n";
    let good = format!("{head}1,BC11,factor,1.1,adopted,专家组,理由\n");
    let bad = text
        .replace("times = \"1.5\"\n", "low = \"0.1\"\n")
        .replace("cv_max = \"1\"", "cv_max = \"0\"")
        .replace("decimals = 4", "decimals = 40")
        .replace("weight = 7", "weight = \"7\"");
    assert_eq!(codes(&bad, &good), ["P104", "P109", "P109", "P106", "P106", "P106"]);
    assert_eq!(
        codes(&text, &format!("{head}1,ZZ99,factor,1.1,open,专家组,理由\n")),
        ["T108"]
    );
    assert_eq!(codes(&text, &format!("{head}0,BC11,times,-1,yes,,\n")).len(), 6);
    // Pools that are apart have weights of their own: opinions say which.
    let apart = text.replace("funds = \"together\"", "funds = \"apart\"");
    assert_eq!(codes(&apart, &good), ["T108"]);
    assert_eq!(
        codes(
            &text,
            "round,pool,group_code,change,value,status,proposed_by,reason\n1,employee,BC11,factor,1.1,adopted,专家组,理由\n"
        ),
        ["T108"]
    );
    // A least coefficient that its decimals would make 0.
    let fine = text.replace("low = \"0.8\"", "low = \"0.00001\"");
    assert_ne!(fine, text);
    assert_eq!(codes(&fine, &good), ["P106"]);
    // CF13 has no case and, being in the present table, present points; without them nothing can be multiplied.
    let left_out = text.replace("without_cases = \"present\"", "without_cases = \"leave-out\"");
    assert_eq!(
        codes(&left_out, &format!("{head}1,CF13,factor,1.1,adopted,专家组,理由\n")),
        ["A121"]
    );
    let turned = text
        .replace("2024/region.toml", "X")
        .replace("2023/region.toml", "2024/region.toml");
    let turned = turned
        .replace("X/region.toml", "2023/region.toml")
        .replace("/X\"", "/2023/region.toml\"");
    assert_eq!(codes(&turned, &good), ["F112"]);
    assert_eq!(
        codes(&text.replace("pool = \"employee\"", "pool = \"employees\""), &good),
        ["F112"]
    );
}

/// One year, nothing trimmed, settled again by its own weights under a policy that redistributes nothing:
/// every stable group is paid what it cost, but for the roundings.
#[test]
fn settled_by_its_own_weights_a_group_is_paid_what_it_cost() {
    let scratch = tempfile::tempdir().unwrap();
    let home = scratch.path();
    let claims = fs::read_to_string(example().join("2025/claims.csv")).unwrap();
    let costs: Vec<(String, i64)> = claims
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[6].to_owned(), cells[4].replace('.', "").parse().unwrap())
        })
        .collect();
    let total: i64 = costs.iter().map(|(_, cost)| cost).sum();
    // One pool of all, no reserve, no outliers, coefficients of 1, fund points.
    let region = fs::read_to_string(example().join("2025/region.toml")).unwrap();
    let (head, tail) = region.split_once("[[pool]]").unwrap();
    let (_, tail) = tail.split_once("[pricing]").unwrap();
    let yuan = format!("{}.{:02}", total / 100, total % 100);
    let pool = format!(
        "[[pool]]\nid = \"all\"\ninsutype = [\"310\", \"390\", \"391\"]\nbudget = \"{yuan}\"\nreserve = \"0\"\n\n"
    );
    let region = format!("{head}{pool}[pricing]{tail}")
        .replace("../groups.csv", "groups.csv")
        .replace("../hospitals.csv", "hospitals.csv")
        .replace("points = 4", "points = 8")
        .replace("point_value = 6", "point_value = 10")
        .replace("low  = { ratio = \"0.5\"", "low  = { ratio = \"0\"")
        .replace("high = { ratio = \"2.0\"", "high = { ratio = \"100000\"")
        .replace("share = \"0.8\"", "share = \"1\"")
        .replace("method = \"difference\"", "method = \"fund-points\"");
    fs::write(home.join("region.toml"), &region).unwrap();
    fs::write(home.join("claims.csv"), &claims).unwrap();
    fs::copy(example().join("groups.csv"), home.join("groups.csv")).unwrap();
    let hospitals = fs::read_to_string(example().join("hospitals.csv")).unwrap();
    let ones = hospitals.lines().enumerate().map(|(at, line)| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if at > 0 {
            cells[3] = "1";
        }
        cells.join(",")
    });
    fs::write(home.join("hospitals.csv"), ones.collect::<Vec<_>>().join("\n")).unwrap();
    let plan = "[calibration]\ntitle = \"t\"\nfunds = \"together\"\n[[year]]\nregion = \"region.toml\"\nweight = 1\n\
                [trimming]\nmethod = \"none\"\n[stability]\ncv_max = \"1\"\ncv_inclusive = true\ncases_min = 5\nsd = \"sample\"\n\
                [weights]\nmethod = \"cost\"\nscale = \"100\"\ndecimals = 8\nmode = \"half-up\"\nunstable = \"weight\"\nwithout_cases = \"present\"\n";
    fs::write(home.join("calibration.toml"), plan).unwrap();
    let published = calibrated(
        &home.join("calibration.toml"),
        &home.join("out"),
        &HistoryOptions::default(),
    );
    let scope = &published.scopes[0];
    let mean = table(&home.join("out/report.csv"), 1)["mean_cost_all"]["value"].clone();
    fs::write(
        home.join("settled.toml"),
        region
            .replace("\"groups.csv\"", "\"out/groups.csv\"")
            .replace("\"9600.00\"", &format!("\"{mean}\"")),
    )
    .unwrap();
    let run = home.join("run");
    settle(
        &home.join("settled.toml"),
        &run,
        &SettleOptions::default(),
        &Progress::default(),
    )
    .unwrap();
    let mut paid: BTreeMap<String, i64> = BTreeMap::new();
    for row in table(&run.join("claims.csv"), 1).into_values() {
        *paid.entry(row["group_code"].clone()).or_default() += row["due"].replace('.', "").parse::<i64>().unwrap();
    }
    let mut stable = 0;
    for (group, found) in scope
        .history
        .groups
        .iter()
        .zip(&scope.calibrated.groups)
        .filter(|(_, found)| found.stable)
    {
        let cost: i64 = costs
            .iter()
            .filter(|(code, _)| *code == group.code)
            .map(|(_, cost)| cost)
            .sum();
        // Half a fen of each payment. Ungrouped cases are worth cost over a mean rounded to the fen, which
        // moves the point value by less than one in a million: at most one fen a case of 10,000 yuan.
        let cases = i64::try_from(found.cases_in_all()).unwrap();
        let reach = cases + cost / 1_000_000;
        assert!(
            (paid[&group.code] - cost).abs() <= reach,
            "{}: {} for {cost}",
            group.code,
            paid[&group.code]
        );
        stable += 1;
    }
    assert!(stable > 30, "{stable} stable groups");
}
