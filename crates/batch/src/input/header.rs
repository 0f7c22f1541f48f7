//! Headers: which column of a file is which field.

use super::encoding::{Encoding, decode};
use super::records::Fields;
use crate::codes::{T101, T102, T103};
use crate::error::{error, place};
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;
use dianzhi_policy::fields::{Table, by_name};
use std::collections::{BTreeMap, HashMap};

/// The columns of one file.
#[derive(Clone, Debug)]
pub struct Header {
    /// What stands in the file, in order.
    pub headings: Vec<String>,
    /// The field behind each heading; the heading itself where no field is known.
    pub names: Vec<String>,
    by_name: HashMap<String, usize>,
}

impl Header {
    /// Reads a header record without its line end.
    pub(crate) fn parse(
        record: &[u8],
        encoding: Encoding,
        table: Table,
        columns: &BTreeMap<String, String>,
        file: &str,
        line: u64,
    ) -> Result<Header, Diagnostic> {
        let unreadable = |zh: &str, en: &str| {
            error(
                T101,
                Text::new(format!("{file} 的表头{zh}"), format!("the header of {file} {en}")),
                Text::new(
                    "检查文件的编码（files.encoding）和第一行",
                    "check the file's encoding (files.encoding) and its first line",
                ),
            )
            .at(place(file, line))
        };
        if let Some((zh, en)) = no_csv(record) {
            return Err(unreadable(
                &format!("不是 CSV：文件是{zh}"),
                &format!("is no CSV: the file is {en}"),
            ));
        }
        let name = encoding.as_str();
        let text = decode(record, encoding)
            .ok_or_else(|| unreadable(&format!("不是 {name} 文本"), &format!("is not {name} text")))?;
        let mut fields = Fields::default();
        if !fields.split(text.as_bytes()) {
            return Err(unreadable("引号不成对", "has a quote out of place"));
        }
        let headings: Vec<String> = (0..fields.len())
            .map(|i| String::from_utf8_lossy(fields.get(i)).into_owned())
            .collect();
        let names = names(&headings, table, columns);
        let mut by_name: HashMap<String, usize> = HashMap::new();
        for (i, name) in names.iter().enumerate() {
            if let Some(first) = by_name.insert(name.clone(), i) {
                return Err(column_twice(file, line, name, &headings[first], first, &headings[i], i));
            }
        }
        Ok(Header {
            headings,
            names,
            by_name,
        })
    }

    /// The column of a field.
    #[must_use]
    pub fn column(&self, field: &str) -> Option<usize> {
        self.by_name.get(field).copied()
    }

    /// The columns of required fields, or all that are missing.
    pub(crate) fn require<const N: usize>(&self, fields: [&str; N], file: &str) -> Result<[usize; N], Vec<Diagnostic>> {
        let mut missing = Vec::new();
        let columns = fields.map(|field| {
            self.column(field).unwrap_or_else(|| {
                missing.push(self.missing(field, file));
                0
            })
        });
        if missing.is_empty() { Ok(columns) } else { Err(missing) }
    }

    fn missing(&self, field: &str, file: &str) -> Diagnostic {
        let chinese = by_name(field).and_then(|f| f.zh.first()).copied().unwrap_or(field);
        let found = self.headings.join(", ");
        error(
            T102,
            Text::new(
                format!("{file} 缺少列 {field}（{chinese}）；现有：{found}"),
                format!("{file} has no column {field} ({chinese}); it has: {found}"),
            ),
            self.missing_help(field),
        )
        .at(place(file, 1))
    }

    fn missing_help(&self, field: &str) -> Text {
        match &self.headings[..] {
            [one] if one.contains(['\t', ';', '，']) => Text::new(
                "整行成了一列：分隔符须为英文逗号，请另存为逗号分隔的 CSV",
                "the whole line came out as one column: fields must be separated by commas; save the file as comma-separated CSV",
            ),
            // The one column that a grouping cannot do without, and it knows no region file.
            _ if field == "setl_id" => Text::new(
                "若该列另有名称，在 [columns] 写 setl_id = \"表头名称\"；dianzhi group 用 --column setl_id=表头名称",
                "if the column has another heading, write setl_id = \"the heading\" under [columns]; for dianzhi group: --column setl_id=HEADING",
            ),
            _ => Text::new(
                format!("若该列另有名称，在 [columns] 写 {field} = \"表头名称\""),
                format!("if the column has another heading, write {field} = \"the heading\" under [columns]"),
            ),
        }
    }

    /// Whether a column is a field that the table can have.
    pub(crate) fn is_known(&self, column: usize, table: Table) -> bool {
        self.names.get(column).is_some_and(|name| table.has(name))
    }
}

