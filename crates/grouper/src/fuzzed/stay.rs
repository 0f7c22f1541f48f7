//! A record out of any bytes.
//!
//! Three lines: figures and words with `;` between them in the order of [`Stay`], diagnoses, and
//! procedures, each with `|` between its codes. A code `#3` is the scheme's third, `*40 X` is X forty
//! times. Records stand behind one another, an empty line between them.

use crate::record::{Given, Record, Sex};

/// A record and its texts.
#[derive(Debug)]
pub(super) struct Stay {
    sex: Sex,
    figures: [Given; 5],
    medical_cost_fen: Option<i64>,
    department: String,
    discharge_way: String,
    diagnoses: Vec<String>,
    procedures: Vec<String>,
}

/// A code may be there so many times.
const TIMES_MAX: usize = 200;

impl Stay {
    /// The records of an input. `vocabulary` are the diagnoses and procedures that `#` counts.
    pub(super) fn all(text: &str, vocabulary: [&[String]; 2]) -> Vec<Stay> {
        let blocks = text.split("\n\n").take(8);
        blocks.map(|block| Stay::one(block, vocabulary)).collect()
    }

    fn one(text: &str, [diagnoses, procedures]: [&[String]; 2]) -> Stay {
        let mut lines = text.split('\n');
        let words: Vec<&str> = lines.next().unwrap_or("").split(';').collect();
        let word = |at: usize| words.get(at).copied().unwrap_or("");
        // Any whole number, also those that no text in a claims file gives.
        let figure = |at: usize| word(at).parse().map_or_else(|_| Given::whole(word(at)), Given::Is);
        let minutes = word(5)
            .parse()
            .map_or_else(|_| Given::hours_in_minutes(word(5)), Given::Is);
        Stay {
            sex: Sex::of(word(0)),
            figures: [figure(1), figure(2), figure(3), figure(4), minutes],
            medical_cost_fen: word(6).parse().ok(),
            department: word(7).to_owned(),
            discharge_way: word(8).to_owned(),
            diagnoses: codes(lines.next(), diagnoses),
            procedures: codes(lines.next(), procedures),
        }
    }

    pub(super) fn record<T>(&self, each: impl FnOnce(&Record<'_>) -> T) -> T {
        let diagnoses: Vec<&str> = self.diagnoses.iter().map(String::as_str).collect();
        let procedures: Vec<&str> = self.procedures.iter().map(String::as_str).collect();
        let [age_years, age_days, weight_grams, stay_days, icu_minutes] = self.figures;
        each(&Record {
            sex: self.sex,
            age_years,
            age_days,
            weight_grams,
            department: &self.department,
            stay_days,
            discharge_way: &self.discharge_way,
            icu_minutes,
            medical_cost_fen: self.medical_cost_fen,
            discharge_day: None,
            diagnoses: &diagnoses,
            procedures: &procedures,
        })
    }

    /// Whether every code that a result's reasons name is one of this record's own.
    pub(super) fn has_all(&self, named: &str) -> bool {
        // Where a record has none, none can be named.
        if named.is_empty() {
            return true;
        }
        let mut own = self.diagnoses.iter().chain(&self.procedures);
        named.split('|').all(|code| own.clone().any(|known| known == code)) || own.any(|known| known == named)
    }
}

fn codes(line: Option<&str>, vocabulary: &[String]) -> Vec<String> {
    let Some(line) = line.filter(|line| !line.is_empty()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for word in line.split('|') {
        let many = word.strip_prefix('*').and_then(|rest| rest.split_once(' '));
        let many = many.and_then(|(times, code)| Some((times.parse::<usize>().ok()?, code)));
        let (times, word) = many.unwrap_or((1, word));
        let nth = word.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
        let code = nth.and_then(|at| vocabulary.get(at)).map_or(word, String::as_str);
        for _ in 0..times.min(TIMES_MAX) {
            found.push(code.to_owned());
        }
    }
    found
}
