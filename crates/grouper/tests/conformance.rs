//! Every record of the six reference schemes, compared with its recorded result.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;

use common::{references, schemes};
use dianzhi_grouper::{GroupOptions, Grouper, Status};

fn status(word: &str) -> Status {
    match word {
        "分组成功" => Status::Grouped,
        "歧义病案" => Status::Ambiguous,
        "无法入组" => Status::Ungrouped,
        "信息校验不通过" => Status::CheckFailed,
        "诊断不能转换为分组器支持的编码" => Status::DiagnosisUntranslated,
        "手术操作不能转换为分组器支持的编码" => Status::ProcedureUntranslated,
        other => panic!("unknown status {other}"),
    }
}

fn compare(scheme: &str, file: &str, translate: bool) -> Option<Vec<String>> {
    let folder = schemes()?.join(scheme);
    let options = GroupOptions {
        verbatim: true,
        translate,
    };
    let grouper = Grouper::load(&folder).unwrap().with(options);
    let references = references(&folder.join(file));
    let mut differ = Vec::new();
    for reference in &references {
        let [mdc, adrg, drg, word] = &reference.expected;
        reference.record(|record| {
            let found = grouper.group(record);
            let same = (found.mdc, found.adrg, found.group_code) == (mdc, adrg, drg) && found.status == status(word);
            if !same {
                differ.push(format!(
                    "{} {}: {mdc},{adrg},{drg},{word} but found {},{},{},{:?} ({}) {:?}",
                    reference.index,
                    reference.case,
                    found.mdc,
                    found.adrg,
                    found.group_code,
                    found.status,
                    found.reason(),
                    record
                ));
            }
        });
    }
    println!(
        "{scheme}/{file}: {} of {} records agree",
        references.len() - differ.len(),
        references.len()
    );
    Some(differ)
}

fn agrees(scheme: &str) {
    if let Some(differ) = compare(scheme, "reference.csv", false) {
        assert!(
            differ.is_empty(),
            "{} differ:\n{}",
            differ.len(),
            differ[..differ.len().min(10)].join("\n")
        );
    }
}

#[test]
fn chs_drg_11() {
    agrees("chs_drg_11");
}

#[test]
fn yancheng_2023() {
    agrees("yancheng_2023");
}

#[test]
fn fuzhou_2022() {
    agrees("fuzhou_2022");
}

#[test]
fn zhejiang_2022() {
    agrees("zhejiang_2022");
}

#[test]
fn changzhou_2022() {
    agrees("changzhou_2022");
}

#[test]
fn foshan_2022() {
    agrees("foshan_2022");
}

#[test]
fn translated() {
    if let Some(differ) = compare("chs_drg_11", "reference-translate.csv", true) {
        assert!(
            differ.is_empty(),
            "{} differ:\n{}",
            differ.len(),
            differ[..differ.len().min(40)].join("\n")
        );
    }
}
