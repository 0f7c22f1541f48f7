//! The language of messages: `--lang`, or the locale. It is found before the arguments are parsed,
//! because help and usage errors are messages too.

use dianzhi::engine::{Lang, Text};
use std::ffi::OsString;

/// The language that arguments or environment ask for. The last `--lang` counts; a value of it
/// that is no language is left for the parser to refuse.
pub(crate) fn chosen(arguments: &[OsString], environment: impl Fn(&str) -> Option<String>) -> Lang {
    let mut asked = None;
    let mut arguments = arguments
        .iter()
        .filter_map(|argument| argument.to_str())
        .take_while(|argument| *argument != "--");
    while let Some(argument) = arguments.next() {
        let value = match argument.strip_prefix("--lang") {
            Some("") => arguments.next(),
            Some(rest) => rest.strip_prefix('='),
            None => continue,
        };
        asked = value.and_then(by_name).or(asked);
    }
    asked.unwrap_or_else(|| {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(environment)
            .find(|locale| !locale.is_empty());
        Lang::from_locale(&locale.unwrap_or_default())
    })
}

fn by_name(name: &str) -> Option<Lang> {
    match name {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}

/// One of two texts.
pub(crate) fn pick<T>(lang: Lang, zh: T, en: T) -> T {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// A message in both languages.
pub(crate) fn text(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text::new(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str], environment: &[(&str, &str)]) -> Lang {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        chosen(&arguments, |name| {
            let found = environment.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_flag_goes_before_the_locale() {
        assert_eq!(of(&["dianzhi", "--lang", "zh"], &[("LANG", "en_US.UTF-8")]), Lang::Zh);
        assert_eq!(
            of(&["dianzhi", "check", "--lang=en"], &[("LANG", "zh_CN.UTF-8")]),
            Lang::En
        );
        assert_eq!(of(&["dianzhi", "--lang", "zh", "--lang", "en"], &[]), Lang::En);
        assert_eq!(of(&["dianzhi", "--", "--lang", "zh"], &[]), Lang::En);
        assert_eq!(of(&["dianzhi", "--language", "zh"], &[]), Lang::En);
    }

    #[test]
    fn the_locale_is_the_first_that_is_set() {
        assert_eq!(of(&[], &[("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(of(&[], &[("LC_ALL", ""), ("LC_MESSAGES", "zh_TW")]), Lang::Zh);
        assert_eq!(of(&[], &[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Lang::En);
        assert_eq!(of(&[], &[]), Lang::En);
    }
}
