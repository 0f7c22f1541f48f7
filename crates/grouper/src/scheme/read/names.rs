//! Names and translations.

use super::Reader;
use crate::codes::Codes;
use crate::scheme::Translation;

impl Reader<'_> {
    pub(super) fn names(&mut self) {
        self.table(
            "drg_names.tsv",
            false,
            &["drg", "name"],
            &[],
            |this, _, _, [drg, name]| {
                this.scheme.drg_names.push((drg.to_owned(), name.to_owned()));
            },
        );
        self.table(
            "zd_info.tsv",
            false,
            &["code", "name"],
            &[],
            |this, _, _, [code, name]| {
                let code = this.scheme.diagnoses.insert(code);
                this.scheme.diagnosis_names.push(code, name);
            },
        );
        self.table(
            "ss_info.tsv",
            false,
            &["code", "name"],
            &[],
            |this, _, _, [code, name]| {
                let code = this.scheme.procedures.insert(code);
                this.scheme.procedure_names.push(code, name);
            },
        );
    }

    pub(super) fn translations(&mut self) {
        self.table(
            "zd_map.tsv",
            false,
            &["code", "to"],
            &[],
            |this, _, line, [from, to]| {
                let translation = translation(&mut this.scheme.diagnoses, from, to, line);
                this.scheme.diagnosis_map.push(translation);
            },
        );
        self.table(
            "ss_map.tsv",
            false,
            &["code", "to"],
            &[],
            |this, _, line, [from, to]| {
                let translation = translation(&mut this.scheme.procedures, from, to, line);
                this.scheme.procedure_map.push(translation);
            },
        );
        self.table(
            "departments.tsv",
            false,
            &["code", "dept"],
            &[],
            |this, _, _, [code, dept]| {
                this.scheme.departments.push((code.to_owned(), dept.to_owned()));
            },
        );
    }
}

fn translation(codes: &mut Codes, from: &str, to: &str, line: u32) -> Translation {
    // One published map has a code with a blank before it; no code begins with one.
    let trimmed = to.trim();
    let (to, has_blank) = (trimmed, trimmed.len() < to.len());
    Translation {
        from: codes.insert(from),
        has_blank,
        to: (!matches!(to, "" | "-")).then(|| codes.insert(to)),
        line,
    }
}
