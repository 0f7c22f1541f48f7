//! `dianzhi group` and `dianzhi scheme`.

use super::words::Words;
use crate::lang::pick;
use clap::{ArgAction, Command, ValueHint};
use dianzhi::engine::Lang;

pub(super) fn group(words: &Words) -> Command {
    words
        .command(
            "group",
            "分组：按分组方案把每条记录归入 DRG",
            "group every record into its DRG by a scheme package",
        )
        .override_usage(words.pick(
            "dianzhi group [选项] --scheme <PKG> --claims <FILE>... --out <FILE>\n       dianzhi group [选项] --scheme <PKG> --claims <FILE>... --explain <SETL_ID>",
            "dianzhi group [OPTIONS] --scheme <PKG> --claims <FILE>... --out <FILE>\n       dianzhi group [OPTIONS] --scheme <PKG> --claims <FILE>... --explain <SETL_ID>",
        ))
        .args([
            words
                .path("scheme", "PKG", "分组方案包，或存放方案各表的目录", "the scheme package, or a folder with its tables")
                .long("scheme")
                .value_hint(ValueHint::AnyPath)
                .required_unless_present("dip"),
            words
                .path("dip", "DIR", "DIP 病种目录所在的目录，代替 --scheme", "the folder of a DIP directory, in place of --scheme")
                .long("dip")
                .value_hint(ValueHint::DirPath)
                .conflicts_with_all(["scheme", "translate"]),
            words
                .value(
                    "claims",
                    "FILE",
                    "病例文件（或通配符），可给出多个；相对于当前目录",
                    "claims files (or patterns), relative to the working folder",
                )
                .action(ArgAction::Append)
                .num_args(1..)
                .value_hint(ValueHint::FilePath)
                .required(true),
            words
                .value(
                    "column",
                    "FIELD=HEADING",
                    "表头与字段的对应，可给出多次，如 --column setl_id=流水",
                    "a field under another heading, repeatable: --column setl_id=SERIAL",
                )
                .action(ArgAction::Append)
                .value_parser(column(words.0)),
            words
                .path(
                    "out",
                    "FILE",
                    "结果文件；无法读取的记录写入 FILE.rejects.csv",
                    "the file to write; records that cannot be read go to FILE.rejects.csv",
                )
                .long("out")
                .value_hint(ValueHint::FilePath)
                .required_unless_present("explain")
                .conflicts_with("explain"),
            words.value(
                "explain",
                "SETL_ID",
                "不写文件，解释这一条记录的分组过程",
                "write no file but tell every step of this record",
            ),
            words.flag(
                "translate",
                "先按方案的映射表把临床版编码转换为分组版编码",
                "translate clinical codes into the scheme's code version first",
            ),
            words.flag(
                "verbatim",
                "编码按原样比较：不去空白，不统一全角半角和大小写",
                "compare codes as they stand: no trimming, no folding of width or letter case",
            ),
            words.flag(
                "join",
                "每行先写输入的各列，其后是分组结果；settle 可直接读取",
                "write the input's columns first, the grouping after them; settle reads that",
            ),
            words.threads(),
            words.progress(),
            words.json(),
        ])
}

/// Parses `--column`: a field and its heading.
fn column(lang: Lang) -> impl Fn(&str) -> Result<(String, String), String> + Clone + Send + Sync + 'static {
    move |text: &str| match text.split_once('=') {
        Some((field, heading)) => Ok((field.to_owned(), heading.to_owned())),
        None => Err(pick(
            lang,
            "应为 字段名=表头名称，如 setl_id=流水",
            "it must be FIELD=HEADING, such as setl_id=SERIAL",
        )
        .to_owned()),
    }
}

pub(super) fn scheme(words: &Words) -> Command {
    let package = |name, shown| {
        words
            .path(
                name,
                shown,
                "分组方案包，或存放方案各表的目录",
                "a scheme package, or a folder with its tables",
            )
            .help_heading(words.positional())
            .value_hint(ValueHint::AnyPath)
            .required(true)
    };
    let import = words
        .command(
            "import",
            "导入：由方案各表或 OpenDRG（Python 版）的一个城市目录制作方案包",
            "make a scheme package from its tables, or from one city folder of OpenDRG's Python edition",
        )
        .override_usage(words.pick(
            "dianzhi scheme import --from <tables|opendrg> <DIR> --out <PKG>",
            "dianzhi scheme import --from <tables|opendrg> <DIR> --out <PKG>",
        ))
        .args([
            words
                .path("dir", "DIR", "要导入的目录", "the folder to import")
                .help_heading(words.positional())
                .value_hint(ValueHint::DirPath)
                .required(true),
            words
                .value("from", "KIND", "tables 或 opendrg", "tables or opendrg")
                .value_parser(["tables", "opendrg"])
                .required(true),
            words
                .path("out", "PKG", "方案包文件", "the package to write")
                .long("out")
                .value_hint(ValueHint::FilePath)
                .required(true),
            words.json(),
        ]);
    let show = words
        .command(
            "show",
            "显示：方案的概况；某个 MDC、ADRG、DRG 的规则；某个诊断或手术操作的归属",
            "show what a scheme holds, the rules of an MDC, an ADRG or a DRG, or all about a diagnosis or procedure",
        )
        .override_usage(words.pick(
            "dianzhi scheme show <PKG> [CODE]...",
            "dianzhi scheme show <PKG> [CODE]...",
        ))
        .args([
            package("package", "PKG"),
            words
                .arg(
                    // Arguments are listed in the order of these names.
                    "rule_codes",
                    "MDC、ADRG、DRG、诊断或手术操作的编码，可给出多个；不分大小写和全角半角",
                    "codes of MDCs, ADRGs, DRGs, diagnoses or procedures, in any letter case and width",
                )
                .value_name("CODE")
                .num_args(0..)
                .help_heading(words.positional()),
            words.json(),
        ]);
    let lint = words
        .command(
            "lint",
            "检查：不可达的规则、重复、没有规则取用的编码等",
            "name rules that never fire, repetitions, codes that no rule takes, and the like",
        )
        .override_usage(words.pick("dianzhi scheme lint <PKG>", "dianzhi scheme lint <PKG>"))
        .args([package("package", "PKG"), words.json()]);
    let diff = words
        .command(
            "diff",
            "比较：两个方案之间移动了哪些编码、改了哪些细分组",
            "show which codes moved between groups and which splits changed",
        )
        .override_usage(words.pick("dianzhi scheme diff <A> <B>", "dianzhi scheme diff <A> <B>"))
        .args([package("a", "A"), package("b", "B"), words.json()]);
    words
        .command(
            "scheme",
            "方案：导入、显示、检查、比较分组方案",
            "import, show, check and compare grouping schemes",
        )
        .override_usage(words.pick("dianzhi scheme <命令>", "dianzhi scheme <COMMAND>"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([import, show, lint, diff].map(|command| words.with_common(command)))
}
