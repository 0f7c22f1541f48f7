//! The codes that the types of a directory name.

use super::directory::{Asks, Diagnoses, DipDirectory, DipType, Treatment};
use crate::rule_codes::{DrawnFrom, RuleCodes};

impl DipDirectory {
    pub(crate) fn drawn_from(&self) -> DrawnFrom {
        let rule = |known: &DipType| RuleCodes {
            diagnoses: known.diagnoses.iter().map(written).collect(),
            secondary: Vec::new(),
            procedures: match &known.asks {
                Asks::Procedures(all) => all.clone(),
                Asks::Treatment(Treatment::Conservative) => Vec::new(),
                Asks::Treatment(treatment) => {
                    let of_class = self.operations.iter().filter(|row| row.class == Some(*treatment));
                    vec![of_class.map(|row| row.code.clone()).collect()]
                }
            },
        };
        let auxiliary = &self.auxiliary;
        let graded = auxiliary
            .severity
            .iter()
            .chain(&auxiliary.tumour)
            .map(|row| &row.diagnoses);
        let scored = auxiliary.cci.iter().map(|row| &row.diagnoses);
        DrawnFrom {
            rules: self.types.iter().map(rule).collect(),
            secondary: graded.chain(scored).map(written).collect(),
        }
    }
}

/// A code that these diagnoses take: the beginning itself, or the first category of a range.
fn written(diagnoses: &Diagnoses) -> String {
    match diagnoses {
        Diagnoses::Prefix(prefix) => prefix.clone(),
        Diagnoses::Range(from, _) => from.clone(),
    }
}
