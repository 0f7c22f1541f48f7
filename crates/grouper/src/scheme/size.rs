//! How large a scheme may be. Tables of a few megabytes can ask for tables of many gigabytes once
//! they are compiled: rules times codes, conditions times codes. A scheme far beyond any that is
//! known is refused with a word, before memory is.

use super::tables::bad;
use super::{Atom, CodeKind, Condition, Scheme};
use crate::error::S123;
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;

/// Words of 64 bits that rows, and that sets, may take: 256 MiB. The largest known scheme has rows
/// of 0.4 million words, and 20,000 rules for 100,000 codes are just within.
const WORDS_MAX: usize = 1 << 25;
/// Questions that all rules together may ask with those of their gates.
const QUESTIONS_MAX: usize = 1 << 22;
/// Codes of lists of splits, each DRG's counted at each of its splits.
pub(super) const SPLIT_CODES_MAX: usize = 1 << 22;

impl Scheme {
    /// What of it is too large, if anything is.
    pub(super) fn excess(&self) -> Option<Diagnostic> {
        let rules = self.adrgs.len() + self.mdcs.len();
        let codes = self.diagnoses.len() + self.procedures.len();
        if rules.div_ceil(64).saturating_mul(codes) > WORDS_MAX {
            return Some(too_large(
                &format!("{rules} 条规则、{codes} 个编码"),
                &format!("{rules} rules and {codes} codes"),
            ));
        }
        let mut questions = 0usize;
        let mut words = 0usize;
        let mut of = |condition: &Condition, times: usize| {
            questions = questions.saturating_add(condition.0.len().saturating_mul(times));
            for atom in &condition.0 {
                if let Atom::Codes { kind, .. } = atom {
                    words = words.saturating_add(self.codes(*kind).len().div_ceil(64));
                }
            }
        };
        for mdc in &self.mdcs {
            of(&mdc.gate, mdc.end - mdc.first + 2);
            of(&mdc.ambiguous, 1);
        }
        for adrg in &self.adrgs {
            of(&adrg.condition, 2);
            adrg.splits.iter().for_each(|split| of(&split.condition, 1));
        }
        if questions > QUESTIONS_MAX {
            let zh = format!("各规则连同准入条件共 {questions} 个原子条件");
            return Some(too_large(&zh, &format!("{questions} atoms in rules and their gates")));
        }
        if words > WORDS_MAX {
            let [diagnoses, procedures] = [CodeKind::Diagnosis, CodeKind::Procedure].map(|kind| self.codes(kind).len());
            return Some(too_large(
                &format!("{questions} 个原子条件、{diagnoses} 个诊断、{procedures} 个手术"),
                &format!("{questions} atoms, {diagnoses} diagnoses and {procedures} procedures"),
            ));
        }
        None
    }
}

pub(crate) fn too_large(zh: &str, en: &str) -> Diagnostic {
    bad(
        S123,
        Text::new(
            format!("方案或目录过大，无法编译：{zh}"),
            format!("the scheme or directory is too large to be compiled: {en}"),
        ),
        Text::new(
            "已知最大的方案约有一千条规则、五万个编码；核对各表",
            "the largest known scheme has about a thousand rules and fifty thousand codes; look through the tables",
        ),
    )
}

#[cfg(test)]
mod tests {
    use crate::Grouper;
    use crate::engine::GroupOptions;
    use crate::record::{Given, Record, Sex};
    use crate::scheme::{Scheme, diff};
    use std::fmt::Write;

    /// Tables of one MDC whose other tables are given.
    fn read(tables: &[(&str, &str)]) -> Result<Scheme, dianzhi_policy::Diagnostics> {
        let mut all = vec![
            ("scheme.toml", "code = \"large\""),
            ("mdc.tsv", "mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\tB1"),
            ("mdc_dx.tsv", "mdc\tcode\tregion\nMDCB\tA1\t"),
            ("adrg.tsv", "adrg\tcond\totherwise\nB1\tdx0(mdc)\tB1"),
            ("adrg_codes.tsv", "adrg\tlist\tcode\tlabel"),
            ("drg.tsv", "adrg\tdrg\tcond"),
            ("mcc.tsv", "code\tgroup"),
            ("cc.tsv", "code\tgroup"),
            ("cce.tsv", "code\tgroup"),
            ("ss_valid.tsv", "code"),
        ];
        all.retain(|(name, _)| !tables.iter().any(|(other, _)| other == name));
        all.extend_from_slice(tables);
        Scheme::of_tables(&all)
    }

    fn rows(heading: &str, count: usize, row: impl Fn(usize) -> String) -> String {
        let mut text = heading.to_owned();
        (0..count).for_each(|i| write!(text, "\n{}", row(i)).unwrap());
        text
    }

    fn group(scheme: Scheme, diagnoses: &[&str]) -> String {
        let stay = Record {
            sex: Sex::Male,
            age_years: Given::Is(50),
            diagnoses,
            ..Record::default()
        };
        let grouper = Grouper::new(scheme, GroupOptions::default());
        let told = grouper.explain(&stay).grouping.group_code.to_owned();
        let found = grouper.group(&stay).group_code.to_owned();
        assert_eq!(found, told);
        found
    }

