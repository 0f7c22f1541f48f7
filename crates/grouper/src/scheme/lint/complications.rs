//! Complications of both kinds.

use super::{Lint, few};
use crate::error::W211;
use dianzhi_core::Text;
use rustc_hash::FxHashSet;

pub(super) fn look(lint: &mut Lint<'_>) {
    let mcc: FxHashSet<u32> = lint.scheme.mcc.iter().map(|row| row.code).collect();
    let both = lint.scheme.cc.iter().filter(|row| mcc.contains(&row.code));
    let (codes, lines): (Vec<String>, Vec<u32>) = both.map(|row| (lint.diagnosis(row.code), row.line)).unzip();
    if !codes.is_empty() {
        let (count, named) = (codes.len(), few(&codes));
        let text = Text::new(
            format!("{count} 个诊断既是 MCC 又是 CC：{named}"),
            format!("both MCC and CC: {}: {named}", super::codes(count)),
        );
        lint.remark(W211, "cc.tsv", lines, text, codes);
    }
}
