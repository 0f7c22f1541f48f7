//! Valid files: what they become, and where their values come from.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

use dianzhi_core::{
    Assessment, Decimal, FundShareMethod, GroupKind, Lang, PricingMethod, Remainder, RoundingMode, Sharing, Surplus,
};
use dianzhi_policy::{EncodingChoice, Region};
use std::path::{Path, PathBuf};

const VALID: &str = include_str!("valid.toml");

fn valid() -> Region {
    Region::parse(Path::new("here/region.toml"), VALID.to_owned()).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn every_value_arrives() {
    let text = VALID
        .replace("groups =", "encoding = \"gb18030\"\nprepayments = \"p.csv\"\ngroups =")
        .replace("floor_at_zero = false", "floor_at_zero = true\npool_ratio = \"0.7\"")
        .replace(
            "high = { ratio = \"2.0\", inclusive = false",
            "high = { ratio = \"2.0\", inclusive = true",
        )
        .replace("id = \"resident\"", "id = \"resident\"\nbase_rate = \"9876.54\"");
    let region = Region::parse(Path::new("region.toml"), text).unwrap();
    assert_eq!((region.code.as_str(), region.name.as_str()), ("320900", "示例市"));
    assert_eq!(region.year_start.to_string(), "2026-01-01");
    assert_eq!(region.year_end.to_string(), "2026-12-31");
    assert_eq!(region.files.claims, ["claims.csv"]);
    assert_eq!(region.files.encoding, EncodingChoice::Gb18030);
    assert_eq!(region.files.groups, "groups.csv");
    assert_eq!(region.files.hospitals, "hospitals.csv");
    assert_eq!(region.files.prepayments.as_deref(), Some("p.csv"));
    assert_eq!(region.columns["hifp_pay"], "统筹支付#1");
    let policy = region.policy;
    assert_eq!((policy.rounding.points, policy.rounding.point_value), (4, 6));
    assert_eq!(policy.rounding.mode, RoundingMode::HalfUp);
    assert_eq!(policy.rounding.remainder, Remainder::Fund);
    assert_eq!(policy.pools.len(), 2);
    assert_eq!(policy.pools[0].base_rate, None);
    assert_eq!(policy.pools[1].id, "resident");
    assert_eq!(policy.pools[1].insutype, ["390", "391"]);
    assert_eq!(policy.pools[1].budget, decimal("512345678.00"));
    assert_eq!(policy.pools[1].reserve, decimal("0.05"));
    assert_eq!(policy.pools[1].base_rate, Some(decimal("9876.54")));
    assert_eq!(policy.pricing.method, PricingMethod::Points);
    assert_eq!(policy.pricing.coefficient_not_for, [GroupKind::Basic]);
    assert_eq!(policy.pricing.mean_cost_all, decimal("9000"));
    assert_eq!(policy.pricing.scale, decimal("100"));
    assert_eq!(policy.deviation.low.ratio, decimal("0.5"));
    assert!(!policy.deviation.low.inclusive);
    assert_eq!(policy.deviation.high.ratio, decimal("2"));
    assert!(policy.deviation.high.inclusive);
    assert_eq!(policy.ungrouped_share, decimal("0.8"));
    assert_eq!(policy.fund_share.method, FundShareMethod::Difference);
    assert_eq!(policy.fund_share.pool_ratio, Some(decimal("0.7")));
    assert!(policy.fund_share.floor_at_zero);
    let surplus = Surplus::Floor {
        floor: decimal("0.85"),
        keep: decimal("1"),
    };
    assert_eq!(policy.clearing.surplus, surplus);
    assert_eq!(
        (policy.clearing.surplus_cap, policy.clearing.compensation_cap),
        (None, None)
    );
    assert_eq!(policy.clearing.sharing, Sharing::Progressive);
    assert!(policy.clearing.from_inclusive && policy.clearing.up_to_inclusive);
    assert!(policy.clearing_for.is_empty());
    assert_eq!(policy.clearing.overspend[1].up_to, decimal("1.2"));
    assert_eq!(policy.clearing.overspend[0].fund_share, decimal("0.5"));
    assert_eq!(policy.clearing.quality_deposit, decimal("0.05"));
    let by_score = Assessment::Score {
        full_from: decimal("90"),
        none_below: decimal("60"),
    };
    assert_eq!(policy.clearing.assessment, by_score);
    assert_eq!(policy.clearing.surplus_assessment, None);
}

/// `[clearing]` with bands, caps and sides, and `[[clearing_for]]` beside it.
#[test]
fn rules_of_clearing_arrive() {
    let (before, after) = VALID.split_once("surplus_floor = \"0.85\"").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    let bands = "surplus_bands = [ { from = \"0.9\", keep = \"1\" }, { from = \"0.8\", keep = \"0.5\" } ]\n\
        surplus_cap = \"0.05\"\ncompensation_cap = \"0.1\"\nsharing = \"whole\"\nfrom_inclusive = false\n\
        up_to_inclusive = false\n";
    let apart = "\n[[clearing_for]]\npools = [\"resident\"]\nsurplus_floor = \"0.8\"\nsurplus_keep = \"0.5\"\n\
        overspend = []\nquality_deposit = \"0\"\nassessment = { full_from = \"80\", none_below = \"60\" }\n\
        surplus_assessment = { steps = [ { from = \"90\", share = \"1\" }, { from = \"80\", share = \"0.8\" } ] }\n";
    let text = format!("{before}{bands}{after}{apart}");
    let region = Region::parse(Path::new("region.toml"), text).unwrap();
    let rules = region.policy.clearing_of(0).rules;
    let Surplus::Bands(bands) = &rules.surplus else {
        panic!("{:?}", rules.surplus)
    };
    assert_eq!((bands[1].from, bands[1].keep), (decimal("0.8"), decimal("0.5")));
    assert_eq!(rules.surplus_cap, Some(decimal("0.05")));
    assert_eq!(rules.compensation_cap, Some(decimal("0.1")));
    assert_eq!(rules.sharing, Sharing::Whole);
    assert!(!rules.from_inclusive && !rules.up_to_inclusive);
    let apart = region.policy.clearing_of(1).rules;
    assert_eq!(apart.quality_deposit, decimal("0"));
    let Some(Assessment::Steps(steps)) = &apart.surplus_assessment else {
        panic!("{:?}", apart.surplus_assessment)
    };
    assert_eq!((steps[1].from, steps[1].share), (decimal("80"), decimal("0.8")));
    assert_eq!(region.source("clearing_for[0].surplus_keep").unwrap().value, "\"0.5\"");
}

#[test]
fn other_ways_to_write_the_same() {
    let text = VALID
        .replace(
            "low = { ratio = \"0.5\", inclusive = false }",
            "low.ratio = '0.5'\nlow.inclusive = false",
        )
        .replace("share = \"0.8\"", "share = \"\"\"0.8\"\"\"");
    let other = Region::parse(Path::new("region.toml"), text).unwrap();
    assert_eq!(other.policy, valid().policy);
    assert_eq!(other.source("deviation.low.ratio").unwrap().value, "'0.5'");
}

#[test]
fn sources_cite_the_comment() {
    let region = valid();
    let note = |key: &str| region.source(key).unwrap().note;
    assert_eq!(note("rounding.points").as_deref(), Some("点数保留四位"));
    assert_eq!(note("rounding.point_value"), None);
    assert_eq!(note("columns.hifp_pay").as_deref(), Some("列名里的井号不是注释"));
    assert_eq!(note("pool[0].budget").as_deref(), Some("示例医保发〔2026〕1号 第三条"));
    assert_eq!(note("pool[0].reserve"), None);
    assert_eq!(note("deviation.low.ratio").as_deref(), Some("第七条 \"低倍率\""));
    assert_eq!(note("ungrouped.share"), None);
    assert_eq!(note("clearing.overspend").as_deref(), Some("第九条"));
    assert_eq!(note("clearing.overspend[0].up_to").as_deref(), Some("第九条第一款"));
    assert_eq!(note("clearing.overspend[1].up_to"), None);
    let budget = region.source("pool[0].budget").unwrap();
    assert_eq!(budget.value, "\"812345678.00\"");
    assert_eq!(
        VALID.lines().nth(usize::try_from(budget.line).unwrap() - 1).unwrap(),
        "budget = \"812345678.00\""
    );
    assert_eq!(budget.column, 10);
    assert_eq!(region.source("pool[1]").unwrap().value, "[[pool]]");
    assert_eq!(region.place("pool[0].budget").unwrap().line, budget.line);
    assert!(region.source("pool[2].budget").is_none());
    assert!(region.place("files.prepayments").is_none());
}

#[test]
fn paths_start_from_the_folder_of_the_file() {
    assert_eq!(valid().dir(), Path::new("here"));
    let bare = Region::parse(Path::new("region.toml"), VALID.to_owned()).unwrap();
    assert_eq!(bare.dir(), Path::new("."));
}

#[test]
fn unreadable_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in [folder.join("no-such-file.toml"), folder.to_owned()] {
        let errors = Region::load(&path).unwrap_err();
        assert_eq!(errors.0.len(), 1);
        assert_eq!(errors.0[0].code, "F101");
        assert!(errors.render(Lang::Zh).starts_with("错误[F101]: 读不了 "));
    }
}

