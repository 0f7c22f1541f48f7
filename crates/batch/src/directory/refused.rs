//! Why no directory comes out of a history, in words of the plan and the draft: the tables that were made of it are
//! nowhere to be looked at.

use super::combinations::Combinations;
use super::draft::Draft;
use super::types::NewType;
use crate::codes::A131;
use crate::error::{Failure, error};
use dianzhi_calibrate::CalibrateError;
use dianzhi_core::Text;
use dianzhi_grouper::error::{S115, S116, S121, S123};
use dianzhi_policy::{Diagnostic, Diagnostics, DirectoryPlan};

/// A history that gives no scores.
pub(super) fn without_scores(plan: &DirectoryPlan, combinations: &Combinations, why: &CalibrateError) -> Failure {
    if let CalibrateError::TooLarge(code) = why {
        let text = Text::new(
            format!("{code} 的数值超过 18 位"),
            format!("a figure of {code} has more than 18 digits"),
        );
        let help = Text::new(
            "减少 weights.decimals，或减小 weights.scale",
            "write fewer weights.decimals, or a smaller weights.scale",
        );
        return at_key(plan, "weights.decimals", error(A131, text, help)).into();
    }
    let has_cases = combinations.all.iter().any(|one| one.cases > 0);
    let has_types = combinations.all.iter().any(|one| one.category().is_some());
    let (key, zh, en, help) = match (has_cases, has_types) {
        (false, _) => (
            "year[0].claims",
            "历史中没有一个病例：记录都被拒绝，或文件为空",
            "the history has no case: its files are empty, or every record is rejected",
            Text::new(
                "看各文件的内容；拒绝的原因见 docs/DIP-DIRECTORY.md §2",
                "look into the files; docs/DIP-DIRECTORY.md §2 says what is rejected",
            ),
        ),
        (true, false) => (
            "year[0].claims",
            "历史中没有一个病例有病种：主要诊断都没有三位类目",
            "no case of the history has a type: no principal diagnosis has a three-character category",
            Text::new(
                "核对 maindiag_code 与 diag_codes 两列；列名不同的写在 [columns]",
                "look at the columns maindiag_code and diag_codes; name other headings under [columns]",
            ),
        ),
        (true, true) => (
            "trimming.method",
            "历史中没有一个病例计入均值：全部被裁剪",
            "no case of the history counts in a mean: all of them are trimmed",
            Text::new("放宽 [trimming]", "widen [trimming]"),
        ),
    };
    at_key(plan, key, error(A131, Text::new(zh, en), help)).into()
}

fn at_key(plan: &DirectoryPlan, key: &str, mistake: Diagnostic) -> Diagnostic {
    match plan.place(key).or_else(|| plan.place("directory.title")) {
        Some(place) => mistake.at(place),
        None => mistake,
    }
}

/// Codes that the draft has for something else.
pub(super) fn taken(draft: &Draft, types: &[NewType]) -> Vec<Diagnostic> {
    let blank = &draft.grouper.directory().header().blank;
    let mut found = Vec::new();
    for made in types.iter().filter(|one| !one.is_basic()) {
        let code = &made.code;
        if blank == code {
            let text = Text::new(
                format!("由历史得出的病种 {code} 与空白病组 blank 编码相同"),
                format!("a type made of the history, {code}, has the code of the blank group"),
            );
            let help = Text::new("给 blank 换一个编码", "give blank another code");
            found.push(Diagnostic::error(S115.id, text, help).at(draft.place_of_key("blank")));
        }
        let basic = draft.basic.iter().find(|(basic, _)| basic.code == *code);
        if let Some((_, line)) = basic {
            let text = Text::new(
                format!("由历史得出的病种也是 {code}"),
                format!("a type made of the history is called {code} too"),
            );
            let help = Text::new(
                "给这个基本规则病种换一个编码，如加前缀 JC-",
                "give this basic type another code, such as one that begins with JC-",
            );
            found.push(Diagnostic::error(S115.id, text, help).at(draft.place("types.tsv", *line)));
        }
    }
    found
}

/// Mistakes of the directory that was made, each at the key that can mend it.
pub(super) fn of_made(plan: &DirectoryPlan, draft: &Draft, found: Diagnostics) -> Failure {
    let told = found.0.into_iter().map(|mistake| {
        let Text { zh, en } = &mistake.text;
        let text = Text::new(
            format!("由历史得出的目录不成立：{zh}"),
            format!("the directory that the history gives does not hold: {en}"),
        );
        let told = Diagnostic { text, ..mistake };
        if told.code == S116.id {
            let help = Text::new(
                "在草稿的 order 中写上 kind 或 mean-cost",
                "put kind or mean-cost into order of the draft",
            );
            return Diagnostic { help, ..told }.at(draft.place_of_key("order"));
        }
        if told.code == S121.id {
            let help = Text::new(
                "减少 auxiliary.decimals，或在草稿中写 combine = \"highest\"",
                "write fewer auxiliary.decimals, or combine = \"highest\" in the draft",
            );
            return at_key(plan, "auxiliary.decimals", Diagnostic { help, ..told });
        }
        if told.code == S123.id {
            let help = Text::new("提高 core.cases_min", "raise core.cases_min");
            return at_key(plan, "core.cases_min", Diagnostic { help, ..told });
        }
        told
    });
    told.collect::<Vec<_>>().into()
}
