//! Which heading stands for which field, and what is wrong with saying so: `[columns]` of a region
//! file, and the command line where there is no region file.

use crate::codes::{P102, P106, P109};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::read::{contradiction_help, shorten};
use crate::{fields, keys};
use dianzhi_core::Text;
use std::collections::BTreeMap;

/// What goes left and what right.
const FORM: &str = "setl_id = \"结算流水号\"";

/// Headings by field, from pairs that an option of the command line gave; `option` is its name, for
/// messages.
///
/// ```
/// let pair = |field: &str, heading: &str| (field.to_owned(), heading.to_owned());
/// let columns = dianzhi_policy::columns_of("--column", vec![pair("setl_id", "流水")]).unwrap();
/// assert_eq!(columns["setl_id"], "流水");
/// let mistakes = dianzhi_policy::columns_of("--column", vec![pair("setlid", "流水")]).unwrap_err();
/// assert_eq!(mistakes.0[0].code, "P102");
/// ```
///
/// # Errors
/// As `[columns]` has them: P102 for what is no field, P106 for an empty heading, P109 for a heading
/// that two fields have; P109 too for a field that is given twice.
pub fn columns_of(option: &str, pairs: Vec<(String, String)>) -> Result<BTreeMap<String, String>, Diagnostics> {
    let mut columns: BTreeMap<String, String> = BTreeMap::new();
    let mut mistakes = Vec::new();
    for (field, heading) in pairs {
        if fields::by_name(&field).is_none() {
            mistakes.push(unknown_field(option, &field));
        }
        let key = format!("{option} {}", shorten(&field));
        if heading.is_empty() {
            mistakes.push(empty_heading(&key));
            continue;
        }
        let same_heading = columns.iter().find(|(_, known)| **known == heading);
        match (columns.get(&field), same_heading) {
            (Some(first), _) if *first != heading => mistakes.push(field_twice(&key, first, &heading)),
            (None, Some((other, _))) => {
                mistakes.push(heading_twice(&key, &format!("{option} {}", shorten(other)), &heading));
            }
            _ => {}
        }
        columns.insert(field, heading);
    }
    if mistakes.is_empty() {
        Ok(columns)
    } else {
        Err(Diagnostics(mistakes))
    }
}

/// A name that no field has, with the one that was probably meant; `given_in` is where it stands.
pub(crate) fn unknown_field(given_in: &str, field: &str) -> Diagnostic {
    let found = shorten(field);
    let meant = match fields::by_heading(field) {
        Some(meant) => Some(meant.name),
        None => keys::nearest(field, fields::all().iter().map(|field| field.name)),
    };
    let text = Text::new(
        format!("{given_in} 中的 {found} 不是已知的字段名"),
        format!("{found} in {given_in} is not a known field name"),
    );
    let form = Text::new(
        format!("左边写国家接口字段名，右边写文件里的列名：{FORM}"),
        format!("the national field name stands left, the file's heading right: {FORM}"),
    );
    let help = match meant {
        Some(meant) => Text::new(
            format!("是否为 {meant}？{}", form.zh),
            format!("did you mean {meant}? {}", form.en),
        ),
        None => form,
    };
    Diagnostic::error(P102.id, text, help)
}

/// One heading for two fields.
pub(crate) fn heading_twice(key: &str, other: &str, heading: &str) -> Diagnostic {
    let heading = shorten(heading);
    let text = Text::new(
        format!("{key} 与 {other} 指同一列名 \"{heading}\""),
        format!("{key} and {other} name the same heading \"{heading}\""),
    );
    Diagnostic::error(P109.id, text, contradiction_help())
}

fn field_twice(key: &str, first: &str, second: &str) -> Diagnostic {
    let (first, second) = (shorten(first), shorten(second));
    let text = Text::new(
        format!("{key} 给出两个列名：\"{first}\" 与 \"{second}\""),
        format!("{key} is given two headings: \"{first}\" and \"{second}\""),
    );
    let help = Text::new("每个字段只留一个列名", "keep one heading for each field");
    Diagnostic::error(P109.id, text, help)
}

fn empty_heading(key: &str) -> Diagnostic {
    Diagnostic::error(
        P106.id,
        Text::new(format!("{key} 的列名为空"), format!("{key} has an empty heading")),
        Text::new(format!("例如：{FORM}"), format!("for example: {FORM}")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Result<BTreeMap<String, String>, Vec<&'static str>> {
        let pairs = pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        columns_of("--column", pairs).map_err(|mistakes| mistakes.0.iter().map(|one| one.code).collect())
    }

    /// Seen to fail.
    #[test]
    fn mistakes_are_those_of_a_region_file() {
        assert_eq!(of(&[("setl_id", "流水"), ("gend", "男女")]).unwrap().len(), 2);
        assert_eq!(of(&[("setl_id", "流水"), ("setl_id", "流水")]).unwrap().len(), 1);
        assert_eq!(of(&[("SETL_ID", "流水")]).unwrap_err(), ["P102"]);
        assert_eq!(of(&[("setl_id", "")]).unwrap_err(), ["P106"]);
        assert_eq!(of(&[("setl_id", "流水"), ("psn_no", "流水")]).unwrap_err(), ["P109"]);
        assert_eq!(of(&[("setl_id", "流水"), ("setl_id", "号")]).unwrap_err(), ["P109"]);
        // All of them at once.
        assert_eq!(
            of(&[("no", "x"), ("gend", ""), ("age", "x")]).unwrap_err(),
            ["P102", "P106", "P109"]
        );
        let told = columns_of("--column", vec![("出院科别".to_owned(), "科".to_owned())]).unwrap_err();
        assert!(told.0[0].help.en.contains("did you mean dscg_caty?"), "{told:?}");
    }
}