#[test]
fn a_file_in_gbk_is_named_as_such() {
    let folder = std::env::temp_dir().join(format!("dianzhi-policy-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("region.toml");
    std::fs::write(&path, b"[region]\r\nname = \"\xca\xbe\xc0\xfd\"\r\n").unwrap();
    let errors = Region::load(&path).unwrap_err();
    std::fs::remove_dir_all(&folder).unwrap();
    let place = errors.0[0].place.as_ref().unwrap();
    assert_eq!((errors.0.len(), errors.0[0].code), (1, "P101"));
    // 示 in GBK is by chance a letter of UTF-8; 例 is not.
    assert_eq!((place.line, place.column), (2, Some(10)));
    assert!(errors.to_string().contains("UTF-8"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn each_reproducer_shows_its_own_code_and_no_other() {
    let folder = root().join("testdata/errors");
    let codes = dianzhi_policy::codes::all()
        .iter()
        // P128 is no mistake of a file, but of the day that a command asks for.
        .filter(|code| code.id.starts_with('P') && code.id != "P128");
    for code in codes {
        let path = folder.join(code.id).join("region.toml");
        let errors = Region::load(&path).unwrap_err();
        let found: Vec<&str> = errors.0.iter().map(|error| error.code).collect();
        assert!(
            !found.is_empty() && found.iter().all(|found| *found == code.id),
            "{errors}"
        );
        let place = errors.0[0].place.as_ref().unwrap();
        assert!(place.line > 2, "{errors}");
    }
}

#[test]
fn the_reference_regions_load() {
    let folder = root().join("../shared/reference");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: {} is not here", folder.display());
        return;
    };
    let mut loaded = 0;
    for entry in entries {
        let path = entry.unwrap().path().join("region.toml");
        if path.exists() {
            if let Err(errors) = Region::load(&path) {
                panic!("{errors}");
            }
            loaded += 1;
        }
    }
    assert!(loaded > 0, "no region in {}", folder.display());
}