/// The field behind each heading: `[columns]` first, then the field's own name, then the Chinese
/// headings that are understood anyway. A Chinese heading stands back where the file already has
/// a column for its field.
fn names(headings: &[String], table: Table, columns: &BTreeMap<String, String>) -> Vec<String> {
    let mut names: Vec<Option<&str>> = headings
        .iter()
        .map(|heading| {
            let mapped = columns.iter().find(|(_, mapped)| *mapped == heading);
            let own = by_name(heading).map(|field| field.name);
            mapped.map(|(field, _)| field.as_str()).or(own)
        })
        .collect();
    // Chinese headings, but not for a field that has a column already. Two of them for one field both
    // take its name, and the header is refused for a column that stands twice: which one is meant is
    // for `[columns]` to say.
    let taken: Vec<Option<&str>> = names.clone();
    for (name, heading) in names.iter_mut().zip(headings) {
        if name.is_none()
            && let Some(field) = table.field(heading)
            && !taken.contains(&Some(field.name))
        {
            *name = Some(field.name);
        }
    }
    let named = names.iter().zip(headings);
    named
        .map(|(name, heading)| name.map_or_else(|| heading.clone(), str::to_owned))
        .collect()
}

fn column_twice(
    file: &str,
    line: u64,
    name: &str,
    first: &str,
    first_at: usize,
    second: &str,
    second_at: usize,
) -> Diagnostic {
    let (a, b) = (first_at + 1, second_at + 1);
    error(
        T103,
        Text::new(
            format!("{file} 中列 {name} 出现两次：第 {a} 列“{first}”与第 {b} 列“{second}”"),
            format!("{file} has the column {name} twice: column {a} \"{first}\" and column {b} \"{second}\""),
        ),
        Text::new(
            "删去一列，或在 [columns]（dianzhi group 用 --column）写明用哪一列，使每个字段只有一列",
            "drop one of them, or say under [columns] (for dianzhi group: by --column) which one is meant, so that each field has one column",
        ),
    )
    .at(place(file, line))
}

/// What a file is instead of CSV, by its first bytes, with what to do.
fn no_csv(start: &[u8]) -> Option<(&'static str, &'static str)> {
    Some(match start {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => (
            " UTF-16 文本（Excel 的“Unicode 文本”）；另存为“CSV UTF-8”",
            "UTF-16 text (Excel's \"Unicode text\"); save it as \"CSV UTF-8\"",
        ),
        [b'P', b'K', 3, 4, ..] => (
            "压缩包或 Excel 工作簿；另存为 CSV",
            "a zip archive or an Excel workbook; save it as CSV",
        ),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => ("旧式 Excel 工作簿；另存为 CSV", "an old Excel workbook; save it as CSV"),
        [0x1f, 0x8b, ..] => (
            "用 gzip 压缩的；文件名应以 .gz 结尾",
            "packed with gzip; its name must end in .gz",
        ),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => (
            "用 zstd 压缩的；文件名应以 .zst 结尾",
            "packed with zstd; its name must end in .zst",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, columns: &[(&str, &str)]) -> Result<Header, Diagnostic> {
        let columns = columns
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        Header::parse(
            text.as_bytes(),
            Encoding::Utf8,
            Table::Claims,
            &columns,
            "claims.csv",
            1,
        )
    }

    #[test]
    fn a_field_has_one_column() {
        let header = parse("setl_id,险种类型,出院日,备注", &[("dscg_time", "出院日")]).unwrap();
        assert_eq!(header.names, ["setl_id", "insutype", "dscg_time", "备注"]);
        assert_eq!(
            parse("setl_id,流水,x", &[("setl_id", "流水")]).unwrap_err().code,
            "T103"
        );
        assert_eq!(parse("setl_id,setl_id", &[]).unwrap_err().code, "T103");
        assert_eq!(parse("备注,备注", &[]).unwrap_err().code, "T103");
        // The field's own name goes before a Chinese heading, which is then an unknown column.
        assert_eq!(
            parse("结算流水号,setl_id", &[]).unwrap().names,
            ["结算流水号", "setl_id"]
        );
        // Two Chinese headings of one field: `[columns]` must say which.
        assert_eq!(parse("总金额,医疗费总额", &[]).unwrap_err().code, "T103");
        assert_eq!(
            parse("总金额,医疗费总额", &[("medfee_sumamt", "总金额")])
                .unwrap()
                .names[0],
            "medfee_sumamt"
        );
        assert_eq!(parse("a\"b,c", &[]).unwrap_err().code, "T101");
    }

    #[test]
    fn what_is_no_csv_is_told_for_what_it_is() {
        for (start, word) in [
            (&b"\xff\xfes\0e\0"[..], "UTF-16"),
            (b"PK\x03\x04rest", "Excel"),
            (b"\xd0\xcf\x11\xe0rest", "Excel"),
            (b"\x1f\x8b\x08rest", ".gz"),
            (b"\x28\xb5\x2f\xfdrest", ".zst"),
        ] {
            let parsed = Header::parse(start, Encoding::Utf8, Table::Claims, &BTreeMap::new(), "claims.csv", 1);
            let told = parsed.unwrap_err();
            assert_eq!(told.code, "T101");
            assert!(told.text.en.contains(word) && told.text.zh.contains(word), "{told:?}");
        }
    }
}
