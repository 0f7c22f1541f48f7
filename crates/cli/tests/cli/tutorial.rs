//! examples/add-a-region: every command of its page is run, and every piece of file and output on
//! it is compared.

use crate::run::{copy, run};
use std::fs;
use std::path::{Path, PathBuf};

fn tutorial() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/add-a-region")
}

/// One fenced block of the page.
struct Block {
    kind: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    for part in page.split("```").skip(1).step_by(2) {
        let (kind, text) = part.split_once('\n').unwrap();
        found.push(Block {
            kind: kind.to_owned(),
            text: text.to_owned(),
        });
    }
    found
}

/// A line with single blanks: columns are as wide as the widest figure.
fn plain(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_page_does_what_it_says() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    copy(&tutorial(), at);
    let read = |name: &str| fs::read_to_string(at.join(name)).unwrap();
    let page = read("README.md");
    let policies = [read("skeleton.toml"), read("region.toml")];
    let tables: String = ["claims.csv", "hospitals.csv", "prepayments.csv", "enrolment.csv"]
        .map(read)
        .concat();
    let (mut said, mut commands): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for block in blocks(&page) {
        match block.kind.as_str() {
            "toml" => assert!(
                policies.iter().any(|policy| policy.contains(&block.text)),
                "in neither region file:\n{}",
                block.text
            ),
            "csv" => {
                for line in block.text.lines() {
                    assert!(tables.lines().any(|row| row == line), "in no table: {line}");
                }
            }
            "sh" => {
                said.clear();
                for line in block.text.lines() {
                    let done = run(at, line.strip_prefix("dianzhi ").unwrap()).exits(0);
                    said.extend((done.stdout + &done.stderr).lines().map(plain));
                    commands.push(line.to_owned());
                }
            }
            "text" => {
                for line in block.text.lines().map(plain) {
                    assert!(said.contains(&line), "not said: {line}\nbut:\n{}", said.join("\n"));
                }
            }
            _ => {}
        }
    }
    for command in ["synth", "check", "policy lint", "settle", "explain", "verify"] {
        let called = |line: &String| line.starts_with(&format!("dianzhi {command} "));
        assert!(commands.iter().any(called), "the page shows no {command}");
    }
}

/// The tables are what `synth` makes of the skeleton, with the rows that the page speaks of.
#[test]
fn the_year_is_the_synthetic_one_and_twenty_claims() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    copy(&tutorial(), at);
    run(at, "synth --claims 120 --seed 5 --region skeleton.toml --out year").exits(0);
    let read = |name: &str| fs::read_to_string(at.join(name)).unwrap();
    assert_eq!(read("groups.csv"), read("year/groups.csv"));
    for (table, more) in [("hospitals.csv", 1), ("prepayments.csv", 2)] {
        let (own, made) = (read(table), read(&format!("year/{table}")));
        assert!(own.starts_with(&made), "{table}");
        assert_eq!(own.lines().count(), made.lines().count() + more, "{table}");
    }
    let (own, made) = (read("claims.csv"), read("year/claims.csv"));
    let mut rows = own.lines();
    for (i, line) in made.lines().enumerate() {
        // One more column, of which plain stays have nothing.
        let column = if i == 0 { ",dscg_caty" } else { "," };
        assert_eq!(rows.next(), Some(format!("{line}{column}").as_str()));
    }
    assert_eq!(rows.filter(|row| row.starts_with("YZ-")).count(), 20);
}

/// No article of the text is left out, and none is named that it does not have.
#[test]
fn every_article_is_written() {
    let read = |name: &str| fs::read_to_string(tutorial().join(name)).unwrap();
    let (policy, region) = (read("policy.md"), read("region.toml"));
    let articles: Vec<&str> = policy
        .split("**")
        .filter(|part| part.starts_with('第') && part.ends_with('条'))
        .collect();
    assert_eq!(articles.len(), 12);
    for article in &articles {
        let cited = |line: &str| line.split(['，', '：']).next().unwrap().ends_with(article);
        assert!(region.lines().any(cited), "{article} is not in region.toml");
    }
    let cited = region.lines().filter_map(|line| line.split("# ").nth(1));
    for note in cited.filter(|note| note.starts_with('第')) {
        let article = note.split_inclusive('条').next().unwrap();
        assert!(articles.contains(&article), "{note}");
    }
}
