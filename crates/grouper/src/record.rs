//! What a grouper looks at: one hospital stay, its codes and a few figures.

/// A figure that a record gives, lacks, or gives in a way that is no figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Given {
    /// Not given.
    #[default]
    Missing,
    /// Given, but not a number that the field can hold.
    Wrong,
    /// The figure.
    Is(i32),
}

impl Given {
    /// The figure, if it is one.
    #[must_use]
    pub fn value(self) -> Option<i32> {
        match self {
            Given::Is(value) => Some(value),
            Given::Missing | Given::Wrong => None,
        }
    }

    /// A whole number as text: digits with an optional sign; decimals may follow and are cut off.
    /// Blanks around it are not minded; an empty text is [`Given::Missing`].
    ///
    /// ```
    /// use dianzhi_grouper::Given;
    /// assert_eq!(Given::whole("48"), Given::Is(48));
    /// assert_eq!(Given::whole("2500.0"), Given::Is(2500));
    /// assert_eq!(Given::whole(" "), Given::Missing);
    /// assert_eq!(Given::whole("4 岁"), Given::Wrong);
    /// ```
    #[must_use]
    pub fn whole(text: &str) -> Given {
        Self::scaled(text, 1)
    }

    /// Hours as text, in whole minutes.
    ///
    /// ```
    /// use dianzhi_grouper::Given;
    /// assert_eq!(Given::hours_in_minutes("120.5"), Given::Is(7230));
    /// ```
    #[must_use]
    pub fn hours_in_minutes(text: &str) -> Given {
        Self::scaled(text, 60)
    }

    /// `text` × `factor`, what is behind the point cut off.
    fn scaled(text: &str, factor: i64) -> Given {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Given::Missing;
        }
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            all => (false, all),
        };
        let mut parts = digits.splitn(2, |&byte| byte == b'.');
        let (whole, decimals) = (parts.next().unwrap_or_default(), parts.next());
        let is_number = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        if !is_number(whole) || decimals.is_some_and(|decimals| !is_number(decimals)) || whole.len() > 9 {
            return Given::Wrong;
        }
        let number = |digits: &[u8]| digits.iter().fold(0i64, |n, &digit| n * 10 + i64::from(digit - b'0'));
        let decimals = decimals.unwrap_or_default();
        let decimals = &decimals[..decimals.len().min(6)];
        let behind = number(decimals) * factor / 10i64.pow(u32::try_from(decimals.len()).unwrap_or(0));
        let value = number(whole) * factor + behind;
        i32::try_from(if negative { -value } else { value }).map_or(Given::Wrong, Given::Is)
    }
}

/// Sex as a record states it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sex {
    /// Not given.
    #[default]
    Missing,
    /// Given as something else than male or female; GB/T 2261.1 has 0 未知 and 9 未说明.
    Other,
    /// 男, code 1.
    Male,
    /// 女, code 2.
    Female,
}

impl Sex {
    /// Sex from a code or a word: GB/T 2261.1 (`1`, `2`), 男 and 女, M and F.
    ///
    /// ```
    /// use dianzhi_grouper::Sex;
    /// assert_eq!(Sex::of("2"), Sex::Female);
    /// assert_eq!(Sex::of("男"), Sex::Male);
    /// assert_eq!(Sex::of("9"), Sex::Other);
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Sex {
        match text.trim_ascii() {
            "" => Sex::Missing,
            "1" | "男" | "M" | "m" => Sex::Male,
            "2" | "女" | "F" | "f" => Sex::Female,
            _ => Sex::Other,
        }
    }

    /// The code that conditions compare with.
    pub(crate) fn code(self) -> Option<i32> {
        match self {
            Sex::Male => Some(1),
            Sex::Female => Some(2),
            Sex::Missing | Sex::Other => None,
        }
    }
}

/// One hospital stay, as far as grouping looks at it.
///
/// ```
/// use dianzhi_grouper::{Given, Record, Sex};
/// let stay = Record {
///     sex: Sex::Female,
///     age_years: Given::Is(63),
///     stay_days: Given::Is(9),
///     diagnoses: &["I21.000", "I50.100"],
///     procedures: &["36.0700"],
///     ..Record::default()
/// };
/// assert_eq!(stay.main_diagnosis(), "I21.000");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Record<'a> {
    /// 性别.
    pub sex: Sex,
    /// 年龄 in completed years.
    pub age_years: Given,
    /// 年龄不足 1 周岁的天数.
    pub age_days: Given,
    /// 新生儿入院体重, grams.
    pub weight_grams: Given,
    /// 出院科别, in the scheme's own codes or in those that its department table maps.
    pub department: &'a str,
    /// 实际住院天数.
    pub stay_days: Given,
    /// 离院方式.
    pub discharge_way: &'a str,
    /// 重症监护时长, minutes.
    pub icu_minutes: Given,
    /// 总费用, fen; only a DIP directory asks for it, to choose between types that fit alike.
    pub medical_cost_fen: Option<i64>,
    /// 出院日期 as the number yyyymmdd; only a scheme with dates of validity asks for it.
    pub discharge_day: Option<u32>,
    /// 诊断, the main one first.
    pub diagnoses: &'a [&'a str],
    /// 手术及操作, the main one first.
    pub procedures: &'a [&'a str],
}

impl<'a> Record<'a> {
    /// The main diagnosis; empty where there is none.
    #[must_use]
    pub fn main_diagnosis(&self) -> &'a str {
        self.diagnoses.first().copied().unwrap_or("")
    }

    /// The main procedure, if there is any procedure.
    #[must_use]
    pub fn main_procedure(&self) -> Option<&'a str> {
        self.procedures.first().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures() {
        for (text, expected) in [
            ("0", Given::Is(0)),
            ("-1", Given::Is(-1)),
            ("007", Given::Is(7)),
            ("48.0", Given::Is(48)),
            ("", Given::Missing),
            ("999999999", Given::Is(999_999_999)),
            ("9999999999", Given::Wrong),
            ("1e3", Given::Wrong),
            ("1.", Given::Wrong),
            (".5", Given::Wrong),
            ("-", Given::Wrong),
            ("+1", Given::Wrong),
            ("４８", Given::Wrong),
        ] {
            assert_eq!(Given::whole(text), expected, "{text:?}");
        }
        assert_eq!(Given::hours_in_minutes("0.99999999999"), Given::Is(59));
        assert_eq!(Given::hours_in_minutes("999999999"), Given::Wrong);
    }
}
