//! The days in which a policy document is in force: `region.policy_from` and `region.policy_to`.

use crate::read::{Reader, Section};
use crate::{Diagnostic, codes};
use dianzhi_core::Text;
use jiff::civil::Date;

/// The first and the last day that a policy document is in force, each if the file names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
}

/// Reads the window. A year that is not wholly inside is refused: of other days the document says
/// nothing, and nothing is extrapolated.
pub(crate) fn window(reader: &mut Reader<'_>, region: &Section<'_>) -> Window {
    let window = Window {
        from: reader.date(region, "policy_from"),
        to: reader.date(region, "policy_to"),
    };
    if let (Some(from), Some(to)) = (window.from, window.to)
        && to < from
    {
        let text = Text::new(
            format!("政策文件施行到 {to}，早于它的首日 {from}"),
            format!("the policy document is in force until {to}, before its first day {from}"),
        );
        let help = Text::new("改正首日或末日", "correct the first or the last day");
        let diagnostic = Diagnostic::error(codes::P108.id, text, help)
            .at(reader.place_near("region.policy_to"))
            .also(
                reader.place_near("region.policy_from"),
                Text::new("首日", "the first day"),
            );
        reader.refuse("region.policy_to", diagnostic);
        return window;
    }
    let Some((start, end)) = reader.year else {
        return window;
    };
    if let Some(from) = window.from.filter(|from| start < *from) {
        let text = Text::new(
            format!("保险年度自 {start} 起，政策文件自 {from} 才施行"),
            format!("the insurance year starts on {start}, the policy document is in force only from {from}"),
        );
        outside(reader, "region.year_start", "region.policy_from", text);
    }
    if let Some(to) = window.to.filter(|to| end > *to) {
        let text = Text::new(
            format!("保险年度到 {end} 为止，政策文件只施行到 {to}"),
            format!("the insurance year ends on {end}, the policy document is in force only until {to}"),
        );
        outside(reader, "region.year_end", "region.policy_to", text);
    }
    window
}

fn outside(reader: &mut Reader<'_>, of_year: &str, of_policy: &str, text: Text) {
    let help = Text::new(
        "用该年度施行的政策文件；文件已延期的，改施行期并写明出处",
        "use the document in force in that year; if this one was prolonged, change its days and cite where it says so",
    );
    let diagnostic = Diagnostic::error(codes::P126.id, text, help)
        .at(reader.place_near(of_year))
        .also(
            reader.place_near(of_policy),
            Text::new("政策施行期", "the policy document's days"),
        );
    reader.refuse(of_year, diagnostic);
}
