//! The command line: every command and flag, with its help in both languages side by side.

mod calibrate;
mod directory;
mod grouping;
mod policy;
mod scenario;
mod words;

use crate::lang::pick;
use clap::{ArgAction, Command, ValueHint, value_parser};
use clap_complete::Shell;
use dianzhi::MaxRejects;
use dianzhi::engine::{Decimal, Lang, Text, parse_decimal};
use words::Words;

/// The whole command line, its help in one language.
pub(crate) fn command(lang: Lang) -> Command {
    let words = Words(lang);
    let root = words
        .command(
            "dianzhi",
            "点值：DRG/DIP 付费结算引擎。金额精确到分，每一分都可追溯",
            "dianzhi (点值, point value): a settlement engine for DRG/DIP hospital payment, exact to the fen",
        )
        .version(env!("CARGO_PKG_VERSION"))
        .override_usage(words.pick("dianzhi [选项] <命令>", "dianzhi [OPTIONS] <COMMAND>"))
        .after_help(words.pick(
            "退出码：0 完成，没有拒绝 · 1 完成，有记录被拒绝 · 2 用法、政策、输入或读写错误 · 3 恒等式或核验不通过 · 130 被中断\n\
             某个命令的说明：dianzhi <命令> --help",
            "Exit: 0 done, nothing rejected · 1 done, some records rejected · 2 usage, policy, input or I/O error ·\n\
             3 an identity or verify failed · 130 interrupted\n\
             More about a command: dianzhi <COMMAND> --help",
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(
[
            settle(&words),
            check(&words),
            explain(&words),
            verify(&words),
            diff(&words),
            prepayments(&words),
            scenario::scenario(&words),
            calibrate::calibrate(&words),
            directory::directory(&words),
            grouping::group(&words),
            grouping::scheme(&words),
            policy::policy(&words),
            synth(&words),
            completions(&words),
            help(&words),
        ]
        .map(|command| words.with_common(command)));
    let version = words
        .arg("version", "显示版本", "print the version")
        .short('V')
        .long("version")
        .action(ArgAction::Version);
    words.with_common(root.arg(version))
}

/// The commands by name, as a hint.
pub(crate) fn commands() -> Text {
    Text::new(
        "可用的命令：settle、check、explain、verify、diff、prepayments、calibrate、directory、scenario、group、scheme、policy、synth、completions、help",
        "commands are settle, check, explain, verify, diff, prepayments, calibrate, directory, scenario, group, scheme, policy, synth, completions and help",
    )
}

fn settle(words: &Words) -> Command {
    words
        .command(
            "settle",
            "结算：一个统筹区的一个保险年度（或输入文件中的那一部分）",
            "settle one region for one insurance year, or for the part of it in the files",
        )
        .override_usage(words.pick(
            "dianzhi settle [选项] --out <DIR> <REGION.toml>",
            "dianzhi settle [OPTIONS] --out <DIR> <REGION.toml>",
        ))
        .args([
            words.region(),
            words.results(
                "结果目录；要么整体出现，要么不出现",
                "the run directory; it appears whole or not at all",
            ),
            words.claims(),
            words.threads(),
            words.max_rejects(),
            words.flag(
                "replace",
                "整体替换已有的结果目录",
                "exchange an existing run directory as a whole",
            ),
            words.flag(
                "archive",
                "把全部输入存入结果目录，以便日后重算",
                "pack the inputs into the run, for a later settlement",
            ),
            words.flag(
                "sha256",
                "另记 SHA-256（总是记 BLAKE3）",
                "note SHA-256 hashes beside BLAKE3; costs time",
            ),
            words.progress(),
            words.json(),
        ])
}

fn check(words: &Words) -> Command {
    words
        .command(
            "check",
            "检查：读取并校验全部输入，显示列的对应；不计价，不发布",
            "read and validate everything and show the columns as understood; no prices, no outputs",
        )
        .override_usage(words.pick(
            "dianzhi check [选项] <REGION.toml>",
            "dianzhi check [OPTIONS] <REGION.toml>",
        ))
        .args([
            words.region(),
            words.claims(),
            words.threads(),
            words.max_rejects(),
            words.progress(),
            words.json(),
        ])
}

fn explain(words: &Words) -> Command {
    words
        .command(
            "explain",
            "解释：一个病例（或一家医疗机构、一个资金池）的每一步计算",
            "explain every step of a case, or of a hospital's clearing, or of a pool's point value",
        )
        .override_usage(words.pick(
            "dianzhi explain [选项] <RUN_DIR> <SETL_ID>\n       dianzhi explain [选项] <RUN_DIR> --hospital <CODE> [--pool <ID>]\n       dianzhi explain [选项] <RUN_DIR> --pool <ID>",
            "dianzhi explain [OPTIONS] <RUN_DIR> <SETL_ID>\n       dianzhi explain [OPTIONS] <RUN_DIR> --hospital <CODE> [--pool <ID>]\n       dianzhi explain [OPTIONS] <RUN_DIR> --pool <ID>",
        ))
        .args([
            words.run_dir("run", "RUN_DIR"),
            words
                .arg("setl_id", "病例的结算流水号", "settlement id of the case")
                .value_name("SETL_ID")
                .help_heading(words.positional())
                .required_unless_present_any(["hospital", "pool"])
                .conflicts_with_all(["hospital", "pool"]),
            words
                .value("hospital", "CODE", "解释这家医疗机构的清算", "explain the clearing of this hospital"),
            words.value(
                "pool",
                "ID",
                "解释这个资金池的点值；与 --hospital 同用时只看这个资金池",
                "explain the point value of this pool; with --hospital: that clearing only",
            ),
            words.moved_region(),
            words.threads(),
            words.progress(),
            words.json(),
        ])
}

fn verify(words: &Words) -> Command {
    words
        .command(
            "verify",
            "核验：重算哈希、恒等式；输入还在时用第二种算法重算每个病例",
            "hash the run again, check every identity and, where the inputs are found, price every case again",
        )
        .override_usage(words.pick("dianzhi verify [选项] <RUN_DIR>", "dianzhi verify [OPTIONS] <RUN_DIR>"))
        .args([
            words.run_dir("run", "RUN_DIR"),
            words.moved_region(),
            words.threads(),
            words.progress(),
            words.json(),
        ])
}

fn prepayments(words: &Words) -> Command {
    words
        .command(
            "prepayments",
            "月度预结算：按 [monthly] 合计各月结果的预付，作为年终清算的预付表（写到标准输出）",
            "add up what monthly runs advance by [monthly]: the prepayments table of the yearly clearing, on stdout",
        )
        .override_usage(words.pick(
            "dianzhi prepayments [选项] <RUN_DIR>...",
            "dianzhi prepayments [OPTIONS] <RUN_DIR>...",
        ))
        .args([
            words.run_dir("runs", "RUN_DIR").num_args(1..).action(ArgAction::Append),
            words.progress(),
            words.json(),
        ])
}

fn diff(words: &Words) -> Command {
    words
        .command(
            "diff",
            "比较：两次结算在资金池、医疗机构和病例上的差别及原因",
            "show what changed between two runs, by pool, hospital and case, and why",
        )
        .override_usage(words.pick(
            "dianzhi diff [选项] <RUN_A> <RUN_B>",
            "dianzhi diff [OPTIONS] <RUN_A> <RUN_B>",
        ))
        .args([
            words.run_dir("run_a", "RUN_A"),
            words.run_dir("run_b", "RUN_B"),
            words
                .value(
                    "top",
                    "N",
                    "列出变化最大的若干项，默认 10",
                    "list this many of the largest changes; 10 if left out",
                )
                .value_parser(number(words.0, 1, 1_000_000)),
            words.json(),
        ])
}

fn synth(words: &Words) -> Command {
    words
        .command(
            "synth",
            "合成：按种子生成一个统筹区一年的合成数据",
            "make a synthetic region-year from a seed",
        )
        .override_usage(words.pick(
            "dianzhi synth [选项] --claims <N> --seed <S> --out <DIR>",
            "dianzhi synth [OPTIONS] --claims <N> --seed <S> --out <DIR>",
        ))
        .args([
            words
                .value("claims", "N", "病例数", "number of claims")
                .value_parser(number(words.0, 1, dianzhi_synth::CLAIMS_MAX))
                .required(true),
            words
                .value(
                    "seed",
                    "S",
                    "种子；同一种子得到相同的字节",
                    "the seed; the same one gives the same bytes",
                )
                .value_parser(number(words.0, 0, u64::MAX))
                .required(true),
            words.results("输出目录，须尚不存在", "the folder to make; it must not exist"),
            words
                .path(
                    "region",
                    "FILE",
                    "照此地区文件的政策生成；预算按数据调整",
                    "follow the policy of this region file; its budgets are set to fit",
                )
                .long("region")
                .value_hint(ValueHint::FilePath),
        ])
}

fn completions(words: &Words) -> Command {
    words
        .command(
            "completions",
            "补全：输出命令行补全脚本",
            "print a completion script for a shell",
        )
        .override_usage(words.pick("dianzhi completions <SHELL>", "dianzhi completions <SHELL>"))
        .arg(
            words
                .arg(
                    "shell",
                    "bash、elvish、fish、powershell 或 zsh",
                    "bash, elvish, fish, powershell or zsh",
                )
                .value_name("SHELL")
                .help_heading(words.positional())
                .value_parser(value_parser!(Shell))
                .hide_possible_values(true)
                .required(true),
        )
}

fn help(words: &Words) -> Command {
    words
        .command("help", "说明：显示某个命令的说明", "print the help of a command")
        .override_usage(words.pick("dianzhi help [<命令>]...", "dianzhi help [<COMMAND>]..."))
        .arg(
            words
                .arg(
                    "command",
                    "要说明的命令，例如 settle 或 scheme import",
                    "the command to explain, such as settle or scheme import",
                )
                .value_name(words.pick("命令", "COMMAND"))
                .num_args(0..)
                .help_heading(words.positional()),
        )
}

/// Parses a whole number within bounds.
fn number(lang: Lang, least: u64, most: u64) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync + 'static {
    move |text: &str| {
        let number = text.parse::<u64>().ok().filter(|n| (least..=most).contains(n));
        number.ok_or_else(|| {
            pick(
                lang,
                format!("应为 {least} 到 {most} 之间的整数"),
                format!("it must be a whole number from {least} to {most}"),
            )
        })
    }
}

/// Parses `--max-rejects`.
fn max_rejects(text: &str, lang: Lang) -> Result<MaxRejects, String> {
    let parsed = match text.strip_suffix('%') {
        Some(percent) => parse_decimal(percent)
            .ok()
            .filter(|percent| (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(percent))
            .map(MaxRejects::Percent),
        None => text.parse().ok().map(MaxRejects::Count),
    };
    parsed.ok_or_else(|| {
        pick(
            lang,
            "应为记录数（如 100）或读入记录的百分比（如 0.5%）",
            "it must be a number of records, such as 100, or a percentage of those read, such as 0.5%",
        )
        .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command(Lang::Zh).debug_assert();
        command(Lang::En).debug_assert();
    }

    #[test]
    fn max_rejects_is_a_number_or_a_percentage() {
        let parsed = |text| max_rejects(text, Lang::En).ok();
        assert_eq!(parsed("0"), Some(MaxRejects::Count(0)));
        assert_eq!(parsed("0.5%"), Some(MaxRejects::Percent(Decimal::new(5, 1))));
        for wrong in ["", "%", "-1", "1.5", "101%", "-1%", "many"] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_root_takes_the_language_before_and_behind_the_command() {
        for line in [
            ["dianzhi", "--lang", "zh", "check", "region.toml"],
            ["dianzhi", "check", "region.toml", "--lang", "zh"],
        ] {
            assert!(command(Lang::En).try_get_matches_from(line).is_ok());
        }
    }
}