    #[test]
    fn ten_thousand_rules_and_a_hundred_thousand_codes() {
        let names: Vec<String> = (0..10_000).map(|i| format!("B{i}")).collect();
        let mdcs = format!("mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\t{}", names.join(","));
        let gated = rows("mdc\tcode", 100_000, |i| format!("MDCB\tA{i}"));
        let adrgs = rows("adrg\tcond\totherwise", 10_000, |i| format!("B{i}\tdx0(zd)\tB{i}"));
        let codes = rows("adrg\tlist\tcode", 100_000, |i| format!("B{}\tzd\tA{i}", i / 10));
        let scheme = read(&[
            ("mdc.tsv", &mdcs),
            ("mdc_dx.tsv", &gated),
            ("adrg.tsv", &adrgs),
            ("adrg_codes.tsv", &codes),
        ])
        .unwrap();
        assert_eq!(group(scheme, &["A76543"]), "B7654");
    }

    #[test]
    fn what_would_take_gigabytes_is_refused() {
        let names: Vec<String> = (0..30_000).map(|i| format!("B{i}")).collect();
        let mdcs = format!("mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\t{}", names.join(","));
        let adrgs = rows("adrg\tcond", 30_000, |i| format!("B{i}\ttrue"));
        let gated = rows("mdc\tcode", 100_000, |i| format!("MDCB\tA{i}"));
        let many_atoms = format!("adrg\tcond\nB1\ttrue{}", " & age<5".repeat(3_000_000));
        let one_drg = rows("adrg\tdrg\tcond", 10_000, |_| "B1\tB11\ttrue".into());
        let its_codes = rows("drg\tlist\tcode", 10_000, |i| format!("B11\tzd\tA{i}"));
        let splits = rows("adrg\tdrg\tcond", 30_000, |i| format!("B1\tB{i}\tdx(zd)"));
        let too_large: [&[(&str, &str)]; 4] = [
            &[("mdc.tsv", &mdcs), ("adrg.tsv", &adrgs), ("mdc_dx.tsv", &gated)],
            &[("adrg.tsv", &many_atoms)],
            &[("drg.tsv", &one_drg), ("ex_codes.tsv", &its_codes)],
            &[("mdc_dx.tsv", &gated), ("drg.tsv", &splits)],
        ];
        for tables in too_large {
            let mistakes = read(tables).unwrap_err();
            let codes: Vec<&str> = mistakes.0.iter().map(|mistake| mistake.code).collect();
            assert_eq!(codes, ["S123"]);
        }
        let more = vec!["x"; 1 + usize::try_from(super::super::PACKAGE_BYTES_MAX).unwrap()].concat();
        let mistakes = read(&[("zd_info.tsv", &more)]).unwrap_err();
        assert_eq!(mistakes.0[0].code, "S123");
    }

    /// More exclusion groups than sixteen bits count: two of them are not one.
    #[test]
    fn seventy_thousand_exclusion_groups() {
        let mcc = rows("code\tgroup", 70_000, |i| format!("M{i}\t{i}"));
        let scheme = read(&[
            ("mcc.tsv", &mcc),
            ("cce.tsv", "code\tgroup\nA1\t69999"),
            ("drg.tsv", "adrg\tdrg\tcond\nB1\tB11\tmcc\nB1\tB19\ttrue"),
        ])
        .unwrap();
        for (other, expected) in [("M69999", "B19"), ("M69998", "B11"), ("M65534", "B11"), ("M0", "B11")] {
            assert_eq!(group(scheme.clone(), &["A1", other]), expected, "{other}");
        }
    }

    /// Each of these took time with the square of its rows, minutes and more.
    #[test]
    fn large_tables_take_no_square_of_time() {
        let regions = rows("mdc\tcode\tregion", 200_000, |i| format!("MDCB\tA1\tpart {i}"));
        let labels = rows("adrg\tlist\tcode\tlabel", 200_000, |i| format!("B1\tss\t1\tl{i}"));
        let names: Vec<String> = (0..50_000).map(|i| format!("l{i}")).collect();
        let labelled = format!("adrg\tcond\nB1\tlabels({})", names.join("|"));
        let mdcs = rows("mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\tB1", 100_000, |i| {
            format!("M{i}\tfalse\t")
        });
        let splits = rows("adrg\tdrg\tcond", 100_000, |i| format!("B1\tB{i}\tage=={}", i % 100));
        let spelling = rows("code\tname", 200_000, |i| format!("{}{}\t", ["X", "x"][i % 2], i / 2));
        let inline: Vec<String> = (0..100_000).map(|i| format!("I{i}")).collect();
        let inline = format!("adrg\tcond\nB1\tdx0({{{}}})", inline.join(","));
        let bad = rows("code\tgroup", 200_000, |_| "M1".into());
        let tables: [&[(&str, &str)]; 7] = [
            &[("mdc_dx.tsv", &regions)],
            &[("adrg_codes.tsv", &labels), ("adrg.tsv", &labelled)],
            &[("mdc.tsv", &mdcs)],
            &[("drg.tsv", &splits)],
            &[("zd_info.tsv", &spelling)],
            &[("adrg.tsv", &inline)],
            &[("mcc.tsv", &bad)],
        ];
        for tables in tables {
            let start = std::time::Instant::now();
            match read(tables) {
                Ok(scheme) => {
                    let _ = (scheme.remarks(), scheme.tree());
                    assert_eq!(diff(&scheme, &scheme), []);
                    group(scheme, &["A1"]);
                }
                Err(mistakes) => assert!(mistakes.0.len() <= 10_001, "{}", mistakes.0.len()),
            }
            let name = tables[0].0;
            println!("{name}: {:?}", start.elapsed());
            // A few seconds at most on a slow machine, where the square took minutes.
            assert!(start.elapsed().as_secs() < 60, "{name}: {:?}", start.elapsed());
        }
    }
}
