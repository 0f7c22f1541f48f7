//! Text for people, in Chinese and English side by side.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The language of a message.
///
/// ```
/// use dianzhi_core::Lang;
/// assert_eq!(Lang::from_locale("zh_CN.UTF-8"), Lang::Zh);
/// assert_eq!(Lang::from_locale("C"), Lang::En);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

impl Lang {
    /// The language a POSIX locale name asks for: Chinese for `zh…`, English for everything else.
    #[must_use]
    pub fn from_locale(locale: &str) -> Lang {
        if locale.to_ascii_lowercase().starts_with("zh") {
            Lang::Zh
        } else {
            Lang::En
        }
    }
}

/// One message in both languages, written where the thing it speaks of is found.
///
/// ```
/// use dianzhi_core::{Lang, Text};
/// let text = Text::new("缺少一列", "a column is missing");
/// assert_eq!(text.get(Lang::Zh), "缺少一列");
/// assert_eq!(text.to_string(), "a column is missing");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Both languages of one message.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Text {
        Text {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// The message in one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// English, as Rust's own errors are.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_gets_its_own() {
        for (locale, lang) in [
            ("zh_CN.UTF-8", Lang::Zh),
            ("ZH", Lang::Zh),
            ("en_US.UTF-8", Lang::En),
            ("C", Lang::En),
            ("", Lang::En),
        ] {
            assert_eq!(Lang::from_locale(locale), lang, "{locale}");
        }
        let text = Text::new("缺少一列", "a column is missing");
        assert_eq!(text.get(Lang::Zh), "缺少一列");
        assert_eq!(text.get(Lang::En), "a column is missing");
        assert_eq!(text.to_string(), "a column is missing");
    }
}
