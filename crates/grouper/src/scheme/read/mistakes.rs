//! Mistakes that more than one table can have.

use crate::error::{S106, S107, S108, S109, S111};
use crate::scheme::Condition;
use crate::scheme::tables::{at, bad};
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;

pub(super) fn condition(text: &str, file: &str, line: u32) -> Result<Condition, Diagnostic> {
    Condition::parse(text).map_err(|part| {
        bad(
            S106,
            Text::new(
                format!("条件中的 {part:?} 无法理解"),
                format!("{part:?} is not understood"),
            ),
            Text::new(
                "docs/SCHEME.md 列有全部的条件，以 & 连接",
                "docs/SCHEME.md lists every atom; they are joined by &",
            ),
        )
        .at(at(file, line))
    })
}

pub(super) fn missing(name: &str) -> Diagnostic {
    bad(
        S109,
        Text::new(format!("没有 {name}"), format!("{name} is missing")),
        Text::new(
            "方案由 docs/SCHEME.md 所列的表组成",
            "a scheme consists of the tables that docs/SCHEME.md lists",
        ),
    )
}

pub(super) fn nothing(file: &str, line: u32, what: &str, code: &str, elsewhere: &str) -> Diagnostic {
    bad(
        S107,
        Text::new(
            format!("{elsewhere} 中没有 {what} {code}"),
            format!("{elsewhere} has no {what} {code}"),
        ),
        Text::new("补上该行，或改正代码", "add the row there, or mend the code"),
    )
    .at(at(file, line))
}

pub(super) fn no_code(file: &str, line: u32, column: &str) -> Diagnostic {
    bad(
        S111,
        Text::new(format!("{column} 为空"), format!("{column} is empty")),
        Text::new("写出它的代码，或删去这一行", "write its code, or leave the row out"),
    )
    .at(at(file, line))
}

pub(super) fn no_list(file: &str, line: u32, list: &str) -> Diagnostic {
    bad(
        S111,
        Text::new(
            format!("没有名为 {list} 的列表"),
            format!("there is no list named {list}"),
        ),
        Text::new("可用的列表：zd zd1 ss ss1 ss2", "lists are zd, zd1, ss, ss1 and ss2"),
    )
    .at(at(file, line))
}

pub(super) fn repeated(file: &str, line: u32, first: u32, what: &str) -> Diagnostic {
    bad(
        S108,
        Text::new(
            format!("{what} 与第 {first} 行重复"),
            format!("{what} stands in line {first} already"),
        ),
        Text::new("只留一行", "keep one of the rows"),
    )
    .at(at(file, line))
}
