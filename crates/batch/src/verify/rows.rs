//! Published rows against the rows of the second path, as text.

use super::check::Findings;
use super::reader::{Cut, split};
use dianzhi_core::Text;

/// A row as a settlement writes it, without its line end.
pub(super) fn joined<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = |field: &str| {
        if field.contains([',', '"', '\r', '\n']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.to_owned()
        }
    };
    let fields: Vec<String> = fields.into_iter().map(quoted).collect();
    fields.join(",")
}

/// Compares one published row with the expected one, byte for byte. `number` counts from 1, the
/// header not counted; people are told the line of the file.
pub(super) fn compare(
    findings: &mut Findings,
    file: &str,
    header: &[&str],
    number: usize,
    published: Option<&Cut<'_>>,
    expected: Option<&str>,
) {
    findings.saw();
    let line = published.map_or(number as u64 + 1, |row| row.line);
    let row = |zh: &str, en: &str| Text::new(format!("{file} 第 {line} 行{zh}"), format!("{file} line {line} {en}"));
    match (published, expected) {
        (None, None) => {}
        (None, Some(expected)) => {
            findings.found(|| row(&format!("缺少：{expected}"), &format!("is missing: {expected}")));
        }
        (Some(published), None) => findings.found(|| {
            let found = String::from_utf8_lossy(published.raw);
            row(&format!("多余：{found}"), &format!("should not be there: {found}"))
        }),
        (Some(published), Some(expected)) => {
            let same = published.whole.strip_suffix(b"\n") == Some(expected.as_bytes());
            if !same {
                findings.found(|| differs(header, published, expected, &row));
            }
        }
    }
}

/// Names the first field that differs, where it is only a field.
fn differs(header: &[&str], published: &Cut<'_>, expected: &str, row: &dyn Fn(&str, &str) -> Text) -> Text {
    let found = String::from_utf8_lossy(published.raw).into_owned();
    if let (Some(a), Some(b)) = (split(&found), split(expected))
        && a.len() == b.len()
        && a.len() == header.len()
        && let Some(i) = (0..a.len()).find(|&i| a[i] != b[i])
    {
        let (name, a, b, key) = (header[i], &a[i], &b[i], &b[0]);
        return row(
            &format!("（{key}）的 {name} 为“{a}”，第二条路径算得“{b}”"),
            &format!("({key}): {name} is \"{a}\"; the second path finds \"{b}\""),
        );
    }
    row(
        &format!("为 {found}，应为 {expected}"),
        &format!("is {found}; it should be {expected}"),
    )
}
