//! Mistakes of the TOML itself.

use crate::codes;
use crate::document::Document;
use crate::{Diagnostic, Place};
use dianzhi_core::Text;
use std::collections::BTreeSet;
use toml::Spanned;
use toml::de::{DeTable, Error};

/// How the parser's message begins where a key has characters that keys cannot have.
const BAD_KEY: &str = "invalid unquoted key";

/// What the parser made of a file.
pub(crate) struct Parsed<'t> {
    /// The tree, unless the mistakes leave it too uncertain to look into.
    pub(crate) tree: Option<Spanned<DeTable<'t>>>,
    /// The mistakes, in file order, at most one a line.
    pub(crate) found: Vec<Diagnostic>,
    /// Lines with a mistake: what else seems wrong there follows from it.
    pub(crate) lines: BTreeSet<u64>,
    /// Whether a key could not be read: then a missing key may be that one.
    pub(crate) key_lost: bool,
}

impl Parsed<'_> {
    /// Without what stands on a line that is no TOML: the parser mended it, so that its sequels are no
    /// news.
    pub(crate) fn news(&self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let echo = |place: &Place| place.column.is_some() && self.lines.contains(&place.line);
        let is_news = |diagnostic: &Diagnostic| {
            let lost = self.key_lost && diagnostic.code == codes::P103.id;
            let places = diagnostic
                .place
                .iter()
                .chain(diagnostic.also.iter().map(|(place, _)| place));
            !lost && !places.into_iter().any(echo)
        };
        found.into_iter().filter(is_news).collect()
    }
}

/// Parses a document. A mistake that stays within its line (a bare word as a value, a key twice)
/// lets the rest be checked too; after one that shifts what follows (an open bracket) nothing
/// further is reported, for most of it would be an echo.
pub(crate) fn parse(document: &Document) -> Parsed<'_> {
    let (tree, errors) = DeTable::parse_recoverable(document.text());
    let mut errors: Vec<(Place, Error)> = errors
        .into_iter()
        .map(|error| (document.place(&error.span().unwrap_or(0..0)), error))
        .collect();
    errors.sort_by_key(|(place, _)| (place.line, place.column));
    let mut parsed = Parsed {
        tree: Some(tree),
        found: Vec::new(),
        lines: BTreeSet::new(),
        key_lost: false,
    };
    let mut open_string = false;
    for (place, error) in errors {
        let local = stays_in_line(&error, &place);
        // A quote that is missing inside brackets leaves them open too: that is the same mistake.
        let echo = !local && open_string;
        open_string |= is_string(&error);
        parsed.key_lost |= error.message().starts_with(BAD_KEY);
        if !echo && parsed.lines.insert(place.line) {
            parsed.found.push(diagnostic(&error, place));
        }
        if !local {
            parsed.tree = None;
            break;
        }
    }
    parsed
}

fn stays_in_line(error: &Error, place: &Place) -> bool {
    let header = place
        .excerpt
        .as_ref()
        .is_some_and(|excerpt| excerpt.line_text.trim_start().starts_with('['));
    let local = [
        "duplicate key",
        "string values must be quoted",
        "unexpected leading zero",
        "redundant",
        "radix must be",
        "invalid date",
        "invalid time",
        "invalid float",
        "invalid boolean",
        "invalid integer",
        BAD_KEY,
    ];
    !header && (is_string(error) || local.iter().any(|start| error.message().starts_with(start)))
}

/// Whether the mistake is in a string that ends with its line at the latest.
fn is_string(error: &Error) -> bool {
    let message = error.message();
    message.starts_with("invalid basic string") || message.starts_with("invalid literal string")
}

fn diagnostic(error: &Error, place: Place) -> Diagnostic {
    let (reason, expected) = match error.message().split_once(", expected ") {
        Some((reason, expected)) => (reason, expected),
        None => (error.message(), ""),
    };
    let (zh, help) = explain(reason);
    let zh = match zh {
        Some(zh) => format!("不是合法的 TOML：{zh}"),
        None if expected.is_empty() => format!("不是合法的 TOML：{reason}"),
        None => format!("不是合法的 TOML：{reason}；此处应为 {expected}"),
    };
    let text = Text::new(zh, format!("not valid TOML: {}", error.message()));
    Diagnostic::error(codes::P101.id, text, help).at(place)
}

/// The parser's reason in Chinese, where it is one that people meet, and what to do.
fn explain(reason: &str) -> (Option<&'static str>, Text) {
    let brackets = || {
        Text::new(
            "检查此处及之前的括号、逗号和引号是否成对、是否为英文半角",
            "check that brackets, commas and quotes up to here are paired and plain ASCII",
        )
    };
    let known: [(&str, &str, Option<Text>); 12] = [
        (
            "duplicate key",
            "同一个键或同一节写了两次",
            Some(Text::new(
                "删去其中一处；多个资金池各写一节 [[pool]]",
                "remove one of them; several pools are several sections [[pool]]",
            )),
        ),
        (
            "string values must be quoted",
            "文字值没有加英文引号，或缺少值",
            Some(Text::new(
                "值写在英文双引号内，例如 name = \"示例市\"、reserve = \"0.05\"；真假写 true 或 false",
                "write the value in ASCII double quotes, such as reserve = \"0.05\"; true and false stand without",
            )),
        ),
        (
            BAD_KEY,
            "键名只能用字母、数字、_ 和 -",
            Some(Text::new(
                "键名用英文，见 region.toml 的说明；中文只写在值和 # 注释里",
                "keys are English words; other text belongs into values and # comments",
            )),
        ),
        ("key with no value", "键后没有 = 和值", None),
        ("invalid basic string", "字符串缺少结束的引号，或含有不能用的字符", None),
        (
            "invalid literal string",
            "字符串缺少结束的引号，或含有不能用的字符",
            None,
        ),
        ("unclosed array", "列表缺少结束的 ]", None),
        ("unclosed table", "节名缺少结束的 ]", None),
        ("unclosed inline table", "缺少结束的 }", None),
        ("missing comma", "两项之间缺少逗号", None),
        ("unexpected key or value", "一行里写了两个键，或值后有多余内容", None),
        ("unexpected leading zero", "数字不能以 0 开头；代码和金额要加引号", None),
    ];
    for (start, zh, help) in known {
        if reason.starts_with(start) {
            return (Some(zh), help.unwrap_or_else(brackets));
        }
    }
    (None, brackets())
}

/// A file whose bytes are not UTF-8, from the first byte that is not.
pub(crate) fn not_utf8(file: String, bytes: &[u8], valid_up_to: usize) -> Diagnostic {
    let document = Document::new(file, String::from_utf8_lossy(bytes).into_owned());
    // Up to there the lossy text is the same, byte for byte; then comes one replacement character.
    let place = document.place(&(valid_up_to..valid_up_to + '\u{fffd}'.len_utf8()));
    Diagnostic::error(
        codes::P101.id,
        Text::new(
            "不是合法的 TOML：文件不是 UTF-8 编码",
            "not valid TOML: the file is not encoded in UTF-8",
        ),
        Text::new(
            "用编辑器另存为 UTF-8（记事本：另存为，编码选 UTF-8）；数据表可以是 GB18030，region.toml 不可以",
            "save it as UTF-8 in an editor; the tables may be GB18030, the region file may not",
        ),
    )
    .at(place)
}
