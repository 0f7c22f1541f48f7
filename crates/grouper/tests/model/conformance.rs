//! Engine and model on every record of the reference schemes.

use super::{OPTIONS, engine};
use crate::references::{references, schemes};
use dianzhi_grouper::model::Model;
use dianzhi_grouper::{Grouper, Scheme};

fn compare(scheme: &str, file: &str) {
    let Some(folder) = schemes() else { return };
    let folder = folder.join(scheme);
    let tables = Scheme::load(&folder).unwrap();
    let references = references(&folder.join(file));
    for options in OPTIONS {
        let grouper = Grouper::new(tables.clone(), options);
        let model = Model::new(&tables, options);
        let mut differ = Vec::new();
        for reference in &references {
            reference.record(|record| {
                let (found, expected) = (engine(&grouper, record), model.group(record));
                if found != expected {
                    differ.push(format!(
                        "{}: {expected:?} but found {found:?}\n{record:?}",
                        reference.index
                    ));
                }
            });
        }
        let agree = references.len() - differ.len();
        println!(
            "{scheme}/{file} {options:?}: {agree} of {} records agree",
            references.len()
        );
        differ.truncate(5);
        assert!(differ.is_empty(), "{}", differ.join("\n"));
    }
}

#[test]
fn chs_drg_11() {
    compare("chs_drg_11", "reference.csv");
    compare("chs_drg_11", "reference-translate.csv");
}

#[test]
fn yancheng_2023() {
    compare("yancheng_2023", "reference.csv");
}

#[test]
fn fuzhou_2022() {
    compare("fuzhou_2022", "reference.csv");
}

#[test]
fn zhejiang_2022() {
    compare("zhejiang_2022", "reference.csv");
}

#[test]
fn changzhou_2022() {
    compare("changzhou_2022", "reference.csv");
}

#[test]
fn foshan_2022() {
    compare("foshan_2022", "reference.csv");
}
