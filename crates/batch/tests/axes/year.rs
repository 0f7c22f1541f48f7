//! A region-year small enough to be settled by hand: one section, one table, one claim changed at a
//! time, and the figures of its run.

use dianzhi_batch::{Progress, SettleOptions, settle, verify};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Mean cost 10,000.00 yuan, 100 points a case of it; fund points; nothing kept back.
const REGION: &str = r#"[region]
code = "990100"
name = "示例市"
year_start = "2026-01-01"
year_end = "2026-12-31"

[rounding]
points = 4
point_value = 4
money = 2
mode = "half-up"
remainder = "fund"

[[pool]]
id = "p"
insutype = ["310"]
budget = "30000.00"
reserve = "0"

[pricing]
method = "points"
coefficient_not_for = ["basic"]
mean_cost_all = "10000.00"
scale = "100"

[deviation]
low = { ratio = "0.5", inclusive = false }
high = { ratio = "2.0", inclusive = false }

[ungrouped]
share = "0.8"

[fund_share]
method = "fund-points"
floor_at_zero = false

[clearing]
surplus_floor = "0.85"
surplus_keep = "1"
overspend = [{ up_to = "1.10", fund_share = "0.5" }]
quality_deposit = "0"
assessment = { full_from = "90", none_below = "60" }
"#;

const GROUPS: &str = "group_code,name,kind,base_points,mean_cost
G1,普通病组,core,100,10000.00
G2,较重病组,core,200,20000.00
B1,基层病组,basic,100,10000.00
T1,中医病组,tcm,80,8000.00
";

/// H1 of level 3 with coefficient 1.1, H2 of level 2 with 1, H3 of level 1 with 0.8.
const HOSPITALS: &str = "fixmedins_code,name,level,coefficient,assessment_score,alliance
H1,市医院,3,1.1,95,
H2,县医院,2,1,80,A
H3,卫生院,1,0.8,50,A
";

/// A year in the making.
pub(crate) struct Year {
    sections: Vec<(String, String)>,
    tables: BTreeMap<&'static str, String>,
}

impl Year {
    /// The year above, with these claims (a header and rows).
    pub(crate) fn new(claims: &str) -> Year {
        let mut year = Year {
            sections: Vec::new(),
            tables: BTreeMap::new(),
        };
        for section in REGION.split("\n\n") {
            year = year.add(section);
        }
        year.table("groups.csv", GROUPS)
            .table("hospitals.csv", HOSPITALS)
            .table("claims.csv", claims)
    }

    /// Puts sections in the place of all that have their headers, or behind the others.
    pub(crate) fn with(mut self, sections: &str) -> Year {
        let parts: Vec<&str> = sections.trim().split("\n\n").collect();
        for part in &parts {
            self.sections.retain(|(header, _)| header != header_of(part));
        }
        parts.iter().fold(self, |year, part| year.add(part))
    }

    /// One more section, whatever its header.
    pub(crate) fn add(mut self, section: &str) -> Year {
        self.sections
            .push((header_of(section).to_owned(), section.trim().to_owned()));
        self
    }

    /// One text of a section put in another's place, which must be there.
    pub(crate) fn replace(mut self, from: &str, to: &str) -> Year {
        let found = self.sections.iter_mut().find(|(_, text)| text.contains(from));
        let (_, text) = found.unwrap_or_else(|| panic!("no section says {from}"));
        *text = text.replacen(from, to, 1);
        self
    }

    /// A table, named under `[files]`; its first row is its header.
    pub(crate) fn table(mut self, name: &'static str, rows: &str) -> Year {
        self.tables.insert(name, rows.to_owned());
        self
    }

