//! The tables that a city becomes.

use super::city::Sources;
use super::function::Lists;
use crate::scheme::tables::File;
use crate::scheme::{Atom, Condition, Header, OWN_LISTS};
use dianzhi_policy::Diagnostic;

/// A table as text.
pub(super) struct Table {
    name: String,
    text: String,
}

impl Table {
    pub(super) fn new(name: &str, columns: &[&str]) -> Table {
        let mut table = Table {
            name: name.to_owned(),
            text: String::new(),
        };
        table.row(columns);
        table
    }

    /// A row. Tabs in a field, which would end it, become blanks.
    pub(super) fn row(&mut self, fields: &[&str]) {
        for (i, field) in fields.iter().enumerate() {
            if i > 0 {
                self.text.push('\t');
            }
            let clean = |c: char| if c == '\t' || c == '\r' || c == '\n' { ' ' } else { c };
            self.text.extend(field.chars().map(clean));
        }
        self.text.push('\n');
    }

    pub(super) fn file(self) -> File {
        File {
            name: self.name,
            bytes: self.text.into_bytes(),
        }
    }
}

/// What the scheme says of itself.
pub(super) fn header(header: &Header) -> Result<File, Diagnostic> {
    Ok(File {
        name: "scheme.toml".to_owned(),
        bytes: header.to_toml()?.into_bytes(),
    })
}

/// The tables of what the sources say.
pub(super) fn tables(sources: &Sources) -> Vec<File> {
    let mut files = vec![
        mdcs(sources),
        diagnoses(sources),
        adrgs(sources),
        lists_of(
            "adrg_codes.tsv",
            "adrg",
            sources.rules.iter().map(|(_, name, rule)| (name, &rule.lists)),
        ),
        splits(sources),
    ];
    if !sources.lists.is_empty() {
        let lists = sources.lists.iter().map(|(drg, lists)| (drg, lists));
        files.push(lists_of("ex_codes.tsv", "drg", lists));
    }
    files
}

fn mdcs(sources: &Sources) -> File {
    let mut table = Table::new("mdc.tsv", &["order", "mdc", "cond", "qy", "adrgs"]);
    for (i, (code, mdc)) in sources.mdcs.iter().enumerate() {
        let mut names: Vec<&str> = mdc.rules.iter().map(|(name, _)| name.as_str()).collect();
        let mut branch = Condition(vec![Atom::Never]);
        if let Some((condition, _, _, before)) = &mdc.branch {
            names.insert((*before).min(names.len()), "|QY|");
            branch = condition.clone();
        }
        table.row(&[
            &i.to_string(),
            code,
            &mdc.gate.to_string(),
            &branch.to_string(),
            &names.join(","),
        ]);
    }
    table.file()
}

fn diagnoses(sources: &Sources) -> File {
    let mut table = Table::new("mdc_dx.tsv", &["mdc", "code", "region"]);
    for (mdc, sources) in &sources.mdcs {
        for (code, region) in &sources.diagnoses {
            table.row(&[mdc, code, region]);
        }
    }
    table.file()
}

fn adrgs(sources: &Sources) -> File {
    let mut table = Table::new("adrg.tsv", &["seq", "mdc", "pos", "adrg", "cond", "otherwise"]);
    let mut before: Option<&str> = None;
    let mut position = 0usize;
    for (i, (mdc, name, rule)) in sources.rules.iter().enumerate() {
        position = if before == Some(mdc) { position + 1 } else { 0 };
        before = Some(mdc);
        table.row(&[
            &i.to_string(),
            mdc,
            &position.to_string(),
            name,
            &rule.condition.to_string(),
            rule.otherwise.as_deref().unwrap_or("-"),
        ]);
    }
    table.file()
}

fn splits(sources: &Sources) -> File {
    let mut table = Table::new("drg.tsv", &["adrg", "pos", "drg", "cond"]);
    let mut before: Option<&str> = None;
    let mut position = 0usize;
    for (rule, drg, condition) in &sources.splits {
        position = if before == Some(rule) { position + 1 } else { 0 };
        before = Some(rule);
        table.row(&[rule, &position.to_string(), drg, &condition.to_string()]);
    }
    table.file()
}

/// Lists by owner, empty ones left out.
fn lists_of<'a>(name: &str, owner: &str, all: impl Iterator<Item = (&'a String, &'a Lists)>) -> File {
    let mut table = Table::new(name, &[owner, "list", "code", "label"]);
    for (owner, lists) in all {
        for (list, codes) in OWN_LISTS.iter().zip(lists) {
            for (code, label) in codes {
                table.row(&[owner, list, code, label]);
            }
        }
    }
    table.file()
}
