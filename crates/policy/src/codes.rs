//! The catalogue of this crate's diagnostic codes.
//!
//! A code is never reused and never changes its meaning. For every `P` code there is a smallest
//! region file that shows it, in `testdata/errors/CODE/region.toml`.

use dianzhi_core::Text;

/// One diagnostic code and its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code, such as `P102`.
    pub id: &'static str,
    /// Title in Chinese.
    pub zh: &'static str,
    /// Title in English.
    pub en: &'static str,
}

impl Code {
    /// The title in both languages.
    #[must_use]
    pub fn title(&self) -> Text {
        Text::new(self.zh, self.en)
    }
}

const fn code(id: &'static str, zh: &'static str, en: &'static str) -> Code {
    Code { id, zh, en }
}

/// The file is not TOML, or not UTF-8: nothing behind that place could be read for certain.
pub const P101: Code = code("P101", "不是合法的 TOML", "not valid TOML");
/// A key, a section or (in `[columns]`) a field that no region file has. Often a slip of the pen:
/// the nearest known name is given.
pub const P102: Code = code("P102", "未知的键", "unknown key");
/// A required key or section does not stand in the file. Nothing has a silent default.
pub const P103: Code = code("P103", "缺少键", "missing key");
/// A value of another TOML type than the key takes, most often a number without quotes where an
/// exact decimal is due.
pub const P104: Code = code("P104", "类型不对", "wrong type");
/// A string that is no decimal number, or has more digits than can be kept exactly.
pub const P105: Code = code("P105", "不是可用的小数", "not a usable decimal");
/// A value outside the range that its meaning allows, or an empty text or list.
pub const P106: Code = code("P106", "超出范围", "out of range");
/// A word that is not one of the few the key takes.
pub const P107: Code = code("P107", "不在可选值之列", "not one of the allowed values");
/// Not a calendar date written `YYYY-MM-DD`, or an insurance year that ends before it starts.
pub const P108: Code = code("P108", "日期不对", "not a usable date");
/// Two values that cannot both hold; both places are shown.
pub const P109: Code = code("P109", "相互矛盾", "contradiction");
/// More decimals than the unit of the value has.
pub const P110: Code = code("P110", "小数位数过多", "too many decimals");
/// A file that the operating system does not let us read.
pub const F101: Code = code("F101", "文件读取失败", "file cannot be read");

/// Every code of this crate, in order.
///
/// ```
/// let codes = dianzhi_policy::codes::all();
/// assert!(codes.iter().any(|code| code.id == "P102" && code.en == "unknown key"));
/// ```
#[must_use]
pub fn all() -> &'static [Code] {
    &[P101, P102, P103, P104, P105, P106, P107, P108, P109, P110, F101]
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_distinct() {
        let mut ids: Vec<_> = super::all().iter().map(|code| code.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), super::all().len());
    }
}
