//! Any record, grouped by two schemes.

use super::atoms;
use super::known::Both;
use super::stay::Stay;
use crate::scheme::Scheme;
use std::sync::OnceLock;

macro_rules! teaching {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../../../examples/group-claims/scheme/", $name)))),*]
    };
}

const TEACHING: [(&str, &str); 16] = teaching!(
    "scheme.toml" "mdc.tsv" "mdc_dx.tsv" "adrg.tsv" "adrg_codes.tsv" "drg.tsv" "mcc.tsv" "cc.tsv" "cce.tsv"
    "ss_valid.tsv" "drg_names.tsv" "zd_info.tsv" "ss_info.tsv" "zd_map.tsv" "ss_map.tsv" "departments.tsv"
);

/// The teaching scheme, and one with every kind of atom.
fn schemes() -> &'static [Both] {
    static SCHEMES: OnceLock<Vec<Both>> = OnceLock::new();
    SCHEMES.get_or_init(|| {
        let schemes = [Scheme::of_tables(&TEACHING), Scheme::of_tables(&atoms::tables())];
        schemes.into_iter().map(|scheme| Both::new(&scheme.unwrap())).collect()
    })
}

/// The engine and the model give the same, explained or not, and nothing of one record shows in
/// another's answer.
pub fn record(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for both in schemes() {
        let [diagnoses, procedures] = &both.vocabulary;
        both.check(&Stay::all(&text, [diagnoses, procedures]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Grouper;
    use crate::engine::GroupOptions;

    /// Four threads that share a grouper give each record what it gets alone.
    #[test]
    fn threads_share_a_grouper() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/record");
        let scheme = Scheme::of_tables(&atoms::tables()).unwrap();
        let both = Both::new(&scheme);
        let [diagnoses, procedures] = &both.vocabulary;
        let mut stays = Vec::new();
        for entry in std::fs::read_dir(corpus).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            stays.extend(Stay::all(&String::from_utf8_lossy(&bytes), [diagnoses, procedures]));
        }
        let options = GroupOptions {
            verbatim: false,
            translate: true,
        };
        let alone = |stay: &Stay| {
            let grouper = Grouper::new(scheme.clone(), options);
            stay.record(|record| format!("{:?}", grouper.group(record)))
        };
        let expected: Vec<String> = stays.iter().map(alone).collect();
        let grouper = Grouper::new(scheme.clone(), options);
        std::thread::scope(|scope| {
            for offset in 0..4 {
                let (grouper, stays, expected) = (&grouper, &stays, &expected);
                scope.spawn(move || {
                    for i in 0..50 * stays.len() {
                        let at = (i * 7 + offset * 3) % stays.len();
                        let found = stays[at].record(|record| format!("{:?}", grouper.group(record)));
                        assert_eq!(found, expected[at]);
                    }
                });
            }
        });
    }
}
