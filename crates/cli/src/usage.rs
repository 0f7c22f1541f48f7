//! Wrong command lines, told in the language of everything else.

use crate::console::Console;
use crate::lang::text;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use dianzhi::engine::Text;
use std::error::Error as _;

/// Shows help and version on stdout, everything else as an error. Gives the exit code.
pub(crate) fn tell(error: &Error, console: &Console) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            console.data(&error.render().to_string());
            0
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            console.say(error.render().to_string().trim_end());
            2
        }
        _ => {
            let (text, help) = explained(error);
            console.error(&text, Some(&help));
            2
        }
    }
}

/// What was found, and what to do.
fn explained(error: &Error) -> (Text, Text) {
    let of = |kind| words(error, kind);
    let argument = of(ContextKind::InvalidArg).join(" ");
    let value = of(ContextKind::InvalidValue).join(" ");
    let see_help = || text("用 --help 查看用法", "see --help for the usage");
    match error.kind() {
        ErrorKind::UnknownArgument if !argument.starts_with('-') => (
            text(
                format!("多余的参数 {argument}"),
                format!("one argument too many: {argument}"),
            ),
            see_help(),
        ),
        ErrorKind::UnknownArgument => (
            text(
                format!("没有参数 {argument}"),
                format!("there is no argument {argument}"),
            ),
            perhaps(&of(ContextKind::SuggestedArg)).unwrap_or_else(see_help),
        ),
        ErrorKind::InvalidSubcommand => {
            let command = of(ContextKind::InvalidSubcommand).join(" ");
            (
                text(format!("没有命令 {command}"), format!("there is no command {command}")),
                perhaps(&of(ContextKind::SuggestedSubcommand)).unwrap_or_else(|| {
                    // Commands of a command are named by its own help.
                    let usage = error.get(ContextKind::Usage).map(ToString::to_string);
                    let is_nested = usage.is_some_and(|usage: String| {
                        usage.contains("dianzhi scheme") || usage.contains("dianzhi scenario")
                    });
                    if is_nested { see_help() } else { crate::args::commands() }
                }),
            )
        }
        ErrorKind::MissingSubcommand => (text("缺少命令", "a command is missing"), see_help()),
        ErrorKind::MissingRequiredArgument => {
            let missing = of(ContextKind::InvalidArg);
            // Only `explain` has one, and two flags may stand in its place.
            let what = missing.iter().any(|word| word == "<SETL_ID>");
            (
                text(
                    format!("缺少 {}", missing.join("、")),
                    format!("missing: {}", missing.join(", ")),
                ),
                if what { what_to_explain() } else { see_help() },
            )
        }
        ErrorKind::InvalidValue if value.is_empty() => (
            text(format!("{argument} 后面缺少值"), format!("{argument} has no value")),
            one_of(&of(ContextKind::ValidValue)).unwrap_or_else(see_help),
        ),
        ErrorKind::InvalidValue => (
            text(
                format!("{argument} 不能为“{value}”"),
                format!("{argument} cannot be \"{value}\""),
            ),
            one_of(&of(ContextKind::ValidValue)).unwrap_or_else(see_help),
        ),
        ErrorKind::ValueValidation => {
            let why = error.source().map(ToString::to_string).unwrap_or_default();
            (
                text(
                    format!("{argument} 不能为“{value}”"),
                    format!("{argument} cannot be \"{value}\""),
                ),
                text(why.clone(), why),
            )
        }
        ErrorKind::ArgumentConflict => {
            let other = of(ContextKind::PriorArg).join(" ");
            if other.is_empty() || other == argument {
                (
                    text(
                        format!("{argument} 只能给一次"),
                        format!("{argument} may be given once only"),
                    ),
                    see_help(),
                )
            } else {
                (
                    text(
                        format!("{argument} 不能与 {other} 同用"),
                        format!("{argument} cannot be used with {other}"),
                    ),
                    see_help(),
                )
            }
        }
        ErrorKind::InvalidUtf8 => (
            text("有参数不是有效的 UTF-8", "an argument is not valid UTF-8"),
            see_help(),
        ),
        _ => {
            let whole = error.to_string();
            let plain = whole.lines().next().unwrap_or_default();
            let plain = plain.strip_prefix("error: ").unwrap_or(plain);
            (text(plain, plain), see_help())
        }
    }
}

fn what_to_explain() -> Text {
    text(
        "给出病例的结算流水号，或用 --hospital <CODE> 解释一家医疗机构，或用 --pool <ID> 解释一个资金池",
        "name a case by its settlement id, or a hospital with --hospital <CODE>, or a pool with --pool <ID>",
    )
}

fn perhaps(suggested: &[String]) -> Option<Text> {
    // The nearest one comes last.
    let nearest = suggested.last()?;
    Some(text(format!("是否为 {nearest}？"), format!("did you mean {nearest}?")))
}

fn one_of(values: &[String]) -> Option<Text> {
    (!values.is_empty()).then(|| {
        text(
            format!("可选：{}", values.join("、")),
            format!("one of: {}", values.join(", ")),
        )
    })
}

/// What clap noted under one heading.
fn words(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![plain(word)],
        Some(ContextValue::Strings(words)) => words.iter().map(|word| plain(word)).collect(),
        _ => Vec::new(),
    }
}

/// clap writes `[NAME]` for an argument that may be left out; people are told of `<NAME>` either way.
fn plain(word: &str) -> String {
    match word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
        Some(name) => format!("<{name}>"),
        None => word.to_owned(),
    }
}
