//! The pieces that commands and flags are made of, in one language.

use super::{max_rejects, number};
use crate::lang::pick;
use clap::{Arg, ArgAction, Command, ValueHint, value_parser};
use dianzhi::engine::Lang;
use std::path::PathBuf;

/// Most worker threads that can be asked for.
const THREADS_MAX: u64 = 1_024;

/// Makes commands and arguments in one language.
pub(super) struct Words(pub(super) Lang);

impl Words {
    pub(super) fn pick<T>(&self, zh: T, en: T) -> T {
        pick(self.0, zh, en)
    }

    /// A command with this language's headings. clap's own `--help` and its headings speak English
    /// only, so that they are all made here.
    pub(super) fn command(&self, name: &'static str, zh: &'static str, en: &'static str) -> Command {
        Command::new(name)
            .about(self.pick(zh, en))
            .disable_help_flag(true)
            .disable_help_subcommand(true)
            .disable_version_flag(true)
            .subcommand_help_heading(self.pick("命令", "Commands"))
            .help_template(self.pick(
                "{about}\n\n用法: {usage}\n\n{all-args}{after-help}",
                "{about}\n\nUsage: {usage}\n\n{all-args}{after-help}",
            ))
            .term_width(100)
    }

    /// The command with the flags that every command has, behind its own.
    pub(super) fn with_common(&self, command: Command) -> Command {
        let help = self
            .arg("help", "显示说明", "print this help")
            .short('h')
            .long("help")
            .action(ArgAction::Help);
        let lang = self
            .value(
                "lang",
                "LANG",
                "语言：zh 或 en；默认看 LC_ALL、LC_MESSAGES、LANG",
                "language: zh or en; by default as LC_ALL, LC_MESSAGES or LANG say",
            )
            .value_parser(["zh", "en"])
            .action(ArgAction::Set)
            .overrides_with("lang");
        command.arg(lang).arg(help)
    }

    pub(super) fn arg(&self, name: &'static str, zh: &'static str, en: &'static str) -> Arg {
        Arg::new(name)
            .help(self.pick(zh, en))
            .help_heading(self.pick("选项", "Options"))
    }

    /// The heading of arguments without a flag.
    pub(super) fn positional(&self) -> &'static str {
        self.pick("参数", "Arguments")
    }

    /// A flag without a value.
    pub(super) fn flag(&self, name: &'static str, zh: &'static str, en: &'static str) -> Arg {
        self.arg(name, zh, en).long(name).action(ArgAction::SetTrue)
    }

    /// A flag with a value.
    pub(super) fn value(&self, name: &'static str, shown: &'static str, zh: &'static str, en: &'static str) -> Arg {
        self.arg(name, zh, en)
            .long(name)
            .value_name(shown)
            .hide_possible_values(true)
    }

    pub(super) fn path(&self, name: &'static str, shown: &'static str, zh: &'static str, en: &'static str) -> Arg {
        self.arg(name, zh, en)
            .value_name(shown)
            .value_parser(value_parser!(PathBuf))
    }

    /// The file that a command starts from.
    pub(super) fn toml(&self, name: &'static str, shown: &'static str, zh: &'static str, en: &'static str) -> Arg {
        self.path(name, shown, zh, en)
            .help_heading(self.positional())
            .value_hint(ValueHint::FilePath)
            .required(true)
    }

    pub(super) fn region(&self) -> Arg {
        self.toml(
            "region",
            "REGION.toml",
            "地区文件：政策和各输入文件的位置",
            "the region file: the policy, and where the inputs are",
        )
    }

    /// `--out DIR`, where the results go.
    pub(super) fn results(&self, zh: &'static str, en: &'static str) -> Arg {
        self.path("out", "DIR", zh, en)
            .long("out")
            .value_hint(ValueHint::DirPath)
            .required(true)
    }

    pub(super) fn run_dir(&self, name: &'static str, shown: &'static str) -> Arg {
        self.path(
            name,
            shown,
            "settle 发布的结果目录",
            "a run directory that settle published",
        )
        .help_heading(self.positional())
        .value_hint(ValueHint::DirPath)
        .required(true)
    }

    pub(super) fn claims(&self) -> Arg {
        self.value(
            "claims",
            "FILE",
            "代替 files.claims 的病例文件（或通配符），可多次给出；相对于当前目录",
            "a claims file (or pattern) in place of files.claims; may be given several times; relative to the working folder",
        )
        .action(ArgAction::Append)
        .value_hint(ValueHint::FilePath)
    }

    pub(super) fn threads(&self) -> Arg {
        self.value(
            "threads",
            "N",
            "线程数，默认与处理器数相同；不影响结果的任何字节",
            "worker threads, one a processor if left out; never changes a byte of the outputs",
        )
        .value_parser(number(self.0, 1, THREADS_MAX))
    }

    pub(super) fn max_rejects(&self) -> Arg {
        let lang = self.0;
        self.value(
            "max-rejects",
            "N|P%",
            "拒绝的记录超过 N 条（或读入记录的 P%）时视为失败（退出码 2），不发布",
            "more rejected records than N, or than P % of those read, fail (exit 2); nothing is published",
        )
        .value_parser(move |text: &str| max_rejects(text, lang))
    }

    pub(super) fn moved_region(&self) -> Arg {
        self.path(
            "region",
            "FILE",
            "地区文件已移动时，它现在的位置",
            "where the region file is now, if it was moved",
        )
        .long("region")
        .value_hint(ValueHint::FilePath)
    }

    pub(super) fn progress(&self) -> Arg {
        self.value(
            "progress",
            "HOW",
            "进度：auto（仅在终端显示，默认）、plain、json、none",
            "progress: auto (on a terminal only, the default), plain, json or none",
        )
        .value_parser(["auto", "plain", "json", "none"])
    }

    pub(super) fn json(&self) -> Arg {
        self.flag(
            "json",
            "在标准输出给出 JSON，供程序读取",
            "print JSON on stdout, for programs",
        )
    }
}
