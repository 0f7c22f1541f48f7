//! Whatever the text, there is an answer: a region or a list of mistakes that can be shown.

use dianzhi_core::Lang;
use dianzhi_policy::{Diagnostics, Region};
use std::path::Path;

/// Any bytes as a region file.
///
/// Seen to catch: a policy that breaks its own ranges let through; a mistake without a place.
#[allow(dead_code, reason = "not every test file that includes this has bytes")]
pub(crate) fn region(data: &[u8]) {
    match std::str::from_utf8(data) {
        Ok(text) => answers(text),
        Err(_) => {
            let file = tempfile::NamedTempFile::new().expect("a temporary file");
            std::fs::write(file.path(), data).expect("a written file");
            let mistakes = Region::load(file.path()).expect_err("it is not UTF-8");
            shown(&mistakes, data);
        }
    }
}

/// A region that reads back the same, or mistakes in the order of their lines.
pub(crate) fn answers(text: &str) {
    let parse = |text: &str| Region::parse(Path::new("region.toml"), text.to_owned());
    match parse(text) {
        Ok(region) => {
            for period in &region.periods {
                assert!(period.policy.breaches().is_empty());
                assert!(period.from <= period.to && region.period_on(period.to).is_some());
                assert!(region.values_in_force(Some(period.from)).is_ok());
            }
            assert_eq!(region.periods[0].from, region.year_start);
            assert_eq!(region.periods[region.periods.len() - 1].to, region.year_end);
            assert!(region.values().len() >= 20);
            for remark in region.remarks() {
                assert!(!remark.render(Lang::Zh).is_empty() && remark.place.is_some());
            }
            let written = |name: &str| region.source(&format!("pool[0].{name}")).is_some();
            let of_budget = ["budget", "share", "growth"].map(written);
            let of_budget = of_budget.into_iter().chain([region.place("pool[0].insured").is_some()]);
            assert!(of_budget.into_iter().any(|there| there));
            for key in [
                "clearing.overspend[0].up_to",
                "deviation.low",
                "region.code",
                "files.claims[0]",
                "columns",
            ] {
                let _ = (region.source(key), region.place(key));
            }
            assert_eq!(region.text, text);
            let again = parse(&region.text).expect("a region file that was read");
            assert_eq!(format!("{again:?}"), format!("{region:?}"));
        }
        Err(mistakes) => shown(&mistakes, text.as_bytes()),
    }
}

fn shown(mistakes: &Diagnostics, bytes: &[u8]) {
    assert!(!mistakes.0.is_empty());
    for lang in [Lang::Zh, Lang::En] {
        assert!(!mistakes.render(lang).is_empty());
    }
    let places = mistakes.0.iter().map(|mistake| mistake.place.as_ref());
    let lines: Vec<u64> = places.map(|place| place.expect("a place").line).collect();
    assert!(lines.is_sorted(), "{lines:?}");
    let count = bytes.iter().filter(|&&b| b == b'\n').count() as u64 + 1;
    assert!(
        lines.iter().all(|line| (1..=count).contains(line)),
        "{lines:?} of {count}"
    );
}