    fn region(&self) -> String {
        let files = self.tables.keys().map(|name| match *name {
            "claims.csv" => "claims = [\"claims.csv\"]".to_owned(),
            name => format!("{} = \"{name}\"", name.trim_end_matches(".csv").replace('-', "_")),
        });
        let files = files.collect::<Vec<_>>().join("\n");
        let sections: Vec<&str> = self.sections.iter().map(|(_, text)| text.as_str()).collect();
        format!("{}\n\n[files]\n{files}\n", sections.join("\n\n"))
    }

    /// Settles the year, and has every figure found again by the second path.
    pub(crate) fn settle(&self) -> Settled {
        let folder = tempfile::tempdir().expect("a folder");
        let out = self.write_and_settle(folder.path()).unwrap_or_else(|e| panic!("{e}"));
        let verdict = verify(&out, None, None, &Progress::default()).expect("a run to verify");
        assert!(verdict.is_sound() && verdict.is_complete(), "{verdict:?}");
        let tables = fs::read_dir(&out).expect("the run").filter_map(|entry| {
            let path = entry.expect("a file").path();
            let name = path.file_name()?.to_str()?.to_owned();
            name.ends_with(".csv").then(|| (name, crate::common::table(&path)))
        });
        Settled(tables.collect())
    }

    /// The codes of what is wrong with the year.
    pub(crate) fn refused(&self) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        match self.write_and_settle(folder.path()) {
            Ok(_) => Vec::new(),
            Err(failure) => failure.diagnostics().iter().map(|d| d.code.to_string()).collect(),
        }
    }

    /// Settles the year into a folder, and gives its run directory.
    pub(crate) fn run_in(&self, folder: &Path) -> std::path::PathBuf {
        self.write_and_settle(folder).unwrap_or_else(|e| panic!("{e}"))
    }

    fn write_and_settle(&self, folder: &Path) -> Result<std::path::PathBuf, dianzhi_batch::Failure> {
        for (name, rows) in &self.tables {
            fs::write(folder.join(name), rows).expect("a table");
        }
        let region = folder.join("region.toml");
        fs::write(&region, self.region()).expect("a region file");
        let out = folder.join("run");
        settle(&region, &out, &SettleOptions::default(), &Progress::default())?;
        Ok(out)
    }
}

fn header_of(section: &str) -> &str {
    section.trim().lines().next().unwrap_or_default()
}

/// The tables of a run.
pub(crate) struct Settled(BTreeMap<String, Vec<Vec<String>>>);

impl Settled {
    /// A column of the row whose first columns are `key`.
    pub(crate) fn cell(&self, table: &str, key: &[&str], column: &str) -> &str {
        let rows = self.0.get(table).unwrap_or_else(|| panic!("no {table}"));
        let (header, rows) = rows.split_first().expect("a header");
        let at = header.iter().position(|name| name == column);
        let at = at.unwrap_or_else(|| panic!("{table} has no column {column}"));
        let row = rows
            .iter()
            .find(|row| row.iter().zip(key).all(|(cell, key)| cell == key));
        &row.unwrap_or_else(|| panic!("{table} has no row {key:?}"))[at]
    }

    pub(crate) fn claim(&self, id: &str, column: &str) -> &str {
        self.cell("claims.csv", &[id], column)
    }

    /// Class, points and due of a claim.
    pub(crate) fn paid(&self, id: &str) -> (&str, &str, &str) {
        (
            self.claim(id, "case_class"),
            self.claim(id, "points"),
            self.claim(id, "due"),
        )
    }

    pub(crate) fn hospital(&self, code: &str, column: &str) -> &str {
        self.cell("hospitals.csv", &["p", code], column)
    }

    pub(crate) fn pool(&self, id: &str, column: &str) -> &str {
        self.cell("pools.csv", &[id], column)
    }

    /// The code of a rejected claim.
    pub(crate) fn rejected(&self, id: &str) -> &str {
        let rows = &self.0["rejects.csv"];
        let row = rows.iter().find(|row| row[2] == id);
        &row.unwrap_or_else(|| panic!("{id} is not rejected"))[4]
    }
}
