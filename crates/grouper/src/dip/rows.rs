//! One row of a table, what is wrong with it, and what rows before it have named.

use super::directory::Diagnoses;
use crate::error::{S114, S115};
use crate::scheme::tables::{at, bad};
use dianzhi_core::{Decimal, Text, parse_decimal};
use dianzhi_policy::Diagnostic;
use dianzhi_policy::codes::Code;
use rustc_hash::FxHashMap;

/// One row of a table.
pub(super) struct Row<'a, const N: usize> {
    file: &'a str,
    pub(super) line: u32,
    pub(super) fields: [&'a str; N],
}

impl<'a, const N: usize> Row<'a, N> {
    pub(super) fn new(file: &'a str, line: u32, fields: [&'a str; N]) -> Row<'a, N> {
        Row { file, line, fields }
    }

    /// A value that its column cannot hold.
    pub(super) fn bad(&self, zh: &str, en: &str) -> Diagnostic {
        self.error(S114, Text::new(zh, en))
    }

    pub(super) fn error(&self, code: Code, text: Text) -> Diagnostic {
        let help = Text::new("docs/DIP.md 说明各表各列", "docs/DIP.md says what each column holds");
        bad(code, text, help).at(at(self.file, self.line))
    }

    pub(super) fn diagnoses(&self, text: &str) -> Result<Diagnoses, Diagnostic> {
        Diagnoses::read(text).map_err(|said| self.error(S114, said))
    }

    pub(super) fn decimal(&self, column: &str, text: &str) -> Result<Decimal, Diagnostic> {
        parse_decimal(text).map_err(|e| {
            let said = e.text();
            let zh = format!("{column} {text:?} {}", said.zh);
            self.error(S114, Text::new(zh, format!("{column} {text:?}: {}", said.en)))
        })
    }
}

/// What rows of a table have named already, and in which line.
#[derive(Default)]
pub(super) struct Seen(FxHashMap<String, u32>);

impl Seen {
    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// An error where `key` came before; `shown` is what people read.
    pub(super) fn once<const N: usize>(&mut self, row: &Row<'_, N>, key: &str, shown: &str) -> Result<(), Diagnostic> {
        let Some(&first) = self.0.get(key) else {
            self.0.insert(key.to_owned(), row.line);
            return Ok(());
        };
        let zh = format!("{shown:?} 与第 {first} 行重复");
        Err(row.error(S115, Text::new(zh, format!("{shown:?} is in line {first} already"))))
    }
}
