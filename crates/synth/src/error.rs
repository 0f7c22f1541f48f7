//! Why no region-year could be made.

use dianzhi_core::Text;
use std::path::PathBuf;

/// Why [`generate`](crate::generate) made nothing. Whatever it had written is removed.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
#[non_exhaustive]
pub enum SynthError {
    /// No claim at all, or more than [`CLAIMS_MAX`](crate::CLAIMS_MAX).
    ClaimsOutOfRange {
        /// What was asked for.
        claims: u64,
    },
    /// The output folder is already there.
    OutExists {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder could not be written.
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that the region text names could not be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No raw records can be drawn for the region.
    Records {
        /// Why.
        text: Text,
    },
    /// The region text is no TOML.
    RegionSyntax {
        /// What is wrong and where.
        message: String,
    },
    /// A key of the region text is missing, or its value cannot be followed.
    RegionKey {
        /// The key, as `pool[1].reserve`, with positions from 0.
        key: String,
        /// What is expected.
        expected: Text,
    },
    /// The budgets of so many claims of such cost pass what a region file may hold.
    BudgetTooLarge,
}

impl SynthError {
    pub(crate) fn key(key: impl Into<String>, zh: &str, en: &str) -> SynthError {
        SynthError::RegionKey {
            key: key.into(),
            expected: Text::new(zh, en),
        }
    }

    /// The message in both languages.
    ///
    /// ```
    /// use dianzhi_core::Lang;
    /// let error = dianzhi_synth::SynthError::OutExists { path: "out".into() };
    /// assert!(error.text().get(Lang::Zh).contains("out"));
    /// ```
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            SynthError::ClaimsOutOfRange { claims } => Text::new(
                format!("病例数为 {claims}，应在 1 到 {} 之间", crate::CLAIMS_MAX),
                format!("{claims} claims asked for; it must be 1 to {}", crate::CLAIMS_MAX),
            ),
            SynthError::OutExists { path } => Text::new(
                format!("{} 已存在；请另取一个输出文件夹", path.display()),
                format!("{} already exists; name a folder that does not", path.display()),
            ),
            SynthError::Io { path, source } => Text::new(
                format!("无法写入 {}：{source}", path.display()),
                format!("cannot write {}: {source}", path.display()),
            ),
            SynthError::Unreadable { path, source } => Text::new(
                format!("读不到 {}：{source}", path.display()),
                format!("cannot read {}: {source}", path.display()),
            ),
            SynthError::Records { text } => text.clone(),
            SynthError::RegionSyntax { message } => Text::new(
                format!("地区文件不是有效的 TOML：{message}"),
                format!("the region file is no valid TOML: {message}"),
            ),
            SynthError::RegionKey { key, expected } => Text::new(
                format!("地区文件的 {key}：应为{}", expected.zh),
                format!("{key} in the region file: expected {}", expected.en),
            ),
            SynthError::BudgetTooLarge => Text::new(
                "病例数与次均费用之积超出预算上限 999999999999.99 元；请减少病例数",
                "so many claims of this mean cost pass the largest budget, 999999999999.99 yuan; ask for fewer",
            ),
        }
    }
}
