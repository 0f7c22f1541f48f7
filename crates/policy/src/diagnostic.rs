//! What is wrong with an input, where, and what to do about it.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, normalize_untrusted_str};
use dianzhi_core::{Lang, Text};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::fmt;

/// Whether a diagnostic stops the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Nothing is published.
    Error,
    /// Worth a look; the run goes on.
    Warning,
}

impl Severity {
    /// `error` or `warning`, as in the JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }

    fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Severity::Error, Lang::Zh) => "错误",
            (Severity::Warning, Lang::Zh) => "警告",
            (_, Lang::En) => self.as_str(),
        }
    }
}

/// A place in an input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as its path was given.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Column, from 1, in characters; `None` for the line or the file as a whole.
    pub column: Option<u64>,
    /// The line itself, for the message to people.
    pub excerpt: Option<Excerpt>,
}

/// A line of an input file and the part of it that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, without its line end.
    pub line_text: String,
    /// First byte of the part within `line_text`.
    pub from: usize,
    /// The byte after it. Bounds beyond the line or inside a character are moved in.
    pub to: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", normalize_untrusted_str(&self.file), self.line)?;
        match self.column {
            Some(column) => write!(f, ":{column}"),
            None => Ok(()),
        }
    }
}

/// One mistake in an input: its code, its place, what was found and expected, and what to do.
///
/// ```
/// use dianzhi_core::{Lang, Text};
/// use dianzhi_policy::{Diagnostic, Place};
/// let place = Place { file: "groups.csv".into(), line: 7, column: None, excerpt: None };
/// let diagnostic = Diagnostic::error(
///     "T103",
///     Text::new("base_points 为 -1，应不小于 0", "base_points is -1; it must be 0 or more"),
///     Text::new("改正该值", "correct the value"),
/// )
/// .at(place);
/// assert_eq!(
///     diagnostic.render(Lang::En),
///     "error[T103]: base_points is -1; it must be 0 or more\n  --> groups.csv:7\n  = help: correct the value"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code; see [`codes`](crate::codes) for this crate's.
    pub code: &'static str,
    /// Whether it stops the run.
    pub severity: Severity,
    /// Where it is, if it has a place.
    pub place: Option<Place>,
    /// Other places that have a part in it, each with its label.
    pub also: Vec<(Place, Text)>,
    /// What was found and what is expected.
    pub text: Text,
    /// What to do.
    pub help: Text,
}

impl Diagnostic {
    /// An error without a place yet.
    #[must_use]
    pub fn error(code: &'static str, text: Text, help: Text) -> Self {
        Self::new(code, Severity::Error, text, help)
    }

    /// A warning without a place yet.
    #[must_use]
    pub fn warning(code: &'static str, text: Text, help: Text) -> Self {
        Self::new(code, Severity::Warning, text, help)
    }

    fn new(code: &'static str, severity: Severity, text: Text, help: Text) -> Self {
        Diagnostic {
            code,
            severity,
            place: None,
            also: Vec::new(),
            text,
            help,
        }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, with another place that has a part in it.
    #[must_use]
    pub fn also(mut self, place: Place, label: Text) -> Self {
        self.also.push((place, label));
        self
    }

    /// Several lines for people, without colours and without a line end at the end.
    #[must_use]
    pub fn render(&self, lang: Lang) -> String {
        match &self.place {
            Some(place) if place.excerpt.is_some() => self.render_snippet(place, lang),
            _ => self.render_plain(lang),
        }
    }

    fn render_snippet(&self, place: &Place, lang: Lang) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = level
            .with_name(self.severity.name(lang))
            .primary_title(self.text.get(lang))
            .id(self.code)
            .elements(snippet(place, AnnotationKind::Primary, None));
        for (other, label) in &self.also {
            let label = normalize_untrusted_str(label.get(lang));
            group = match snippet(other, AnnotationKind::Context, Some(label.clone())) {
                Some(snippet) => group.element(snippet),
                None => group.element(
                    Level::NOTE
                        .with_name(note_name(lang))
                        .message(format!("{other}: {label}")),
                ),
            };
        }
        let help = self.help.get(lang);
        if !help.is_empty() {
            group = group.element(
                Level::HELP
                    .with_name(help_name(lang))
                    .message(normalize_untrusted_str(help)),
            );
        }
        let rendered = Renderer::plain().render(&[group]);
        // An empty line of source would leave a blank at the end of its gutter.
        let lines: Vec<&str> = rendered.lines().map(str::trim_end).collect();
        lines.join("\n")
    }

    fn render_plain(&self, lang: Lang) -> String {
        let indented = |text: &str| normalize_untrusted_str(text).replace('\n', "\n    ");
        let mut lines = vec![format!(
            "{}[{}]: {}",
            self.severity.name(lang),
            self.code,
            indented(self.text.get(lang))
        )];
        if let Some(place) = &self.place {
            lines.push(format!("  --> {place}"));
        }
        for (place, label) in &self.also {
            lines.push(format!("  ::: {place}: {}", indented(label.get(lang))));
        }
        let help = self.help.get(lang);
        if !help.is_empty() {
            lines.push(format!("  = {}: {}", help_name(lang), indented(help)));
        }
        lines.join("\n")
    }
}

