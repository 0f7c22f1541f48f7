//! Translations that meet, or that lead nowhere.

use super::{Lint, few};
use crate::codes::CodeId;
use crate::error::{W205, W213, W214, W215};
use crate::scheme::{CodeKind, Translation};
use dianzhi_core::Text;
use dianzhi_policy::codes::Code;
use rustc_hash::{FxHashMap, FxHashSet};

pub(super) fn look(lint: &mut Lint<'_>) {
    let scheme = lint.scheme;
    let gated = scheme.mdcs.iter().flat_map(|mdc| &mdc.diagnoses);
    let gated: FxHashSet<CodeId> = gated.map(|entry| entry.code).collect();
    map(lint, CodeKind::Diagnosis, "zd_map.tsv", &scheme.diagnosis_map, &gated);
    let none = FxHashSet::default();
    map(lint, CodeKind::Procedure, "ss_map.tsv", &scheme.procedure_map, &none);
}

fn map(lint: &mut Lint<'_>, kind: CodeKind, file: &'static str, rows: &[Translation], gated: &FxHashSet<CodeId>) {
    let mut becomes: FxHashMap<CodeId, Option<CodeId>> = FxHashMap::default();
    let mut again = Vec::new();
    for row in rows {
        // The last row of a code counts.
        if becomes.insert(row.from, row.to).is_some() {
            again.push(row);
        }
    }
    tell(lint, kind, file, W205, &again, |count, named| {
        Text::new(
            format!("{count} 行转换的是已有转换的编码，以最后一行为准：{named}"),
            format!(
                "a second row for a code, the last one counts: {}: {named}",
                super::codes(count)
            ),
        )
    });
    let changes = |from: CodeId, to: CodeId| from != to;
    let chained = rows.iter().filter(|row| {
        row.to.is_some_and(|to| {
            changes(row.from, to)
                && becomes
                    .get(&to)
                    .is_some_and(|next| next.is_none_or(|next| changes(to, next)))
        })
    });
    tell(lint, kind, file, W213, &chained.collect::<Vec<_>>(), |count, named| {
        Text::new(
            format!("{count} 个编码转换后的编码自身又有转换；只转换一次：{named}"),
            format!(
                "chains, of which only the first step is taken: {}: {named}",
                super::codes(count)
            ),
        )
    });
    let blank = rows.iter().filter(|row| row.has_blank);
    tell(lint, kind, file, W214, &blank.collect::<Vec<_>>(), |count, named| {
        Text::new(
            format!("{count} 个转换结果带空格，读取时去掉：{named}"),
            format!(
                "blanks around what a code becomes, which are dropped: {}: {named}",
                super::codes(count)
            ),
        )
    });
    let lost = rows
        .iter()
        .filter(|row| gated.contains(&row.from) && row.to.is_some_and(|to| !gated.contains(&to)));
    tell(lint, kind, file, W215, &lost.collect::<Vec<_>>(), |count, named| {
        Text::new(
            format!("{count} 个可入组的诊断转换成没有 MDC 收的诊断；方案各表都没有转换结果的，不予转换：{named}"),
            format!(
                "taken by an MDC, but not what it becomes; where no table names that, the code stays: {}: {named}",
                super::codes(count)
            ),
        )
    });
}

/// The codes are those that are translated and what each becomes.
fn tell(
    lint: &mut Lint<'_>,
    kind: CodeKind,
    file: &'static str,
    code: Code,
    rows: &[&Translation],
    text: impl Fn(usize, &str) -> Text,
) {
    if rows.is_empty() {
        return;
    }
    let known = lint.scheme.codes(kind);
    let name = |id: CodeId| known.text(id).to_owned();
    let shown = |row: &&Translation| match row.to {
        Some(to) => format!("{}→{}", name(row.from), name(to)),
        None => format!("{}→", name(row.from)),
    };
    let codes: Vec<String> = rows.iter().map(shown).collect();
    let text = text(codes.len(), &few(&codes));
    let lines = rows.iter().map(|row| row.line).collect();
    lint.remark(code, file, lines, text, codes);
}
