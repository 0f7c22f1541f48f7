//! `dianzhi policy`.

use super::words::Words;
use crate::lang::pick;
use clap::Command;
use dianzhi::engine::Lang;
use dianzhi::policy::parse_date;

pub(super) fn policy(words: &Words) -> Command {
    let show = words
        .command(
            "show",
            "显示：每个值、写在第几行、旁边注明的出处",
            "print every value with its line and the source beside it",
        )
        .override_usage(words.pick(
            "dianzhi policy show [选项] <REGION.toml>",
            "dianzhi policy show [OPTIONS] <REGION.toml>",
        ))
        .args([
            words.region(),
            words.flag(
                "effective",
                "只列保险年度内适用的值，按日期写的各值附适用日期",
                "only what counts in the insurance year, dated values with their days in it",
            ),
            words
                .value(
                    "on",
                    "DATE",
                    "只列这一天适用的值，YYYY-MM-DD；不在保险年度内的日子拒绝回答",
                    "only what counts on this day, YYYY-MM-DD; a day outside the insurance year is refused",
                )
                .value_parser(day(words.0)),
            words.json(),
        ]);
    let lint = words
        .command(
            "lint",
            "提示：没有出处、未确认、相互抵消或可疑的值；有提示时退出码为 1",
            "name values without a source, unconfirmed, without effect or suspicious; exit 1 where there are any",
        )
        .override_usage(words.pick(
            "dianzhi policy lint [选项] <REGION.toml>",
            "dianzhi policy lint [OPTIONS] <REGION.toml>",
        ))
        .args([words.region(), words.json()]);
    let schema = words
        .command(
            "schema",
            "模式：输出地区文件的 JSON Schema，供编辑器提示和校验",
            "print the JSON Schema of region files, for editors",
        )
        .override_usage(words.pick("dianzhi policy schema", "dianzhi policy schema"));
    words
        .command(
            "policy",
            "政策：显示、检查地区文件",
            "show region files, look them over, print their schema",
        )
        .override_usage(words.pick("dianzhi policy <命令>", "dianzhi policy <COMMAND>"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([show, lint, schema].map(|command| words.with_common(command)))
}

/// Takes a day as region files have them.
fn day(lang: Lang) -> impl Fn(&str) -> Result<String, String> + Clone + Send + Sync + 'static {
    move |text: &str| match parse_date(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(pick(
            lang,
            "应为 YYYY-MM-DD 的日期，如 2026-07-01",
            "it must be a date written YYYY-MM-DD, such as 2026-07-01",
        )
        .to_owned()),
    }
}