fn help_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "帮助",
        Lang::En => "help",
    }
}

fn note_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "另见",
        Lang::En => "note",
    }
}

/// The excerpt of a place as a snippet; `None` where there is none.
fn snippet(
    place: &Place,
    kind: AnnotationKind,
    label: Option<String>,
) -> Option<Snippet<'_, annotate_snippets::Annotation<'_>>> {
    let excerpt = place.excerpt.as_ref()?;
    let text = excerpt.line_text.as_str();
    let from = text.floor_char_boundary(excerpt.from.min(text.len()));
    let to = text.ceil_char_boundary(excerpt.to.min(text.len())).max(from);
    Some(
        Snippet::source(text)
            .line_start(usize::try_from(place.line).unwrap_or(usize::MAX))
            .path(normalize_untrusted_str(&place.file))
            .annotation(kind.span(from..to).label(label)),
    )
}

/// `code, severity, file, line, column, message{zh,en}, help{zh,en}, also[{file, line, column, message}]`.
impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Also<'a>(&'a Place, &'a Text);
        impl Serialize for Also<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut out = serializer.serialize_struct("Also", 4)?;
                out.serialize_field("file", &self.0.file)?;
                out.serialize_field("line", &self.0.line)?;
                out.serialize_field("column", &self.0.column)?;
                out.serialize_field("message", self.1)?;
                out.end()
            }
        }
        let place = self.place.as_ref();
        let also: Vec<_> = self.also.iter().map(|(place, text)| Also(place, text)).collect();
        let mut out = serializer.serialize_struct("Diagnostic", 8)?;
        out.serialize_field("code", self.code)?;
        out.serialize_field("severity", self.severity.as_str())?;
        out.serialize_field("file", &place.map(|p| &p.file))?;
        out.serialize_field("line", &place.map(|p| p.line))?;
        out.serialize_field("column", &place.and_then(|p| p.column))?;
        out.serialize_field("message", &self.text)?;
        out.serialize_field("help", &self.help)?;
        out.serialize_field("also", &also)?;
        out.end()
    }
}

/// Every mistake found in an input, in the order of the file. As an error it shows all of them,
/// in English; [`Diagnostics::render`] takes the language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// All of them for people, an empty line between two.
    #[must_use]
    pub fn render(&self, lang: Lang) -> String {
        let all: Vec<String> = self.0.iter().map(|diagnostic| diagnostic.render(lang)).collect();
        all.join("\n\n")
    }

    /// Whether any of them stops the run.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Lang::En))
    }
}

impl std::error::Error for Diagnostics {}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Diagnostics(vec![diagnostic])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line_text: &str, from: usize, to: usize) -> Place {
        Place {
            file: "region.toml".into(),
            line: 12,
            column: Some(1),
            excerpt: Some(Excerpt {
                line_text: line_text.into(),
                from,
                to,
            }),
        }
    }

    fn example() -> Diagnostic {
        let text = Text::new("没有这个键", "no such key");
        Diagnostic::error("P102", text, Text::new("是否为 name？", "did you mean name?"))
    }

    #[test]
    fn snippet_minds_wide_characters() {
        let shown = example().at(place("名 = \"示例\" # 注", 7, 15)).render(Lang::Zh);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "错误[P102]: 没有这个键");
        assert_eq!(lines[1], "  --> region.toml:12:6");
        assert_eq!(lines[3], "12 | 名 = \"示例\" # 注");
        // Two columns for 名, so the caret stands under the quote, and two each for 示例.
        assert_eq!(lines[4], "   |       ^^^^^^");
        assert_eq!(lines[6], "   = 帮助: 是否为 name？");
    }

    #[test]
    fn any_bounds_render() {
        for (from, to) in [(0, 0), (1, 2), (2, 1), (99, 100), (0, usize::MAX), (usize::MAX, 0)] {
            for text in ["", "名称", "a\tb\r", "\u{1b}[31m"] {
                let shown = example().at(place(text, from, to)).render(Lang::En);
                assert!(shown.starts_with("error[P102]: no such key\n"), "{shown}");
                assert!(!shown.contains('\u{1b}'));
            }
        }
    }

    #[test]
    fn json_has_the_stable_members() {
        let mut diagnostic = example().at(place("x", 0, 1));
        diagnostic = diagnostic.also(place("y", 0, 1), Text::new("另一处", "the other"));
        let json = serde_json::to_value(&diagnostic).unwrap();
        assert_eq!(json["code"], "P102");
        assert_eq!(json["severity"], "error");
        assert_eq!((&json["file"], &json["line"]), (&"region.toml".into(), &12.into()));
        assert_eq!(json["message"]["zh"], "没有这个键");
        assert_eq!(json["help"]["en"], "did you mean name?");
        assert_eq!(json["also"][0]["message"]["en"], "the other");
        assert!(serde_json::to_value(example()).unwrap()["line"].is_null());
    }
}
