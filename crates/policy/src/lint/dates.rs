//! Dated values that change nothing.

use super::Lint;
use crate::Diagnostic;
use crate::codes::{W321, W322};
use dianzhi_core::Text;

pub(super) fn look(lint: &mut Lint<'_>) {
    let region = lint.region;
    for (key, dated) in &region.dated {
        let next = dated.values.iter().skip(1).map(|value| Some(value.from)).chain([None]);
        let mut before: Option<&str> = None;
        for (value, next) in dated.values.iter().zip(next) {
            let place = region.document.place(&value.value);
            let ended = value.to.is_some_and(|to| to < region.year_start);
            let replaced = next.is_some_and(|next| next <= region.year_start);
            if ended || replaced || value.from > region.year_end {
                let text = Text::new(
                    format!("{key} 自 {} 起的值在保险年度内不适用", value.from),
                    format!(
                        "the value of {key} from {} counts on no day of the insurance year",
                        value.from
                    ),
                );
                let help = Text::new(
                    "可以留着备查；核对日期没有写错年份",
                    "it may stay for the record; check that its year is right",
                );
                lint.remark(Diagnostic::warning(W321.id, text, help).at(place.clone()));
            }
            let written = region.document.slice(&value.value);
            if before == Some(written) {
                let text = Text::new(
                    format!("{key} 自 {} 起的值与前一个相同", value.from),
                    format!("the value of {key} from {} is the same as the one before", value.from),
                );
                let help = Text::new("合为一条，或改正其中一个", "make them one, or correct one of them");
                lint.remark(Diagnostic::warning(W322.id, text, help).at(place));
            }
            before = Some(written);
        }
    }
}
