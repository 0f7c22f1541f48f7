//! Whether a file read as UTF-8 may be GBK after all.

use crate::codes::W103;
use crate::error::warning;
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;

/// Text read as UTF-8 whose characters beyond ASCII all lie in U+0080–U+07FF is seldom Chinese:
/// GBK bytes can be valid UTF-8 by chance.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Doubt {
    beyond_ascii: bool,
    beyond_07ff: bool,
}

impl Doubt {
    /// Looks at valid UTF-8.
    pub(crate) fn see(&mut self, text: &[u8]) {
        if !text.is_ascii() {
            self.beyond_ascii = true;
            // Lead bytes of three- and four-byte characters; no other byte of UTF-8 is so large.
            self.beyond_07ff |= text.iter().any(|&b| b >= 0xe0);
        }
    }

    pub(crate) fn merge(&mut self, other: Doubt) {
        self.beyond_ascii |= other.beyond_ascii;
        self.beyond_07ff |= other.beyond_07ff;
    }

    pub(crate) fn is_gbk_like(self) -> bool {
        self.beyond_ascii && !self.beyond_07ff
    }
}

pub(crate) fn suspicious_encoding(file: &str) -> Diagnostic {
    warning(
        W103,
        Text::new(
            format!("{file} 按 UTF-8 读取，但其中没有常用汉字，可能其实是 GBK"),
            format!("{file} was read as UTF-8 but holds no common Chinese character; it may be GBK"),
        ),
        Text::new(
            "如乱码，写 files.encoding = \"gb18030\"",
            "if names look wrong, write files.encoding = \"gb18030\"",
        ),
    )
}
